"""What the home page says about lessons."""

from afteraction.web.lessons.on_deal import has_lessons_for_own
from afteraction.web.people.home import Card
from afteraction.web.people.models import Role, User


def cards(user: User) -> list[Card]:
    """The cards of someone by their role."""
    return _own_deals(user) if user.role == Role.REP else []


def _own_deals(user: User) -> list[Card]:
    """Lessons for the open deals of a rep, which the card fetches by itself: the page does not wait for them."""
    if not has_lessons_for_own(user):
        return []
    return [Card("Lessons for your open deals", "lessons/cards/own_deals.html", order=35, wide=True)]
