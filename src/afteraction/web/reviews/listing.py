"""Lists of reviews: whose, in which state, page by page. Every list is answered by an index, however many there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet

from afteraction.web.deals.paging import Page, key_page
from afteraction.web.deals.selectors import Count
from afteraction.web.people.models import Role, User
from afteraction.web.reviews.models import Answer, Review

LISTS: Final = {
    "due": "To do",
    "overdue": "Overdue",
    "waiting": "Waiting for the manager",
    "done": "Done",
    "skipped": "Skipped",
    "left_out": "Not drawn",
}
"""What a review may be asked for, in words."""
OUTCOMES: Final = ("won", "lost", "no_decision")
MOST_COUNTED: Final = 1_000
RECENT: Final = timedelta(days=60)
"""A manager's part is waited for as long after the due date; beyond nobody remembers the deal."""


@dataclass(frozen=True)
class ReviewList:
    """What is asked for: whose reviews (mine, team, all), in which state, of which team and outcome."""

    whose: str
    what: str = "due"
    team: str = ""
    outcome: str = ""

    @classmethod
    def read(cls, user: User, query: Mapping[str, Any]) -> "ReviewList":
        """The list that an address asks for; what cannot be read is left out."""
        known = whose_choices(user)
        whose, what, outcome = query.get("whose", ""), query.get("what", ""), query.get("outcome", "")
        return cls(
            whose=whose if whose in known else next(iter(known)),
            what=what if what in LISTS else "due",
            team=query.get("team", "")[:200],
            outcome=outcome if outcome in OUTCOMES else "",
        )

    def query(self, **changed: str) -> str:
        """The list as the query of an address, with some of it changed."""
        asked = {"whose": self.whose, "what": self.what, "team": self.team, "outcome": self.outcome} | changed
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def newest_first(self) -> bool:
        """What is to do is listed by its due date, what is over from the newest on."""
        return self.what not in ("due", "overdue")


def whose_choices(user: User) -> dict[str, str]:
    """Whose reviews someone may list, the likeliest first."""
    everyone = {"all": "Everyone's"}
    if user.role == Role.REP:
        return {"mine": "Mine"} | ({"team": "My team's"} if user.team else {}) | everyone
    return ({"team": "My team's"} if user.team else {}) | everyone


def reviews_for(user: User, asked: ReviewList, *, today: date) -> "QuerySet[Review]":
    """The reviews that someone asks for, in no order."""
    found = Review.objects.filter(organisation=user.organisation)
    if asked.whose == "mine":
        found = found.filter(person=user)
    elif asked.whose == "team" and user.team is not None:
        found = found.filter(team=user.team.name)
    elif asked.team:
        found = found.filter(team=asked.team)
    if asked.outcome:
        found = found.filter(outcome=asked.outcome)
    return _in_state(found, asked.what, today)


def _in_state(found: "QuerySet[Review]", what: str, today: date) -> "QuerySet[Review]":
    state = Review.State
    if what == "due":
        return found.filter(state=state.DUE)
    if what == "overdue":
        return found.filter(state=state.DUE, due_on__lt=today)
    if what == "waiting":
        said = Answer.objects.filter(review=OuterRef("pk"), voice=Answer.Voice.MANAGER).exclude(done_at=None)
        return found.filter(state=state.DONE, due_on__gte=today - RECENT).exclude(Exists(said))
    return found.filter(state=what)


def review_page(user: User, asked: ReviewList, cursor: str = "", *, today: date) -> Page[Review]:
    """A page of reviews."""
    found = reviews_for(user, asked, today=today)
    return key_page(found, "due_on", asked.newest_first, cursor)


def counts_for(user: User, asked: ReviewList, *, today: date, lists: Iterable[str] = tuple(LISTS)) -> dict[str, Count]:
    """How many reviews each list has for whom is asked for; counted up to MOST_COUNTED."""
    counts = {}
    for what in lists:
        other = ReviewList(asked.whose, what, asked.team, asked.outcome)
        number = reviews_for(user, other, today=today).values("pk")[: MOST_COUNTED + 1].count()
        counts[what] = Count(min(number, MOST_COUNTED), number > MOST_COUNTED)
    return counts


def teams_with_reviews(user: User) -> list[str]:
    """The teams of the record, which a list may be narrowed to."""
    state = getattr(user.organisation, "index_state", None)
    return sorted(str(value) for value, _label, _deals in (state.choices.get("team", []) if state else []))


def next_for(user: User, review: Review) -> Review | None:
    """The review that comes next for whoever has just finished one of their own."""
    own = Review.objects.filter(organisation=user.organisation, person=user, state=Review.State.DUE)
    return own.exclude(pk=review.pk).order_by("due_on", "pk").first()


def reviews_of_deal(user: User, deal_id: str) -> "QuerySet[Review]":
    """The reviews of a deal, the newest first: one for each time that it ended."""
    found = Review.objects.filter(organisation=user.organisation, deal_id=deal_id)
    return found.exclude(state=Review.State.WITHDRAWN).order_by("-closing")
