"""Asking the buyer of one ended deal: whether it is done, whom, and the links of the mails."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.buyers.models.programme import Language
from afteraction.web.people.models import Organisation, User
from afteraction.web.reviews.models import Review


class Asking(models.Model):
    """The decision to ask the buyer of one ended deal, or not to. Every review within the rules has one.

    `weight` is the inverse of the chance of being drawn. A deal that was withheld keeps its reason, which is counted.
    """

    class State(models.TextChoices):
        PREVIEW = "preview", "Preview"
        ASKED = "asked", "Asked"
        WITHHELD = "withheld", "Withheld"
        NOBODY = "nobody", "No address"
        LEFT_OUT = "left_out", "Not drawn"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Reason(models.TextChoices):
        ASKED_NOT_TO = "asked_not_to", "The buyer asked not to be contacted"
        DISPUTE = "dispute", "There is a dispute or a complaint under way"
        NEGOTIATING = "negotiating", "We are still talking with them"
        ASKED_ALREADY = "asked_already", "They were asked in another way already"
        WRONG_PERSON = "wrong_person", "The wrong person"
        OTHER = "other", "Another reason"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="askings", db_index=False)
    review = models.OneToOneField(Review, on_delete=models.CASCADE, related_name="asking")
    state = models.CharField(max_length=12, choices=State.choices)
    weight = models.FloatField(default=1.0)
    opened_at = models.DateTimeField()
    send_after = models.DateTimeField(null=True, help_text="When the preview ends.")
    withheld_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="withheld")
    withheld_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    reason_text = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-opened_at", "-id"], name="askings_by_state"),
            models.Index(fields=["state", "send_after"], name="askings_by_end_of_preview"),
        ]

    def __str__(self) -> str:
        return str(self.review)

    def get_additional_data(self) -> dict[str, int]:
        return {"organisation": self.organisation_id}


class Invitation(models.Model):
    """One person of the buyer who is asked.

    Of someone who answered anonymously there is nothing but that: no time, and no way to the answer.
    """

    class State(models.TextChoices):
        PREVIEW = "preview", "Preview"
        SENT = "sent", "Sent"
        REMINDED = "reminded", "Reminded"
        ANSWERED = "answered", "Answered"
        ANONYMOUS = "anonymous", "Answered anonymously"
        DECLINED = "declined", "Declined"
        EXPIRED = "expired", "Not answered"
        WITHHELD = "withheld", "Withheld"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
        BOUNCED = "bounced", "Address unknown"

    asking = models.ForeignKey(Asking, on_delete=models.CASCADE, related_name="invitations")
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField()
    job = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.ENGLISH)
    typed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PREVIEW)
    sent_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asking", "email"], name="one_invitation_of_an_address"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "expires_at"], name="invitations_by_expiry"),
            models.Index(fields=["state", "sent_at"], name="invitations_by_sending"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_open(self) -> bool:
        """Whether it may be answered, as far as its state says."""
        return self.state in OPEN_STATES


OPEN_STATES = (Invitation.State.SENT, Invitation.State.REMINDED)
ANSWERED_STATES = (Invitation.State.ANSWERED, Invitation.State.ANONYMOUS)


class Link(models.Model):
    """The link of one mail. Only the hash of its token is kept: whoever reads this table can open nothing."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Link of {self.invitation}"


class Draft(models.Model):
    """What somebody has typed so far, until they send it: then it is deleted."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="draft")
    content: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Draft of {self.invitation}"


class Unsubscribed(models.Model):
    """An address that this organisation never writes to again, as a hash: enough to keep the promise, no more."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="unsubscribed")
    address_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "address_hash"], name="an_address_unsubscribes_once")
        ]

    def __str__(self) -> str:
        return self.address_hash[:12]


class BuyerFigures(models.Model):
    """Response rates, weights and withholding of an organisation, as a job found them at `made_at`."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="buyer_figures")
    made_at = models.DateTimeField()
    content: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"Figures of {self.made_at:%Y-%m-%d}"
