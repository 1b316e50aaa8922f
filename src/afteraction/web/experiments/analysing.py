"""A locked protocol as the analysis reads it, and the deals of a look: as assigned, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa

from afteraction.analysis.arrays import Flags, Longs
from afteraction.analysis.stopping_rule import StoppingRule
from afteraction.analysis.trial_measures import Outcome, TrialDeals
from afteraction.analysis.trial_plan import GuardPlan, TrialDesign, TrialPlan
from afteraction.analysis.trial_record import Recorded
from afteraction.errors import Refused
from afteraction.process.check import check_text
from afteraction.process.model import STAGE_ACTIVITY, Process
from afteraction.web.experiments.document import ProtocolDocument, TrialMeasure
from afteraction.web.experiments.drawing import Drawing
from afteraction.web.experiments.ledger import sha_of
from afteraction.web.experiments.models import Protocol

_DESIGNS: Final[Mapping[str, TrialDesign]] = {
    "arrival": "deals",
    "stratified": "units",
    "pairs": "units",
    "switchback": "turns",
    "stepped": "steps",
}
_DAY: Final = timedelta(days=1)
_HASH: Final = 12


def outcome_of(measure: TrialMeasure) -> Outcome:
    """A measure of a protocol as the analysis knows it."""
    return Outcome(measure.kind, float(measure.horizon), measure.what)


def plan_of(drawing: Drawing) -> TrialPlan:
    """A locked protocol as the analysis reads it. Day 0 is the beginning of its first day, in UTC.

    The rule's information is the most that there may be: as many times what was planned as an extension adds days.
    """
    document = drawing.document
    assign = float((document.assign_until - document.starts_on).days + 1)
    extend = 7.0 * document.rule.extend
    share = assign / (assign + extend)
    units = sorted(set(document.design.units)) if document.design.unit != "deal" else []
    strata = [drawing.stratum_of[unit] for unit in units]
    rule = document.rule
    return TrialPlan(
        design=_DESIGNS[document.design.kind],
        primary=outcome_of(document.primary),
        guards=tuple(
            GuardPlan(guard.measure.name, outcome_of(guard.measure), guard.worst) for guard in document.guardrails
        ),
        rule=StoppingRule(
            document.plan.information / share,
            rule.benefit,
            rule.harm,
            rule.futile,
            rule.earliest * share,
            share,
            rule.hopeful,
            document.plan.alpha,
        ),
        assign_days=assign,
        extend_days=extend,
        adjusted=document.adjusted,
        likeness=document.plan.likeness,
        way=_ways(drawing, units, assign + extend),
        stratum=np.array([sorted(set(strata)).index(each) for each in strata], dtype=np.int64),
        period_days=float(document.design.period or 0),
        seed=int(drawing.digest[:_HASH], 16),
        alpha=document.plan.alpha,
    )


def _ways(drawing: Drawing, units: Sequence[str], days: float) -> Flags:
    """Which way each unit of the list goes in each period: units × periods."""
    design = drawing.design
    periods = 1 if design.kind in ("stratified", "pairs") else int(-(-days // (design.period or 1)))
    if design.kind == "switchback":
        periods += periods % 2
    new = drawing.arms[1]
    rows = [[drawing.arm_of_unit(unit, period) == new for period in range(periods)] for unit in units]
    return np.array(rows, dtype=np.bool_).reshape(len(units), periods)


def measures_of(document: ProtocolDocument) -> tuple[Outcome, ...]:
    """The primary measure, then the guardrails."""
    return (outcome_of(document.primary), *(outcome_of(guard.measure) for guard in document.guardrails))


def activities_of(protocol: Protocol, document: ProtocolDocument) -> dict[str, list[str]]:
    """The activities that count for each stage and step that is measured, by `Outcome.key`.

    A step is one of the process that is tried, or of that in force when the protocol was locked; what is neither is
    the name of an activity.
    """
    texts = [protocol.experiment.new_process]
    versions = protocol.experiment.organisation.process_versions.order_by("number")
    there = versions.filter(made_at__lte=protocol.locked_at).last() or versions.first()
    texts += [there.text] if there is not None else []
    processes = [process for text in texts if text and (process := check_text(text).process) is not None]
    found: dict[str, list[str]] = {}
    for outcome in measures_of(document):
        if outcome.kind == "step":
            found[outcome.key] = _activities(outcome.what, processes)
        elif outcome.what:
            found[outcome.key] = [STAGE_ACTIVITY + outcome.what]
    return found


def _activities(what: str, processes: Sequence[Process]) -> list[str]:
    for process in processes:
        for step in process.steps:
            if what in (step.id, step.name):
                return list(step.activities)
    return [what]


@dataclass(frozen=True)
class Frame:
    """The deals of a look, ready to be analysed, and the SHA-256 over everything that the result follows from."""

    ids: tuple[str, ...]
    deals: TrialDeals
    segments: tuple[str, ...]
    sha: str


def frame_of(
    drawing: Drawing,
    assigned: pa.Table,
    record: Recorded,
    chances: Mapping[str, float],
    known_until: datetime,
) -> Frame:
    """The deals of a look: `assigned` as `assigning.assigned_deals` gives them, `record` in the same order.

    Raises `Refused` where an assignment was tampered with so that it is none of the protocol's.
    """
    opens = drawing.begins(0)
    ids = tuple(map(str, assigned["deal_id"].to_pylist()))
    units = {unit: place for place, unit in enumerate(sorted(set(drawing.design.units)))}
    of_deal = drawing.design.unit == "deal"
    if not of_deal and set(map(str, assigned["cluster"].to_pylist())) - units.keys():
        raise Refused(
            "deals of reps or teams that the protocol does not name",
            "deals as they were assigned",
            "look at the ledger of the trial for what was changed; nothing is looked at until then",
        )
    clusters, moments = (assigned[name].to_pylist() for name in ("cluster", "at"))
    unit: Longs = np.array([0 if of_deal else units[str(each)] for each in clusters], dtype=np.int64)
    at = np.array([(each - opens) / _DAY for each in moments if each is not None], dtype=np.float64)
    deals = TrialDeals(
        new=np.array([each == drawing.arms[1] for each in assigned["arm"].to_pylist()], dtype=np.bool_),
        at=at,
        unit=unit,
        period=assigned["period"].to_numpy().astype(np.int64),
        ended=record.ended,
        won=record.won,
        first=record.first,
        chance=np.array([chances.get(each, np.nan) for each in ids], dtype=np.float64),
    )
    return Frame(ids, deals, record.segment, _sha(assigned, deals, known_until))


def _sha(assigned: pa.Table, deals: TrialDeals, known_until: datetime) -> str:
    """Over who is in which arm since when, and all that is read of the record. Days to the millionth: 0.1 seconds."""
    days = {"ended": deals.ended, **deals.first}
    rows: dict[str, Any] = {name: assigned[name].to_pylist() for name in ("deal_id", "arm", "at", "cluster", "period")}
    rows |= {name: [None if np.isnan(each) else round(float(each), 6) for each in of] for name, of in days.items()}
    return sha_of({"known_until": known_until, "won": deals.won.tolist(), **rows})
