"""When each deal began and ended, as far as the record says."""

from collections.abc import Mapping
from typing import Final

import ibis
from ibis import _

from afteraction.analysis.event_log import EventLog

DAY: Final = 86_400.0
"""Seconds."""


def lifetimes(tables: Mapping[str, ibis.Table], log: EventLog) -> ibis.Table:
    """deal_no, deal_id, variant, events, outcome, started_at, ended_at; one row for every deal.

    A deal starts when it was created, else with its first event. It ends when it was closed, else when it was moved
    to a stage that means an outcome, else with its last event; an open deal has no end. No deal ends before it
    starts: where the record says so (see `quality`), it ends at once.
    """
    deals = tables["deals"].select("deal_id", "outcome", "created_at", "closed_at")
    ends = tables["stage_changes"].filter(_.outcome.notnull()).group_by("deal_id").agg(moved_at=_.at.max())
    spans = log.events.group_by("deal_no").agg(first_at=_.at.min(), last_at=_.at.max())
    known = (
        log.cases.join(deals, "deal_id")
        .left_join(ends, "deal_id")
        .drop("deal_id_right")
        .left_join(spans, "deal_no")
        .drop("deal_no_right")
    )
    known = known.mutate(started_at=ibis.coalesce(_.created_at, _.first_at, _.closed_at))
    ended_at = ibis.coalesce(known.closed_at, known.moved_at, known.last_at)
    return known.select(
        "deal_no",
        "deal_id",
        "variant",
        "events",
        "outcome",
        "started_at",
        ended_at=ibis.cases((known.outcome != "open", ibis.greatest(ended_at, known.started_at))),
    )


def days_between(earlier: ibis.Value, later: ibis.Value) -> ibis.Value:
    """The days from one time to another, with fractions."""
    return (later.epoch_seconds().cast("float64") - earlier.epoch_seconds().cast("float64")) / DAY
