"""Listening: what happens outside, to which accounts, and which of them to call next."""

from django.apps import AppConfig


class ListeningConfig(AppConfig):
    name = "afteraction.web.listening"
    verbose_name = "Listening"

    def ready(self) -> None:
        """Has the audit trail keep who says where is listened, what events are worth and what names mean.

        What the listener itself notes is none of it.
        """
        from auditlog.registry import auditlog

        from afteraction.web.listening.models import AccountName, Source, TriggerEvent

        auditlog.register(Source, include_fields=["name", "kind", "address", "every", "is_on"])
        auditlog.register(
            TriggerEvent, include_fields=["said", "why", "again_on", "kind", "account", "deal_id", "lead"]
        )
        auditlog.register(AccountName, include_fields=["text", "account_id", "asked"])
