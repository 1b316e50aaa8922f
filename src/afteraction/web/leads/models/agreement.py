"""What marketing and sales agree on, in versions that never change."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.people.models import Organisation, Traced, User


class Side(models.TextChoices):
    """The two who hand leads over to each other."""

    MARKETING = "marketing", "Marketing"
    SALES = "sales", "Sales"


class Agreement(Traced, models.Model):
    """One version: `terms` as agreement.py reads them, who answers for each side, who is referee and who sponsor.

    It is in force once both sides have signed it, and until the next one is. What was proposed is never changed: a
    correction is a proposal of its own. `digest` is the SHA-256 of what was proposed, which each signature names.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "Waits for signatures"
        IN_FORCE = "in_force", "In force"
        REPLACED = "replaced", "Replaced"
        WITHDRAWN = "withdrawn", "Withdrawn"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="lead_agreements")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    terms: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    reason = models.TextField("why", max_length=2000)
    history: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(
        default=dict, blank=True, help_text="What it would have meant for the leads of the last quarter."
    )
    marketing_owner = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    sales_owner = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    referee = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    sponsor = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    proposed_by = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    proposed_at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "version"], name="one_agreement_of_a_version"),
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(state="in_force"), name="one_agreement_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"Agreement, version {self.version}"


class Signature(models.Model):
    """One side stands behind a version, as its owner, and behind exactly what the digest says."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="signatures")
    side = models.CharField(max_length=10, choices=Side.choices)
    person = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agreement", "side"], name="signed_once_a_side")]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.person}"
