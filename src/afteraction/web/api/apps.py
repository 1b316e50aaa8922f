"""The JSON API: what pages can do, for programs, with tokens."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "afteraction.web.api"
    verbose_name = "API"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.api.models import Token

        auditlog.register(Token, include_fields=["name", "scopes", "expires_at", "revoked_at"])
