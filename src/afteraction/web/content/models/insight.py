"""Insight pieces: what deals taught, for buyers to read; without anything by which a deal or a person is known."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.content.models.piece import Piece
from afteraction.web.lessons.models import Lesson
from afteraction.web.people.models import Organisation, Traced, User
from afteraction.web.reviews.models import Review


class ReviewConsent(models.Model):
    """A rep lets the lesson of an own review be used, without names, in pieces for buyers. It can be taken back."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    review = models.OneToOneField(Review, on_delete=models.CASCADE, related_name="content_consent")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="review_consents")
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person}: {self.review}"


class Insight(Traced, models.Model):
    """A draft for buyers. `removed` is what a rule took out of its sources; a person looks at what is left.

    Who checked says that nobody can be recognised; who approves is somebody else. Approved it is a piece.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        CHECKED = "checked", "Waits for approval"
        APPROVED = "approved", "Approved"
        DROPPED = "dropped", "Dropped"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="insight_pieces")
    title = models.CharField(max_length=160)
    text = models.TextField(max_length=8000, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    removed: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(
        default=dict, blank=True, help_text="How many of each kind were removed: names, amounts and so on; never which."
    )
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    dropped_because = models.CharField(max_length=300, blank=True)
    piece = models.OneToOneField(Piece, on_delete=models.SET_NULL, null=True, related_name="insight")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "state", "-made_at"], name="insight_pieces_newest")]

    def __str__(self) -> str:
        return self.title


class InsightPart(models.Model):
    """What a draft was made from: a lesson, or the lesson of a review whose rep consented."""

    insight = models.ForeignKey(Insight, on_delete=models.CASCADE, related_name="parts")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, null=True, related_name="+")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(lesson__isnull=False, review__isnull=True)
                | models.Q(lesson__isnull=True, review__isnull=False),
                name="a_part_is_a_lesson_or_a_review",
            ),
        ]

    def __str__(self) -> str:
        return str(self.lesson or self.review)
