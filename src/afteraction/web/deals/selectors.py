"""What there is to know about deals. Every query starts from the organisation of who asks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import numpy as np
from django.db.models import Q, QuerySet
from django.utils import timezone

from afteraction.web.deals.columns import Bools, Columns, columns_of
from afteraction.web.deals.evidence import Evidence
from afteraction.web.deals.filters import NEWEST, SORTS, DealFilters
from afteraction.web.deals.models import Deal, IndexState, SavedView
from afteraction.web.deals.paging import PER_PAGE, DealPage, page_from, page_of
from afteraction.web.deals.record import events_of
from afteraction.web.deals.timeline import Timeline, timeline
from afteraction.web.full_text import FEW
from afteraction.web.people.models import Organisation, User

MOST_COUNTED: Final = FEW
STALLED_DAYS: Final = 30


@dataclass(frozen=True)
class Count:
    """How many deals there are; `more` where counting was given up."""

    deals: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.deals:,}{'+' if self.more else ''}"


def index_state(user: User) -> IndexState | None:
    """Which data version the mirror shows; None before the first."""
    return IndexState.objects.filter(organisation=user.organisation, version__gt=0).first()


def deals_for(user: User, filters: DealFilters) -> "QuerySet[Deal]":
    """The deals that someone may see and asks for, in no order."""
    return filters.narrow(user.organisation, filters.look(user.organisation))


def deal_page(user: User, filters: DealFilters, cursor: str = "", size: int = PER_PAGE) -> DealPage:
    """A page of the deals that someone asks for, in the order asked for."""
    return deal_list(user, filters, cursor, size, index_state(user))[0]


def deal_list(
    user: User, filters: DealFilters, cursor: str, size: int, state: IndexState | None
) -> tuple[DealPage, Count | None]:
    """A page of deals, and how many there are where finding it has told.

    Of a large record columns tell both. Else the newest ones are found in their index, which has all that is filtered
    by. In another order up to MOST_COUNTED are found there and then put in order; where there are more, an index of
    that order meets one of them every few rows.
    """
    if told := _by_columns(user.organisation, filters, state):
        page = page_from(*told, filters, cursor, size)
        if page is not None:
            return page, _sum(told[1])
    found = filters.look(user.organisation)
    wanted, count = filters.narrow(user.organisation, found), known_count(filters, state)
    many = (found is not None and found.keys is None) or (count is not None and count.deals > MOST_COUNTED)
    if filters.narrowed and not many and filters.column != SORTS[NEWEST.removeprefix("-")]:
        keys = _newest(wanted)
        count = _count(keys)
        if not count.more:
            wanted = Deal.objects.filter(id__in=keys)
    return page_of(wanted, filters.column, filters.falling, cursor, size), count


def _newest(deals: "QuerySet[Deal]") -> tuple[int, ...]:
    """The keys of the newest of these deals, one more than MOST_COUNTED at most."""
    return tuple(deals.order_by("-last_event_at", "-id").values_list("id", flat=True)[: MOST_COUNTED + 1])


def _count(keys: tuple[int, ...]) -> Count:
    return Count(min(len(keys), MOST_COUNTED), len(keys) > MOST_COUNTED)


def _by_columns(
    organisation: Organisation, filters: DealFilters, state: IndexState | None
) -> tuple[Columns, Bools] | None:
    """The columns, and which of their deals are asked for; None where the database has to be asked."""
    columns = columns_of(organisation, state)
    found = columns.matching(filters) if columns else None
    return None if columns is None or found is None else (columns, found)


def _sum(found: Bools) -> Count:
    return Count(int(np.count_nonzero(found)))


def known_count(filters: DealFilters, state: IndexState | None) -> Count | None:
    """How many deals are asked for, where that is known without counting: for all of the record, or one value."""
    if state is None:
        return Count(0)
    if not filters.narrowed:
        return Count(state.deals)
    if len(filters.values) == 1 and filters.query(sort=False) == urlencode(filters.values):
        [(name, value)] = filters.values
        found = next((deals for known, _label, deals in state.choices.get(name, []) if known == value), None)
        return None if found is None else Count(found)
    return None


def count_for(user: User, filters: DealFilters) -> Count:
    """How many deals are asked for, counted up to MOST_COUNTED; what is known is not counted."""
    state = index_state(user)
    if told := _by_columns(user.organisation, filters, state):
        return _sum(told[1])
    known = known_count(filters, state)
    if known is not None:
        return known
    return _count(_newest(deals_for(user, filters)))


def deal_for(user: User, deal_id: str) -> Deal | None:
    """A deal by its id in the record."""
    return Deal.objects.filter(organisation=user.organisation, deal_id=deal_id).first()


def timeline_of(deal: Deal, state: IndexState | None, evidence: Evidence | None) -> Timeline:
    """The course of a deal: its events in the mirrored version, held against the process of the newest analysis."""
    events = events_of(deal.organisation.home, state.version, deal.deal_id) if state else ()
    process, states = (evidence.process, evidence.steps) if evidence else (None, {})
    until = as_of(deal.organisation) or timezone.now()
    return timeline(events, process, states, deal.created_at, deal.closed_at, until)


def as_of(organisation: Organisation) -> datetime | None:
    """The newest date of the record: up to when open deals were seen to be open."""
    dated = Deal.objects.filter(organisation=organisation, last_event_at__isnull=False)
    return dated.order_by("-last_event_at", "-id").values_list("last_event_at", flat=True).first()


@dataclass(frozen=True)
class Stalled:
    """Open deals of which nothing has been heard for long, the longest first; `days` since their last event."""

    deals: tuple[tuple[Deal, int], ...]
    before: datetime
    more: bool


def stalled_deals(user: User, days: int = STALLED_DAYS, most: int = 6) -> Stalled | None:
    """The stalled open deals of someone's team, of everyone where they have none; None without a record."""
    now = as_of(user.organisation)
    if now is None:
        return None
    before = now - timedelta(days=days)
    found = Deal.objects.filter(organisation=user.organisation, outcome="open", last_event_at__lt=before)
    if user.team is not None:
        found = found.filter(team=user.team.name)
    deals = list(found.order_by("last_event_at", "id")[: most + 1])
    rows = ((each, (now - each.last_event_at).days) for each in deals[:most] if each.last_event_at)
    return Stalled(tuple(rows), before, len(deals) > most)


def chances_of_owner(user: User, most: int = 3) -> tuple[tuple[Deal, ...], tuple[Deal, ...]]:
    """The open deals of a rep with the highest and with the lowest chance; none where no chance is known."""
    known = Deal.objects.filter(
        organisation=user.organisation, owner=user.owner_name, outcome="open", chance__isnull=False
    ).exclude(owner="")
    high = tuple(known.order_by("-chance", "-id")[:most])
    low = known.exclude(pk__in=[deal.pk for deal in high]).order_by("chance", "id")[:most]
    return high, tuple(low)


def views_for(user: User) -> "QuerySet[SavedView]":
    """The saved views of someone, and those that their team shares."""
    own = Q(user=user)
    if user.team_id is not None:
        own |= Q(shared=True, user__team_id=user.team_id, user__is_active=True)
    return SavedView.objects.filter(own, user__organisation=user.organisation).select_related("user").order_by("name")
