"""One measure of a trial: what each look saw of it, and the interval that holds over all looks so far.

What a look saw is kept and never worked out anew, so the sequence at a later look rests on what was known at the
earlier ones. Deals one by one and many units: an estimate with its error. Few units, and units that go both ways: the
sums of each unit and period, from which any other draw's estimate follows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arm_difference import adjusted, of_means, of_shares
from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.analysis.cluster_inference import FEW_CLUSTERS, clustered_difference
from afteraction.analysis.confidence_sequence import Boundary, Interval, Look, sequence
from afteraction.analysis.randomisation_inference import (
    ClusterCourse,
    Drawn,
    Studentised,
    arrangements,
    by_draws,
    randomisation_sequence,
)
from afteraction.analysis.randomised_orders import PeriodCourse, of_steps, of_turns
from afteraction.analysis.trial_measures import Outcome, TrialDeals, measured
from afteraction.analysis.trial_plan import TrialPlan
from afteraction.errors import NotEnoughData

KNOWN: Final = 0.9
"""The share of deals whose chance must be known before the trial, for the result to be adjusted by it."""
_HALF: Final = 0.5


@dataclass(frozen=True)
class Seen:
    """What one look saw of one measure on day `day`.

    `estimate` of deals and of many units; `total` and `deals` (G × P) of units whose draw is tested, sums of what
    deals came to (less what was expected of them) and how many count. `whole`: all that was planned to be known is;
    deals that were assigned after those that tell it are left out of the estimate.
    """

    day: float
    estimate: Look | NotEnoughData | None
    total: Floats | None = None
    deals: Floats | None = None
    whole: bool = False


@dataclass(frozen=True)
class Found:
    """The effect at a look, new less old: the estimate with its error there, and the interval over all looks."""

    look: Look
    interval: Interval


def adjustable(plan: TrialPlan, deals: TrialDeals) -> bool:
    """Whether the chance before the trial is known of enough deals to adjust for, and tells them apart."""
    known = deals.chance[~np.isnan(deals.chance)]
    return plan.adjusted and len(known) >= KNOWN * max(len(deals), 1) and len(known) > 1 and float(np.ptp(known)) > 0


def see(
    plan: TrialPlan, outcome: Outcome, deals: TrialDeals, now: float, *, by_chance: bool, most: float = math.inf
) -> Seen:
    """What is known of a measure on day `now`; `by_chance` adjusts for the chance before the trial.

    A sequence promises nothing beyond the information `most` that it was planned for. Once there is more, the estimate
    is that of the deals assigned first which tell as much: a look that somebody might have taken between two others.
    """
    found = measured(outcome, deals, now)
    rows = np.flatnonzero(found.counts)
    rows = rows[np.argsort(deals.at[rows], kind="stable")]
    y, counting = found.value[rows], deals.only(rows)
    before = _filled(counting.chance)[:, None] if by_chance else None
    if plan.method == "randomisation":
        return Seen(now, None, *_sums(plan, y, counting, before))

    def of_first(n: int) -> Look | NotEnoughData:
        known = before[:n] if before is not None else None
        if plan.method == "cluster-robust":
            return _of_many(y[:n], counting.only(np.arange(n)), known)
        return _of_deals(outcome, y[:n], counting.new[:n], known)

    everyone = of_first(len(y))
    if isinstance(everyone, NotEnoughData) or everyone.information <= most:
        return Seen(now, everyone)
    fewer, more = 0, len(y)
    while more - fewer > 1:
        middle = (fewer + more) // 2
        look = of_first(middle)
        within = isinstance(look, NotEnoughData) or look.information <= most
        fewer, more = (middle, more) if within else (fewer, middle)
    return Seen(now, of_first(fewer), whole=True)


def found_in(
    plan: TrialPlan, outcome: Outcome, looks: Sequence[Seen], boundary: Boundary, alpha: float
) -> Found | NotEnoughData:
    """The effect at the last of all looks so far, in the order of time, with the interval that holds at all of them."""
    if plan.method == "randomisation":
        return _by_draws(plan, outcome, looks, alpha)
    seen = [look.estimate if look.estimate is not None else _NOTHING for look in looks]
    last, interval = seen[-1], sequence(seen, boundary)[-1]
    if isinstance(last, NotEnoughData) or isinstance(interval, NotEnoughData):
        return last if isinstance(last, NotEnoughData) else _NOTHING
    return Found(last, interval)


_NOTHING: Final = NotEnoughData("nothing counts yet", "deals whose horizon has passed")


def _of_deals(outcome: Outcome, y: Floats, new: Flags, before: Floats | None) -> Look | NotEnoughData:
    shares = of_shares(y > 0, new) if outcome.share else of_means(y, new)
    if isinstance(shares, NotEnoughData) or before is None:
        return shares
    return adjusted(y, new, before)


def _of_many(y: Floats, deals: TrialDeals, before: Floats | None) -> Look | NotEnoughData:
    """Cluster-robust, once so many clusters have deals that count that their errors hold."""
    clusters = len(np.unique(deals.unit))
    if clusters < FEW_CLUSTERS:
        return NotEnoughData(f"{clusters} units have deals that count", f"deals of at least {FEW_CLUSTERS}")
    return clustered_difference(y, deals.new, deals.unit, before)


def _sums(plan: TrialPlan, y: Floats, deals: TrialDeals, before: Floats | None) -> tuple[Floats, Floats]:
    """Sums and numbers of each unit and period. What was expected of a deal is taken off: by one slope for both arms.

    The slope does not know the arms, so what else might have been drawn has the same, and the test stays exact.
    """
    if before is not None and len(y) > 2 and float(np.ptp(before)) > 0:
        centred = before[:, 0] - before.mean()
        y = y - centred * float(centred @ (y - y.mean()) / (centred @ centred))
    shape = plan.way.shape
    total, count = np.zeros(shape), np.zeros(shape)
    period = np.minimum(deals.period, shape[1] - 1)
    np.add.at(total, (deals.unit, period), y)
    np.add.at(count, (deals.unit, period), 1.0)
    return total, count


def _filled(chance: Floats) -> Floats:
    """Chances, unknown ones as the mean of the others."""
    return np.where(np.isnan(chance), np.nanmean(chance) if (~np.isnan(chance)).any() else 0.0, chance)


def _by_draws(plan: TrialPlan, outcome: Outcome, looks: Sequence[Seen], alpha: float) -> Found | NotEnoughData:
    fractions = np.array([plan.fraction(look.day, outcome) for look in looks])
    total = np.stack([look.total for look in looks if look.total is not None]) / outcome.scale
    deals = np.stack([look.deals for look in looks if look.deals is not None])
    found: Drawn | NotEnoughData
    if plan.design == "units":
        found = _of_units(plan, total[:, :, 0], deals[:, :, 0], fractions, alpha)
        freedom = float(plan.units - 2)
    else:
        complete = np.array([plan.complete(look.day, outcome) for look in looks], dtype=np.int64)
        course = PeriodCourse(total, deals, plan.way, complete, plan.likeness)
        found = by_draws(_statistic(plan, course), fractions, len(plan.drawn), alpha)
        freedom = float(max(plan.units - 2, 1))
    if isinstance(found, NotEnoughData):
        return found
    if not (np.isfinite(found.low) and np.isfinite(found.high)):
        return NotEnoughData(
            f"of {found.arrangements:,} ways in which units might have been drawn none can be told apart yet",
            "more of the planned time",
        )
    value, scale = found.value * outcome.scale, outcome.scale
    interval = Interval(value, found.low * scale, found.high * scale)
    return Found(Look(value, found.error * scale, freedom), interval)


def _statistic(plan: TrialPlan, course: PeriodCourse) -> Studentised:
    if plan.design == "turns":
        return of_turns(course, np.asarray(plan.drawn, dtype=np.float64))
    return of_steps(course, plan.start, np.asarray(plan.drawn, dtype=np.int64))


def _of_units(plan: TrialPlan, total: Floats, deals: Floats, fractions: Floats, alpha: float) -> Drawn | NotEnoughData:
    """Units for good, few of them. Those without a deal that counts half-way are left out, for good.

    Until then nothing was compared, so no alpha was spent with them.
    """
    half = np.flatnonzero(fractions >= _HALF)
    kept: Longs = np.flatnonzero(deals[half[0]] > 0) if len(half) else np.arange(plan.units)
    treated, stratum = plan.way[kept, 0], plan.stratum[kept]
    arranged = np.asarray(plan.drawn, dtype=np.bool_)
    if len(kept) < plan.units:
        if treated.all() or not treated.any():
            return NotEnoughData("one of the arms has no deal that counts", "deals that count in both arms")
        arranged = arrangements(treated, stratum, np.random.default_rng(plan.seed))
    course = ClusterCourse(total[:, kept], deals[:, kept], treated, stratum, plan.likeness)
    return randomisation_sequence(course, fractions, arranged, alpha)
