"""The buyer's voice: who is asked when, the questionnaire, interviews, and what came of asking."""

from django.apps import AppConfig


class BuyersConfig(AppConfig):
    name = "afteraction.web.buyers"
    verbose_name = "Buyer's voice"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.buyers.models import Asking, Interview, MailText, Programme

        # Never what buyers wrote, and nothing that says when an invitation was answered: an anonymous answer must not
        # be found by the time of a change.
        auditlog.register(Programme, exclude_fields=["seed"])
        auditlog.register(MailText)
        auditlog.register(Asking, include_fields=["state", "reason", "reason_text"])
        auditlog.register(Interview, include_fields=["consent", "held_on", "interviewer"])
