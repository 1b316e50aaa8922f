"""The effect of a step as somebody would estimate it who knew what sways steps and outcomes, and in which form.

The same estimator, the same deals; but in the place of some forty columns and a random intercept per owner it is given
the two numbers that they stand for: the deal's true chance of having the step by the landmark, and its true score of
being won, from its quality, its rep and the other steps done.
"""

import numpy as np
from scipy.special import ndtr

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effect import Estimate, augmented, too_little
from afteraction.analysis.landmark import population
from afteraction.analysis.nuisance import REPEATS, Comparison, averaged, cross_fitted
from afteraction.errors import NotEnoughData
from afteraction.simulate.arrays import logit
from afteraction.simulate.calendar import DAY
from afteraction.simulate.world import World

_SOONEST = 0.02
"""In `simulate.steps`: no step is done sooner."""


def oracle(
    frame: DealFrame, world: World, step: int, stage: int, landmark: float, rng: np.random.Generator
) -> Estimate | NotEnoughData:
    """The effect of a step by its place, at a landmark in days after entering its stage."""
    start = frame.entered[:, stage]
    people = population(frame, start, landmark)
    deal = frame.deal_no[people.rows]
    at = people.start + landmark
    done = frame.done[people.rows] <= at[:, None]
    x = np.column_stack(
        [_habit(world, step, stage, landmark)[deal], _score(world, deal, np.delete(done, step, 1), step)]
    )
    known = Comparison(done[:, step], people.won, people.weight, x, np.zeros(len(people.rows), dtype=np.int32))
    return too_little(known) or augmented(known, averaged([cross_fitted(known, rng) for _ in range(REPEATS)]))


def _habit(world: World, number: int, stage: int, landmark: float) -> Floats:
    """The logit of the true chance of having the step by the landmark, per deal (docs/simulation.md, Steps)."""
    organisation, deals = world.organisation, world.deals
    step, discipline = organisation.steps[number], world.roster.discipline[world.deals.owner]
    by_segment = np.array([step.habit.get(segment.name, 0.0) for segment in organisation.segments])[deals.segment]
    leaning = logit(step.done) + step.discipline * discipline + step.quality * world.quality + by_segment
    entered = np.where(np.isfinite(world.path.entered[:, stage]), world.path.entered[:, stage], world.calendar.start)
    within = world.calendar.work_at(world.calendar.at(entered) + landmark * DAY) - entered
    median = step.days * np.exp(-organisation.people.tempo * discipline)
    in_time = ndtr((np.log(np.maximum(within - _SOONEST, 1e-9)) - np.log(median)) / step.spread)
    chance = np.clip(in_time / (1 + np.exp(-leaning)), 1e-6, 1 - 1e-6)
    found: Floats = np.log(chance / (1 - chance))
    return found


def _score(world: World, deal: Ints, others_done: Flags, step: int) -> Floats:
    """What is known at the landmark of the logit of winning, but for the step itself."""
    organisation = world.organisation
    by_segment = np.array(
        [
            [each.effect + each.segment_effect.get(s.name, 0.0) for each in organisation.steps]
            for s in organisation.segments
        ]
    )
    effects = np.delete(by_segment[world.deals.segment[deal]], step, 1)
    helped = np.array([*(kind.effect for kind in organisation.triggers), 0.0])[world.deals.trigger[deal]]
    own = world.quality[deal] + world.roster.advantage[world.deals.owner[deal]]
    score: Floats = own + helped + (others_done * effects).sum(axis=1)
    return score
