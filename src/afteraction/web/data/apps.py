"""Data: files on their way into the record, its versions, and what is missing from it."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    name = "afteraction.web.data"
    verbose_name = "Data"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.data.models import Import

        auditlog.register(Import, include_fields=["state", "data_version"])
