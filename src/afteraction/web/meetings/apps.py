"""The weekly meeting of marketing and sales: an agenda made from the loop, decisions that come back until done."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "afteraction.web.meetings"
    verbose_name = "Joint meeting"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.meetings.models import Decision, MeetingRule

        auditlog.register(Decision, include_fields=["text", "owner", "due_on", "state", "outcome"])
        auditlog.register(MeetingRule, include_fields=["weekday", "at", "time_zone", "referee", "sponsor", "is_on"])
