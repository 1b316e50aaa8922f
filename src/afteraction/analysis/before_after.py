"""Before and after, for a change that could not be drawn by lot: those it changed for beside those it did not.

Difference in differences. Units (reps or teams) that changed together are compared, period by period, with those that
had not changed by then: never with units that changed earlier, whose own effect may still grow (Callaway & Sant'Anna
2021, J. Econometrics 225:200; Goodman-Bacon 2021, J. Econometrics 225:254). Each such group has a regression of its
own, with a level for every unit and every period, over the periods from before the change and those after it in which
others had not changed; the effect is the mean over groups, each by its deals after the change.

What must hold is that both would have moved alike. That cannot be tested after the change; before it, it can
(`Trend`). Intervals come from leaving out one unit at a time (CV3: MacKinnon, Nielsen & Webb 2023, J. Appl.
Econometrics 38:671), those that changed and the others each as a stratum, with the degrees of freedom of Welch (1947,
Biometrika 34:28): units are few, and deals of one unit are alike.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags
from afteraction.analysis.before_after_cells import (
    Interval,
    Panel,
    Stack,
    at_period,
    conventional_error,
    earlier,
    interval_of,
    jackknife,
    left_out,
    present,
    sides,
    solved,
    stacks_of,
)
from afteraction.errors import NotEnoughData

FEWEST_UNITS: Final = 3
"""Units that changed, and others, below which nothing says how far units differ."""
FEWEST_BEFORE: Final = 4
"""Periods before the change below which nothing says whether both moved alike."""
SMALL: Final = 0.05
"""A difference within plus or minus this is none that matters (in shares)."""


@dataclass(frozen=True)
class Trend:
    """How units that changed moved apart from the others before, as what it would amount to after if it went on.

    `shown_parallel`: the 90 % interval lies within plus or minus `tolerance` (two one-sided tests at 5 %: Schuirmann
    1987; Hartman & Hidalgo 2018, Am. J. Pol. Sci. 62:1000): parallel is what has to be shown, not what is assumed until
    disproved. `diverged`: the 95 % interval excludes 0. `seen`: what would have been seen four times in five.
    """

    apart: Interval
    tolerance: float
    shown_parallel: bool
    diverged: bool
    seen: float


@dataclass(frozen=True)
class Period:
    """A period, counted from the change: how far units that changed are from the others then, against before it."""

    since: int
    apart: Interval
    deals: int


@dataclass(frozen=True)
class BeforeAfter:
    """The mean effect on the units that changed, each of their deals after the change counting once.

    `effect` is as if both moved alike, `bent` as if they had gone on to move apart as before; `low` and `high` hold
    both (the bounds of Rambachan & Roth 2023, Rev. Econ. Stud. 90:2555, for a difference in trends that stays as it
    was). `before`, `after`: the shares of units that changed; `others`: how far the others moved meanwhile.
    `conventional` is the cluster-robust standard error as most packages give it (CR1), of one group alone.
    """

    effect: Interval
    bent: Interval | None
    low: float
    high: float
    trend: Trend | NotEnoughData
    before: float
    after: float
    others: float
    changed_units: int
    other_units: int
    deals: int
    left_out: int
    conventional: float | None

    @property
    def parallel(self) -> bool:
        """Whether it was shown that both moved alike before."""
        return isinstance(self.trend, Trend) and self.trend.shown_parallel

    @property
    def verdict(self) -> str:
        """helps, hurts, no_effect or cant_tell; the last where nothing is known of how both moved before.

        The interval it goes by allows for both to move apart as before, so parallel need not be shown for it.
        """
        if self.bent is None:
            return "cant_tell"
        if self.low > 0 or self.high < 0:
            return "helps" if self.effect.value > 0 else "hurts"
        return "no_effect" if self.low > -SMALL and self.high < SMALL else "cant_tell"


@dataclass(frozen=True)
class NotParallel(NotEnoughData):
    """Units that changed and the others moved apart before the change: what came after is no effect of it."""

    trend: Trend


def difference_in_differences(panel: Panel, tolerance: float = SMALL) -> BeforeAfter | NotParallel | NotEnoughData:
    """The effect of a change, or why none can be told. `tolerance` is in the unit of the outcome."""
    stacks = stacks_of(panel)
    changed, others = sides(stacks, len(panel.changed))
    if min(changed.sum(), others.sum()) < FEWEST_UNITS:
        return NotEnoughData(
            f"{int(changed.sum())} that changed and {int(others.sum())} that did not have deals before and after it: "
            "too few to tell a change from what happens anyway",
            f"at least {FEWEST_UNITS} of each; where fewer changed, one that is put together from many others",
        )
    effect = jackknife(stacks, changed, others, bend=False)
    trend = _trend(stacks, changed, others, tolerance)
    if isinstance(trend, Trend) and trend.diverged and not trend.shown_parallel:
        value = trend.apart.value
        return NotParallel(
            f"those that changed moved apart from the others before they did: had that gone on, it alone would have "
            f"made {value * 100:+.0f} points ({trend.apart.low * 100:+.0f} to {trend.apart.high * 100:+.0f})",
            "others that moved alike before, or a trial that is drawn by lot",
            trend,
        )
    bent = jackknife(stacks, changed, others, bend=True) if isinstance(trend, Trend) else None
    return _told(panel, stacks, effect, bent, trend)


def event_study(panel: Panel) -> tuple[Period, ...]:
    """How far apart both are in each period since the change, against their mean before it: what is drawn."""
    stacks = stacks_of(panel)
    return tuple(_periods(stacks, *sides(stacks, len(panel.changed))))


def _trend(stacks: list[Stack], changed: Flags, others: Flags, tolerance: float) -> Trend | NotEnoughData:
    """How the groups moved apart before, per period, times the periods from the middle of before to that of after."""
    before = [earlier(stack) for stack in stacks]
    known = min((int((stack.deals.sum(axis=0) > 0).sum()) for stack in before), default=0)
    if known < FEWEST_BEFORE:
        return NotEnoughData(
            f"{known} periods before the change with deals of both: nothing says whether they moved alike",
            f"at least {FEWEST_BEFORE}, better twelve",
        )
    whole = _drift(before, stacks)
    if np.isnan(whole):
        return NotEnoughData("the periods before the change do not show how both moved", "deals of both in every one")
    without = [
        np.array([_drift([b.without(part) for b in before], stacks) for part in left_out(side)])
        for side in (changed, others)
    ]
    apart, narrower = interval_of(whole, without), interval_of(whole, without, 0.9)
    return Trend(
        apart,
        tolerance,
        shown_parallel=-tolerance < narrower.low and narrower.high < tolerance,
        diverged=apart.low > 0 or apart.high < 0,
        seen=float(scipy.stats.t.ppf(0.975, apart.freedom) + scipy.stats.t.ppf(0.8, apart.freedom)) * apart.error,
    )


def _drift(before: list[Stack], stacks: list[Stack]) -> float:
    """What the steps apart before would have made by the middle of after; the mean over the groups by their weight."""
    total, weight = 0.0, 0.0
    for early, stack in zip(before, stacks, strict=True):
        found = solved(early, np.outer(early.treated, early.since).astype(np.float64)[None])
        if found is not None and stack.weight > 0:
            total, weight = total + float(found[0]) * _reach(stack) * stack.weight, weight + stack.weight
    return total / weight if weight else np.nan


def _reach(stack: Stack) -> float:
    """Periods from the mean deal of the group before its change to the mean one after."""
    of_group = stack.deals[stack.treated].sum(axis=0)
    after, before = (of_group * used for used in (stack.after, ~stack.after))
    return float((after @ stack.since) / after.sum() - (before @ stack.since) / before.sum())


def _periods(stacks: list[Stack], changed: Flags, others: Flags) -> list[Period]:
    """The same, one period after the other."""
    found = []
    for since in sorted({int(each) for stack in stacks for each in stack.since}):
        some = [at_period(stack, since) for stack in stacks if (stack.since == since).any()]
        some = [stack for stack in some if stack.weight > 0 and (stack.deals[:, ~stack.after].sum() > 0)]
        if not some:
            continue
        apart = jackknife(some, changed & present(some), others & present(some), bend=False)
        if np.isfinite(apart.error) and not np.isnan(apart.value):
            found.append(Period(since, apart, int(sum(stack.weight for stack in some))))
    return found


def _told(
    panel: Panel,
    stacks: list[Stack],
    effect: Interval,
    bent: Interval | None,
    trend: Trend | NotEnoughData,
) -> BeforeAfter:
    changed, others = sides(stacks, len(panel.changed))
    sums = [_share(stack, after=after) for after in (False, True) for stack in stacks]
    weights = [stack.weight for stack in stacks]
    before, after = (float(np.average(part, weights=weights)) for part in (sums[: len(stacks)], sums[len(stacks) :]))
    used = int(max((stack.deals.sum() for stack in stacks), default=0))
    return BeforeAfter(
        effect=effect,
        bent=bent,
        low=min(effect.low, bent.low) if bent else effect.low,
        high=max(effect.high, bent.high) if bent else effect.high,
        trend=trend,
        before=before,
        after=after,
        others=after - before - effect.value,
        changed_units=int(changed.sum()),
        other_units=int(others.sum()),
        deals=used,
        left_out=int(panel.deals.sum()) - used,
        conventional=conventional_error(stacks[0]) if len(stacks) == 1 else None,
    )


def _share(stack: Stack, *, after: bool) -> float:
    side = stack.after if after else ~stack.after
    rows = np.ix_(stack.treated, side)
    return float(stack.total[rows].sum() / stack.deals[rows].sum())
