"""Pieces of work: the activities that people do in deals, as steps of a process could name them.

Systems that record the life cycle of work log several moments of the same work: scheduled, started, complete. These
are one piece of work, and what counts as having done it is its completion.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from afteraction.process.model import STAGE_ACTIVITY

LONGEST_NAME: Final = 200
"""Characters. What is longer is a text that was typed, not the name of an activity."""

_MOMENT: Final = re.compile(
    r"(?P<work>.+?)\s*(?:[(+|/:-]\s*)(?P<moment>schedule|assign|start|suspend|resume|complete|withdraw|abort)\)?",
    re.IGNORECASE,
)
"""The transitions of the XES life cycle (IEEE 1849) as a suffix: `Check (start)`, `Check+COMPLETE`."""
_DONE: Final = ("complete", "start")
"""The moments that count as having done the work, the best first."""


@dataclass(frozen=True)
class Work:
    """One piece of work: its name, the activity that counts as having done it, and further moments of it."""

    name: str
    activity: str
    further: tuple[str, ...] = ()


def pieces_of_work(activities: Iterable[str]) -> list[Work]:
    """The activities as pieces of work, sorted by name; those that cannot be steps are left out.

    Cannot be steps: blank names, names longer than LONGEST_NAME, and names that look like entering a stage.
    """
    names = sorted({a for a in activities if a.strip() and len(a) <= LONGEST_NAME and not a.startswith(STAGE_ACTIVITY)})
    moments: dict[str, dict[str, str]] = {}
    for name in names:
        found = _MOMENT.fullmatch(name)
        work, moment = (found["work"], found["moment"].lower()) if found else (name, "complete")
        moments.setdefault(work, {}).setdefault(moment, name)
    pieces = []
    for work, of_work in moments.items():
        done = next((moment for moment in _DONE if moment in of_work), None)
        if done is None or len(of_work) == 1:
            pieces += [Work(name, name) for name in of_work.values()]
        else:
            further = tuple(name for moment, name in of_work.items() if moment != done)
            pieces.append(Work(work, of_work[done], further))
    # Two spellings of one moment, such as `Check+start` beside `Check (start)`, stay on their own.
    taken = {name for piece in pieces for name in (piece.activity, *piece.further)}
    return sorted([*pieces, *(Work(name, name) for name in names if name not in taken)], key=lambda piece: piece.name)


def identifiers(names: Iterable[str]) -> list[str]:
    """A short id for each name that a process file accepts; no two are alike, and the same names give the same ids."""
    taken: set[str] = set()
    found = []
    for name in names:
        plain = re.sub(r"[^\w]+", "_", name.casefold()).strip("_")[:60].rstrip("_")
        plain = plain if plain and not plain.isdigit() else f"step_{plain}".rstrip("_")
        unique, number = plain, 2
        while unique in taken:
            unique, number = f"{plain}_{number}", number + 1
        taken.add(unique)
        found.append(unique)
    return found
