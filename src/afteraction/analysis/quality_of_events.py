"""Flaws that are counted over touches and stage changes."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import ibis
from ibis import _

from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch, fetch_count, fetch_row
from afteraction.analysis.lifetimes import DAY, days_between
from afteraction.analysis.quality_of_deals import FlawCount

BULK_MINUTES: Final = 10
BULK_TOUCHES: Final = 5
BULK_DEALS: Final = 3
"""Five touches in three deals within ten minutes: faster than anyone can work."""
SAME_TIME: Final = 0.5
"""When more than half of all events happen at the very same time of day, that time is no time but a missing one."""
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""Before there were CRMs; 1900 and 1970 are what a missing date often becomes."""
NEARLY_ALL: Final = 0.99
FAR_DAYS: Final = 366.0


def event_flaws(tables: Mapping[str, ibis.Table], log: EventLog) -> Iterator[FlawCount]:
    """Every flaw of events."""
    events = fetch_count(log.events.count())
    if not events:
        return
    yield _far_off(log, events)
    yield _without_time_of_day(log, events)
    touches = fetch_count(tables["touches"].count())
    if touches:
        yield _after_close(tables, touches)
        yield _twice(tables, touches)
        actors = fetch_count(tables["touches"].actor.count())
        if actors:  # else the whole column is missing, which is said elsewhere
            yield FlawCount("actor_missing", touches - actors, touches)
            yield _in_bulk(tables, actors)


def _far_off(log: EventLog, events: int) -> FlawCount:
    seconds = _.at.epoch_seconds().cast("float64")
    usual = fetch_row(log.events.agg(end=seconds.approx_quantile(NEARLY_ALL)))["end"]
    odd = (seconds > usual + FAR_DAYS * DAY) | (seconds < EARLIEST.timestamp())
    return FlawCount("far_off_time", fetch_count(log.events.filter(odd).count()), events)


def _without_time_of_day(log: EventLog, events: int) -> FlawCount:
    """Events at the commonest time of day, when that is the time of most."""
    times = log.events.group_by(second=_whole_seconds(_.at) % int(DAY)).agg(events=_.count())
    commonest = fetch(times.order_by(_.events.desc(), "second").limit(1))[0]
    is_missing = commonest["events"] > SAME_TIME * events and events > 1
    time_of_day = timedelta(seconds=commonest["second"])
    return FlawCount("no_time_of_day", commonest["events"] if is_missing else 0, events, f"all at {time_of_day} UTC")


def _after_close(tables: Mapping[str, ibis.Table], touches: int) -> FlawCount:
    ended = tables["deals"].filter(_.outcome != "open").select("deal_id", "closed_at")
    # A day's grace, because many close dates have no time of day.
    late = tables["touches"].join(ended, "deal_id").filter(days_between(_.closed_at, _.at) >= 1)
    return FlawCount("touches_after_close", fetch_count(late.count()), touches)


def _twice(tables: Mapping[str, ibis.Table], touches: int) -> FlawCount:
    different = tables["touches"].select("deal_id", "activity", "actor", "at").distinct()
    return FlawCount("touch_twice", touches - fetch_count(different.count()), touches)


def _in_bulk(tables: Mapping[str, ibis.Table], touches: int) -> FlawCount:
    """Touches of one person in one stretch of ten minutes; those without a time of day do not tell."""
    minutes = _whole_seconds(_.at) // 60
    timed = tables["touches"].filter(_.actor.notnull() & (minutes % (24 * 60) != 0))
    timed = timed.select("actor", "deal_id", stretch=minutes // BULK_MINUTES)
    # Few stretches have that many touches, so deals are told apart in these alone.
    busy = timed.group_by("actor", "stretch").agg(touches=_.count()).filter(_.touches >= BULK_TOUCHES)
    deals = timed.semi_join(busy, ["actor", "stretch"]).group_by("actor", "stretch").agg(deals=_.deal_id.nunique())
    bulk = busy.join(deals.filter(_.deals >= BULK_DEALS), ["actor", "stretch"])
    return FlawCount("logged_in_bulk", fetch_count(bulk.touches.sum()), touches)


def _whole_seconds(at: ibis.Value) -> ibis.Value:
    """The seconds that have passed, as clocks show them: engines round a cast in different ways."""
    return at.epoch_seconds().cast("float64").floor().cast("int64")
