"""The stays of deals in stages: when each was entered and left, and for what."""

from collections.abc import Mapping

import ibis
from ibis import _

from afteraction.analysis.event_log import EventLog
from afteraction.analysis.lifetimes import lifetimes


def stage_visits(tables: Mapping[str, ibis.Table], log: EventLog) -> ibis.Table:
    """deal_no, deal_id, outcome, stage, entered_at, left_at, next_stage; one row for every stay of a deal in a stage.

    A stay ends with the next change of stage, or with the deal. `next_stage` is empty where the deal ended in the
    stage or is still in it; `left_at` only where it is still in it. A change to the stage that a deal is in already
    is no new stay. A deal that was closed and opened again begins a new stay.
    """
    changes = tables["stage_changes"].mutate(closes=_.outcome.notnull())
    in_order = ibis.window(group_by="deal_id", order_by=["at", "closes", "source_order", "stage"])
    changes = changes.mutate(previous=_.stage.lag().over(in_order)).filter(
        _.previous.isnull() | (_.previous != _.stage)
    )
    stays = changes.mutate(
        following=_.stage.lead().over(in_order),
        followed_at=_.at.lead().over(in_order),
        closed_next=_.closes.lead().over(in_order),
    ).filter(~_.closes)
    stays = stays.select("deal_id", "stage", "following", "followed_at", "closed_next", entered_at="at")
    known = stays.join(lifetimes(tables, log), "deal_id")
    ended_at = ibis.cases((known.ended_at.notnull(), ibis.greatest(known.ended_at, known.entered_at)))
    return known.select(
        "deal_no",
        "deal_id",
        "outcome",
        "stage",
        "entered_at",
        left_at=ibis.coalesce(known.followed_at, ended_at),
        next_stage=ibis.cases((~known.closed_next.fill_null(True), known.following)),
    )
