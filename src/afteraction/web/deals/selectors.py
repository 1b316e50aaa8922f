"""What there is to know about deals. Every query starts from the organisation of who asks."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from afteraction.web.deals.filters import DealFilters
from afteraction.web.deals.models import Deal, IndexState, SavedView
from afteraction.web.deals.paging import PER_PAGE, DealPage, page_of
from afteraction.web.people.models import User

MOST_COUNTED: Final = 10_000


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
    return filters.narrow(user.organisation)


def deal_page(user: User, filters: DealFilters, cursor: str = "", size: int = PER_PAGE) -> DealPage:
    """A page of the deals that someone asks for, in the order asked for."""
    return page_of(deals_for(user, filters), filters.column, filters.falling, cursor, size)


def count_for(user: User, filters: DealFilters, state: IndexState | None = None) -> Count:
    """How many deals are asked for, counted up to MOST_COUNTED; of the whole record it is known."""
    if not filters.any and state is not None:
        return Count(state.deals)
    found = deals_for(user, filters).values("id")[: MOST_COUNTED + 1].count()
    return Count(min(found, MOST_COUNTED), found > MOST_COUNTED)


def deal_for(user: User, deal_id: str) -> Deal | None:
    """A deal by its id in the record."""
    return Deal.objects.filter(organisation=user.organisation, deal_id=deal_id).first()


def views_for(user: User) -> "QuerySet[SavedView]":
    """The saved views of someone, and those that their team shares."""
    own = Q(user=user)
    if user.team_id is not None:
        own |= Q(shared=True, user__team_id=user.team_id, user__is_active=True)
    return SavedView.objects.filter(own, user__organisation=user.organisation).select_related("user").order_by("name")
