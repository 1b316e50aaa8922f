"""`afteraction doctor`: everything that a support person would ask, looked up, with what to do about it.

It changes nothing and runs beside a server. What one check cannot find out is told in its own line; the others go on.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from afteraction import __version__
from afteraction.web.upkeep import doctor_data, doctor_database, doctor_machine, doctor_work
from afteraction.web.upkeep.findings import Finding, State

Check = Callable[[datetime], Iterator[Finding]]

WITHOUT_TABLES: Final[tuple[tuple[str, Check], ...]] = (
    ("version", doctor_machine.versions),
    ("settings", doctor_machine.django_checks),
    ("home", doctor_machine.rights),
    ("disk", doctor_machine.disk),
    ("clock", doctor_machine.clock),
    ("limits", doctor_machine.limits),
    ("backup", doctor_machine.backups),
    ("database", doctor_database.database),
)
WITH_TABLES: Final[tuple[tuple[str, Check], ...]] = (
    ("database clock", doctor_database.clock),
    ("isolation", doctor_database.isolation),
    ("data", doctor_data.lakes),
    ("worker", doctor_work.worker),
    ("jobs", doctor_work.jobs),
    ("schedules", doctor_work.schedules),
    ("connectors", doctor_work.connectors),
    ("listening", doctor_work.listening),
)


@dataclass(frozen=True)
class Diagnosis:
    """All findings in the order in which they were looked for."""

    made_at: datetime
    findings: Sequence[Finding]

    @property
    def worst(self) -> State:
        """The state of the whole."""
        return max((each.state for each in self.findings), key=list(State).index, default=State.OK)

    def write(self, path: Path) -> None:
        """As JSON, to be sent to whoever helps. It names no person and holds no secret."""
        told = {
            "made_at": self.made_at.isoformat(), "version": __version__, "worst": self.worst,
            "findings": [asdict(each) for each in self.findings],
        }  # fmt: skip
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def examine(*, now: datetime, online: bool) -> Diagnosis:
    """Looks at everything. `online` asks the mail server too, which nothing else here does."""
    found: list[Finding] = []
    for name, check in WITHOUT_TABLES:
        found += _of(name, check, now)
    if doctor_database.has_our_tables():
        for name, check in WITH_TABLES:
            found += _of(name, check, now)
    else:
        names = ", ".join(name for name, _check in WITH_TABLES)
        found.append(
            Finding(State.WARN, names, "not looked at", "see what is said of the database, then run this again")
        )
    found += _of("mail", lambda _now: doctor_work.mail(online=online), now)
    return Diagnosis(now, found)


def _of(name: str, check: Check, now: datetime) -> list[Finding]:
    """What a check finds. One that breaks has found something wrong, too."""
    found = []
    try:
        for each in check(now):
            found.append(replace(each, check=each.check or name))  # noqa: PERF401 - what it found before is kept
    except Exception as error:  # noqa: BLE001 - told as a finding
        told = f"could not be looked at: {type(error).__name__}: {error}"
        found.append(Finding(State.WRONG, name, told, "put right what it says; if it says nothing, report this"))
    return found
