"""Proposals: changes of the process that anyone may ask for, and what became of them."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "afteraction.web.proposals"
    verbose_name = "Proposals"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.proposals.models import Proposal

        fields = ["title", "what", "reason", "text", "state", "owner", "answer", "answered_by", "answer_by"]
        auditlog.register(Proposal, include_fields=fields)
