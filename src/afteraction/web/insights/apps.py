"""Insights: saved results of the analysis, and the pages that show them."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "afteraction.web.insights"
    verbose_name = "Insights"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.insights.models import Claim, ProcessVersion

        auditlog.register(ProcessVersion)
        auditlog.register(Claim, exclude_fields=["judgement", "judged_at", "judged_by"])
