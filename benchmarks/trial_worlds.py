"""Trials of every design whose truth is known, from the deals to what was drawn: for the whole path of a result."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.analysis.experiment_power import Measure, Supply, drift, variance
from afteraction.analysis.stopping_rule import StoppingRule
from afteraction.analysis.trial_measures import Outcome, TrialDeals
from afteraction.analysis.trial_plan import GuardPlan, TrialDesign, TrialPlan

BASE: Final = 0.3
HORIZON: Final = 90.0
ASSIGN: Final = 270.0
"""Days in which deals are assigned: with the horizon nearly a year."""
STAGE: Final = Outcome("stage", 30.0, "Propose")
GUARD: Final = GuardPlan("Proposal within 30 days", STAGE, 0.05)


@dataclass(frozen=True)
class World:
    """A trial to be: deals in all, units that they are of, how alike a unit's deals are, the true effect.

    `known` is how much of the chance of winning is known before; `trend` by how much it changes from the first day to
    the last, for both arms; `hurts` takes so much off the guardrail's share in the new arm.
    """

    design: TrialDesign
    deals: int
    units: int = 1
    likeness: float = 0.03
    effect: float = 0.0
    known: float = 0.0
    trend: float = 0.0
    hurts: float = 0.0
    period: float = 30.0
    steps: int = 6


def made(world: World, rng: np.random.Generator, *, planned: float = 0.0) -> tuple[TrialPlan, TrialDeals]:
    """A trial: what is locked, and its deals with all that ever becomes of them; `planned`: the effect planned for."""
    way = _way(world, rng)
    unit = rng.choice(world.units, world.deals, p=rng.dirichlet(np.full(world.units, 10.0)))
    at = np.sort(rng.uniform(0, ASSIGN, world.deals))
    period = (
        np.minimum((at // world.period).astype(np.int64), way.shape[1] - 1) if world.design in ("turns", "steps") else 0
    )
    period = np.broadcast_to(np.asarray(period, dtype=np.int64), at.shape)
    new = rng.random(world.deals) < 0.5 if world.design == "deals" else way[unit, period]
    chance, won = _wins(world, unit, at, new, rng)
    to_end = np.where(won, rng.uniform(0.3, 1.0, world.deals), rng.uniform(0.3, 2.0, world.deals)) * HORIZON
    reaches = rng.random(world.deals) < 0.6 - world.hurts * new
    stage = np.where(reaches, at + rng.uniform(0, 30, world.deals), np.nan)
    deals = TrialDeals(
        new, at, np.zeros(world.deals, dtype=np.int64) if world.design == "deals" else unit, period,
        at + to_end, won, {STAGE.key: stage}, chance,
    )  # fmt: skip
    return _plan(world, way, planned or world.effect or 0.07), deals


def _way(world: World, rng: np.random.Generator) -> Flags:
    """Which way each unit goes in each period."""
    if world.design == "deals":
        return np.zeros((1, 1), dtype=np.bool_)
    if world.design == "units":
        return (rng.permutation(world.units) < world.units // 2)[:, None]
    periods = int(np.ceil(ASSIGN / world.period))
    if world.design == "turns":
        periods += periods % 2
        first = rng.random((world.units, periods // 2)) < 0.5
        return np.stack([first, ~first], axis=2).reshape(world.units, periods)
    start = 1 + rng.permutation(world.units) * world.steps // world.units
    return start[:, None] <= np.arange(periods)


def _wins(world: World, unit: Longs, at: Floats, new: Flags, rng: np.random.Generator) -> tuple[Floats, Flags]:
    """The chance as it is known before (NaN where nothing is), and who is won within the horizon."""
    level = np.full(world.units, BASE)
    if world.likeness and world.design != "deals":
        spread = 1 / world.likeness - 1
        level = rng.beta(BASE * spread, (1 - BASE) * spread, world.units)
    tilt = rng.uniform(-1, 1, world.deals) * world.known
    chance = np.clip(level[unit] + tilt + world.trend * (at / ASSIGN - 0.5), 0.01, 0.99)
    won = rng.random(world.deals) < chance
    won |= (rng.random(world.deals) < world.effect / (1 - BASE)) & new
    if world.effect < 0:
        won &= ~((rng.random(world.deals) < -world.effect / BASE) & new)
    return (BASE + tilt if world.known else np.full(world.deals, np.nan)), won


def _plan(world: World, way: Flags, effect: float) -> TrialPlan:
    measure = Measure("won", BASE, effect, HORIZON, world.likeness if world.design == "units" else 0.0)
    supply = Supply(1.0, 1e4, world.units if world.design == "units" else None, np.sqrt(0.1))
    information = 1 / variance(measure, world.deals, supply) if world.design != "deals" else (drift(0.8) / effect) ** 2
    return TrialPlan(
        design=world.design,
        primary=Outcome("won", HORIZON),
        guards=(GUARD,),
        rule=StoppingRule(information),
        assign_days=ASSIGN,
        extend_days=0.0,
        adjusted=world.known > 0,
        likeness=world.likeness,
        way=np.empty((0, 1), dtype=np.bool_) if world.design == "deals" else way,
        stratum=np.zeros(0 if world.design == "deals" else world.units, dtype=np.int64),
        period_days=world.period if world.design in ("turns", "steps") else 0.0,
        seed=7,
    )
