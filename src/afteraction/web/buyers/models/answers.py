"""What buyers say: with their deal, or without anything that leads to it."""

import secrets
from typing import ClassVar

from django.db import models

from afteraction.web.buyers.models.asking import Invitation
from afteraction.web.buyers.models.programme import Language
from afteraction.web.people.models import Organisation
from afteraction.web.reviews.models import Review


class Said(models.Model):
    """The answers to the eight questions, any of which may be skipped.

    `drivers` are keys of the taxonomy, the weightiest first. `score` compares with the strongest competitor, from -10
    (they were far better) to +10 (we were).
    """

    class Cause(models.TextChoices):
        PRODUCT = "product", "The product"
        PRICE = "price", "The price"
        STORY = "story", "How it was explained"
        NONE = "none", "Something else"

    class Engaged(models.TextChoices):
        YES = "yes", "Yes"
        PARTLY = "partly", "Partly"
        NO = "no", "No"

    language = models.CharField(max_length=5, choices=Language.choices, default=Language.ENGLISH)
    cause = models.CharField(max_length=10, choices=Cause.choices, blank=True)
    drivers: "models.JSONField[list[int], list[int]]" = models.JSONField(default=list)
    score = models.SmallIntegerField(null=True)
    engaged = models.CharField(max_length=10, choices=Engaged.choices, blank=True)
    better = models.TextField(max_length=4000, blank=True)
    apart = models.TextField(max_length=4000, blank=True)
    changed = models.TextField(max_length=4000, blank=True)

    class Meta:
        abstract = True


class BuyerAnswer(Said):
    """What a buyer said about a deal, in the questionnaire or in an interview."""

    class Source(models.TextChoices):
        QUESTIONNAIRE = "questionnaire", "Questionnaire"
        INTERVIEW = "interview", "Interview"

    class Quote(models.TextChoices):
        NO = "no", "No"
        UNNAMED = "unnamed", "Yes, without my name"
        NAMED = "named", "Yes, with my name"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="buyer_answers", db_index=False
    )
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="buyer_answers")
    invitation = models.OneToOneField(Invitation, on_delete=models.SET_NULL, null=True, related_name="answer")
    source = models.CharField(max_length=14, choices=Source.choices, default=Source.QUESTIONNAIRE)
    name = models.CharField(max_length=200, blank=True)
    may_quote = models.CharField(max_length=10, choices=Quote.choices, default=Quote.NO)
    answered_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    browser_hash = models.CharField(max_length=64, blank=True, help_text="Of the browser that may change it.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-answered_at", "-id"], name="buyer_answers_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} on {self.review}"


def random_key() -> int:
    """A key that says nothing of the order in which rows were made."""
    return secrets.randbelow(2**53 - 1) + 1


class HeldAnswer(Said):
    """An anonymous answer that waits for others, so that the time at which it appears tells nobody whose it is.

    There is no way from here to an invitation, and no time of writing: `not_before` is drawn by chance.
    """

    id = models.BigAutoField(primary_key=True, default=random_key)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=20)
    quarter = models.CharField(max_length=7)
    segment = models.CharField(max_length=200, blank=True)
    not_before = models.DateField()

    def __str__(self) -> str:
        return f"Held, {self.quarter}"


class AnonymousAnswer(Said):
    """An answer without deal, person or invitation. It appears with at least four others of the same kind.

    `segment` is empty unless at least five of its outcome, quarter and segment appeared together.
    """

    id = models.BigAutoField(primary_key=True, default=random_key)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="anonymous_answers")
    outcome = models.CharField(max_length=20)
    quarter = models.CharField(max_length=7)
    segment = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"Anonymous, {self.quarter}"
