"""What was known of each lead when it was handed over, and what happened to it: kept per data version in sorted files.

Criteria are tried on these files, and the page of a lead reads its course from them; neither starts an engine.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis import _

from afteraction.analysis.lead_statuses import LeadStatus
from afteraction.lake.durable import put_in_place
from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES
from afteraction.web.deals.record import rows_of
from afteraction.web.leads.criteria import Kind, number_in
from afteraction.web.leads.mirror import with_kinds

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_FORMAT: Final = 1
_PIECE: Final = 8_192
_MOST_ATTRIBUTES: Final = 40
_MOST_EVENTS: Final = 500
FACTS, DID, EVENTS = "lead_facts", "lead_did", "lead_events"
_OF_ACCOUNT: Final = {"segment": "segment", "industry": "industry", "company size": "size", "country": "country"}
_OWN: Final = ("source", "campaign", "person", "company", "role", *_OF_ACCOUNT)


@dataclass(frozen=True)
class LeadChange:
    """Something that happened to a lead on record: a status entered (`is_status`), or a touch."""

    at: datetime
    what: str
    is_status: bool
    actor: str
    reason: str
    side: str
    channel: str
    about: str
    attempt: int | None


def path_of(home: Home, version: int, name: str) -> Path:
    """Where a file of a version lies."""
    return home.cache / str(version) / f"{name}-{_FORMAT}.parquet"


def keep_facts(home: Home, version: int, con: "Backend", tables: Mapping[str, ibis.Table]) -> None:
    """Keep the files of a version; does nothing where they are kept already."""
    known = _facts(tables).cache()
    made = {
        FACTS: known.order_by("came_at", "lead_id"),
        DID: _did(tables, known).order_by("came_at", "lead_id"),
        EVENTS: _events(tables).order_by("lead_id", "at", "is_status"),
    }
    for name, rows in made.items():
        place = path_of(home, version, name)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            with home.staging() as staging:
                con.to_parquet(rows, staging / place.name, row_group_size=_PIECE)
                put_in_place(staging / place.name, place)


def changes_of(home: Home, version: int, lead_id: str) -> tuple[LeadChange, ...]:
    """What is on record of a lead, in order, the newest of very many; none where the version's files are not kept."""
    [found] = rows_of([path_of(home, version, EVENTS)], lead_id, "lead_id")
    rows = sorted(found, key=lambda row: (row["at"], row["is_status"], row["what"]))[-_MOST_EVENTS:]
    return tuple(
        LeadChange(
            at=row["at"],
            what=row["what"] or "",
            is_status=row["is_status"],
            actor=row["actor"] or "",
            reason=row["reason"] or "",
            side=row["side"] or "",
            channel=row["channel"] or "",
            about=row["about"] or "",
            attempt=row["attempt"],
        )
        for row in rows
    )


def field_names(home: Home, version: int) -> list[str]:
    """The fields that criteria may name; none where the version's files are not kept."""
    place = path_of(home, version, FACTS)
    if not place.exists():
        return []
    return [name for name in pq.read_schema(place).names if name not in ("lead_id", "came_at", "handed_at")]


def kinds_of(home: Home, version: int, fields: Collection[str]) -> dict[str, Kind]:
    """What those fields hold, as far as it is known: numbers, also where they are written as text, or words.

    A column of text holds numbers where half of its different values are. Of an empty one nobody knows.
    """
    place = path_of(home, version, FACTS)
    if not place.exists():
        return {}
    schema = pq.read_schema(place)
    asked = sorted({name for name in fields if name in schema.names})
    columns = pq.read_table(place, columns=asked)
    found: dict[str, Kind] = {}
    for name in asked:
        if not pa.types.is_string(schema.field(name).type):
            found[name] = "number"
            continue
        values = pc.unique(columns[name]).drop_null().to_pylist()
        numbers = sum(number_in(str(each)) is not None for each in values)
        if values:
            found[name] = "number" if 2 * numbers >= len(values) else "text"
    return found


def _facts(tables: Mapping[str, ibis.Table]) -> ibis.Table:
    """One row per dated lead: lead_id, came_at, handed_at (else when it came), and its fields."""
    leads = tables["leads"].filter(_.created_at.notnull())
    taken = {*_OWN, "lead_id", "came_at", "handed_at"}
    extra = [name for name in leads.columns if name not in TABLES["leads"].names and name.casefold() not in taken]
    extra = [name for name in extra if leads[name].type().is_string() or leads[name].type().is_numeric()]
    changes = with_kinds(tables["lead_changes"]).filter(_.kind != LeadStatus.NEW)
    changes = changes.group_by("lead_id").agg(first=_.at.min())
    known = leads.left_join(changes, "lead_id").drop("lead_id_right")
    accounts = tables["accounts"].select("account_id", account_name="name", **_OF_ACCOUNT)
    known = known.left_join(accounts, known.account == accounts.account_id)
    people = tables["people"].select("person_id", "role")
    known = known.left_join(people, known.person == people.person_id)
    return known.select(
        "lead_id",
        "source",
        "campaign",
        "person",
        "role",
        came_at="created_at",
        handed_at=ibis.coalesce(known.first, known.created_at),
        company=ibis.coalesce(known.account_name, known.account),
        **{name: known[name] for name in _OF_ACCOUNT},
        **{name: known[name] for name in extra[:_MOST_ATTRIBUTES]},
    )


def _did(tables: Mapping[str, ibis.Table], known: ibis.Table) -> ibis.Table:
    """What leads did before they were handed over: lead_id, came_at, kind, days before."""
    touches = tables["lead_touches"].filter((_.side != "us") | _.side.isnull()).select("lead_id", "activity", "at")
    joined = touches.join(known.select("lead_id", "came_at", "handed_at"), "lead_id")
    joined = joined.filter(joined.at <= joined.handed_at)
    days = (joined.handed_at.epoch_seconds() - joined.at.epoch_seconds()) / 86_400
    return joined.select("lead_id", "came_at", kind="activity", days=days)


def _events(tables: Mapping[str, ibis.Table]) -> ibis.Table:
    """The changes and touches of all leads."""
    none: Any = ibis.null("string")
    changes = tables["lead_changes"].select(
        "lead_id",
        "at",
        "actor",
        "reason",
        what="status",
        is_status=ibis.literal(True),
        side=none,
        channel=none,
        about=none,
        attempt=_.attempt.cast("int64"),
    )
    touches = tables["lead_touches"].select(
        "lead_id",
        "at",
        "actor",
        what="activity",
        is_status=ibis.literal(False),
        reason=none,
        side="side",
        channel="channel",
        about=ibis.coalesce(_.content, _.campaign),
        attempt=ibis.null("int64"),
    )
    order = ("lead_id", "at", "what", "is_status", "actor", "reason", "side", "channel", "about", "attempt")
    return ibis.union(changes.select(*order), touches.select(*order))
