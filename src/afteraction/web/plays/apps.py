"""Plays: best practices as blueprints, and the activity that goes before wins."""

from django.apps import AppConfig


class PlaysConfig(AppConfig):
    name = "afteraction.web.plays"
    verbose_name = "Plays"
