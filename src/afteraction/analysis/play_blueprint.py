"""What a set of won deals has in common that comparable lost deals have not: the blueprint of a play.

Every step is looked at as its effect is: among deals that entered its stage and were still open a fixed time later, so
that deals that lived longer do not seem to have done more. Chosen and lost deals are compared within kinds (segment
and size); what all the tests would find by chance is taken off (Benjamini & Hochberg 1995).

Deals that were chosen because they had done a step cannot show that the step is common among wins. For such steps all
won deals of the same kinds are compared instead.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.deal_facts import SEGMENT
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effects import Effect, Question, find_effects
from afteraction.analysis.exposure import Exposure
from afteraction.analysis.intervals import FALSE_DISCOVERIES, false_discovery_q_values
from afteraction.analysis.landmark import landmark_days
from afteraction.analysis.leaks import find_leaks
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

FEWEST: Final = 5
"""Deals on a side below which nothing is said of a step or an order."""
_Z: Final = 1.959963984540054
_MEDIAN_CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Shares:
    """A thing in won and in lost deals: shares from 0 to 1, the lost ones weighted to the kinds of the won ones.

    `difference` with its 95 % interval; `q` is the p-value adjusted for all tests of the blueprint. `common`: more
    often among the won than chance explains; `rare`: less often.
    """

    won: int
    of_won: int
    share_won: float
    lost: int
    of_lost: int
    share_lost: float
    difference: float
    low: float
    high: float
    q: float = 1.0

    @property
    def common(self) -> bool:
        return self.q <= FALSE_DISCOVERIES and self.difference > 0

    @property
    def rare(self) -> bool:
        return self.q <= FALSE_DISCOVERIES and self.difference < 0


@dataclass(frozen=True)
class Timing:
    """The median days from entering the stage to the step, with its 95 % interval (None where n is too small)."""

    days: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class CommonStep:
    """A step of the process in the chosen deals. `of_all_wins`: compared are all wins of these kinds, as the chosen
    ones were picked for having done it. `refused` where nothing can be compared."""

    step: str
    landmark_days: float | None
    shares: Shares | None
    timing: Timing | None
    lost_timing: Timing | None
    of_all_wins: bool = False
    refused: NotEnoughData | None = None


@dataclass(frozen=True)
class CommonOrder:
    """That one step came before another, among deals that did both."""

    first: str
    then: str
    shares: Shares


@dataclass(frozen=True)
class Blueprint:
    """What `chosen` won deals share. `steps` are in their usual order; `kinds` names what compares."""

    chosen: int
    compared: int
    kinds: tuple[str, ...]
    steps: tuple[CommonStep, ...]
    orders: tuple[CommonOrder, ...]
    leaks: tuple[str, ...]


def blueprint(
    frame: DealFrame, process: Process, chosen: Flags, picked_by: Collection[str] = ()
) -> Blueprint | NotEnoughData:
    """What these deals of the frame have in common. `picked_by` are ids of steps for which they were chosen.

    Raises ValueError when one of them is not won.
    """
    if (chosen & ~frame.won).any():
        raise ValueError("a play is made from won deals; some of these are not")
    lost = ~frame.won & ~frame.open
    if chosen.sum() < FEWEST or lost.sum() < FEWEST:
        return NotEnoughData(
            f"{int(chosen.sum())} won deals were chosen and {int(lost.sum())} ended without a win",
            f"at least {FEWEST} of each",
        )
    kind, names = _kinds(frame, chosen, lost)
    leaks = find_leaks(frame, process)
    usable = [number for number in range(len(process.steps)) if leaks[number] is None]
    place = _usual_place(frame, chosen, usable)
    tested: list[tuple[float, Shares]] = []
    steps = [
        _step(frame, process, number, chosen, lost, kind, process.steps[number].id in picked_by, tested)
        for number in place
    ]
    orders = _orders(frame, process, place, chosen, lost, kind, tested)
    q_values = false_discovery_q_values([p for p, _ in tested])
    judged = {id(shares): replace(shares, q=q) for (_, shares), q in zip(tested, q_values, strict=True)}
    return Blueprint(
        chosen=int(chosen.sum()),
        compared=int((lost & np.isin(kind, kind[chosen])).sum()),
        kinds=names,
        steps=tuple(replace(each, shares=judged.get(id(each.shares))) for each in steps),
        orders=tuple(replace(each, shares=judged[id(each.shares)]) for each in orders),
        leaks=tuple(step.id for step, leak in zip(process.steps, leaks, strict=True) if leak is not None),
    )


def pattern_effect(
    frame: DealFrame, process: Process, steps: Sequence[str], rng: np.random.Generator
) -> Effect | NotEnoughData:
    """What having done all of these steps does to winning, in the deals of the frame, as the effect of a step is found.

    Deals count from entering the last stage that has one of them; the landmark is the delay by which 90 % of those
    that did all had done so. The other steps done by then are adjusted for.
    """
    places = [number for number, step in enumerate(process.steps) if step.id in steps]
    leaks = find_leaks(frame, process)
    if not places:
        return NotEnoughData("no move of the play names a step of the process", "moves that are steps of the process")
    if any(leaks[number] is not None for number in places):
        named = ", ".join(process.steps[n].name or process.steps[n].id for n in places if leaks[n] is not None)
        return NotEnoughData(f"{named} follows the decision", "moves that come before it")
    stage = max(process.stages.index(process.steps[number].stage) for number in places)
    start, last = frame.entered[:, stage], frame.done[:, places].max(axis=1)
    delay = np.maximum(last - start, 0.0)
    landmark = landmark_days(delay)
    if landmark is None:
        return NotEnoughData("no deal has done all of its moves", "deals that did all of them")
    others = tuple(n for n in range(len(process.steps)) if n not in places and leaks[n] is None)
    exposure = Exposure(start, landmark, delay <= landmark, None, others)
    return find_effects(frame, [Question(exposure, in_segments=False)], rng)[0]


def _kinds(frame: DealFrame, chosen: Flags, lost: Flags) -> tuple[Ints, tuple[str, ...]]:
    """The kind of each deal: by segment and size where most chosen deals then have lost ones beside them, else less."""
    segment = frame.categories.get(SEGMENT)
    facts = [("segment", segment)] if segment is not None else []
    facts = [each for each in (*facts, ("deal size", frame.size)) if (each[1].codes >= 0).any()]
    while facts:
        codes = np.stack([category.codes for _, category in facts], axis=1)
        kind = np.unique(codes, axis=0, return_inverse=True)[1].astype(np.int32).ravel()
        if np.isin(kind[chosen], kind[lost]).mean() > 0.8:
            return kind, tuple(name for name, _ in facts)
        facts.pop()
    return np.zeros(len(frame), dtype=np.int32), ()


def _usual_place(frame: DealFrame, chosen: Flags, usable: Sequence[int]) -> list[int]:
    """Steps that any chosen deal did, by when they usually come in a deal's life."""
    since = frame.done - frame.created[:, None]
    known = [n for n in usable if (~np.isnan(since[chosen, n])).any()]
    middle = {n: float(np.nanmedian(since[chosen, n])) for n in known}
    return sorted(known, key=lambda n: (middle[n], n))


def _step(
    frame: DealFrame,
    process: Process,
    number: int,
    chosen: Flags,
    lost: Flags,
    kind: Ints,
    picked: bool,
    tested: list[tuple[float, Shares]],
) -> CommonStep:
    step = process.steps[number]
    start, done = frame.entered[:, process.stages.index(step.stage)], frame.done[:, number]
    timings = (_timing((done - start)[chosen]), _timing((done - start)[lost & np.isin(kind, kind[chosen])]))
    landmark = landmark_days(done - start)
    if landmark is None:
        none = NotEnoughData("no deal did it after entering its stage", "deals that did")
        return CommonStep(step.id, None, None, *timings, picked, none)
    # Deals that ended before the landmark are on neither side, whatever they had done.
    open_then = ~np.isnan(start) & ~(frame.closed <= start + landmark)
    wins = frame.won & np.isin(kind, kind[chosen]) if picked else chosen
    did = done <= start + landmark
    found = _compare(did, wins & open_then, lost & open_then, kind)
    if isinstance(found, NotEnoughData):
        return CommonStep(step.id, landmark, None, *timings, picked, found)
    tested.append(found)
    return CommonStep(step.id, landmark, found[1], *timings, picked)


def _orders(
    frame: DealFrame,
    process: Process,
    place: Sequence[int],
    chosen: Flags,
    lost: Flags,
    kind: Ints,
    tested: list[tuple[float, Shares]],
) -> list[CommonOrder]:
    """Each step against the next one in the usual order."""
    orders = []
    for first, then in pairwise(place):
        both = ~np.isnan(frame.done[:, first]) & ~np.isnan(frame.done[:, then])
        found = _compare(frame.done[:, first] < frame.done[:, then], chosen & both, lost & both, kind)
        if not isinstance(found, NotEnoughData):
            tested.append(found)
            orders.append(CommonOrder(process.steps[first].id, process.steps[then].id, found[1]))
    return orders


def _compare(did: Flags, won: Flags, lost: Flags, kind: Ints) -> tuple[float, Shares] | NotEnoughData:
    """The p-value and the shares, within kinds in which there are both.

    Cochran-Mantel-Haenszel test with the correction for continuity (Mantel & Haenszel 1959); the interval is Newcombe's
    hybrid score (1998, method 10), the weighted share as of so many deals as it is worth (Kish 1965).
    """
    kinds = int(kind.max()) + 1
    n_won, n_lost = (np.bincount(kind[side], minlength=kinds) for side in (won, lost))
    both = (n_won > 0) & (n_lost > 0)
    did_won, did_lost = (np.bincount(kind[side & did], minlength=kinds)[both] for side in (won, lost))
    n_won, n_lost = n_won[both], n_lost[both]
    if n_won.sum() < FEWEST or n_lost.sum() < FEWEST:
        return NotEnoughData(
            f"{int(n_won.sum())} won and {int(n_lost.sum())} lost deals of the same kinds could have had it",
            f"at least {FEWEST} of each",
        )
    total, yes = n_won + n_lost, did_won + did_lost
    expected = float((n_won * yes / total).sum())
    spread = float((n_won * n_lost * yes * (total - yes) / (total**2 * np.maximum(total - 1, 1))).sum())
    away = max(abs(float(did_won.sum()) - expected) - 0.5, 0.0)
    p = math.erfc(away / math.sqrt(2 * spread)) if spread else 1.0
    weight = n_won / n_won.sum()
    share_won, share_lost = float(did_won.sum() / n_won.sum()), float((weight * did_lost / n_lost).sum())
    worth = 1 / float((weight**2 / n_lost).sum())
    low_won, high_won = _wilson(share_won, float(n_won.sum()))
    low_lost, high_lost = _wilson(share_lost, worth)
    value = share_won - share_lost
    return p, Shares(
        won=int(did_won.sum()),
        of_won=int(n_won.sum()),
        share_won=share_won,
        lost=int(did_lost.sum()),
        of_lost=int(n_lost.sum()),
        share_lost=share_lost,
        difference=value,
        low=value - math.hypot(share_won - low_won, high_lost - share_lost),
        high=value + math.hypot(high_won - share_won, share_lost - low_lost),
    )


def _wilson(share: float, n: float) -> tuple[float, float]:
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _timing(days: Floats) -> Timing | None:
    """The median with the interval of order statistics (Conover 1999, sec. 3.2): exact, whatever the distribution."""
    known = np.sort(days[days >= 0])
    n = len(known)
    if not n:
        return None
    below = int(scipy.stats.binom.ppf((1 - _MEDIAN_CONFIDENCE) / 2, n, 0.5))
    if below < 1:
        return Timing(float(np.median(known)), None, None, n)
    return Timing(float(np.median(known)), float(known[below - 1]), float(known[n - below]), n)
