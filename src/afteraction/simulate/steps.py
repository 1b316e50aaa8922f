"""Which steps are done, and when; and what an intervention makes of that."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr, ndtri

from afteraction.simulate.arrays import Floats, logit
from afteraction.simulate.calendar import DAY, WorkCalendar
from afteraction.simulate.deals import Deals
from afteraction.simulate.noise import Noise
from afteraction.simulate.organisation import Organisation, StepModel
from afteraction.simulate.path import Path
from afteraction.simulate.roster import Roster

_SOONEST = 0.02


@dataclass(frozen=True)
class Intervention:
    """Make one step be done within `by_landmark` days of entering its stage (`done`), or not be done by then.

    What is made to happen is drawn as it would have come by itself: the delay of a step made to be done is one that
    lies within the landmark, and a step held back may still be done later. An infinite landmark means ever, or never.
    """

    step: str
    done: bool
    by_landmark: float


def schedule_steps(
    organisation: Organisation,
    deals: Deals,
    quality: Floats,
    path: Path,
    roster: Roster,
    noise: Noise,
    calendar: WorkCalendar,
    intervention: Intervention | None = None,
) -> Floats:
    """When each step falls due, deals × steps in working time; infinite for never. Leaks are not planned, so never.

    A deal that ends before does not get the step, but the plan does not know when the deal will end: nothing here
    depends on how or when it does.
    """
    due = np.full((len(deals), len(organisation.steps)), np.inf)
    for number, step in enumerate(organisation.steps):
        if not step.leak:
            applies = intervention if intervention is not None and intervention.step == step.id else None
            due[:, number] = schedule_step(organisation, number, deals, quality, path, roster, noise, calendar, applies)
    return due


def schedule_step(
    organisation: Organisation,
    number: int,
    deals: Deals,
    quality: Floats,
    path: Path,
    roster: Roster,
    noise: Noise,
    calendar: WorkCalendar,
    intervention: Intervention | None = None,
) -> Floats:
    """When one step falls due in each deal, by its number; `intervention` is one in this step."""
    step = organisation.steps[number]
    entered = path.entered[:, organisation.stage_names.index(step.stage)]
    uniform = noise.step[:, number]
    if intervention is not None:
        within = landmark_in_work(calendar, entered, intervention.by_landmark)
        by_then = chance_by(organisation, step, deals, quality, roster, within)
        uniform = uniform * by_then if intervention.done else by_then + uniform * (1 - by_then)
    due = entered + _delay(organisation, step, deals, quality, roster, uniform)
    return np.where(deals.after_the_fact, np.inf, due)


def chance_by(
    organisation: Organisation, step: StepModel, deals: Deals, quality: Floats, roster: Roster, within: Floats
) -> Floats:
    """The chance that the step is done within so many working days of entering its stage, in each deal.

    F(t) = p Φ((ln(t - s) - ln m) / σ): done at all with chance p, then after a log-normal delay.
    """
    chance, median = _habit(organisation, step, deals, quality, roster)
    with np.errstate(divide="ignore"):
        standard = (np.log(np.maximum(within - _SOONEST, 0.0)) - np.log(median)) / step.spread
    by_then: Floats = chance * ndtr(standard)
    return by_then


def landmark_in_work(calendar: WorkCalendar, entered: Floats, days: float) -> Floats:
    """How much working time the first so many calendar days after entering are; infinite where never entered."""
    return np.where(np.isfinite(entered), calendar.work_at(calendar.at(entered) + days * DAY) - entered, np.inf)


def _delay(
    organisation: Organisation, step: StepModel, deals: Deals, quality: Floats, roster: Roster, uniform: Floats
) -> Floats:
    """The delay whose place among all delays, never included, is `uniform`: F's inverse."""
    chance, median = _habit(organisation, step, deals, quality, roster)
    place = np.minimum(uniform / chance, 1.0)
    delay: Floats = np.where(uniform < chance, _SOONEST + median * np.exp(step.spread * ndtri(place)), np.inf)
    return delay


def _habit(
    organisation: Organisation, step: StepModel, deals: Deals, quality: Floats, roster: Roster
) -> tuple[Floats, Floats]:
    """The chance that the step is done if the deal lives for ever, and the median of its delay, in each deal."""
    discipline = roster.discipline[deals.owner]
    by_segment = np.array([step.habit.get(s.name, 0.0) for s in organisation.segments])
    leaning = step.discipline * discipline + step.quality * quality + by_segment[deals.segment]
    if organisation.hidden:
        leaning = leaning + organisation.hidden * deals.hidden
    return expit(logit(step.done) + leaning), step.days * np.exp(-organisation.people.tempo * discipline)
