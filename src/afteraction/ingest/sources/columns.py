"""Column names that can stand beside each other in one table."""

from collections.abc import Callable, Sequence
from typing import Final

from afteraction.errors import Refused
from afteraction.ingest.sources.limits import MAX_COLUMNS
from afteraction.ingest.sources.sheet import ROW

MAX_TITLES: Final = 20


def unique_columns(
    found: Sequence[str], file: str, unnamed: Callable[[int], str] = lambda position: f"column {position}"
) -> tuple[tuple[str, ...], dict[str, str]]:
    """The names of the columns of `file`, made unique, and a detail that says which were changed (or no detail).

    Names are compared without regard to case, as DuckDB does. White space around a name goes; a column without a name
    is called `unnamed(position)`, counted from 1; the second "amount" becomes "amount (2)".

    Raises Refused when there are more than `MAX_COLUMNS`.
    """
    check_count(len(found), file)
    names: list[str] = []
    changed: list[str] = []
    taken = {ROW}
    for position, raw in enumerate(found, start=1):
        tidy = " ".join(raw.split())
        name = base = tidy or unnamed(position)
        copy = 1
        while name.casefold() in taken:
            copy += 1
            name = f"{base} ({copy})"
        taken.add(name.casefold())
        names.append(name)
        if name != tidy:
            changed.append(f'column {position} "{tidy}" is called "{name}"' if tidy else f'"{name}" has no name')
    return tuple(names), {"column names": "; ".join(changed)} if changed else {}


def titles_above(filled: Sequence[int], width: int) -> int:
    """How many of a table's first records are titles rather than its header, given how many cells each has filled.

    A title is a single text above a table of three columns or more.
    """
    if width < 3:
        return 0
    return next((position for position, cells in enumerate(filled[:MAX_TITLES]) if cells > 1), 0)


def check_count(columns: int, file: str) -> None:
    """Raise Refused when `file` has more than `MAX_COLUMNS` columns."""
    if columns > MAX_COLUMNS:
        raise Refused(
            found=f"{file}: {columns:,} columns or more",
            expected=f"at most {MAX_COLUMNS:,} columns",
            next_step="export only the columns that describe deals, touches, accounts, people and leads",
        )
