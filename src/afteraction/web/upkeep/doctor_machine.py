"""The doctor on the machine: versions, settings, rights, disk, clock, limits, backups."""

import os
import platform
import resource
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core import checks

from afteraction import __version__
from afteraction.web.upkeep.findings import Finding, lasting, ok, size, warn, wrong
from afteraction.web.upkeep.last_backup import last_backup

OLDEST_PYTHON: Final = (3, 11)
FULL: Final = 500_000_000
"""Bytes. With less than this free an import or a backup of any size fails."""
NEARLY_FULL: Final = 5_000_000_000
NEARLY_FULL_SHARE: Final = 0.05
FEW_FILES: Final = 1024
"""Open files. A lake of many imports is read through some hundreds at once."""
OLD_BACKUP: Final = timedelta(days=2)
SKEW: Final = timedelta(minutes=1)

_LEFT_OUT: Final = {
    "afteraction.W002": "the line on mail says it",
    "security.W008": "the proxy in front leads to https",
    "security.W005": "other hosts of the domain are not ours to decide",
    "security.W021": "nor is a list in browsers",
    "security.W004": "afteraction.W001 says where https is missing, for one",
    "security.W012": "the same",
    "security.W016": "the same",
}
"""Findings that are told elsewhere, or are not for us to judge, and why."""


def versions(_now: datetime) -> Iterator[Finding]:
    """What runs, where."""
    told = f"Afteraction {__version__}, Python {platform.python_version()}, {platform.platform()}"
    if sys.version_info < OLDEST_PYTHON:
        yield wrong(told, f"install Python {'.'.join(map(str, OLDEST_PYTHON))} or newer")
    elif sys.platform == "linux":
        yield ok(f"{told}, {os.cpu_count()} cores")
    else:
        yield warn(told, "serve from Linux: it is what this is tested on")


def django_checks(_now: datetime) -> Iterator[Finding]:
    """Django's own checks and ours of the settings, with those for a deployment."""
    found = [each for each in checks.run_checks(include_deployment_checks=True) if each.id not in _LEFT_OUT]
    for each in found:
        state = wrong if each.level >= checks.ERROR else warn
        yield state(f"{each.msg} ({each.id})", each.hint or "see Django's documentation of this check")
    if not found:
        yield ok("all checks pass, those for a deployment included")


def rights(_now: datetime) -> Iterator[Finding]:
    """Who may read the home, and the key that signs sessions."""
    home = Path(settings.HOME)
    state = home.stat()
    if state.st_uid != os.geteuid():
        yield wrong(
            f"{home} belongs to user {state.st_uid}, this runs as {os.geteuid()}",
            "run as the user that owns the home: what another one writes, the server cannot change",
        )
    if state.st_mode & 0o077:
        yield warn(f"{home} can be entered by others on this machine", f"chmod 700 {home}")
    else:
        yield ok(f"{home} is for its owner alone")
    key = home / "secret-key"
    if not key.exists():
        yield ok("the secret key comes from the environment")
    elif key.stat().st_mode & 0o077:
        todo = f"chmod 600 {key}; if anyone may have read it, delete it and restart: all sign in again"
        yield wrong(f"{key} can be read by others: whoever has it can sign in as anyone", todo)
    else:
        yield ok(f"{key} is for its owner alone")


def disk(_now: datetime) -> Iterator[Finding]:
    """Room for imports, analyses and backups."""
    home = Path(settings.HOME)
    usage = shutil.disk_usage(home)
    told = f"{size(usage.free)} of {size(usage.total)} are free for {home}"
    room = "make room: delete old backups and uploads, or `afteraction compact --keep 5`"
    if usage.free < FULL:
        yield wrong(told, room)
    elif usage.free < NEARLY_FULL or usage.free < NEARLY_FULL_SHARE * usage.total:
        yield warn(told, room)
    else:
        yield ok(told)
    files = os.statvfs(home)
    if files.f_files and files.f_favail < 10_000:
        yield warn(f"{files.f_favail} more files can be made on this disk", "move the home to a larger file system")


def clock(now: datetime) -> Iterator[Finding]:
    """A clock that was put back leaves files from the future, and jobs and sessions that wait for it."""
    home = Path(settings.HOME)
    looked_at = [*home.glob("*"), *home.glob("lake/versions/*"), *home.glob("organisations/*/lake/versions/*")]
    newest = max(looked_at, key=lambda path: path.lstat().st_mtime, default=None)
    if newest is None:
        return
    ahead = datetime.fromtimestamp(newest.lstat().st_mtime, UTC) - now
    if ahead > SKEW:
        yield wrong(f"{newest} is from the future, by {lasting(ahead)}", "set the clock (timedatectl), then restart")
    else:
        yield ok(f"{now:%Y-%m-%d %H:%M:%S} UTC, no file is newer; pages show {settings.TIME_ZONE}")


def limits(_now: datetime) -> Iterator[Finding]:
    """How many files may be open at once."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < FEW_FILES:
        yield warn(f"{soft} open files at most", f"raise it: ulimit -n {max(FEW_FILES, hard)}, or LimitNOFILE=65536")
    else:
        yield ok(f"{'any number of' if soft == resource.RLIM_INFINITY else soft} open files")


def backups(now: datetime) -> Iterator[Finding]:
    """When the last one succeeded."""
    todo = "run `afteraction backup FOLDER` every night and keep it on another machine"
    last = last_backup(Path(settings.HOME))
    if last is None:
        yield warn("none has been made of this home", todo)
        return
    age = now - last.made_at
    kind = "encrypted" if last.is_encrypted else "not encrypted"
    told = f"{lasting(age)} old: {last.path}, {size(last.bytes)}, {kind}"
    yield warn(told, todo) if age > OLD_BACKUP else ok(told)
