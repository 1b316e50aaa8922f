"""Proposals: a change of the process that someone asks for, who supports it, what was said, and how it was answered."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.experiments.models import Experiment
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.people.models import Organisation, Traced, User


class Proposal(Traced, models.Model):
    """A change to the process as an edit of its text. `owner` must have answered by `answer_by`.

    Empty `text` means that no step changes: a script or a question is proposed in words (`what`). `evidence` is what
    the analysis said where it proposed this itself (`origin`), with interval, n and data version. `revision` counts how
    often its words or its edit were changed: an answer names the one that it was given to.
    """

    class State(models.TextChoices):
        OPEN = "open", "Waits for an answer"
        TRIED = "tried", "Being tried"
        ADOPTED = "adopted", "Adopted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Kind(models.TextChoices):
        STEP = "step", "A step"
        ORDER = "order", "The order of steps"
        TIMING = "timing", "When a step is due"
        SCRIPT = "script", "A script"
        QUESTION = "question", "A question to ask"

    class Origin(models.TextChoices):
        PERSON = "person", "A colleague"
        ANALYSIS = "analysis", "The analysis"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="proposals", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=160)
    what = models.TextField("what would be done differently", max_length=2000)
    reason = models.TextField("why", max_length=2000)
    base = models.ForeignKey(ProcessVersion, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(blank=True, help_text="The process as it would be.")
    expected_points = models.FloatField(null=True, help_text="By how many points it is expected to move the measure.")
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.PERSON)
    finding = models.CharField(max_length=200, blank=True, help_text="What the analysis calls what it came from.")
    evidence: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="proposals_made")
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="proposals_owned")
    answer_by = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    experiment = models.ForeignKey(Experiment, on_delete=models.SET_NULL, null=True, related_name="proposals")
    adopted_as = models.ForeignKey(ProcessVersion, on_delete=models.SET_NULL, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-changed_at", "-id"], name="proposals_by_state"),
            models.Index(fields=["organisation", "origin", "finding"], name="proposals_by_finding"),
        ]

    def __str__(self) -> str:
        return self.title


class ProposalSupport(models.Model):
    """Someone stands behind a proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="supports")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "person"], name="supported_once_a_person"),
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class ProposalComment(models.Model):
    """What someone said to a proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="comments")
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class ProposalEvent(models.Model):
    """What became of a proposal, step by step. Never changed.

    `said` are the words that somebody gave to it, `changes` what it changed about the process then, in sentences.
    """

    class Kind(models.TextChoices):
        MADE = "made", "Proposed"
        CHANGED = "changed", "Changed"
        REBASED = "rebased", "Brought up to the newest process"
        HANDED = "handed", "Handed over"
        TRIED = "tried", "Being tried"
        ADOPTED = "adopted", "Adopted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        BACK = "back", "Waits for an answer again"

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    said = models.TextField(max_length=2000, blank=True)
    changes: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d}"


class ProposalNews(models.Model):
    """Someone is to hear of what became of a proposal that they made or stand behind."""

    event = models.ForeignKey(ProposalEvent, on_delete=models.CASCADE, related_name="news")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(null=True, help_text="When they opened the proposal afterwards.")
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "person"], name="told_once_of_an_event")]
        indexes: ClassVar = [models.Index(fields=["person", "seen_at"], name="news_of_a_person")]

    def __str__(self) -> str:
        return str(self.person_id)


class ProposalReminder(models.Model):
    """The last day on which someone was mailed what waits for their answer."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="proposal_reminder")
    sent_on = models.DateField(null=True)

    def __str__(self) -> str:
        return str(self.person_id)
