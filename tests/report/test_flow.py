"""What comes after what among the steps of a process alone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import ibis
import pyarrow as pa
import pytest

from afteraction.analysis.event_log import EventLog, prepare
from afteraction.lake.schema import TABLES, Table
from afteraction.process.model import Process, Step
from afteraction.report.flow import step_flow

START = datetime(2024, 1, 1, tzinfo=UTC)


def _record(deals: list[list[str]]) -> tuple[Mapping[str, ibis.Table], EventLog]:
    """Deals by what happened in them, an hour apart; `> Propose` enters a stage."""
    rows: dict[str, list[dict[str, object]]] = {"deals": [], "stage_changes": [], "touches": []}
    for number, happenings in enumerate(deals):
        rows["deals"].append({"deal_id": f"d{number}", "outcome": "won"})
        for hour, what in enumerate(happenings):
            at = START + timedelta(hours=hour)
            if what.startswith("> "):
                rows["stage_changes"].append({"deal_id": f"d{number}", "at": at, "stage": what[2:]})
            else:
                touch = f"t{number}-{hour}"
                rows["touches"].append({"touch_id": touch, "deal_id": f"d{number}", "activity": what, "at": at})
    engine = ibis.duckdb.connect(":memory:")
    tables = {
        name: engine.create_table(name, ibis.memtable(_table(table, rows.get(name, []))))
        for name, table in TABLES.items()
    }
    return tables, prepare(tables, lambda name, table: engine.create_table(name, table, temp=True))


def _table(table: Table, rows: list[dict[str, object]]) -> pa.Table:
    nullable = pa.schema([pa.field(column.name, column.type) for column in table.columns])
    return pa.Table.from_pylist(rows, schema=nullable)


def _process(**stages: list[str]) -> Process:
    steps = tuple(Step(activity, stage, (activity,)) for stage, done in stages.items() for activity in done)
    return Process("p", 1, tuple(stages), steps)


def _edges(deals: list[list[str]], process: Process) -> dict[tuple[str | None, str | None], int]:
    _tables, log = _record(deals)
    return {(edge.before, edge.after): edge.count for edge in step_flow(log, process).edges}


def test_what_is_no_step_is_looked_through() -> None:
    deals = [["> Qualify", "call", "mail", "> Propose", "mail", "offer"]] * 3
    edges = _edges(deals, _process(Qualify=["call"], Propose=["offer"]))
    assert edges["call", "stage: Propose"] == 3
    assert edges["stage: Propose", "offer"] == 3
    assert not any("mail" in pair for pair in edges)


def test_a_step_that_is_done_at_any_time_is_left_out_and_the_others_stay() -> None:
    deals = [["> Qualify", "call", "mail", "> Propose", "mail", "offer", "mail", "mail"]] * 3
    edges = _edges(deals, _process(Qualify=["call", "mail"], Propose=["offer"]))
    assert not any("mail" in pair for pair in edges)
    assert edges["call", "stage: Propose"] == 3
    assert edges["stage: Propose", "offer"] == 3


def test_the_first_step_of_a_stage_that_nobody_enters_follows_the_stage_before() -> None:
    deals = [["call", "demo", "offer", "contract"]] * 3
    edges = _edges(deals, _process(Qualify=["call", "demo"], Propose=["offer", "contract"]))
    assert edges["demo", "offer"] == 3


@pytest.mark.parametrize("deals", [[], [[]], [["mail"]]])
def test_a_record_without_any_step_has_no_edges_between_steps(deals: list[list[str]]) -> None:
    edges = _edges(deals, _process(Qualify=["call"]))
    assert not any(before and after for before, after in edges)
