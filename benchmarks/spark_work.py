"""One engine's results about one record, and the seconds they took: `python -m benchmarks.spark_work ENGINE HOME OUT`.

Results are written to the folder OUT: `deviations.parquet`, `rules.parquet`, `frame.parquet`, `figures.json`,
`process.yaml`.
"""

import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from afteraction.analysis.conformance import check
from afteraction.analysis.deal_frame import DealFrame, deal_frame
from afteraction.analysis.directly_follows import directly_follows, with_times
from afteraction.analysis.variants import variants
from afteraction.lake.home import Home
from afteraction.process.write import process_text
from afteraction.report.figures import figures, plain
from afteraction.report.version import OpenVersion, open_version
from benchmarks.measure import report
from benchmarks.process_data import model

PARTS = {
    "log": "opening, and preparing the event log",
    "graph": "directly-follows graph with times, and variants",
    "process": "discovery",
    "rules": "20 rules, then 20 with bounds in time: every violation",
    "deviations": "deviations from the process, written deal by deal",
    "frame": "one row of features a deal, brought to the driver",
    "figures": "all of `analyze --json`",
}


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started
        print(f"  {name}: {self.seconds[name]:.1f} s", file=sys.stderr, flush=True)


def work(engine: str, home: Path, out: Path) -> dict[str, float]:
    """Find everything with one engine. What DuckDB kept of earlier runs is deleted before."""
    shutil.rmtree(Home.at(home).cache, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    clock = _Clock()
    with clock.part("log"):
        opened = open_version(home, None, engine)
        version = opened.__enter__()
        version.log.counts.count().to_pyarrow()
    try:
        _found(version, clock, home, out)
    finally:
        opened.__exit__(None, None, None)
    return clock.seconds


def _found(version: OpenVersion, clock: _Clock, home: Path, out: Path) -> None:
    tables, log = version.record.tables, version.log
    with clock.part("graph"):
        seen = {"graph": with_times(directly_follows(log), log), "variants": variants(tables, log)}
    with clock.part("process"):
        process = version.followed_process()
    (out / "process.yaml").write_text(process_text(process), encoding="utf-8")
    if (home / "rules.json").exists():
        with clock.part("rules"):
            parts = []
            for timed in (False, True):
                broken = check(log, model(Home.at(home), timed=timed), version.keep).broken
                parts.append(broken.select("constraint", "deal_no", "pos").to_pyarrow())
            _write(pa.concat_tables([part.cast(parts[0].schema) for part in parts]), out / "rules.parquet")
    with clock.part("deviations"):
        version.write_deviations(process, out / "deviations.parquet")
    with clock.part("frame"):
        frame = deal_frame(tables, log, process)
    _write(_as_table(frame), out / "frame.parquet")
    del frame
    with clock.part("figures"):
        found = figures(version.study(None))
    text = json.dumps({**found, **{name: plain(each) for name, each in seen.items()}}, indent=1)
    (out / "figures.json").write_text(text, encoding="utf-8")


def _as_table(frame: DealFrame) -> pa.Table:
    texts = {"owner": frame.owner, "team": frame.team, "outcome": frame.outcome, "size": frame.size}
    texts |= {f"fact {name}": category for name, category in frame.categories.items()}
    columns = {"deal_no": frame.deal_no, "created": frame.created, "closed": frame.closed, "amount": frame.amount}
    columns |= {f"entered {n}": frame.entered[:, n] for n in range(frame.entered.shape[1])}
    columns |= {f"done {n}": frame.done[:, n] for n in range(frame.done.shape[1])}
    named = {name: np.array([*category.levels, None], dtype=object)[category.codes] for name, category in texts.items()}
    # Empty where nothing happened: no NaN equals another one.
    numbers = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
    return pa.table({"deal_id": frame.deal_id, **numbers, **{n: pa.array(v, pa.string()) for n, v in named.items()}})


def _write(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path)


if __name__ == "__main__":
    started = time.perf_counter()
    seconds = work(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    report(time.perf_counter() - started, seconds)
