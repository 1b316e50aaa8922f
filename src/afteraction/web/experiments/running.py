"""The course of a trial on its page: who came into which arm, whether enough do, and who went the other way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from afteraction.analysis.intervals import Rate, rate_if_any
from afteraction.analysis.sample_ratio import SampleRatio, sample_ratio
from afteraction.errors import NotEnoughData, Refused
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.deals.selectors import as_of
from afteraction.web.experiments.crossing import Crossed, Crossings, crossed, deals_of, sees
from afteraction.web.experiments.document import Arm
from afteraction.web.experiments.drawing import Drawing, drawing_of
from afteraction.web.experiments.models import Assignment, Experiment, Exposure, Protocol
from afteraction.web.experiments.recruiting import Recruited, RecruitingChart, recruited, recruiting_chart
from afteraction.web.experiments.seen import TellingStep
from afteraction.web.experiments.selectors import protocol_in_force
from afteraction.web.people.models import User


@dataclass(frozen=True)
class ArmCourse:
    """An arm: its deals, those whose owner was shown what it asks for, those that went the other way."""

    arm: Arm
    deals: int
    shown: Rate | None
    crossings: Crossings


@dataclass(frozen=True)
class UnitCourse:
    """A rep or team of the list: what it is called, its stratum, what it does now, and from when on otherwise.

    `followed` is a rep's (`RepCourse`), for those who may see it.
    """

    name: str
    stratum: str
    arm: Arm
    changes_on: datetime | None
    deals: int
    followed: Rate | None = None


@dataclass(frozen=True)
class RepCourse:
    """How often deals of a rep were done as asked, where that is known."""

    name: str
    deals: int
    followed: Rate | None


@dataclass(frozen=True)
class Course:
    """All of it, as `now` has it. `told`: of some rep whom this person sees it is known how deals were done."""

    protocol: Protocol
    drawing: Drawing
    phase: str
    arms: tuple[ArmCourse, ...]
    recruited: Recruited
    chart: RecruitingChart
    ratio: SampleRatio | NotEnoughData | None
    late: int
    left_out: Mapping[str, int]
    step: TellingStep | None
    units: tuple[UnitCourse, ...]
    reps: tuple[RepCourse, ...]
    told: bool
    sees: str

    @property
    def deals(self) -> int:
        return sum(each.deals for each in self.arms)


def running_block(user: User, experiment: Experiment) -> dict[str, Any]:
    """The context of experiments/running.html, as `running` there: {"course": …}, or {"refused": …}; else empty."""
    try:
        course = course_of(user, experiment, timezone.now())
    except Refused as refused:
        return {"refused": refused}
    return {"course": course} if course is not None else {}


def course_of(user: User, experiment: Experiment, now: datetime) -> Course | None:
    """The course of a trial; None before its protocol is locked. Raises `Refused` as `drawing_of` does."""
    protocol = protocol_in_force(experiment)
    if protocol is None:
        return None
    drawing = drawing_of(protocol)
    found = crossed(protocol, drawing, now)
    recruits = _recruited(protocol, drawing, min(as_of(experiment.organisation) or now, now))
    reps = _reps(user, protocol, found)
    known = {each.name: each.followed for each in reps}
    return Course(
        protocol=protocol,
        drawing=drawing,
        phase=_phase(experiment, drawing, now),
        arms=_arms(protocol, drawing, found),
        recruited=recruits,
        chart=recruiting_chart(recruits),
        ratio=_ratio(protocol, drawing),
        late=protocol.assignments.exclude(arm="").filter(late=True).count(),
        left_out=_left_out(protocol),
        step=found.step,
        units=tuple(replace(each, followed=known.get(each.name)) for each in _units(protocol, drawing, now)),
        reps=() if drawing.design.unit == "rep" else reps,
        told=any(each.followed for each in reps),
        sees=sees(user, protocol),
    )


def behind_plan(experiment: Experiment, now: datetime) -> Recruited | None:
    """How a running trial stands that has fewer deals than planned by now; None where it has not."""
    protocol = protocol_in_force(experiment)
    if protocol is None:
        return None
    known = min(as_of(experiment.organisation) or now, now)
    found = _recruited(protocol, drawing_of(protocol), known)
    return found if found.behind else None


def _recruited(protocol: Protocol, drawing: Drawing, known: datetime) -> Recruited:
    came = protocol.assignments.exclude(arm="").order_by("at").values_list("at", flat=True)
    return recruited(drawing, list(came), known)


def _phase(experiment: Experiment, drawing: Drawing, now: datetime) -> str:
    """Where a trial is: before, assigning, waiting (for outcomes) or over."""
    if experiment.state != Experiment.State.RUNNING:
        return "over"
    if now < drawing.opens:
        return "before"
    return "assigning" if now < drawing.closes else "waiting"


def _arms(protocol: Protocol, drawing: Drawing, found: Crossed) -> tuple[ArmCourse, ...]:
    """Each arm. Shown: the deals whose owner saw, as their owner, what the arm asks for."""
    seen = Exposure.objects.filter(protocol=protocol, deal_id=OuterRef("unit"), as_owner=True)
    rows = protocol.assignments.exclude(arm="").filter(Exists(seen)).order_by("arm")
    shown = dict(rows.values_list("arm").annotate(Count("pk")))
    return tuple(
        ArmCourse(arm, each.deals, rate_if_any(shown.get(arm.key, 0), each.deals), each)
        for arm, each in zip(drawing.document.arms, found.by_arm(drawing.arms), strict=True)
    )


def _ratio(protocol: Protocol, drawing: Drawing) -> SampleRatio | NotEnoughData | None:
    """Whether arms are as large as drawn, of the deals that are still on record: those that are analysed.

    None where reps or teams were drawn: they differ in how many deals they have.
    """
    if drawing.design.unit != "deal":
        return None
    there = Deal.objects.filter(organisation=protocol.experiment.organisation_id, deal_id=OuterRef("unit"))
    rows = protocol.assignments.exclude(arm="").filter(Exists(there)).order_by("arm")
    counts = dict(rows.values_list("arm").annotate(Count("pk")))
    return sample_ratio([counts.get(arm, 0) for arm in drawing.arms], [0.5, 0.5])


def _left_out(protocol: Protocol) -> dict[str, int]:
    """Deals that began while the trial assigned and are in no arm, by the reason in words."""
    rows = protocol.assignments.filter(arm="").order_by("left_out").values_list("left_out").annotate(Count("pk"))
    return {str(Assignment.LeftOut(reason).label): count for reason, count in rows}


def _units(protocol: Protocol, drawing: Drawing, now: datetime) -> tuple[UnitCourse, ...]:
    """The reps or teams of the list in the order of their names; empty where deals are drawn."""
    if drawing.design.unit == "deal":
        return ()
    names = _names(protocol) if drawing.design.unit == "rep" else {}
    rows = protocol.assignments.exclude(arm="").order_by("cluster").values_list("cluster").annotate(Count("pk"))
    deals, arm_of = dict(rows), {arm.key: arm for arm in drawing.document.arms}
    moment = min(max(now, drawing.begins(0)), drawing.closes)
    period = drawing.period(moment)
    found = []
    for unit in sorted(set(drawing.design.units), key=lambda unit: names.get(unit, unit)):
        arm = drawing.arm_of_unit(unit, period)
        changes = None
        if drawing.design.period is not None and drawing.begins(period + 1) < drawing.closes:
            later = next((n for n in range(period + 1, period + 60) if drawing.arm_of_unit(unit, n) != arm), None)
            changes = drawing.begins(later) if later is not None and drawing.begins(later) < drawing.closes else None
        stratum = drawing.stratum_of[unit] if drawing.design.kind != "pairs" else ""
        found.append(UnitCourse(names.get(unit, unit), stratum, arm_of[arm], changes, deals.get(unit, 0)))
    return tuple(found)


def _reps(user: User, protocol: Protocol, found: Crossed) -> tuple[RepCourse, ...]:
    """By rep how often deals were done as asked, of those that someone may see."""
    mine = Crossed(deals_of(found.rows, user, protocol), found.step)
    names = _names(protocol)
    rows = [_rep(each, names) for each in mine.by_owner() if each.arm]
    return tuple(sorted(rows, key=lambda row: row.name))


def _rep(each: Crossings, names: Mapping[str, str]) -> RepCourse:
    share = each.share
    followed = None if share is None else rate_if_any(share.n - share.count, share.n)
    return RepCourse(names.get(each.arm, each.arm), each.deals, followed)


def _names(protocol: Protocol) -> dict[str, str]:
    """What the record calls the owners of deals, by their key."""
    state = IndexState.objects.filter(organisation=protocol.experiment.organisation_id).first()
    choices: Sequence[Sequence[Any]] = state.choices.get("owner", []) if state else []
    return {key: label for key, label, _deals in choices}
