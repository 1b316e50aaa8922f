"""Versions of the record: which state of which Delta table belongs together.

Each canonical table is a Delta table of its own. A *data version* is a small file that names one state of each, put
in place in one atomic step after all tables are written. Until then readers see the version before, and the next
writer takes back what an interrupted one left half done:

1. A writer takes the lock and rolls every table back to the state that the current version names.
2. It merges rows into tables; each merge is one Delta commit that no version names yet.
3. `commit` syncs the tables to the disk, then the version file under a temporary name, and renames it into place.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from afteraction.errors import Refused
from afteraction.lake import durable
from afteraction.lake.changes import note_touched
from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES

_UNREADABLE_FEATURES = {"deletionVectors", "columnMapping"}
_CUT: Final = timedelta(milliseconds=1)
"""The log of a Delta table may cut times to a thousandth of a second."""


@dataclass(frozen=True)
class Snapshot:
    """One data version: the Delta version and number of rows of every table, when and why it was made."""

    version: int
    at: datetime
    note: str
    tables: Mapping[str, int]
    rows: Mapping[str, int]
    folder: Path

    def files(self, table: str) -> list[str]:
        """The Parquet files that hold `table` in this version, so that an engine needs no Delta plug-in."""
        if table not in self.tables:
            return []
        state = self._state(table)
        protocol = state.protocol()
        features = {*(protocol.reader_features or ()), *(protocol.writer_features or ())} & _UNREADABLE_FEATURES
        if features:
            raise Refused(
                f"table {table} uses {', '.join(sorted(features))}",
                "a Delta table without deletion vectors and column mapping, as Afteraction writes it",
                "restore the lake from a backup, or rewrite the table without these features",
            )
        return parquet_files(self.folder / table, state)

    def none_after(self, table: str, column: str, moment: datetime) -> bool:
        """Whether the table's log knows, without a look at rows, that each has a time in a column and none is later.

        False where it does not know.
        """
        if table not in self.tables:
            return False
        files = pa.table(self._state(table).get_add_actions(flatten=True))
        largest, empty = f"max.{column}", f"null_count.{column}"
        if not {largest, empty} <= {*files.column_names}:
            return False
        early = pc.less(files[largest], pa.scalar(moment - _CUT))
        whole = all(number == 0 for number in files[empty].to_pylist())
        return whole and bool(pc.all(early, skip_nulls=False).as_py())

    def _state(self, table: str) -> DeltaTable:
        try:
            return DeltaTable(self.folder / table, version=self.tables[table])
        except DeltaError as error:
            raise Refused(
                f"version {self.version} of the data is damaged: table {table} cannot be read ({error})",
                "the files below the home folder as Afteraction wrote them",
                f"restore {self.folder / table} from a backup",
            ) from error


def parquet_files(folder: Path, table: DeltaTable) -> list[str]:
    """Where the Parquet files of a Delta table in `folder` are. They lie side by side: no table is partitioned.

    The table itself names them as addresses, in which a space in the home's path is `%20`.
    """
    return [str(folder / Path(address).name) for address in table.file_uris()]


def _new_files(before: Snapshot | None, after: Snapshot) -> Iterator[Path]:
    """What a version is made of that the one before was not, folders after what is in them."""
    for name, state in after.tables.items():
        since = before.tables.get(name, -1) if before else -1
        if state != since:
            folder, log = after.folder / name, after.folder / name / "_delta_log"
            made, known = (
                parquet_files(folder, DeltaTable(folder, version=number)) if number >= 0 else []
                for number in (state, since)
            )
            yield from map(Path, set(made) - set(known))
            yield from (log / f"{number:020}.json" for number in range(since + 1, state + 1))
            yield from log.glob("*checkpoint*")
            yield from (log, folder, after.folder)


@contextmanager
def storage_told() -> Iterator[None]:
    """Tell a user what the disk refused. Nothing that was published is lost by it."""
    try:
        yield
    except (OSError, DeltaError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise Refused(
            f"the data could not be written ({error})",
            "free disk space below the home folder, and the right to write there",
            "make room, then repeat; the last data version is as it was",
        ) from error


class Lake:
    """All data versions of one home folder."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.tables_folder = home.lake / "tables"
        self._versions_folder = home.lake / "versions"

    def versions(self) -> list[Snapshot]:
        """Every data version, oldest first."""
        return [self._read(path) for path in sorted(self._versions_folder.glob("[0-9]*.json"))]

    def current(self) -> Snapshot | None:
        """The newest data version, or None before the first import."""
        newest = max(self._versions_folder.glob("[0-9]*.json"), default=None)
        return self._read(newest) if newest else None

    def snapshot(self, version: int | None = None) -> Snapshot:
        """The data version asked for, by default the newest; refused when there is none."""
        current = self.current()
        if current is None:
            raise Refused(
                f"no data in {self.home.folder}",
                "at least one import",
                "run `afteraction import PATH --home DIR`, or `afteraction demo` for sample data",
            )
        if version is None or version == current.version:
            return current
        path = self._path(version)
        if not path.exists():
            known = ", ".join(str(s.version) for s in self.versions())
            raise Refused(f"no data version {version}", f"one of {known}", "run `afteraction versions`")
        return self._read(path)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only writer; a second one is refused at once. The lock ends with the process that holds it."""
        self.home.lake.mkdir(parents=True, exist_ok=True)
        with (self.home.lake / "writer.lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise Refused(
                    f"another import is writing to {self.home.folder} ({file.read().strip()})",
                    "one writer at a time",
                    "wait until it has ended, then try again; nothing was changed",
                ) from None
            file.seek(0)
            file.truncate()
            file.write(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
            file.flush()
            yield

    @storage_told()
    def roll_back(self) -> None:
        """Undo what an interrupted writer did to tables after the current version. Only under the lock."""
        current = self.current()
        named = current.tables if current else {}
        for folder in self.tables_folder.glob("*"):
            if folder.name not in named:
                shutil.rmtree(folder)
            elif (table := DeltaTable(folder)).version() != named[folder.name]:
                table.restore(named[folder.name])

    @storage_told()
    def publish(self, note: str, touched: "Iterable[pa.ChunkedArray[Any]] | None" = None) -> Snapshot:
        """Make the present state of all tables the current version. Only under the lock.

        `touched`: the ids of the deals of whose events some came, went or changed since the current version; None
        where that is not known.
        """
        current = self.current()
        states = {n: DeltaTable(self.tables_folder / n) for n in TABLES if (self.tables_folder / n).exists()}
        snapshot = Snapshot(
            version=current.version + 1 if current else 1,
            at=datetime.now(UTC),
            note=note,
            tables={name: state.version() for name, state in states.items()},
            rows={name: state.count() for name, state in states.items()},
            folder=self.tables_folder,
        )
        # There may be one of this number already, where its version file was damaged and deleted.
        shutil.rmtree(self.home.cache / str(snapshot.version), ignore_errors=True)
        if current and touched is not None:
            note_touched(self.home, current, snapshot, touched)
        content = asdict(snapshot) | {"at": snapshot.at.isoformat()}
        del content["folder"]
        self._versions_folder.mkdir(parents=True, exist_ok=True)
        for path in _new_files(current, snapshot):
            durable.sync(path)
        draft = self._versions_folder / f".{snapshot.version}.writing"
        draft.write_text(json.dumps(content, indent=1), encoding="utf-8")
        durable.put_in_place(draft, self._path(snapshot.version))
        return snapshot

    @storage_told()
    def forget(self, keep: int) -> list[int]:
        """Drop all but the newest `keep` versions and the files that only they need. Returns the versions dropped."""
        if keep < 1:
            raise Refused(f"{keep} versions to keep", "at least 1: the current version stays")
        with self.lock():
            self.roll_back()
            versions = self.versions()
            dropped, kept = versions[:-keep], versions[-keep:]
            for snapshot in dropped:
                self._path(snapshot.version).unlink()
                shutil.rmtree(self.home.cache / str(snapshot.version), ignore_errors=True)
            for folder in self.tables_folder.glob("*"):
                needed = sorted({s.tables[folder.name] for s in kept if folder.name in s.tables})
                DeltaTable(folder).vacuum(
                    retention_hours=0, dry_run=False, enforce_retention_duration=False, full=True, keep_versions=needed
                )
        return [snapshot.version for snapshot in dropped]

    @storage_told()
    def compact(self) -> Snapshot | None:
        """Join the many small files of many imports into few. The content stays; the new version says so."""
        with self.lock():
            self.roll_back()
            current = self.current()
            if current is None:
                return None
            for name in current.tables:
                DeltaTable(self.tables_folder / name).optimize.compact()
            states = {name: DeltaTable(self.tables_folder / name).version() for name in current.tables}
            return current if states == current.tables else self.publish(f"compacted version {current.version}", ())

    def _path(self, version: int) -> Path:
        return self._versions_folder / f"{version:08d}.json"

    def _read(self, path: Path) -> Snapshot:
        try:
            content = json.loads(path.read_text())
            return Snapshot(**content | {"at": datetime.fromisoformat(content["at"])}, folder=self.tables_folder)
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(
                f"{path} is damaged ({error})",
                "a data version as Afteraction wrote it",
                "restore the file from a backup, or delete it to return to the version before",
            ) from error
