"""Traces as plain lists, the engine's answer about them, and random ones for comparisons with other implementations."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import ibis
import pyarrow as pa

from afteraction.analysis.conformance import check
from afteraction.analysis.event_log import EventLog, prepare
from afteraction.lake.schema import TABLES
from afteraction.process.model import STAGE_ACTIVITY, Constraint, Operand, Template

Trace = list[tuple[str, datetime]]
Violation = tuple[str, int, int | None]
"""A deal, the number of a constraint, and the position of the event that broke it, if any."""

START = datetime(2026, 1, 1, tzinfo=UTC)
ACTIVITIES = ("call", "mail", "demo", "offer", f"{STAGE_ACTIVITY}Propose")
ABSENT = "never logged"


class Engine:
    """One DuckDB in which logs are made of traces, again and again."""

    def __init__(self) -> None:
        self.con = ibis.duckdb.connect()
        self.con.con.execute("SET TimeZone = 'UTC'")
        self.con.con.execute("SET preserve_insertion_order = false")

    def keep(self, name: str, table: ibis.Table) -> ibis.Table:
        return self.con.create_table(name, table, temp=True, overwrite=True)

    def log(self, traces: Mapping[str, Trace]) -> EventLog:
        """The prepared log of deals with these events, in the order given wherever times are equal."""
        deals, touches, moves = [], [], []
        for deal, trace in traces.items():
            deals.append({"deal_id": deal, "outcome": "open"})
            for number, (activity, at) in enumerate(trace):
                event = {"deal_id": deal, "at": at, "source_order": number}
                if activity.startswith(STAGE_ACTIVITY):
                    moves.append(event | {"stage": activity.removeprefix(STAGE_ACTIVITY)})
                else:
                    touches.append(event | {"touch_id": f"{deal}/{number:04}", "activity": activity})
        rows = {"deals": deals, "touches": touches, "stage_changes": moves}
        tables = {n: self.keep(n, ibis.memtable(pa.Table.from_pylist(r, schema=_nullable(n)))) for n, r in rows.items()}
        return prepare(tables, self.keep)

    def violations(
        self, log: EventLog, constraints: Sequence[Constraint], at_start: Sequence[str] = ()
    ) -> set[Violation]:
        """Every violation; fails when one is given twice."""
        found = check(log, constraints, self.keep, at_start).broken.join(log.cases, "deal_no")
        rows = found.select("deal_id", "constraint", "pos").to_pyarrow().to_pylist()
        violations = [(row["deal_id"], row["constraint"], row["pos"]) for row in rows]
        assert len(set(violations)) == len(violations)
        return set(violations)

    def pairs(self, log: EventLog, constraints: Sequence[Constraint]) -> set[tuple[str, int]]:
        """The deals and the numbers of the constraints that they break."""
        found = check(log, constraints, self.keep).pairs.join(log.cases, "deal_no")
        rows = found.select("deal_id", "constraint").to_pyarrow().to_pylist()
        pairs = [(row["deal_id"], row["constraint"]) for row in rows]
        assert len(set(pairs)) == len(pairs)
        return set(pairs)


def _nullable(table: str) -> pa.Schema:
    return pa.schema([field.with_nullable(True) for field in TABLES[table].arrow])


def trace(activities: str | Iterable[str], *days: float) -> Trace:
    """Events one day apart, or on the days given: `trace("ab")`, `trace(["call", "mail"], 0, 2.5)`."""
    names = list(activities)
    return [(name, START + timedelta(days=day)) for name, day in zip(names, days or range(len(names)), strict=True)]


def operand(*activities: str) -> Operand:
    return Operand(activities[0] if len(activities) == 1 else "any of " + ", ".join(activities), activities)


def random_log(rng: random.Random, deals: int = 12, longest: int = 9) -> dict[str, Trace]:
    """Traces with ties, without events, of one event, and longer ones, over few activities so that rules meet them.

    A stage is entered at most once at an instant: the record holds a move once.
    """
    return {f"deal {number}": _random_trace(rng, rng.choice((0, 1, 1, *range(longest + 1)))) for number in range(deals)}


def _random_trace(rng: random.Random, length: int) -> Trace:
    hours = sorted(rng.randint(0, max(1, length * rng.choice((1, 12, 30)))) for _event in range(length))
    events: Trace = []
    for hour in hours:
        at = START + timedelta(hours=hour)
        free = [a for a in ACTIVITIES if not (a.startswith(STAGE_ACTIVITY) and (a, at) in events)]
        events.append((rng.choice(free), at))
    return as_recorded(events)


def as_recorded(events: Trace) -> Trace:
    """Events in the order in which the log has those of one instant: first stage entry, touches, later entries."""
    moves = [n for n, (activity, _at) in enumerate(events) if activity.startswith(STAGE_ACTIVITY)]
    rank = dict.fromkeys(moves, 2) | dict.fromkeys(moves[:1], 0)
    return [events[n] for n in sorted(range(len(events)), key=lambda n: (events[n][1], rank.get(n, 1), n))]


def random_model(rng: random.Random, size: int = 20, *, timed: bool = True, several: bool = True) -> list[Constraint]:
    """Constraints of all templates in turn, with operands that overlap, are the same, or never occur."""
    templates = list(Template)
    rng.shuffle(templates)
    return [_random_constraint(rng, templates[n % len(templates)], timed, several) for n in range(size)]


def _random_constraint(rng: random.Random, template: Template, timed: bool, several: bool) -> Constraint:
    def some() -> Operand:
        return operand(*rng.sample((*ACTIVITIES, ABSENT), rng.choice((1, 1, 2)) if several else 1))

    first = some()
    second = None if template.unary else first if rng.random() < 0.1 else some()
    within = timedelta(hours=rng.choice((0, 1, 5, 24, 100))) if timed and rng.random() < 0.5 else None
    counted = several and template in (Template.EXISTENCE, Template.ABSENCE)
    return Constraint(template, first, second, within, rng.choice((1, 2, 3)) if counted else 1)
