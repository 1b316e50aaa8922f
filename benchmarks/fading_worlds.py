"""Organisations in which what a step does to winning is known for every day: as ever, fading, or nothing all along."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from afteraction.analysis.deal_frame import Category, DealFrame
from afteraction.process.model import Process, Step

STEPS: Final = ("constant", "fading", "never")
PROCESS: Final = Process(
    "Sale", 1, ("Open",), tuple(Step(name, "Open", (name,), required=True) for name in (*STEPS, "other", "another"))
)
DAYS: Final = 1_080.0


@dataclass(frozen=True)
class World:
    """`deals` over three years, of `reps`. `effect` is what the first two steps do to the share won.

    The second loses it: at once in the middle (`at_once`) or little by little over the middle two years. The third, and
    two more, do nothing. Careful reps, and a segment that is won more often, have more of every step.
    """

    deals: int
    effect: float = 0.15
    reps: int = 50
    at_once: bool = True
    season: float = 0.05


def deals_of(world: World, rng: np.random.Generator) -> DealFrame:
    """The deals as an analysis sees them on the last day."""
    n = world.deals
    owner = np.sort(rng.integers(0, world.reps, n))
    care = rng.normal(0, 0.12, world.reps)[owner]
    large = rng.random(n) < 0.4
    began = rng.uniform(0, DAYS, n)
    chance = np.clip(0.5 + care + 0.15 * large, 0.1, 0.9)
    did = rng.random((n, len(PROCESS.steps))) < chance[:, None]
    left = np.where(began < DAYS / 2, 1.0, 0.0) if world.at_once else np.clip(1.5 - began / DAYS * 1.5, 0, 1)
    power = np.zeros((n, len(PROCESS.steps)))
    power[:, 0], power[:, 1] = world.effect, world.effect * left
    share = 0.2 + 0.1 * large + 0.5 * care + world.season * np.sin(began / 120) + (power * did).sum(axis=1)
    won = rng.random(n) < np.clip(share, 0.02, 0.95)
    closed = began + 15 + rng.gamma(2.0, np.where(won, 25.0, 18.0))
    is_open = closed > DAYS
    outcome = np.where(is_open, 0, np.where(won, 2, 1)).astype(np.int32)
    nothing = Category(np.full(n, -1, dtype=np.int32), ())
    facts: dict[str, Any] = {"segment": Category(large.astype(np.int32), ("small", "large"))}
    return DealFrame(
        deal_no=np.arange(n, dtype=np.int32),
        deal_id=pa.chunked_array([[f"d{number:06}" for number in range(n)]]),
        owner=Category(owner.astype(np.int32), tuple(f"r{rep:03}" for rep in range(world.reps))),
        team=nothing,
        outcome=Category(outcome, ("open", "lost", "won")),
        created=began,
        closed=np.where(is_open, np.nan, closed),
        end=DAYS,
        amount=np.full(n, np.nan),
        categories=facts,
        entered=began[:, None],
        done=np.where(did, began[:, None] + rng.uniform(0, 12, did.shape), np.nan),
        size=nothing,
        lost_reason=nothing,
        origin=np.datetime64("2024-01-01"),
    )
