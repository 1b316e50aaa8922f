"""The mirror of deals, kept equal to the newest data version.

A refresh may be killed at any moment:

1. It takes the lock, notes in `IndexState.heading` which version it is on its way to, and keeps its events sorted.
2. Rows that differ between the mirrored version and that one are written and deleted in batches, each in a
   transaction of its own.
3. `IndexState.version` follows last, with the choices of the filters.

The next refresh finds `heading` ahead of `version` and first ends that way: the same rows again change nothing.
Where a version that it needs is gone it writes every row and deletes those that the newest version does not have.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import ibis
import pyarrow as pa
from django.db import connection, transaction
from django.utils import timezone
from ibis import _

from afteraction.lake.store import Lake, Snapshot
from afteraction.web.deals.columns import keep_columns
from afteraction.web.deals.indexes import made_afterwards, make_missing, others_have_deals
from afteraction.web.deals.mirror import LABELS, Mirrored, engine, mirrored
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.deals.record import keep_events
from afteraction.web.deals.writing import write_rows
from afteraction.web.people.models import Organisation

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_BATCH: Final = 20_000
_MOST_CHOICES: Final = 1_000
_CHOSEN: Final = ("outcome", *LABELS)


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: the version that the mirror now shows (0 without data), its deals, rows written, deleted."""

    version: int
    deals: int
    written: int
    deleted: int
    left_out: int


def refresh_index(*, organisation: Organisation, rebuild: bool = False) -> Refreshed:
    """Mirror the newest data version of an organisation; with `rebuild` every row is written again."""
    lake = Lake(organisation.home)
    if lake.current() is None:
        return Refreshed(0, 0, 0, 0, 0)
    with _only_one(lake):
        state, _made = IndexState.objects.get_or_create(organisation=organisation)
        newest = lake.snapshot()
        versions = {snapshot.version: snapshot for snapshot in lake.versions()}
        known = versions.get(state.version)
        if rebuild or known is None or known.at != state.made_at or state.heading not in versions:
            return _to(state, None, newest)
        written = deleted = 0
        for aim in {state.heading: versions[state.heading], newest.version: newest}.values():
            if aim.version != state.version:
                done = _to(state, versions[state.version], aim)
                written, deleted = written + done.written, deleted + done.deleted
        return Refreshed(state.version, state.deals, written, deleted, state.left_out)


@contextmanager
def _only_one(lake: Lake) -> Iterator[None]:
    """Wait until no other refresh of the same lake runs. The lock ends with the process that holds it."""
    with (lake.home.lake / "index.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _to(state: IndexState, before: Snapshot | None, after: Snapshot) -> Refreshed:
    """Bring the mirror from one version to another; without the first from whatever it holds."""
    organisation = state.organisation
    # Where nobody has a list yet that would be slow without indexes.
    afterwards = state.version == 0 and not others_have_deals(organisation)
    indexing = made_afterwards if afterwards else _made_already
    if before is None:
        state.version, state.columns = 0, ""
    state.heading = after.version
    state.save(update_fields=["version", "heading", "columns"])
    with engine(organisation.home) as con, _much_memory():
        new = mirrored(con, after)
        keep_events(organisation.home, after.version, con, new.tables)
        if before is None:
            changed, gone = new.rows, _unknown(organisation, new)
        else:
            old = mirrored(con, before)
            changed = new.rows.difference(old.rows)
            gone = _ids(con, old.rows.anti_join(new.rows, "deal_id"))
        with indexing():
            written = _write(organisation, con, changed)
        deleted = _delete(organisation, gone)
        state.deals = int(new.rows.count().to_pyarrow().as_py())
        state.left_out, state.choices = new.left_out(), _choices(new)
    state.version, state.made_at, state.indexed_at = after.version, after.at, timezone.now()
    state.save()
    keep_columns(organisation)
    return Refreshed(after.version, state.deals, written, deleted, state.left_out)


@contextmanager
def _made_already() -> Iterator[None]:
    make_missing()
    yield


@contextmanager
def _much_memory() -> Iterator[None]:
    """Let SQLite hold the indexes in memory that rows are written into; with its 2 MB it would go to disk for each."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        [usual] = cursor.fetchone()
        cursor.execute("PRAGMA cache_size = -400000")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(usual)}")


def _write(organisation: Organisation, con: "Backend", rows: ibis.Table) -> int:
    """Insert or overwrite rows. By their last event, because rows that lie together in an index are written faster."""
    written = 0
    for batch in _batches(con, rows.order_by(_.last_event_at, _.deal_id)):
        with transaction.atomic():
            written += write_rows(organisation.pk, batch)
    return written


def _batches(con: "Backend", rows: ibis.Table) -> Iterator[pa.RecordBatch]:
    """Rows as they come, a batch at a time, so that memory does not grow with them."""
    yield from con.con.sql(con.compile(rows)).to_arrow_reader(_BATCH)


def _ids(con: "Backend", rows: ibis.Table) -> Iterator[list[str]]:
    for batch in _batches(con, rows.select("deal_id")):
        yield [str(deal_id) for deal_id in batch["deal_id"].to_pylist()]


def _unknown(organisation: Organisation, new: Mirrored) -> Iterator[list[str]]:
    """The ids in the mirror that a version does not have, a batch at a time."""
    last = 0
    while batch := list(
        Deal.objects.filter(organisation=organisation, pk__gt=last).order_by("pk").values_list("pk", "deal_id")[:_BATCH]
    ):
        last = batch[-1][0]
        ids = pa.table({"deal_id": pa.array([deal_id for _pk, deal_id in batch], pa.string())})
        held = new.con.create_table("held", ids, temp=True, overwrite=True)
        yield from _ids(new.con, held.anti_join(new.rows, "deal_id"))


def _delete(organisation: Organisation, gone: Iterator[list[str]]) -> int:
    deleted = 0
    for ids in gone:
        for first in range(0, len(ids), 500):
            deleted += Deal.objects.filter(organisation=organisation, deal_id__in=ids[first : first + 500]).delete()[0]
    return deleted


def _choices(new: Mirrored) -> dict[str, list[list[Any]]]:
    """The values of each filter by their number of deals, the most common ones first."""
    found = {}
    for name in _CHOSEN:
        label = _.owner_name.max() if name == "owner" else _[name].max()
        counted = new.rows.filter(_[name] != "").group_by(name).agg(label=label, deals=_.count())
        rows = counted.order_by(_.deals.desc(), name).limit(_MOST_CHOICES).to_pyarrow().to_pylist()
        found[name] = [[row[name], row["label"] or row[name], row["deals"]] for row in rows]
    return found
