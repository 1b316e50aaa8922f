"""The chance that a lead becomes revenue within a horizon: calibrated, tested on later leads, with its reasons.

Trained on past leads as they stood at some ages (nothing that became known later is used); young leads are censored and
weighted for, not counted as failures.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import ibis
import numpy as np
from scipy.special import expit, logit

from afteraction.analysis.arrays import Flags, Floats, Places
from afteraction.analysis.backtest import TESTED
from afteraction.analysis.calibration import Accuracy, Measured, accuracy, brier_gain
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.deal_frame import Category, DealFrame
from afteraction.analysis.explanation import Factor, contributions, explanations, spoken
from afteraction.analysis.features import AMOUNT, Moment, Snapshot
from afteraction.analysis.lead_drift import Stability, Watch, stability, watch
from afteraction.analysis.lead_frame import LeadFrame
from afteraction.analysis.lead_points import Points
from afteraction.analysis.lead_points import points as points_of
from afteraction.analysis.lead_snapshot import Behaviour, behaviour, lead_snapshot
from afteraction.analysis.leaky_facts import LeftOut, leaky_facts
from afteraction.analysis.shrinkage import unshrunken
from afteraction.analysis.win_model import FEWEST_TO_TRAIN, MOST_TO_TRAIN, WinModel, learned
from afteraction.analysis.win_probability import FEWEST_TO_TEST
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

HORIZON: Final = 90.0
AGES: Final = (0.0, 7.0, 30.0, 90.0)
"""Ages in days at which past leads are learned from, as far as they are still open then."""
START, UNCERTAINTY = "start", "what is still uncertain"
_STATE_OF_TODAY: Final = re.compile(
    r"status|stage|lifecycle|convert|conversion|owner|closed|won\b|opportunit|reason|score|rating|returned|qualified"
)
_NONE: Final = Process("leads", 1, (), ())
_CERTAIN: Final = 1e-6


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

    `accuracy` is of the chances given at coming in to the `n_test` leads that did so after the `split`, by a model of
    the `n_train` before, of which `base_rate` were won; `by_age` later in their life; `points` beside it where given.
    `stable` and `promises` watch for drift on the later leads. `model` was trained on everything and is what `score`
    uses. `left_out` are facts not used.
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
    model: WinModel
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


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
    left_out = _left_out(frame, horizon)
    names = frozenset(each.fact for each in left_out)
    split = float(np.quantile(frame.created, 1 - TESTED)) if len(frame) else 0.0
    early = np.flatnonzero(frame.created < split)
    tested = np.flatnonzero(frame.created >= split)
    past = _stacked(frame, done, early, horizon, split, names)
    model = _trained(past, split)
    if isinstance(model, NotEnoughData):
        return model
    later = _at_age(frame, done, tested, 0.0, horizon, frame.end, names)
    wins = int(np.sum(later.won & (later.weight > 0)))
    others = int(np.sum(~later.won & (later.weight > 0)))
    if min(wins, others) < FEWEST_TO_TEST:
        return NotEnoughData(
            f"of the latest {TESTED:.0%} of leads {wins} were won within {horizon:g} days and {others} known not to be",
            f"at least {FEWEST_TO_TEST} of each, to test the score on",
        )
    chance = model.probability(later.known)
    learned_from = _at_age(frame, done, early, 0.0, horizon, split, names)
    found = accuracy(chance, later.won, later.weight)
    told = np.argsort(later.told_at, kind="stable")
    told = told[later.weight[told] > 0]
    final = _trained(_stacked(frame, done, np.arange(len(frame)), horizon, frame.end, names), frame.end)
    if isinstance(final, NotEnoughData):
        return final
    base = learned_from.weight > 0
    return LeadScore(
        horizon=horizon,
        split=(frame.origin + np.timedelta64(int(split * 86_400), "s")).astype("datetime64[D]").item(),
        n_train=int(base.sum()),
        n_test=wins + others,
        base_rate=float(np.average(learned_from.won[base], weights=learned_from.weight[base])) if base.any() else 0.0,
        accuracy=found,
        by_age=tuple(_by_age(frame, done, tested, horizon, names, model)),
        points=None if points is None else _points(frame, points, learned_from, later, chance),
        stable=stability(model.probability(learned_from.known), chance),
        promises=watch(chance[told], later.won[told]),
        model=final,
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
    known = _of_model(fitted, frame, behaviour(tables, frame), places, np.full(len(places), frame.end))
    chance = fitted.model.probability(known)
    parts = list(contributions(fitted.model, known))
    start = fitted.model.average_score
    found = []
    for row, why in enumerate(explanations(_NONE, Moment(None), fitted.model, known)):
        own = {START: start} | {part.name: float(part.logits[row]) for part in parts}
        total = float(logit(np.clip(chance[row], _CERTAIN, 1 - _CERTAIN)))
        own[UNCERTAINTY] = total - sum(own.values())
        said = f"{chance[row]:.0%} within {fitted.horizon:g} days; the average lead has {why.average:.0%}"
        words = "; ".join([said, *spoken(why.factors)])
        lead = str(frame.lead_id[int(places[row])].as_py())
        found.append(Scored(lead, float(chance[row]), why.average, why.factors, words, own, total))
    return found


def chances(fitted: LeadScore, frame: LeadFrame, tables: Mapping[str, ibis.Table] | None = None) -> Floats:
    """The chance of every lead that is still open at the end of a frame; NaN of the others."""
    found, places = np.full(len(frame), np.nan), _open(frame, frame.end)
    known = _of_model(fitted, frame, behaviour(tables, frame), places, np.full(len(places), frame.end))
    found[places] = fitted.model.probability(known)
    return found


def _of_model(fitted: LeadScore, frame: LeadFrame, done: Behaviour, places: Places, at: Floats) -> Snapshot:
    return lead_snapshot(frame, done, places, at, frozenset(each.fact for each in fitted.left_out))


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


def _stacked(
    frame: LeadFrame, done: Behaviour, places: Places, horizon: float, until: float, leave_out: frozenset[str]
) -> _Known:
    """The leads at every age, each lead counting once in all: several moments of one lead are not several leads.

    (Landmarking; van Houwelingen 2007, Scand. J. Stat. 34:70.)
    """
    parts = [_at_age(frame, done, places, age, horizon, until, leave_out) for age in AGES]
    known = _together([part.known for part in parts])
    won, weight = (np.concatenate([getattr(part, name) for part in parts]) for name in ("won", "weight"))
    kept = np.flatnonzero(weight > 0)
    kept = kept[np.argsort(-known.at[kept], kind="stable")[:MOST_TO_TRAIN]]
    rows = known.rows[kept]
    share = weight[kept] / np.bincount(rows, minlength=len(frame))[rows]
    if len(kept):
        share = share * (share.sum() / np.sum(share * weight[kept]))  # as many as the weights are worth (Kish 1965)
    told = np.concatenate([part.told_at for part in parts])[kept]
    return _Known(known.select(kept), won[kept], share, told)


def _together(parts: Sequence[Snapshot]) -> Snapshot:
    first = parts[0]
    return Snapshot(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.at for part in parts]),
        {name: np.concatenate([part.facts[name] for part in parts]) for name in first.facts},
        first.levels,
        {name: np.concatenate([part.numbers[name] for part in parts]) for name in first.numbers},
        {
            group: {name: np.concatenate([part.flags[group][name] for part in parts]) for name in flags}
            for group, flags in first.flags.items()
        },
    )


def _trained(past: _Known, until: float) -> WinModel | NotEnoughData:
    wins = len(np.unique(past.known.rows[past.won]))
    others = len(np.unique(past.known.rows[~past.won]))
    if min(wins, others) < FEWEST_TO_TRAIN:
        return NotEnoughData(
            f"only {wins} leads were won within the horizon and {others} known not to be, to learn from",
            f"at least {FEWEST_TO_TRAIN} of each",
        )
    return learned(past.known, past.won, past.weight, until)


def _by_age(
    frame: LeadFrame, done: Behaviour, tested: Places, horizon: float, names: frozenset[str], model: WinModel
) -> list[AgeAccuracy]:
    found = []
    for age in AGES:
        later = _at_age(frame, done, tested, age, horizon, frame.end, names)
        counted = later.weight > 0
        if min(np.sum(later.won & counted), np.sum(~later.won & counted)) >= FEWEST_TO_TEST:
            found.append(AgeAccuracy(age, accuracy(model.probability(later.known), later.won, later.weight)))
    return found


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


def _left_out(frame: LeadFrame, horizon: float) -> tuple[LeftOut, ...]:
    """Facts that no score may use: a lead's state of today, and whatever was noted because of the outcome."""
    said = [name for name in (*frame.facts, *frame.numbers) if _STATE_OF_TODAY.search(name.casefold())]
    found = [LeftOut(name, "it says where the lead stands today, not what was known when it came in") for name in said]
    facts = {name: one for name, one in frame.facts.items() if name not in said}
    deals = _as_deals(frame, horizon, facts)
    found += [each for each in leaky_facts(deals) if each.fact != AMOUNT]
    for name, values in frame.numbers.items():
        if name not in said:
            leaks = leaky_facts(replace(deals, categories={}, amount=values))
            found += [LeftOut(name, each.reason) for each in leaks]
    return tuple(found)


def _as_deals(frame: LeadFrame, horizon: float, facts: Mapping[str, Category]) -> DealFrame:
    """The leads as if they were deals that are won, lost (dead, or not won by the horizon) or open."""
    n = len(frame)
    won = frame.won <= frame.created + horizon
    ended = won | ~np.isnan(frame.dead) | (frame.follow_up >= horizon)
    outcome = np.where(won, 2, np.where(ended, 1, 0)).astype(np.int32)
    nobody = Category(np.full(n, -1, dtype=np.int32), ())
    return DealFrame(
        deal_no=np.arange(n, dtype=np.int32),
        deal_id=frame.lead_id,
        owner=nobody,
        team=nobody,
        outcome=Category(outcome, ("open", "lost", "won")),
        created=frame.created,
        closed=np.where(ended, np.minimum(frame.created + horizon, frame.end), np.nan),
        end=frame.end,
        amount=np.full(n, np.nan),
        categories=facts,
        entered=np.empty((n, 0)),
        done=np.empty((n, 0)),
        size=nobody,
        lost_reason=nobody,
        origin=frame.origin,
    )


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
