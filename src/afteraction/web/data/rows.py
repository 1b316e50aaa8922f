"""Canonical rows that a program sends: they go the way that files go, and every row is accounted for as theirs are."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from afteraction.lake.schema import TABLES
from afteraction.web.data import tasks, uploads
from afteraction.web.data.models import Import
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import User

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
MADE_UP = frozenset({"touch_id"})
"""What a row may leave out although its table requires it: the import makes it."""


def missing_in(tables: Rows) -> Iterator[tuple[str, int, str]]:
    """What rows lack without which no import can tell what they are: table, place of the row (from 0), column."""
    for name, rows in tables.items():
        needed = [column for column in TABLES[name].required if column not in MADE_UP]
        for place, row in enumerate(rows):
            yield from ((name, place, column) for column in needed if row.get(column) in (None, ""))


@transaction.atomic
def import_rows(*, by: User, tables: Rows) -> Import:
    """An import of canonical rows, by table, which is queued at once: there is nothing to map.

    Raises `Refused` when the disk is full.
    """
    made = Import.objects.create(organisation=by.organisation, made_by=by, needs_mapping=False)
    for name, rows in tables.items():
        lines = (f"{json.dumps(row, ensure_ascii=False)}\n".encode() for row in rows)
        uploads.keep(made, f"{name}.jsonl", lines)
    Import.objects.filter(pk=made.pk).update(state=Import.State.WAITING)
    made.refresh_from_db()
    enqueue(tasks.import_files, import_id=made.pk)
    return made
