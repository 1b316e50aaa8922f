"""Why deals were not won: what decided them in truth, and what the CRM says."""

import numpy as np

from afteraction.simulate.arrays import Column, Floats, Ints, words
from afteraction.simulate.ending import NO_DECISION, WON
from afteraction.simulate.world import World

CAUSES = ("Price", "Product gap", "Competitor", "No consensus", "Need not understood", "Timing")
_PRICE = 0


def true_causes(world: World) -> Ints:
    """What decided each deal that was not won, as a position in CAUSES; -1 for won deals.

    Drawn by what spoke against the deal: its competitor, the helpful steps that were not done, an early end.
    """
    organisation, deals, path = world.organisation, world.deals, world.path
    done = world.due < path.decided[:, None]
    missing = ~done @ np.array([max(step.effect, 0.0) for step in organisation.steps])
    against = np.array([max(-level.quality, 0.0) for level in organisation.competitors])[deals.competitor]
    early = np.where(path.last <= 1, 1.5, 0.3)
    same = np.ones(len(deals))
    edges = np.cumsum([0.6 * same, 0.8 * same, 3.0 * against, missing, early, 0.7 * same], axis=0)
    causes = (world.noise.ending[:, 2] * edges[-1] > edges).sum(axis=0)
    return np.where(world.ending.outcome == WON, -1, causes)


def recorded_reasons(world: World, causes: Ints) -> Ints:
    """What the CRM gives as the reason, as a position in CAUSES; -1 where nothing is given, as for won deals.

    Price is blamed with a fixed chance whatever the cause was; otherwise the cause is given, or nothing.
    """
    record, uniform = world.organisation.record, world.noise.ending[:, 3]
    faded = world.ending.outcome == NO_DECISION
    blamed = np.where(faded, record.price_blamed_no_decision, record.price_blamed)
    missing = uniform > 1 - record.reason_missing
    return np.where((causes < 0) | missing, -1, np.where(uniform < blamed, _PRICE, causes))


def reason_words(reasons: Ints) -> Column:
    return words([*CAUSES, None], np.where(reasons < 0, len(CAUSES), reasons))


def shares(reasons: Ints) -> dict[str, float]:
    """How the reasons given spread over the causes; shares of those that name one."""
    counts: Floats = np.bincount(reasons[reasons >= 0], minlength=len(CAUSES)).astype(np.float64)
    return {cause: float(count / max(counts.sum(), 1.0)) for cause, count in zip(CAUSES, counts, strict=True)}
