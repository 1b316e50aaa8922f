"""How sources stand, as people see it: which are heard, which are in trouble, what of them could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from afteraction.web.listening.models import Item, Source, Unreadable
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

QUIET: Final = timedelta(days=30)
"""A source that is asked and brings nothing new for so long may have moved."""
PER_PAGE: Final = 50
STATES: Final = (
    "source_trouble",
    "source_quiet",
    "source_unread",
    "source_new",
    "source_well",
    "source_paused",
)
"""As `chips.py` words them, in the order in which they want attention."""


@dataclass(frozen=True)
class Health:
    """How all sources of an organisation stand: counts by state, and items heard in the last week."""

    states: dict[str, int]
    items: int

    @property
    def total(self) -> int:
        """All sources."""
        return sum(self.states.values())


def sources_for(user: User, *, now: datetime, state: str = "") -> "QuerySet[Source]":
    """The sources of someone's organisation with the `state` of each, or those of one; for all who listen: they may
    know where.
    """
    found = Source.objects.filter(organisation=user.organisation_id).annotate(state=_state(now))
    if not may(user, Right.LISTEN):
        return found.none()
    return found.filter(state=state) if state else found


def _state(now: datetime) -> Case:
    is_asked = Q(kind__in=(Source.Kind.FEED, Source.Kind.MAILBOX))
    is_old = Q(made_at__lt=now - QUIET) & (Q(new_at=None) | Q(new_at__lt=now - QUIET))
    return Case(
        When(is_on=False, then=Value("source_paused")),
        When(failures__gt=0, then=Value("source_trouble")),
        When(heard_at=None, then=Value("source_new")),
        When(Q(unread__gt=0) | ~Q(trouble=""), then=Value("source_unread")),
        When(is_asked & is_old, then=Value("source_quiet")),
        default=Value("source_well"),
    )


def week_of(sources: Sequence[Source], *, now: datetime) -> dict[int, int]:
    """How many items each of a page of sources brought in the last seven days."""
    items = Item.objects.filter(source__in=[each.pk for each in sources], heard_at__gte=now - timedelta(days=7))
    return dict(items.order_by().values_list("source").annotate(n=Count("pk")))


def in_order(sources: "QuerySet[Source]") -> "QuerySet[Source]":
    """Those that want attention first."""
    whens = [When(state=state, then=Value(place)) for place, state in enumerate(STATES)]
    return sources.annotate(place=Case(*whens, output_field=IntegerField())).order_by("place", "name", "pk")


def health_of(user: User, *, now: datetime) -> Health:
    """How all sources stand."""
    states = Source.objects.filter(organisation=user.organisation_id).annotate(state=_state(now)).order_by()
    counts = dict(states.values_list("state").annotate(n=Count("pk")))
    week = Item.objects.filter(organisation=user.organisation_id, heard_at__gte=now - timedelta(days=7))
    return Health({state: counts.get(state, 0) for state in STATES}, week.count())


def unreadable_of(source: Source) -> "QuerySet[Unreadable]":
    """What could not be read of a source, the newest on top."""
    return Unreadable.objects.filter(source=source).order_by("-heard_at", "-pk")


def items_of(source: Source) -> "QuerySet[Item]":
    """What a source brought, the newest on top."""
    return Item.objects.filter(source=source).order_by("-heard_at", "-published_at", "-pk")
