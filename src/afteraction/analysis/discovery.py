"""The process that people follow, found in the record and written as a process.

Every choice is a threshold with a reason, so that the same record gives the same process and nobody has to guess why
a step is there. They stand in `work`, `placement`, `phases`, `practice` and `prescription`, one concern in each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import ibis

from afteraction.analysis.directly_follows import Edge, edges_between
from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch_count
from afteraction.analysis.intervals import Rate, rate, rate_if_any
from afteraction.analysis.order import usual_order
from afteraction.analysis.phases import ALWAYS
from afteraction.analysis.placement import (
    MOMENT,
    LeftOut,
    PlacedWork,
    activity_counts,
    common_work,
    place_in_phases,
    place_in_stages,
    usual_stages,
)
from afteraction.analysis.practice import DEADLINE
from afteraction.analysis.prescription import REQUIRED, is_repeated, prescribe
from afteraction.analysis.summary import deal_span
from afteraction.analysis.work import identifiers
from afteraction.errors import NotEnoughData
from afteraction.process.model import STAGE_ACTIVITY, Process, Step

FREQUENT: Final = 0.1
"""A step is done in at least a tenth of the deals that had the time for it; anything rarer is an exception."""
LISTED: Final = 200
"""The most activities that are listed as left out."""
NAMED: Final = 10
"""The most that are named in the notes of the process."""


@dataclass(frozen=True)
class StepFigures:
    """What a step of the process looks like in the record.

    `done` counts the deals that got to its stage and had the time for it, `again` those of them that did it more than
    once; `repeated`: most did. `median_days` count from entering the stage.
    """

    step: str
    stage: str
    name: str
    required: bool
    done: Rate
    again: Rate | None
    repeated: bool
    median_days: float | None


@dataclass(frozen=True)
class Discovered:
    """The process that `deals` deals with events follow.

    `edges` are between steps (by their ids) and entries of stages (`stage: Propose`); no `before` is the start of a
    deal, no `after` its end. `derived`: the record has no stages, so those of the process are phases named after the
    work that opens them. `left_out` has the LISTED commonest.
    """

    process: Process
    deals: int
    steps: tuple[StepFigures, ...]
    edges: tuple[Edge, ...]
    left_out: tuple[LeftOut, ...]
    derived: bool


def discover(tables: Mapping[str, ibis.Table], log: EventLog, name: str) -> Discovered | NotEnoughData:
    """Find the process that deals follow; `name` is what it is called. Deterministic; linear in events.

    Stages come in their usual order; where the record has none, phases are derived from the work. docs/numbers.md
    tells every rule.
    """
    span = deal_span(tables)
    deals = fetch_count((log.cases.events > 0).sum())
    if span is None or not deals:
        return NotEnoughData("no deal has an event", "touches or stage changes of the deals")
    counts = activity_counts(log)
    stages = usual_stages(log, counts, deals)
    pieces, others = common_work(counts)
    order = usual_order(log, {number: number for number in pieces})
    if stages.names:
        placement = place_in_stages(tables, log, pieces, order, stages, span[1])
    else:
        placement = place_in_phases(tables, log, pieces, order, deals, span[1])
    kept = [one for one in placement.work if not _exception(one)]
    ids = identifiers(one.work.name for one in kept)
    prescribed = prescribe(kept, ids, placement.places, order, placement.gates)
    figures = tuple(_figures(one, step) for one, step in zip(kept, prescribed.steps, strict=True))
    exceptions = [LeftOut(p.work.name, order.deals[p.number], r) for p in placement.work if (r := _exception(p))]
    left_out = sorted([*stages.left_out, *others, *exceptions], key=lambda one: (-one.deals, one.name))[:LISTED]
    notes = _notes(deals, figures, left_out, derived=not stages.names)
    nodes = {one.number: step for one, step in zip(kept, ids, strict=True)}
    nodes |= {number: STAGE_ACTIVITY + stages.names[place] for number, place in stages.entering.items()}
    return Discovered(
        process=Process(name, 1, placement.places, prescribed.steps, prescribed.rules, notes),
        deals=deals,
        steps=figures,
        edges=edges_between(log, nodes),
        left_out=tuple(left_out),
        derived=not stages.names,
    )


def _exception(placed: PlacedWork) -> str | None:
    """Why a piece of work is no step of the process, if it is none."""
    done = placed.practice
    if 2 * done.after_end > max(done.done, done.after_end):
        return "mostly after the deal has ended"
    if done.done < max(FREQUENT * done.had_time, 1):
        return f"in fewer than {FREQUENT:.0%} of the deals that got to its stage"
    return None


def _figures(placed: PlacedWork, step: Step) -> StepFigures:
    done = placed.practice
    return StepFigures(
        step=step.id,
        stage=step.stage,
        name=step.name,
        required=step.required,
        done=rate(done.done, done.had_time),
        again=rate_if_any(done.again, done.done),
        repeated=is_repeated(done),
        median_days=done.median_days,
    )


def _notes(deals: int, steps: Sequence[StepFigures], left_out: Sequence[LeftOut], derived: bool) -> str:
    """How the process was found, for people who read the file."""
    thresholds = (
        f"Steps are done in at least {FREQUENT:.0%} of the deals that got to their stage and had the time for it; "
        f"required ones in at least {REQUIRED:.0%}. Time limits are those that {DEADLINE:.0%} of deals kept; "
        f"an order is one that {ALWAYS:.0%} of deals kept."
    )
    lines = [f"Found in {deals:,} deals with events.", thresholds]
    if derived:
        lines.append(
            "The record has no stages. Those here are phases named after the work that opens them; "
            "what is required, and by when, is judged from the start of the deal."
        )
    if repeated := [step.name for step in steps if step.repeated]:
        lines.append(f"Usually done more than once: {', '.join(repeated)}.")
    exceptions = [one for one in left_out if not one.reason.startswith(MOMENT)]
    if len(exceptions) < len(left_out):
        lines.append("Where several moments of one piece of work are logged, its completion counts.")
    if exceptions:
        named = [f"{one.name} ({one.deals:,} deals, {one.reason})" for one in exceptions[:NAMED]]
        more = f" and {len(exceptions) - len(named):,} more" if len(exceptions) > len(named) else ""
        lines.append(f"Left out: {', '.join(named)}{more}.")
    return "\n".join(lines)
