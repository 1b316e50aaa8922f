"""The lessons that fit one open deal, as the record and the answers so far let one know it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import numpy as np
from django.db.models import Q, QuerySet

from afteraction.analysis.arrays import Longs
from afteraction.analysis.lesson_ranking import (
    FEATURES,
    MOST,
    Answers,
    DealBehind,
    DealNow,
    Known,
    Lessons,
    Ranked,
    best,
    fit_of,
    holds,
    learn,
    like,
    scores,
    share_alike,
)
from afteraction.analysis.text_vectors import corpus, similarities
from afteraction.process.model import Process
from afteraction.web.deals.evidence import evidence_of
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.deals.record import events_of
from afteraction.web.full_text import words
from afteraction.web.lessons.models import Lesson, LessonDeal, LessonRanking, LessonUse
from afteraction.web.lessons.search import keys_with_any
from afteraction.web.lessons.similar import text_of
from afteraction.web.people.models import Organisation
from afteraction.web.reviews.models import Expectation

SHOWN: Final = (Lesson.State.TESTED, Lesson.State.IN_USE, Lesson.State.KEPT)
"""The states in which a lesson may be shown on a deal: a draft is nobody's advice yet."""
READ: Final = 40
"""Lessons whose texts are read: those that fit best by what stands in columns."""
_BY_WORD: Final = 20
_TOUCHES: Final = 10
_SHORTEST_WORD: Final = 5
_WORDS_ASKED: Final = 12
_OF_DEALS: Final = ("deal_id", "name", "outcome", "segment", "competitor", "amount")
_COLUMNS: Final = ("pk", "stage", "step", "segment", "competitor", "source", "amount_from", "amount_to", "state")


@dataclass(frozen=True)
class Situation:
    """An open deal as the ranking sees it; `text` is what people wrote of it, `steps` the names of missing steps."""

    deal: Deal
    now: DealNow
    text: str
    steps: str
    process: Process | None


@dataclass(frozen=True)
class Fitting:
    """A lesson that fits a deal, with what is needed to say why. `text` of both is compared word by word."""

    ranked: Ranked
    lesson: Lesson
    fit: dict[str, float]
    behind: tuple[LessonDeal, ...]
    deals: dict[str, Deal]
    situation: Situation

    @cached_property
    def alike(self) -> int:
        """How many of the deals behind it are like this one."""
        return sum(like(_behind(self.deals[each.deal_id]), self.situation.now) for each in self.behind
                   if each.deal_id in self.deals)  # fmt: skip

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The longest words that the lesson and what people wrote of the deal both have."""
        written = f"{self.situation.text} {self.situation.steps}"
        said = {word for word in words(written) if len(word) >= _SHORTEST_WORD}
        return tuple(sorted(said & set(words(text_of(self.lesson))), key=lambda word: (-len(word), word))[:2])


def situation_of(deal: Deal) -> Situation:
    """What is known of an open deal now: its facts, what is missing, and what people wrote of it."""
    state = IndexState.objects.filter(organisation_id=deal.organisation_id, version__gt=0).first()
    evidence = evidence_of(deal, state)
    process = evidence.process if evidence else None
    steps = evidence.steps if evidence else {}
    keys = {place: step.id for place, step in enumerate(process.steps if process else ())}
    done = frozenset(keys[place] for place, each in steps.items() if place in keys and each.done)
    missing = frozenset(
        keys[place]
        for place, each in steps.items()
        if place in keys and each.entered_at and not each.done and not each.excused
    )
    return Situation(
        deal,
        DealNow(
            stage=deal.stage,
            segment=deal.segment,
            competitor=deal.competitor,
            source=deal.source,
            amount=deal.amount,
            stages=process.stages if process else (),
            missing=missing,
            done=done,
        ),
        _written_of(deal, state),
        ". ".join(sorted(step.name or step.id for step in (process.steps if process else ()) if step.id in missing)),
        process,
    )


def _written_of(deal: Deal, state: IndexState | None) -> str:
    """What people wrote of a deal: its plan and risk as they noted them, and the subjects of its newest touches."""
    noted = Expectation.objects.filter(organisation_id=deal.organisation_id, deal_id=deal.deal_id).order_by("-made_at")
    said = [text for pair in noted.values_list("next_step", "risk")[:3] for text in pair if text]
    events = events_of(deal.organisation.home, state.version, deal.deal_id) if state else ()
    said += [each.subject for each in events[-_TOUCHES:] if each.subject]
    return ". ".join(dict.fromkeys(said))


def rank(
    situation: Situation,
    known: Known,
    *,
    without: Sequence[int] = (),
    most: int = MOST,
    among: Lessons | None = None,
    read: int = READ,
) -> tuple[Fitting, ...]:
    """The best lessons for a deal, leaving some out; none for a deal that is not open.

    All that may hold are scored by what stands in columns: those of `among`, where they were loaded before for several
    deals. Of the best `read` of those, and of those that share a rare word with what people wrote, the texts and the
    deals behind are looked at.
    """
    deal, now = situation.deal, situation.now
    if deal.outcome != "open":
        return ()
    lessons = columns(may_hold(deal)) if among is None else among
    lessons = lessons.take(np.flatnonzero(holds(lessons, now) & ~np.isin(lessons.keys, list(without))))
    chosen = _worth_reading(situation, lessons, known, read)
    if not len(chosen):
        return ()
    lessons = lessons.take(chosen)
    found = Lesson.objects.in_bulk([int(key) for key in lessons.keys])
    behind = _deals_behind(deal.organisation, list(found))
    texts = corpus([text_of(found[int(key)]) for key in lessons.keys])
    text = similarities([f"{situation.text}. {situation.steps}"], texts)[0]
    share = [share_alike([_behind(d) for _row, d in behind.get(int(key), ()) if d], now) for key in lessons.keys]
    between = np.asarray((texts.vectors @ texts.vectors.T).toarray())
    fits = fit_of(lessons, now, text, np.array(share), between)
    return tuple(
        Fitting(
            ranked=each,
            lesson=found[each.key],
            fit={name: round(float(fits[each.place, n]), 4) for n, name in enumerate(FEATURES) if fits[each.place, n]},
            behind=tuple(row for row, _deal in behind.get(each.key, ())),
            deals={d.deal_id: d for _row, d in behind.get(each.key, ()) if d},
            situation=situation,
        )
        for each in best(lessons.keys, fits, known, between, most)
    )


def may_be_shown(organisation_id: int) -> "QuerySet[Lesson]":
    """The lessons that may be shown on deals at all."""
    return Lesson.objects.filter(organisation_id=organisation_id, state__in=SHOWN, merged_into=None)


def may_hold(deal: Deal) -> "QuerySet[Lesson]":
    """Those of them that no scope in a column rules out for a deal."""
    found = may_be_shown(deal.organisation_id)
    for name in ("segment", "competitor", "source"):
        if value := getattr(deal, name):
            found = found.filter(**{f"{name}__in": ("", value)})
    if deal.amount is not None:
        found = found.filter(Q(amount_from=None) | Q(amount_from__lte=deal.amount))
        found = found.filter(Q(amount_to=None) | Q(amount_to__gte=deal.amount))
    return found


def columns(lessons: "QuerySet[Lesson]") -> Lessons:
    """What lessons are scored by before their texts are read."""
    rows = list(lessons.values_list(*_COLUMNS, "challenged_at"))
    found: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * (len(_COLUMNS) + 1)
    return Lessons(
        keys=np.array(found[0], dtype=np.int64),
        stage=found[1],
        step=found[2],
        segment=found[3],
        competitor=found[4],
        source=found[5],
        amount_from=np.array(found[6], dtype=np.float64),
        amount_to=np.array(found[7], dtype=np.float64),
        kept=np.array([state == Lesson.State.KEPT for state in found[8]], dtype=bool),
        challenged=np.array([at is not None for at in found[9]], dtype=bool),
    )


def _worth_reading(situation: Situation, lessons: Lessons, known: Known, read: int) -> Longs:
    """The places of the lessons whose texts are read."""
    by_columns = scores(lessons.keys, fit_of(lessons, situation.now), known)
    chosen = np.argsort(-by_columns, kind="stable")[:read]
    long_words = sorted(
        (w for w in words(f"{situation.text} {situation.steps}") if len(w) >= _SHORTEST_WORD),
        key=lambda word: -len(word),
    )
    met = keys_with_any(situation.deal.organisation, tuple(long_words[:_WORDS_ASKED]), rare=_BY_WORD)
    by_word = np.flatnonzero(np.isin(lessons.keys, list(met)))
    # In the order of the keys, so that equals are always in the same order.
    return np.unique(np.concatenate([chosen, by_word])).astype(np.int64)


def _deals_behind(
    organisation: Organisation, lessons: Sequence[int]
) -> dict[int, list[tuple[LessonDeal, Deal | None]]]:
    """The deals behind some lessons that speak for them, each with its row of the mirror, where it is there."""
    rows = list(LessonDeal.objects.filter(lesson__in=lessons, contradicts=False).order_by("added_at", "pk"))
    wanted = {row.deal_id for row in rows}
    deals = Deal.objects.filter(organisation=organisation, deal_id__in=wanted).only(*_OF_DEALS)
    known = {each.deal_id: each for each in deals}
    found: dict[int, list[tuple[LessonDeal, Deal | None]]] = {}
    for row in rows:
        found.setdefault(row.lesson_id, []).append((row, known.get(row.deal_id)))
    return found


def _behind(deal: Deal) -> DealBehind:
    return DealBehind(deal.segment, deal.competitor, deal.amount)


def known_of(organisation: Organisation) -> Known:
    """What answers have taught; the prior before there are any."""
    kept = LessonRanking.objects.filter(organisation=organisation).first()
    if kept is None:
        return Known()
    lessons = {int(key): (float(mean), float(spread)) for key, (mean, spread) in kept.lessons.items()}
    return Known(kept.intercept, kept.weights, lessons, kept.answers)


def learn_from_answers(*, organisation: Organisation, now: datetime) -> LessonRanking:
    """Learn from all that was said of lessons shown on deals: weights, and what each lesson is known for. Idempotent.

    Wrong counts as not used. What nobody said anything of says nothing: people do not read everything they see.
    """
    said = LessonUse.objects.filter(organisation=organisation, said_at__isnull=False).exclude(said="")
    rows = list(said.order_by("said_at", "pk").values_list("lesson", "fit", "said"))
    known = learn(
        Answers(
            np.array([lesson for lesson, _fit, _said in rows], dtype=np.int64),
            np.array([[fit.get(name, 0.0) for name in FEATURES] for _lesson, fit, _said in rows]).reshape(
                len(rows), len(FEATURES)
            ),
            np.array([answer == LessonUse.Said.USED for _lesson, _fit, answer in rows], dtype=bool),
        )
    )
    content = {
        "intercept": known.intercept,
        "weights": dict(known.weights),
        "lessons": {str(key): [round(mean, 4), round(spread, 4)] for key, (mean, spread) in known.lessons.items()},
        "answers": known.answers,
        "made_at": now,
    }
    kept, _new = LessonRanking.objects.update_or_create(organisation=organisation, defaults=content)
    return kept
