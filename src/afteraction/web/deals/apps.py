"""Deals: the mirror of the record that people can point at, the list and the page of a deal."""

from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "afteraction.web.deals"
    verbose_name = "Deals"
