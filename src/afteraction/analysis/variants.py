"""The ways that deals take: sequences of activities that several deals share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import ibis
from ibis import _

from afteraction.analysis.directly_follows import activity_names
from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch, fetch_count, fetch_row
from afteraction.analysis.intervals import Rate, rate, rate_if_any
from afteraction.analysis.lifetimes import days_between, lifetimes
from afteraction.errors import NotEnoughData

SHOWN: Final = 10
"""How many variants are listed by default: what a page holds."""


@dataclass(frozen=True)
class Variant:
    """One sequence of activities: how many deals took it, how many of those that ended were won, and how long it took.

    `win_rate` is won of ended, None while none has ended; `median_days` from start to end of those that ended.
    """

    number: int
    activities: tuple[str, ...]
    deals: int
    share: Rate
    win_rate: Rate | None
    median_days: float | None


@dataclass(frozen=True)
class Variants:
    """All variants of the deals that have events.

    `half` and `four_fifths` are how many of the most frequent variants it takes to cover 50 % and 80 % of the deals;
    `once` how many were taken by a single deal. `longest` is the number of events of the longest.
    """

    deals: int
    without_events: int
    variants: int
    half: int
    four_fifths: int
    once: int
    longest: int
    top: tuple[Variant, ...]


def variants(tables: Mapping[str, ibis.Table], log: EventLog, show: int = SHOWN) -> Variants | NotEnoughData:
    """Count the variants and describe the `show` most frequent ones."""
    taken = log.variants.filter(_.length > 0)
    in_order = ibis.window(order_by=[_.deals.desc(), _.variant])
    covered = taken.mutate(
        before=_.deals.sum().over(ibis.cumulative_window(order_by=[_.deals.desc(), _.variant])) - _.deals,
        total=_.deals.sum().over(ibis.window()),
        rank=ibis.row_number().over(in_order),
    )
    counts = covered.agg(
        deals=_.deals.sum(),
        variants=_.count(),
        half=(_.before < 0.5 * _.total).sum(),
        four_fifths=(_.before < 0.8 * _.total).sum(),
        once=(_.deals == 1).sum(),
        longest=_.length.max(),
    )
    row = fetch_row(counts)
    if not row["variants"]:
        return NotEnoughData("no deal has an event", "touches or stage changes of the deals")
    without = fetch_count(log.variants.filter(_.length == 0).deals.sum())
    top = _top(tables, log, covered.filter(_.rank < show).select("variant"), row["deals"])
    return Variants(without_events=without, top=top, **row)


def _top(tables: Mapping[str, ibis.Table], log: EventLog, shown: ibis.Table, total: int) -> tuple[Variant, ...]:
    names = activity_names(log)
    outcomes = log.variants.semi_join(shown, "variant")
    deals = log.cases.semi_join(shown, "variant")
    # Only these deals' lives are looked at, of however many there are.
    few = replace(log, cases=deals, events=log.events.semi_join(deals, "deal_no"))
    ended = lifetimes(tables, few).filter(_.outcome != "open")
    medians = ended.group_by("variant").agg(days=days_between(_.started_at, _.ended_at).median())
    days = {row["variant"]: row["days"] for row in fetch(medians)}
    taken = fetch(log.sequences.semi_join(shown, "variant"))
    steps = {row["variant"]: tuple(names[activity] for activity in row["activities"]) for row in taken}
    rows = sorted(fetch(outcomes), key=lambda row: (-row["deals"], row["variant"]))
    return tuple(
        Variant(
            number=row["variant"],
            activities=steps[row["variant"]],
            deals=row["deals"],
            share=rate(row["deals"], total),
            win_rate=rate_if_any(row["won"], row["deals"] - row["open"]),
            median_days=days.get(row["variant"]),
        )
        for row in rows
    )
