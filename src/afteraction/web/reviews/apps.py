"""Reviews: what was expected of a deal, the review of every deal that ended, and the drivers that people name."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "afteraction.web.reviews"
    verbose_name = "Reviews"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.reviews.models import Driver, Review, ReviewRules

        # Never what people wrote: the trail is read by more people than an answer is.
        auditlog.register(Driver)
        auditlog.register(ReviewRules)
        auditlog.register(Review, include_fields=["state", "person", "due_on", "skip_reason"])
