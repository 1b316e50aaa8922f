"""When the last backup succeeded: a small file in the home, for the doctor and for monitors. Backups leave it out."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

FILE: Final = ".last-backup.json"


@dataclass(frozen=True)
class LastBackup:
    """A backup that was written to its end."""

    made_at: datetime
    path: str
    bytes: int
    is_encrypted: bool


def note_backup(home: Path, backup: LastBackup) -> None:
    """Remembers it, in place of the one before."""
    draft = home / f"{FILE}.writing"
    told = vars(backup) | {"made_at": backup.made_at.isoformat()}
    draft.write_text(json.dumps(told, indent=1), encoding="utf-8")
    draft.rename(home / FILE)


def last_backup(home: Path) -> LastBackup | None:
    """The last one; None when there was none, or the note on it cannot be read, which is as good as none."""
    try:
        told = json.loads((home / FILE).read_text(encoding="utf-8"))
        return LastBackup(**told | {"made_at": datetime.fromisoformat(told["made_at"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
