"""Listening: what happens outside, to which accounts, and which of them to call next."""

from django.apps import AppConfig


class ListeningConfig(AppConfig):
    name = "afteraction.web.listening"
    verbose_name = "Listening"

    def ready(self) -> None:
        """Has the audit trail keep who says where is listened; what the listener itself notes is none of it."""
        from auditlog.registry import auditlog

        from afteraction.web.listening.models import Source

        auditlog.register(Source, include_fields=["name", "kind", "address", "every", "is_on"])
