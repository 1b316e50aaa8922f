"""How a lesson lives: tested, in use, kept or retired, as what happens where it is shown says. Nobody has to look.

- A draft is tested when a person decides so, or by itself once enough deals that speak for it stand behind it.
- What is tested is in use once enough people have used it on enough deals, or when a person decides so.
- At the looks that its plan foresees, and only then, the effect decides: kept when it is above nothing; retired when it
  is below, or when an effect as large as the smallest that matters can be ruled out. Between, it goes on; after the
  last look a person decides. What each look saw stays on record.
- Deals that end after it was kept or taken into use challenge it when they speak against it loudly enough.

The plan and what it looks at are in `analysis.lesson_evidence`. Following the same data twice changes nothing.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.utils.dateparse import parse_datetime

from afteraction.analysis.lesson_evidence import (
    Contradiction,
    Decision,
    Look,
    Plan,
    Waiting,
    contradiction,
    follow,
    next_look,
)
from afteraction.errors import NotEnoughData
from afteraction.report.wording import many, points
from afteraction.web.deals.models import IndexState
from afteraction.web.deals.selectors import as_of
from afteraction.web.lessons.models import Lesson, LessonDeal, LessonUse
from afteraction.web.lessons.services import REVIEWED_AFTER, note_change, regrade
from afteraction.web.lessons.shown import ShownDeal, as_arrays, shown_deals
from afteraction.web.people.models import Organisation

SMALLEST: Final = Plan().smallest
CHOICES: Final = (0.05, 0.1, 0.15, 0.2, 0.25)
"""What a person may choose as the smallest effect that matters."""
ENOUGH_BEHIND: Final = 3
"""Deals behind a draft, with none against it, with which it is tested without anybody's decision."""
ENOUGH_USED: Final = 5
"""Deals on which a tested lesson was used, by two people at least, with which it is in use."""
State = Lesson.State
_MEASURED: Final = (State.TESTED, State.IN_USE)
_CHALLENGED: Final = (State.IN_USE, State.KEPT)
_WORDS: Final = {
    Decision.HELPS: (State.KEPT, "It helps"),
    Decision.HARMFUL: (State.RETIRED, "It does harm"),
    Decision.NO_USE: (State.RETIRED, "An effect that matters is ruled out"),
}


def begin_test(lesson: Lesson, now: datetime, smallest: float | None = None) -> None:
    """Begins a new test: its plan is fixed, and what was shown before does not count. The lesson is not saved."""
    plan = asdict(Plan(smallest=smallest if smallest in CHOICES else SMALLEST))
    lesson.evidence = {"plan": plan, "since": now.isoformat(), "looks": []}


def follow_lessons(*, organisation: Organisation, now: datetime) -> int:
    """Moves every lesson of an organisation as its evidence says; how many moved. Idempotent."""
    living = Lesson.objects.filter(organisation=organisation, merged_into=None).exclude(state=State.RETIRED)
    return sum(
        follow_lesson(lesson_id=key, now=now) for key in list(living.order_by("pk").values_list("pk", flat=True))
    )


@transaction.atomic
def follow_lesson(*, lesson_id: int, now: datetime) -> bool:
    """Brings the evidence of one lesson up to date and moves it; whether it moved."""
    lesson = Lesson.objects.select_for_update().select_related("organisation").filter(pk=lesson_id).first()
    if lesson is None or lesson.merged_into_id is not None or lesson.state == State.RETIRED:
        return False
    before = lesson.state
    if lesson.state == State.DRAFT:
        _take_up(lesson, now)
    else:
        if "plan" not in lesson.evidence:  # it was there before lessons were followed
            begin_test(lesson, lesson.made_at)
        _follow_evidence(lesson, now)
    moved = lesson.state != before
    if moved:
        lesson.changed_at = now
    lesson.save(update_fields=["state", "evidence", "challenged_at", "review_on", "changed_at"])
    regrade(lesson)
    return moved


def _take_up(lesson: Lesson, now: datetime) -> None:
    behind = list(lesson.deals.values_list("contradicts", flat=True))
    if len(behind) < ENOUGH_BEHIND or any(behind):
        return
    lesson.state = State.TESTED
    begin_test(lesson, now)
    lesson.review_on = lesson.review_on or (now + REVIEWED_AFTER).date()
    note_change(lesson, State.DRAFT, f"{many(len(behind), 'deal')} stand behind it and none against", None, now)


def _follow_evidence(lesson: Lesson, now: datetime) -> None:
    evidence = lesson.evidence
    since = parse_datetime(evidence["since"]) or lesson.made_at
    state = IndexState.objects.filter(organisation=lesson.organisation).first()
    deals = shown_deals(lesson, since)
    until = as_of(lesson.organisation) or now  # until then open deals were seen to be open
    evidence |= {"counts": _counts(deals), "data_version": state.version if state else 0}
    if lesson.state in _MEASURED:
        _look(lesson, deals, until, now)
    if lesson.state == State.TESTED:
        _into_use(lesson, now)
    _put_behind(lesson, deals, now)
    if lesson.state in _CHALLENGED:
        _challenge(lesson, deals, now)
    # What is the same again keeps the time at which it was first seen.
    lesson.evidence = evidence


def _counts(deals: list[ShownDeal]) -> dict[str, int]:
    """How often it was shown and used, and how those deals ended."""
    used, rest = [each for each in deals if each.used], [each for each in deals if not each.used]
    return {
        "shown": len(deals),
        "used": len(used),
        "used_ended": sum(each.ended for each in used),
        "used_won": sum(each.ended and each.deal.outcome == "won" for each in used),
        "not_used_ended": sum(each.ended for each in rest),
        "not_used_won": sum(each.ended and each.deal.outcome == "won" for each in rest),
        "not_useful": sum(LessonUse.Said.NOT_USEFUL in each.said for each in deals),
        "wrong": sum(LessonUse.Said.WRONG in each.said for each in deals),
    }


def _look(lesson: Lesson, deals: list[ShownDeal], until: datetime, now: datetime) -> None:
    """Looks, where the plan has a look now; the looks that were made are never made again."""
    evidence, plan = lesson.evidence, Plan(**lesson.evidence["plan"])
    followed = follow(as_arrays(deals, until)) if deals else NotEnoughData(
        "it has not been shown on any deal since its test began", "open deals on which it is shown"
    )  # fmt: skip
    if isinstance(followed, NotEnoughData):
        evidence["waiting"] = {"reason": followed.reason, "needed": followed.needed}
        return
    done = [(each["fraction"], each["bound"]) for each in evidence["looks"]]
    # The seed comes from the lesson, so that the same deals give the same figures.
    found = next_look(followed, plan, done, np.random.default_rng(lesson.pk))
    evidence["landmark"] = followed.landmark
    if isinstance(found, NotEnoughData):
        evidence["waiting"] = {"reason": found.reason, "needed": found.needed}
    elif isinstance(found, Waiting):
        evidence["waiting"] = asdict(found)
    else:
        _decided(lesson, found, now)


def _decided(lesson: Lesson, look: Look, now: datetime) -> None:
    row = _row(look, now)
    lesson.evidence["looks"] = [*lesson.evidence["looks"], row]
    lesson.evidence.pop("waiting", None)
    if look.decision not in _WORDS:
        if look.decision is Decision.CANT_TELL:
            lesson.evidence["decided"] = look.decision.value
            lesson.review_on = now.date()
            why = f"Cannot tell: {_figures(look)}. A person decides"
            note_change(lesson, lesson.state, why, None, now, row)
        return
    before, (state, words) = lesson.state, _WORDS[look.decision]
    lesson.state = state
    lesson.evidence["decided"] = look.decision.value
    lesson.review_on = (now + REVIEWED_AFTER).date() if state == State.KEPT else None
    note_change(lesson, before, f"{words}: {_figures(look)}", None, now, row)


def _row(look: Look, now: datetime) -> dict[str, Any]:
    found = look.estimate
    return {
        "at": now.isoformat(),
        "deals": look.deals,
        "needed": look.needed,
        "fraction": round(look.fraction, 6),
        "bound": round(look.bound, 6),
        "effect": round(found.effect, 5),
        "low": round(look.low, 5),
        "high": round(look.high, 5),
        "rate_used": round(found.rate_did, 5),
        "rate_not": round(found.rate_not, 5),
        "used": found.did,
        "compared": found.compared,
        "owners": found.owners,
        "decision": look.decision.value,
    }


def _figures(look: Look) -> str:
    between = f"{points(look.low)} to {points(look.high)}"
    effect = f"{points(look.estimate.effect)} points of the chance of winning ({between})"
    return f"{effect} over {many(look.deals, 'ended deal')}"


def _into_use(lesson: Lesson, now: datetime) -> None:
    used = LessonUse.objects.filter(lesson=lesson, said=LessonUse.Said.USED)
    deals, people = (used.values(name).distinct().count() for name in ("deal_id", "person"))
    wrong = LessonUse.objects.filter(lesson=lesson, said=LessonUse.Said.WRONG).values("deal_id").distinct().count()
    if deals < ENOUGH_USED or people < 2 or wrong > deals:
        return
    lesson.state = State.IN_USE
    note_change(lesson, State.TESTED, f"Used on {many(deals, 'deal')} by {many(people, 'person', 'people')}", None, now)


def _put_behind(lesson: Lesson, deals: list[ShownDeal], now: datetime) -> None:
    """Deals that ended where it was used stand behind it or against it; what a person put there stays as they said."""
    ended = {each.deal.deal_id: each.deal.outcome == "won" for each in deals if each.used and each.ended}
    there = set(LessonDeal.objects.filter(lesson=lesson, deal_id__in=ended).values_list("deal_id", flat=True))
    LessonDeal.objects.bulk_create(
        [
            LessonDeal(
                lesson=lesson,
                deal_id=deal_id,
                contradicts=not won,
                note="Used here, and it was won" if won else "Used here, and it was not won",
                added_at=now,
            )
            for deal_id, won in ended.items()
            if deal_id not in there
        ],
        ignore_conflicts=True,
    )


def _challenge(lesson: Lesson, deals: list[ShownDeal], now: datetime) -> None:
    """Deals that ended after it was decided to keep or use it, against what it stands for."""
    last = lesson.changes.filter(after=lesson.state).exclude(before=lesson.state).order_by("-at", "-id").first()
    since = last.at if last else lesson.made_at
    later = [each for each in deals if each.used and each.ended and each.shown_at >= since]
    later.sort(key=lambda each: (each.deal.closed_at or now, each.deal.deal_id))
    chance = np.array([0.35 if each.chance is None else each.chance for each in later])
    won = np.array([each.deal.outcome == "won" for each in later], dtype=bool)
    found = contradiction(chance, won, Plan(**lesson.evidence["plan"]).smallest)
    if found is None:
        return
    lesson.evidence["later"] = asdict(found)
    if found.challenges and lesson.challenged_at is None:
        lesson.challenged_at, lesson.review_on = now, now.date()
        note_change(lesson, lesson.state, f"Challenged. {against_words(found)}", None, now, asdict(found))


def against_words(found: Contradiction) -> str:
    """What later deals say of a lesson."""
    return (
        f"Used on {many(found.deals, 'deal')} that ended since, {found.won:,} of them won; about "
        f"{found.expected:.0f} would have been if it helped as it should"
    )
