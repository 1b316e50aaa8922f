"""The columns of a sheet by names that no longer depend on how an export writes them."""

import re
from collections.abc import Iterator

from afteraction.ingest.mapping import Cell
from afteraction.ingest.sources import Sheet

_PREFIX = re.compile(r"^propert(?:y|ies)[_.]")


def squeezed(name: str) -> str:
    """`Close Date`, `CloseDate`, `close_date` and `property_closedate` are all `closedate`."""
    return re.sub(r"[^a-z0-9]", "", _PREFIX.sub("", name.casefold()))


class Headers:
    """A sheet's columns by squeezed name; of several with the same one, the first."""

    def __init__(self, sheet: Sheet) -> None:
        self._columns: dict[str, str] = {}
        for name in sheet.columns:
            self._columns.setdefault(squeezed(name), name)

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __getitem__(self, name: str) -> str:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def has(self, *names: str) -> bool:
        """Whether all of these are there."""
        return all(name in self._columns for name in names)

    def get(self, *names: str) -> str | None:
        """The column of the first of these names that is there."""
        return next((self._columns[name] for name in names if name in self._columns), None)

    def all(self, *names: str) -> tuple[str, ...]:
        """The columns of those names that are there."""
        return tuple(self._columns[name] for name in names if name in self._columns)

    def cell(self, *names: str, **settings: object) -> Cell | None:
        """A cell that reads the first of these columns that is there; None when none is."""
        column = self.get(*names)
        return Cell(column=column, **settings) if column else None  # type: ignore[arg-type]
