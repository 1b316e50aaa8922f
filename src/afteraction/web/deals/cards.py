"""What the home page says about deals: to managers which are stalled, to reps which of theirs are likely."""

from typing import Final

from afteraction.web.deals.selectors import STALLED_DAYS, chances_of_owner, stalled_deals
from afteraction.web.people.home import Card
from afteraction.web.people.models import Role, User

_LEADING: Final = (Role.MANAGER, Role.OPERATIONS, Role.EXECUTIVE)


def cards(user: User) -> list[Card]:
    """The cards of someone by their role."""
    if user.role == Role.REP:
        return _own(user)
    return _stalled(user) if user.role in _LEADING else []


def _stalled(user: User) -> list[Card]:
    found = stalled_deals(user)
    if found is None or not found.deals:
        return []
    note = f"{'The longest silent of y' if found.more else 'Y'}our team" if user.team else "Everyone"
    context = {"stalled": found, "days": STALLED_DAYS, "team": user.team.name if user.team else ""}
    return [Card("Open deals that are stalled", "deals/cards/stalled.html", context, order=40, note=note)]


def _own(user: User) -> list[Card]:
    high, low = chances_of_owner(user)
    if not high:
        return []
    context = {"high": high, "low": low, "owner": user.owner_name}
    return [Card("Your open deals", "deals/cards/own.html", context, order=40, note="By their chance today")]
