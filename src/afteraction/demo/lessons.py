"""The lessons of the demo: drafts of the reviews, lessons of findings, and written ones in every state.

What reps did with them on deals of the record is simulated, as far as any of it is: three of the lessons help or do not
as stated here, which their lives then find out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db import transaction
from django.utils import timezone

from afteraction.web.deals.models import Deal
from afteraction.web.deals.selectors import as_of
from afteraction.web.insights.effect_rows import step_rows
from afteraction.web.insights.selectors import newest_results
from afteraction.web.lessons import services
from afteraction.web.lessons.findings import lesson_of_finding
from afteraction.web.lessons.life import follow_lessons
from afteraction.web.lessons.models import Lesson, LessonUse
from afteraction.web.lessons.selectors import all_lessons
from afteraction.web.lessons.writing import Scope, Words
from afteraction.web.people.models import Organisation, Role, User

_SEED: Final = 23
_TRIED: Final = "Simulated: three of us want to try it in the next deals"


@dataclass(frozen=True)
class _Written:
    """A lesson; `shown` is on how many ended deals it is shown, `used` with which chance on won deals and on others."""

    title: str
    text: str
    reason: str = ""
    state: str = "draft"
    shown: int = 0
    used: tuple[float, float] = (0.0, 0.0)
    smallest: float | None = None


_LESSONS: Final = (
    _Written(
        "Ask in week one who signs, and what they were burnt by",
        "In the first call ask who signs a contract like this one, and which project went wrong for them before. Write "
        "both down before you write a plan.",
        "Whoever signs looks for what went wrong the last time. Said early, it becomes part of the plan.",
        state="tested",
        shown=620,
        used=(0.62, 0.33),
    ),
    _Written(
        "Send the security answers before they are asked for",
        "Attach the filled-in questionnaire to the first proposal, with the name of the engineer who answers.",
        "Their security people come late. Asked late, the answers hold up the contract by weeks.",
        state="tested",
        shown=640,
        used=(0.46, 0.46),
    ),
    _Written(
        "Offer a smaller first step when the budget is not yet theirs",
        "Name a first part that one department can pay by itself, with a price and an end date.",
        "A small yes leaves someone inside who wants the rest.",
        state="tested",
        shown=150,
        used=(0.5, 0.4),
    ),
    _Written(
        "Let a customer of their size speak",
        "A call of twenty minutes with a customer of the same size, without us after the first five.",
        "They ask a customer what they do not ask us.",
        state="in_use",
        shown=60,
        used=(0.5, 0.45),
    ),
    _Written(
        "Say in the first meeting what the product cannot do",
        "Three things that we do not do, before they find them. Then the three that nobody else does.",
        "It is the first proof that the rest is true.",
    ),
)


@transaction.atomic
def make_lessons(organisation: Organisation, rep: User, manager: User) -> None:
    """Write the lessons, have them shown and used on deals of the record, and follow them. Does nothing when done."""
    until = as_of(organisation)
    titles = [each.title for each in _LESSONS]
    if until is None or Lesson.objects.filter(organisation=organisation, title__in=titles).exists():
        return
    rng, now = np.random.default_rng(_SEED), timezone.now()
    people = list(User.objects.filter(organisation=organisation, role=Role.REP).exclude(owner_name="").order_by("pk"))
    by_owner = {person.owner_name: person for person in people}
    begun = until - timedelta(days=900)
    for place, each in enumerate(_LESSONS):
        _make(each, (rep, manager)[place % 2], manager, by_owner, begun, rng)
    shown = newest_results(organisation)
    helping = [row.key for row in step_rows(shown.figures) if row.verdict == "helps"] if shown else []
    for key in helping[:2]:
        lesson_of_finding(by=manager, key=key, now=now)
    drafts = all_lessons(manager).filter(state="draft", origin=Lesson.Origin.REVIEW).order_by("pk")
    for draft in drafts[:2]:
        services.move(by=manager, lesson=draft, to="tested", why=_TRIED, now=now - timedelta(days=2))
    follow_lessons(organisation=organisation, now=now)


def _make(
    each: _Written,
    author: User,
    manager: User,
    by_owner: dict[str, User],
    begun: datetime,
    rng: np.random.Generator,
) -> None:
    lesson = services.create_lesson(
        by=author, words=Words(each.title, each.text, each.reason, Scope()), now=begun, owner=manager
    )
    if each.state != "draft":
        lesson = services.move(by=manager, lesson=lesson, to="tested", why=_TRIED, now=begun, smallest=each.smallest)
    if each.state == "in_use":
        services.move(by=manager, lesson=lesson, to="in_use", why="Simulated: it is part of every plan now", now=begun)
    ended = Deal.objects.filter(organisation=lesson.organisation, closed_at__isnull=False, created_at__gte=begun)
    ended = ended.exclude(outcome="open").filter(owner__in=by_owner).order_by("closed_at", "pk")
    deals = list(ended)
    chosen = sorted(rng.choice(len(deals), size=min(each.shown, len(deals)), replace=False).tolist())
    LessonUse.objects.bulk_create(
        [use for place in chosen if (use := _use(lesson, deals[place], each, by_owner, rng)) is not None]
    )


def _use(
    lesson: Lesson, deal: Deal, each: _Written, by_owner: dict[str, User], rng: np.random.Generator
) -> LessonUse | None:
    """Shown in the first half of the deal; said to be used, or not useful, within a day."""
    if deal.closed_at is None or deal.created_at is None or deal.closed_at <= deal.created_at + timedelta(days=4):
        return None
    lasted = deal.closed_at - deal.created_at
    shown_at = deal.created_at + lasted * float(rng.uniform(0.05, 0.5))
    said_at = shown_at + timedelta(hours=float(rng.uniform(0, 20)))
    used = rng.random() < each.used[deal.outcome != "won"]
    said = "used" if used else "not_useful" if rng.random() < 0.3 else ""
    chance = {} if deal.chance_start is None else {"chance": round(deal.chance_start, 4)}
    return LessonUse(
        lesson=lesson,
        organisation_id=lesson.organisation_id,
        deal_id=deal.deal_id,
        person=by_owner[deal.owner],
        said=said,
        shown_at=shown_at,
        said_at=said_at if said else None,
        fit=chance,
    )
