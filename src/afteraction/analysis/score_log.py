"""Every change of a lead's score, part by part, so that the replayed log gives the score."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from afteraction.errors import Refused


@dataclass(frozen=True)
class ScoreChange:
    """One part of a lead's score moved from `before` to `after` (log-odds or points), and `why`."""

    lead_id: str
    at: datetime
    part: str
    before: float
    after: float
    why: str


def changes(
    lead_id: str, at: datetime, before: Mapping[str, float], after: Mapping[str, float], why: str
) -> list[ScoreChange]:
    """What has to be logged when the parts of a score become others; nothing where nothing moved."""
    parts = sorted({*before, *after})
    moved = [(part, before.get(part, 0.0), after.get(part, 0.0)) for part in parts]
    return [ScoreChange(lead_id, at, part, old, new, why) for part, old, new in moved if old != new]


def replay(log: Iterable[ScoreChange]) -> dict[str, dict[str, float]]:
    """The parts of each lead's score after its changes, in their order, by lead.

    Raises Refused where a change does not begin where the one before it ended: something was not logged.
    """
    found: dict[str, dict[str, float]] = {}
    for each in log:
        parts = found.setdefault(each.lead_id, {})
        if parts.get(each.part, 0.0) != each.before:
            raise Refused(
                f"a change of {each.part!r} of lead {each.lead_id} that begins at {each.before:g}",
                f"one that begins at {parts.get(each.part, 0.0):g}, where the change before it ended",
                "look for a change that was not logged",
            )
        parts[each.part] = each.after
    return {lead: {part: value for part, value in parts.items() if value != 0.0} for lead, parts in found.items()}


def total(parts: Mapping[str, float]) -> float:
    """The score that parts add up to, whatever their order."""
    return math.fsum(parts.values())
