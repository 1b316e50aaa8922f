"""Pages of what has no order of its own: by key, newest first. A cursor is what `next` or `previous` said."""

import base64
import json
from typing import Any, Final, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Schema

from afteraction.web.api.problems import Problem, invalid
from afteraction.web.deals.paging import PER_PAGE

M = TypeVar("M", bound=Model)
MOST: Final = 200
_LARGEST: Final = 2**63 - 1


class PageQuery(Schema):
    """Which page of a list, and how long."""

    limit: int = Field(PER_PAGE, ge=1, le=MOST, description="How many at most.")
    cursor: str = Field("", max_length=2_000, description="`next` or `previous` of another page; empty for the first.")


class PageEnds(Schema):
    """Where the pages beside this one begin."""

    next: str | None = Field(description="The cursor of the next page; null on the last one.")
    previous: str | None = Field(description="The cursor of the page before; null on the first one.")


class Rows(Generic[M]):
    """A page of rows, and the cursors of those beside it."""

    def __init__(self, rows: list[M], following: str | None, previous: str | None) -> None:
        self.rows = rows
        self.ends = {"next": following, "previous": previous}


def rows_of(found: "QuerySet[M]", asked: PageQuery) -> Rows[M]:
    """A page of rows by their key, the newest first. Raises `Problem` for a cursor that is none."""
    back, start = _read(asked.cursor) if asked.cursor else (False, None)
    if start is not None:
        found = found.filter(**{"pk__gt" if back else "pk__lt": start})
    rows = list(found.order_by("pk" if back else "-pk")[: asked.limit + 1])
    more, rows = len(rows) > asked.limit, rows[: asked.limit]
    rows = rows[::-1] if back else rows
    before, after = (more, True) if back else (start is not None, more)
    return Rows(
        rows,
        _write("after", rows[-1]) if rows and after else None,
        _write("before", rows[0]) if rows and before else None,
    )


def unreadable_cursor() -> Problem:
    """What is said of a cursor that no page of this list gave."""
    return invalid(("query.cursor", "is no cursor of this list; take `next` or `previous` of one of its pages"))


def _write(side: str, row: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps([side, row.pk]).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[bool, int]:
    try:
        side, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError) as error:
        raise unreadable_cursor() from error
    if side not in ("before", "after") or type(key) is not int or not 0 <= key <= _LARGEST:
        raise unreadable_cursor()
    return side == "before", key
