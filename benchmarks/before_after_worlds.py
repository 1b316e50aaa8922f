"""Organisations in which some reps or teams changed something on a known day, and what that did to winning is known."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.before_after_cells import NEVER, Panel
from afteraction.analysis.synthetic_control import Course

BASE: Final = 0.3


@dataclass(frozen=True)
class World:
    """`changed` units do so after `before` periods, `others` never; `after` more periods follow, with `deals` each.

    `effect` is added to the share won, all at once or over six periods where it `grows`. Units differ in level by
    `levels` and in good and bad times that last by `spells`. `apart`: by so much more per period the changed ones get
    better, all along. `bend`: by so much right before the change (a bad time for which they were chosen). With
    `staggered` they change in three groups, three periods apart.
    """

    changed: int
    others: int
    before: int = 12
    after: int = 6
    deals: float = 12.0
    effect: float = 0.0
    levels: float = 0.06
    spells: float = 0.03
    apart: float = 0.0
    grows: bool = False
    staggered: bool = False
    uneven: bool = False


def panel_of(world: World, rng: np.random.Generator) -> tuple[Panel, float]:
    """What was seen, and the mean effect on deals of changed units after their change."""
    units, periods = world.changed + world.others, world.before + world.after
    treated = np.arange(units) < world.changed
    start = np.full(units, NEVER)
    start[treated] = world.before - (3 * (np.arange(world.changed) % 3) if world.staggered else 0)
    time = np.arange(periods)
    plain = BASE + rng.normal(0, world.levels, units)[:, None] + _spells(units, periods, world.spells, rng)
    plain = plain + 0.04 * np.sin(time / 3 + rng.uniform(0, 6))[None] + rng.normal(0, 0.01, periods)[None]
    plain = plain + world.apart * treated[:, None] * (time - world.before)[None]
    since = time[None] - start[:, None]
    after = treated[:, None] & (since >= 0)
    size = np.where(after, world.effect * (np.minimum((since + 1) / 6, 1.0) if world.grows else 1.0), 0.0)
    plain = np.clip(plain, 0.02, 0.9)
    shares = np.clip(plain + size, 0.01, 0.99)
    mean = world.deals * (rng.lognormal(0, 0.6, units)[:, None] if world.uneven else 1.0)
    deals = rng.poisson(mean * np.ones((units, periods)))
    total = rng.binomial(deals, shares)
    used = np.where(after, deals, 0)
    truth = float(((shares - plain) * used).sum() / used.sum())
    panel = Panel(deals.astype(np.float64), total.astype(np.float64), start.astype(np.int64), partial=False)
    return panel, truth


def course_of(world: World, rng: np.random.Generator) -> tuple[Course, float]:
    """The same for a comparison with one that is put together from the others."""
    panel, truth = panel_of(world, rng)
    periods = panel.deals.shape[1]
    return Course(panel.deals, panel.total, panel.changed != NEVER, np.arange(periods) >= world.before), truth


def _spells(units: int, periods: int, size: float, rng: np.random.Generator) -> np.ndarray:
    """Times that last: each period keeps two thirds of the one before."""
    found = rng.normal(0, size, (units, periods))
    for period in range(1, periods):
        found[:, period] = 0.67 * found[:, period - 1] + np.sqrt(1 - 0.67**2) * found[:, period]
    return found
