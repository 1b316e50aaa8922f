"""All effects that were found among some deals: what claims are judged on."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import numpy as np
from ibis import _

from afteraction.analysis.attributes import AttributeEffect, attribute_effects
from afteraction.analysis.behaviours import BehaviourEffect, behaviour_effects
from afteraction.analysis.conduct import Conduct, conduct
from afteraction.analysis.deal_facts import SEGMENT
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch
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
    tables: Mapping[str, ibis.Table], log: EventLog, process: Process, frame: DealFrame, rng: np.random.Generator
) -> Grounds:
    """Find every effect among the deals of a frame."""
    logged = fetch(log.activities.filter(~_.is_stage).select("name").order_by("name"))
    activities = tuple(row["name"] for row in logged)
    return _grounds(frame, process, conduct(tables, log, process, frame), activities, rng)


def _grounds(
    frame: DealFrame, process: Process, worked: Conduct, activities: tuple[str, ...], rng: np.random.Generator
) -> Grounds:
    return Grounds(
        frame,
        process,
        worked,
        activities,
        step_effects(frame, process, rng),
        behaviour_effects(frame, process, worked, rng),
        attribute_effects(frame, rng),
    )


def in_segment(whole: Grounds, segment: str, rng: np.random.Generator) -> Grounds | NotEnoughData:
    """The same among the deals of one segment alone, everything found anew."""
    known = whole.frame.categories.get(SEGMENT)
    if known is None or segment not in known.levels:
        return NotEnoughData(f"no deal is of a segment {segment!r}", "the segment on record")
    rows = np.flatnonzero(known.codes == known.levels.index(segment)).astype(np.int32)
    return _grounds(whole.frame.only(rows), whole.process, whole.conduct.only(rows), whole.activities, rng)
