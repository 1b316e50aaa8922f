"""The doctor on the data: every organisation's lake at its current version, and whether pages show that one."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from deltalake import DeltaTable
from django.conf import settings

from afteraction.errors import Refused
from afteraction.lake.home import Home
from afteraction.lake.store import Lake, Snapshot
from afteraction.web.deals.models import IndexState
from afteraction.web.people.models import Organisation
from afteraction.web.upkeep.findings import Finding, lasting, ok, warn, wrong
from afteraction.web.upkeep.home_files import homes

BEHIND: Final = timedelta(minutes=15)
"""After an import pages follow within minutes, of ten million deals too."""


def lakes(now: datetime) -> Iterator[Finding]:
    """A line or two for each organisation, by its folder: names are nobody's business in a report."""
    folder = Path(settings.HOME)
    shown = {each.organisation_id: each.version for each in IndexState.objects.all()}
    known = set()
    for organisation in Organisation.objects.order_by("pk"):
        home = organisation.home
        known.add(home.folder)
        name = _name(home.folder, folder)
        try:
            snapshot = Lake(home).current()
            if snapshot is None:
                yield ok(f"{name}: nothing was imported yet")
                continue
            yield _readable(name, snapshot)
        except Refused as refusal:
            yield wrong(f"{name}: {refusal.found}", refusal.next_step or "restore the last backup")
            continue
        yield from _shown(name, snapshot, shown.get(organisation.pk, 0), now)
    if not known:
        yield warn("no organisation yet", "start `afteraction serve` once: it makes the first one and its admin")
    for home_of_nobody in [each for each in homes(folder) if known and each.resolve() not in known]:
        if Lake(Home.at(home_of_nobody)).home.lake.exists():
            yield warn(
                f"{_name(home_of_nobody, folder)}: data of no organisation in the database",
                "look whether AFTERACTION_DATABASE is the one that belongs to this home",
            )


def _readable(name: str, snapshot: Snapshot) -> Finding:
    """Whether every file of the current version is there with as many rows as were published.

    Rows are counted from the statistics in Delta's log: no data is read.
    """
    rows = 0
    for table in snapshot.tables:
        gone = [file for file in snapshot.files(table) if not Path(file).exists()]
        if gone:
            return wrong(f"{name}: {len(gone)} files of {table} are missing, such as {gone[0]}", "restore a backup")
        there = int(DeltaTable(snapshot.folder / table, version=snapshot.tables[table]).count())
        if there != snapshot.rows[table]:
            told = f"{name}: {table} has {there} rows, version {snapshot.version} was published with"
            return wrong(f"{told} {snapshot.rows[table]}", "restore a backup")
        rows += there
    return ok(f"{name}: data version {snapshot.version}, {len(snapshot.tables)} tables, {rows} rows")


def _shown(name: str, snapshot: Snapshot, version: int, now: datetime) -> Iterator[Finding]:
    """Whether pages show the current version."""
    if version == snapshot.version:
        return
    age = now - snapshot.at
    told = f"{name}: pages show version {version}, the data is at {snapshot.version}, made {lasting(age)} ago"
    if age > BEHIND:
        yield wrong(told, "see the worker and its failed jobs, or run `afteraction manage rebuild_index`", "pages")
    else:
        yield ok(f"{told}: they follow", "pages")


def _name(home: Path, root: Path) -> str:
    return "the home" if home == root else str(home.relative_to(root))
