"""How deals end: the chance of winning, and the outcome."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from afteraction.simulate.arrays import Floats, Ints
from afteraction.simulate.deals import Deals
from afteraction.simulate.noise import Noise
from afteraction.simulate.organisation import Organisation
from afteraction.simulate.path import Path
from afteraction.simulate.roster import Roster

WON, LOST, NO_DECISION = 0, 1, 2


@dataclass(frozen=True)
class Ending:
    """Per deal: the chance of winning at the moment of decision, and the outcome (WON, LOST, NO_DECISION)."""

    win_chance: Floats
    outcome: Ints


def win_chance(
    organisation: Organisation,
    deals: Deals,
    quality: Floats,
    path: Path,
    roster: Roster,
    due: Floats,
    content_at: Floats,
    went_back: float | None = None,
) -> Floats:
    """The chance of winning when a deal is decided, given everything that was done until then.

    logit = win_stage + quality + skill + team + Σ effects of the steps done by the decision + trigger + content
            + going back + ageing · log2(time in last stage / its usual length).
    `went_back` sets the share of the effect of going back, in place of what happened.
    """
    intercepts = np.array([-np.inf if stage.win is None else stage.win for stage in organisation.stages])
    score = intercepts[path.last] + quality + roster.advantage[deals.owner] + organisation.hidden * deals.hidden
    score += _step_effects(organisation, deals, path, due)
    score += np.array([*(kind.effect for kind in organisation.triggers), 0.0])[deals.trigger]
    score += organisation.content.effect * (content_at < path.decided)
    score += organisation.record.went_back_effect * ((path.back >= 0) if went_back is None else went_back)
    score += organisation.ageing * _age(organisation, path)
    return np.where(deals.after_the_fact, organisation.record.after_the_fact_won, expit(score))


def end_deals(organisation: Organisation, path: Path, deals: Deals, chance: Floats, noise: Noise) -> Ending:
    """Draw the outcomes. What is not won fades away with a chance that grows with the time spent in the last stage."""
    intercepts = np.array([stage.no_decision for stage in organisation.stages])[path.last]
    fades = expit(intercepts + _age(organisation, path))
    not_won = np.where((noise.ending[:, 1] < fades) & ~deals.after_the_fact, NO_DECISION, LOST)
    return Ending(chance, np.where(noise.ending[:, 0] < chance, WON, not_won))


def _age(organisation: Organisation, path: Path) -> Floats:
    """How often the time in the last stage doubled against its usual length, at least -3."""
    usual = np.array([stage.days for stage in organisation.stages])[path.last]
    least = np.array([stage.minimum_days for stage in organisation.stages])[path.last]
    spent = path.decided - path.entered[np.arange(len(usual)), path.last] - least
    doublings: Floats = np.log2(np.maximum(spent / usual, 1 / 8))
    return doublings


def _step_effects(organisation: Organisation, deals: Deals, path: Path, due: Floats) -> Floats:
    """What the steps that were done before the decision add to the logit of winning."""
    total = np.zeros(len(deals))
    for number, step in enumerate(organisation.steps):
        if step.matters:
            by_segment = np.array([step.effect + step.segment_effect.get(s.name, 0.0) for s in organisation.segments])
            total += by_segment[deals.segment] * (due[:, number] < path.decided)
    return total
