"""What the home page says about reviews: to reps what is due, to managers what the team owes and what waits."""

from datetime import date

from django.utils import timezone

from afteraction.web.people.home import Card
from afteraction.web.people.models import Role, User
from afteraction.web.reviews.listing import ReviewList, counts_for, review_page, reviews_for

_SHOWN = 5


def cards(user: User) -> list[Card]:
    """The cards of someone by their role; none where nothing is to do."""
    today = timezone.now().date()
    if user.role == Role.REP:
        return _own(user, today)
    return _of_the_team(user, today) if user.role == Role.MANAGER else []


def _own(user: User, today: date) -> list[Card]:
    found = reviews_for(user, ReviewList("mine", "due"), today=today)
    due = list(found.order_by("due_on", "pk")[: _SHOWN + 1])
    if not due:
        return []
    context = {"reviews": due[:_SHOWN], "more": len(due) > _SHOWN, "today": today}
    return [Card("Reviews to do", "reviews/cards/own.html", context, order=10, note="Two minutes each")]


def _of_the_team(user: User, today: date) -> list[Card]:
    whose = "team" if user.team is not None else "all"
    counts = counts_for(user, ReviewList(whose), today=today, lists=("due", "overdue", "waiting"))
    if not any(count.deals for count in counts.values()):
        return []
    overdue = review_page(user, ReviewList(whose, "overdue"), today=today).rows[:_SHOWN]
    waiting = review_page(user, ReviewList(whose, "waiting"), today=today).rows[:_SHOWN]
    context = {"counts": counts, "overdue": overdue, "waiting": waiting, "today": today, "whose": whose}
    return [Card("Reviews of your team", "reviews/cards/team.html", context, order=10)]
