"""Units over time before and after a change, in groups that changed together, and differences between them.

Units are reps or teams, periods months or the like. Everything works on sums by unit and period: levels of units and
periods are fitted to these as they would be to single deals.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags, Floats, Longs, Places

NEVER: Final = -1
"""Instead of a period: the unit did not change."""
_NONE: Final = 1e-10
_GROUPS: Final = 50
"""Groups that a side is left out in, where it has more units: as good for the error, and linear in units."""


@dataclass(frozen=True)
class Panel:
    """What units did over time, units × periods: `deals` that count, and the `total` of their outcomes.

    `changed` (units): the period in which the unit changed, NEVER where it did not. `gap`: so many periods before the
    change count on neither side, because part of the time of their deals lies after it; the period of the change itself
    does not count either where `partial`.
    """

    deals: Floats
    total: Floats
    changed: Longs
    gap: int = 0
    partial: bool = True

    def __post_init__(self) -> None:
        if self.deals.shape != self.total.shape or len(self.changed) != len(self.deals):
            raise ValueError(
                f"found {self.deals.shape}, {self.total.shape} and {len(self.changed)} units; expected one"
            )


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval, standard error and degrees of freedom."""

    value: float
    low: float
    high: float
    error: float
    freedom: float


@dataclass(frozen=True)
class Stack:
    """One group that changed together beside those that had not changed by then: units × periods in use.

    `treated` (units) is the group; `after` (periods); `weight` the deals of the group after its change; `since`
    (periods) counts from the change.
    """

    deals: Floats
    total: Floats
    treated: Flags
    after: Flags
    since: Longs

    @property
    def weight(self) -> float:
        return float(self.deals[np.ix_(self.treated, self.after)].sum())

    def without(self, units: Places) -> "Stack":
        """The same without some units."""
        deals, total = self.deals.copy(), self.total.copy()
        deals[units], total[units] = 0.0, 0.0
        return _comparable(Stack(deals, total, self.treated, self.after, self.since))


def stacks_of(panel: Panel) -> list[Stack]:
    """The groups that can be compared. A unit counts in one with deals both before and after the group's change."""
    found = []
    periods = np.arange(panel.deals.shape[1])
    for start in np.unique(panel.changed[panel.changed != NEVER]):
        first = int(start) + (1 if panel.partial else 0)
        treated = panel.changed == start
        later = np.unique(panel.changed[(panel.changed > start)])
        # Those that change later stay among the others until the deals of theirs that lie partly after it.
        usable = [np.where(panel.changed == each, periods[:, None] < each - panel.gap, True).T for each in later]
        clean = np.ones(panel.deals.shape, dtype=np.bool_)
        for each in usable:
            clean &= each
        clean[(panel.changed != NEVER) & (panel.changed < start)] = False
        used = (periods < start - panel.gap) | (periods >= first)
        deals = np.where(clean, panel.deals, 0.0)[:, used]
        total = np.where(clean, panel.total, 0.0)[:, used]
        stack = _comparable(Stack(deals, total, treated, periods[used] >= first, (periods - start)[used]))
        if stack.weight > 0 and (~stack.treated & (stack.deals.sum(axis=1) > 0)).any():
            found.append(stack)
    return found


def _comparable(stack: Stack) -> Stack:
    """Without units that have no deals on one of the sides, and periods of the others or of the group alone."""
    deals, total = stack.deals.copy(), stack.total.copy()
    for _round in range(len(deals) + deals.shape[1]):
        both = deals[:, ~stack.after].sum(axis=1) > 0
        if stack.after.any():  # else it is asked how both moved before
            both &= deals[:, stack.after].sum(axis=1) > 0
        known = (deals[stack.treated & both].sum(axis=0) > 0) & (deals[~stack.treated & both].sum(axis=0) > 0)
        gone = (deals > 0) & ~(both[:, None] & known[None, :])
        if not gone.any():
            break
        deals[gone], total[gone] = 0.0, 0.0
    return Stack(deals, total, stack.treated, stack.after, stack.since)


def sides(stacks: list[Stack], units: int) -> tuple[Flags, Flags]:
    """The units that changed, and those whom they are compared with: one that changed later may be both."""
    changed, others = np.zeros(units, dtype=np.bool_), np.zeros(units, dtype=np.bool_)
    for stack in stacks:
        known = stack.deals.sum(axis=1) > 0
        changed |= known & stack.treated
        others |= known & ~stack.treated
    return changed, others & ~changed


def jackknife(stacks: list[Stack], changed: Flags, others: Flags, *, bend: bool) -> Interval:
    """The mean effect over the groups; the interval from leaving out one unit at a time."""
    without = [
        np.array([_mean([stack.without(part) for stack in stacks], bend=bend) for part in left_out(side)])
        for side in (changed, others)
    ]
    return interval_of(_mean(stacks, bend=bend), without)


def left_out(side: Flags) -> list[Places]:
    """What is left out at a time: one unit, or where there are many, each of a fixed number of groups of them."""
    units = np.flatnonzero(side)
    return [units[place::_GROUPS] for place in range(min(len(units), _GROUPS))]


def interval_of(whole: float, without: list[Floats], level: float = 0.95) -> Interval:
    """V = Σ over strata (n - 1) / n Σ (θ₋ᵢ - mean)², degrees of freedom V² / Σ Vₛ² / (nₛ - 1)."""
    variance, freedom = 0.0, 0.0
    for found in without:
        known = found[~np.isnan(found)]
        n = len(known)
        if n < 2:
            return Interval(whole, -np.inf, np.inf, np.inf, 1.0)
        own = (n - 1) / n * float(np.sum((known - known.mean()) ** 2))
        variance, freedom = variance + own, freedom + own**2 / (n - 1)
    error = float(np.sqrt(variance))
    if error < _NONE:
        return Interval(whole, whole, whole, 0.0, np.inf)
    degrees = variance**2 / freedom
    half = float(scipy.stats.t.ppf((1 + level) / 2, degrees)) * error
    return Interval(whole, whole - half, whole + half, error, degrees)


def _mean(stacks: list[Stack], *, bend: bool) -> float:
    found = [(_effect(stack, bend=bend), stack.weight) for stack in stacks if stack.weight > 0]
    known = [(value, weight) for value, weight in found if not np.isnan(value)]
    weight = sum(each for _value, each in known)
    return sum(value * each for value, each in known) / weight if weight else np.nan


def _effect(stack: Stack, *, bend: bool) -> float:
    """The mean of the coefficients of having changed in each period after, each by the deals that had; NaN untold.

    Beside them stands a level of every unit and period; with `bend` the group may also move apart from the others by
    the same step every period.
    """
    columns, weights = _changed(stack)
    if bend:
        columns = np.concatenate([columns, np.outer(stack.treated, stack.since)[None]])
    found = solved(stack, columns)
    return np.nan if found is None else float(found[: len(weights)] @ weights)


def _changed(stack: Stack) -> tuple[Floats, Floats]:
    """A column of having changed for each period after (k × units × periods), and the share of the deals in each."""
    deals = stack.deals[stack.treated].sum(axis=0)
    periods = np.flatnonzero(stack.after & (deals > 0))
    columns = np.zeros((len(periods), *stack.deals.shape))
    for place, period in enumerate(periods):
        columns[place, :, period] = stack.treated
    return columns, np.asarray(deals[periods] / max(deals[periods].sum(), 1.0), dtype=np.float64)


def solved(stack: Stack, columns: Floats) -> Floats | None:
    """Coefficients of columns (k × units × periods) by least squares over deals, levels taken out (Frisch & Waugh)."""
    rest = _residuals(stack.deals, columns)
    weighted = np.einsum("aup,bup,up->ab", rest, rest, stack.deals, optimize=True)
    if not len(columns) or not np.all(np.isfinite(weighted)) or np.linalg.cond(weighted) > 1 / _NONE:
        return None
    return np.asarray(np.linalg.solve(weighted, np.einsum("aup,up->a", rest, stack.total)), dtype=np.float64)


def _residuals(deals: Floats, columns: Floats) -> Floats:
    """Columns less their best fit by a level for every unit and period, each cell weighing by its deals."""
    units, periods = deals.sum(axis=1) > 0, deals.sum(axis=0) > 0
    inside = np.ix_(units, periods)
    w = deals[inside]
    x = columns[:, inside[0], inside[1]]
    share = w / w.sum(axis=1, keepdims=True)
    level = np.einsum("up,kup->ku", share, x)
    squares = np.diag(w.sum(axis=0)) - w.T @ share
    totals = np.einsum("up,kup->kp", w, x - level[:, :, None])
    course = np.linalg.lstsq(squares, totals.T, rcond=None)[0].T
    fitted = np.einsum("up,kup->ku", share, x - course[:, None, :])[:, :, None] + course[:, None, :]
    found = np.zeros(columns.shape)
    found[:, inside[0], inside[1]] = x - fitted
    return found


def earlier(stack: Stack) -> Stack:
    """The periods before the change alone."""
    used = ~stack.after
    return Stack(stack.deals[:, used], stack.total[:, used], stack.treated, stack.after[used], stack.since[used])


def present(stacks: list[Stack]) -> Flags:
    """The units with deals in any of these."""
    return np.asarray(np.any([stack.deals.sum(axis=1) > 0 for stack in stacks], axis=0), dtype=np.bool_)


def at_period(stack: Stack, since: int) -> Stack:
    """One period against those before the change (itself left out of them)."""
    here = stack.since == since
    used = here | ~stack.after
    return _comparable(Stack(stack.deals[:, used], stack.total[:, used], stack.treated, here[used], stack.since[used]))


def conventional_error(stack: Stack) -> float:
    """CR1 of the mean effect: the outcomes' own scatter within a cell adds nothing to the score of a unit, so cells do.

    V = c'A⁻¹ (Σ_u s_u s_u') A⁻¹c · G / (G - 1) · (n - 1) / (n - p), s_u the scores of a unit, c the weights of periods.
    """
    columns, weights = _changed(stack)
    rest = _residuals(stack.deals, columns)
    bread = np.linalg.inv(np.einsum("aup,bup,up->ab", rest, rest, stack.deals, optimize=True))
    slope = bread @ np.einsum("aup,up->a", rest, stack.total)
    mean = np.where(stack.deals > 0, stack.total / np.where(stack.deals > 0, stack.deals, 1.0), 0.0)
    left = _residuals(stack.deals, mean[None])[0] - np.einsum("a,aup->up", slope, rest)
    scores = np.einsum("aup,up->ua", rest, stack.deals * left) @ (bread @ weights)
    units, periods = (int((stack.deals.sum(axis=axis) > 0).sum()) for axis in (1, 0))
    deals, terms = float(stack.deals.sum()), units + periods - 1 + len(columns)
    return float(np.sqrt(units / (units - 1) * (deals - 1) / (deals - terms) * np.sum(scores**2)))
