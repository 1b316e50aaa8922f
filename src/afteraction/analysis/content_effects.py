"""What giving a piece of content to buyers does to the chance of winning, found as the effect of a step is.

A deal counts from entering the stage that the piece is for, or its beginning where it is for any. The landmark is the
delay by which 90 % of those that ever got it had it: who lives longer cannot look better for having more content.
A piece that comes with the decision, such as a contract, is told apart as steps are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from afteraction.analysis.arrays import Flags, Floats
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effects import Effect, Question, find_effects
from afteraction.analysis.exposure import Exposure
from afteraction.analysis.landmark import landmark_days
from afteraction.analysis.leaks import Leak, find_leak, find_leaks
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process


@dataclass(frozen=True)
class ContentUse:
    """One piece in n deals: `first` are the days of its first use, NaN where there was none.

    `stage` is the one that it is for (empty: any), `inside` the deals that it is for (n).
    """

    first: Floats
    stage: str
    inside: Flags


def content_effects(
    frame: DealFrame, process: Process, pieces: Sequence[ContentUse], rng: np.random.Generator
) -> tuple[Effect, ...]:
    """The effect of each piece, in their order; false discoveries are limited over all of them.

    Adjusted for is what was known of the deal when it began to count, the steps done by the landmark, and how many
    other pieces the buyer had by then: whoever sends one sends several.
    """
    if not pieces:
        return ()
    first = np.stack([piece.first for piece in pieces], axis=1)
    starts = np.stack([_start(frame, process, piece.stage) for piece in pieces], axis=1)
    # As if getting a piece were a step whose stage is entered when the deal begins to count.
    as_steps = replace(frame, entered=starts, done=np.where(_inside(pieces), first, np.nan))
    causes = tuple(step for step, leak in enumerate(find_leaks(frame, process)) if leak is None)
    questions = [
        _question(piece, starts[:, n], np.delete(first, n, axis=1), find_leak(as_steps, n, n), causes)
        for n, piece in enumerate(pieces)
    ]
    return find_effects(frame, questions, rng)


def _question(piece: ContentUse, start: Floats, others: Floats, leak: Leak | None, steps: tuple[int, ...]) -> Question:
    if leak is not None:
        return Question(NotEnoughData("the piece follows the decision", "nothing: it is no cause"), leak)
    landmark = landmark_days(np.where(piece.inside, piece.first - start, np.nan))
    if landmark is None:
        return Question(NotEnoughData("no deal that it is for got it", "deals in which it was used"))
    by = start + landmark
    beside = (np.sum(others <= by[:, None], axis=1).astype(np.float64),) if others.shape[1] else ()
    exposure = Exposure(start, landmark, piece.first <= by, piece.inside, steps, beside)
    return Question(exposure, in_segments=False)


def _start(frame: DealFrame, process: Process, stage: str) -> Floats:
    """From when each deal counts: entering the stage, without one the deal's beginning as far as it is known."""
    if stage in process.stages:
        return frame.entered[:, process.stages.index(stage)]
    if frame.entered.shape[1] == 0:
        return frame.created
    return np.where(np.isnan(frame.created), frame.entered[:, 0], frame.created)


def _inside(pieces: Sequence[ContentUse]) -> Flags:
    return np.stack([piece.inside for piece in pieces], axis=1)
