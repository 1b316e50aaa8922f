"""`afteraction backup` and `afteraction restore`: everything of an installation, in one file and back.

The order makes it one consistent point. The database is read at one moment; each lake is held after it. So whatever
the database knows of a lake is in the lake. A lake may be ahead of it by an import that ended in between: the state
that a server is in between publishing a data version and telling so, from which it goes on by itself.
"""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.db import connection, connections

from afteraction import __version__
from afteraction.errors import Refused
from afteraction.lake.home import Home
from afteraction.lake.store import Lake, storage_told
from afteraction.web.upkeep import archive, databases, home_files
from afteraction.web.upkeep.last_backup import LastBackup, note_backup

_DATABASE: Final = "database/"
_HOME: Final = "home/"


@dataclass(frozen=True)
class Backup:
    """What a backup holds: when it was made, by which version, the data version of each home, rows of each table."""

    path: Path
    made_at: str
    version: str
    database: str
    data_versions: dict[str, int]
    rows: dict[str, int]
    files: int
    bytes: int


@storage_told()
def backup(*, to: Path, recipients: list[str], now: datetime) -> Backup:
    """Writes everything into one file: `to`, or a file with a name of its own in the folder `to`.

    Served pages and jobs go on meanwhile. Raises `Refused` when `to` is there already or lies in the home.
    """
    home = Path(settings.HOME)
    ending = ".tar.zst.age" if recipients else ".tar.zst"
    path = to / f"afteraction-{now:%Y-%m-%dT%H%M%S}{ending}" if to.is_dir() else to
    path = path.expanduser().resolve()
    if path.exists() or path.is_relative_to(home):
        found = f"{path}, which is there already" if path.exists() else f"{path}, in the home itself"
        raise Refused(found, "a new file outside the home", "name another file, or a folder on another disk")
    with Home.at(home).staging() as staging:
        dumped, held = staging / "database", staging / "home"
        dumped.mkdir()
        rows = databases.dump(dumped)
        versions = {
            str(each.relative_to(home)): home_files.hold(each, held / each.relative_to(home))
            for each in home_files.homes(home)
        }
        about = {
            "format": archive.FORMAT, "made_at": now.isoformat(), "version": __version__,
            "database": connection.vendor, "data_versions": versions, "rows": rows,
        }  # fmt: skip
        with archive.writing(path, recipients) as writer:
            writer.add_bytes(archive.ABOUT, json.dumps(about, indent=1).encode())
            for prefix, folder in ((_DATABASE, dumped), (_HOME, held)):
                for file in sorted(each for each in folder.rglob("*") if each.is_file()):
                    writer.add_file(prefix + str(file.relative_to(folder)), file)
        if not recipients:
            verified(path, None)
        made = _told(path, about, writer.members)
        note_backup(home, LastBackup(now, str(path), path.stat().st_size, is_encrypted=bool(recipients)))
        return made


def verified(path: Path, identity: Path | None) -> Backup:
    """Reads a backup to its end and checks every file against its checksum. Raises `Refused` where one differs."""
    about: list[bytes] = []

    def take(name: str, content: IO[bytes], _mode: int) -> None:
        part = content.read(1 << 20)
        if name == archive.ABOUT:
            about.append(part)
        while part:
            part = content.read(1 << 20)

    members = archive.reading(path, identity, take)
    return _told(path, _read_about(path, about), members)


@storage_told()
def restore(path: Path, identity: Path | None, say: Callable[[str], None]) -> Backup:
    """Fills an empty home, and the database that is set, from a backup, and compares what came with what went.

    Nothing is put in place before every checksum was found right. Raises `Refused` when the home or the database has
    something in it, when the backup is damaged, of a newer version, or of the other kind of database.
    """
    home = Path(settings.HOME)
    if there := sorted(each.name for each in home.glob("*") if each.name != "secret-key"):
        raise Refused(f"{home} with {there[0]} in it", "an empty home", "name another one: --home DIR")
    place = home.with_name(f".{home.name}.restoring")
    shutil.rmtree(place, ignore_errors=True)
    try:
        about: list[bytes] = []

        def take(name: str, content: IO[bytes], mode: int) -> None:
            file = place / name
            file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & 0o777), "wb") as out:
                shutil.copyfileobj(content, out, 1 << 20)
            if name == archive.ABOUT:
                about.append(file.read_bytes())

        members = archive.reading(path, identity, take)
        told = _told(path, _read_about(path, about), members)
        say(f"{told.files} files are as they were written.")
        databases.refuse_unfit(place / "database")
        _put_in_place(place, home)
        databases.load(place / "database")
        _compare(told, home)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return told


def _put_in_place(place: Path, home: Path) -> None:
    connections.close_all()  # an empty database may have been opened in the home already
    for name in home.glob("secret-key"):
        name.unlink()
    home.mkdir(parents=True, exist_ok=True)
    for each in (place / "home").iterdir():
        each.rename(home / each.name)
    database = place / "database" / databases.SQLITE
    if database.exists() and connection.vendor == "sqlite":
        shutil.copy2(database, home / databases.SQLITE)


def _compare(told: Backup, home: Path) -> None:
    """That the tables have the rows that they had, and every lake is at its data version and readable."""
    now = databases.counts()
    changing = ("django_migrations", "django_content_type", "auth_permission")  # grow when a newer version is put on
    wrong = [f"{name}: {now.get(name)} rows, not {rows}" for name, rows in told.rows.items()
             if name in now and name not in changing and now[name] != rows]  # fmt: skip
    for name, version in told.data_versions.items():
        if not version:
            continue
        snapshot = Lake(Home.at(home / name)).snapshot(version)
        wrong += [f"{file} is missing" for table in snapshot.tables for file in snapshot.files(table)
                  if not Path(file).exists()]  # fmt: skip
    if wrong:
        raise Refused(f"after restoring: {wrong[0]}", "what the backup holds", "report this; the backup is unharmed")


def _read_about(path: Path, about: list[bytes]) -> dict[str, object]:
    told = json.loads(about[0]) if about else {}
    if told.get("format") != archive.FORMAT:
        raise Refused(
            f"{path} with format {told.get('format')}", f"format {archive.FORMAT}", "install the version that made it"
        )
    return dict(told)


def _told(path: Path, about: dict[str, object], members: dict[str, archive.Member]) -> Backup:
    return Backup(
        path, str(about["made_at"]), str(about["version"]), str(about["database"]),
        about["data_versions"], about["rows"],  # type: ignore[arg-type]
        len(members), sum(member.bytes for member in members.values()),
    )  # fmt: skip
