"""How much better than chance the top of a ranking is: accounts that bought after the day on which they were ranked."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.analysis.calibration import Measured

TOPS: Final = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
TENTH: Final = 0.1
_DRAWS: Final = 500


@dataclass(frozen=True)
class LiftPoint:
    """Of the `n` accounts (each at a moment) with the highest chances, the share `top` of all, `won` bought.

    `lift` is their share of buyers over that of all, with a 95 % interval; 1 is no help. The interval is the wider of
    a bootstrap over accounts and an exact one in which an account that bought counts once.
    """

    top: float
    n: int
    won: int
    lift: Measured


def lift_curve(
    chance: Floats, bought: Flags, account: Longs, cohort: Longs, rng: np.random.Generator
) -> tuple[LiftPoint, ...]:
    """The lift of the top shares TOPS of n moments of accounts, ranked within each cohort; ties by lot.

    There must be at least one that bought.
    """
    place = placed(chance, cohort, rng)
    tops = np.stack([place <= top for top in TOPS], axis=1)
    counted = _by_account(account, np.column_stack([np.ones(len(place)), bought, tops, tops & bought[:, None]]))
    lifts = _drawn(counted, rng)
    n, won = tops.sum(axis=0), (tops & bought[:, None]).sum(axis=0)
    buyers = len(np.unique(account[bought]))
    found = []
    for number, top in enumerate(TOPS):
        value = float(won[number] / bought.sum() / (n[number] / len(place))) if n[number] else 0.0
        if top == 1.0:
            interval = (1.0, 1.0)
        else:
            low, high = (float(each) for each in np.nanquantile(lifts[:, number], [0.025, 0.975]))
            exact = _exact(float(won[number] / bought.sum()), buyers)
            share = max(n[number] / len(place), 1e-9)
            interval = (min(low, exact[0] / share), max(high, exact[1] / share))
        found.append(LiftPoint(top, int(n[number]), int(won[number]), Measured(value, *interval)))
    return tuple(found)


def lift_gain(
    chance: Floats, other: Floats, bought: Flags, account: Longs, cohort: Longs, rng: np.random.Generator
) -> Measured:
    """By how much the lift of the top tenth by one chance is above that by another, on the same moments.

    Bootstrap over accounts, paired. Where an exact sign test over the accounts that bought, and are in one top alone,
    does not tell them apart (5 %, two-sided), the interval is widened to hold nought.
    """
    tops = np.stack([placed(each, cohort, rng) <= TENTH for each in (chance, other)], axis=1)
    hit = tops & bought[:, None]
    counted = _by_account(account, np.column_stack([np.ones(len(bought)), bought, tops, hit]))
    lifts = _drawn(counted, rng)
    value = _lift(counted.sum(axis=0)[None, :])[0]
    low, high = (float(each) for each in np.nanquantile(lifts[:, 0] - lifts[:, 1], [0.025, 0.975]))
    apart = counted[:, 4] - counted[:, 5]
    better, worse = int(np.sum(apart > 0)), int(np.sum(apart < 0))
    if better + worse == 0 or scipy.stats.binomtest(better, better + worse).pvalue > 0.05:
        low, high = min(low, 0.0), max(high, 0.0)
    return Measured(float(value[0] - value[1]), low, high)


def placed(chance: Floats, cohort: Longs, rng: np.random.Generator) -> Floats:
    """Where each stands in its cohort, the highest chance first: from above 0 to 1."""
    order = np.lexsort((rng.random(len(chance)), -chance, cohort))
    size = np.bincount(cohort)
    first = np.cumsum(size) - size
    found = np.empty(len(chance))
    ranked = cohort[order]
    found[order] = (np.arange(len(chance)) - first[ranked] + 1) / size[ranked]
    return found


def _by_account(account: Longs, columns: Floats) -> Floats:
    """Sums over the rows of each account that has any."""
    order = np.argsort(account, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(account[order]) != 0])
    return np.asarray(np.add.reduceat(columns[order].astype(np.float64), starts, axis=0))


def _drawn(counted: Floats, rng: np.random.Generator) -> Floats:
    """Lifts (draws × tops) of accounts drawn anew, with replacement: by how often each pattern of counts is drawn."""
    patterns, number = np.unique(counted, axis=0, return_counts=True)
    drawn = rng.multinomial(int(number.sum()), number / number.sum(), size=_DRAWS)
    return _lift(drawn @ patterns)


def _lift(sums: Floats) -> Floats:
    """Sums of all, of those that bought, of each top, and of those of it that bought, as lifts."""
    tops = (sums.shape[1] - 2) // 2
    n, won = sums[:, 2 : 2 + tops], sums[:, 2 + tops :]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((won / n) / (sums[:, 1] / sums[:, 0])[:, None])


def _exact(share: float, n: int) -> tuple[float, float]:
    """The interval of a share (Clopper & Pearson 1934), of a count that need not be whole."""
    count = share * n
    low = float(scipy.stats.beta.ppf(0.025, count, n - count + 1)) if count > 0 else 0.0
    high = float(scipy.stats.beta.ppf(0.975, count + 1, n - count)) if count < n else 1.0
    return low, high
