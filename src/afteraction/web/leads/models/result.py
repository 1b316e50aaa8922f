"""Figures about leads that a job worked out, with the data version they are about, and who was mailed on which day."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.people.models import Organisation, User


class LeadResult(models.Model):
    """What became of leads, attribution, the score, or the course of leads: the newest of each kind."""

    class Kind(models.TextChoices):
        OUTCOMES = "outcomes", "What became of them"
        ATTRIBUTION = "attribution", "Attribution"
        SCORE = "score", "Score"
        DEATHS = "deaths", "Where they die"
        LOOP = "loop", "The loop"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="lead_results")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    data_version = models.PositiveIntegerField()
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="one_lead_result_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of data version {self.data_version}"


class LeadMail(models.Model):
    """When somebody was last mailed about leads, so that one mail a day leaves and no more."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="lead_mail")
    sent_on = models.DateField(null=True)
    wanted = models.BooleanField(default=True)
