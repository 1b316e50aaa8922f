"""Experiments: changes that are tried before they are adopted, by a protocol that is locked."""

from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    name = "afteraction.web.experiments"
    verbose_name = "Experiments"
