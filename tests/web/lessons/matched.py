"""Lessons, open deals and what stands behind them, as tests of matching need them."""

from datetime import UTC, datetime
from typing import Any

from tests.cast import Cast

from afteraction.web.deals.models import Deal
from afteraction.web.lessons.models import Lesson, LessonDeal
from afteraction.web.lessons.search import words_of
from afteraction.web.people.models import Organisation

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)


def lesson(
    organisation: Organisation, title: str, text: str = "", behind: tuple[Deal, ...] = (), **fields: Any
) -> Lesson:
    """A lesson in use that holds anywhere, unless said otherwise, with the deals behind it."""
    content = {"state": Lesson.State.IN_USE, "made_at": NOW, "changed_at": NOW} | fields
    made = Lesson(organisation=organisation, title=title, text=text or f"{title}.", **content)
    made.search_words = words_of(made)
    made.save()
    LessonDeal.objects.bulk_create([LessonDeal(lesson=made, deal_id=each.deal_id, added_at=NOW) for each in behind])
    return made


def open_deal(cast: Cast, deal_id: str = "open-1", **fields: Any) -> Deal:
    """An open deal of the rep in Propose, against Corvane, in the segment Enterprise."""
    content = {
        "name": f"Deal {deal_id}",
        "owner": cast.rep.owner_name,
        "owner_name": cast.rep.name,
        "team": cast.rep.team.name if cast.rep.team else "",
        "outcome": "open",
        "stage": "Propose",
        "segment": "Enterprise",
        "competitor": "Corvane",
        "amount": 50_000.0,
        "currency": "EUR",
        "last_event_at": NOW,
    }
    return Deal.objects.create(organisation=cast.organisation, deal_id=deal_id, **content | fields)


def won_deal(cast: Cast, deal_id: str = "won-1", **fields: Any) -> Deal:
    """A deal of the same kind that was won."""
    return open_deal(cast, deal_id, **{"outcome": "won", "closed_at": NOW, "stage": ""} | fields)
