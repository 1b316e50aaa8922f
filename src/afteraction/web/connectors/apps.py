"""Connectors: the record comes by itself, from a watched folder or from the CRM."""

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    name = "afteraction.web.connectors"
    verbose_name = "Connectors"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.connectors.models import Connector

        auditlog.register(Connector, include_fields=["address", "client_id", "secret_given_at", "every", "is_on"])
