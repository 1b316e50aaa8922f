"""Plays of the demo: one that is followed, in its second version, and one that is being written; and weekly work.

Made by the same services as on the pages. What people write in them says that it is simulated.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from afteraction.web.deals.models import Deal
from afteraction.web.lessons.models import Lesson
from afteraction.web.people.models import Organisation, User
from afteraction.web.plays import measuring, services
from afteraction.web.plays.body import Move, Piece, read
from afteraction.web.plays.models import Play

_FROM: Final = 40
_QUESTIONS: Final = (
    "What happens if you do nothing until next year?",
    "Who else will have to say yes, and what do they need to see?",
    "What would make you regret this decision?",
)


def make_plays(organisation: Organisation, rep: User, manager: User) -> None:
    """A published play with two versions, a draft of the rep, and what goes before wins. Does nothing when done."""
    if Play.objects.filter(organisation=organisation).exists():
        return
    now = timezone.now()
    measuring.keep_leading(organisation=organisation, now=now)
    deserved = Deal.objects.filter(organisation=organisation, box="deserved_win")
    keys = _newest(deserved)
    play = services.make_play(
        by=manager, title="Bring the people who decide to one table", deal_ids=keys, now=now - timedelta(days=60)
    )
    measuring.measure_play(play=play, now=now)
    play.refresh_from_db()
    body = replace(
        read(play.body),
        what="Simulated: get everybody who can say no into one meeting before a price is named.",
        when="Simulated: as soon as somebody on the buyer's side says that it is not theirs alone to decide.",
        questions=_QUESTIONS[:2],
    )
    lessons = Lesson.objects.filter(organisation=organisation).exclude(state=Lesson.State.RETIRED).order_by("pk")[:2]
    services.save_play(by=manager, play=play, body=body, lessons=lessons, now=now - timedelta(days=58))
    if not body.moves:
        return
    services.publish(by=manager, play=play, note="", now=now - timedelta(days=57))
    better = replace(
        body,
        moves=(*body.moves, Move("Write down who decides what, and send it to them", "", "the day after")),
        questions=_QUESTIONS,
        content=(Piece("One-page plan that both sides sign"),),
    )
    services.save_play(by=manager, play=play, body=better, lessons=lessons, now=now - timedelta(days=20))
    note = "Simulated: in three of four lost deals nobody had written down who decides."
    services.publish(by=manager, play=play, note=note, now=now - timedelta(days=19))
    measuring.measure_play(play=play, now=now)
    _draft(organisation, rep, now)


def _draft(organisation: Organisation, rep: User, now: datetime) -> None:
    against = Deal.objects.filter(organisation=organisation, outcome="won").exclude(competitor="")
    competitor = against.order_by("-closed_at", "pk").values_list("competitor", flat=True).first() or ""
    play = services.make_play(
        by=rep, title=f"Against {competitor}" if competitor else "When they compare us", now=now,
        deal_ids=_newest(against.filter(competitor=competitor), 25),
    )  # fmt: skip
    measuring.measure_play(play=play, now=now)


def _newest(deals: "QuerySet[Deal]", most: int = _FROM) -> list[str]:
    return list(deals.order_by("-closed_at", "pk").values_list("deal_id", flat=True)[:most])
