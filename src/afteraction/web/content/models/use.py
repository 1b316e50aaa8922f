"""Where pieces were used: by the record, by links made for a deal, and by one tap; and how far the record was read."""

from typing import ClassVar

from django.db import models

from afteraction.web.content.models.piece import Piece
from afteraction.web.people.models import Organisation, User


class PieceUse(models.Model):
    """A piece was given to a buyer, or read by one, in a deal.

    `key` names what tells of it: a touch, a row of the record, a link, or who tapped. Uses of the record are a mirror,
    made anew by matching.py; the others are people's own. `reader_role` is the buyer's, empty where nothing tells it.
    """

    class Source(models.TextChoices):
        RECORD = "record", "The record"
        TOUCH = "touch", "A logged touch"
        LINK = "link", "A link was opened"
        TAP = "tap", "A colleague said so"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="uses", db_index=False)
    deal_id = models.CharField(max_length=300)
    source = models.CharField(max_length=8, choices=Source.choices)
    key = models.CharField(max_length=300)
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="piece_uses")
    actor = models.CharField(max_length=200, blank=True)
    reader_role = models.CharField(max_length=120, blank=True)
    seconds = models.FloatField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["piece", "source", "deal_id", "key"], name="a_use_of_a_piece_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "deal_id", "at"], name="piece_uses_of_a_deal"),
            models.Index(fields=["piece", "-at", "-id"], name="piece_uses_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.piece} in {self.deal_id}"


class DealLink(models.Model):
    """A link to a piece that was made for one deal: of its token only a hash is kept.

    What is kept of whoever opens it is how often and when last, by day: no address, no device, no cookie.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="links")
    deal_id = models.CharField(max_length=300)
    token_hash = models.CharField(max_length=64, unique=True)
    reader_role = models.CharField(max_length=120, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    ends_on = models.DateField()
    opened = models.PositiveIntegerField(default=0)
    opened_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "deal_id"], name="piece_links_of_a_deal")]

    def __str__(self) -> str:
        return f"{self.piece} for {self.deal_id}"


class DealRoles(models.Model):
    """Which roles the buyer's people of an open deal have, as far as the record tells; made anew after each import."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    deal_id = models.CharField(max_length=300)
    roles: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "deal_id"], name="roles_of_a_deal")]

    def __str__(self) -> str:
        return self.deal_id


class ContentState(models.Model):
    """How far the record was read for uses, and measured for effects; one an organisation."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="content_state")
    matched_version = models.PositiveIntegerField(default=0)
    matched_at = models.DateTimeField(null=True)
    measured_version = models.PositiveIntegerField(default=0)
    measured_at = models.DateTimeField(null=True)
    roles: "models.JSONField[list[str], list[str]]" = models.JSONField(
        default=list, help_text="The roles of buyers that the record has, the most common first."
    )

    def __str__(self) -> str:
        return f"content of data version {self.matched_version}"
