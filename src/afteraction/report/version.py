"""One data version, opened: its tables, its event log, and what can be made of them."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
from pyarrow.parquet import read_metadata
from threadpoolctl import threadpool_limits

from afteraction.analysis.adherence import judge
from afteraction.analysis.claim import Claim
from afteraction.analysis.claim import Judgement as ClaimJudgement
from afteraction.analysis.claims import judge_claims
from afteraction.analysis.deal_frame import deal_frame
from afteraction.analysis.deviations import deviations
from afteraction.analysis.directly_follows import DirectlyFollows
from afteraction.analysis.discovery import discover
from afteraction.analysis.event_log import EventLog, Keep
from afteraction.analysis.grounds import grounds
from afteraction.analysis.happened import happened
from afteraction.analysis.partitioned_log import prepare_partitioned
from afteraction.analysis.study import Study, study
from afteraction.errors import NotEnoughData, Refused
from afteraction.lake.cache import MemoryCache
from afteraction.lake.engine import Record, open_record
from afteraction.lake.home import Home
from afteraction.lake.partitions import Partitioned
from afteraction.lake.spark import open_spark_record
from afteraction.lake.store import Lake
from afteraction.process.check import parse_file
from afteraction.process.model import Process
from afteraction.process.versions import DatedProcess, Versions, dated_versions
from afteraction.report.flow import step_flow
from afteraction.report.kept_log import event_log

FOUND_NAME = "Process as followed"
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class OpenVersion:
    """A data version with its prepared event log; `keep` holds working tables while it is open."""

    home: Home
    record: Record
    log: EventLog
    keep: Keep

    @property
    def simulated(self) -> str:
        """Whose invention the data is; empty for a real record."""
        return self.home.simulated

    def study(self, process: Process | Versions | None) -> Study:
        """All findings; without a process on paper against the process that is followed."""
        return study(self.record.tables, self.log, self.record.version, process, self.keep, FOUND_NAME)

    def judge_claims(self, process: Process | None, claims: Sequence[Claim]) -> tuple[ClaimJudgement, ...]:
        """A verdict on each claim, by the effects that are found among all deals, or those of the claim's segment."""
        held = process or self.followed_process()
        frame = deal_frame(self.record.tables, self.log, held)
        rng = np.random.default_rng(self.record.version)
        with threadpool_limits(1):
            found = grounds(self.record.tables, self.log, held, frame, rng)
            return judge_claims(claims, found, rng)

    def flow(self, process: Process) -> DirectlyFollows:
        """What comes after what among the steps and stages of a process."""
        return step_flow(self.log, process)

    def followed_process(self) -> Process:
        """The process that people follow; raises Refused when the record has no events to find one in."""
        found = discover(self.record.tables, self.log, FOUND_NAME)
        if isinstance(found, NotEnoughData):
            raise Refused(found.reason, found.needed, "import touches and stage changes, then try again")
        return found.process

    def write_deviations(self, process: Process | Versions | None, path: Path) -> int:
        """Write every deviation to a Parquet file; returns how many there are."""
        if path.is_dir():
            raise Refused(f"{path}: a folder", "a file to write", "name another --out")
        held = process or self.followed_process()
        judgement = judge(held, self.record.tables, self.log, self.keep)
        table = deviations(judgement.held)
        with self.home.staging() as staging:
            draft = staging / "deviations.parquet"
            self.record.con.to_parquet(table, draft)
            try:
                shutil.move(draft, path)
            except OSError as error:
                raise Refused(f"{path}: {error.strerror}", "a place to write to", "name another --out") from error
        return int(read_metadata(path).num_rows)


@contextmanager
def open_version(folder: Path, as_of: int | None = None, engine: str = "duckdb") -> Iterator[OpenVersion]:
    """Open a data version of the home at `folder`, by default the newest. Its event log is kept for the next time.

    On Spark (`engine`) it is kept where the workers are, for as long as the version is open.
    """
    home = Home.at(folder)
    lake = Lake(home)
    snapshot = lake.snapshot(as_of)
    opened = open_spark_record(home, snapshot) if engine == "spark" else open_record(home, snapshot)
    record = replace(opened, tables=happened(opened.tables, snapshot.at, snapshot.none_after))
    try:
        if isinstance(record.con, Partitioned):
            keep = record.con.keep
            yield OpenVersion(home, record, prepare_partitioned(record.tables, keep, record.con), keep)
            return
        yield OpenVersion(home, record, event_log(lake, snapshot, opened), MemoryCache(record.con))
    finally:
        record.con.disconnect()


def read_process(files: Sequence[str] | None) -> Versions | None:
    """The versions of a process in files, if any are named: `sale.yaml`, or `sale.yaml@2026-03-01` since that day.

    Raises `Refused` where one of several but the oldest has no day, or two have the same.
    """
    if not files:
        return None
    named = [_dated(each) for each in files]
    undated = [path for path, since in named if since is None]
    days = [since for _path, since in named if since is not None]
    if len(undated) > 1 or len(set(days)) < len(days):
        raise Refused(
            f"{len(files)} processes, {len(undated)} of them without a day, {len(set(days))} different days",
            "for every version but the oldest another day from which it is in force",
            "write --process old.yaml --process new.yaml@2026-03-01",
        )
    ordered = sorted(named, key=lambda each: each[1] or _EVER)
    read = [DatedProcess(parse_file(path), since) for path, since in ordered]
    if len({each.process.version for each in read}) < len(read):  # results name versions by their numbers
        read = [replace(each, process=replace(each.process, version=n)) for n, each in enumerate(read, start=1)]
    return dated_versions(read)


def _dated(named: str) -> tuple[Path, datetime | None]:
    """A file and the day behind its name; a name that has an @ without a day behind it is one."""
    path, _at, day = named.rpartition("@")
    try:
        return Path(path), datetime.combine(date.fromisoformat(day), time(), UTC)
    except ValueError:
        return Path(named), None
