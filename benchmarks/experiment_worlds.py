"""Trials whose truth is known: deals that come over nine months, and are won within 90 days of it or not."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.analysis.late_outcomes import Assigned
from afteraction.analysis.randomisation_inference import ClusterCourse

BASE: Final = 0.3
HORIZON: Final = 90
DAYS: Final = 360
ARRIVE: Final = DAYS - HORIZON
LOOKS: Final = np.arange(HORIZON + 1, DAYS + 1)
"""Every day from the first outcome that counts to the end of the year."""


@dataclass(frozen=True)
class Clusters:
    """A trial by cluster: how many, how many deals in all, how alike deals of one cluster are, the true effect."""

    clusters: int
    deals: int
    likeness: float = 0.05
    effect: float = 0.0


@dataclass(frozen=True)
class Trial:
    """n deals: the day each came, its cluster, whether it was won within the horizon; `treated` is by cluster."""

    day: Longs
    cluster: Longs
    won: Flags
    treated: Flags


def clustered(world: Clusters, rng: np.random.Generator) -> Trial:
    """Clusters differ in level (a beta law with that likeness) and in size; half of them are treated."""
    spread = 1 / world.likeness - 1
    level = rng.beta(BASE * spread, (1 - BASE) * spread, world.clusters)
    treated = rng.permutation(world.clusters) < world.clusters // 2
    share = rng.dirichlet(np.full(world.clusters, 10.0))
    cluster = rng.choice(world.clusters, world.deals, p=share)
    # A shift of chances that stays within 0 and 1 for every cluster: of the rest, as many are won as make the effect.
    won = rng.random(world.deals) < level[cluster]
    turned = rng.random(world.deals) < world.effect / (1 - BASE)
    return Trial(rng.integers(0, ARRIVE, world.deals), cluster, won | (turned & treated[cluster]), treated)


def course(trial: Trial, likeness: float) -> ClusterCourse:
    """What counts on each of LOOKS, in each cluster."""
    count = len(trial.treated)
    deals, total = np.zeros((ARRIVE, count)), np.zeros((ARRIVE, count))
    np.add.at(deals, (trial.day, trial.cluster), 1.0)
    np.add.at(total, (trial.day, trial.cluster), trial.won.astype(np.float64))
    return ClusterCourse(
        total.cumsum(axis=0), deals.cumsum(axis=0), trial.treated, np.zeros(count, dtype=np.int64), likeness
    )


def single(deals: int, effect: float, rng: np.random.Generator, *, faster: bool = False) -> Assigned:
    """Deals drawn one by one; `faster`: wins of the new arm come in a third of the time, as many within the horizon."""
    treated = rng.random(deals) < 0.5
    won = rng.random(deals) < BASE + effect * treated
    at = rng.integers(0, ARRIVE, deals).astype(np.float64)
    to_win = rng.uniform(0.4, 1.0, deals) * HORIZON / np.where(treated & np.bool_(faster), 3, 1)
    to_lose = rng.uniform(0.3, 2.0, deals) * HORIZON
    return Assigned(at, treated, at + np.where(won, to_win, to_lose), won)


FRACTIONS: Final[Floats] = (LOOKS - HORIZON) / ARRIVE
"""The planned share of all deals that counts on each of LOOKS: deals come evenly."""
