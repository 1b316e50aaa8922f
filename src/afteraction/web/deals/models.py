"""One row per deal, mirrored from the lake so that people can find it and point at it. Never edited by hand."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.people.models import Organisation, User

FILTERED = (
    *("outcome", "stage", "owner", "team", "segment", "source", "competitor", "box", "amount", "chance"),
    *("created_at", "closed_at"),
)
"""What lists are narrowed by. The index of the newest deals holds all of it, so that a rare combination is looked for
in the index alone, never row by row."""


class Deal(models.Model):
    """A deal as the newest indexed data version has it. The mirror can be made again from the lake at any time.

    `box`, `chance_start` and `chance` are what the newest analysis says; empty until there is one.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="deals", db_index=False)
    deal_id = models.CharField(max_length=300)
    name = models.CharField(max_length=500, blank=True)
    account_id = models.CharField(max_length=300, blank=True)
    account_name = models.CharField(max_length=500, blank=True)
    owner = models.CharField(max_length=200, blank=True)
    owner_name = models.CharField(max_length=200, blank=True)
    team = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=20)
    stage = models.CharField(max_length=200, blank=True)
    pipeline = models.CharField(max_length=200, blank=True)
    segment = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200, blank=True)
    competitor = models.CharField(max_length=200, blank=True)
    lost_reason = models.CharField(max_length=300, blank=True)
    amount = models.FloatField(null=True)
    currency = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    expected_close_on = models.DateField(null=True)
    last_event_at = models.DateTimeField(null=True, help_text="The newest of its dates: what the list is sorted by.")
    search_words = models.TextField(blank=True, help_text="What it is searched by, as search.py writes words.")
    box = models.CharField(max_length=20, blank=True)
    chance_start = models.FloatField(null=True, help_text="Its chance of being won when it began, from 0 to 1.")
    chance = models.FloatField(null=True, help_text="Its chance of being won today, while it is open.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "deal_id"], name="one_deal_of_an_id"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-last_event_at", "-id", *FILTERED], name="deals_newest_first"),
            models.Index(fields=["organisation", "owner", "-last_event_at", "-id"], name="deals_by_owner"),
            models.Index(fields=["organisation", "team", "-last_event_at", "-id"], name="deals_by_team"),
            models.Index(fields=["organisation", "account_id", "-last_event_at", "-id"], name="deals_by_account"),
            models.Index(fields=["organisation", "outcome", "chance", "id"], name="deals_by_chance"),
            models.Index(fields=["organisation", "amount", "id"], name="deals_by_amount"),
            models.Index(fields=["organisation", "name", "id"], name="deals_by_name"),
            models.Index(fields=["organisation", "created_at", "id"], name="deals_by_creation"),
            models.Index(fields=["organisation", "closed_at", "id"], name="deals_by_closing"),
            models.Index(fields=["organisation", "segment", "source", "amount", "id"], name="deals_alike"),
            models.Index(
                fields=["organisation", "last_event_at", "id"], condition=models.Q(outcome="open"), name="deals_open"
            ),
            models.Index(
                fields=["organisation", "owner", "chance", "id"],
                condition=models.Q(outcome="open"),
                name="deals_open_of_owner",
            ),
            models.Index(
                fields=["organisation", "team", "last_event_at", "id"],
                condition=models.Q(outcome="open"),
                name="deals_open_of_team",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.deal_id


class IndexState(models.Model):
    """Which data version of an organisation the mirror shows.

    `heading` is the version that a refresh is on its way to: where it differs from `version`, one was interrupted.
    `choices` are the values of every filter with a list: {column: [[value, what people call it, deals], ...]}.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="index_state")
    version = models.PositiveIntegerField(default=0)
    heading = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True, help_text="When that version was made: another lake has other times.")
    deals = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0, help_text="Deals whose id cannot be kept.")
    choices: "models.JSONField[dict[str, list[list[Any]]], dict[str, list[list[Any]]]]" = models.JSONField(default=dict)
    indexed_at = models.DateTimeField(null=True)
    evidence_folder = models.CharField(max_length=200, blank=True, help_text="Below the home; see chances.py.")
    columns = models.CharField(max_length=40, blank=True, help_text="The folder of its lists; see columns.py.")
    evidence_version = models.PositiveIntegerField(default=0, help_text="The data version that it is about.")


class SavedView(models.Model):
    """A list of deals that someone comes back to: its name, and the filters and order as the query of its address."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, blank=True)
    shared = models.BooleanField("Shared with my team", default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="one_view_of_a_name")]
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
