"""Experiments: changes that are tried before they are adopted, by a protocol that is locked."""

from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    name = "afteraction.web.experiments"
    verbose_name = "Experiments"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.experiments.before_after_models import BeforeAfter
        from afteraction.web.experiments.models import Experiment

        auditlog.register(Experiment, include_fields=["title", "question", "state", "owner", "sponsor"])
        auditlog.register(BeforeAfter)
