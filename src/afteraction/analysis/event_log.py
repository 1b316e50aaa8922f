"""The event log of a record: what happened in each deal, in order, prepared for set algebra.

Activities become small integers, deals with the same sequence of activities share a *variant*, and what holds for a
sequence is worked out once per variant instead of once per deal.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

import ibis
from ibis import _

from afteraction.analysis.edges import activity_counts, edge_counts
from afteraction.errors import Refused
from afteraction.lake.partitions import partitioned
from afteraction.process.model import STAGE_ACTIVITY

if TYPE_CHECKING:
    import pyarrow as pa

_ACTIVITIES: Final = 2**15
"""More activities than any process has; int16 in the tables."""
LAST: Final = 2**63 - 1
"""The source order of events that have none."""


class Keep(Protocol):
    """Compute a table once and keep it: in the engine's memory, or in a cache per data version."""

    def __call__(self, name: str, table: ibis.Table) -> ibis.Table: ...


@dataclass(frozen=True)
class EventLog:
    """A prepared event log.

    - `events`: deal_no, pos (from 0), activity, at
    - `cases`: deal_no, deal_id, variant, events (their number); every deal, those without events included
    - `variants`: variant (numbered from 1, most frequent first), deals, length, the deals of each outcome
    - `sequences`: variant, activities as one list in order
    - `activities`: activity, name, is_stage
    - `edges`: before, after, count, deals, the deals of each outcome (`edge_counts`)
    - `counts`: activity, count, deals (`activity_counts`)
    """

    events: ibis.Table
    cases: ibis.Table
    variants: ibis.Table
    sequences: ibis.Table
    activities: ibis.Table
    edges: ibis.Table
    counts: ibis.Table

    @property
    def variant_events(self) -> ibis.Table:
        """The sequences with a row for each activity: variant, pos (from 0), activity."""
        return steps_of(self.sequences)

    def activity_numbers(self) -> dict[str, int]:
        """The number of every activity by its name; a handful of rows."""
        names = self.activities.order_by("activity").to_pyarrow()
        return dict(zip(names["name"].to_pylist(), names["activity"].to_pylist(), strict=True))


def only(log: EventLog, activities: Iterable[str]) -> EventLog:
    """The same log as if nothing but these activities had ever been logged; its `cases` stay as they are."""
    numbers = log.activity_numbers()
    kept = [numbers[name] for name in sorted(activities) if name in numbers]
    sequences = log.sequences.mutate(activities=_.activities.filter(lambda activity: activity.isin(kept)))
    events = log.events.filter(_.activity.isin(kept))
    return replace(log, events=events, sequences=sequences, **counted(sequences, log.variants))


def counted(sequences: ibis.Table, variants: ibis.Table) -> dict[str, ibis.Table]:
    """The edges and the activities of an event log, counted whenever somebody asks."""
    steps = steps_of(sequences)
    return {"edges": edge_counts(steps, variants), "counts": activity_counts(steps, variants)}


def steps_of(sequences: ibis.Table) -> ibis.Table:
    """Sequences with a row for each activity: variant, pos (from 0), activity; in no order."""
    if partitioned(sequences):
        steps = sequences.select("variant", activity="activities").unnest("activity", offset="pos")
        return steps.select("variant", pos=_.pos.cast("int32"), activity=_.activity)
    return unrolled(sequences, "variant", activity="activities")


def unrolled(table: ibis.Table, key: str, **lists: str) -> ibis.Table:
    """A row for each element of lists that are of one length in every row: `key`, pos (from 0), and the elements.

    DuckDB unnests such lists side by side, fifty times as fast as it joins one with its offsets.
    """
    places = ibis.range(0, table[next(iter(lists.values()))].length())
    rows = table.select(key, pos=places.unnest(), **{name: table[column].unnest() for name, column in lists.items()})
    return rows.mutate(pos=_.pos.cast("int32"))


def events_in(tables: Mapping[str, ibis.Table], activities: ibis.Table, deals: ibis.Table) -> ibis.Table:
    """Every event of these deals as it stands in the record, in no order: deal_no, at, activity, source_order.

    A deal's events are its touches and its stage changes; a stage change that means an outcome is none. `activities`
    are those of an `EventLog`, whose few names are taken apart instead of putting them together for every event;
    `deals` are deal_id, deal_no.
    """
    names = activities.select("is_stage", number="activity", said="name")
    stages = names.filter(_.is_stage).mutate(said=_.said.substr(len(STAGE_ACTIVITY)))
    moves = tables["stage_changes"].filter(_.outcome.isnull())
    moves = moves.select("deal_id", "at", "source_order", said="stage").join(stages, "said")
    touches = tables["touches"].select("deal_id", "at", "source_order", said="activity")
    touches = touches.join(names.filter(~_.is_stage), "said")
    events = ibis.union(*(each.select("deal_id", "at", "number", "source_order") for each in (moves, touches)))
    known = events.join(deals.select("deal_id", "deal_no"), "deal_id")
    return known.select("deal_no", "at", activity="number", source_order=_.source_order.fill_null(LAST))


def kinds(tables: Mapping[str, ibis.Table]) -> ibis.Table:
    """What happens in the record, each once: activity (its name), is_stage."""
    moves = tables["stage_changes"].filter(_.outcome.isnull()).select("stage").distinct()
    moves = moves.select(activity=ibis.literal(STAGE_ACTIVITY) + moves.stage, is_stage=ibis.literal(True))
    return ibis.union(moves, tables["touches"].select("activity").distinct().mutate(is_stage=ibis.literal(False)))


@dataclass(frozen=True)
class Earlier:
    """The log of an earlier data version, and the deals whose events may be others now.

    There may be too many in `changed` (deal ids), never too few; deals that are new or no more need not be among them.
    Outcomes may have changed in any deal.
    """

    log: EventLog
    changed: "pa.ChunkedArray[Any]"


def prepare(tables: Mapping[str, ibis.Table], keep: Keep | None = None, earlier: Earlier | None = None) -> EventLog:
    """Encode and sort the record's events: all of them, or after an `earlier` log those of deals that changed.

    Both give the same log to the last row. Events of one instant are in the order that `sequences.histories` gives
    them. Without `keep` the log lasts as long as the process, and what follows what is counted whenever somebody asks.
    """
    # Imported here because compiled functions take a while to import.
    from afteraction.analysis.encoding import encode, encode_after, events_of, others_of

    encoded = (encode_after(tables, earlier) if earlier else None) or encode(tables)
    if keep is None:
        return EventLog(events_of(encoded, later=True), **others_of(encoded, later=True))
    with ThreadPoolExecutor(1) as aside:  # they are written while the rest is counted, which asks the engine nothing
        events = aside.submit(lambda found: keep("events", events_of(found)), encoded)
        made = others_of(encoded)
        kept = {"events": events.result()}
    del encoded
    return EventLog(**kept, **{name: keep(name, made.pop(name)) for name in list(made)})


def kept_log(kept: Callable[[str], ibis.Table | None]) -> EventLog | None:
    """The log whose tables were kept before; None unless all of them were."""
    found = {field.name: kept(field.name) for field in fields(EventLog)}
    whole = {name: table for name, table in found.items() if table is not None}
    return EventLog(**whole) if len(whole) == len(found) else None


def refuse_too_many(activities: ibis.Table) -> None:
    """Refuse activities beyond those that have got a number."""
    if activities.activity.isnull().any().to_pyarrow().as_py():
        raise Refused(
            f"{activities.count().to_pyarrow().as_py():,} different activities",
            f"at most {_ACTIVITIES:,}",
            "import a column that says what kind of touch it was as the activity, not its subject",
        )
