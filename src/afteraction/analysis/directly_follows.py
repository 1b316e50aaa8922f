"""The directly-follows graph: what comes straight after what, how often, and after how long."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import ibis
from ibis import _

from afteraction.analysis.edges import edge_counts
from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch, fetch_count
from afteraction.analysis.lifetimes import days_between
from afteraction.lake.schema import OUTCOMES

EDGES: Final = 1000
"""How many edges are returned: more than anyone can look at, and few enough whatever the record holds."""


@dataclass(frozen=True)
class Edge:
    """`after` came straight after `before`: `count` times, in `deals` deals, of which `outcomes` ended how.

    No `before` is the start of a deal, no `after` its last event so far. `median_days` is the time between the two.
    """

    before: str | None
    after: str | None
    count: int
    deals: int
    outcomes: Mapping[str, int]
    median_days: float | None = None


@dataclass(frozen=True)
class Activity:
    """How often an activity happened and in how many deals."""

    name: str
    is_stage: bool
    count: int
    deals: int


@dataclass(frozen=True)
class DirectlyFollows:
    """The graph over all `deals` that have events; both lists are sorted by how often, most first.

    `left_out` edges beyond the first EDGES are not listed.
    """

    deals: int
    activities: tuple[Activity, ...]
    edges: tuple[Edge, ...]
    left_out: int


def directly_follows(log: EventLog) -> DirectlyFollows:
    """The graph of a log. Without median times, which need every event: see `with_times`."""
    names = activity_names(log)
    edges, left_out = _most_frequent(log.edges, names)
    return DirectlyFollows(
        deals=fetch_count(log.edges.filter(_.before.isnull()).deals.sum()),
        activities=_activities(log, names),
        edges=edges,
        left_out=left_out,
    )


def edges_between(log: EventLog, names: Mapping[int, str]) -> tuple[Edge, ...]:
    """The edges between some activities (number: name) when all others are left out of every deal.

    Activities of one name are one; no more than EDGES edges are returned.
    """
    if not names:
        return ()
    labels = tuple(dict.fromkeys(names.values()))
    numbers = {activity: labels.index(name) for activity, name in names.items()}
    kept = log.variant_events.filter(_.activity.isin(list(numbers)))
    events = kept.select(
        "variant",
        pos=ibis.row_number().over(ibis.window(group_by="variant", order_by="pos")).cast("int32"),
        activity=_.activity.cases(*numbers.items()),
    )
    return _most_frequent(edge_counts(events, log.variants), dict(enumerate(labels)))[0]


def with_times(graph: DirectlyFollows, log: EventLog) -> DirectlyFollows:
    """The same graph with the median days of every edge. One pass over all events."""
    names = activity_names(log)
    in_order = ibis.window(group_by="deal_no", order_by="pos")
    pairs = log.events.mutate(after=_.activity.lead().over(in_order), then=_.at.lead().over(in_order))
    pairs = pairs.filter(pairs.after.notnull())
    medians = pairs.group_by(before="activity", after="after").agg(days=days_between(_.at, _.then).median())
    found = {(names[r["before"]], names[r["after"]]): r["days"] for r in fetch(medians)}
    edges = (
        edge if edge.before is None or edge.after is None else replace(edge, median_days=found[edge.before, edge.after])
        for edge in graph.edges
    )
    return replace(graph, edges=tuple(edges))


def activity_names(log: EventLog) -> dict[int, str]:
    """The name of every activity by its number; a handful of rows."""
    return {row["activity"]: row["name"] for row in fetch(log.activities)}


def _most_frequent(edges: ibis.Table, names: Mapping[int, str]) -> tuple[tuple[Edge, ...], int]:
    """The most frequent edges, and how many more there are."""
    found = edges.mutate(total=_.count().over(ibis.window()))
    # Filled, because engines differ in where they sort an empty value.
    in_order = found.order_by(_["count"].desc(), _.before.fill_null(-1), _.after.fill_null(-1)).limit(EDGES)
    rows = fetch(in_order)
    return tuple(_edge(row, names) for row in rows), rows[0]["total"] - len(rows) if rows else 0


def _activities(log: EventLog, names: Mapping[int, str]) -> tuple[Activity, ...]:
    counts = log.counts.join(log.activities, "activity").order_by(_["count"].desc(), "activity")
    return tuple(Activity(names[row["activity"]], row["is_stage"], row["count"], row["deals"]) for row in fetch(counts))


def _edge(row: Mapping[str, Any], names: Mapping[int, str]) -> Edge:
    return Edge(
        names.get(row["before"]),
        names.get(row["after"]),
        row["count"],
        row["deals"],
        {outcome: row[outcome] for outcome in OUTCOMES},
    )
