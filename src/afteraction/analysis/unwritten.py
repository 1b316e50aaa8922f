"""What the record says against the process on paper: steps that do nothing, and practices that nobody wrote down.

A practice is measured as a step would be, in the same model as the steps on paper and with false discoveries limited
over all of them together: what merely goes along with a step on paper is not taken for a cause of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import ibis
import numpy as np

from afteraction.analysis.deal_frame import deal_frame
from afteraction.analysis.event_log import EventLog
from afteraction.analysis.step_effects import StepEffect, step_effects
from afteraction.analysis.verdict import MATTERS, Verdict
from afteraction.process.editing import with_step
from afteraction.process.model import Process, Step

MOST: Final = 8
"""Practices that are measured: those done in the most deals. More would make every one of them harder to tell."""


@dataclass(frozen=True)
class Unwritten:
    """A practice, as the step that it would be, and its effect; `step.frequency` is how often it is done unasked."""

    step: Step
    effect: StepEffect


def has_no_power(verdict: str, low: float | None, high: float | None) -> bool:
    """Whether an effect is told to be none that matters: its whole interval (probability) lies within the band.

    Never so where it merely cannot be told, is refused, or follows the decision.
    """
    if verdict != Verdict.NO_EFFECT or low is None or high is None:
        return False
    return low >= -MATTERS and high <= MATTERS


def unwritten_steps(followed: Process, paper: Process) -> tuple[Step, ...]:
    """What people do in a stage on paper and no step counts, most often done first; at most `MOST`."""
    known = {activity for step in paper.steps for activity in step.activities}
    ids = {step.id for step in paper.steps}
    found = [
        step
        for step in followed.steps
        if step.stage in paper.stages and not known & set(step.activities) and step.id not in ids
    ]
    return tuple(sorted(found, key=lambda step: -(step.frequency or 0.0))[:MOST])


def unwritten_practices(
    tables: Mapping[str, ibis.Table], log: EventLog, paper: Process, followed: Process, rng: np.random.Generator
) -> tuple[Unwritten, ...]:
    """The effect of each practice that no step counts, were it a step; nothing is computed where there is none."""
    steps = unwritten_steps(followed, paper)
    if not steps:
        return ()
    held = paper
    for step in steps:
        held = with_step(held, replace(step, before=(), required=False))
    effects = {each.step: each for each in step_effects(deal_frame(tables, log, held), held, rng)}
    return tuple(Unwritten(step, effects[step.id]) for step in steps)
