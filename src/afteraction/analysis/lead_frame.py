"""One row per lead as arrays: where it came from, what was done with it, and what became of it, each with its day.

Times are days since the first instant of the record, NaN where nothing happened; `end` is its last instant, at which
leads of which nothing has come yet are censored: they are young, not failures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.deal_frame import Category
from afteraction.analysis.fetch import fetch
from afteraction.analysis.lead_statuses import LeadStatus, status_kinds
from afteraction.analysis.small_tables import small_table
from afteraction.analysis.summary import time_span
from afteraction.errors import NotEnoughData
from afteraction.lake.schema import TABLES

SOURCE, CAMPAIGN, CONTENT, CHANNEL, MONTH = "source", "campaign", "content", "channel", "month"
_OF_ACCOUNT: Final = {"industry": "industry", "account size": "size", "country": "country", "segment": "segment"}
_MOST_LEVELS: Final = 5_000
"""An attribute with more values than this is a name of its own, not a kind of lead."""


@dataclass(frozen=True)
class LeadFrame:
    """n leads in the order of their day of coming in; those without such a day are left out (`undated` of them).

    `facts` are text that is known of a lead: source, campaign, content and channel of the first touch, month, the
    account's and its own attributes; `numbers` its attributes of numbers. `worked` is the first attempt or acceptance,
    `returned` the return that still stands, with its `reason`; `converted` is when it became a deal, `won` when that
    was won, `lost` when it ended otherwise. `amount` is what was won, in `currency`. `touches` are those of the lead
    before it became a deal, `effort` every contact that sales made: attempts, our touches of the lead and of its deal.
    """

    lead_id: "pa.ChunkedArray[Any]"
    deal_id: "pa.ChunkedArray[Any]"
    created: Floats
    worked: Floats
    accepted: Floats
    returned: Floats
    reason: Category
    converted: Floats
    won: Floats
    lost: Floats
    amount: Floats
    currency: Category
    touches: Floats
    attempts: Floats
    effort: Floats
    facts: Mapping[str, Category]
    numbers: Mapping[str, Floats]
    end: float
    origin: np.datetime64
    undated: int = 0

    def __len__(self) -> int:
        return len(self.created)

    @property
    def dead(self) -> Floats:
        """When nothing could come of a lead any more: returned, or its deal ended without being won; NaN if neither."""
        return np.where(np.isnan(self.won), np.fmin(self.lost, np.where(self.is_deal, np.nan, self.returned)), np.nan)

    @property
    def is_deal(self) -> Flags:
        return ~np.isnan(self.converted)

    @property
    def follow_up(self) -> Floats:
        """The days for which each lead could be watched."""
        return np.maximum(self.end - self.created, 0.0)

    def numbered(self) -> ibis.Table:
        """lead_id, and `lead`: its place in the frame."""
        places = pa.array(np.arange(len(self)), pa.int64())
        return ibis.memtable(pa.Table.from_arrays([self.lead_id, places], names=["lead_id", "lead"]))

    def only(self, rows: npt.NDArray[Any]) -> "LeadFrame":
        """The same of some of the leads, given by their places or by a flag each."""
        places: Ints = (np.flatnonzero(rows) if rows.dtype == np.bool_ else rows).astype(np.int32)
        changed: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, Category):
                changed[each.name] = value.only(places)
            elif isinstance(value, np.ndarray):
                changed[each.name] = value[places]
            elif isinstance(value, pa.ChunkedArray):
                changed[each.name] = value.take(places)
        return replace(
            self,
            **changed,
            facts={name: one.only(places) for name, one in self.facts.items()},
            numbers={name: one[places] for name, one in self.numbers.items()},
        )


def lead_frame(
    tables: Mapping[str, ibis.Table],
    statuses: Mapping[str, LeadStatus] | None = None,
    now: datetime | None = None,
) -> LeadFrame | NotEnoughData:
    """Gather the leads from the tables leads, lead_changes, lead_touches, deals, touches and accounts.

    `statuses` says what a status means where its words do not (`lead_statuses`). `now` is the last instant that is
    known of; without it that of the record. What is dated after it is taken as not having happened yet.
    """
    span = time_span(tables)
    leads = fetch(tables["leads"].agg(n=_.count(), dated=_.created_at.count()))[0]
    if span is None or not leads["dated"]:
        return NotEnoughData("no lead has a date at which it came in", "a table of leads with created_at")
    wide = _wide(tables, statuses).order_by("created_at", "lead_id").to_pyarrow()
    times = {f.name: wide[f.name].to_numpy() for f in wide.schema if pa.types.is_timestamp(f.type)}
    origin = np.nanmin(times["created_at"])
    last = np.datetime64((now or span[1]).replace(tzinfo=None), "us")
    end = float((last - origin) / np.timedelta64(1, "D"))
    days = {name: _days(values, origin, end) for name, values in times.items()}
    return _framed(wide, days, end, origin, leads["n"] - leads["dated"])


def _framed(wide: pa.Table, days: Mapping[str, Floats], end: float, origin: np.datetime64, undated: int) -> LeadFrame:
    created = days["created_at"]
    # A record may say that a lead was converted or won before it came in (dates without hours): then at once.
    after = {name: np.fmax(each, created) for name, each in days.items()}
    after = {name: np.where(np.isnan(days[name]), np.nan, each) for name, each in after.items()}
    known = created <= end
    outcome = wide["outcome"].to_pandas().fillna("").to_numpy(dtype=str)
    closed = after["closed_at"]
    won = np.where(outcome == "won", closed, np.nan)
    lost = np.where((outcome == "lost") | (outcome == "no_decision"), closed, np.nan)
    became = np.where(np.isnan(after["converted_at"]), after["deal_created_at"], after["converted_at"])
    converted = np.fmin(became, np.fmin(won, lost))
    # Of a deal without any date all that is known is that it came by the end of the record.
    linked = ~wide["converted_deal_id"].to_pandas().isna().to_numpy()
    converted = np.where(np.isnan(converted) & linked, end, converted)
    plain = {f.name for f in wide.schema if pa.types.is_string(f.type)} - _NO_FACTS
    numbers = {f.name for f in wide.schema if pa.types.is_floating(f.type)} - _NO_NUMBERS
    facts = {name: Category.of(wide[name]) for name in wide.column_names if name in plain}
    month: Any = pc.strftime(wide["created_at"], "%Y-%m")
    facts[MONTH] = Category.of(month)
    frame = LeadFrame(
        lead_id=wide["lead_id"],
        deal_id=wide["converted_deal_id"],
        created=created,
        worked=after["worked_at"],
        accepted=after["accepted_at"],
        returned=after["returned_at"],
        reason=Category.of(wide["return_reason"]),
        converted=converted,
        won=won,
        lost=lost,
        amount=np.where(np.isnan(won), np.nan, wide["amount"].to_numpy()),
        currency=Category.of(wide["currency"]),
        touches=np.nan_to_num(wide["lead_touches"].to_numpy()),
        attempts=np.nan_to_num(wide["attempts"].to_numpy()),
        effort=np.nan_to_num(wide["effort"].to_numpy()),
        facts={name: one for name, one in facts.items() if one.levels and len(one.levels) <= _MOST_LEVELS},
        numbers={name: wide[name].to_numpy() for name in sorted(numbers)},
        end=end,
        origin=origin,
        undated=undated,
    )
    return frame if known.all() else frame.only(known)


_NO_FACTS: Final = frozenset(
    ["lead_id", "converted_deal_id", "person", "account", "outcome", "currency", "return_reason"]
)
_NO_NUMBERS: Final = frozenset(["amount", "lead_touches", "attempts", "effort"])


def _wide(tables: Mapping[str, ibis.Table], statuses: Mapping[str, LeadStatus] | None) -> ibis.Table:
    """One row per dated lead with what is known of it from every table."""
    leads = tables["leads"].filter(_.created_at.notnull())
    own = _attributes(leads)
    values = {safe: leads[n].cast("float64") if leads[n].type().is_numeric() else leads[n] for safe, n in own.items()}
    leads = leads.select(*TABLES["leads"].names, **values)
    deals = tables["deals"].select(
        "deal_id", "outcome", "amount", "currency", "closed_at", deal_created_at=_.created_at
    )
    ours = (_.side != "buyer") | _.side.isnull()
    of_deals = tables["touches"].filter(ours).group_by("deal_id").agg(deal_touches=_.count().cast("float64"))
    changes = _changes(tables["lead_changes"], statuses)
    accounts = tables["accounts"].select("account_id", **_OF_ACCOUNT)
    wide = leads.left_join(deals, leads.converted_deal_id == deals.deal_id).drop("deal_id")
    wide = wide.left_join(of_deals, wide.converted_deal_id == of_deals.deal_id).drop("deal_id")
    wide = wide.left_join(changes, "lead_id").drop("lead_id_right")
    wide = wide.left_join(_touches(tables["lead_touches"]), "lead_id").drop("lead_id_right")
    wide = wide.left_join(accounts, wide.account == accounts.account_id).drop("account_id")
    spent = [wide[name].fill_null(0.0) for name in ("attempts", "our_touches", "deal_touches")]
    wide = wide.mutate(effort=spent[0] + spent[1] + spent[2]).drop("our_touches", "deal_touches")
    return _with_attributes(wide, own)


def _attributes(leads: ibis.Table) -> dict[str, str]:
    """The leads' own texts and numbers, by a name that no other column has, whatever its capitals."""
    own = [name for name in leads.columns if name not in TABLES["leads"].names]
    known = [name for name in own if leads[name].type().is_string() or leads[name].type().is_numeric()]
    return {f"attribute {number}": name for number, name in enumerate(known)}


def _with_attributes(wide: ibis.Table, own: Mapping[str, str]) -> ibis.Table:
    """The attributes under their own names. What the lead says itself of its industry, country or content comes before
    what its account or first touch says; an attribute that is called like another column is left out."""
    instead: dict[str, ibis.Value] = {}
    taken = {name.casefold() for name in wide.columns}
    renamed: dict[str, str] = {}
    for safe, name in own.items():
        known = name.casefold()
        if known in (CONTENT, *_OF_ACCOUNT) and wide[safe].type().is_string():
            instead[known] = ibis.coalesce(wide[safe], wide[known])
        elif known not in taken:
            renamed[name] = safe
        taken.add(known)
    kept = [name for name in wide.columns if name not in own]
    return wide.mutate(**instead).select(*kept, **{name: _[safe] for name, safe in renamed.items()})


def _changes(changes: ibis.Table, statuses: Mapping[str, LeadStatus] | None) -> ibis.Table:
    """lead_id, worked_at, accepted_at, returned_at, return_reason, converted_at, attempts."""
    names = [row["status"] for row in fetch(changes.select("status").distinct())]
    kinds = status_kinds(names, statuses)
    meaning = small_table({"said": kinds.keys(), "kind": kinds.values()}, {"said": "string", "kind": "string"})
    told = changes.join(meaning, changes.status == meaning.said)
    first = {
        "accepted_at": _.at.min(where=_.kind == LeadStatus.ACCEPTED),
        "converted_at": _.at.min(where=_.kind == LeadStatus.CONVERTED),
        "worked_at": _.at.min(where=_.kind.isin([LeadStatus.WORKED, LeadStatus.ACCEPTED, LeadStatus.CONVERTED])),
        "attempts": (_.kind == LeadStatus.WORKED).sum().cast("float64"),
        "sent_back": _.at.max(where=_.kind == LeadStatus.RETURNED),
        "return_reason": _.reason.argmax(_.at, where=_.kind == LeadStatus.RETURNED),
        "later": _.at.max(where=_.kind != LeadStatus.RETURNED),
    }
    found = told.group_by("lead_id").agg(**first)
    # A lead that was taken up again after its return is not returned any more.
    stands = found.sent_back.notnull() & (found.later.isnull() | (found.sent_back >= found.later))
    return found.mutate(
        returned_at=ibis.cases((stands, found.sent_back)), return_reason=ibis.cases((stands, found.return_reason))
    ).drop("sent_back", "later")


def _touches(touches: ibis.Table) -> ibis.Table:
    """lead_id, lead_touches, our_touches; channel and content of the first one."""
    return touches.group_by("lead_id").agg(
        lead_touches=_.count().cast("float64"),
        our_touches=(_.side == "us").sum().cast("float64"),
        channel=_.channel.argmin(_.at),
        content=_.content.argmin(_.at),
    )


def _days(values: npt.NDArray[np.datetime64], origin: np.datetime64, end: float) -> Floats:
    """Times as days since the origin; what comes after the end has not happened."""
    days = np.asarray((values - origin) / np.timedelta64(1, "D"), dtype=np.float64)
    return np.where(days > end, np.nan, days)


def places(category: Category) -> Ints:
    """The levels of a fact as numbers from 0, a last one standing for what is unknown."""
    return np.where(category.codes < 0, len(category.levels), category.codes).astype(np.int32)
