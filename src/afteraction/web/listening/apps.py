"""Listening: what happens outside, to which accounts, and which of them to call next."""

from django.apps import AppConfig


class ListeningConfig(AppConfig):
    name = "afteraction.web.listening"
    verbose_name = "Listening"
