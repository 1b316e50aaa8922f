"""Pages by keys: a page begins after the last row of the one before, so the thousandth costs what the first does."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Field, Q, QuerySet

from afteraction.web.deals.models import Deal

PER_PAGE: Final = 50
Key = tuple[Any, int]
"""Where a deal stands in a list: its value in the column sorted by (None comes last), and its key."""


@dataclass(frozen=True)
class DealPage:
    """Deals in their order; `previous` and `next` are the cursors of the pages beside it, empty where there is none."""

    deals: tuple[Deal, ...]
    previous: str
    next: str


def page_of(deals: "QuerySet[Deal]", column: str, falling: bool, cursor: str = "", size: int = PER_PAGE) -> DealPage:
    """A page of deals by a column, then by key. A cursor that cannot be read gives the first page."""
    back, start = _read(cursor, column)
    found = _take(deals, column, falling, back, start, size + 1)
    more, found = len(found) > size, found[:size]
    keys = found[::-1] if back else found
    rows = Deal.objects.in_bulk([key for _value, key in keys])
    before, after = (more, True) if back else (start is not None, more)
    return DealPage(
        # A deal that was deleted between both queries is left out.
        tuple(rows[key] for _value, key in keys if key in rows),
        _write("before", keys[0]) if keys and before else "",
        _write("after", keys[-1]) if keys and after else "",
    )


def _take(deals: "QuerySet[Deal]", column: str, falling: bool, back: bool, start: Key | None, size: int) -> list[Key]:
    """The next keys from `start` on; rows without a value stand at the end. An index alone answers each query."""
    found: list[Key] = []
    down = falling != back
    for unknown in (True, False) if back else (False, True):
        if start is not None and unknown is not (start[0] is None) and unknown is back:
            continue  # this part lies behind
        part = deals.filter(**{f"{column}__isnull": unknown})
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


def _column(name: str) -> Field[Any, Any]:
    column = Deal._meta.get_field(name)
    assert isinstance(column, Field)  # noqa: S101  # it is one of SORTS
    return column


def _write(side: str, key: Key) -> str:
    value, number = key
    text = json.dumps([side, value.isoformat() if isinstance(value, datetime) else value, number])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, column: str) -> tuple[bool, Key | None]:
    try:
        side, value, number = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if side not in ("before", "after") or not isinstance(number, int):
            return False, None
        known = _column(column).to_python(value)
    except (ValueError, TypeError, OverflowError, ValidationError):
        return False, None
    return side == "before", (known, number)
