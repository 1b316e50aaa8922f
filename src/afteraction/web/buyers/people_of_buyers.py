"""Whom a deal may ask: the people of its account with a mail address, as the record has them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis import _

from afteraction.lake.engine import read_table
from afteraction.lake.schema import TABLES
from afteraction.lake.store import Lake
from afteraction.web.deals.mirror import engine
from afteraction.web.people.models import Organisation


@dataclass(frozen=True)
class Contact:
    """Someone of the buyer. `touches` is how often they took part in the deal."""

    name: str
    email: str
    job: str
    touches: int


def contacts_of(organisation: Organisation, deals: Iterable[tuple[str, str]]) -> dict[str, list[Contact]]:
    """The contacts of deals, given as (deal_id, account_id), by deal: who took part most comes first.

    People without an account are those who took part in the deal. Everyone has one mail address, with an @.
    """
    wanted = dict(deals)
    snapshot = Lake(organisation.home).current() if wanted else None
    if snapshot is None:
        return {}
    with engine(organisation.home) as con:
        people, touches = (read_table(con, TABLES[name], snapshot.files(name), name) for name in ("people", "touches"))
        listed = pa.table({"deal_id": list(wanted), "account_id": list(wanted.values())})
        asked = con.create_table("asked", listed, temp=True)
        # A side is often left out: someone with an account and no team of ours is theirs.
        unsaid = people.side.isnull() & people.account_id.notnull() & people.team.isnull()
        theirs = people.filter(people.email.contains("@"), (people.side == "buyer") | unsaid)
        theirs = theirs.select("person_id", "name", "email", "role", of="account_id")
        part = touches.semi_join(asked, "deal_id").filter(_.person_id.notnull())
        part = part.group_by("deal_id", "person_id").agg(touches=_.count())
        by_account = asked.join(theirs, asked.account_id == theirs.of).select("deal_id", "person_id")
        either = ibis.union(by_account, part.select("deal_id", "person_id"), distinct=True)
        rows = either.join(theirs, "person_id").left_join(part, ["deal_id", "person_id"])
        found = rows.select("deal_id", "name", "email", "role", "touches").to_pyarrow().to_pylist()
    contacts: dict[str, dict[str, Contact]] = defaultdict(dict)
    for row in found:
        email = row["email"].strip().lower()
        contact = Contact(row["name"] or "", email, row["role"] or "", row["touches"] or 0)
        contacts[row["deal_id"]].setdefault(email, contact)
    return {deal: sorted(them.values(), key=lambda c: (-c.touches, c.name, c.email)) for deal, them in contacts.items()}
