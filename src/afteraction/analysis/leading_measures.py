"""Which weekly activity of a rep goes before wins: leading measures, beside outcomes.

The question. In a week in which a rep did one more of something than is usual for them, with the same deals open and
the same of everything else, how many more deals did they win in the weeks after it? It is asked within reps, so that
a good rep who happens to be busy proves nothing, and within weeks, so that a quarter's end proves nothing. Counted is
activity on deals that were still open when the week ended: what was done on the day of signing comes before no win.

The answer is a forecast and no proof of a cause: work goes to deals that look likely for reasons not on record.

Estimator: a local projection (Jordà 2005, Am. Econ. Rev. 95:161) of the wins of the `horizon` weeks after on the
activity of the week, given the pipeline at its end and the activity of the weeks before, with fixed effects of reps
and of weeks. Windows of wins overlap and weeks of a rep are alike, so reps are the units of the interval: each is left
out once (CV3; MacKinnon, Nielsen & Webb 2023, J. Econometrics 232:272), with Student's t of reps - 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from afteraction.analysis.arrays import Floats, Ints
from afteraction.analysis.intervals import FALSE_DISCOVERIES, false_discovery_q_values
from afteraction.errors import NotEnoughData

FEWEST_REPS: Final = 12
"""Fewer reps are too few to tell how much reps differ by chance."""
FEWEST_WINS: Final = 60
FEWEST_WEEKS: Final = 26
"""Weeks of which the outcomes are known."""
FEWEST_TIMES: Final = 100
"""How often something must have been done before anything is said of it."""
LAGS: Final = 4
"""Weeks before, whose activity is held equal: a spell of work is not counted once for each of its weeks."""
MATTERS: Final = 0.05
"""A week with one standard deviation more, or one more, that changes wins by less than this share is no lead."""
_ROUNDS: Final = 200
_STILL: Final = 1e-9
Cube = npt.NDArray[np.float64]


class LeadVerdict(StrEnum):
    PRECEDES = "precedes"
    PRECEDES_FEWER = "precedes_fewer"
    NO_EFFECT = "no_effect"
    CANT_TELL = "cant_tell"


@dataclass(frozen=True)
class WeeklyWork:
    """What reps did week by week. R reps, W whole weeks in a row, M measures.

    `activity` (R × W × M) counts what was done on deals that were open when the week ended, `pipeline` (R × W × K)
    describes these deals (how many in which stage, and what had been done on them before), `open_deals` (R × W) is
    their number, `wins` (R × W) the deals won in the week. `horizon`: the weeks in which an
    outcome shows.
    """

    reps: tuple[str, ...]
    measures: tuple[str, ...]
    activity: Cube
    pipeline: Cube
    open_deals: Floats
    wins: Floats
    horizon: int


@dataclass(frozen=True)
class Lead:
    """One measure. `more_wins` with its 95 % interval: wins in the horizon after a week with one more of it.

    `usual` is its mean in a week, `swing` how far weeks of a rep stray from what is usual (standard deviation), `times`
    how often it is on record. Where nothing can be said `refused` says why and the figures are None.
    """

    measure: str
    verdict: LeadVerdict
    times: int
    usual: float
    swing: float
    more_wins: float | None = None
    low: float | None = None
    high: float | None = None
    q: float | None = None
    reps: int = 0
    rep_weeks: int = 0
    weeks_needed: int | None = None
    refused: NotEnoughData | None = None


@dataclass(frozen=True)
class LeadingMeasures:
    """Every measure, in the order given. `wins_after` is the mean number of wins in the horizon after a week."""

    horizon: int
    reps: int
    rep_weeks: int
    wins: int
    wins_after: float
    leads: tuple[Lead, ...]


@dataclass(frozen=True)
class _Rows:
    """The weeks that are compared (n): the rep and week of each, what was done, what is held equal, what came of it."""

    rep: Ints
    week: Ints
    activity: Floats
    beside: Floats
    after: Floats


@dataclass(frozen=True)
class _Fit:
    """Coefficients of the activities with their standard errors."""

    value: Floats
    error: Floats
    reps: int = field(default=0)


def leading_measures(work: WeeklyWork) -> LeadingMeasures | NotEnoughData:
    """Which activity goes before wins; false discoveries are limited over all measures.

    Raises ValueError where the arrays do not fit together or the horizon is below 1.
    """
    _check(work)
    rows = _rows(work)
    reps, wins = len(np.unique(rows.rep)), int(work.wins.sum())
    counts = (
        (reps, FEWEST_REPS, "reps with deals open"),
        (wins, FEWEST_WINS, "wins of theirs"),
        (len(np.unique(rows.week)), FEWEST_WEEKS, f"weeks of which the {work.horizon} weeks after are on record"),
    )
    short = [f"{found:,} {what}" for found, least, what in counts if found < least]
    if short:
        needed = ", ".join(f"{least} {what}" for _found, least, what in counts)
        return NotEnoughData(f"the record has only {', '.join(short)}", f"at least {needed}")
    usable = [number for number in range(len(work.measures)) if _refused(rows, number) is None]
    fit = _fit(rows, usable) if usable else None
    places = {number: place for place, number in enumerate(usable)}
    p_values = (
        [2 * float(scipy.stats.t.sf(abs(v) / e, fit.reps - 1)) for v, e in zip(fit.value, fit.error, strict=True)]
        if fit
        else []
    )
    q_values = false_discovery_q_values(p_values)
    mean = float(rows.after.mean())
    leads = tuple(
        _lead(work, rows, number, fit, places.get(number), q_values, mean) for number in range(len(work.measures))
    )
    return LeadingMeasures(work.horizon, reps, len(rows.after), wins, mean, leads)


def wins_after(wins: Floats, horizon: int) -> Floats:
    """The wins of the `horizon` weeks after each week (R × W); NaN where these are not all on record."""
    total = np.concatenate([np.zeros((len(wins), 1)), np.cumsum(wins, axis=1)], axis=1)
    after = np.full(wins.shape, np.nan)
    last = wins.shape[1] - horizon
    if last > 0:
        after[:, :last] = total[:, horizon + 1 :][:, :last] - total[:, 1 : last + 1]
    return after


def _check(work: WeeklyWork) -> None:
    shape = (len(work.reps), work.wins.shape[1])
    fits = (
        work.wins.shape == shape
        and work.open_deals.shape == shape
        and work.activity.shape == (*shape, len(work.measures))
        and work.pipeline.shape[:2] == shape
    )
    if not fits:
        raise ValueError(f"wins, open deals, activity and pipeline of {shape[0]} reps in {shape[1]} weeks do not fit")
    if work.horizon < 1:
        raise ValueError(f"a horizon of {work.horizon} weeks is none")


def _rows(work: WeeklyWork) -> _Rows:
    after = wins_after(work.wins, work.horizon)
    before = _before(work.activity)
    known = (work.open_deals > 0) & ~np.isnan(after)
    known[:, :LAGS] = False
    rep, week = np.nonzero(known)
    return _Rows(
        rep.astype(np.int32),
        week.astype(np.int32),
        work.activity[rep, week],
        np.concatenate([work.pipeline[rep, week], before[rep, week]], axis=1),
        after[rep, week],
    )


def _before(activity: Cube) -> Cube:
    """The mean activity of the LAGS weeks before each week; of fewer at the beginning, which is not used."""
    total = np.concatenate([np.zeros_like(activity[:, :1]), np.cumsum(activity, axis=1)], axis=1)
    weeks = np.arange(activity.shape[1])
    return np.asarray((total[:, weeks] - total[:, np.maximum(weeks - LAGS, 0)]) / LAGS)


def _refused(rows: _Rows, number: int) -> NotEnoughData | None:
    done = rows.activity[:, number]
    times, reps = int(done.sum()), len(np.unique(rows.rep[done > 0]))
    if times >= FEWEST_TIMES and reps >= FEWEST_REPS:
        return None
    return NotEnoughData(
        f"on record {times:,} times, by {reps:,} reps",
        f"at least {FEWEST_TIMES} times on deals that stayed open, by at least {FEWEST_REPS} reps",
    )


def _fit(rows: _Rows, usable: Sequence[int]) -> _Fit:
    """Least squares on what is left beside the usual of the rep and of the week; each rep is left out once."""
    every = np.column_stack([rows.activity[:, usable], rows.beside, rows.after])
    left = _beside_rep_and_week(every, rows.rep, rows.week)
    x, y = left[:, :-1], left[:, -1]
    varies = np.flatnonzero(x.std(axis=0) > _STILL * (1 + np.abs(every[:, :-1]).max(axis=0)))
    x = x[:, varies] / (scale := x[:, varies].std(axis=0))
    starts = np.flatnonzero(np.diff(rows.rep, prepend=-1))
    products = np.stack([part.T @ part for part in np.split(x, starts[1:])])
    with_y = np.stack(
        [part.T @ part_y for part, part_y in zip(np.split(x, starts[1:]), np.split(y, starts[1:]), strict=True)]
    )
    whole, whole_y, reps = products.sum(axis=0), with_y.sum(axis=0), len(products)
    # Pipelines can say the same twice (every deal in one stage); the pseudo-inverse shares it out.
    value = np.linalg.pinv(whole, hermitian=True) @ whole_y
    without = np.einsum("gij,gj->gi", np.linalg.pinv(whole - products, hermitian=True), whole_y - with_y)
    error = np.sqrt((reps - 1) / reps * ((without - value) ** 2).sum(axis=0))
    found, errors = np.full(every.shape[1] - 1, np.nan), np.full(every.shape[1] - 1, np.nan)
    found[varies], errors[varies] = value / scale, error / scale
    return _Fit(found[: len(usable)], errors[: len(usable)], reps)


def _beside_rep_and_week(values: Floats, rep: Ints, week: Ints) -> Floats:
    """What is left when the mean of the rep and that of the week are taken away, in turn until both are nought."""
    left: Floats = values - values.mean(axis=0)
    for _round in range(_ROUNDS):
        moved = 0.0
        for group in (rep, week):
            mean = _means(left, group)
            left -= mean[group]
            moved = max(moved, float(np.abs(mean).max()))
        if moved < _STILL * (1 + float(np.abs(left).max())):
            break
    return left


def _means(values: Floats, group: Ints) -> Floats:
    count = np.maximum(np.bincount(group), 1)
    return np.column_stack([np.bincount(group, weights=column) / count for column in values.T])


def _lead(
    work: WeeklyWork,
    rows: _Rows,
    number: int,
    fit: _Fit | None,
    place: int | None,
    q_values: Sequence[float],
    mean: float,
) -> Lead:
    done = rows.activity[:, number]
    swing = float(_beside_rep_and_week(done[:, None], rows.rep, rows.week).std())
    known = (work.measures[number], LeadVerdict.CANT_TELL, int(done.sum()), float(done.mean()), swing)
    if fit is None or place is None:
        return Lead(*known, refused=_refused(rows, number))
    value, error, q = float(fit.value[place]), float(fit.error[place]), q_values[place]
    if math.isnan(value) or not error:
        same = NotEnoughData("it hardly varies from week to week", "weeks with more and with less of it")
        return Lead(*known, refused=same)
    half = float(scipy.stats.t.ppf(0.975, fit.reps - 1)) * error
    # Of what is seldom done, one more a week is asked about, not the little by which weeks happen to stray.
    small = MATTERS * mean / max(swing, 1.0)
    verdict = _verdict(value, half, q, small)
    return Lead(
        known[0],
        verdict,
        *known[2:],
        more_wins=value,
        low=value - half,
        high=value + half,
        q=q,
        reps=fit.reps,
        rep_weeks=len(done),
        weeks_needed=_weeks_needed(rows, value, half, small) if verdict == LeadVerdict.CANT_TELL else None,
    )


def _verdict(value: float, half: float, q: float, small: float) -> LeadVerdict:
    if q <= FALSE_DISCOVERIES:
        return LeadVerdict.PRECEDES if value > 0 else LeadVerdict.PRECEDES_FEWER
    return LeadVerdict.NO_EFFECT if abs(value) + half < small else LeadVerdict.CANT_TELL


def _weeks_needed(rows: _Rows, value: float, half: float, small: float) -> int:
    """Further weeks of as many reps after which it would be known, should it be what it seems: half shrinks by root n.

    Known is what an interval tells from nought with 80 % power (z: 1.96 + 0.84), or what lies within `small`.
    """
    wanted = max(abs(value) * 1.96 / 2.8, small - abs(value))
    weeks = len(np.unique(rows.week))
    return max(math.ceil(weeks * ((half / wanted) ** 2 - 1)), 1)
