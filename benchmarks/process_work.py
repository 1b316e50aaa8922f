"""The work that is measured, one process each: `python -m benchmarks.process_work TOOL WORK HOME`."""

import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from afteraction.analysis.conformance import Conformance, check
from afteraction.analysis.declare import Formula
from afteraction.analysis.directly_follows import directly_follows
from afteraction.analysis.event_log import EventLog, prepare
from afteraction.analysis.happened import happened
from afteraction.analysis.rules import Rule
from afteraction.analysis.sequences import grouped, histories
from afteraction.analysis.traces import Traces
from afteraction.analysis.variants import variants
from afteraction.analysis.violations import violations
from afteraction.lake.cache import MemoryCache
from afteraction.lake.engine import Record, connect
from afteraction.lake.home import Home
from afteraction.lake.store import Lake
from afteraction.process.model import STAGE_ACTIVITY
from benchmarks.measure import report
from benchmarks.pm4py_model import model_in_pm4py, numbers_of
from benchmarks.process_data import lake_files, model, open_home, prepared

TOP = 10
PM4PY_NAMES = {"deal_id": "case:concept:name", "activity": "concept:name", "at": "time:timestamp"}


def columns(home: Home) -> tuple[float, Any, float]:
    """Read the deal, activity and time of every event: nothing that looks at all events can be faster."""
    started = time.perf_counter()
    record = open_home(home)
    found = [
        record.tables[table].agg(**{c: record.tables[table][c].max() for c in ("deal_id", activity, "at")}).to_pyarrow()
        for table, activity in (("touches", "activity"), ("stage_changes", "stage"))
    ]
    assert all(each.num_rows == 1 for each in found)
    return time.perf_counter() - started, None, 0.0


def preparing(home: Home) -> tuple[float, Any, float]:
    """Encode, sort and keep the log, from the lake's files."""
    shutil.rmtree(home.cache, ignore_errors=True)
    started = time.perf_counter()
    prepared(home, open_home(home))
    return time.perf_counter() - started, None, 0.0


def opening(home: Home) -> tuple[float, Any, float]:
    """Open the data version and its kept log."""
    _record, _log, reading = _opened(home)
    return reading, None, 0.0


def graph(home: Home) -> tuple[float, Any, float]:
    """The directly-follows graph with outcomes, from the kept log."""
    _record, log, reading = _opened(home)
    started = time.perf_counter()
    found = directly_follows(log)
    seconds = time.perf_counter() - started
    return seconds, _graph_answer({(e.before, e.after): e.count for e in found.edges if e.before and e.after}), reading


def ways(home: Home) -> tuple[float, Any, float]:
    """The variants, from the kept log."""
    record, log, reading = _opened(home)
    started = time.perf_counter()
    found = variants(record.tables, log, show=TOP)
    seconds = time.perf_counter() - started
    return seconds, [found.variants, found.longest, [each.deals for each in found.top]], reading


def ways_counted(home: Home) -> tuple[float, Any, float]:
    """How many deals took each variant, which is all that the peers say of them, from the kept log."""
    _record, log, reading = _opened(home)
    started = time.perf_counter()
    taken = log.variants.filter(_.length > 0)
    counts = taken.agg(variants=_.count(), longest=_.length.max()).to_pyarrow().to_pylist()[0]
    top = taken.order_by(_.deals.desc()).limit(TOP).deals.to_pyarrow().to_pylist()
    return time.perf_counter() - started, [counts["variants"], counts["longest"], top], reading


def rules_by_variant(home: Home) -> tuple[float, Any, float]:
    """Which variants break which of twenty rules by which event, and by how many deals, from the kept log."""
    record, log, reading = _opened(home)
    started = time.perf_counter()
    found = check(log, model(home), MemoryCache(record.con))
    broken = found.by_variant.filter(_["first"]).select("constraint", "variant").to_pyarrow()
    taken = log.variants.order_by("variant").select(deals=(_.length > 0).ifelse(_.deals, 0)).to_pyarrow()
    deals, counts = taken["deals"].to_numpy(), np.zeros(len(found.constraints))
    for batch in broken.to_batches():
        constraint, variant = (column.to_numpy() for column in batch.columns)
        counts += np.bincount(constraint, deals[variant - 1], len(counts))
    return time.perf_counter() - started, counts.astype(int).tolist(), reading


def rules_by_deal(home: Home) -> tuple[float, Any, float]:
    """Which deals break which of twenty rules, from the kept log: what the peers say."""
    record, log, reading = _opened(home)
    started = time.perf_counter()
    found, pairs = _pairs(home, record, log)
    return time.perf_counter() - started, _rules_answer(found, pairs), reading


def rules(home: Home, *, timed: bool = False) -> tuple[float, Any, float]:
    """Every violation of twenty rules by every deal, from the kept log."""
    record, log, reading = _opened(home)
    started = time.perf_counter()
    found, broken = _violations(home, record, log, timed)
    return time.perf_counter() - started, _rules_answer(found, broken), reading


def rules_once(home: Home) -> tuple[float, Any, float]:
    """The same from the lake's files, and nothing is kept for the next time: what the peers do."""
    started = time.perf_counter()
    record = open_home(home)
    snapshot = Lake(home).snapshot()
    tables = happened(record.tables, snapshot.at, snapshot.none_after)
    found, pairs = _pairs(home, record, prepare(tables))
    return time.perf_counter() - started, _rules_answer(found, pairs), 0.0


def rules_by_deal_from_files(home: Home) -> tuple[float, Any, float]:
    """The same where the log is prepared, kept, and then checked."""
    shutil.rmtree(home.cache, ignore_errors=True)
    started = time.perf_counter()
    record = open_home(home)
    found, pairs = _pairs(home, record, prepared(home, record))
    return time.perf_counter() - started, _rules_answer(found, pairs), 0.0


def rules_from_files(home: Home, *, timed: bool = False) -> tuple[float, Any, float]:
    """The same with every violation."""
    shutil.rmtree(home.cache, ignore_errors=True)
    started = time.perf_counter()
    record = open_home(home)
    found, broken = _violations(home, record, prepared(home, record), timed)
    return time.perf_counter() - started, _rules_answer(found, broken), 0.0


def _opened(home: Home) -> tuple[Record, EventLog, float]:
    started = time.perf_counter()
    record = open_home(home)
    log = prepared(home, record)
    return record, log, time.perf_counter() - started


def _pairs(home: Home, record: Record, log: EventLog) -> tuple[Conformance, pa.Table]:
    found = check(log, model(home), MemoryCache(record.con))
    return found, found.pairs.to_pyarrow()


def _violations(home: Home, record: Record, log: EventLog, timed: bool) -> tuple[Conformance, pa.Table]:
    found = check(log, model(home, timed=timed), MemoryCache(record.con))
    return found, found.broken.to_pyarrow()


def _rules_answer(found: Conformance, broken: pa.Table) -> list[int]:
    """How many deals break each rule. Deals without events are no cases to pm4py."""
    with_events = found.log.cases.filter(_.events > 0)
    pairs = ibis.memtable(broken.select(["constraint", "deal_no"])).distinct().semi_join(with_events, "deal_no")
    rows = pairs.group_by("constraint").agg(deals=_.count()).to_pyarrow().to_pylist()
    counts = {row["constraint"]: row["deals"] for row in rows}
    return [counts.get(n, 0) for n in range(len(found.constraints))]


def _graph_answer(counts: Mapping[tuple[str, str], int]) -> list[list[Any]]:
    return sorted([before, after, count] for (before, after), count in counts.items())


def pm4py_pandas(home: Home) -> Any:
    """The lake's files as pm4py's table, its events in our order."""
    import pandas as pd
    import pm4py

    files = lake_files(home)
    touches = pd.read_parquet(files["touches"], columns=["deal_id", "at", "activity", "source_order"]).assign(rank=1)
    moves = pd.read_parquet(files["stage_changes"], columns=["deal_id", "at", "stage", "source_order", "outcome"])
    moves = moves[moves["outcome"].isna()].sort_values(["deal_id", "at", "source_order"], kind="stable")
    first = ~moves["deal_id"].duplicated()
    moves = moves.assign(activity=STAGE_ACTIVITY + moves["stage"].astype(str), rank=first.map({True: 0, False: 2}))
    events = pd.concat([touches, moves[["deal_id", "at", "activity", "source_order", "rank"]]], ignore_index=True)
    events = events.sort_values(["deal_id", "at", "rank", "source_order"])
    return pm4py.format_dataframe(events.drop(columns=["rank", "source_order"]).rename(columns=PM4PY_NAMES))


def pm4py_polars(home: Home) -> Any:
    """The same as a table of polars, which reads only what it needs."""
    import pm4py
    import polars as pl

    files = lake_files(home)
    touches = pl.scan_parquet(files["touches"]).select("deal_id", "at", "activity", "source_order", rank=pl.lit(1))
    moves = pl.scan_parquet(files["stage_changes"]).filter(pl.col("outcome").is_null())
    moves = moves.sort("deal_id", "at", "source_order")
    moves = moves.select(
        "deal_id",
        "at",
        "source_order",
        activity=pl.lit(STAGE_ACTIVITY) + pl.col("stage"),
        rank=pl.when(pl.col("deal_id").is_first_distinct()).then(0).otherwise(2),
    )
    events = pl.concat([touches, moves.select("deal_id", "at", "activity", "source_order", "rank")])
    events = events.sort("deal_id", "at", "rank", "source_order").drop("rank", "source_order").rename(PM4PY_NAMES)
    return pm4py.format_dataframe(events).collect().lazy()


def with_pm4py(home: Home, read: Callable[[Home], Any], work: str) -> tuple[float, Any, float]:
    """The same work by pm4py; reading and formatting its table is timed apart."""
    import pm4py

    started = time.perf_counter()
    log = read(home)
    reading = time.perf_counter() - started
    rules = model(home)
    started = time.perf_counter()
    if work == "preparing":
        return reading, None, 0.0
    if work == "graph":
        counts, _starts, _ends = pm4py.discover_dfg(log)
        seconds = time.perf_counter() - started
        return seconds, _graph_answer(counts), reading
    if work == "ways counted":
        found = pm4py.get_variants(log)
        seconds = time.perf_counter() - started
        deals = sorted(found.values(), reverse=True)
        return seconds, [len(found), max(map(len, found)), deals[:TOP]], reading
    judged = pm4py.conformance_declare(log, model_in_pm4py(rules))
    seconds = time.perf_counter() - started
    counts = [0] * len(rules)
    for case in judged:
        for number in numbers_of(case["deviations"], rules):
            counts[number] += 1
    return seconds, counts, reading


OURS: Mapping[str, Callable[[Home], tuple[float, Any, float]]] = {
    "columns": columns,
    "preparing": preparing,
    "opening": opening,
    "graph": graph,
    "ways counted": ways_counted,
    "ways": ways,
    "rules by variant": rules_by_variant,
    "rules by deal": rules_by_deal,
    "rules": rules,
    "timed": lambda home: rules(home, timed=True),
    "rules once": rules_once,
    "rules by deal from files": rules_by_deal_from_files,
    "rules from files": rules_from_files,
    "timed from files": lambda home: rules_from_files(home, timed=True),
}
READERS = {"pm4py pandas": pm4py_pandas, "pm4py polars": pm4py_polars}


def load_compiled() -> None:
    """Load, and where they never ran compile, the functions that check rules; a process does so once."""
    one_event = np.zeros(1, np.int64)
    traces = Traces(0, np.array([0, 1]), one_event.astype(np.int16), one_event)
    operand = np.zeros(2, np.bool_)
    violations([Rule(0, Formula.RESPONSE, operand, operand)], traces)
    columns = {
        "deal_no": pa.int32(),
        "at": pa.timestamp("us", "UTC"),
        "source_order": pa.int64(),
        "activity": pa.int16(),
    }
    table = pa.table({name: pa.array([0], pa.int64()).cast(kind) for name, kind in columns.items()})
    grouped(histories(table, 1, np.zeros(1, np.bool_)))


def main(tool: str, work: str, folder: str) -> None:
    home = Home.at(Path(folder))
    connect(home)  # so that what is loaded on first use is not timed
    if tool not in READERS:
        load_compiled()
    found = with_pm4py(home, READERS[tool], work) if tool in READERS else OURS[work](home)
    seconds, answer, reading = found
    report(seconds, answer, reading)


if __name__ == "__main__":
    main(*sys.argv[1:])
