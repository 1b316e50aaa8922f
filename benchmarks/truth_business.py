"""Qualification, the walk-away rule and the accuracy of predictions, beside what fresh deals of the same kind show.

A large record of one organisation is made. A few of its deals, drawn at random, are all that is seen; the many others
tell what is true of just these yields, this rule and these trained models.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Places
from afteraction.analysis.backtest import split_day
from afteraction.analysis.calibration import Accuracy, Measured, accuracy
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effort import Effort, Value, effort, value
from afteraction.analysis.features import Moment, snapshot
from afteraction.analysis.qualification import Qualification, qualification
from afteraction.analysis.walk_away import USUAL, WalkAway, moment_days, walk_away, walk_away_moments
from afteraction.analysis.win_model import followed, train
from afteraction.analysis.win_probability import START, WinProbability, win_probability
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process
from benchmarks.truth_found import Found
from benchmarks.truth_worlds import Seen, planted, seen

NO_SOURCE = ("industry", "country")
"""Facts that do nothing to any deal."""
_FRESH = 12
"""Fresh deals for each one seen, and at least `_FEWEST` in all."""
_FEWEST = 40_000


@dataclass(frozen=True)
class _Deals:
    frame: DealFrame
    effort: Effort
    value: Value


def business_found(deals: int, number: int) -> Iterator[Found]:
    """What is said of some deals of an organisation, beside the same of many others."""
    seed = 10 * number + 7
    whole = _whole(number, max(_FEWEST, (1 + _FRESH) * deals), seed)
    order = np.random.default_rng([11, seed]).permutation(len(whole.frame)).astype(np.int32)
    known, fresh = np.sort(order[:deals]), np.sort(order[deals:])
    moments = walk_away_moments(whole.frame.only(known), whole.process)
    spent = effort(whole.tables, whole.log, whole.frame, moment_days(whole.frame, moments))
    worth = value(whole.tables, whole.frame)
    ours, others = (_only(whole.frame, spent, worth, rows) for rows in (known, fresh))
    win = win_probability(ours.frame, whole.process)
    here = Found("", "planted", deals, seed, "", 0.0)
    if not isinstance(win, NotEnoughData):
        yield from _predictions(here, ours.frame, others.frame, whole.process, win)
        for curve in walk_away(ours.frame, whole.process, win, ours.effort, ours.value):
            yield from _walk_away(here, ours, others, whole.process, win, curve)
    yield from _qualification(
        here,
        qualification(ours.frame, whole.process, ours.effort, ours.value),
        qualification(others.frame, whole.process, others.effort, others.value),
    )


@lru_cache(maxsize=1)
def _whole(number: int, deals: int, seed: int) -> Seen:
    """One large record serves several numbers of deals that are seen of it."""
    return seen(planted(number), deals, seed)


def _only(frame: DealFrame, spent: Effort, worth: Value, rows: Places) -> _Deals:
    after = {moment: hours[rows] for moment, hours in spent.after.items()}
    return _Deals(
        frame.only(rows),
        replace(spent, total=spent.total[rows], after=after),
        replace(worth, amount=worth.amount[rows]),
    )


def _measured(here: Found, kind: str, name: str, truth: float, said: Measured, verdict: str = "") -> Found:
    return replace(
        here, kind=kind, name=name, truth=truth, verdict=verdict, effect=said.value, low=said.low, high=said.high
    )


def _predictions(
    here: Found, frame: DealFrame, fresh: DealFrame, process: Process, win: WinProbability
) -> Iterator[Found]:
    """The accuracy of the models of the split on the deals that are seen, and on the fresh ones."""
    split = split_day(frame, snapshot(frame, process, START, win.left_out))
    tested = {each.stage for each in win.by_stage}
    moments = [Moment(place) for place, stage in enumerate(process.stages) if stage in tested] or [START]
    if isinstance(split, NotEnoughData):
        return
    probability: list[Floats] = []
    won: list[Flags] = []
    weight: list[Floats] = []
    rows: list[Places] = []
    for moment in moments:
        model = train(frame, snapshot(frame, process, moment, win.left_out), split)
        future = snapshot(fresh, process, moment, win.left_out)
        future = future.select(future.at >= split)
        if isinstance(model, NotEnoughData):
            return
        probability.append(model.probability(future))
        weight.append(followed(fresh, future.rows, future.at, fresh.end))
        won.append(fresh.won[future.rows])
        rows.append(future.rows)
    truth = accuracy(*(np.concatenate(each) for each in (probability, won, weight, rows)))
    yield from _compared(here, win.overall, truth)


def _compared(here: Found, said: Accuracy, truth: Accuracy) -> Iterator[Found]:
    for name in ("auc", "brier", "log_loss", "intercept", "slope"):
        yield _measured(here, "accuracy", name, getattr(truth, name).value, getattr(said, name))


def _walk_away(
    here: Found, ours: _Deals, others: _Deals, process: Process, win: WinProbability, curve: WalkAway
) -> Iterator[Found]:
    """The rule, with its models and limits as they are, applied to fresh deals."""
    if curve.refused:
        return
    moment = next(
        m for m in ours.effort.after if process.stages[m.stage or 0] == curve.stage and m.age == curve.age_days
    )
    place, rows, weight = _places(ours.frame, others.frame, process, win, moment)
    hours, amount = others.effort.after[moment][rows], np.nan_to_num(others.value.amount[rows])
    won = others.frame.won[rows].astype(float)
    if curve.in_wins is not None:
        usual, lost = place <= USUAL, weight * won
        truth = float(np.sum((weight * hours)[usual]) / np.sum(weight * hours) - np.sum(lost[usual]) / np.sum(lost))
        gain = Measured(curve.in_wins.value, curve.in_wins.low, curve.in_wins.high)
        yield _measured(here, "walk-away: gain", f"{curve.stage} {curve.age_days:.0f}", truth, gain)
    for said in curve.curve:
        left = place <= said.wanted
        for name, total in (("effort", hours), ("wins", won), ("value", won * amount)):
            measured = getattr(said, name)
            if measured is not None:
                truth = float(np.sum((weight * total)[left]) / np.sum(weight * total))
                where = f"{curve.stage} {curve.age_days:.0f} {said.wanted:.0%} {name}"
                yield _measured(here, f"walk-away: {name}", where, truth, measured)


def _places(
    frame: DealFrame, fresh: DealFrame, process: Process, win: WinProbability, moment: Moment
) -> tuple[Floats, Places, Floats]:
    """Where each fresh deal's probability lies among those that were given before its model was trained."""
    known, future = snapshot(frame, process, moment, win.left_out), snapshot(fresh, process, moment, win.left_out)
    given = np.full(len(known), np.nan)
    place = np.full(len(future), np.nan)
    days: Sequence[float] = win.training_days
    for day, following in zip(days, [*days[1:], np.inf], strict=True):
        model = train(frame, known, day)
        if isinstance(model, NotEnoughData):
            continue
        before = np.sort(given[(known.at < day) & ~np.isnan(given)])
        now = np.flatnonzero((known.at >= day) & (known.at < following))
        given[now] = model.probability(known.select(now))
        asked = np.flatnonzero((future.at >= day) & (future.at < following))
        if len(before) >= 50 and len(asked):
            probability = model.probability(future.select(asked))
            place[asked] = np.searchsorted(before, probability, side="right") / len(before)
    weight = followed(fresh, future.rows, future.at, fresh.end)
    tested = np.flatnonzero(~np.isnan(place) & (weight > 0))
    return place[tested], future.rows[tested], weight[tested]


def _qualification(
    here: Found, said: Qualification | NotEnoughData, truth: Qualification | NotEnoughData
) -> Iterator[Found]:
    if isinstance(said, NotEnoughData) or isinstance(truth, NotEnoughData) or said.brings != truth.brings:
        return
    yield _measured(here, "yield", "overall", truth.overall.value, said.overall)
    for ours, theirs in zip(said.pursuit, truth.pursuit, strict=True):
        yield _measured(here, "pursuit", ours.outcome, theirs.share.value, ours.share)
    true_bands = {(fact.fact, band.group): band for fact in truth.facts for band in fact.bands}
    for fact in said.facts:
        for band in fact.bands:
            true = true_bands.get((fact.fact, band.group))
            name = f"{fact.fact} {band.group}"
            if true is None or true.result is None or true.against is None:
                continue
            if band.result is not None and band.pooled is not None:
                yield _measured(here, "yield", name, true.result.value, band.result)
                yield _measured(here, "yield, pooled", name, true.result.value, band.pooled)
            if band.against is not None:
                against = 1.0 if fact.fact in NO_SOURCE else true.against.value
                yield _measured(here, "yield against others", name, against, band.against, band.verdict.value)
