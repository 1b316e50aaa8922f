"""The chance that a lead becomes revenue within a horizon: calibrated, tested on later leads, with its reasons.

Trained on past leads as they stood at several ages; nothing that became known later is used. Young leads are censored
and weighted for, not counted as failures.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import ibis
import numpy as np
from scipy.special import expit, logit

from afteraction.analysis.arrays import Flags, Floats, Places
from afteraction.analysis.backtest import TESTED
from afteraction.analysis.calibration import Accuracy, Measured, accuracy, brier_gain
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.explanation import Factor, contributions, explanations, spoken
from afteraction.analysis.features import Moment, Snapshot
from afteraction.analysis.lead_drift import Stability, Watch, stability, watch
from afteraction.analysis.lead_frame import LeadFrame
from afteraction.analysis.lead_leaks import lead_leaks
from afteraction.analysis.lead_points import Points
from afteraction.analysis.lead_points import points as points_of
from afteraction.analysis.lead_snapshot import Behaviour, as_learned, behaviour, lead_snapshot
from afteraction.analysis.leaky_facts import LeftOut
from afteraction.analysis.shrinkage import unshrunken
from afteraction.analysis.win_model import FEWEST_TO_TRAIN, MOST_TO_TRAIN, WinModel, learned
from afteraction.analysis.win_probability import FEWEST_TO_TEST
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

HORIZON: Final = 90.0
AGES: Final = (0.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0)
"""Ages in days for which there is a model each, of past leads that were still open then."""
START, UNCERTAINTY = "start", "what is still uncertain"
_NONE: Final = Process("leads", 1, (), ())
_CERTAIN: Final = 1e-6
_FEWEST_MATURED: Final = 0.1
"""The share of the leads to learn from that must have been watched for the whole horizon before the split."""


@dataclass(frozen=True)
class PointsAccuracy:
    """The points score of marketing on the same leads: what its points meant in training, tested on the later ones.

    `gain`: by how much the chance's Brier score is lower than that of the points (paired, with interval).
    """

    accuracy: Accuracy
    gain: Measured


@dataclass(frozen=True)
class AgeAccuracy:
    """Chances given to the later leads that were still open `age` days after they came in."""

    age: float
    accuracy: Accuracy


@dataclass(frozen=True)
class LeadScore:
    """A trained score: the chance to be won within `horizon` days of scoring.

    `accuracy` is of the chances given at coming in to the `n_test` leads that did so after the `split` and have been
    watched for the horizon, by a model of the `n_train` before, of which `base_rate` were won; `by_age` later in their
    life; `points` beside it where given. `stable` and `promises` watch for drift on these later leads, in their order.
    `models` (by age, from 0) were trained on everything and are what `score` uses, `levels` are the values of each fact
    then. `left_out` are facts not used.
    """

    horizon: float
    split: date
    n_train: int
    n_test: int
    base_rate: float
    accuracy: Accuracy
    by_age: tuple[AgeAccuracy, ...]
    points: PointsAccuracy | None
    stable: Stability | None
    promises: Watch
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    models: Mapping[float, WinModel] = field(repr=False)
    levels: Mapping[str, tuple[str, ...]] = field(repr=False)


@dataclass(frozen=True)
class Scored:
    """A lead's chance to be won within the horizon, and why: `factors` add up to `probability` less `average`.

    `words` says it in a sentence. `parts` are the same on the scale of log-odds: a start and one number for each thing
    that is known; their sum is the `total`, the log-odds of `probability`.
    """

    lead_id: str
    probability: float
    average: float
    factors: tuple[Factor, ...]
    words: str
    parts: Mapping[str, float]
    total: float


@dataclass(frozen=True)
class _Known:
    """Leads at a moment each, and what became of them within the horizon, as far as it was known on a day."""

    known: Snapshot
    won: Flags
    weight: Floats
    told_at: Floats


def fit(
    frame: LeadFrame,
    tables: Mapping[str, ibis.Table] | None = None,
    horizon: float = HORIZON,
    points: Points | None = None,
) -> LeadScore | NotEnoughData:
    """Train and test the score. `tables` bring what leads did until scoring (lead_touches); None without them."""
    done = behaviour(tables, frame)
    left_out = lead_leaks(frame, horizon)
    names = frozenset(each.fact for each in left_out)
    matured = frame.created <= frame.end - horizon
    split = float(np.quantile(frame.created[matured], 1 - TESTED)) if matured.any() else 0.0
    if float(np.mean(frame.created[frame.created < split] <= split - horizon) if split else 0.0) < _FEWEST_MATURED:
        return NotEnoughData(
            f"the leads on record are too young to learn what comes of them within {horizon:g} days and to test it",
            f"leads of at least {3 * horizon:g} days, or a shorter horizon",
        )
    early, tested = np.flatnonzero(frame.created < split), np.flatnonzero((frame.created >= split) & matured)
    past = {age: _at_age(frame, done, early, age, horizon, split, names) for age in AGES}
    model = _trained(past[AGES[0]], split)
    if isinstance(model, NotEnoughData):
        return model
    # Leads that were watched for the whole horizon: nothing has to be weighted, and none is counted before its time.
    later = _at_age(frame, done, tested, 0.0, horizon, frame.end, names)
    wins, others = int(later.won.sum()), int((~later.won).sum())
    if min(wins, others) < FEWEST_TO_TEST:
        return NotEnoughData(
            f"of the latest {TESTED:.0%} of leads {wins} were won within {horizon:g} days and {others} were not",
            f"at least {FEWEST_TO_TEST} of each, to test the score on",
        )
    chance = model.probability(later.known)
    learned_from = past[AGES[0]]
    found = accuracy(chance, later.won, later.weight)
    everyone = np.arange(len(frame))
    final = {age: _trained(_at_age(frame, done, everyone, age, horizon, frame.end, names), frame.end) for age in AGES}
    base = learned_from.weight > 0
    return LeadScore(
        horizon=horizon,
        split=(frame.origin + np.timedelta64(int(split * 86_400), "s")).astype("datetime64[D]").item(),
        n_train=int(base.sum()),
        n_test=wins + others,
        base_rate=float(np.average(learned_from.won[base], weights=learned_from.weight[base])) if base.any() else 0.0,
        accuracy=found,
        by_age=tuple(_by_age(frame, done, tested, horizon, names, past, split)),
        points=None if points is None else _points(frame, points, learned_from, later, chance),
        stable=stability(model.probability(learned_from.known), chance),
        promises=watch(chance, later.won),
        models={age: each for age, each in final.items() if isinstance(each, WinModel)},
        levels=later.known.levels,
        left_out=left_out,
        notes=tuple(_notes(found)),
    )


def score(
    fitted: LeadScore,
    frame: LeadFrame,
    tables: Mapping[str, ibis.Table] | None = None,
    rows: Sequence[int] | None = None,
) -> list[Scored]:
    """Score leads of a frame as they stand at its end; `rows` are places in it, by default all that are still open."""
    places = _open(frame, frame.end) if rows is None else np.asarray(rows, dtype=np.int64)
    found: dict[int, Scored] = {}
    for model, these, known in _by_model(fitted, frame, tables, places):
        ids = [str(each) for each in frame.lead_id.take(these).to_pylist()]
        found |= zip(these.tolist(), _scored(fitted.horizon, model, known, ids), strict=True)
    return [found[place] for place in places.tolist()]


def chances(fitted: LeadScore, frame: LeadFrame, tables: Mapping[str, ibis.Table] | None = None) -> Floats:
    """The chance of every lead that is still open at the end of a frame; NaN of the others."""
    found = np.full(len(frame), np.nan)
    for model, these, known in _by_model(fitted, frame, tables, _open(frame, frame.end)):
        found[these] = model.probability(known)
    return found


def _scored(horizon: float, model: WinModel, known: Snapshot, ids: Sequence[str]) -> Iterator[Scored]:
    chance, parts = model.probability(known), list(contributions(model, known))
    for row, why in enumerate(explanations(_NONE, Moment(None), model, known)):
        own = {START: model.average_score} | {part.name: float(part.logits[row]) for part in parts}
        total = float(logit(np.clip(chance[row], _CERTAIN, 1 - _CERTAIN)))
        own[UNCERTAINTY] = total - math.fsum(own.values())
        said = f"{chance[row]:.0%} within {horizon:g} days; the average lead of its age has {why.average:.0%}"
        words = "; ".join([said, *spoken(why.factors)])
        yield Scored(ids[row], float(chance[row]), why.average, why.factors, words, own, total)


def _by_model(
    fitted: LeadScore, frame: LeadFrame, tables: Mapping[str, ibis.Table] | None, places: Places
) -> Iterator[tuple[WinModel, Places, Snapshot]]:
    """The leads by the model of their age, the last one that they have reached, with what is known of them now."""
    done = behaviour(tables, frame)
    left_out = frozenset(each.fact for each in fitted.left_out)
    ages = np.array(sorted(fitted.models))
    reached = np.maximum(np.searchsorted(ages, frame.end - frame.created[places], side="right") - 1, 0)
    for number, age in enumerate(ages):
        these = places[reached == number]
        if len(these):
            model = fitted.models[float(age)]
            known = lead_snapshot(frame, done, these, np.full(len(these), frame.end), left_out)
            yield model, these, as_learned(known, model.encoding, fitted.levels)


def _open(frame: LeadFrame, at: float | Floats) -> Places:
    """The leads that had come in by a day and were neither won nor dead then."""
    return np.flatnonzero((frame.created <= at) & ~(frame.won <= at) & ~(frame.dead <= at))


def _at_age(
    frame: LeadFrame,
    done: Behaviour,
    places: Places,
    age: float,
    horizon: float,
    until: float,
    leave_out: frozenset[str],
) -> _Known:
    """Some leads at an age, those that were open then, with what is known of the horizon after it by the day `until`.

    Each whose end within the horizon is known stands for 1 / G leads (`censoring.ended_weights`); one that is neither
    won nor dead at the horizon is known not to be won.
    """
    at = frame.created + age
    chosen = places[np.isin(places, _open(frame, at)) & (at[places] < until)]
    at = at[chosen]
    last = np.minimum(at + horizon, until)
    won, dead = frame.won[chosen] <= last, frame.dead[chosen] <= last
    told_at = np.where(won, frame.won[chosen], np.where(dead, frame.dead[chosen], at + horizon))
    known = told_at <= until
    weight = ended_weights(np.maximum(np.minimum(told_at, last) - at, 0.0), until - at, known)
    return _Known(lead_snapshot(frame, done, chosen, at, leave_out), won, weight, told_at)


def _trained(past: _Known, until: float) -> WinModel | NotEnoughData:
    """Train on leads at one age: what follows is asked anew at each (landmarking; van Houwelingen 2007)."""
    kept = np.flatnonzero(past.weight > 0)
    kept = kept[np.argsort(-past.known.at[kept], kind="stable")[:MOST_TO_TRAIN]]
    won, weight = past.won[kept], past.weight[kept]
    wins, others = int(won.sum()), int((~won).sum())
    if min(wins, others) < FEWEST_TO_TRAIN:
        return NotEnoughData(
            f"only {wins} leads were won within the horizon and {others} known not to be, to learn from",
            f"at least {FEWEST_TO_TRAIN} of each",
        )
    worth = weight.sum() / np.sum(weight**2)  # as many as the weights are worth (Kish 1965)
    return learned(past.known.select(kept), won, weight * worth, until)


def _by_age(
    frame: LeadFrame,
    done: Behaviour,
    tested: Places,
    horizon: float,
    names: frozenset[str],
    past: Mapping[float, _Known],
    split: float,
) -> Iterator[AgeAccuracy]:
    """The models of each age on the later leads that were still open then and watched for the horizon after it."""
    for age, known in past.items():
        model = _trained(known, split)
        later = _at_age(frame, done, tested, age, horizon, frame.end, names)
        whole = later.known.at <= frame.end - horizon
        won = later.won[whole]
        if isinstance(model, WinModel) and min(int(won.sum()), int((~won).sum())) >= FEWEST_TO_TEST:
            chance = model.probability(later.known.select(whole))
            yield AgeAccuracy(age, accuracy(chance, won, np.ones(len(won))))


def _points(frame: LeadFrame, criteria: Points, past: _Known, later: _Known, chance: Floats) -> PointsAccuracy:
    """Points as chances: by logistic regression on the points of the past (Platt 1999); the ranking is the points'."""
    total = points_of(frame, criteria)
    counted = past.weight > 0
    then, now = total[past.known.rows][counted], total[later.known.rows]
    z = np.column_stack([np.ones(len(then)), then])
    beta = unshrunken(z, past.won[counted].astype(np.float64), past.weight[counted])
    theirs = expit(beta[0] + beta[1] * now)
    ranks = np.searchsorted(np.unique(now), now) / (len(np.unique(now)) + 1) + _CERTAIN
    found = accuracy(theirs, later.won, later.weight)
    by_rank = accuracy(ranks, later.won, later.weight).auc
    return PointsAccuracy(replace(found, auc=by_rank), brier_gain(chance, theirs, later.won, later.weight))


def _notes(found: Accuracy) -> list[str]:
    notes = []
    if found.auc.low <= 0.5:
        notes.append("on the tested leads it is not surely better than chance at telling them apart")
    if found.intercept.low > 0 or found.intercept.high < 0:
        more = "more" if found.intercept.value > 0 else "fewer"
        notes.append(f"{more} leads were won after the split than the time before led to expect")
    if found.slope.high < 1:
        notes.append("differences between leads turned out smaller than predicted")
    return notes
