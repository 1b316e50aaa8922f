"""Who does which step of the process: done, skipped, late or out of order; by deal, rep, team, segment and month.

A step is *due* once the deal has entered its stage, or passed it by for a later one. It is judged *skipped* only when
it can no longer be called pending: a deal that is open and has not moved on may still do it, and a deal that was given
up before the step's deadline had passed did not skip it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile

import ibis
from ibis import _

from afteraction.analysis.conformance import Conformance, check
from afteraction.analysis.event_log import EventLog, Keep
from afteraction.analysis.small_tables import small_table
from afteraction.process.compile import compile_process
from afteraction.process.model import STAGE_ACTIVITY, Kind, Process


@dataclass(frozen=True)
class Judgement:
    """A process held against every deal, as tables.

    `states`: the state of every step in every deal (`step_states`); `violations`: constraint, deal_no, pos
    (`judged`).
    """

    process: Process
    conformance: Conformance
    states: ibis.Table
    violations: ibis.Table


@dataclass(frozen=True)
class StepAdherence:
    """One step over all deals that entered its stage.

    `due` deals have had their chance and did it or, if it is required, skipped it; `kept` of them did it on time and in
    order, `late_of_due` too late, the others that did it out of order. An optional step is never skipped. `pending`
    deals may still do it, `excused` ones were given up before its deadline. `done`, `late` and `out_of_order` count all
    deals.
    """

    step: str
    name: str
    stage: str
    required: bool
    entered: int
    due: int
    done: int
    skipped: int
    late: int
    out_of_order: int
    pending: int
    excused: int
    kept: int
    late_of_due: int


@dataclass(frozen=True)
class GroupAdherence:
    """Required steps that were due in a group's deals and how many were kept; `steps` has both per step."""

    group: str
    deals: int
    due: int
    kept: int
    steps: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Adherence:
    """How the process is followed. Months are those in which the step's stage was entered."""

    steps: tuple[StepAdherence, ...]
    by_owner: tuple[GroupAdherence, ...]
    by_team: tuple[GroupAdherence, ...]
    by_segment: tuple[GroupAdherence, ...]
    by_month: tuple[GroupAdherence, ...]


def judge(process: Process, tables: Mapping[str, ibis.Table], log: EventLog, keep: Keep) -> Judgement:
    """Hold a process against every deal."""
    conformance = check(log, compile_process(process), keep, stages_at_start(process, log))
    states = step_states(process, conformance, tables, keep)
    return Judgement(process, conformance, states, keep("violations", judged(process, conformance, states)))


def stages_at_start(process: Process, log: EventLog) -> frozenset[str]:
    """The activities of the stages before the first one that the record mentions; of all where it mentions none.

    Deals begin in them. A later stage that the record does not mention is one that no deal has reached.
    """
    numbers = log.activity_numbers()
    return frozenset(takewhile(lambda name: name not in numbers, (STAGE_ACTIVITY + s for s in process.stages)))


def adherence(judgement: Judgement, tables: Mapping[str, ibis.Table]) -> Adherence:
    """Adherence to every step of a process that was held against every deal."""
    process, states = judgement.process, judgement.states
    people = tables["people"].select(owner="person_id", team="team")
    deals = tables["deals"].select("deal_id", "owner", "segment").left_join(people, "owner").drop("owner_right")
    deals = judgement.conformance.log.cases.join(deals, "deal_id").select("deal_no", "owner", "segment", "team")
    grouped = states.filter(_.required).join(deals, "deal_no").mutate(month=_.entered_at.strftime("%Y-%m"))
    return Adherence(
        steps=_steps(judgement),
        by_owner=_groups(process, grouped, "owner"),
        by_team=_groups(process, grouped, "team"),
        by_segment=_groups(process, grouped, "segment"),
        by_month=_groups(process, grouped, "month"),
    )


def step_states(process: Process, conformance: Conformance, tables: Mapping[str, ibis.Table], keep: Keep) -> ibis.Table:
    """The state of every step in every deal that entered its stage.

    Columns: deal_no, step (its position in the process), required, entered_at, done, pending, excused, skipped, late,
    out_of_order, settled. `excused`: the deal was given up before the step's deadline. `settled`: the deal has had its
    chance to do the step, whether it did or not; shares are taken among these, lest doing it early count double.
    """
    log = conformance.log
    entered = _prescribed(process, log).join(_entries(process, log).rename(stage_activity="activity"), "stage_activity")
    done = _done(process, log).mutate(done=True)
    broken = conformance.pairs.join(_meanings(process, conformance), "constraint")
    broken = broken.group_by("deal_no", "step").agg(
        late=(_.kind == Kind.LATE.value).any(), out_of_order=(_.kind == Kind.OUT_OF_ORDER.value).any()
    )
    deals = tables["deals"].select("deal_id", "outcome", "closed_at").join(log.cases, "deal_id")
    deals = deals.left_join(_furthest(process, log), "deal_no").select("deal_no", "outcome", "closed_at", "furthest")
    together = (
        entered.join(deals, "deal_no")
        .left_join(done, ["deal_no", "step"])
        .drop("deal_no_right", "step_right")
        .left_join(broken, ["deal_no", "step"])
        .mutate(
            done=_.done.fill_null(False),
            late=_.late.fill_null(False),
            out_of_order=_.out_of_order.fill_null(False) & _.done.fill_null(False),
        )
    )
    moved_on = (together.furthest > together.stage_position).fill_null(False)
    running = (together.outcome == "open") & ~moved_on
    in_time = (together.closed_at < together.entered_at + together.deadline.as_interval("us")).fill_null(False)
    given_up = together.outcome.isin(["lost", "no_decision"]) & in_time
    states = together.mutate(
        pending=~together.done & running,
        excused=~together.done & given_up,
        skipped=together.required & ~together.done & ~running & ~given_up,
        settled=~running & ~given_up,
    )
    columns = ("required", "entered_at", "done", "pending", "excused", "skipped", "late", "out_of_order", "settled")
    return keep("step_states", states.select("deal_no", "step", *columns))


def judged(process: Process, conformance: Conformance, states: ibis.Table) -> ibis.Table:
    """The violations that count: constraint, deal_no, pos.

    A required step counts as skipped where its state says so, which is where the process expected it. A step that was
    never done is not out of order as well. Rules written directly are judged on every deal as it stands.
    """
    meanings = _meanings(process, conformance)
    skips = meanings.filter(_.kind == Kind.SKIPPED.value)
    orders = meanings.filter(_.kind == Kind.OUT_OF_ORDER.value)
    skipped = states.filter(_.skipped).join(skips, "step").select("constraint", "deal_no", pos=ibis.null("int32"))
    others = conformance.broken.anti_join(skips, "constraint")
    misplaced = others.join(orders, "constraint").semi_join(_done(process, conformance.log), ["deal_no", "step"])
    return ibis.union(skipped, misplaced.select("constraint", "deal_no", "pos"), others.anti_join(orders, "constraint"))


def fitness(conformance: Conformance, violations: ibis.Table) -> ibis.Table:
    """Per deal the share of all constraints that it keeps: deal_no, broken, fitness from 0 to 1."""
    counts = violations.select("constraint", "deal_no").distinct().group_by("deal_no").agg(broken=_.count())
    return conformance.log.cases.left_join(counts, "deal_no").select(
        "deal_no",
        broken=_.broken.fill_null(0),
        fitness=1 - _.broken.fill_null(0) / max(len(conformance.constraints), 1),
    )


_DEAL_START = -1
"""Stands for entering a stage in which deals begin unmentioned; no activity has this number."""
_NEVER = -2
"""Stands for entering a stage that no deal has reached."""


def _prescribed(process: Process, log: EventLog) -> ibis.Table:
    numbers = dict.fromkeys(stages_at_start(process, log), _DEAL_START) | log.activity_numbers()
    rows = {
        "step": range(len(process.steps)),
        "required": [step.required for step in process.steps],
        "stage_position": [process.stages.index(step.stage) for step in process.steps],
        "stage_activity": [numbers.get(STAGE_ACTIVITY + step.stage, _NEVER) for step in process.steps],
        "deadline": [_microseconds(step.within) for step in process.steps],
    }
    types = {
        "step": "int16",
        "required": "bool",
        "stage_position": "int16",
        "stage_activity": "int16",
        "deadline": "int64",
    }
    return small_table(rows, types)


def _microseconds(duration: timedelta | None) -> int | None:
    return None if duration is None else duration // timedelta(microseconds=1)


def _entries(process: Process, log: EventLog) -> ibis.Table:
    """When each deal first entered each stage, or passed it by for a later one: deal_no, activity, entered_at."""
    known = _stage_activities(process, log)
    later = known.rename(later="activity", later_position="position")
    reached = known.join(later, known.position <= later.later_position).select("activity", "later")
    entries = log.events.select("deal_no", "at", later="activity").join(reached, "later").drop("later")
    starts = log.events.filter(_.pos == 0).select("deal_no", "at", activity=ibis.literal(_DEAL_START, "int16"))
    every = entries.select("deal_no", "at", "activity").union(starts)
    return every.group_by("deal_no", "activity").agg(entered_at=_.at.min())


def _furthest(process: Process, log: EventLog) -> ibis.Table:
    """The position of the furthest stage that each deal entered: deal_no, furthest."""
    stages = _stage_activities(process, log)
    return log.events.join(stages, "activity").group_by("deal_no").agg(furthest=_.position.max())


def _stage_activities(process: Process, log: EventLog) -> ibis.Table:
    """The stages that the record knows: position, activity."""
    numbers = log.activity_numbers()
    known = [(n, numbers[STAGE_ACTIVITY + s]) for n, s in enumerate(process.stages) if STAGE_ACTIVITY + s in numbers]
    rows = {"position": [n for n, _activity in known], "activity": [activity for _n, activity in known]}
    return small_table(rows, {"position": "int16", "activity": "int16"})


def _done(process: Process, log: EventLog) -> ibis.Table:
    """Which deals did which steps at some time: deal_no, step."""
    return log.events.join(_step_activities(process, log), "activity").select("deal_no", "step").distinct()


def _step_activities(process: Process, log: EventLog) -> ibis.Table:
    numbers = log.activity_numbers()
    known = [(n, numbers[a]) for n, step in enumerate(process.steps) for a in step.activities if a in numbers]
    rows = {"step": [n for n, _activity in known], "activity": [activity for _n, activity in known]}
    return small_table(rows, {"step": "int16", "activity": "int16"})


def _meanings(process: Process, conformance: Conformance) -> ibis.Table:
    """Which step each constraint came from and what breaking it means; of the constraints that came from steps."""
    positions = {step.id: n for n, step in enumerate(process.steps)}
    known = [(n, positions[c.step], c.kind.value) for n, c in enumerate(conformance.constraints) if c.step in positions]
    rows = dict(zip(("constraint", "step", "kind"), zip(*known, strict=True) if known else ((), (), ()), strict=True))
    return small_table(rows, {"constraint": "int16", "step": "int16", "kind": "string"})


def _steps(judgement: Judgement) -> tuple[StepAdherence, ...]:
    process, states = judgement.process, judgement.states
    counts = states.group_by("step").agg(
        entered=_.count(),
        done=_.done.sum(),
        pending=_.pending.sum(),
        excused=_.excused.sum(),
        due=(_.settled & (_.done | _.skipped)).sum(),
        kept=(_.settled & _.done & ~_.late & ~_.out_of_order).sum(),
        late_of_due=(_.settled & _.late).sum(),
    )
    meanings = _meanings(process, judgement.conformance)
    pairs = judgement.violations.join(meanings, "constraint").select("step", "kind", "deal_no").distinct()
    kinds = (Kind.SKIPPED, Kind.LATE, Kind.OUT_OF_ORDER)
    deviations = pairs.group_by("step").agg(**{kind.value: (_.kind == kind.value).sum() for kind in kinds})
    found: dict[int, dict[str, int]] = {n: {} for n in range(len(process.steps))}
    for row in [*counts.to_pyarrow().to_pylist(), *deviations.to_pyarrow().to_pylist()]:
        found[row.pop("step")] |= row
    nothing = dict.fromkeys(
        ("entered", "due", "done", "skipped", "late", "out_of_order", "pending", "excused", "kept", "late_of_due"), 0
    )
    return tuple(
        StepAdherence(step.id, step.name or step.id, step.stage, step.required, **nothing | found[n])
        for n, step in enumerate(process.steps)
    )


def _groups(process: Process, states: ibis.Table, by: str) -> tuple[GroupAdherence, ...]:
    due = states.settled & (states.done | states.skipped)
    kept = due & states.done & ~states.late & ~states.out_of_order
    named = states.mutate(group=states[by], was_due=due, was_kept=kept).filter(_.group.notnull() & _.was_due)
    per_step = named.group_by("group", "step").agg(due=_.count(), kept=_.was_kept.sum()).to_pyarrow().to_pylist()
    deals = named.group_by("group").agg(deals=_.deal_no.nunique()).to_pyarrow().to_pylist()
    steps: dict[str, dict[str, tuple[int, int]]] = {}
    for row in sorted(per_step, key=lambda row: (row["group"], row["step"])):
        steps.setdefault(row["group"], {})[process.steps[row["step"]].id] = (row["due"], row["kept"])
    numbers = {row["group"]: row["deals"] for row in deals}
    return tuple(
        GroupAdherence(
            group, numbers[group], sum(d for d, _k in found.values()), sum(k for _d, k in found.values()), found
        )
        for group, found in steps.items()
    )
