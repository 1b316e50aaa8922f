"""The event log of a record: what happened in each deal, in order, prepared for set algebra.

Preparing costs one sort. Activities become small integers, deals with the same sequence of activities share a
*variant*, and what holds for a sequence is worked out once per variant instead of once per deal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import ibis
from ibis import _

from afteraction.analysis.edges import activity_counts, edge_counts
from afteraction.errors import Refused
from afteraction.lake.schema import OUTCOMES
from afteraction.process.model import STAGE_ACTIVITY

_ACTIVITIES = 2**15
"""More activities than any process has; int16 in the tables."""


class Keep(Protocol):
    """Compute a table once and keep it: in the engine's memory, or in a cache per data version."""

    def __call__(self, name: str, table: ibis.Table) -> ibis.Table: ...


@dataclass(frozen=True)
class EventLog:
    """A prepared event log.

    - `events`: deal_no, pos (from 0), activity, at; sorted by deal and position
    - `cases`: deal_no, deal_id, variant, events (their number); every deal, those without events included
    - `variants`: variant (numbered from 1, most frequent first), deals, length, the deals of each outcome
    - `variant_events`: variant, pos, activity
    - `activities`: activity, name, is_stage
    - `edges`: before, after, count, deals, the deals of each outcome (`edge_counts`)
    - `counts`: activity, count, deals (`activity_counts`)
    """

    events: ibis.Table
    cases: ibis.Table
    variants: ibis.Table
    variant_events: ibis.Table
    activities: ibis.Table
    edges: ibis.Table
    counts: ibis.Table

    def activity_numbers(self) -> dict[str, int]:
        """The number of every activity by its name; a handful of rows."""
        names = self.activities.to_pyarrow()
        return dict(zip(names["name"].to_pylist(), names["activity"].to_pylist(), strict=True))


def only(log: EventLog, activities: Iterable[str]) -> EventLog:
    """The same log as if nothing but these activities had ever been logged; its `cases` stay as they are."""
    numbers = log.activity_numbers()
    kept = [numbers[name] for name in sorted(activities) if name in numbers]
    in_order = ibis.window(group_by="variant", order_by="pos")
    left = log.variant_events.filter(_.activity.isin(kept))
    variant_events = left.mutate(pos=ibis.row_number().over(in_order).cast("int32"))
    return replace(
        log,
        events=log.events.filter(_.activity.isin(kept)),
        variant_events=variant_events,
        edges=edge_counts(variant_events, log.variants),
        counts=activity_counts(variant_events, log.variants),
    )


def history(tables: Mapping[str, ibis.Table]) -> ibis.Table:
    """Every event of every deal as it stands in the record: deal_id, at, activity, is_stage, rank, source_order.

    A deal's events are its touches and its stage changes; a stage change that means an outcome is none. Events of
    one instant are ordered by `rank`: the first stage is entered before anything is done in it, and a later stage
    after what was done in the one before.
    """
    moves = tables["stage_changes"].filter(_.outcome.isnull())
    in_order = ibis.window(group_by="deal_id", order_by=["at", "source_order", "stage"])
    moves = moves.select(
        "deal_id",
        "at",
        activity=ibis.literal(STAGE_ACTIVITY) + moves.stage,
        is_stage=ibis.literal(True),
        rank=ibis.ifelse(ibis.row_number().over(in_order) == 0, 0, 2).cast("int8"),
        source_order=_.source_order,
    )
    touches = tables["touches"].select(
        "deal_id",
        "at",
        "activity",
        is_stage=ibis.literal(False),
        rank=ibis.literal(1).cast("int8"),
        source_order=_.source_order,
    )
    return ibis.union(moves, touches)


def prepare(tables: Mapping[str, ibis.Table], keep: Keep) -> EventLog:
    """Encode and sort the record's events. One sort of all events; linear in memory on disk."""
    happened = history(tables)
    activities = keep(
        "activities",
        happened.select("activity", "is_stage")
        .distinct()
        .select(activity=_number("activity", "is_stage").try_cast("int16"), name=_.activity, is_stage=_.is_stage),
    )
    _refuse_too_many(activities)
    deals = keep(
        "deal_numbers",
        tables["deals"].select("deal_id", "outcome", deal_no=_number("deal_id").cast("int32")),
    )
    codes = activities.rename(code="activity")
    encoded = (
        happened.join(deals, "deal_id")
        .join(codes, [happened.activity == codes.name, happened.is_stage == codes.is_stage])
        .select("deal_no", "at", "rank", "source_order", activity=_.code)
    )
    # Events that are equal in all of these cannot be told apart afterwards, whatever their order.
    in_order = ibis.window(group_by="deal_no", order_by=["at", "rank", "source_order", "activity"])
    events = keep(
        "events",
        encoded.select("deal_no", "activity", "at", pos=ibis.row_number().over(in_order).cast("int32"))
        .select("deal_no", "pos", "activity", "at")
        .order_by("deal_no", "pos"),
    )
    return _with_variants(deals, events, activities, keep)


def _number(*order: str | ibis.Deferred) -> ibis.Value:
    """Numbers rows from 0 in this order, which must leave no ties."""
    return ibis.row_number().over(ibis.window(order_by=order))


def _refuse_too_many(activities: ibis.Table) -> None:
    """Refuse activities beyond those that have got a number."""
    if activities.activity.isnull().any().to_pyarrow().as_py():
        raise Refused(
            f"{activities.count().to_pyarrow().as_py():,} different activities",
            f"at most {_ACTIVITIES:,}",
            "import a column that says what kind of touch it was as the activity, not its subject",
        )


def _with_variants(deals: ibis.Table, events: ibis.Table, activities: ibis.Table, keep: Keep) -> EventLog:
    """Group deals by their sequence of activities.

    A sequence is a list of `pos * 2**15 + activity`: sorting such a list of integers afterwards is ten times as fast
    in DuckDB as collecting activities in order, and no less exact.
    """
    coded = events.select("deal_no", code=_.pos.cast("int64") * _ACTIVITIES + _.activity)
    sequences = coded.group_by("deal_no").agg(sequence=_.code.collect().sort())
    no_events = ibis.literal([], "array<int64>")
    traces = keep(
        "traces",
        deals.left_join(sequences, "deal_no").select(
            "deal_no", "deal_id", "outcome", sequence=_.sequence.fill_null(no_events)
        ),
    )
    sequences = keep(
        "sequences",
        traces.group_by("sequence")
        .agg(deals=_.count(), **{outcome: _.outcome.count(where=_.outcome == outcome) for outcome in OUTCOMES})
        .mutate(
            variant=(_number(_.deals.desc(), "sequence") + 1).cast("int32"), length=_.sequence.length().cast("int32")
        ),
    )
    cases = traces.join(sequences, "sequence").select("deal_no", "deal_id", "variant", events=_.length)
    variants = keep("variants", sequences.select("variant", "deals", "length", *OUTCOMES))
    variant_events = keep(
        "variant_events",
        sequences.select("variant", code=_.sequence.unnest()).select(
            "variant",
            pos=(_.code // _ACTIVITIES).cast("int32"),
            activity=(_.code % _ACTIVITIES).cast("int16"),
        ),
    )
    return EventLog(
        events=events,
        cases=keep("cases", cases.order_by("deal_no")),
        variants=variants,
        variant_events=variant_events,
        activities=activities,
        edges=edge_counts(variant_events, variants),
        counts=activity_counts(variant_events, variants),
    )


def with_counts(log: EventLog, keep: Keep) -> EventLog:
    """The same log with its edges and counts worked out once: for whoever draws what follows what."""
    return replace(log, edges=keep("edges", log.edges), counts=keep("counts", log.counts))
