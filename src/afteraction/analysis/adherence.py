"""Who does which step of the process: done, skipped, late or out of order; by deal, rep, team, segment and month.

Every deal is held against the version of the process that was in force when it began.

A step is *due* once the deal has entered its stage, or passed it by for a later one. It is judged *skipped* only when
it can no longer be called pending: a deal that is open and has not moved on may still do it, and a deal that was given
up before the step's deadline had passed did not skip it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Final

import ibis
from ibis import _

from afteraction.analysis.conformance import Conformance, check
from afteraction.analysis.deals_of_version import logs_of_versions
from afteraction.analysis.event_log import EventLog, Keep
from afteraction.analysis.small_tables import small_table
from afteraction.process.compile import compile_process
from afteraction.process.model import STAGE_ACTIVITY, Kind, Process, Step
from afteraction.process.versions import DatedProcess, Versions, versions_of


@dataclass(frozen=True)
class Held:
    """One version of a process held against the deals that began under it, as tables.

    Deals are numbered as in the log of `conformance`, which holds no others, steps as in `process`. `states`: the state
    of every step in every deal (`step_states`); `violations`: constraint, deal_no, pos (`judged`).
    """

    process: Process
    since: datetime | None
    conformance: Conformance
    states: ibis.Table
    violations: ibis.Table


@dataclass(frozen=True)
class Judgement:
    """A process held against every deal, each against the version in force when the deal began.

    `held` are the versions, oldest first. `states` has those of all: deals numbered as in the whole `log`, `step` the
    place in `versions.steps`, `version` the place of the version.
    """

    versions: Versions
    log: EventLog
    held: tuple[Held, ...]
    states: ibis.Table

    @property
    def process(self) -> Process:
        """The newest version."""
        return self.versions.newest


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
    """How the process is followed. Months are those in which the step's stage was entered.

    `steps` are those of the newest version, over the deals whose version has them, `given_up` those that only earlier
    versions had. Versions, by their number, are those that deals are held against.
    """

    steps: tuple[StepAdherence, ...]
    by_owner: tuple[GroupAdherence, ...]
    by_team: tuple[GroupAdherence, ...]
    by_segment: tuple[GroupAdherence, ...]
    by_month: tuple[GroupAdherence, ...]
    by_version: tuple[GroupAdherence, ...] = ()
    given_up: tuple[StepAdherence, ...] = ()


def judge(process: Process | Versions, tables: Mapping[str, ibis.Table], log: EventLog, keep: Keep) -> Judgement:
    """Hold a process, or each of its versions, against every deal. Linear in events, whatever the versions."""
    versions = versions_of(process)
    held = tuple(
        _held(dated, tables, own, own_keep) for dated, own, own_keep in logs_of_versions(versions, tables, log, keep)
    )
    return Judgement(versions, log, held, _states_of_all(versions, held, keep))


def _held(dated: DatedProcess, tables: Mapping[str, ibis.Table], log: EventLog, keep: Keep) -> Held:
    process = dated.process
    conformance = check(log, compile_process(process), keep, stages_at_start(process, log))
    states = step_states(process, conformance, tables, keep)
    violations = keep("violations", judged(process, conformance, states))
    return Held(process, dated.since, conformance, states, violations)


def _states_of_all(versions: Versions, held: Sequence[Held], keep: Keep) -> ibis.Table:
    if len(held) == 1:
        return held[0].states.mutate(version=ibis.literal(0, "int16"))
    places = {step.id: place for place, step in enumerate(versions.steps)}
    parts = []
    for number, each in enumerate(held):
        steps = {"own": range(len(each.process.steps)), "step": [places[step.id] for step in each.process.steps]}
        numbers = each.conformance.log.cases.select("deal_no", "whole")
        own = each.states.rename(own="step").join(small_table(steps, {"own": "int16", "step": "int16"}), "own")
        own = own.join(numbers, "deal_no").drop("deal_no", "own").rename(deal_no="whole")
        parts.append(own.select(*_STATE, version=ibis.literal(number, "int16")))
    return keep("states_of_all_versions", ibis.union(*parts))


def stages_at_start(process: Process, log: EventLog) -> frozenset[str]:
    """The activities of the stages before the first one that the record mentions; of all where it mentions none.

    Deals begin in them. A later stage that the record does not mention is one that no deal has reached.
    """
    numbers = log.activity_numbers()
    return frozenset(takewhile(lambda name: name not in numbers, (STAGE_ACTIVITY + s for s in process.stages)))


def adherence(judgement: Judgement, tables: Mapping[str, ibis.Table]) -> Adherence:
    """Adherence to every step of any version, over the deals that were held against a version with it."""
    steps, states = judgement.versions.steps, judgement.states
    people = tables["people"].select(owner="person_id", team="team")
    deals = tables["deals"].select("deal_id", "owner", "segment").left_join(people, "owner").drop("owner_right")
    deals = judgement.log.cases.join(deals, "deal_id").select("deal_no", "owner", "segment", "team")
    grouped = states.filter(_.required).join(deals, "deal_no").mutate(month=_.entered_at.strftime("%Y-%m"))
    every, now = _steps(judgement), len(judgement.process.steps)
    return Adherence(
        steps=every[:now],
        by_owner=_groups(steps, grouped, "owner"),
        by_team=_groups(steps, grouped, "team"),
        by_segment=_groups(steps, grouped, "segment"),
        by_month=_groups(steps, grouped, "month"),
        by_version=tuple(
            replace(found, group=str(judgement.held[int(found.group)].process.version))
            for found in _groups(steps, grouped, "version")
        ),
        given_up=every[now:],
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
    return keep("step_states", states.select(*_STATE))


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


def mean_fitness(judgement: Judgement) -> float:
    """The mean over all deals of the share of its own version's rules that each keeps."""
    parts = [fitness(each.conformance, each.violations).select("fitness") for each in judgement.held]
    [mean] = ibis.union(*parts).agg(mean=_.fitness.mean()).to_pyarrow()["mean"].to_pylist()
    return float(mean)


def fitness(conformance: Conformance, violations: ibis.Table) -> ibis.Table:
    """Per deal the share of all constraints that it keeps: deal_no, broken, fitness from 0 to 1."""
    counts = violations.select("constraint", "deal_no").distinct().group_by("deal_no").agg(broken=_.count())
    return conformance.log.cases.left_join(counts, "deal_no").select(
        "deal_no",
        broken=_.broken.fill_null(0),
        fitness=1 - _.broken.fill_null(0) / max(len(conformance.constraints), 1),
    )


_STATE: Final = (
    "deal_no", "step", "required", "entered_at", "done", "pending", "excused", "skipped", "late", "out_of_order",
    "settled",
)  # fmt: skip
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
    steps = judgement.versions.steps
    # A step that a version does not require cannot be skipped there: beside versions that do, its deals do not count.
    optional = [place for place, step in enumerate(steps) if not step.required]
    states = judgement.states.mutate(judged=_.settled & (_.required | _.step.isin(optional)))
    counts = states.group_by("step").agg(
        entered=_.count(),
        done=_.done.sum(),
        pending=_.pending.sum(),
        excused=_.excused.sum(),
        due=(_.judged & (_.done | _.skipped)).sum(),
        kept=(_.judged & _.done & ~_.late & ~_.out_of_order).sum(),
        late_of_due=(_.judged & _.late).sum(),
    )
    nothing = dict.fromkeys(
        ("entered", "due", "done", "skipped", "late", "out_of_order", "pending", "excused", "kept", "late_of_due"), 0
    )
    found = {step.id: dict(nothing) for step in steps}
    for row in counts.to_pyarrow().to_pylist():
        found[steps[row.pop("step")].id] |= row
    for each in judgement.held:
        for step, kind, deals in _deviating(each):
            found[step][kind] += deals
    return tuple(
        StepAdherence(step.id, step.name or step.id, step.stage, step.required, **found[step.id]) for step in steps
    )


def _deviating(held: Held) -> Iterator[tuple[str, str, int]]:
    """In how many deals each step was skipped, late or out of order: its id, which of these, deals."""
    meanings = _meanings(held.process, held.conformance)
    pairs = held.violations.join(meanings, "constraint").select("step", "kind", "deal_no").distinct()
    kinds = (Kind.SKIPPED, Kind.LATE, Kind.OUT_OF_ORDER)
    counts = pairs.group_by("step").agg(**{kind.value: (_.kind == kind.value).sum() for kind in kinds})
    for row in counts.to_pyarrow().to_pylist():
        yield from ((held.process.steps[row["step"]].id, kind.value, row[kind.value]) for kind in kinds)


def _groups(steps: Sequence[Step], states: ibis.Table, by: str) -> tuple[GroupAdherence, ...]:
    due = states.settled & (states.done | states.skipped)
    kept = due & states.done & ~states.late & ~states.out_of_order
    named = states.mutate(group=states[by], was_due=due, was_kept=kept).filter(_.group.notnull() & _.was_due)
    per_step = named.group_by("group", "step").agg(due=_.count(), kept=_.was_kept.sum()).to_pyarrow().to_pylist()
    deals = named.group_by("group").agg(deals=_.deal_no.nunique()).to_pyarrow().to_pylist()
    counts: dict[Any, dict[str, tuple[int, int]]] = {}
    for row in sorted(per_step, key=lambda row: (row["group"], row["step"])):
        counts.setdefault(row["group"], {})[steps[row["step"]].id] = (row["due"], row["kept"])
    numbers = {row["group"]: row["deals"] for row in deals}
    return tuple(
        GroupAdherence(
            str(group), numbers[group], sum(d for d, _k in found.values()), sum(k for _d, k in found.values()), found
        )
        for group, found in counts.items()
    )
