"""One row per lead: what the record says of it, and where it stands between marketing and sales.

Whatever happens, each lead has a state, somebody who answers for it, and a date on which something is due; the database
itself refuses a row that lacks one.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from afteraction.web.people.models import Organisation, Team, User

FILTERED = ("state", "source", "campaign", "team", "reason", "owner", "queue")
"""What lists are narrowed by; the index of the newest leads holds all of it."""


class LeadQueue(models.Model):
    """A place where leads lie that nobody has yet. `answerable` is who has to see to it that they do not stay."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="lead_queues")
    name = models.CharField(max_length=100)
    answerable = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    of_marketing = models.BooleanField(default=False, help_text="Whether what lies in it is marketing's.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_lead_queue_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Lead(models.Model):
    """A lead. The first group of columns mirrors the record; the second is where it stands (`life.py`).

    `came_at` is when it came in; of leads whose date is unknown, the first that is known of them. `owner_name` and
    `team` are the record's words for who had it. `handed_at` is when sales got it, from which the team's clock runs;
    `owned_at` when whoever has it got it, here or only on record. `due_at` is by when it must be answered,
    `answer_minutes` how many minutes of business hours the answer took. `level` counts to whom a broken promise was
    taken: 1 manager, 2 referee.
    """

    class State(models.TextChoices):
        NEW = "new", "New"
        ASSIGNED = "assigned", "Handed over"
        ACCEPTED = "accepted", "Accepted"
        RETURNED = "returned", "Returned"
        NURTURING = "nurturing", "Nurtured"
        CONVERTED = "converted", "A deal"
        WON = "won", "Won"
        LOST = "lost", "Deal not won"
        DEAD = "dead", "Dead"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="leads", db_index=False)
    lead_id = models.CharField(max_length=300)
    source = models.CharField(max_length=80, blank=True)
    campaign = models.CharField(max_length=80, blank=True)
    person = models.CharField(max_length=300, blank=True, help_text="As the record names who it is: an id or a name.")
    person_name = models.CharField(max_length=200, blank=True)
    account = models.CharField(max_length=300, blank=True)
    account_name = models.CharField(max_length=300, blank=True)
    owner_name = models.CharField(max_length=200, blank=True)
    team = models.CharField(max_length=80, blank=True)
    came_at = models.DateTimeField()
    status = models.CharField(max_length=80, blank=True, help_text="The record's own word for where it stands.")
    status_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0, help_text="On record; those told here are counted apart.")

    state = models.CharField(max_length=10, choices=State.choices)
    owner = models.ForeignKey(User, on_delete=models.RESTRICT, null=True, related_name="leads", db_index=False)
    queue = models.ForeignKey(LeadQueue, on_delete=models.RESTRICT, null=True, related_name="leads", db_index=False)
    next_at = models.DateTimeField()
    since = models.DateTimeField(help_text="From when on it has stood as it does.")
    handed_at = models.DateTimeField(null=True)
    owned_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer_minutes = models.FloatField(null=True)
    accepted_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=80, blank=True, help_text="Why it was returned, or died.")
    deal_id = models.CharField(max_length=300, blank=True)
    attempts_here = models.PositiveIntegerField(default=0)
    chance = models.FloatField(null=True, help_text="Its chance to become revenue, from 0 to 1; see scores.py.")
    points = models.FloatField(null=True)
    search_words = models.TextField(blank=True, help_text="What it is searched by, as search.py writes words.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "lead_id"], name="one_lead_of_an_id"),
            models.CheckConstraint(
                condition=Q(state__in=["new", "assigned", "accepted", "returned", "nurturing"])
                | Q(state__in=["converted", "won", "lost", "dead"]),
                name="every_lead_has_a_state",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=False, queue__isnull=True) | Q(owner__isnull=True, queue__isnull=False),
                name="every_lead_has_an_owner",
            ),
            models.CheckConstraint(
                condition=~Q(state="assigned") | Q(handed_at__isnull=False, due_at__isnull=False),
                name="every_hand_over_has_a_clock",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-came_at", "-id", *FILTERED], name="leads_newest_first"),
            models.Index(fields=["organisation", "owner", "state", "next_at", "id"], name="leads_of_an_owner"),
            models.Index(fields=["organisation", "queue", "state", "next_at", "id"], name="leads_of_a_queue"),
            models.Index(fields=["organisation", "state", "next_at", "id"], name="leads_by_next_date"),
            models.Index(fields=["organisation", "team", "-came_at", "-id"], name="leads_of_a_team"),
            models.Index(fields=["organisation", "deal_id"], condition=~Q(deal_id=""), name="leads_of_a_deal"),
            models.Index(
                fields=["organisation", "due_at", "id"],
                condition=Q(state="assigned", answered_at__isnull=True),
                name="leads_on_the_clock",
            ),
        ]

    def __str__(self) -> str:
        return self.person_name or self.account_name or self.lead_id


class LeadEvent(models.Model):
    """Something that was done with a lead here, or that the clock or an import did to where it stands.

    `before` and `after` are states; `person` is None where nobody did it. `detail` is what page and figures say of it.
    """

    class Kind(models.TextChoices):
        RECORD = "record", "The record said so"
        HANDED = "handed", "Handed over"
        ANSWERED = "answered", "Called or written to"
        ACCEPTED = "accepted", "Accepted"
        RETURNED = "returned", "Returned"
        NURTURED = "nurtured", "Taken back by marketing"
        CONVERTED = "converted", "Made a deal"
        ENDED = "ended", "Given up"
        SNOOZED = "snoozed", "Put off"
        REASSIGNED = "reassigned", "Given to another"
        OWNER_LEFT = "owner_left", "Its owner left"
        BROKEN = "broken", "Not answered in time"
        MERGED = "merged", "Merged"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    why = models.CharField(max_length=500, blank=True)
    detail: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["kind", "at"], name="lead_events_by_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.lead_id}"


class LeadAttempt(models.Model):
    """Someone tried to reach a lead and said so here, with one tap."""

    class Way(models.TextChoices):
        CALL = "call", "Call"
        MAIL = "mail", "Mail"
        MESSAGE = "message", "Message"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="attempts_told")
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.CALL)
    reached = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_way_display()} at {self.at:%Y-%m-%d %H:%M}"


class LeadIndex(models.Model):
    """Which data version the mirror of leads shows; `heading` is the one that a refresh is on its way to.

    `choices` are the values of the filters: {column: [[value, leads], ...]}, the most common ones first.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="lead_index")
    version = models.PositiveIntegerField(default=0)
    heading = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True, help_text="When that version was made: another lake has other times.")
    leads = models.PositiveIntegerField(default=0)
    choices: "models.JSONField[dict[str, list[list[Any]]], dict[str, list[list[Any]]]]" = models.JSONField(default=dict)
