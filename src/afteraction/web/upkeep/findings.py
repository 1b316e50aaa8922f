"""What a check of the doctor says, in one line."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class State(StrEnum):
    """From best to worst."""

    OK = "ok"
    WARN = "warn"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found, and what to do where it is not well."""

    state: State
    check: str
    found: str
    next: str = ""


def ok(found: str, check: str = "") -> Finding:
    """Nothing is to be done."""
    return Finding(State.OK, check, found)


def warn(found: str, todo: str, check: str = "") -> Finding:
    """It works, and will not go well for ever."""
    return Finding(State.WARN, check, found, todo)


def wrong(found: str, todo: str, check: str = "") -> Finding:
    """Something does not work, or nobody could say that it is safe."""
    return Finding(State.WRONG, check, found, todo)


def size(count: float) -> str:
    """Bytes as people read them: 1.5 GB (1 GB is 10^9 bytes)."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def lasting(span: timedelta) -> str:
    """A span in the one unit that says most: 40 s, 12 min, 5 h, 3 days."""
    seconds = span.total_seconds()
    for most, unit, length in ((120, "s", 1), (7200, "min", 60), (172_800, "h", 3600)):
        if seconds < most:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86_400:.0f} days"
