"""One data version, opened: its tables, its event log, and what can be made of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ibis

from afteraction.analysis.deviations import deviations
from afteraction.analysis.directly_follows import DirectlyFollows
from afteraction.analysis.discovery import discover
from afteraction.analysis.event_log import EventLog, prepare
from afteraction.analysis.study import Study, judge, study
from afteraction.errors import NotEnoughData, Refused
from afteraction.lake.cache import FileCache, MemoryCache
from afteraction.lake.engine import Record, open_record
from afteraction.lake.home import Home
from afteraction.lake.store import Lake
from afteraction.process.check import parse_file
from afteraction.process.model import Process
from afteraction.report.flow import step_flow

FOUND_NAME = "Process as followed"


@dataclass(frozen=True)
class OpenVersion:
    """A data version with its prepared event log; `keep` holds working tables while it is open.

    `simulated` says whose invention the data is; empty for a real record.
    """

    record: Record
    log: EventLog
    keep: MemoryCache
    simulated: str

    def study(self, process: Process | None) -> Study:
        """All findings; without a process on paper against the process that is followed."""
        return study(self.record.tables, self.log, self.record.version, process, self.keep, FOUND_NAME)

    def flow(self, process: Process) -> DirectlyFollows:
        """What comes after what among the steps and stages of a process."""
        return step_flow(self.record.tables, self.log, process)

    def followed_process(self) -> Process:
        """The process that people follow; raises Refused when the record has no events to find one in."""
        found = discover(self.record.tables, self.log, FOUND_NAME)
        if isinstance(found, NotEnoughData):
            raise Refused(found.reason, found.needed, "import touches and stage changes, then try again")
        return found.process

    def write_deviations(self, process: Process | None, path: Path) -> int:
        """Write every deviation to a Parquet file; returns how many there are."""
        held = process or self.followed_process()
        judgement = judge(held, self.record.tables, self.log, self.keep)
        table = deviations(judgement.conformance, judgement.violations)
        return write_parquet(table, path)


@contextmanager
def open_version(folder: Path, as_of: int | None = None) -> Iterator[OpenVersion]:
    """Open a data version of the home at `folder`, by default the newest. Its event log is kept for the next time."""
    home = Home.at(folder)
    snapshot = Lake(home).snapshot(as_of)
    record = open_record(home, snapshot)
    try:
        log = prepare(record.tables, FileCache(home, snapshot.version, record.con))
        yield OpenVersion(record, log, MemoryCache(record.con), home.simulated)
    finally:
        record.con.disconnect()


def read_process(path: Path | None) -> Process | None:
    """The process in a file, if one is named."""
    return parse_file(path) if path else None


def write_parquet(table: ibis.Table, path: Path) -> int:
    """Stream a table to a Parquet file, in its order, complete or not at all; returns the number of rows."""
    import pyarrow.parquet as pq

    draft = path.with_name(f".{path.name}.writing")
    rows = 0
    try:
        with table.to_pyarrow_batches(chunk_size=250_000) as batches, pq.ParquetWriter(draft, batches.schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
                rows += batch.num_rows
        draft.replace(path)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror or error}", "a place to write to", "name another --out") from error
    finally:
        draft.unlink(missing_ok=True)
    return rows
