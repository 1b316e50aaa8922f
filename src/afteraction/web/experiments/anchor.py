"""The heads of all ledgers of an organisation, in a file outside of the database.

One line an entry: which experiment, which place in its ledger, the seal there; when it was settled and when noted.
Each line is sealed over the line before, and written through to the disk. A database that was put back to an older
state, or rewritten, no longer has what the file knows; a file that was put back knows less than the database.
"""

import fcntl
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from afteraction.web.experiments.models import LedgerEntry
from afteraction.web.experiments.seals import sealed, secrets, written
from afteraction.web.people.models import Organisation

NAME: Final = "trials.ledger"


@dataclass(frozen=True)
class Line:
    """A line of the file. `fits`: its seal is right, and follows the line before."""

    experiment: int
    place: int
    digest: str
    at: datetime
    noted: datetime
    fits: bool


def path_of(organisation: Organisation) -> Path:
    """Where an organisation's file is."""
    return organisation.home.folder / NAME


def note(organisation: Organisation, experiment_id: int, now: datetime) -> None:
    """Appends the entries of an experiment's ledger that the file does not know yet. Twice does no harm.

    Called once the entries are committed: what was noted before might be rolled back, and would then seem to be lost.
    A server that dies in between leaves them to the next call, whose lines tell by `noted` that they are late.
    """
    path = path_of(organisation)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        lines = list(file)
        known = {(each["experiment"], each["place"], each["digest"]) for each in map(_said, lines) if each}
        entries = LedgerEntry.objects.filter(experiment_id=experiment_id).order_by("place")
        new = [each for each in entries.defer("content") if (experiment_id, each.place, each.digest) not in known]
        if new:
            _append(file, lines[-1] if lines else "", new, now)


def lines_of(organisation: Organisation) -> list[Line]:
    """The file as it is; empty where there is none."""
    path = path_of(organisation)
    return list(_read(path)) if path.exists() else []


def _append(file: IO[str], last: str, entries: list[LedgerEntry], now: datetime) -> None:
    before = last
    if last and not last.endswith("\n"):
        file.write("\n")  # a line that was cut off stays a line of its own, which does not fit
        before += "\n"
    for each in entries:
        said: dict[str, Any] = {
            "experiment": each.experiment_id,
            "place": each.place,
            "digest": each.digest,
            "at": written(each.at),
            "noted": written(now),
        }
        before = json.dumps(said | {"seal": _seal(before, said)}) + "\n"
        file.write(before)
    file.flush()
    os.fsync(file.fileno())


def _read(path: Path) -> Iterator[Line]:
    before = ""
    for text in path.read_text(encoding="utf-8").splitlines(keepends=True):
        said = _said(text)
        if said:
            seal = said.pop("seal", "")
            fits = any(hmac.compare_digest(str(seal), _seal(before, said, secret)) for secret in secrets())
            at, noted = (datetime.fromisoformat(said[name]) for name in ("at", "noted"))
            yield Line(said["experiment"], said["place"], said["digest"], at, noted, fits)
        else:
            yield _NONE
        before = text


_NONE: Final = Line(0, 0, "", datetime.fromtimestamp(0, UTC), datetime.fromtimestamp(0, UTC), fits=False)
"""What stands for a line that cannot be read."""


def _said(text: str) -> dict[str, Any]:
    """What a line says; nothing where it is not one of ours."""
    try:
        said: dict[str, Any] = json.loads(text)
        datetime.fromisoformat(said["at"]), datetime.fromisoformat(said["noted"])
        int(said["place"]), int(said["experiment"]), str(said["digest"])
    except (ValueError, KeyError, TypeError):
        return {}
    return said


def _seal(before: str, said: dict[str, Any], secret: str | None = None) -> str:
    return sealed(before + json.dumps(said, sort_keys=True), secret)
