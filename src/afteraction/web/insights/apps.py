"""Insights: saved results of the analysis, and the pages that show them."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "afteraction.web.insights"
    verbose_name = "Insights"
