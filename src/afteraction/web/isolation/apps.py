"""Isolation: no tables of its own; it guards those of the others, and `migrate` is its command."""

from django.apps import AppConfig


class IsolationConfig(AppConfig):
    name = "afteraction.web.isolation"
    verbose_name = "Isolation"
