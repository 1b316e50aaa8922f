"""Coaching: conversations with an agenda from evidence, commitments that come back, private notes."""

from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "afteraction.web.coaching"
    verbose_name = "Coaching"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.coaching.models import Cadence, Skill

        # Never what people say to each other: the trail is read by more people than a conversation is.
        auditlog.register(Cadence, include_fields=["kind", "manager", "rep", "team", "weekday", "at", "dropped_at"])
        auditlog.register(Skill)
