"""What every step of the process does to the chance of winning, as far as the record can tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effects import Effect, Question, find_effects
from afteraction.analysis.exposure import Exposure
from afteraction.analysis.landmark import landmark_days
from afteraction.analysis.leaks import find_leaks
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

EARLIER: Final = (0.5, 0.75)
"""Quantiles of the delay at which the effect is also asked for, to see how much it depends on the landmark."""


@dataclass(frozen=True)
class _OfStep:
    step: str
    stage: str


@dataclass(frozen=True)
class StepEffect(Effect, _OfStep):
    """The verdict on one step: its `step` and `stage`, then what every effect has.

    The landmark counts from entering the stage. `other_landmarks` are earlier ones, by which fewer had done the step.
    `naive_difference` is over all ended deals, whenever they did the step.
    """


def step_effects(
    frame: DealFrame, process: Process, rng: np.random.Generator, earlier: Sequence[float] = EARLIER
) -> tuple[StepEffect, ...]:
    """The effect of each step, in the order of the process; false discoveries are limited over all of them.

    `earlier` are the quantiles of the delay at which the effect is also asked for.
    """
    found = find_effects(frame, questions(frame, process, earlier), rng)
    return tuple(
        StepEffect(step.id, step.stage, **vars(each) | {"naive_difference": _plain_difference(frame, n)})
        for n, (step, each) in enumerate(zip(process.steps, found, strict=True))
    )


def _plain_difference(frame: DealFrame, step: int) -> float | None:
    """The win rate of all ended deals that ever did the step less that of the others: what everybody else reports."""
    ended, did = ~frame.open, ~np.isnan(frame.done[:, step])
    if not (ended & did).any() or not (ended & ~did).any():
        return None
    return float(np.mean(frame.won[ended & did]) - np.mean(frame.won[ended & ~did]))


def questions(frame: DealFrame, process: Process, earlier: Sequence[float]) -> list[Question]:
    """What is asked of each step, in the order of the process; `earlier` as for `step_effects`."""
    stages = [process.stages.index(step.stage) for step in process.steps]
    leaks = find_leaks(frame, process)
    causes = [step for step, leak in enumerate(leaks) if leak is None]
    asked = []
    for step, leak in enumerate(leaks):
        if leak:
            nothing = NotEnoughData("the step follows the decision", "nothing: it is no cause")
            asked.append(Question(nothing, leak))
        else:
            others = tuple(cause for cause in causes if cause != step)
            asked.append(_question(frame, step, stages[step], others, earlier))
    return asked


def _question(frame: DealFrame, step: int, stage: int, others: tuple[int, ...], earlier: Sequence[float]) -> Question:
    start, done = frame.entered[:, stage], frame.done[:, step]
    landmark = landmark_days(done - start)
    if landmark is None:
        return Question(NotEnoughData("nobody did it in its stage", "deals in which it was done"))

    def by(landmark: float) -> Exposure:
        return Exposure(start, landmark, done <= start + landmark, steps=others)

    others_days = {landmark_days(done - start, quantile) or landmark for quantile in earlier} - {landmark}
    return Question(by(landmark), elsewhere=tuple(by(each) for each in sorted(others_days)))
