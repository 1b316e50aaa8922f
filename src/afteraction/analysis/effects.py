"""The effects of many things on winning, each judged with the others: one path for steps, behaviours and attributes."""

import os
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from threadpoolctl import threadpool_limits

from afteraction.analysis.apart import kinds_set_apart
from afteraction.analysis.arrays import Flags, Ints
from afteraction.analysis.deal_facts import SEGMENT
from afteraction.analysis.deal_frame import Category, DealFrame
from afteraction.analysis.effect import OVERLAP, Estimate, augmented, estimate, too_little
from afteraction.analysis.exposure import MOST, Exposure, compare
from afteraction.analysis.heterogeneity import BySegment, by_segment, judged
from afteraction.analysis.intervals import false_discovery_q_values
from afteraction.analysis.landmark import Population
from afteraction.analysis.leaks import Leak
from afteraction.analysis.leaky_facts import leaky_facts
from afteraction.analysis.nuisance import adjusted
from afteraction.analysis.verdict import Verdict, deals_needed, e_value, interval, p_value, verdict
from afteraction.errors import NotEnoughData

_FEWEST_COMPARED = 0.5
"""An effect among fewer than half of the deals is shown, but says too little of them all for a verdict."""
_DROPPED = 0.1
"""A warning is given from this share of deals without overlap, or without a known end, on."""
_AT_ONCE = 4_000_000
"""Deals that may be compared at a time, all questions together: each holds about a kilobyte in memory."""


@dataclass(frozen=True)
class AtLandmark:
    """The same effect asked for at another landmark: how much the answer depends on it. It has no verdict.

    `refused` says why there is none. Effects and intervals are probabilities from -1 to 1.
    """

    landmark_days: float
    n: int = 0
    did: int = 0
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    refused: NotEnoughData | None = None


@dataclass(frozen=True)
class Members:
    """The deals behind an effect: their places in the frame (n), and of which of them (n) the thing was true."""

    rows: Ints
    did: Flags


@dataclass(frozen=True)
class Effect:
    """What may be said about the effect of one thing. Effects, intervals and rates are probabilities from -1 to 1.

    `n` deals were open `landmark_days` after they started; of `did` of them the thing was true by then. Where nothing
    can be estimated, `refused` says why and the figures are None. `naive_difference` is what the plain win rates say.
    `by_segment` is None where the record does not carry it. `members` are the deals compared, if any were.
    """

    verdict: Verdict
    landmark_days: float | None = None
    n: int = 0
    did: int = 0
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    q: float | None = None
    rate_did: float | None = None
    rate_not: float | None = None
    naive_difference: float | None = None
    e_value: float | None = None
    deals_needed: int | None = None
    compared: int = 0
    warnings: tuple[str, ...] = ()
    refused: NotEnoughData | None = None
    leak: Leak | None = None
    other_landmarks: tuple[AtLandmark, ...] = ()
    by_segment: BySegment | None = None
    members: Members | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Question:
    """What is to be judged: an exposure, or why there is none.

    A `leak` says that it is none because it follows the decision. `elsewhere` is the same at other landmarks. With
    `in_segments` it is asked whether segments differ.
    """

    exposure: Exposure | NotEnoughData
    leak: Leak | None = None
    elsewhere: tuple[Exposure, ...] = ()
    in_segments: bool = True


@dataclass(frozen=True)
class _Answer:
    landmark: float | None
    result: Estimate | NotEnoughData
    warnings: tuple[str, ...] = ()
    elsewhere: tuple[AtLandmark, ...] = field(default=())
    segments: BySegment | None = None
    members: Members | None = None


def find_effects(frame: DealFrame, questions: Sequence[Question], rng: np.random.Generator) -> tuple[Effect, ...]:
    """The effect of each, in their order. False discoveries are limited over all of them together.

    Facts that are noted because of the outcome are not adjusted for: they would hide what led to it.
    """
    leave_out = frozenset(each.fact for each in leaky_facts(frame))
    # Side by side, each on one thread: the matrices of one are too small for more.
    side_by_side = min(os.cpu_count() or 1, max(1, _AT_ONCE // max(1, min(len(frame), MOST))))
    with threadpool_limits(1), ThreadPoolExecutor(side_by_side) as pool:
        answers = list(pool.map(lambda *each: _answer(frame, leave_out, *each), questions, rng.spawn(len(questions))))
    estimated = [answer.result for answer in answers if isinstance(answer.result, Estimate)]
    q_values = iter(false_discovery_q_values([p_value(each) for each in estimated]))
    apart = [answer.segments for answer in answers if answer.segments]
    segments = iter(judged(apart, false_discovery_q_values([each.p for each in apart])))
    return tuple(
        _effect(
            question,
            answer,
            next(q_values) if isinstance(answer.result, Estimate) else None,
            next(segments) if answer.segments else None,
        )
        for question, answer in zip(questions, answers, strict=True)
    )


def _answer(frame: DealFrame, leave_out: Collection[str], question: Question, rng: np.random.Generator) -> _Answer:
    exposure = question.exposure
    if isinstance(exposure, NotEnoughData):
        return _Answer(None, exposure)
    people, compared = compare(frame, exposure, leave_out)
    members = Members(people.rows, compared.did)
    short = too_little(compared)
    if short:
        return _Answer(exposure.landmark, short, members=members)
    nuisance = adjusted(compared, rng)
    result = augmented(compared, nuisance)
    segment = frame.categories.get(SEGMENT) if question.in_segments else None
    if isinstance(result, NotEnoughData) or segment is None:
        segments = None
    else:
        segments = by_segment(compared, nuisance, Category(segment.codes[people.rows], segment.levels))
    elsewhere = tuple(_at_landmark(frame, leave_out, other, rng) for other in question.elsewhere)
    return _Answer(exposure.landmark, result, _warnings(frame, people, result), elsewhere, segments, members)


def _at_landmark(
    frame: DealFrame, leave_out: Collection[str], exposure: Exposure, rng: np.random.Generator
) -> AtLandmark:
    result = estimate(compare(frame, exposure, leave_out)[1], rng)
    if isinstance(result, NotEnoughData):
        return AtLandmark(exposure.landmark, refused=result)
    return AtLandmark(exposure.landmark, result.n, result.did, result.effect, *interval(result))


def _warnings(frame: DealFrame, people: Population, result: Estimate | NotEnoughData) -> tuple[str, ...]:
    if isinstance(result, NotEnoughData):
        return ()
    found = []
    if len(people) < people.total:
        found.append(f"{len(people):,} of {people.total:,} deals, drawn by chance, are compared")
    alone = 1 - result.compared / result.n
    if alone >= _DROPPED:
        kinds = kinds_set_apart(frame, np.delete(people.rows, result.rows), people.rows[result.rows])
        found.append(
            f"{alone:.0%} of deals had less than {OVERLAP:.1%} chance of doing otherwise and are left out"
            + (f", mostly {' and '.join(kinds)}" if kinds else "")
        )
    unknown = 1 - float(np.mean(people.ended))
    if unknown >= _DROPPED:
        found.append(f"{unknown:.0%} of deals are still open; those that ended stand for them")
    if not result.clustered:
        found.append(f"with {result.owners} owners the interval takes deals as independent")
    return tuple(found)


def _effect(question: Question, answer: _Answer, q: float | None, segments: BySegment | None) -> Effect:
    result = answer.result
    if isinstance(result, NotEnoughData) or q is None:
        said = Verdict.LEAK if question.leak else Verdict.CANT_TELL
        refused = result if isinstance(result, NotEnoughData) else None
        return Effect(said, answer.landmark, refused=refused, leak=question.leak, members=answer.members)
    low, high = interval(result)
    said = verdict(result, q) if result.compared >= _FEWEST_COMPARED * result.n else Verdict.CANT_TELL
    return Effect(
        verdict=said,
        landmark_days=answer.landmark,
        n=result.n,
        did=result.did,
        effect=result.effect,
        low=low,
        high=high,
        q=q,
        rate_did=result.rate_did,
        rate_not=result.rate_not,
        naive_difference=result.naive,
        e_value=e_value(result.rate_did, result.rate_not) if said in (Verdict.HELPS, Verdict.HURTS) else None,
        deals_needed=deals_needed(result) if said is Verdict.CANT_TELL else None,
        compared=result.compared,
        warnings=answer.warnings,
        other_landmarks=answer.elsewhere,
        by_segment=segments,
        members=answer.members,
    )
