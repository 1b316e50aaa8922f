"""Attribution of many leads by all rules: time and memory.

    python -m benchmarks.attribution [--leads 1000000] [--touches 10] [--channels 12] [--write]

--write puts the table into benchmarks/README.md.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measure import Run, machine, report, run
from benchmarks.page import write_section
from benchmarks.truth_found import markdown

BEGIN: Final = "<!-- attribution: written by the command -->"
END: Final = "<!-- attribution: end -->"
_MODULE: Final = "benchmarks.attribution"
_LIMIT: Final = 900.0
_DAY: Final = 86_400_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--touches", type=int, default=10)
    parser.add_argument("--channels", type=int, default=12)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--work", choices=["lake", "paths"], help="what one measured process does")
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.work:
        _measured(chosen.work, chosen.folder)
        return
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), chosen.leads, chosen.touches, chosen.channels)
        runs = {work: run(_MODULE, "--work", work, "--folder", folder, limit=_LIMIT) for work in ("lake", "paths")}
    rows = [_row(_SAID[work], each) for work, each in runs.items()]
    told = f"{chosen.leads:,} leads with {chosen.touches} touches each by {chosen.channels} channels. {machine()}."
    table = markdown(("work", "reading, s", "attributing by six rules with intervals, s", "peak memory"), rows)
    sys.stdout.write(f"{told}\n\n{table}\n")
    if chosen.write:
        write_section(BEGIN, END, f"{told}\n\n{table}")


_SAID: Final = {
    "lake": "from the tables of leads, touches and deals as Parquet",
    "paths": "from paths that are arrays already",
}


def _row(said: str, made: Run) -> tuple[str, ...]:
    if made.trouble:
        return said, "–", made.trouble, "–"
    return said, f"{made.reading:.1f}", f"{made.seconds:.1f}", f"{made.peak_mb:,.0f} MB"


def make(folder: Path, leads: int, touches: int, channels: int) -> None:
    """Leads, a tenth of which is won, with their touches over the 60 days after they came in; paths hardly repeat."""
    rng = np.random.default_rng(1)
    number = np.arange(leads)
    ids = pa.array(np.char.add("L", np.char.zfill(number.astype(str), 8)))
    start = np.datetime64("2025-01-01", "us").astype(np.int64)
    created = start + rng.integers(0, 300 * _DAY, leads)
    won = rng.random(leads) < 0.1
    closed = created + rng.integers(_DAY, 90 * _DAY, leads)
    moment = pa.timestamp("us", tz="UTC")
    tables = {
        "leads": {
            "lead_id": ids,
            "source": pa.array(np.char.add("channel ", (number % channels).astype(str))),
            "created_at": pa.array(created).cast(moment),
            "converted_deal_id": pa.array(np.where(won, ids.to_numpy(zero_copy_only=False), None)),
        },
        "deals": {
            "deal_id": ids.filter(pa.array(won)),
            "outcome": pa.array(["won"] * int(won.sum())),
            "amount": pa.array(rng.exponential(5_000, int(won.sum()))),
            "created_at": pa.array(created[won]).cast(moment),
            "closed_at": pa.array(closed[won]).cast(moment),
        },
    }
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    lead = np.repeat(number, touches)
    names = pa.array([f"channel {place}" for place in range(channels)])
    found = {
        "touch_id": pa.array(np.arange(len(lead))).cast(pa.string()),
        "lead_id": ids.take(pa.array(lead)),
        "activity": pa.array(["Clicked"]).take(pa.array(np.zeros(len(lead), dtype=np.int32))),
        "at": pa.array(created[lead] + rng.integers(0, 60 * _DAY, len(lead))).cast(moment),
        "channel": names.take(pa.array(rng.integers(channels, size=len(lead)))),
    }
    pq.write_table(pa.table(found), folder / "lead_touches.parquet")


def _measured(work: str, folder: Path) -> None:
    import ibis

    from afteraction.analysis.attribution import attribute
    from afteraction.analysis.attribution_paths import CONVERTED, FAILED, Paths, lead_paths
    from afteraction.analysis.lead_frame import lead_frame
    from afteraction.lake.schema import TABLES

    rng = np.random.default_rng(2)
    begun = time.perf_counter()
    if work == "lake":
        engine = ibis.duckdb.connect(threads=2)
        engine.con.execute("SET TimeZone = 'UTC'")
        tables = {}
        for name, table in TABLES.items():
            empty = engine.create_table(f"no {name}", schema=ibis.schema(table.arrow))
            path = folder / f"{name}.parquet"
            if path.exists():
                there = engine.read_parquet(path)
                missing = {c: ibis.null(t) for c, t in empty.schema().items() if c not in there.columns}
                empty = there.mutate(**missing).select(*empty.columns)
            tables[name] = empty
        frame = lead_frame(tables)
        paths = lead_paths(tables, frame)
    else:
        touches = pq.read_table(folder / "lead_touches.parquet", columns=["channel"])["channel"].combine_chunks()
        codes = touches.dictionary_encode()
        leads = pq.read_metadata(folder / "leads.parquet").num_rows
        each = len(codes) // leads
        end = np.where(rng.random(leads) < 0.1, CONVERTED, FAILED).astype(np.int8)
        paths = Paths(
            tuple(codes.dictionary.to_pylist()),
            np.arange(leads + 1, dtype=np.int64) * each,
            codes.indices.to_numpy(),
            end,
            np.where(end == CONVERTED, 1.0, 0.0),
        )
    read = time.perf_counter()
    found = attribute(paths, rng)
    seconds = time.perf_counter() - read
    report(seconds, [found.conversions, found.leads], read - begun)


if __name__ == "__main__":
    main()
