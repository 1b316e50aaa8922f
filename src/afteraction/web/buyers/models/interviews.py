"""Interviews with buyers, and what coders found in them."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.buyers.models.answers import BuyerAnswer
from afteraction.web.buyers.models.programme import Language
from afteraction.web.people.models import Organisation, Traced, User
from afteraction.web.reviews.models import Driver, Review

LONGEST_TRANSCRIPT = 200_000


class Interview(Traced, models.Model):
    """A conversation with a buyer about an ended deal: answers typed in while talking, or a transcript."""

    class Consent(models.TextChoices):
        NONE = "", "Not asked"
        NOTES = "notes", "Notes for us alone"
        QUOTE = "quote", "May be quoted without name"
        NAMED = "named", "May be quoted with name"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="interviews")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="interviews")
    answer = models.OneToOneField(BuyerAnswer, on_delete=models.SET_NULL, null=True, related_name="interview")
    interviewee = models.CharField("who was asked", max_length=200, blank=True)
    interviewer = models.CharField("who asked", max_length=200)
    held_on = models.DateField("on")
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.ENGLISH)
    consent = models.CharField(max_length=10, choices=Consent.choices)
    transcript = models.TextField(blank=True, max_length=LONGEST_TRANSCRIPT)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-held_on", "-id"]

    def __str__(self) -> str:
        return f"Interview on {self.review}"


class Coding(models.Model):
    """One person's reading of a transcript, made without seeing anybody else's until it is done."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="codings")
    coder = models.ForeignKey(User, on_delete=models.CASCADE, related_name="codings")
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["interview", "coder"], name="one_coding_of_a_coder"),
        ]

    def __str__(self) -> str:
        return f"{self.coder} on {self.interview}"


class Code(models.Model):
    """A driver found in a passage, `start` to `end` of the transcript in characters.

    What a machine suggests counts for nothing until the coder has confirmed it; what they rejected is kept as such.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested", "Suggested"
        CONFIRMED = "confirmed", "Confirmed"
        REJECTED = "rejected", "Rejected"

    class Origin(models.TextChoices):
        PERSON = "person", "Found by the coder"
        SIMILARITY = "similarity", "Suggested by similar words"
        MODEL = "model", "Suggested by the language model"

    coding = models.ForeignKey(Coding, on_delete=models.CASCADE, related_name="codes")
    driver = models.ForeignKey(Driver, on_delete=models.PROTECT, related_name="codes")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUGGESTED)
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.PERSON)
    why = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["start", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["coding", "driver", "start", "end"], name="a_passage_coded_once"),
        ]

    def __str__(self) -> str:
        return f"{self.driver}, {self.start} to {self.end}"


class ModelRequest(models.Model):
    """A text that someone looked at and let be sent to the configured language model, and what came of it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    coding = models.ForeignKey(Coding, on_delete=models.CASCADE, related_name="requests")
    address = models.CharField(max_length=300)
    model = models.CharField(max_length=200)
    sent: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    message = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.model}: {self.state}"
