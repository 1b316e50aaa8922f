"""What comes straight after what, and how often each activity happens, counted once per variant."""

import ibis
from ibis import _

from afteraction.lake.schema import OUTCOMES


def _total(values: ibis.Deferred) -> ibis.Deferred:
    """The sum as int64, by way of a decimal: an engine sums integers into wider ones than a file holds, and a plain
    cast to the type that they are taken for is left out."""
    return values.sum().cast("decimal(38, 0)").cast("int64")


_TOTALS = {"count": _total(_.times * _.deals), "deals": _total(_.deals)}


def edge_counts(variant_events: ibis.Table, variants: ibis.Table) -> ibis.Table:
    """before, after, count, deals, and the deals of each outcome; no before is the start, no after the end.

    `variant_events` are variant, pos and activity, positions of each variant from 0 without gaps; `variants` say how
    many deals of which outcome took each.
    """
    following = _.activity.lead().over(ibis.window(group_by="variant", order_by="pos"))
    pairs = variant_events.select("variant", before=_.activity, after=following)
    starts = variant_events.filter(_.pos == 0)
    starts = starts.select("variant", before=ibis.null(variant_events.activity.type()), after=_.activity)
    times = pairs.union(starts).group_by("variant", "before", "after").agg(times=_.count())
    counts = _TOTALS | {outcome: _total(_[outcome]) for outcome in OUTCOMES}
    return times.join(variants, "variant").group_by("before", "after").agg(**counts)


def activity_counts(variant_events: ibis.Table, variants: ibis.Table) -> ibis.Table:
    """activity, count, and the deals in which it happened."""
    times = variant_events.group_by("variant", "activity").agg(times=_.count())
    return times.join(variants, "variant").group_by("activity").agg(**_TOTALS)
