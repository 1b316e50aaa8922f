"""What a deal's risk is told by, one row per deal in the order in which they began."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from afteraction.analysis.arrays import Floats, Ints
from afteraction.analysis.deal_facts import SEGMENT, deal_facts, fact_names
from afteraction.analysis.deal_frame import Category

MARKETS: Final = (SEGMENT, "industry", "country")
_LINE_WORDS: Final = frozenset({"product", "products", "line", "offering", "service", "services", "solution", "series"})
"""A column that has one of these words in its name says what is sold."""


@dataclass(frozen=True)
class Contacts:
    """Who of the buyers was touched in which deal, and when first: one row per deal and person.

    `deal` is a row of the deals, `person` a number, `at` days on their clock.
    """

    deal: Ints
    person: Ints
    at: Floats


@dataclass(frozen=True)
class RiskDeals:
    """n deals whose beginning is known, in that order. `created` is in days, `end` the record's last instant.

    `markets` and `lines` are attributes that say to whom and what is sold. `undated` deals are left out.
    """

    deal_id: "pa.ChunkedArray[Any] | pa.Array[Any]"
    created: Floats
    end: float
    owner: Category
    account: Category
    deal_type: Category
    outcome: Category
    amount: Floats
    currency: Category
    markets: Mapping[str, Category]
    lines: Mapping[str, Category]
    contacts: Contacts
    undated: int = 0

    def __len__(self) -> int:
        return len(self.created)


def risk_deals(tables: Mapping[str, ibis.Table]) -> RiskDeals:
    """Gather them from the record: two queries, one over the deals and one over the touches with a person."""
    lines = [name for name in fact_names(tables) if name == "pipeline" or _LINE_WORDS & set(_words(name))]
    facts = deal_facts(tables).select(
        "deal_id", "owner", "outcome", "created_at", "amount", "deal_type", *MARKETS, *lines
    )
    more = tables["deals"].select("deal_id", "account_id", "currency")
    wide = facts.join(more, "deal_id").order_by("created_at", "deal_id").to_pyarrow()
    at = wide["created_at"].to_numpy()
    dated = ~np.isnat(at)
    undated = int(np.sum(~dated))
    wide, at = wide.filter(pa.array(dated)), at[dated]
    origin = at.min() if len(at) else np.datetime64("2000-01-01")
    amount = wide["amount"].to_numpy().astype(np.float64)
    contacts, last = _contacts(tables, wide["deal_id"], origin)
    created = _days(at, origin)
    return RiskDeals(
        deal_id=wide["deal_id"],
        created=created,
        end=max(float(created.max(initial=0.0)), last),
        owner=Category.of(wide["owner"]),
        account=Category.of(wide["account_id"]),
        deal_type=Category.of(wide["deal_type"]),
        outcome=Category.of(wide["outcome"]),
        amount=np.where(np.isfinite(amount) & (amount > 0), amount, np.nan),
        currency=Category.of(wide["currency"]),
        markets={name: Category.of(wide[name]) for name in MARKETS},
        lines={name: Category.of(wide[name]) for name in lines},
        contacts=contacts,
        undated=undated,
    )


def _contacts(
    tables: Mapping[str, ibis.Table], deal_ids: "pa.ChunkedArray[Any]", origin: np.datetime64
) -> tuple[Contacts, float]:
    """The buyers' people in each deal, and the day of the last touch; our own people are no contacts."""
    touches, ours = tables["touches"], tables["people"].filter(_.side == "us").select("person_id")
    met = touches.filter(_.person_id.notnull()).anti_join(ours, "person_id")
    first = met.group_by("deal_id", "person_id").agg(at=_.at.min()).order_by("deal_id", "person_id").to_pyarrow()
    [row] = touches.agg(last=_.at.max()).to_pyarrow().to_pylist()
    place: Any = pc.index_in(first["deal_id"], value_set=deal_ids.combine_chunks())
    deal = place.fill_null(-1).to_numpy()
    kept = deal >= 0
    last = (
        0.0 if row["last"] is None else float(_days(np.array([row["last"].replace(tzinfo=None)], "M8[us]"), origin)[0])
    )
    contacts = Contacts(
        deal=deal[kept].astype(np.int32),
        person=Category.of(first["person_id"]).codes[kept],
        at=_days(first["at"].to_numpy(), origin)[kept],
    )
    return contacts, last


def _days(at: "np.ndarray[Any, Any]", origin: np.datetime64) -> Floats:
    return np.asarray((at - origin) / np.timedelta64(1, "D"), dtype=np.float64)


def _words(name: str) -> list[str]:
    """The words of a column's name, however it is written: ProductLine__c, product_line."""
    return re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())
