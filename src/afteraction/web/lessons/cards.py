"""What the home page says about lessons."""

from django.utils import timezone

from afteraction.web.lessons.models import Lesson
from afteraction.web.lessons.on_deal import has_lessons_for_own
from afteraction.web.lessons.selectors import drafts_for, due_for
from afteraction.web.people.home import Card
from afteraction.web.people.models import Role, User
from afteraction.web.people.roles import Right, may

_SHOWN = 4


def cards(user: User) -> list[Card]:
    """The cards of someone by their role."""
    own = _own_deals(user) if user.role == Role.REP else []
    return [*own, *_to_decide(user), *_due(user)]


def _to_decide(user: User) -> list[Card]:
    """Drafts that wait for whoever decides about lessons."""
    if not may(user, Right.OWN_LESSONS):
        return []
    return _lines("Lessons to decide about", list(drafts_for(user)[: _SHOWN + 1]), due=False)


def _due(user: User) -> list[Card]:
    """Their own lessons that are due."""
    return _lines("Lessons to look at again", list(due_for(user, today=timezone.now().date())[: _SHOWN + 1]), due=True)


def _lines(title: str, lessons: list[Lesson], *, due: bool) -> list[Card]:
    if not lessons:
        return []
    context = {"lessons": lessons[:_SHOWN], "more": len(lessons) > _SHOWN, "due": due}
    return [Card(title, "lessons/cards/lines.html", context, order=40)]


def _own_deals(user: User) -> list[Card]:
    """Lessons for the open deals of a rep, which the card fetches by itself: the page does not wait for them."""
    if not has_lessons_for_own(user):
        return []
    return [Card("Lessons for your open deals", "lessons/cards/own_deals.html", order=35, wide=True)]
