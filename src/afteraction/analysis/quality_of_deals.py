"""Flaws that are counted over deals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import ibis
from ibis import _

from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch, fetch_row
from afteraction.analysis.lifetimes import days_between, lifetimes
from afteraction.analysis.order import stage_order
from afteraction.analysis.visits import stage_visits

DOMINATES: Final = 0.5
"""A reason given for more than half of all losses."""
ENOUGH: Final = 20
"""Deals that it takes to speak of what is usual."""
FAR_OFF: Final = 100.0
"""Times the median: two slipped digits."""
DIFFERS: Final = 0.1
"""10 points between won deals and others in whether the amount is known cannot be an accident."""
OLD: Final = 0.95
"""Open for longer than this share of the won deals took."""


@dataclass(frozen=True)
class FlawCount:
    """A flaw was found in `count` of `of` rows."""

    flaw: str
    count: int
    of: int
    detail: str = ""


def deal_flaws(tables: Mapping[str, ibis.Table], log: EventLog, now: datetime | None) -> Iterator[FlawCount]:
    """Every flaw of deals; `now` is the latest time in the record."""
    deals = _deals(tables, log, now).cache()
    row = fetch_row(deals.agg(**_COUNTS))
    counts = {name: value or 0 for name, value in row.items()}
    everything, ended, still_open = counts["deals"], counts["ended"], counts["open"]
    if not everything:
        return
    for flaw in ("no_events", "amount_zero", "amount_far_off"):
        yield FlawCount(flaw, counts[flaw], everything)
    for flaw in ("owner_missing", "account_missing", "amount_missing"):
        if counts[flaw] < everything:  # else the whole column is missing, which is said elsewhere
            yield FlawCount(flaw, counts[flaw], everything)
    if counts["no_stage_changes"] < everything:
        yield FlawCount("no_stage_changes", counts["no_stage_changes"], everything)
    if counts["owner_known"]:
        yield FlawCount("owner_unknown", counts["owner_unknown"], everything - counts["owner_missing"])
    for flaw in ("ended_without_close_time", "ends_before_it_starts", "closed_before_last_touch"):
        yield FlawCount(flaw, counts[flaw], ended)
    yield FlawCount("overdue", counts["overdue"], still_open)
    yield FlawCount("open_too_long", counts["open_too_long"], still_open)
    if counts["won"] in (0, ended):
        yield FlawCount("only_won" if counts["won"] else "only_not_won", ended, ended)
    yield from _amounts_by_outcome(counts)
    yield from _lost_reasons(deals)
    yield _duplicates(deals, everything)
    yield _skips(tables, log)


def _deals(tables: Mapping[str, ibis.Table], log: EventLog, now: datetime | None) -> ibis.Table:
    """All that the flaws of single deals need, one row each."""
    columns = ("owner", "account_id", "amount", "currency", "created_at", "closed_at", "expected_close_on")
    deals = tables["deals"].select("deal_id", "lost_reason", *columns)
    touched = tables["touches"].group_by("deal_id").agg(last_touch=_.at.max())
    staged = tables["stage_changes"].select("deal_id", staged=True).distinct()
    people = tables["people"].select(owner="person_id", named=True).distinct()
    known = (
        lifetimes(tables, log).select("deal_id", "outcome", "events", "started_at", "ended_at").join(deals, "deal_id")
    )
    for further, key in ((touched, "deal_id"), (staged, "deal_id"), (people, "owner")):
        known = known.left_join(further, key).drop(f"{key}_right")
    until = ibis.literal(now, "timestamp('UTC')")
    won_days = ibis.cases((known.outcome == "won", days_between(known.started_at, known.ended_at)))
    everything = ibis.window()
    of_currency = ibis.window(group_by="currency")
    positive = ibis.cases((known.amount > 0, known.amount))
    return known.mutate(
        age=days_between(known.started_at, until),
        won_age=ibis.cases((won_days.count().over(everything) >= ENOUGH, won_days.quantile(OLD).over(everything))),
        usual_amount=ibis.cases((positive.count().over(of_currency) >= ENOUGH, positive.median().over(of_currency))),
        today=until.date(),
    )


_IS_OPEN: Final = _.outcome == "open"
_NO_SIZE: Final = (_.amount.isnull()) | (_.amount <= 0)
_COUNTS: Final[Mapping[str, Any]] = {
    "deals": _.count(),
    "open": _IS_OPEN.sum(),
    "ended": (~_IS_OPEN).sum(),
    "won": (_.outcome == "won").sum(),
    "no_events": (_.events == 0).sum(),
    "no_stage_changes": _.staged.isnull().sum(),
    "ended_without_close_time": (~_IS_OPEN & _.closed_at.isnull()).sum(),
    "ends_before_it_starts": (_.closed_at < _.created_at).sum(),
    # A day's grace, because many close dates have no time of day.
    "closed_before_last_touch": (~_IS_OPEN & (days_between(_.closed_at, _.last_touch) >= 1)).sum(),
    "owner_missing": _.owner.isnull().sum(),
    "owner_known": _.named.notnull().sum(),
    "owner_unknown": (_.owner.notnull() & _.named.isnull()).sum(),
    "account_missing": _.account_id.isnull().sum(),
    "amount_missing": _.amount.isnull().sum(),
    "amount_zero": (_.amount <= 0).sum(),
    "amount_far_off": (
        (_.amount > _.usual_amount * FAR_OFF) | ((_.amount > 0) & (_.amount < _.usual_amount / FAR_OFF))
    ).sum(),
    "sized_won": (~_NO_SIZE & (_.outcome == "won")).sum(),
    "sized_others": (~_NO_SIZE & _.outcome.isin(["lost", "no_decision"])).sum(),
    "overdue": (_IS_OPEN & (_.expected_close_on < _.today)).sum(),
    "open_too_long": (_IS_OPEN & (_.age > _.won_age)).sum(),
}


def _amounts_by_outcome(counts: Mapping[str, int]) -> Iterator[FlawCount]:
    won, others = counts["won"], counts["ended"] - counts["won"]
    if min(won, others) < ENOUGH:
        return
    if abs(counts["sized_won"] / won - counts["sized_others"] / others) > DIFFERS:
        unsized = counts["ended"] - counts["sized_won"] - counts["sized_others"]
        yield FlawCount("amount_depends_on_outcome", unsized, counts["ended"])


def _lost_reasons(deals: ibis.Table) -> Iterator[FlawCount]:
    reasons = deals.filter(_.outcome == "lost").group_by("lost_reason").agg(deals=_.count())
    counted = {
        row["lost_reason"]: row["deals"] for row in fetch(reasons.order_by(_.deals.desc(), "lost_reason").limit(1000))
    }
    lost, missing = sum(counted.values()), counted.pop(None, 0)
    if lost > missing:  # else the whole column is missing, which is said elsewhere
        yield FlawCount("lost_reason_missing", missing, lost)
        reason, deals_with = max(counted.items(), key=lambda item: item[1])
        if lost - missing >= ENOUGH and deals_with > DOMINATES * (lost - missing):
            yield FlawCount("lost_reason_dominates", deals_with, lost - missing, reason)


def _duplicates(deals: ibis.Table, everything: int) -> FlawCount:
    alike = deals.filter(_.account_id.notnull() & (_.amount > 0) & _.created_at.notnull())
    groups = alike.group_by("account_id", "amount", created_on=_.created_at.date()).agg(deals=_.count())
    found = fetch_row(groups.agg(more=(_.deals - 1).sum()))["more"]
    return FlawCount("suspected_duplicates", found or 0, everything)


def _skips(tables: Mapping[str, ibis.Table], log: EventLog) -> FlawCount:
    """Moves to a stage further than the next one, among all moves forward and those into the first stage."""
    stages = stage_order(log)
    if len(stages) < 3:
        return FlawCount("stage_skipped", 0, 0)
    positions = tuple((stage, number) for number, stage in enumerate(stages))
    moves = stage_visits(tables, log).mutate(
        steps=_.next_stage.cases(*positions) - _.stage.cases(*positions)  # empty where the deal moved on to no stage
    )
    row = fetch_row(moves.agg(forward=(_.steps > 0).sum(), skipped=(_.steps > 1).sum()))
    return FlawCount("stage_skipped", row["skipped"] or 0, row["forward"] or 0)
