"""The walls: what deals taught and who shared it, thanks, recognition, screens, and the good risks of the record.

Deals are pointed at by their id in the record, not by the row of the mirror, which may be made again at any time.
"""

import uuid
from typing import Any, ClassVar

from django.db import models

from afteraction.web.people.models import Organisation, Traced, User
from afteraction.web.reviews.models import Review


class Entry(models.Model):
    """What a deal taught, on the wall of wins or on that of failures.

    The key is drawn by chance, and only a day is kept, so that neither tells when something was written. Of an
    anonymous entry nothing says whose it is: no person, no deal, no review, no team, no segment; `shared_on` is a day
    drawn from the days after it was written; the hash of a code, shown once, is what its author takes it back with.
    It is not in the audit trail, which would say who wrote it, and keep what was taken back.
    """

    class Wall(models.TextChoices):
        WINS = "wins", "Wins"
        FAILURES = "failures", "Failures"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="wall_entries", db_index=False
    )
    wall = models.CharField(max_length=10, choices=Wall.choices)
    text = models.CharField("what it taught", max_length=1000)
    sharer = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="wall_entries")
    code_hash = models.CharField(max_length=64, blank=True, help_text="Of the code that takes an anonymous one back.")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, null=True, blank=True, related_name="wall_entries")
    deal_id = models.CharField(max_length=300, blank=True)
    deal_name = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    segment = models.CharField(max_length=200, blank=True)
    team = models.CharField(max_length=200, blank=True)
    shared_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "sharer"], name="a_review_once_on_the_wall"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "wall", "-shared_on", "id"], name="wall_newest_first"),
            models.Index(fields=["organisation", "deal_id"], name="wall_by_deal"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_anonymous(self) -> bool:
        return self.sharer_id is None


class Thanks(models.Model):
    """Someone's thanks for an entry, with a short note where they have more to say."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="thanks")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="thanks_given")
    note = models.CharField(max_length=200, blank=True)
    given_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["given_on", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "person"], name="thanks_once")]

    def __str__(self) -> str:
        return self.note or f"Thanks of {self.person}"


class Recognition(Traced, models.Model):
    """A note to a colleague that says what was useful to the customer, and what of it can be repeated."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="recognitions", db_index=False
    )
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recognitions_given")
    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recognitions")
    useful = models.CharField("what was useful to the customer", max_length=500)
    repeatable = models.CharField("what can be repeated", max_length=500)
    deal_id = models.CharField(max_length=300, blank=True)
    deal_name = models.CharField(max_length=500, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-given_at", "-id"], name="recognition_newest_first"),
            models.Index(fields=["organisation", "deal_id"], name="recognition_by_deal"),
        ]

    def __str__(self) -> str:
        return f"{self.by} to {self.to}"


class Screen(Traced, models.Model):
    """A screen in a room that shows the walls: a link that reads them, and nothing else, until it is revoked."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="wall_screens")
    name = models.CharField("where it hangs", max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField()
    seen_on = models.DateField(null=True, help_text="The last day on which it was open.")

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class DealRisk(models.Model):
    """A risk that was taken in a deal, as `analysis.good_risks` recognises it; made anew after every analysis."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="deal_risks", db_index=False)
    deal_id = models.CharField(max_length=300)
    owner = models.CharField(max_length=200, blank=True)
    verdict = models.CharField(max_length=12)
    signs: "models.JSONField[list[list[str]], list[list[str]]]" = models.JSONField(default=list)
    chance = models.FloatField(null=True)
    usual_chance = models.FloatField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "deal_id"], name="one_risk_of_a_deal")]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "owner", "verdict"], name="risks_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} risk of {self.deal_id}"


class RiskFigures(models.Model):
    """What the risks of one data version say by rep, and which kinds could not be told; pages only read it."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="risk_figures")
    data_version = models.PositiveIntegerField()
    analysis = models.PositiveBigIntegerField(help_text="The analysis whose chances were used.")
    content: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"risks of data version {self.data_version}"
