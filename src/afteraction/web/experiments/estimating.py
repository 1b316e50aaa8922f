"""What the record says about a question that is being planned: each figure that its size is computed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.analysis.experiment_planning import (
    Estimate,
    explained,
    likeness,
    mean,
    per_week,
    share,
    unevenness,
)
from afteraction.errors import NotEnoughData
from afteraction.process.model import STAGE_ACTIVITY, Process
from afteraction.web.experiments.document import TrialMeasure, Unit, Who
from afteraction.web.experiments.history import History

WEEKS: Final = 26
"""Whole weeks from which it is told how many deals come."""
_LATELY: Final = 540.0
"""Days: older outcomes say less of deals to come."""
Found = Estimate | NotEnoughData


@dataclass(frozen=True)
class Asked:
    """What is asked of the record: who is in, by what they are drawn (`units`: a list, empty for all), the measure."""

    who: Who
    unit: Unit
    units: tuple[str, ...]
    measure: TrialMeasure


@dataclass(frozen=True)
class FromRecord:
    """The answers. `base` is a share, or days with the standard deviation `spread`; `clusters` the units with deals.

    `likeness` and `unevenness` are None where deals are drawn one by one.
    """

    base: Found
    spread: float | None
    explained: Found
    per_week: Found
    likeness: Found | None
    unevenness: Found | None
    clusters: tuple[str, ...]
    version: int


def from_record(history: History, asked: Asked, process: Process | None) -> FromRecord:
    """Every figure that a size needs, of deals like those that would be in."""
    inside = history.matching(asked.who)
    column = {"rep": "owner", "team": "team"}.get(asked.unit)
    lately = history.began <= WEEKS * 7
    clusters: tuple[str, ...] = ()
    if column:
        there = history.texts[column]
        clusters = asked.units or tuple(sorted({str(each) for each in there[inside & lately] if each}))
        inside &= np.isin(there, clusters)
    y, known = outcome(history, asked.measure, process)
    known &= inside & (history.began <= asked.measure.horizon + _LATELY)
    group = _groups(history.texts[column]) if column else None
    # `every` deals stand behind each that is kept.
    weekly = history.every * _by_week(history.began[inside], float(history.began.max(initial=0.0)))
    return FromRecord(
        base=share(y[known] > 0) if asked.measure.share else mean(y[known]),
        spread=None if asked.measure.share else _spread(y[known]),
        explained=explained(y[known], history.chance[known]),
        per_week=per_week(weekly.tolist()),
        likeness=None if group is None else likeness(y[known], group[known]),
        unevenness=None if column is None else unevenness(_sizes(history.texts[column][inside & lately], clusters)),
        clusters=clusters,
        version=history.version,
    )


def outcome(history: History, measure: TrialMeasure, process: Process | None) -> tuple[Floats, Flags]:
    """What is counted of each deal, its horizon beginning when it began, and of which deals it is known (n each)."""
    horizon = float(measure.horizon)
    days = _days(history, measure, process)
    reached = days <= horizon
    known = history.began >= horizon
    if measure.share:
        return reached.astype(np.float64), known
    return np.where(reached, days, horizon), known


def _days(history: History, measure: TrialMeasure, process: Process | None) -> Floats:
    """Days from the beginning until it came about; NaN where it has not."""
    if measure.kind in ("won", "days_to_won"):
        return np.where(history.won, history.began - history.closed, np.nan)
    if measure.kind == "step":
        step = next((each for each in process.steps if each.id == measure.what), None) if process else None
        activities: Sequence[str] = step.activities if step else (measure.what,)
    else:
        activities = (STAGE_ACTIVITY + measure.what,)
    columns = [history.first[name] for name in activities if name in history.first]
    if not columns:
        return np.full(len(history), np.nan)
    return np.asarray(np.fmin.reduce(columns), dtype=np.float64)


def facts_of(history: History, asked: Asked, process: Process | None) -> Mapping[str, tuple[float, ...]]:
    """What pairs are matched by: deals a week and what is measured, of each unit, on one scale."""
    column = "owner" if asked.unit == "rep" else "team"
    y, known = outcome(history, asked.measure, process)
    inside = history.matching(asked.who)
    middle = float(y[known & inside].mean()) if (known & inside).any() else 0.0
    found = {}
    for unit in asked.units:
        own = inside & (history.texts[column] == unit)
        weekly = float(np.sum(own & (history.began <= WEEKS * 7))) * history.every / WEEKS
        seen = y[own & known]
        # A unit with few deals is taken for usual: ten deals' worth of everyone's mean.
        found[unit] = (round(weekly, 3), round((float(seen.sum()) + 10 * middle) / (len(seen) + 10), 4))
    return found


def _by_week(began: Floats, oldest: float) -> Floats:
    """Deals of each of the last whole weeks that the record covers."""
    weeks = min(WEEKS, int(oldest // 7))
    inside = began[(began >= 0) & (began < weeks * 7)]
    return np.bincount((inside // 7).astype(np.int64), minlength=weeks).astype(np.float64)


def _groups(texts: NDArray[Any]) -> Longs:
    return np.unique(texts, return_inverse=True)[1].astype(np.int64)


def _sizes(texts: NDArray[Any], clusters: Sequence[str]) -> list[float]:
    values, counts = np.unique(texts, return_counts=True)
    by_name = dict(zip(map(str, values), counts.tolist(), strict=True))
    return [float(by_name.get(name, 0)) for name in clusters]


def _spread(y: Floats) -> float:
    return float(y.std(ddof=1)) if len(y) > 1 else 0.0
