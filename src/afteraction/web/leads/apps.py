"""Leads: what marketing hands over, what sales makes of it, and the agreement between them."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "afteraction.web.leads"
    verbose_name = "Leads"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.leads.models import Agreement

        auditlog.register(Agreement, include_fields=["version", "state", "reason"])
