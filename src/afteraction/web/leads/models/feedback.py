"""What comes back: leads that sales returned and why, and what marketing changed because of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from afteraction.web.leads.models.lead import Lead
from afteraction.web.people.models import Organisation, User


class MarketingAnswer(models.Model):
    """What marketing says to leads that came back for a reason from a source and a campaign, and what it changed."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="marketing_answers")
    reason = models.CharField(max_length=80)
    source = models.CharField(max_length=80, blank=True)
    campaign = models.CharField(max_length=80, blank=True)
    text = models.TextField("what was changed", max_length=2000)
    changed = models.BooleanField(default=True, help_text="Whether anything was changed.")
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "-at"], name="marketing_answers_newest")]

    def __str__(self) -> str:
        return self.text[:60]


class Returned(models.Model):
    """A lead was returned: why, by whom, after how many attempts, and by when marketing has to answer.

    `person` is None where the record names someone who has no place here (`person_name`). `early` says that it was
    called unreachable before the agreed attempts, which only the record can: here it is refused.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="returns")
    reason = models.CharField(max_length=80)
    note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=80, blank=True)
    campaign = models.CharField(max_length=80, blank=True)
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    person_name = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    early = models.BooleanField(default=False)
    at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answer = models.ForeignKey(MarketingAnswer, on_delete=models.SET_NULL, null=True, related_name="returns")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lead", "at"], name="a_lead_returned_once_a_moment")]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "at", "reason", "source", "campaign"], name="returned_by_reason"),
            models.Index(
                fields=["organisation", "reason", "source", "campaign", "answer_by", "at", "person"],
                condition=Q(answer__isnull=True),
                name="returned_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead}: {self.reason}"


class Notice(models.Model):
    """Somebody who returned leads is told what marketing answered; `seen_at` is when they looked."""

    answer = models.ForeignKey(MarketingAnswer, on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="lead_notices")
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["answer", "person"], name="told_once_a_person")]

    def __str__(self) -> str:
        return str(self.answer)
