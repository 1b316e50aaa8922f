"""A simulated record of a wanted number of events in a lake, and the rules to check.

`python -m benchmarks.process_data FOLDER EVENTS` makes it.
"""

import json
import random
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq

from afteraction.analysis.event_log import EventLog
from afteraction.lake.engine import Record, open_record
from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES as SCHEMA
from afteraction.lake.store import Lake
from afteraction.lake.writer import open_writer
from afteraction.process.model import STAGE_ACTIVITY, Constraint, Operand, Process, Template
from afteraction.report.kept_log import event_log
from afteraction.simulate import default_organisation, simulate, simulate_chunks
from benchmarks.measure import report

TABLES = ("deals", "stage_changes", "touches")
SEED = 4

# What a sales process would be checked for; of each template at least one, apart from those that pm4py reads otherwise.
RULES = (
    *[Template.EXISTENCE, Template.EXISTENCE, Template.ABSENCE, Template.EXACTLY_ONE, Template.INIT],
    *[Template.RESPONDED_EXISTENCE, Template.RESPONDED_EXISTENCE, Template.RESPONSE, Template.RESPONSE],
    *[Template.PRECEDENCE, Template.PRECEDENCE, Template.ALTERNATE_RESPONSE, Template.ALTERNATE_PRECEDENCE],
    *[Template.CHAIN_RESPONSE, Template.CHAIN_PRECEDENCE, Template.SUCCESSION, Template.ALTERNATE_SUCCESSION],
    *[Template.CHAIN_SUCCESSION, Template.CO_EXISTENCE, Template.NOT_CO_EXISTENCE],
)
BOUNDS = (3, 7, 14, 30)


def make(folder: Path, events: int) -> None:
    """Fill the home at `folder` with about so many simulated events, unless that was done before."""
    home = Home.at(folder)
    if (home.folder / "made.json").exists():
        return
    with home.staging() as staging:
        simulated_files(home, staging, events)
        import_files(home, staging, f"{events} simulated events")
    record = open_home(home)
    log = prepared(home, record)
    tables = {"events": log.events, "deals": log.cases, "variants": log.variants, "activities": log.activities}
    made = {name: table.count().to_pyarrow().as_py() for name, table in tables.items()}
    (home.folder / "made.json").write_text(json.dumps(made), encoding="utf-8")


def open_home(home: Home) -> Record:
    return open_record(home, Lake(home).snapshot())


def prepared(home: Home, record: Record) -> EventLog:
    """The prepared log as the product keeps it, from the cache if it is there."""
    lake = Lake(home)
    return event_log(lake, lake.snapshot(record.version), record)


def lake_files(home: Home) -> dict[str, list[str]]:
    """The lake's own files by table: what the peers read."""
    snapshot = Lake(home).snapshot()
    return {name: snapshot.files(name) for name in TABLES}


def model(home: Home, *, timed: bool = False) -> list[Constraint]:
    """Twenty rules over the steps and stages of the process, without or with a bound in time."""
    rules = json.loads((home.folder / "rules.json").read_text(encoding="utf-8"))
    return [
        Constraint(
            Template(template), *(Operand(o, (o,)) for o in operands), within=timedelta(days=days) if timed else None
        )
        for template, operands, days in rules
    ]


def simulated_files(home: Home, folder: Path, events: int) -> None:
    """Simulate as many deals as have so many events, as files in a folder; and the rules that they are checked for."""
    sample = simulate(default_organisation(), 5_000, SEED, tables=TABLES)
    each = (sample.tables["touches"].num_rows + sample.tables["stage_changes"]["outcome"].null_count) / 5_000
    for number, chunk in enumerate(simulate_chunks(default_organisation(), round(events / each), SEED, tables=TABLES)):
        for name, table in chunk.tables.items():
            pq.write_table(table.select(SCHEMA[name].names), folder / f"{name}-{number:05}.parquet")
    (home.folder / "rules.json").write_text(json.dumps(_rules(sample.process)), encoding="utf-8")


def import_files(home: Home, folder: Path, note: str) -> None:
    """Merge such files into the lake of a home, as an import does once it has read its sources."""
    with open_writer(Lake(home)) as writer:
        for name in TABLES:
            writer.merge(name, sorted(folder.glob(f"{name}-*.parquet")))
        writer.commit(note)


def _rules(process: Process) -> list[tuple[str, Sequence[str], int]]:
    """Each template with steps and stages of the process, and a number of days."""
    names = [STAGE_ACTIVITY + stage for stage in process.stages]
    names += [activity for step in process.steps for activity in step.activities]
    rng = random.Random(SEED)
    return [(t.value, rng.sample(names, 1 if t.unary else 2), rng.choice(BOUNDS)) for t in RULES]


if __name__ == "__main__":
    started = time.perf_counter()
    make(Path(sys.argv[1]), int(sys.argv[2]))
    report(time.perf_counter() - started, None)
