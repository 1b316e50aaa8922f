"""What the record says of each lead, as an expression over the canonical tables of a data version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from afteraction.analysis.fetch import fetch
from afteraction.analysis.lead_statuses import LeadStatus, status_kinds
from afteraction.analysis.small_tables import small_table
from afteraction.lake.engine import read_table
from afteraction.lake.schema import TABLES
from afteraction.lake.store import Snapshot
from afteraction.web.deals.mirror import LONGEST_ID
from afteraction.web.deals.mirror import chr as character

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

USED: Final = ("leads", "lead_changes", "lead_touches", "deals", "accounts", "people", "touches")
TEXTS: Final = {
    "source": 80,
    "campaign": 80,
    "person": LONGEST_ID,
    "person_name": 200,
    "account": LONGEST_ID,
    "account_name": 300,
    "owner_name": 200,
    "team": 80,
    "status": 80,
    "kind": 20,
    "reason": 80,
    "return_reason": 80,
    "returned_by": 200,
    "deal_id": LONGEST_ID,
    "outcome": 20,
}
TIMES: Final = (
    *("came_at", "status_at", "handed_at", "answered_at", "accepted_at", "returned_at", "deal_at", "deal_ended_at"),
)
_OWNERS: Final = (
    *("owner", "owner_id", "ownerid", "lead_owner", "contact_owner", "hubspot_owner_id", "assigned_to", "sdr_id"),
)
"""Attributes of leads in which CRMs keep who has them, by their names without case and spaces."""


@dataclass(frozen=True)
class MirroredLeads:
    """The rows of one data version, the tables that they come from, and the newest date that any lead has."""

    con: "Backend"
    rows: ibis.Table
    tables: Mapping[str, ibis.Table]
    newest: datetime | None


def mirrored_leads(con: "Backend", snapshot: Snapshot) -> MirroredLeads:
    """The rows for a data version. Several versions may be read through one engine."""
    tables = {
        name: read_table(con, TABLES[name], snapshot.files(name), f"{name}_of_leads_{snapshot.version}")
        for name in USED
    }
    made = ibis.literal(snapshot.at)
    tables["lead_changes"] = tables["lead_changes"].filter(_.at <= made)
    tables["lead_touches"] = tables["lead_touches"].filter(_.at <= made)
    rows = con.create_table(f"leads_mirrored_{snapshot.version}", _rows(tables, snapshot.at), temp=True, overwrite=True)
    dates = rows.agg(newest=ibis.greatest(_.came_at.max(), _.status_at.max()))
    return MirroredLeads(con, rows, tables, fetch(dates)[0]["newest"])


def _rows(tables: Mapping[str, ibis.Table], made: datetime) -> ibis.Table:
    leads = tables["leads"].filter((_.lead_id.length() <= LONGEST_ID) & ~_.lead_id.contains(character(0)))
    owner = _owner_column(leads)
    leads = leads.select(
        *("lead_id", "source", "campaign", "created_at", "person", "account"),
        deal_id=_.converted_deal_id,
        own_owner=leads[owner].cast("string") if owner else ibis.null("string"),
    )
    known = leads.left_join(_changes(tables["lead_changes"]), "lead_id").drop("lead_id_right")
    known = known.left_join(_touches(tables["lead_touches"]), "lead_id").drop("lead_id_right")
    deals = tables["deals"].select("deal_id", "outcome", deal_at=_.created_at, deal_ended_at=_.closed_at)
    known = known.left_join(deals, "deal_id").drop("deal_id_right")
    accounts = tables["accounts"].select("account_id", account_name="name")
    known = known.left_join(accounts, known.account == accounts.account_id)
    people = tables["people"].select("person_id", "name", "team")
    persons = people.select("person_id", person_name="name")
    known = known.left_join(persons, known.person == persons.person_id).drop("person_id")
    owners = people.select("person_id", "team")
    known = known.mutate(owner_name=ibis.coalesce(known.own_owner, known.actor))
    known = known.left_join(owners, known.owner_name == owners.person_id)
    first = ibis.coalesce(known.created_at, known.first_at, known.first_touch, ibis.literal(made))
    wide = known.mutate(
        person_name=ibis.coalesce(known.person_name, known.person),
        account_name=ibis.coalesce(known.account_name, known.account),
        came_at=ibis.least(first, ibis.literal(made)),
        answered_at=ibis.least(known.answered_at, known.first_ours),
        attempts=(known.attempts.fill_null(0) + known.ours.fill_null(0)).cast("int64"),
    )
    return wide.select(
        "lead_id",
        **{name: _text(wide[name], length) for name, length in TEXTS.items()},
        **{name: wide[name] for name in TIMES},
        attempts=wide.attempts,
    )


def with_kinds(changes: ibis.Table) -> ibis.Table:
    """The changes with what their statuses mean, as `kind`."""
    names = [row["status"] for row in fetch(changes.select("status").distinct())]
    kinds = status_kinds(names)
    meaning = small_table({"said": kinds.keys(), "kind": kinds.values()}, {"said": "string", "kind": "string"})
    return changes.join(meaning, changes.status == meaning.said)


def _changes(changes: ibis.Table) -> ibis.Table:
    """What the changes of each lead say, by what each status means."""
    told = with_kinds(changes)
    worked, accepted = _.kind == LeadStatus.WORKED, _.kind == LeadStatus.ACCEPTED
    returned = _.kind == LeadStatus.RETURNED
    ours = _.kind.isin([LeadStatus.WORKED, LeadStatus.ACCEPTED, LeadStatus.CONVERTED, LeadStatus.OFFERED])
    return told.group_by("lead_id").agg(
        first_at=_.at.min(),
        status_at=_.at.max(),
        status=_.status.argmax(_.at),
        kind=_.kind.argmax(_.at),
        reason=_.reason.argmax(_.at),
        actor=_.actor.argmax(_.at, where=ours),
        handed_at=_.at.min(where=_.kind == LeadStatus.OFFERED),
        answered_at=_.at.min(where=~_.kind.isin([LeadStatus.NEW, LeadStatus.OFFERED])),
        accepted_at=_.at.max(where=accepted),
        returned_at=_.at.max(where=returned),
        return_reason=_.reason.argmax(_.at, where=returned),
        returned_by=_.actor.argmax(_.at, where=returned),
        attempts=worked.sum(),
    )


def _touches(touches: ibis.Table) -> ibis.Table:
    ours = _.side == "us"
    return touches.group_by("lead_id").agg(
        first_touch=_.at.min(),
        first_ours=_.at.min(where=ours & _.actor.notnull()),
        ours=(ours & _.actor.notnull()).sum(),
    )


def _owner_column(leads: ibis.Table) -> str | None:
    """The attribute that says who has a lead, if there is one."""
    plain = {name.casefold().replace(" ", "_"): name for name in leads.columns}
    return next((plain[name] for name in _OWNERS if name in plain), None)


def _text(column: Any, length: int) -> Any:
    """A text as a database keeps it: never null, without NUL, not longer than its column."""
    return column.fill_null("").replace(character(0), "").substr(0, length)
