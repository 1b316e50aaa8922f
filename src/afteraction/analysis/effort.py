"""What deals cost: the time that went into them, as far as it is on record, and what they brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from afteraction.analysis.arrays import Floats
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.event_log import EventLog
from afteraction.analysis.features import Moment
from afteraction.analysis.fetch import fetch
from afteraction.analysis.lifetimes import DAY

ENOUGH_MINUTES: Final = 0.3
"""The share of touches with minutes on record below which touches are counted instead of hours."""
_ROUNDING: Final = 1.5 / DAY
"""Days. A touch at the instant of a moment comes after it, though the engine rounds to seconds."""


@dataclass(frozen=True)
class Effort:
    """What was put into each deal of a frame (n), in `unit`: `hours` or `touches`.

    `total` until the deal ended, `after` of that what came after each moment asked for. `note` says in words what the
    figures leave out.
    """

    unit: str
    total: Floats
    after: Mapping[Moment, Floats]
    note: str


@dataclass(frozen=True)
class Value:
    """What each deal of a frame is worth if won (n, NaN where unknown), in one `currency` (empty where unnamed)."""

    amount: Floats
    currency: str
    note: str


def effort(
    tables: Mapping[str, ibis.Table], log: EventLog, frame: DealFrame, moments: Mapping[Moment, Floats]
) -> Effort:
    """The effort in each deal. `moments` gives the day of each moment for every deal of the frame, NaN for never.

    Minutes count where they are on record. A touch without counts like the average touch of its activity, or as nothing
    if no touch of that activity has any. One pass over the touches.
    """
    touches = tables["touches"].select("deal_id", "activity", "at", "minutes")
    activities = fetch(
        touches.group_by("activity").agg(touches=_.count(), known=_.minutes.count(), minutes=_.minutes.mean())
    )
    total = sum(row["touches"] for row in activities)
    in_hours = total > 0 and sum(row["known"] for row in activities) >= ENOUGH_MINUTES * total
    if in_hours:
        # Joined, not a window over all touches: a window holds every one of them in memory.
        means = touches.group_by("activity").agg(mean=_.minutes.mean())
        touches = touches.left_join(means, "activity").drop("activity_right")
        touches = touches.mutate(spent=ibis.coalesce(touches.minutes, touches["mean"], 0.0) / 60)
    else:
        touches = touches.mutate(spent=ibis.literal(1.0))
    spent = _sums(tables, log, frame, touches, moments)
    return Effort(
        unit="hours" if in_hours else "touches",
        total=spent[0],
        after=dict(zip(moments, spent[1:], strict=True)),
        note=_note(activities, total, in_hours=in_hours),
    )


def _sums(
    tables: Mapping[str, ibis.Table],
    log: EventLog,
    frame: DealFrame,
    touches: ibis.Table,
    moments: Mapping[Moment, Floats],
) -> list[Floats]:
    """For every deal of the frame what was spent until its end, and after each moment."""
    names = [f"moment {n}" for n in range(len(moments))]
    days = dict(zip(names, (pa.array(day) for day in moments.values()), strict=True))
    when = ibis.memtable(pa.table({"deal_no": pa.array(frame.deal_no)} | days))
    ends = tables["deals"].select("deal_id", "closed_at").join(log.cases.select("deal_id", "deal_no"), "deal_id")
    before_end = touches.join(ends.select("deal_id", "deal_no", "closed_at"), "deal_id")
    before_end = before_end.filter((_.at <= _.closed_at) | _.closed_at.isnull()).join(when, "deal_no")
    origin = float(frame.origin.astype("datetime64[us]").astype(np.int64)) / 1e6
    day = (before_end["at"].epoch_seconds().cast("float64") - origin) / DAY + _ROUNDING
    sums = (
        before_end.mutate(day=day)
        .group_by("deal_no")
        .agg(total=_.spent.sum(), **{name: _.spent.sum(where=_.day >= _[name]) for name in names})
    )
    found = sums.to_pyarrow()
    row_of = np.zeros(int(frame.deal_no.max(initial=-1)) + 1, dtype=np.int64)
    row_of[frame.deal_no] = np.arange(len(frame))
    rows = row_of[found["deal_no"].to_numpy()]
    columns = []
    for name in ("total", *names):
        column = np.zeros(len(frame))
        column[rows] = np.nan_to_num(found[name].to_numpy())
        columns.append(column)
    return columns


def _note(activities: Sequence[Mapping[str, object]], total: int, *, in_hours: bool) -> str:
    if not total:
        return "no touch is on record"
    if not in_hours:
        return f"fewer than {ENOUGH_MINUTES:.0%} of touches have minutes on record, so touches are counted instead"
    never = {str(row["activity"]): int(str(row["touches"])) for row in activities if not row["known"]}
    if not never:
        return ""
    names = ", ".join(sorted(never, key=lambda name: -never[name])[:3])
    return f"{sum(never.values()) / total:.0%} of touches ({names}) never have minutes on record and count as nothing"


def value(tables: Mapping[str, ibis.Table], frame: DealFrame) -> Value:
    """What the deals are worth, in the most common currency; deals in others have no value here."""
    deals = tables["deals"].select("deal_id", "currency")
    counts = fetch(deals.filter(_.currency.notnull()).group_by("currency").agg(deals=_.count()))
    if not counts:
        return Value(frame.amount, "", "")
    main = max(sorted(counts, key=lambda row: str(row["currency"])), key=lambda row: row["deals"])["currency"]
    others = sum(row["deals"] for row in counts) - max(row["deals"] for row in counts)
    if not others:
        return Value(frame.amount, main, "")
    foreign = deals.filter((_.currency != main).fill_null(False)).deal_id.to_pyarrow()
    elsewhere = np.isin(frame.deal_id.to_numpy(zero_copy_only=False), foreign.to_numpy(zero_copy_only=False))
    return Value(
        np.where(elsewhere, np.nan, frame.amount),
        main,
        f"{others} deals in other currencies than {main} have no value here",
    )
