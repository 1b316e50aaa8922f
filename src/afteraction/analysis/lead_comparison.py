"""Sources, campaigns or other groups of leads beside each other: small ones lean on all as far as they are thin.

A campaign of 12 leads with 2 wins is not the best one. Differences are partially pooled (`pooling`), so that none is
called different for being small and none of many is found by looking at many.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.special import expit, logit

from afteraction.analysis.arrays import Floats, Ints
from afteraction.analysis.calibration import Measured
from afteraction.analysis.deal_frame import Category
from afteraction.analysis.intervals import Rate, rate, rate_if_any
from afteraction.analysis.lead_curves import HORIZONS, Of, ends, judging_age
from afteraction.analysis.lead_frame import LeadFrame
from afteraction.analysis.pooling import Pool, Pooled, pool
from afteraction.analysis.shrinkage import FREE
from afteraction.errors import NotEnoughData

FEWEST: Final = 10
"""Leads of that age that reached the goal, and that did not, below which groups are not compared."""
_Z: Final = 1.959963984540054


@dataclass(frozen=True)
class Compared:
    """A group beside all leads in the share won (or turned into a deal) by a horizon, leaning on all as far as thin.

    `own` is what its leads of that age alone say, None without any; `share` and `difference` (from all leads, -1 to 1)
    are partially pooled. `verdict` is above or below where the interval leaves out 0, else cant_tell.
    """

    group: str
    own: Rate | None
    share: Measured
    difference: Measured
    verdict: Literal["above", "below", "cant_tell"]


@dataclass(frozen=True)
class Comparison:
    """All groups of a fact compared on the `overall.n` leads that are at least `horizon` days old, by their name.

    `spread` is how far groups differ (the deviation of their logits), `all_equal_p` how often chance alone would make
    equal ones differ as much.
    """

    of: Of
    horizon: float
    overall: Rate
    groups: tuple[Compared, ...]
    spread: float
    all_equal_p: float


def compare(
    frame: LeadFrame, fact: Category, of: Of = "won", horizon: float | None = None
) -> Comparison | NotEnoughData:
    """Compare the groups of a fact (one value per lead of the frame; leads of which it is unknown are left out).

    Leads that are at least `horizon` days old count, each as won by then or not: all are watched as long, so that none
    has to be weighted. By default the horizon is `judging_age`.
    """
    horizon = judging_age(frame, of, HORIZONS) if horizon is None else horizon
    if horizon is None:
        return NotEnoughData(
            f"fewer than half of the leads came in {HORIZONS[0]:g} days before the record ends or earlier",
            "a longer record",
        )
    rows = np.flatnonzero((frame.follow_up >= horizon) & (fact.codes >= 0))
    time, cause = ends(frame, of)
    reached = (cause == 0) & (time <= horizon)
    wins, others = int(reached[rows].sum()), int((~reached[rows]).sum())
    groups = len(np.unique(fact.codes[rows]))
    if min(wins, others) < FEWEST or groups < 2:
        return NotEnoughData(
            f"{groups} groups, {wins} leads that were {of} within {horizon:g} days and {others} that were not",
            f"two groups, and at least {FEWEST} leads of each kind that are {horizon:g} days old",
        )
    order = rows[np.argsort(fact.codes[rows], kind="stable")]
    group, won = fact.codes[order], reached[order].astype(np.float64)
    pooled = _pooled(group, won, len(fact.levels))
    overall = rate(wins, wins + others)
    return Comparison(
        of=of,
        horizon=horizon,
        overall=overall,
        groups=_compared(fact, group, won, pooled, overall),
        spread=float(pooled.weights @ pooled.spreads[:, 0]),
        all_equal_p=pooled.chance,
    )


def _pooled(group: Ints, won: Floats, groups: int) -> Pooled:
    n = len(won)
    return pool(
        Pool(
            z=np.ones((n, 1)),
            block=np.array([FREE], dtype=np.int32),
            offset=np.zeros(n),
            won=won,
            rep=group.astype(np.int32),
            team=np.zeros(groups, dtype=np.int32),
        )
    )


def _compared(fact: Category, group: Ints, won: Floats, pooled: Pooled, overall: Rate) -> tuple[Compared, ...]:
    """Posterior differences as shares: all around the level at which the groups' shares average to that of all."""
    leads = np.bincount(group, minlength=len(fact.levels)).astype(np.int32)
    wins = np.bincount(group, won, len(fact.levels)).astype(int)
    mean, low, high = pooled.reps.mean, pooled.reps.quantile(0.025), pooled.reps.quantile(0.975)
    centre = _centre(mean, leads, overall.value)
    # The level of all leads is uncertain itself, apart from how groups differ from it.
    level = _Z / np.sqrt(overall.n * overall.value * (1 - overall.value))
    below, above = np.hypot(mean - low, level), np.hypot(high - mean, level)
    found = []
    for place in np.flatnonzero(leads):
        shares = expit(centre + np.array([mean[place], mean[place] - below[place], mean[place] + above[place]]))
        apart = expit(centre + np.array([mean[place], low[place], high[place]])) - expit(centre)
        verdict: Literal["above", "below", "cant_tell"] = (
            "above" if low[place] > 0 else "below" if high[place] < 0 else "cant_tell"
        )
        own = rate_if_any(int(wins[place]), int(leads[place]))
        found.append(Compared(fact.levels[place], own, _measured(shares), _measured(apart), verdict))
    return tuple(found)


def _measured(values: Floats) -> Measured:
    return Measured(float(values[0]), float(values[1]), float(values[2]))


def _centre(mean: Floats, leads: Ints, share: float) -> float:
    """The logit around which groups with these differences have this share of all leads, by Newton's method."""
    centre = float(logit(share))
    for _step in range(20):
        p = expit(centre + mean)
        change = (share - np.average(p, weights=leads)) / np.average(p * (1 - p), weights=leads)
        centre += float(np.clip(change, -2, 2))
        if abs(change) < 1e-10:
            break
    return centre
