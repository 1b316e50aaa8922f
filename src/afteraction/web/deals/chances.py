"""What the newest analysis says about every deal, in the mirror, so that lists can be narrowed and sorted by it."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow.parquet as pq
from django.db import connection, transaction
from django.db.models import Max

from afteraction.report.deal_evidence import BOXES
from afteraction.web.deals.columns import keep_columns
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.people.models import Organisation

_BATCH: Final = 20_000
_COLUMNS: Final = ("deal_id", "box", "chance_start", "chance")


class ChanceRow(NamedTuple):
    """A deal by its id, its box (empty while it is open), its chance when it began, and today while it is open."""

    deal_id: str
    box: str
    chance_start: float | None
    chance: float | None


def show_evidence(*, organisation: Organisation, folder: str, version: int) -> int:
    """Show what `report.deal_evidence` wrote into `folder` (below the home) about a data version.

    Called once the folder is in place. Returns rows that changed. Idempotent: killed in between it can be done again.
    """
    changed = refresh_chances(organisation=organisation, rows=chance_rows(organisation.home.folder / folder / BOXES))
    IndexState.objects.update_or_create(
        organisation=organisation, defaults={"evidence_folder": folder, "evidence_version": version}
    )
    return changed


def show_evidence_again(*, organisation: Organisation) -> int:
    """Show the newest evidence once more, after the mirror got rows that were not there when it was first shown.

    Does nothing before the first analysis, or where its folder is gone. Returns rows that changed.
    """
    state = IndexState.objects.filter(organisation=organisation).first()
    if state is None or not state.evidence_folder:
        return 0
    path = organisation.home.folder / state.evidence_folder / BOXES
    return refresh_chances(organisation=organisation, rows=chance_rows(path)) if path.exists() else 0


def chance_rows(path: Path) -> Iterator[ChanceRow]:
    """The rows of a file of boxes."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH, columns=list(_COLUMNS)):
            yield from map(ChanceRow, *(batch[name].to_pylist() for name in _COLUMNS))


def refresh_chances(*, organisation: Organisation, rows: Iterable[ChanceRow]) -> int:
    """Show these boxes and chances, and none for deals that are not among them. Returns rows that changed."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS new_chances")
        cursor.execute(
            "CREATE TEMPORARY TABLE new_chances (deal_id varchar(300) PRIMARY KEY, box varchar(20) NOT NULL, "
            "chance_start double precision, chance double precision)"
        )
        _fill(cursor, rows)
        changed = 0
        top = Deal.objects.filter(organisation=organisation).aggregate(top=Max("id"))["top"] or 0
        last = Deal.objects.filter(organisation=organisation).order_by("id").values_list("id", flat=True).first() or 1
        for first in range(last, top + 1, _BATCH):
            changed += _show(cursor, organisation.pk, first, first + _BATCH)
        cursor.execute("DROP TABLE new_chances")
    if changed:
        keep_columns(organisation)
    return changed


def _fill(cursor: Any, rows: Iterable[ChanceRow]) -> None:
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        if connection.vendor == "postgresql":
            with cursor.copy("COPY new_chances FROM STDIN") as copy:
                for row in batch:
                    copy.write_row(row)
        else:
            cursor.executemany("INSERT INTO new_chances VALUES (%s, %s, %s, %s)", batch)


@transaction.atomic
def _show(cursor: Any, organisation: int, first: int, end: int) -> int:
    """Update the rows with keys from `first` up to `end`; those that are right already are not written."""
    part = [organisation, first, end]
    cursor.execute(
        "UPDATE deals_deal SET box = n.box, chance_start = n.chance_start, chance = n.chance FROM new_chances n "
        "WHERE deals_deal.organisation_id = %s AND deals_deal.id >= %s AND deals_deal.id < %s "
        "AND n.deal_id = deals_deal.deal_id AND (deals_deal.box <> n.box "
        "OR deals_deal.chance_start IS DISTINCT FROM n.chance_start OR deals_deal.chance IS DISTINCT FROM n.chance)",
        part,
    )
    changed = int(cursor.rowcount)
    cursor.execute(
        "UPDATE deals_deal SET box = '', chance_start = NULL, chance = NULL "
        "WHERE organisation_id = %s AND id >= %s AND id < %s "
        "AND (box <> '' OR chance_start IS NOT NULL OR chance IS NOT NULL) "
        "AND NOT EXISTS (SELECT 1 FROM new_chances n WHERE n.deal_id = deals_deal.deal_id)",
        part,
    )
    return changed + int(cursor.rowcount)
