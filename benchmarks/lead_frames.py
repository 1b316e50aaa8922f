"""Frames and paths of leads made of plain numbers, or of a world whose truth is known."""

from typing import Any

import numpy as np
import pyarrow as pa

from afteraction.analysis.attribution_paths import CONVERTED, FAILED, OPEN, Paths
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.deal_frame import Category
from afteraction.analysis.lead_frame import MONTH, SOURCE, LeadFrame
from benchmarks.lead_worlds import World


def category(values: list[str | None]) -> Category:
    levels = sorted({value for value in values if value is not None})
    return Category(np.array([-1 if v is None else levels.index(v) for v in values], dtype=np.int32), tuple(levels))


def frame(created: Any, end: float, **given: Any) -> LeadFrame:
    """Leads of which nothing came, but for what is given: arrays of days, facts, numbers."""
    created = np.asarray(created, dtype=np.float64)
    n = len(created)
    never, nothing = np.full(n, np.nan), np.zeros(n)
    unknown = Category(np.full(n, -1, dtype=np.int32), ())
    ids = pa.chunked_array([pa.array([f"L{number:07}" for number in range(n)])])
    days = dict.fromkeys(("worked", "accepted", "returned", "converted", "won", "lost", "amount"), never)
    others = {"reason": unknown, "currency": unknown, "touches": nothing, "attempts": nothing, "effort": nothing}
    origin = np.datetime64("2025-01-01T00:00:00", "us")
    months = [str((origin + np.timedelta64(int(day * 86_400), "s")).astype("datetime64[M]")) for day in created]
    facts = {MONTH: category(months)} | given.pop("facts", {})
    made: dict[str, Any] = {"numbers": {}, **days, **others, **given}
    if "won" in given and "converted" not in given:
        made["converted"] = made["won"]
    return LeadFrame(lead_id=ids, deal_id=ids, created=created, facts=facts, end=end, origin=origin, **made)


def frame_of(world: World) -> LeadFrame:
    """The leads of a world as an analysis sees them; one that is won becomes a deal then."""
    names = tuple(f"source {number}" for number in range(int(world.source.max()) + 1))
    facts = {SOURCE: Category(world.source.astype(np.int32), names)}
    return frame(
        world.created,
        world.end,
        won=world.won,
        returned=world.dead,
        worked=world.created,
        facts=facts,
        numbers={"fit": np.exp(world.fit)},
    )


def paths_of(world: World, horizon: float = 180.0) -> Paths:
    """The touches of a world's leads."""
    failed = ~np.isnan(world.dead) | (world.end - world.created >= horizon)
    end = np.where(~np.isnan(world.won), CONVERTED, np.where(failed, FAILED, OPEN)).astype(np.int8)
    names = tuple(f"channel {number}" for number in range(int(world.touch.max(initial=0)) + 1))
    worth = np.where(end == CONVERTED, 100.0, 0.0)
    time = np.fmin(np.fmin(world.won, world.dead) - world.created, np.where(end == CONVERTED, np.inf, horizon))
    weight = ended_weights(time, world.end - world.created, end != OPEN)
    return Paths(names, world.offsets, world.touch.astype(np.int32), end, worth, weight=weight)
