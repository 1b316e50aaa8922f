"""Tokens of the API, and the answers that are kept so that a write sent twice is done once."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from afteraction.web.people.models import User


class Token(models.Model):
    """A key to the API, of one user. The secret is shown once and not kept; `digest` is its SHA-256.

    `minute` and `used` count the requests of the current minute (see limits.py).
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    scopes: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=16, help_text="How the secret begins, by which people tell tokens apart.")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField("valid until")
    last_used_at = models.DateTimeField(null=True, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True)
    minute = models.BigIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "API token"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def get_additional_data(self) -> dict[str, int]:
        """Its changes belong to the organisation of its user."""
        return {"organisation": self.user.organisation_id}

    def state(self, now: datetime) -> str:
        """active, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "active" if now < self.expires_at else "expired"


class KeptAnswer(models.Model):
    """The answer to a write that came with an Idempotency-Key: the same request again gets it again."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="kept_answers")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, address and body.")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    location = models.CharField(max_length=2000, blank=True)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_of_a_key")]

    def __str__(self) -> str:
        return self.key
