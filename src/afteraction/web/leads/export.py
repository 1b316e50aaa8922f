"""Leads as CSV: streamed, complete, and harmless in a spreadsheet."""

import csv
from collections.abc import Iterator
from typing import Final

from django.db.models import QuerySet

from afteraction.web.deals.export import Echo, cell, line
from afteraction.web.leads.models import Lead

COLUMNS: Final = (
    "lead_id", "state", "source", "campaign", "person_name", "account_name", "owner__name", "queue__name", "team",
    "came_at", "handed_at", "due_at", "answered_at", "answer_minutes", "accepted_at", "next_at", "reason", "deal_id",
    "attempts", "attempts_here", "chance", "points", "status",
)  # fmt: skip
_AT_ONCE: Final = 2_000


def csv_lines(leads: "QuerySet[Lead]") -> Iterator[str]:
    """The lines of a CSV file, the header first. Leads come by key, in batches, so memory does not grow with them."""
    writer = csv.writer(Echo(), quoting=csv.QUOTE_MINIMAL)
    names = [{"owner__name": "owner", "queue__name": "queue"}.get(name, name) for name in COLUMNS]
    yield "\ufeff" + line(writer, names)  # without the mark Excel reads UTF-8 as something else
    last = 0
    while batch := list(leads.filter(pk__gt=last).order_by("pk").values_list("pk", *COLUMNS)[:_AT_ONCE]):
        last = batch[-1][0]
        yield "".join(line(writer, map(cell, row[1:])) for row in batch)
