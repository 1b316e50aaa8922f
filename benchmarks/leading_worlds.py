"""Reps of whom it is known which weekly activity leads to wins: deals that are opened, worked and end by chance.

Every week each open deal ends with the same chance, and is won with a chance that grows by LIFT with every meeting
that it had. So a meeting on a deal that is still open adds exactly LIFT x P(the deal ends within the horizon) wins.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Floats, Ints
from afteraction.analysis.leading_measures import WeeklyWork

MEASURES: Final = ("meetings", "updates", "internal calls", "deals opened")
"""Meetings lead to wins. Updates are written of every open deal, internal calls are made in busy weeks: neither leads.
Deals opened lead to wins by themselves: each is won with its own chance."""
ENDS: Final = 0.12
HORIZON: Final = 8
_LEAD_IN: Final = 40


@dataclass(frozen=True)
class World:
    """How reps work: `lift` of a meeting, `levels` how far reps differ, in how busy and in how good they are together;
    `busy`: weeks in which everything is done more; `season`: quarters end with more meetings and more wins;
    `lasting`: busy spells last for weeks."""

    reps: int
    weeks: int = 104
    lift: float = 0.0
    levels: float = 0.0
    busy: float = 0.0
    season: float = 0.0
    lasting: float = 0.0


def truth(world: World, measure: str) -> float | None:
    """Wins in the horizon by one more of it; None where it is not known in closed form."""
    if measure == "meetings":
        return float(world.lift * (1 - (1 - ENDS) ** HORIZON))
    return None if measure == "deals opened" else 0.0


def weekly_work(world: World, rng: np.random.Generator) -> WeeklyWork:
    """What the reps of a world did and won."""
    weeks, reps = world.weeks + _LEAD_IN, world.reps
    level = world.levels * rng.standard_normal(reps)
    base = np.clip(0.12 + 0.04 * level, 0.02, 0.3)
    activity = np.zeros((reps, weeks, len(MEASURES)))
    pipeline, open_deals, wins = np.zeros((reps, weeks, 3)), np.zeros((reps, weeks)), np.zeros((reps, weeks))
    rep, met, age = np.empty(0, dtype=np.int64), np.empty(0), np.empty(0)
    spell = np.zeros(reps)
    for week in range(weeks):
        shock = rng.standard_normal(reps)
        spell = world.lasting * spell + np.sqrt(1 - world.lasting**2) * shock
        pace = np.exp(0.3 * level + world.busy * spell - world.busy**2 / 2)
        late = world.season * (week % 13 >= 10)
        opened = rng.poisson(1.2 * np.exp(0.3 * level))
        rep = np.concatenate([rep, np.repeat(np.arange(reps), opened)])
        met, age = (np.concatenate([each, np.zeros(int(opened.sum()))]) for each in (met, age))
        ends = rng.random(len(rep)) < ENDS
        chance = np.clip(base[rep] + world.lift * met + 0.1 * late, 0.0, 1.0)
        won = ends & (rng.random(len(rep)) < chance)
        wins[:, week] = np.bincount(rep[won], minlength=reps)
        rep, met, age = rep[~ends], met[~ends], age[~ends] + 1
        count = np.bincount(rep, minlength=reps)
        pipeline[:, week, 2] = np.bincount(rep, met, minlength=reps)
        activity[:, week, 0] = _on_deals(rep, met, rng.poisson(2.5 * pace * (1 + late)), count, rng)
        activity[:, week, 1] = rng.poisson(0.5 * count)
        activity[:, week, 2] = np.where(count > 0, rng.poisson(2.0 * pace), 0)
        activity[:, week, 3] = np.bincount(rep[age == 1], minlength=reps)
        pipeline[:, week, 0] = np.bincount(rep[age > 1], minlength=reps)
        pipeline[:, week, 1] = np.bincount(rep[age > 4], minlength=reps)
        open_deals[:, week] = count
    kept = slice(_LEAD_IN, None)
    return WeeklyWork(
        tuple(f"rep {number}" for number in range(reps)),
        MEASURES,
        activity[:, kept],
        pipeline[:, kept],
        open_deals[:, kept],
        wins[:, kept],
        HORIZON,
    )


def _on_deals(
    rep: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    met: Floats,
    meetings: "Ints",
    count: "Ints",
    rng: np.random.Generator,
) -> Floats:
    """Puts each rep's meetings on open deals of theirs by lot; how many there were (none without a deal)."""
    meetings = np.where(count > 0, meetings, 0)
    order = np.argsort(rep, kind="stable")
    begins = np.concatenate([[0], np.cumsum(count)[:-1]])
    whose = np.repeat(np.arange(len(count)), meetings)
    chosen = order[begins[whose] + (rng.random(len(whose)) * count[whose]).astype(np.int64)]
    np.add.at(met, chosen, 1.0)
    return meetings.astype(np.float64)
