"""A piece of content with its versions, and what colleagues say of it."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.people.models import Organisation, Traced, User


class Piece(Traced, models.Model):
    """Something that is given to buyers. Empty fields of its scope mean that it fits any deal.

    It is where `address` leads, or what `reference` names, or says itself what `text` holds. `record_id` is how the
    record names it, where the record has it. `deals` and `last_used_at` count its uses (uses.py keeps them right);
    `figures` and `effect` are what the newest look at the record said of it, with the data version in `data_version`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "To be approved"
        IN_USE = "in_use", "In use"
        RETIRED = "retired", "Retired"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="pieces", db_index=False)
    record_id = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=80, blank=True)
    address = models.URLField(max_length=500, blank=True)
    reference = models.CharField("file", max_length=300, blank=True)
    text = models.TextField("what it says", max_length=8000, blank=True)
    stage = models.CharField(max_length=200, blank=True)
    segment = models.CharField(max_length=200, blank=True)
    buyer_role = models.CharField("for whom", max_length=120, blank=True)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="pieces")
    valid_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    retired_because = models.CharField(max_length=300, blank=True)
    search_words = models.TextField(blank=True, help_text="What it is searched by, as search.py writes words.")
    registered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deals = models.PositiveIntegerField(default=0, help_text="In how many deals it was used.")
    last_used_at = models.DateTimeField(null=True)
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    effect: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    data_version = models.PositiveIntegerField(null=True)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "record_id"], condition=~models.Q(record_id=""), name="one_piece_of_a_record_id"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "title", "id"], name="pieces_by_state"),
            models.Index(fields=["organisation", "valid_until"], name="pieces_by_validity"),
        ]

    def __str__(self) -> str:
        return self.title


class PieceVersion(models.Model):
    """An edition of a piece: where it was and until when it was valid. Never changed: renewing makes the next one."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    address = models.URLField(max_length=500, blank=True)
    reference = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    valid_until = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["piece", "number"], name="a_piece_version_once")]

    def __str__(self) -> str:
        return f"version {self.number}"


class Rating(models.Model):
    """What a colleague says of a piece: useful or not, and why; their newest word, under their name."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="ratings")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="piece_ratings")
    useful = models.BooleanField()
    comment = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["piece", "person"], name="a_piece_rated_once")]

    def __str__(self) -> str:
        return f"{self.piece}: {'useful' if self.useful else 'not useful'}"


class EffectDeals(models.Model):
    """The deals behind the effect of a piece, by their ids: beside the piece, as lists of pieces do not need them."""

    piece = models.OneToOneField(Piece, on_delete=models.CASCADE, related_name="compared")
    had: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    had_not: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{len(self.had)} deals with {self.piece}, {len(self.had_not)} without"
