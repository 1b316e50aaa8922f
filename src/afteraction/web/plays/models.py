"""Plays with their versions, and what the newest look at weekly work found."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.lessons.models import Lesson
from afteraction.web.people.models import Organisation, Traced, User


class Play(Traced, models.Model):
    """A best practice as a blueprint. `body` (see body.py) is what is worked on; what colleagues follow is a version.

    `found` is what its deals have in common, `effect` what its moves do together: both with interval, n and the data
    version in `data_version`, or with the words of a refusal. `asked_at` is set while they are being worked out.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="plays", db_index=False)
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    body: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    found: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    effect: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    data_version = models.PositiveIntegerField(null=True)
    measured_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="plays_made")
    lessons = models.ManyToManyField(Lesson, blank=True, related_name="plays")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    retired_because = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "state", "title"], name="plays_by_state")]

    def __str__(self) -> str:
        return self.title


class PlayVersion(models.Model):
    """An edition of a play as it was published. Never changed: publishing again makes the next one."""

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    published_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["play", "number"], name="a_play_version_once")]
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"version {self.number}"


class PlayDeal(models.Model):
    """A won deal that a play was made from."""

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="deals")
    deal_id = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["play", "deal_id"], name="a_deal_once_a_play")]

    def __str__(self) -> str:
        return self.deal_id


class PlayStep(models.Model):
    """A step of the process that the newest version of a published play has as a move."""

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=120, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["play", "step"], name="a_step_once_a_play")]

    def __str__(self) -> str:
        return self.step


class LeadingFigures(models.Model):
    """Which weekly activity goes before wins, in the data version that the newest analysis saw; one an organisation."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="leading_figures")
    data_version = models.PositiveIntegerField()
    content: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"leading measures of data version {self.data_version}"


class OwnerWeeks(models.Model):
    """The last weeks of one rep, by measure: for that person alone. Teams and everyone are sums of many."""

    figures = models.ForeignKey(LeadingFigures, on_delete=models.CASCADE, related_name="owners")
    owner = models.CharField(max_length=300)
    team = models.CharField(max_length=200, blank=True)
    weeks: "models.JSONField[dict[str, list[float]], dict[str, list[float]]]" = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["figures", "owner"], name="weeks_of_an_owner_once")]
        indexes: ClassVar = [models.Index(fields=["figures", "team"], name="weeks_by_team")]

    def __str__(self) -> str:
        return self.owner
