"""Deals as CSV: streamed, complete, and harmless in a spreadsheet."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from afteraction.web.deals.models import Deal

COLUMNS: Final = (
    "deal_id", "name", "account_id", "account_name", "owner", "owner_name", "team", "outcome", "stage", "pipeline",
    "segment", "source", "competitor", "lost_reason", "amount", "currency", "created_at", "closed_at",
    "expected_close_on", "last_event_at", "box", "chance_start", "chance",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a text that begins like this for a formula, also in full-width letters (OWASP, CSV injection)."""
_AT_ONCE: Final = 2_000


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """As a file has it."""
        return text


def csv_lines(deals: "QuerySet[Deal]", held_against: Callable[[datetime | None], int | None]) -> Iterator[str]:
    """The lines of a CSV file, the header first. Deals come by key, in batches, so memory does not grow with them.

    `held_against` gives the number of the process version for the day on which a deal began.
    """
    writer = csv.writer(Echo(), quoting=csv.QUOTE_MINIMAL)
    began = COLUMNS.index("created_at") + 1
    # The mark in front: without it Excel reads UTF-8 as something else.
    yield "\ufeff" + line(writer, (*COLUMNS, "process_version"))
    last = 0
    while batch := list(deals.filter(pk__gt=last).order_by("pk").values_list("pk", *COLUMNS)[:_AT_ONCE]):
        last = batch[-1][0]
        yield "".join(line(writer, map(cell, (*row[1:], held_against(row[began])))) for row in batch)


def cell(value: Any) -> Any:
    """A value as it is written; text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
    return "" if value is None else value


def line(writer: Any, cells: Iterable[Any]) -> str:
    """The cells as a line of the file."""
    return str(writer.writerow(cells))
