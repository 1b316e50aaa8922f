"""Content: what is given to buyers, who uses it, and what it does."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "afteraction.web.content"
    verbose_name = "Content"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.content.models import ContentRequest, Insight, Piece

        auditlog.register(
            Piece,
            include_fields=[
                *("title", "kind", "address", "reference", "stage", "segment", "buyer_role", "owner", "valid_until"),
                *("version", "state"),
            ],
        )
        auditlog.register(ContentRequest, include_fields=["title", "state", "piece", "answer"])
        # Never the text of a draft: what was taken out of it would stand in the trail for ever.
        auditlog.register(Insight, include_fields=["title", "state", "checked_by", "approved_by"])
