"""Which steps are done, and when; and what an intervention makes of that."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr, ndtri

from afteraction.simulate.arrays import Floats, logit
from afteraction.simulate.calendar import DAY, WorkCalendar
from afteraction.simulate.course import Course
from afteraction.simulate.organisation import StepModel

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


def schedule_steps(course: Course, intervention: Intervention | None = None) -> Floats:
    """When each step falls due, deals × steps in working time; infinite for never. Leaks are not planned, so never.

    A deal that ends before does not get the step, but the plan does not know when the deal will end: nothing here
    depends on how or when it does.
    """
    steps = course.organisation.steps
    due = np.full((len(course.deals), len(steps)), np.inf)
    for number, step in enumerate(steps):
        if not step.leak:
            applies = intervention if intervention is not None and intervention.step == step.id else None
            due[:, number] = schedule_step(course, number, applies)
    return due


def schedule_step(course: Course, number: int, intervention: Intervention | None = None) -> Floats:
    """When one step falls due in each deal, by its number; `intervention` is one in this step.

    The step is done within t working days with chance F(t) = p Φ((ln(t - s) - ln m) / σ): at all with chance p, then
    after a log-normal delay. The uniform number that decides it is squeezed below F(landmark) to make the step be done
    by then, and above to keep it from being done.
    """
    step = course.organisation.steps[number]
    entered = course.path.entered[:, course.organisation.stage_names.index(step.stage)]
    chance, median = _habit(course, step)
    uniform = course.noise.step[:, number]
    if intervention is not None:
        within = _in_working_days(course.calendar, entered, intervention.by_landmark)
        with np.errstate(divide="ignore"):
            standard = (np.log(np.maximum(within - _SOONEST, 0.0)) - np.log(median)) / step.spread
        by_then = chance * ndtr(standard)
        uniform = uniform * by_then if intervention.done else by_then + uniform * (1 - by_then)
    place = np.minimum(uniform / chance, 1.0)
    delay = np.where(uniform < chance, _SOONEST + median * np.exp(step.spread * ndtri(place)), np.inf)
    return np.where(course.deals.after_the_fact, np.inf, entered + delay)


def _in_working_days(calendar: WorkCalendar, entered: Floats, days: float) -> Floats:
    """How much working time the first so many calendar days after entering are; infinite where never entered."""
    return np.where(np.isfinite(entered), calendar.work_at(calendar.at(entered) + days * DAY) - entered, np.inf)


def _habit(course: Course, step: StepModel) -> tuple[Floats, Floats]:
    """The chance that the step is done if the deal lives for ever, and the median of its delay, in each deal."""
    organisation, deals = course.organisation, course.deals
    discipline = course.roster.discipline[deals.owner]
    by_segment = np.array([step.habit.get(s.name, 0.0) for s in organisation.segments])
    leaning = step.discipline * discipline + step.quality * course.quality + by_segment[deals.segment]
    if organisation.hidden:
        leaning = leaning + organisation.hidden * deals.hidden
    return expit(logit(step.done) + leaning), step.days * np.exp(-organisation.people.tempo * discipline)
