"""Changes that were made without a trial: who changed what, and when; what the record says of them."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.insights.models import ProcessVersion
from afteraction.web.people.models import Organisation, Traced, User


class BeforeAfter(Traced, models.Model):
    """What was changed, when, for whom, and by what it is judged. Never changed once it is stated.

    `changed` are the days on which each rep or team did so ({name: 2026-05-01}); none where `unit` is everyone.
    `after_looking`: it was stated when outcomes of deals after the change could be read already. `others_before` counts
    what had been stated earlier about a change of that day.
    """

    class Kind(models.TextChoices):
        PROCESS = "process", "A version of the process"
        PLAY = "play", "A play"
        TOOL = "tool", "A tool"
        OTHER = "other", "Something else"

    class Unit(models.TextChoices):
        REP = "rep", "Some reps"
        TEAM = "team", "Some teams"
        ALL = "all", "Everyone at once"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="before_after")
    title = models.CharField(max_length=160)
    what = models.TextField(max_length=1000, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    process_version = models.ForeignKey(ProcessVersion, on_delete=models.SET_NULL, null=True, related_name="+")
    unit = models.CharField(max_length=10, choices=Unit.choices)
    changed: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField(default=dict, blank=True)
    changed_on = models.DateField()
    measure: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    stated_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    stated_at = models.DateTimeField()
    after_looking = models.BooleanField()
    others_before = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True, help_text="Why it could not be measured.")

    class Meta:
        ordering: ClassVar = ["-stated_at", "-id"]

    def __str__(self) -> str:
        return self.title


class BeforeAfterResult(models.Model):
    """What one data version said. One for a data version, never replaced."""

    stated = models.ForeignKey(BeforeAfter, on_delete=models.CASCADE, related_name="results")
    data_version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    verdict = models.CharField(max_length=20)
    grade = models.CharField(max_length=20)
    finding = models.TextField()
    document: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    html = models.TextField(help_text="The chart and the checks, as the report prints them.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stated", "data_version"], name="one_result_of_a_data_version"),
        ]
        ordering: ClassVar = ["-data_version"]

    def __str__(self) -> str:
        return f"data version {self.data_version}: {self.verdict}"
