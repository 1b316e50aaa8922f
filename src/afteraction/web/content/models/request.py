"""What sales asks content for: who asked, for which deals, who wants it too, and what came of it."""

from typing import ClassVar

from django.db import models

from afteraction.web.content.models.piece import Piece
from afteraction.web.people.models import Organisation, Traced, User


class ContentRequest(Traced, models.Model):
    """A piece that somebody needs. It is answered with a piece, or declined with a reason."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        DECLINED = "declined", "Declined"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="content_requests")
    title = models.CharField("what is needed", max_length=160)
    why = models.TextField("what it should do for the buyer", max_length=2000, blank=True)
    stage = models.CharField(max_length=200, blank=True)
    segment = models.CharField(max_length=200, blank=True)
    buyer_role = models.CharField("for whom", max_length=120, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="content_requests")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    piece = models.ForeignKey(Piece, on_delete=models.SET_NULL, null=True, related_name="requests")
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-asked_at"], name="content_requests_newest")
        ]

    def __str__(self) -> str:
        return self.title


class RequestDeal(models.Model):
    """A deal that a piece is needed for."""

    request = models.ForeignKey(ContentRequest, on_delete=models.CASCADE, related_name="deals")
    deal_id = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "deal_id"], name="a_deal_once_a_request")]

    def __str__(self) -> str:
        return self.deal_id


class RequestVote(models.Model):
    """Somebody needs it too. Whoever asked has voted by asking."""

    request = models.ForeignKey(ContentRequest, on_delete=models.CASCADE, related_name="votes")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "person"], name="a_vote_once_a_request")]

    def __str__(self) -> str:
        return f"{self.person} for {self.request}"


class RequestNotice(models.Model):
    """Who asked or voted is told of the answer; `seen_at` is when they looked."""

    request = models.ForeignKey(ContentRequest, on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="content_notices")
    told_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "person"], name="told_once_of_a_request")]

    def __str__(self) -> str:
        return f"{self.person} of {self.request}"
