"""What the home page says about buyers: to managers and reps, who is asked soon, while it can still be looked at."""

from typing import Final

from afteraction.web.buyers.models import Asking
from afteraction.web.buyers.programme import programme_of
from afteraction.web.buyers.selectors import visible_askings
from afteraction.web.people.home import Card
from afteraction.web.people.models import Role, User

_MOST: Final = 5


def cards(user: User) -> list[Card]:
    """The deals of someone, or of their team, whose buyer is asked when the preview is over."""
    if user.role not in (Role.REP, Role.MANAGER) or not programme_of(user.organisation).is_on:
        return []
    waiting = list(visible_askings(user, Asking.State.PREVIEW).order_by("send_after", "pk")[: _MOST + 1])
    if not waiting:
        return []
    context = {"askings": waiting[:_MOST], "more": len(waiting) > _MOST, "leads": user.role == Role.MANAGER}
    note = "You may withhold one, with a reason" if user.role == Role.MANAGER else "Of your deals"
    return [Card("Buyers who are asked soon", "buyers/cards/preview.html", context, order=45, note=note)]
