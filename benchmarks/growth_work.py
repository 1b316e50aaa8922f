"""The work whose growth is measured, one process each: `python -m benchmarks.growth_work WORK HOME EVENTS`."""

import contextlib
import io
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis import _

from afteraction.analysis.conformance import check
from afteraction.analysis.directly_follows import directly_follows
from afteraction.analysis.event_log import EventLog
from afteraction.analysis.variants import variants
from afteraction.lake.cache import MemoryCache
from afteraction.lake.engine import connect
from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES as SCHEMA
from afteraction.lake.store import Lake
from afteraction.lake.writer import open_writer
from benchmarks.measure import report
from benchmarks.process_data import import_files, model, open_home, prepared, simulated_files
from benchmarks.process_work import load_compiled

EVERY = 100
"""Of so many deals one changes."""


def simulating(home: Home, events: int) -> tuple[float, Any]:
    """Write the tables of a simulated record into files."""
    started = time.perf_counter()
    shutil.rmtree(_simulated(home), ignore_errors=True)
    _simulated(home).mkdir(parents=True)
    simulated_files(home, _simulated(home), events)
    return time.perf_counter() - started, None


def importing(home: Home, events: int) -> tuple[float, Any]:
    """Merge the files into the lake."""
    for folder in (home.lake, home.cache):
        shutil.rmtree(folder, ignore_errors=True)
    started = time.perf_counter()
    import_files(home, _simulated(home), f"{events} simulated events")
    return time.perf_counter() - started, None


def encoding(home: Home, _events: int) -> tuple[float, Any]:
    """Encode, sort and keep the log of the newest data version, from the lake's files alone."""
    for folder in (home.cache, _simulated(home)):
        shutil.rmtree(folder, ignore_errors=True)
    return _encoded(home)


def encoding_after(home: Home, _events: int) -> tuple[float, Any]:
    """The same where the log of the version before is kept."""
    _forget_log(home)
    before = home.cache / str(Lake(home).snapshot().version - 1)
    if not any(before.glob("events-*.parquet")):
        raise SystemExit(f"{before}: no log of the version before; delete left.json beside it to begin again")
    return _encoded(home)


def encoding_anew(home: Home, _events: int) -> tuple[float, Any]:
    """The same where it is not; both must find the same."""
    after = _answer(open_home(home), home)
    shutil.rmtree(home.cache)
    seconds, found = _encoded(home)
    if found != after:
        raise SystemExit(f"encoded after the log before: {after}, from nothing: {found}")
    return seconds, found


def from_files(home: Home, events: int) -> tuple[float, Any]:
    """The directly-follows graph, the variants, and what breaks twenty rules, from the lake's files."""
    shutil.rmtree(home.cache, ignore_errors=True)
    return from_log(home, events)


def from_log(home: Home, _events: int) -> tuple[float, Any]:
    """The same from the kept log."""
    started = time.perf_counter()
    record = open_home(home)
    log = prepared(home, record)
    graph, ways = directly_follows(log), variants(record.tables, log)
    keep = MemoryCache(record.con)
    found = check(log, model(home), keep)
    broken = found.pairs.group_by("constraint").agg(deals=_.count()).order_by("constraint").to_pyarrow().to_pylist()
    seconds = time.perf_counter() - started
    return seconds, [len(graph.edges), getattr(ways, "variants", 0), broken]


def analyze(home: Home, _events: int) -> tuple[float, Any]:
    """The command, with all figures in a file."""
    from afteraction.cli import app

    figures = home.folder / "figures.json"
    started = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        app(["analyze", "--json", str(figures), "--home", str(home.folder)], standalone_mode=False)
    seconds = time.perf_counter() - started
    return seconds, {"characters of figures": len(figures.read_text(encoding="utf-8"))}


def changing(home: Home, _events: int) -> tuple[float, Any]:
    """Import a change: of one deal in a hundred one touch is another, and there is a new one."""
    with home.staging() as staging:
        _write_change(home, staging / "touches.parquet")
        started = time.perf_counter()
        with open_writer(Lake(home)) as writer:
            counts = writer.merge("touches", [staging / "touches.parquet"])
            writer.commit("one deal in a hundred changed")
        return time.perf_counter() - started, {"new": counts.new, "changed": counts.changed}


def _write_change(home: Home, path: Path) -> None:
    touches = open_home(home).tables["touches"]
    chosen = touches.filter(_.deal_id.hash().abs() % EVERY == 0).group_by("deal_id").agg(touch_id=_.touch_id.max())
    was = touches.semi_join(chosen, "touch_id")
    moved = was.mutate(at=_.at + ibis.interval(hours=1))
    new = was.mutate(touch_id=_.touch_id + " more", at=_.at + ibis.interval(hours=2))
    columns = [field for field in SCHEMA["touches"].arrow if field.name in ("touch_id", "deal_id", "activity", "at")]
    found = ibis.union(moved, new).select(*(field.name for field in columns)).to_pyarrow()
    pq.write_table(found.cast(pa.schema(columns)), path)


def _encoded(home: Home) -> tuple[float, Any]:
    started = time.perf_counter()
    record = open_home(home)
    prepared(home, record)
    seconds = time.perf_counter() - started
    return seconds, _answer(record, home)


def _answer(record: Any, home: Home) -> dict[str, int]:
    """The sizes of a log, and sums that a deal in a wrong place would change."""
    log = prepared(home, record)
    found: dict[str, int] = {
        name: int(getattr(log, table).count().to_pyarrow().as_py())
        for name, table in (("events", "events"), ("deals", "cases"), ("variants", "variants"), ("edges", "edges"))
    }
    events = log.events
    # In whole numbers, and small ones: a sum of fractions hangs on the order of adding.
    second = events.at.epoch_seconds().cast("int64") % 9973
    mixed = (events.deal_no.cast("int64") * 31 + events.pos * 7 + events.activity) * second % 2_147_483_647
    found["mixed"] = int(events.agg(mixed=mixed.sum()).to_pyarrow()["mixed"][0].as_py())
    taken = log.cases.agg(mixed=(_.deal_no.cast("int64") * _.variant).sum()).to_pyarrow()
    return found | {"taken": int(taken["mixed"][0].as_py())}


def _forget_log(home: Home) -> None:
    """Remove the kept log of the newest version, and nothing else of what is kept for it."""
    folder = home.cache / str(Lake(home).snapshot().version)
    for field in fields(EventLog):
        for path in folder.glob(f"{field.name}-*.parquet"):
            path.unlink()


def _simulated(home: Home) -> Path:
    return home.folder / "simulated"


WORKS: Mapping[str, Callable[[Home, int], tuple[float, Any]]] = {
    "simulating": simulating,
    "importing": importing,
    "encoding": encoding,
    "from files": from_files,
    "from the log": from_log,
    "analyze": analyze,
    "changing": changing,
    "encoding after": encoding_after,
    "encoding anew": encoding_anew,
}


def main(work: str, folder: str, events: str) -> None:
    home = Home.at(Path(folder))
    home.folder.mkdir(parents=True, exist_ok=True)
    connect(home)  # so that what is loaded on first use is not timed
    if work not in ("simulating", "importing", "changing"):
        load_compiled()
    seconds, answer = WORKS[work](home, int(events))
    report(seconds, answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
