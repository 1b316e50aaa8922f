"""The canonical tables: what every source is turned into and every analysis starts from.

All times are UTC with microseconds, all ids are text. A column that is not `required` may be empty. Tables that
allow it keep any further column under its own name as an attribute, as text or as a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

TEXT: Final = pa.string()
NUMBER: Final = pa.float64()
WHOLE: Final = pa.int64()
DATE: Final = pa.date32()
TIME: Final = pa.timestamp("us", tz="UTC")

OUTCOMES: Final = ("open", "won", "lost", "no_decision")
ENDED: Final = ("won", "lost", "no_decision")
SIDES: Final = ("us", "buyer")


LARGEST: Final = 1e18
"""No amount is larger; sums of such as are would overflow."""


@dataclass(frozen=True)
class Column:
    """One canonical column. `values` closes the list of what may stand in it; `low` and `high` bound a number."""

    name: str
    type: pa.DataType
    meaning: str
    required: bool = False
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Table:
    """One canonical table. Rows with equal `key` are the same row; `order` is how rows are sorted when written."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    order: tuple[str, ...] = ()
    attributes: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @property
    def arrow(self) -> pa.Schema:
        """The canonical columns as an Arrow schema; attribute columns come on top."""
        return pa.schema([pa.field(c.name, c.type, nullable=not c.required) for c in self.columns])

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)


def _table(name: str, meaning: str, key: str, *columns: Column, order: str = "", attributes: bool = False) -> Table:
    return Table(name, meaning, tuple(key.split()), columns, tuple((order or key).split()), attributes)


_SOURCE_ORDER = Column("source_order", WHOLE, "position in the source; decides between events of the same instant")

TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        _table(
            "deals",
            "one sale pursued",
            "deal_id",
            Column("deal_id", TEXT, "the deal's id in its source", required=True),
            Column("name", TEXT, "what people call it"),
            Column("account_id", TEXT, "the buying organisation"),
            Column("owner", TEXT, "the rep who owns it"),
            Column("amount", NUMBER, "its value, in `currency`", low=-LARGEST, high=LARGEST),
            Column("currency", TEXT, "ISO 4217 code"),
            Column("created_at", TIME, "when it was opened"),
            Column("closed_at", TIME, "when it ended; empty while open"),
            Column("outcome", TEXT, "how it ended", required=True, values=OUTCOMES),
            Column("stage", TEXT, "where it stands, or stood at the end"),
            Column("pipeline", TEXT, "the pipeline it runs through"),
            Column("expected_close_on", DATE, "the close date the rep expects"),
            Column("lost_reason", TEXT, "the CRM's own picklist value"),
            Column("source", TEXT, "where the deal came from"),
            Column("segment", TEXT, "market segment"),
            Column("competitor", TEXT, "main competitor"),
            Column("crm_probability", NUMBER, "the CRM's chance of winning", low=0.0, high=1.0),
            Column("deal_type", TEXT, "new business, expansion, renewal, ..."),
            attributes=True,
        ),
        _table(
            "stage_changes",
            "a dated move of a deal to a stage",
            "deal_id at stage",
            Column("deal_id", TEXT, "the deal that moved", required=True),
            Column("at", TIME, "when it entered the stage", required=True),
            Column("stage", TEXT, "the stage entered", required=True),
            Column("actor", TEXT, "who moved it"),
            Column("outcome", TEXT, "the outcome that this stage means; such a move is no step", values=OUTCOMES[1:]),
            _SOURCE_ORDER,
        ),
        _table(
            "touches",
            "a logged call, mail, meeting or document",
            "touch_id",
            Column("touch_id", TEXT, "the touch's id in its source", required=True),
            Column("deal_id", TEXT, "the deal it belongs to", required=True),
            Column("activity", TEXT, "what was done", required=True),
            Column("at", TIME, "when it was done", required=True),
            Column("actor", TEXT, "who did it"),
            Column("side", TEXT, "whose initiative it was", values=SIDES),
            Column("channel", TEXT, "call, mail, meeting, document, ..."),
            Column("minutes", NUMBER, "how long it took, in minutes", low=0.0),
            Column("subject", TEXT, "its subject line"),
            Column("person_id", TEXT, "the person it was with"),
            _SOURCE_ORDER,
            order="deal_id at",
        ),
        _table(
            "accounts",
            "a buying organisation",
            "account_id",
            Column("account_id", TEXT, "the account's id in its source", required=True),
            Column("name", TEXT, "its name"),
            Column("domain", TEXT, "its internet domain"),
            Column("segment", TEXT, "market segment"),
            Column("industry", TEXT, "its industry"),
            Column("size", TEXT, "its size, as the source says it"),
            Column("country", TEXT, "where it is"),
            attributes=True,
        ),
        _table(
            "people",
            "a person of ours or of a buyer",
            "person_id",
            Column(
                "person_id",
                TEXT,
                "the person's id in its source; a rep's is what `owner` and `actor` say",
                required=True,
            ),
            Column("name", TEXT, "full name"),
            Column("email", TEXT, "mail address"),
            Column("account_id", TEXT, "a buyer's organisation"),
            Column("role", TEXT, "job title or role"),
            Column("team", TEXT, "a rep's team"),
            Column("manager", TEXT, "a rep's manager"),
            Column("side", TEXT, "which side the person is on", values=SIDES),
            attributes=True,
        ),
        _table(
            "leads",
            "a prospect before it is a deal",
            "lead_id",
            Column("lead_id", TEXT, "the lead's id in its source", required=True),
            Column("source", TEXT, "where it came from"),
            Column("campaign", TEXT, "the campaign that brought it"),
            Column("created_at", TIME, "when it came in"),
            Column("person", TEXT, "who it is"),
            Column("account", TEXT, "their organisation"),
            Column("converted_deal_id", TEXT, "the deal it became"),
            attributes=True,
        ),
        _table(
            "lead_changes",
            "a dated change of a lead's status",
            "lead_id at status",
            Column("lead_id", TEXT, "the lead that changed", required=True),
            Column("at", TIME, "when", required=True),
            Column("status", TEXT, "the status entered", required=True),
            Column("actor", TEXT, "who changed it"),
            Column("reason", TEXT, "why"),
            Column("attempt", WHOLE, "the number of the contact attempt", low=0),
        ),
        _table(
            "lead_touches",
            "a contact between us and a lead, before or beside any deal: a click, a form, a webinar, a call",
            "touch_id",
            Column("touch_id", TEXT, "the touch's id in its source", required=True),
            Column("lead_id", TEXT, "the lead it was with", required=True),
            Column("activity", TEXT, "what was done", required=True),
            Column("at", TIME, "when it was done", required=True),
            Column("channel", TEXT, "paid search, mail, webinar, call, ..."),
            Column("campaign", TEXT, "the campaign it was part of"),
            Column("content", TEXT, "the piece, page or mail it was about"),
            Column("side", TEXT, "whose initiative it was", values=SIDES),
            Column("actor", TEXT, "who of ours did it"),
            _SOURCE_ORDER,
            order="lead_id at",
        ),
        _table(
            "content",
            "a piece that is shown to buyers",
            "content_id",
            Column("content_id", TEXT, "the piece's id", required=True),
            Column("title", TEXT, "its title"),
            Column("kind", TEXT, "case study, deck, paper, ..."),
            Column("owner", TEXT, "who keeps it current"),
        ),
        _table(
            "content_uses",
            "a piece shown or read in a deal",
            "content_id deal_id person_id at",
            Column("content_id", TEXT, "the piece", required=True),
            Column("deal_id", TEXT, "the deal", required=True),
            Column("person_id", TEXT, "who read it"),
            Column("at", TIME, "when", required=True),
            Column("seconds", NUMBER, "how long, in seconds", low=0.0),
        ),
        _table(
            "trigger_events",
            "a dated outside fact about an account",
            "event_id",
            Column("event_id", TEXT, "the event's id", required=True),
            Column("account_id", TEXT, "the account it is about"),
            Column("kind", TEXT, "funding, executive move, ...", required=True),
            Column("at", TIME, "when", required=True),
            Column("title", TEXT, "headline"),
            Column("url", TEXT, "where it was read"),
            Column("source", TEXT, "who published it"),
            Column("confidence", NUMBER, "how sure the match is", low=0.0, high=1.0),
        ),
    )
}
