"""The session of a day: what is due, then a few new cards, as much as fits into the minutes that were wished for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Sum
from django.utils import timezone

from afteraction.web.people.models import User
from afteraction.web.practice.models import CardAnswer, CardEdition, CardMemory, PracticeCard
from afteraction.web.practice.services import plan_of

USUAL_SECONDS: Final[dict[str, float]] = {"recall": 20, "choose": 15, "order": 30, "ask": 30}
"""What an answer takes, until there are some of the person's own."""
OWN_FROM: Final = 5
MOST_CARDS: Final = 60


@dataclass(frozen=True)
class SessionCard:
    """A card of the session, ready for the device."""

    card: int
    edition: int
    kind: str
    new: bool
    content: dict[str, Any]


@dataclass(frozen=True)
class Session:
    """The cards of now, about how many seconds they take, and what is left out because the minutes are over."""

    cards: tuple[SessionCard, ...]
    seconds: float
    due: int
    new: int
    practised: float
    answered: int
    next_due: datetime | None

    @property
    def minutes(self) -> int:
        """Rounded up: promised is what it takes at most."""
        return int(-(-self.seconds // 60))


def session_of(person: User, *, now: datetime) -> Session:
    """What someone is to practise now; everything of today that has been done is taken off."""
    plan = plan_of(person)
    start, end = _day(now)
    today = CardAnswer.objects.filter(person=person, at__gte=start)
    done = today.aggregate(seconds=Sum("seconds"), answers=Count("pk"))
    practised = done["seconds"] or 0.0
    left = max(plan.minutes * 60.0 - practised, 0.0)
    takes = _seconds(person)
    live = PracticeCard.objects.filter(organisation=person.organisation_id, retired_at=None)
    mine = CardMemory.objects.filter(person=person, card__in=live, edition=F("card__edition"))
    due = mine.filter(due__lt=end).exclude(last__gte=start).order_by("due", "card__place").select_related("card")
    begun = today.filter(order=0).values("card").distinct().count()
    fresh = live.exclude(pk__in=mine.values("card")).order_by("place", "pk")[: max(plan.new_a_day - begun, 0)]
    waiting = list(due[:MOST_CARDS])
    chosen = _fitting([(each.card, False) for each in waiting] + [(each, True) for each in fresh], takes, left)
    editions = {
        each.card_id: each
        for each in CardEdition.objects.filter(card__in=[card for card, _new in chosen], number=F("card__edition"))
    }
    cards = tuple(SessionCard(card.pk, card.edition, card.kind, new, editions[card.pk].content) for card, new in chosen)
    later = mine.filter(due__gte=end).order_by("due").values_list("due", flat=True).first()
    return Session(
        cards=cards,
        seconds=sum(takes[card.kind] for card, _new in chosen),
        due=len(waiting),
        new=sum(card.new for card in cards),
        practised=practised,
        answered=done["answers"],
        next_due=later,
    )


def _fitting(
    cards: Iterable[tuple[PracticeCard, bool]], takes: dict[str, float], left: float
) -> list[tuple[PracticeCard, bool]]:
    """The first ones that fit into the seconds left; at least one while there is any time, so that it goes on."""
    chosen: list[tuple[PracticeCard, bool]] = []
    total = 0.0
    for card, new in cards:
        if total + takes[card.kind] > left and (chosen or left <= 0):
            break
        chosen.append((card, new))
        total += takes[card.kind]
    return chosen


def _seconds(person: User) -> dict[str, float]:
    """What an answer of each kind takes this person: the median of their last ones, which no phone laid aside moves."""
    found: dict[str, list[float]] = {}
    last = CardAnswer.objects.filter(person=person).order_by("-at").values_list("card__kind", "seconds")[:200]
    for kind, seconds in last:
        found.setdefault(kind, []).append(seconds)
    own = {kind: max(sorted(each)[len(each) // 2], 3.0) for kind, each in found.items() if len(each) >= OWN_FROM}
    return USUAL_SECONDS | own


def _day(now: datetime) -> tuple[datetime, datetime]:
    """When the day of the installation's time zone began, and when it ends."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)
