"""All effects that were found among some deals: what claims are judged on."""

from dataclasses import dataclass

import numpy as np

from afteraction.analysis.attributes import AttributeEffect, attribute_effects
from afteraction.analysis.behaviours import BehaviourEffect, behaviour_effects
from afteraction.analysis.conduct import Conduct
from afteraction.analysis.deal_facts import SEGMENT
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.step_effects import StepEffect, step_effects
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process


@dataclass(frozen=True)
class Grounds:
    """Some deals, and every effect that was found among them.

    `activities` are all that was ever logged, whether or not the process knows it as a step.
    """

    frame: DealFrame
    process: Process
    conduct: Conduct
    activities: tuple[str, ...]
    steps: tuple[StepEffect, ...]
    behaviours: tuple[BehaviourEffect, ...]
    attributes: tuple[AttributeEffect, ...]


def grounds(
    frame: DealFrame, process: Process, conduct: Conduct, activities: tuple[str, ...], rng: np.random.Generator
) -> Grounds:
    """Find every effect among the deals of a frame."""
    return Grounds(
        frame,
        process,
        conduct,
        activities,
        step_effects(frame, process, rng),
        behaviour_effects(frame, process, conduct, rng),
        attribute_effects(frame, rng),
    )


def in_segment(whole: Grounds, segment: str, rng: np.random.Generator) -> Grounds | NotEnoughData:
    """The same among the deals of one segment alone, everything found anew."""
    known = whole.frame.categories.get(SEGMENT)
    if known is None or segment not in known.levels:
        return NotEnoughData(f"no deal is of a segment {segment!r}", "the segment on record")
    rows = np.flatnonzero(known.codes == known.levels.index(segment)).astype(np.int32)
    return grounds(whole.frame.only(rows), whole.process, whole.conduct.only(rows), whole.activities, rng)
