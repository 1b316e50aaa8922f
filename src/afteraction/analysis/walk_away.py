"""The walk-away rule: what leaving the least likely deals would have saved in hours and cost in wins.

Back-tested out of time: the probabilities, and the limit below which a deal would have been left, come from what was
known before the deal got to the point.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from afteraction.analysis.amount_shares import AmountShare, difference, p_of_none
from afteraction.analysis.arrays import Flags, Floats
from afteraction.analysis.backtest import out_of_time
from afteraction.analysis.calibration import Measured
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effort import Effort, Value
from afteraction.analysis.features import Moment, Snapshot, snapshot
from afteraction.analysis.intervals import false_discovery_q_values
from afteraction.analysis.win_model import followed
from afteraction.analysis.win_probability import WinProbability
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

LEFT: Final = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
"""The shares of deals to leave that are tried, the least likely ones."""
USUAL: Final = 0.2
"""The share at which it is judged whether leaving would have paid; fixed, so that the best one is not picked out."""
SLOW: Final = 0.75
"""A stage is looked at again at the age by which this share of its deals had left it or ended."""
FEWEST_BEFORE: Final = 50
"""Deals whose probabilities must be known before a limit can be drawn from them."""
FEWEST_TO_TEST: Final = 50
FEWEST_WON: Final = 5
"""Won deals among these below which nothing is said: what they brought would hang on one or two."""


@dataclass(frozen=True)
class Left:
    """Leaving the deals that are below the limit that `wanted` of those before them were below.

    `share` is what was left indeed. `effort`, `wins` and `value` are what that would have saved and cost, as shares of
    all that came of the deals at this point; `value` is None where amounts are unknown.
    """

    wanted: float
    share: float
    deals: int
    effort: Measured
    wins: Measured
    value: Measured | None
    effort_saved: float
    wins_lost: float


@dataclass(frozen=True)
class Gain:
    """By how much the share of the effort saved exceeds the share of what is lost with it, from -1 to 1.

    Above 0, the deals left brought less for their effort than those kept. `q` is adjusted for all gains looked at.
    """

    value: float
    low: float
    high: float
    q: float


@dataclass(frozen=True)
class WalkAway:
    """The curve for deals `age_days` after entering a stage and still in it; `unit` is what effort is counted in.

    `deals` ended ones were tested. `in_wins` and `in_value` judge the limit USUAL; `in_value` is None where amounts are
    unknown. Where nothing can be said `refused` says why.
    """

    stage: str
    age_days: float
    unit: str
    deals: int
    curve: tuple[Left, ...]
    refused: NotEnoughData | None = None
    in_wins: Gain | None = None
    in_value: Gain | None = None


def walk_away_moments(frame: DealFrame, process: Process) -> tuple[Moment, ...]:
    """The points at which the rule is tried: on entering each stage, and when a deal has been long in it."""
    found = []
    for stage in range(len(process.stages)):
        found.append(Moment(stage))
        entered = frame.entered[:, stage]
        later = np.fmin.reduce(frame.entered[:, stage + 1 :], axis=1, initial=np.inf)
        days = np.fmin(later, frame.closed) - entered
        known = days[np.isfinite(days) & (days > 0)]
        if len(known) and (age := float(np.ceil(np.quantile(known, SLOW)))) > 0:
            found.append(Moment(stage, age))
    return tuple(found)


def moment_days(frame: DealFrame, moments: Sequence[Moment]) -> dict[Moment, Floats]:
    """The day of each moment for every deal of the frame, NaN where it never came: what `effort` asks for."""
    return {m: frame.entered[:, m.stage] + m.age for m in moments if m.stage is not None}


def walk_away(
    frame: DealFrame, process: Process, win: WinProbability, effort: Effort, value: Value
) -> tuple[WalkAway, ...]:
    """The curve at every moment that `effort` was asked for."""
    curves = [_curve(frame, process, win, effort, value, moment) for moment in effort.after]
    gains = [gain for each in curves for gain in (each.in_wins, each.in_value) if gain is not None]
    q_values = iter(false_discovery_q_values([gain.q for gain in gains]))

    def judged(gain: Gain | None) -> Gain | None:
        return None if gain is None else replace(gain, q=next(q_values))

    return tuple(replace(each, in_wins=judged(each.in_wins), in_value=judged(each.in_value)) for each in curves)


def _curve(
    frame: DealFrame, process: Process, win: WinProbability, effort: Effort, value: Value, moment: Moment
) -> WalkAway:
    known = snapshot(frame, process, moment, win.left_out)
    stage = process.stages[moment.stage or 0]
    if not len(known):
        unknown = NotEnoughData("the record does not say which deals are in this stage alone", "stage changes")
        return WalkAway(stage, moment.age, effort.unit, 0, (), unknown)
    found = win.out_of_time.get(moment)
    probability = (out_of_time(frame, known, win.training_days) if found is None else found)[known.rows]
    places = _limits(known, probability, win.training_days)
    weight = followed(frame, known.rows, known.at, frame.end)
    tested = np.flatnonzero(~np.isnan(places) & (weight > 0))
    rows = known.rows[tested]
    wins = int(frame.won[rows].sum())
    if len(tested) < FEWEST_TO_TEST or wins < FEWEST_WON or not effort.after[moment][rows].any():
        refused = NotEnoughData(
            f"{len(tested)} ended deals with a probability from before, {wins} of them won",
            f"at least {FEWEST_TO_TEST}, {FEWEST_WON} of them won, with touches on record",
        )
        return WalkAway(stage, moment.age, effort.unit, len(tested), (), refused)
    weight = weight[tested]
    at_stake = _AtStake(
        effort=effort.after[moment][rows],
        won=frame.won[rows].astype(float),
        worth=np.where(frame.won[rows], np.nan_to_num(value.amount[rows]), 0.0),
        weight=weight,
    )
    place = places[tested]
    usual = place <= USUAL
    return WalkAway(
        stage,
        moment.age,
        effort.unit,
        len(tested),
        tuple(_left(at_stake, place <= wanted, wanted) for wanted in LEFT),
        in_wins=_gain(usual, weight * at_stake.effort, weight * at_stake.won),
        in_value=_gain(usual, weight * at_stake.effort, weight * at_stake.worth) if at_stake.worth.any() else None,
    )


def _limits(known: Snapshot, probability: Floats, days: Sequence[float]) -> Floats:
    """The place of each deal's probability among those given before its model was trained, 0 to 1; NaN for none."""
    places = np.full(len(known), np.nan)
    given = ~np.isnan(probability)
    for day, following in zip(days, [*days[1:], np.inf], strict=True):
        before = np.sort(probability[given & (known.at < day)])
        now = np.flatnonzero(given & (known.at >= day) & (known.at < following))
        if len(before) >= FEWEST_BEFORE:
            places[now] = np.searchsorted(before, probability[now], side="right") / len(before)
    return places


@dataclass(frozen=True)
class _AtStake:
    """What is still to come of n deals from a moment on: effort, wins and value; `weight` is that of ended deals."""

    effort: Floats
    won: Floats
    worth: Floats
    weight: Floats


def _left(at_stake: _AtStake, left: Flags, wanted: float) -> Left:
    weight = at_stake.weight
    return Left(
        wanted=wanted,
        share=float(np.average(left, weights=weight)),
        deals=int(left.sum()),
        effort=AmountShare.of(left, weight * at_stake.effort).measured,
        wins=AmountShare.of(left, weight * at_stake.won).measured,
        value=AmountShare.of(left, weight * at_stake.worth).measured if at_stake.worth.any() else None,
        effort_saved=float(at_stake.effort[left].sum()),
        wins_lost=float(at_stake.won[left].sum()),
    )


def _gain(left: Flags, saved: Floats, lost: Floats) -> Gain:
    """The difference of two shares of the same deals; its q is its p until it is judged with the others."""
    first, second = AmountShare.of(left, saved), AmountShare.of(left, lost)
    return Gain(first.value - second.value, *difference(first, second), p_of_none(first, second))
