"""Deals of which it is written down what was done and what was missed, and the boxes that they fall into."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import ibis
import numpy as np
import pyarrow as pa
from tests.analysis.frames import PROCESS, frame

from afteraction.analysis.boxes import Boxes, boxes
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.verdict import Verdict
from afteraction.process.model import Process


@dataclass(frozen=True)
class Worked:
    """A deal: its outcome, the ids of the steps done and missed (the others were not due), its chance at the start."""

    outcome: str
    done: str = ""
    missed: str = ""
    chance: float = 0.3


def effect(step: str, verdict: Verdict, did: float = 0.5, not_: float = 0.3, share: float = 0.4) -> StepEffect:
    """What was found about a step of 1,000 deals, done in `share` of them; won with it and without it."""
    return StepEffect(
        step=step, stage="Qualify", verdict=verdict, n=1_000, did=round(1_000 * share), rate_did=did, rate_not=not_
    )


def boxes_of(
    deals: Sequence[Worked], effects: Sequence[StepEffect] = (), process: Process = PROCESS, ids: Sequence[str] = ()
) -> Boxes:
    """The boxes of the deals, which are d00000, d00001, … unless they have other `ids`.

    A win and a loss without any step due follow where there is none: without both there are no boxes.
    """
    outcomes = {deal.outcome for deal in deals}
    deals = [*deals, *(Worked(outcome) for outcome in ("won", "lost") if outcome not in outcomes)]
    places = {step.id: place for place, step in enumerate(process.steps)}
    states: dict[str, list[object]] = {"deal_no": [], "step": [], "done": [], "settled": [], "required": []}
    for number, deal in enumerate(deals):
        for names, done in ((deal.done, True), (deal.missed, False)):
            for name in names.split():
                row = (number, places[name], done, True, process.steps[places[name]].required)
                for column, value in zip(states, row, strict=True):
                    states[column].append(value)
    schema = {"deal_no": "int32", "step": "int32", **dict.fromkeys(("done", "settled", "required"), "boolean")}
    held = frame([deal.outcome for deal in deals], process=process, end=1_000.0)
    if ids:
        held = replace(held, deal_id=pa.chunked_array([[*ids, *held.deal_id.to_pylist()[len(ids) :]]]))
    chances = np.array([deal.chance for deal in deals], dtype=float)
    found = boxes(held, process, ibis.memtable(states, schema=schema), effects, chances)
    assert isinstance(found, Boxes)
    return found
