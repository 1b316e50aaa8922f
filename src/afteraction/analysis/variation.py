"""Where the differences between reps' win rates come from: people, the mix of their deals, and luck."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammainc

from afteraction.analysis.arrays import Floats, Places
from afteraction.analysis.calibration import Measured
from afteraction.analysis.pooling import Pooled


@dataclass(frozen=True)
class Shares:
    """Where the differences between reps' win rates come from, as shares of their variance that add up to 1."""

    people: Measured
    mix: float
    luck: float


def shares(pooled: Pooled, rep: Places) -> Shares:
    """The variance between the reps there are, weighted by their deals: of skill, of expectations, and of chance.

    It is these reps' own variance that is asked for, not that of all who might have been hired (Gelman 2005, Ann.
    Statist. 33:1, sec. 3.5): a few teams say next to nothing about the latter. `rep` is that of each deal, from 0.
    The figure for people is that for the likeliest spread, which is nothing where chance explains it all.
    """
    average = expit(pooled.score)
    deals = np.bincount(rep)
    share = deals / len(rep)
    rate, steepness = np.bincount(rep, average) / deals, np.bincount(rep, average * (1 - average)) / deals
    mix = float(share @ (rate - share @ rate) ** 2)
    luck = float(share @ (steepness / deals))
    likeliest, low, high = (
        people / (people + mix + luck) if people + mix + luck > 0 else 0.0
        for people in _people(pooled, share, steepness)
    )
    rest = (1 - likeliest) / (mix + luck) if mix + luck > 0 else 0.0
    return Shares(Measured(likeliest, min(low, likeliest), max(high, likeliest)), mix * rest, luck * rest)


def _people(pooled: Pooled, share: Floats, steepness: Floats) -> tuple[float, float, float]:
    """The variance of skill: for the likeliest spread between people, and the ends of its 95 % posterior interval.

    Given the spreads it is a sum of squares of normals, taken as a gamma variable of the same mean and variance
    (Satterthwaite 1946, Biometrics Bull. 2:110).
    """
    mean, deviation = pooled.reps.means * steepness, pooled.reps.deviations * steepness
    middle = (mean**2 + deviation**2) @ share
    variance = (2 * deviation**4 + 4 * mean**2 * deviation**2) @ share**2
    shape, scale = middle**2 / variance, variance / middle

    def quantile(level: float) -> float:
        low, high = 0.0, float(np.max(middle + 10 * np.sqrt(variance)))
        for _step in range(60):
            at = (low + high) / 2
            below = float(pooled.weights @ gammainc(shape, at / scale)) < level
            low, high = (at, high) if below else (low, at)
        return (low + high) / 2

    return float(middle[np.argmax(pooled.weights)]), quantile(0.025), quantile(0.975)
