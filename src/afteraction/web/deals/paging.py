"""Pages by keys: a page begins after the last row of the one before, so the thousandth costs what the first does."""

import base64
import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet

from afteraction.web.deals.columns import Bools, Columns
from afteraction.web.deals.filters import DealFilters
from afteraction.web.deals.models import Deal

PER_PAGE: Final = 50
M = TypeVar("M", bound=Model)
Key = tuple[Any, int]
"""Where a row stands in a list: its value in the column sorted by (None comes last), and its key."""


@dataclass(frozen=True)
class Page(Generic[M]):
    """Rows in their order; `previous` and `next` are the cursors of the pages beside it, empty where there is none."""

    rows: tuple[M, ...]
    previous: str
    next: str


class DealPage(Page[Deal]):
    """A page of deals."""

    @property
    def deals(self) -> tuple[Deal, ...]:
        """The deals in their order."""
        return self.rows


def page_of(deals: "QuerySet[Deal]", column: str, falling: bool, cursor: str = "", size: int = PER_PAGE) -> DealPage:
    """A page of deals by a column, then by key. A cursor that cannot be read gives the first page."""
    page = key_page(deals, column, falling, cursor, size)
    return DealPage(page.rows, page.previous, page.next)


def key_page(wanted: "QuerySet[M]", column: str, falling: bool, cursor: str = "", size: int = PER_PAGE) -> Page[M]:
    """A page of rows of any table by a column, then by key. A cursor that cannot be read gives the first page."""
    back, start = _read(cursor, _column(wanted.model, column))
    found = [key for _value, key in _take(wanted, column, falling, back, start, size + 1)]
    return _page(wanted.model, column, found, back, start, size)


def page_from(columns: Columns, found: Bools, filters: DealFilters, cursor: str, size: int) -> DealPage | None:
    """A page of the deals that columns found; None where the deal that the page begins after is not among them."""
    back, start = _read(cursor, _column(Deal, filters.column))
    keys = columns.page(found, filters, back, start[1] if start else None, size + 1)
    if keys is None:
        return None
    page = _page(Deal, filters.column, keys, back, start, size)
    return DealPage(page.rows, page.previous, page.next)


def _page(model: type[M], column: str, found: list[int], back: bool, start: Key | None, size: int) -> Page[M]:
    """The page of the rows with these keys; one key more than `size` says that there are further rows."""
    more, found = len(found) > size, found[:size]
    known = model._default_manager.in_bulk(found)
    # A row that was deleted since its key was found is left out.
    rows = [known[key] for key in (found[::-1] if back else found) if key in known]
    before, after = (more, True) if back else (start is not None, more)
    keys = [(getattr(row, column), row.pk) for row in (rows[:1] + rows[-1:])]
    return Page(
        tuple(rows),
        _write("before", keys[0]) if keys and before else "",
        _write("after", keys[-1]) if keys and after else "",
    )


def is_cursor(cursor: str, column: str) -> bool:
    """Whether a page of a list by this column gave this cursor, as far as can be told."""
    return _read(cursor, _column(Deal, column))[1] is not None


def _take(wanted: "QuerySet[M]", column: str, falling: bool, back: bool, start: Key | None, size: int) -> list[Key]:
    """The next keys from `start` on; rows without a value stand at the end. An index alone answers each query."""
    found: list[Key] = []
    down = falling != back
    for unknown in (True, False) if back else (False, True):
        if unknown and not _column(wanted.model, column).null:
            continue  # there is no such part
        if start is not None and unknown is not (start[0] is None) and unknown is back:
            continue  # this part lies behind
        part = wanted.filter(**{f"{column}__isnull": unknown})
        if start is not None and unknown is (start[0] is None):
            part = part.filter(_beyond(column, start, down))
        sign = "-" if down else ""
        order = [f"{sign}id"] if unknown else [f"{sign}{column}", f"{sign}id"]
        found += part.order_by(*order).values_list(column, "id")[: size - len(found)]
        if len(found) == size:
            break
    return found


def _beyond(column: str, start: Key, down: bool) -> Q:
    value, key = start
    side = "lt" if down else "gt"
    beyond = Q(**{f"id__{side}": key})
    if value is None:
        return beyond
    return Q(**{f"{column}__{side}e": value}) & (Q(**{f"{column}__{side}": value}) | beyond)


def _column(model: type[Model], name: str) -> Field[Any, Any]:
    column = model._meta.get_field(name)
    assert isinstance(column, Field)  # noqa: S101  # it is one that lists are sorted by
    return column


def _write(side: str, key: Key) -> str:
    value, number = key
    text = json.dumps([side, value.isoformat() if isinstance(value, date) else value, number])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, column: Field[Any, Any]) -> tuple[bool, Key | None]:
    try:
        side, value, number = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if side not in ("before", "after") or not isinstance(number, int):
            return False, None
        known = column.to_python(value)
    except (ValueError, TypeError, OverflowError, ValidationError):
        return False, None
    return side == "before", (known, number)
