"""Where the record comes from by itself, and every time it came."""

from pathlib import Path
from typing import Any, ClassVar, Final

from django.db import models

from afteraction.web.data.models import Import
from afteraction.web.people.models import Organisation, Traced

CRONS: Final = {"hour": "17 * * * *", "six_hours": "17 */6 * * *", "night": "17 2 * * *"}
"""When a connector runs, in the time zone of the settings: not on the hour, when everyone else asks."""


class Connector(Traced, models.Model):
    """A CRM that an organisation is connected to. `secret` is sealed; it is never shown and in no trail.

    `tested` is what the last test found; `next_at` is when it runs next, empty while it is off.
    """

    class Kind(models.TextChoices):
        SALESFORCE = "salesforce", "Salesforce"
        HUBSPOT = "hubspot", "HubSpot"

    class Every(models.TextChoices):
        HOUR = "hour", "Every hour"
        SIX_HOURS = "six_hours", "Every six hours"
        NIGHT = "night", "Every night at 2:17"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="connectors")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    address = models.CharField(max_length=200)
    client_id = models.CharField("consumer key", max_length=300, blank=True)
    secret = models.TextField()
    secret_given_at = models.DateTimeField()
    every = models.CharField("runs", max_length=20, choices=Every.choices, default=Every.NIGHT)
    is_on = models.BooleanField("on", default=True)
    next_at = models.DateTimeField(null=True)
    tested = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="one_connector_of_a_kind"),
        ]
        indexes: ClassVar = [models.Index(fields=["next_at"], name="connector_by_next")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Run(models.Model):
    """One time that a connector fetched what is new. What it fetched becomes an import like any other.

    It reads what changed at or after `since` (everything without one). `rows` are those fetched by object, `unread`
    says why an object could not be read, and `message` why the run failed.
    """

    class State(models.TextChoices):
        FETCHING = "fetching", "Fetching"
        FETCHED = "fetched", "Fetched"
        NOTHING = "nothing", "Nothing new"
        FAILED = "failed", "Failed"

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=20, choices=State.choices, default=State.FETCHING)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    since = models.DateTimeField(null=True)
    rows = models.JSONField(default=dict)
    unread = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    import_made = models.OneToOneField(Import, on_delete=models.SET_NULL, null=True, related_name="connector_run")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connector"], condition=models.Q(state="fetching"), name="one_run_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.connector}"

    @property
    def folder(self) -> Path:
        """What was fetched so far."""
        return self.connector.organisation.home.folder / "fetched" / str(self.pk)

    @property
    def total(self) -> int:
        """Rows fetched of all objects."""
        counts: dict[str, Any] = self.rows
        return sum(counts.values())
