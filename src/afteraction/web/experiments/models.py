"""Experiments: a question, the protocol that is locked before anyone looks, who is in which arm, looks, the decision.

Whatever is settled is written twice: in its row, and as an entry of the experiment's ledger (`ledger.py`), a chain of
hashes, whose newest one also stands in a file outside the database. A row that was changed, in whatever way, no longer
fits.
"""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.experiments.before_after_models import BeforeAfter, BeforeAfterResult  # noqa: F401 - for Django
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.people.models import Organisation, Traced, User


class Experiment(Traced, models.Model):
    """One question that is answered by trying. `owner` answers for it, `sponsor` is another who signs beside them."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being planned"
        RUNNING = "running", "Running"
        ENDED = "ended", "Waits for a decision"
        DECIDED = "decided", "Decided"
        WITHDRAWN = "withdrawn", "Withdrawn"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="experiments", db_index=False)
    title = models.CharField(max_length=160)
    question = models.TextField(max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="experiments_owned")
    sponsor = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="experiments_sponsored"
    )
    new_process = models.TextField(blank=True, help_text="The process as it would be, as its text; empty: no change.")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-changed_at", "-id"], name="experiments_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def chip(self) -> str:
        """Its state, as chips are called."""
        return f"trial_{self.state}"

    @property
    def decision(self) -> "ExperimentDecision | None":
        """What was decided of it last; None before."""
        made = [each for protocol in self.protocols.all() for each in protocol.decisions.all()]
        return max(made, key=lambda each: (each.at, each.pk), default=None)


class Protocol(models.Model):
    """One version of what is tried and how it is judged. `document` is what is written on the page until it is locked.

    Locked, `text` is its canonical form and `digest` the SHA-256 of that; neither is ever changed. A change makes the
    next version, whose clock starts anew.
    """

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="protocols")
    version = models.PositiveIntegerField()
    document: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    locked_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=500, blank=True, help_text="Why this version takes the place of the one before.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["experiment", "version"], name="one_protocol_of_a_version"),
        ]
        ordering: ClassVar = ["-version"]

    def __str__(self) -> str:
        return f"protocol {self.version}"


class Signature(models.Model):
    """Someone stands by a protocol as it was when they signed: `digest` is the hash of the text they saw."""

    class Part(models.TextChoices):
        OWNER = "owner", "Owner"
        SPONSOR = "sponsor", "Sponsor"

    protocol = models.ForeignKey(Protocol, on_delete=models.CASCADE, related_name="signatures")
    part = models.CharField(max_length=10, choices=Part.choices)
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["protocol", "part"], name="signed_once_for_each_part"),
        ]

    def __str__(self) -> str:
        return f"{self.name} as {self.part}"


class Assignment(models.Model):
    """A deal came into an arm, for ever: what becomes of the deal later changes nothing here.

    `unit` is its id in the record, `cluster` the rep or team that it belonged to then, by which it came into its arm
    where reps or teams were drawn. `at` is the moment from which its horizon counts: when it was drawn, or when it
    began where its arm was known before. `batch` is the ledger entry that settles it.
    """

    class LeftOut(models.TextChoices):
        IN = "", "In an arm"
        WASHOUT = "washout", "Began in the days at the start of a period that count in no arm"
        ELSEWHERE = "elsewhere", "Its rep or team is not in the trial"
        OTHER = "other", "Not a deal that the trial is about"

    protocol = models.ForeignKey(Protocol, on_delete=models.CASCADE, related_name="assignments", db_index=False)
    unit = models.CharField(max_length=300)
    cluster = models.CharField(max_length=200, blank=True)
    period = models.PositiveIntegerField(default=0)
    stratum = models.CharField(max_length=400, blank=True)
    place = models.PositiveIntegerField(default=0, help_text="Which to come in its stratum, from 0.")
    arm = models.CharField(max_length=40, blank=True, help_text="Empty: in no arm, as `left_out` says.")
    left_out = models.CharField(max_length=10, choices=LeftOut.choices, blank=True)
    began = models.DateTimeField()
    at = models.DateTimeField()
    late = models.BooleanField(default=False, help_text="It came into the record after deals that began later.")
    batch = models.PositiveIntegerField(help_text="The place in the ledger of the entry that settles it.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["protocol", "unit"], name="one_arm_of_a_deal"),
        ]
        indexes: ClassVar = [models.Index(fields=["protocol", "batch"], name="assigned_by_batch")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.arm or self.left_out}"


class Exposure(models.Model):
    """Someone was shown on a deal what its arm asks for: the first time, and what they told about following it."""

    class Followed(models.TextChoices):
        UNSAID = "", "Not said"
        YES = "yes", "Done as asked"
        OTHER = "other", "Done the other way"

    protocol = models.ForeignKey(Protocol, on_delete=models.CASCADE, related_name="exposures", db_index=False)
    deal_id = models.CharField(max_length=300)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    arm = models.CharField(max_length=40)
    at = models.DateTimeField()
    as_owner = models.BooleanField(default=False, help_text="The deal was theirs when they saw it first.")
    followed = models.CharField(max_length=10, choices=Followed.choices, blank=True)
    why = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["protocol", "deal_id", "person"], name="shown_once_a_deal_and_person"),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.arm}"


class StepDone(models.Model):
    """The step that tells the arms apart was done in a deal of the trial, for the first time since `at` counts from.

    Made anew from the record after each import: what the record takes back is gone here too.
    """

    protocol = models.ForeignKey(Protocol, on_delete=models.CASCADE, related_name="steps_done", db_index=False)
    deal_id = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["protocol", "deal_id"], name="first_done_once_a_deal"),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.at:%Y-%m-%d}"


class Look(models.Model):
    """What one data version said, with what the locked rule made of it. One look for a data version, never replaced."""

    protocol = models.ForeignKey(Protocol, on_delete=models.CASCADE, related_name="looks")
    data_version = models.PositiveIntegerField()
    at = models.DateTimeField(help_text="The moment up to which the record is known.")
    made_at = models.DateTimeField()
    result: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    rule_says = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["protocol", "data_version"], name="one_look_at_a_data_version"),
        ]
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"data version {self.data_version}: {self.rule_says}"


class ExperimentDecision(models.Model):
    """What was decided at a look, beside what the rule said there; against the rule only with a written reason."""

    class Kind(models.TextChoices):
        ADOPT = "adopt", "Adopted"
        REJECT = "reject", "Rejected"
        EXTEND = "extend", "Extended"

    protocol = models.ForeignKey(Protocol, on_delete=models.CASCADE, related_name="decisions")
    look = models.ForeignKey(Look, on_delete=models.RESTRICT, null=True, related_name="decisions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    rule_said = models.CharField(max_length=20, blank=True)
    against_rule = models.BooleanField(default=False)
    reason = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200)
    at = models.DateTimeField()
    process_version = models.ForeignKey(ProcessVersion, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d}"


class LedgerEntry(models.Model):
    """One link of an experiment's chain: canonical text, and a keyed hash over it and the link before."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="ledger")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    content = models.TextField()
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["experiment", "place"], name="one_ledger_entry_of_a_place"),
        ]
        ordering: ClassVar = ["place"]

    def __str__(self) -> str:
        return f"{self.place}: {self.kind}"
