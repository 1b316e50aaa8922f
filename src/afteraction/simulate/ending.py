"""How deals end: the chance of winning, and the outcome."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from afteraction.simulate.arrays import Floats, Ints
from afteraction.simulate.course import Course

WON, LOST, NO_DECISION = 0, 1, 2


@dataclass(frozen=True)
class Ending:
    """Per deal: the chance of winning at the moment of decision, and the outcome (WON, LOST, NO_DECISION)."""

    win_chance: Floats
    outcome: Ints


def win_chance(course: Course, due: Floats, helped_at: Floats, went_back: float | None = None) -> Floats:
    """The chance of winning when a deal is decided, given everything that was done until then.

    logit = win_stage + quality + skill + team + Σ effects of the steps done by the decision + trigger + content
            + going back + ageing · log2(time in last stage / its usual length).
    `due` is deals × steps, `helped_at` when the content that helps was first used. `went_back` sets the share of the
    effect of going back, in place of what happened.
    """
    organisation, deals, path = course.organisation, course.deals, course.path
    intercepts = np.array([-np.inf if stage.win is None else stage.win for stage in organisation.stages])
    score = intercepts[path.last] + course.quality + course.roster.advantage[deals.owner]
    score += organisation.hidden * deals.hidden
    score += _step_effects(course, due)
    score += np.array([*(kind.effect for kind in organisation.triggers), 0.0])[deals.trigger]
    score += organisation.content.effect * (helped_at < path.decided)
    score += organisation.record.went_back_effect * ((path.back >= 0) if went_back is None else went_back)
    score += organisation.ageing * _age(course)
    return np.where(deals.after_the_fact, organisation.record.after_the_fact_won, expit(score))


def end_deals(course: Course, chance: Floats) -> Ending:
    """Draw the outcomes. What is not won fades away with a chance that grows with the time spent in the last stage."""
    intercepts = np.array([stage.no_decision for stage in course.organisation.stages])[course.path.last]
    uniform = course.noise.ending
    fades = (uniform[:, 1] < expit(intercepts + _age(course))) & ~course.deals.after_the_fact
    return Ending(chance, np.where(uniform[:, 0] < chance, WON, np.where(fades, NO_DECISION, LOST)))


def _age(course: Course) -> Floats:
    """How often the time in the last stage doubled against its usual length, at least -3."""
    path, stages = course.path, course.organisation.stages
    usual = np.array([stage.days for stage in stages])[path.last]
    least = np.array([stage.minimum_days for stage in stages])[path.last]
    spent = path.decided - path.entered[np.arange(len(usual)), path.last] - least
    doublings: Floats = np.log2(np.maximum(spent / usual, 1 / 8))
    return doublings


def _step_effects(course: Course, due: Floats) -> Floats:
    """What the steps that were done before the decision add to the logit of winning."""
    total, segments = np.zeros(len(due)), course.organisation.segments
    for number, step in enumerate(course.organisation.steps):
        if step.matters:
            by_segment = np.array([step.effect + step.segment_effect.get(s.name, 0.0) for s in segments])
            total += by_segment[course.deals.segment] * (due[:, number] < course.path.decided)
    return total
