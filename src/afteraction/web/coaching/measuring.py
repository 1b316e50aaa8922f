"""What coaching changed: the record's rows by rep, step and month, held against when coaching began. Made by a job."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import ibis
import numpy as np
from django.db.models import Min
from ibis import _

from afteraction.analysis.coaching_effect import NEVER, CoachingEffect, Panel, coaching_effect
from afteraction.errors import NotEnoughData
from afteraction.lake.engine import open_record
from afteraction.lake.store import Lake
from afteraction.process.check import parse_file
from afteraction.report.deal_evidence import PROCESS, STEPS
from afteraction.web.coaching.models import AgendaItem, CoachingFigures, Commitment, Meeting
from afteraction.web.deals.models import IndexState
from afteraction.web.people.models import Organisation

ADHERENCE: Final = "adherence"
PAY: Final = "pay"
Begun = Mapping[tuple[str, str], datetime]


def coached_since(organisation: Organisation) -> dict[tuple[str, str], datetime]:
    """When coaching of a rep on a step began, by the rep's name in the record and the step.

    It begins with the first meeting in which the missed step was talked about, or with the first commitment to it.
    """
    talked = AgendaItem.objects.filter(
        meeting__organisation=organisation, meeting__state=Meeting.State.HELD, kind=AgendaItem.Kind.STEP
    ).exclude(talked_at=None)
    agreed = Commitment.objects.filter(organisation=organisation, person__owner_name__gt="").exclude(step="")
    pairs = [
        *talked.values_list("meeting__cadence__rep__owner_name", "key").annotate(at=Min("meeting__planned_at")),
        *agreed.values_list("person__owner_name", "step").annotate(at=Min("meeting__planned_at")),
    ]
    begun: dict[tuple[str, str], datetime] = {}
    for owner, step, at in pairs:
        if (owner and (owner, step) not in begun) or at < begun.get((owner, step), at):
            begun[owner, step] = at
    return begun


def keep_figures(*, organisation: Organisation, now: datetime) -> CoachingFigures | None:
    """Measures coaching in the data version that the newest analysis saw, and keeps it; None before the first one."""
    state = IndexState.objects.filter(organisation=organisation).first()
    if state is None or not state.evidence_folder:
        return None
    begun = coached_since(organisation)
    content: dict[str, Any] = {
        "coached": len({owner for owner, _step in begun}),
        "meetings": Meeting.objects.filter(organisation=organisation, state=Meeting.State.HELD).count(),
    }
    if begun:
        steps, wins = _panels(organisation, state, begun)
        content |= {ADHERENCE: told(steps), PAY: told(wins)}
    else:
        nobody = NotEnoughData(
            "Nobody has been coached on a step yet.",
            "Meetings in which a missed step is talked about, or commitments to a step.",
        )
        content |= {ADHERENCE: told(nobody), PAY: told(nobody)}
    figures, _made = CoachingFigures.objects.update_or_create(
        organisation=organisation,
        defaults={"content": content, "data_version": state.evidence_version, "made_at": now},
    )
    return figures


def told(found: Panel | NotEnoughData) -> dict[str, Any]:
    """The estimate, or why there is none, as it is kept."""
    effect = found if isinstance(found, NotEnoughData) else coaching_effect(found)
    if isinstance(effect, NotEnoughData):
        return {"refused": asdict(effect)}
    return {**asdict(effect), "verdict": effect.verdict, "moved_before": effect.moved_before}


def _panels(
    organisation: Organisation, state: IndexState, begun: Begun
) -> tuple[Panel | NotEnoughData, Panel | NotEnoughData]:
    """Steps by rep and month in which their stage was entered, and deals won of those ended by month of their start."""
    home = organisation.home
    folder = home.folder / state.evidence_folder
    if not (folder / STEPS).exists():
        none = NotEnoughData("The newest analysis held no process against the deals.", "A process on paper.")
        return none, none
    keys = [step.id for step in parse_file(folder / PROCESS).steps]
    record = open_record(home, Lake(home).snapshot(state.evidence_version))
    try:
        deals = record.tables["deals"].filter(_.owner.notnull())
        states = record.con.read_parquet(str(folder / STEPS), hive_partitioning=False)
        # As `adherence.step_states` has it for required steps: it was done, or may no longer be and should have been.
        had_chance = states.done | (~states.pending & ~states.excused)
        # Behind the steps of the newest process stand those that were given up.
        due = states.filter(had_chance & states.entered_at.notnull() & (states.step < len(keys)))
        due = due.join(deals.select("deal_id", "owner"), "deal_id")
        kept = due.done & ~due.late & ~due.out_of_order
        steps = _by_month(due.mutate(kept=kept, month=_month(due.entered_at)), "step")
        ended = deals.filter(deals.outcome.isin(["won", "lost", "no_decision"]) & deals.created_at.notnull())
        wins = _by_month(
            ended.mutate(kept=ended.outcome == "won", month=_month(ended.created_at), step=ibis.literal(0)), "step"
        )
    finally:
        record.con.disconnect()
    first: dict[str, datetime] = {}
    for (owner, _step), at in begun.items():
        first[owner] = min(at, first.get(owner, at))
    return (
        _panel(steps, lambda owner, step: begun.get((owner, keys[step]))),
        _panel(wins, lambda owner, _step: first.get(owner)),
    )


def _month(at: Any) -> Any:
    return at.year() * 12 + at.month() - 1


def _by_month(rows: ibis.Table, step: str) -> list[dict[str, Any]]:
    counted = rows.group_by("owner", step, "month").agg(due=_.count(), kept=_.kept.sum())
    found: list[dict[str, Any]] = counted.order_by("owner", step, "month").to_pyarrow().to_pylist()
    return found


def _panel(rows: list[dict[str, Any]], since: Any) -> Panel | NotEnoughData:
    if not rows:
        return NotEnoughData("No step was due, and no deal ended, in any month.", "A record with deals that ended.")
    first = min(row["month"] for row in rows)
    reps = {owner: place for place, owner in enumerate(sorted({row["owner"] for row in rows}))}
    begun = [since(row["owner"], int(row["step"])) for row in rows]
    return Panel(
        rep=np.array([reps[row["owner"]] for row in rows], dtype=np.int64),
        step=np.array([int(row["step"]) for row in rows], dtype=np.int64),
        period=np.array([row["month"] - first for row in rows], dtype=np.int64),
        due=np.array([row["due"] for row in rows], dtype=np.float64),
        kept=np.array([row["kept"] for row in rows], dtype=np.float64),
        coached_from=np.array(
            [NEVER if at is None else max(at.year * 12 + at.month - 1 - first, 0) for at in begun], dtype=np.int64
        ),
    )


def effect_told(content: Mapping[str, Any] | None) -> CoachingEffect | NotEnoughData | None:
    """What was kept, as it was found; None before it was measured."""
    if content is None:
        return None
    if "refused" in content:
        return NotEnoughData(**content["refused"])
    from afteraction.analysis.coaching_effect import Estimate

    fields = {key: value for key, value in content.items() if key not in ("verdict", "moved_before")}
    for name in ("effect", "predicted", "lead"):
        fields[name] = Estimate(**fields[name]) if fields[name] else None
    return CoachingEffect(**fields)
