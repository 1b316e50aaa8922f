"""Organisations in which some reps are coached, and by how much that changed what they do is known."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit

from afteraction.analysis.coaching_effect import NEVER, Panel

STEPS: Final = 4
MONTHS: Final = 24


@dataclass(frozen=True)
class World:
    """How coaching goes. `chosen`: whom managers coach first: anyone, those of a low level, after a bad quarter, or by
    the whole record so far.

    `effect` is added to the share kept, more of it the longer ago coaching began where it `grows`. `spells` is the
    size of good and bad times that last for months (on the logit), `trend` what happens to everyone over the record.
    """

    reps: int
    effect: float = 0.0
    chosen: str = "anyone"
    coached: float = 0.4
    deals: float = 5.0
    spells: float = 0.0
    trend: float = 0.8
    grows: bool = False


def coached_reps(world: World, rng: np.random.Generator) -> tuple[Panel, float]:
    """What reps did, and the mean effect on those who were coached, over the rows that a comparison can use."""
    shape = (world.reps, STEPS, MONTHS)
    level = 0.2 + rng.normal(0, 0.5, (world.reps, 1, 1)) + rng.normal(0, 0.4, (world.reps, STEPS, 1))
    level = level + rng.normal(0, 0.5, (1, STEPS, 1))
    course = world.trend * np.linspace(0, 1, MONTHS) + rng.normal(0, 0.15, (1, STEPS, MONTHS))
    score = level + course + world.spells * _spells(shape, rng)
    due = rng.poisson(world.deals, shape).astype(np.float64)
    plain = expit(score)
    drawn = rng.random((*shape, int(due.max()) + 1))
    used = np.arange(drawn.shape[-1]) < due[..., None]
    kept = ((drawn < plain[..., None]) & used).sum(axis=-1).astype(np.float64)
    begin = _begins(world, level, due, kept, rng)
    since = np.arange(MONTHS)[None, None] - begin[..., None]
    after = (begin[..., None] != NEVER) & (since > 0)
    size = world.effect * (np.minimum(since / 6, 1.5) if world.grows else np.ones(shape))
    better = np.where(after, np.clip(plain + size, 0.01, 0.99), plain)
    kept = ((drawn < better[..., None]) & used).sum(axis=-1).astype(np.float64)
    weight = np.where(after, due, 0.0)
    truth = float(((better - plain) * weight).sum() / weight.sum()) if weight.sum() else 0.0
    rep, step, period = (each.ravel() for each in np.indices(shape))
    from_ = np.broadcast_to(begin[..., None], shape).ravel()
    some = due.ravel() > 0
    return Panel(
        *(each[some].astype(np.int64) for each in (rep, step, period)),
        due=due.ravel()[some], kept=kept.ravel()[some], coached_from=from_[some].astype(np.int64),
    ), truth  # fmt: skip


def _spells(shape: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    """Times that last: each month keeps two thirds of the one before."""
    found = rng.normal(0, 1, shape)
    for month in range(1, shape[2]):
        found[..., month] = 0.67 * found[..., month - 1] + np.sqrt(1 - 0.67**2) * found[..., month]
    return found


def _begins(world: World, level: np.ndarray, due: np.ndarray, kept: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The month in which a rep is first coached on a step: two of the four steps of those who are coached at all."""
    begin = np.full((world.reps, STEPS), NEVER)
    months = rng.integers(8, 17, world.reps)
    quarter = np.stack([kept[r, :, m - 3 : m].sum(axis=-1) / np.maximum(due[r, :, m - 3 : m].sum(axis=-1), 1)
                        for r, m in enumerate(months)])  # fmt: skip
    record = np.stack([kept[r, :, :m].sum(axis=-1) / np.maximum(due[r, :, :m].sum(axis=-1), 1)
                       for r, m in enumerate(months)])  # fmt: skip
    by = {"anyone": rng.random((world.reps, STEPS)), "low level": level[..., 0]}
    rank = (by | {"bad quarter": quarter, "record": record})[world.chosen]
    reps = np.argsort(rank.mean(axis=1))[: round(world.coached * world.reps)]
    for rep in reps:
        begin[rep, np.argsort(rank[rep])[:2]] = months[rep]
    return begin
