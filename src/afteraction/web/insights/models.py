"""Saved results: what the analysis found in one data version, held against one process."""

from typing import ClassVar

from django.db import models

from afteraction.web.people.models import Organisation, Traced, User


class ProcessVersion(Traced, models.Model):
    """One edition of an organisation's process on paper, as its text. Never changed: an edit makes the next one.

    A deal is held against the version that was in force when it began (`editions.in_time`).
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="process_versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    note = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    in_force_from = models.DateTimeField(
        null=True, help_text="Deals that begin from then on are held against it. Empty: since it was made."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="one_process_of_a_number"),
        ]
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"version {self.number}"


class Analysis(models.Model):
    """The results of one data version against one process version (none: the process that people follow).

    `folder`, below the organisation's home, holds the figures and every section of the report, ready for a page.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"
        FORGOTTEN = "forgotten", "Made, and removed since"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="analyses")
    data_version = models.PositiveIntegerField()
    process_version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, null=True, related_name="analyses")
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    message = models.TextField(blank=True, help_text="Why it was refused or failed.")
    folder = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "data_version", "process_version"], name="one_analysis_of_a_version"
            ),
            # SQLite takes two empty process versions for different ones.
            models.UniqueConstraint(
                fields=["organisation", "data_version"],
                condition=models.Q(process_version=None),
                name="one_analysis_without_a_process",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-done_at"], name="newest_analysis_first"),
        ]

    def __str__(self) -> str:
        return f"analysis of data version {self.data_version}"


class Claim(Traced, models.Model):
    """A sentence about why deals are won or lost, in a form that the record can speak to, and who stated it.

    The verdict is that of the newest analysis that it was judged beside; `judgement` has it in full, as the figures
    of an analysis have theirs.
    """

    class Subject(models.TextChoices):
        STEP = "step", "Step"
        BEHAVIOUR = "behaviour", "Way of working"
        ATTRIBUTE = "attribute", "Kind of deal"
        LOST_REASON = "lost_reason", "Lost reason"

    class Direction(models.TextChoices):
        HELPS = "helps", "Helps to win"
        HURTS = "hurts", "Costs wins"
        NONE = "none", "Makes no difference"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="claims")
    sentence = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=Subject.choices)
    name = models.CharField(max_length=300, help_text="The step, behaviour, attribute or lost reason it speaks of.")
    level = models.CharField(max_length=300, blank=True, help_text="Of an attribute: which value.")
    direction = models.CharField(max_length=10, choices=Direction.choices)
    segment = models.CharField(max_length=200, blank=True, help_text="Only the deals of one segment; empty is all.")
    stated_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="claims")
    stated_at = models.DateTimeField(auto_now_add=True)
    verdict = models.CharField(max_length=20, blank=True, help_text="Empty until it has been judged.")
    judgement = models.JSONField(null=True)
    judged_by = models.ForeignKey(Analysis, on_delete=models.SET_NULL, null=True, related_name="claims")
    judged_at = models.DateTimeField(null=True)
    message = models.TextField(blank=True, help_text="Why it could not be judged.")

    class Meta:
        ordering: ClassVar = ["-stated_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "name", "level", "direction", "segment"], name="one_claim_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.sentence
