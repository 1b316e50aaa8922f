"""Win rates, overall and by what is known of a deal, each with its interval.

No group is ranked by its raw rate. A group is called different only when it differs from all other deals by more than
chance explains, counting how many groups were looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import ibis
from ibis import _

from afteraction.analysis.deal_facts import PEOPLE, deal_facts, fact_names
from afteraction.analysis.fetch import fetch, fetch_row
from afteraction.analysis.intervals import (
    FALSE_DISCOVERIES,
    Difference,
    Rate,
    difference,
    equality_p_value,
    false_discovery_q_values,
    rate,
    rate_if_any,
)
from afteraction.errors import NotEnoughData
from afteraction.lake.schema import ENDED

SMALLEST_GROUP: Final = 20
"""Ended deals below which a group is not judged: its interval would be about 40 points wide or more."""
GROUPS: Final = 200
"""The most groups of one kind that are listed, the largest first; the rest counts as too small."""
KINDS: Final = 50
"""A fact with more values than this, unless it names people, is a name or a number rather than a kind of deal."""
LEAK: Final = 0.1
"""A fact that is on record for won deals 10 points more or less often than for the others was, for many, noted
because of the outcome (a competitor named when the deal is lost), and then says nothing about it."""

GroupVerdict = Literal["above", "below", "not_different", "leak"]


@dataclass(frozen=True)
class WinRate:
    """How a set of ended deals ended. `of_ended`: won of all; `of_decided`: won of won and lost, None if neither."""

    won: int
    lost: int
    no_decision: int
    of_ended: Rate
    of_decided: Rate | None

    @property
    def ended(self) -> int:
        return self.won + self.lost + self.no_decision

    @property
    def not_won(self) -> int:
        return self.lost + self.no_decision


@dataclass(frozen=True)
class GroupWinRate:
    """A group beside all other ended deals of which the fact is known: `difference` is in won-of-ended.

    `q` is the expected share of false alarms among all groups flagged at least this clearly (Benjamini-Hochberg over
    the groups of every kind). None where there is nothing to compare with.
    """

    group: str
    rate: WinRate
    difference: Difference | None
    q: float | None
    verdict: GroupVerdict


@dataclass(frozen=True)
class TooSmall:
    """Groups with fewer than SMALLEST_GROUP ended deals, together."""

    groups: int
    rate: WinRate | None


@dataclass(frozen=True)
class GroupedWinRates:
    """The groups of one kind, such as the segments, by name; `unknown` are ended deals of which it is not on record.

    `leaks`: whether it is on record depends on the outcome (see LEAK), so that no group of it is judged.
    """

    by: str
    groups: tuple[GroupWinRate, ...]
    too_small: TooSmall
    unknown: WinRate | None
    leaks: bool


@dataclass(frozen=True)
class MonthWinRate:
    """The deals that ended in a month, such as `2026-03`."""

    month: str
    rate: WinRate


@dataclass(frozen=True)
class WinRates:
    """Win rates of all ended deals, by kind of group, and month by month of their end."""

    overall: WinRate
    by: Mapping[str, GroupedWinRates]
    months: tuple[MonthWinRate, ...]


def win_rates(tables: Mapping[str, ibis.Table]) -> WinRates | NotEnoughData:
    """Won deals of those that ended, by every fact on record that puts them into two groups or more."""
    ended = deal_facts(tables).filter(_.outcome != "open").cache()  # read once for every fact
    overall = _win_rate_if_any(fetch_row(ended.agg(**_COUNTS)))
    if overall is None:
        return NotEnoughData("no deal has ended", "deals with the outcome won, lost or no_decision")
    grouped = [_group(ended, fact, overall) for fact in fact_names(tables)]
    kinds = [kind for kind in grouped if _tells_apart(kind)]
    return WinRates(overall, {kind.by: kind for kind in _judge(kinds)}, _months(ended))


_COUNTS: Final = {outcome: (_.outcome == outcome).sum() for outcome in ENDED}


def _win_rate(row: Mapping[str, Any]) -> WinRate:
    won, lost, no_decision = (row[outcome] for outcome in _COUNTS)
    return WinRate(won, lost, no_decision, rate(won, won + lost + no_decision), rate_if_any(won, won + lost))


def _win_rate_if_any(row: Mapping[str, Any]) -> WinRate | None:
    return _win_rate(row) if any(row[outcome] for outcome in _COUNTS) else None


def _group(ended: ibis.Table, by: str, overall: WinRate) -> GroupedWinRates:
    """The groups of one fact, not judged yet: their q is still the p of the comparison with the other deals."""
    counts = ended.filter(ended[by].notnull()).group_by(group=by).agg(**_COUNTS)
    counts = counts.mutate(ended=_.won + _.lost + _.no_decision)
    ranked = counts.mutate(rank=ibis.row_number().over(ibis.window(order_by=[_.ended.desc(), "group"])))
    ranked = ranked.mutate(listed=(_.ended >= SMALLEST_GROUP) & (_["rank"] < GROUPS))
    totals = {outcome: _[outcome].sum() for outcome in _COUNTS}
    pooled = fetch(ranked.group_by("listed").agg(groups=_.count(), **totals))
    small = next((row for row in pooled if not row["listed"]), {"groups": 0} | dict.fromkeys(_COUNTS, 0))
    known = {outcome: sum(row[outcome] for row in pooled) for outcome in _COUNTS}
    unknown = {outcome: getattr(overall, outcome) - known[outcome] for outcome in _COUNTS}
    rows = fetch(ranked.filter(_.listed).order_by("group"))
    leaks = _leaks(_win_rate_if_any(known), overall)
    groups = tuple(_beside(row["group"], _win_rate(row), _win_rate(known), leaks) for row in rows)
    too_small = TooSmall(small["groups"], _win_rate_if_any(small))
    return GroupedWinRates(by, groups, too_small, _win_rate_if_any(unknown), leaks)


def _tells_apart(kind: GroupedWinRates) -> bool:
    values = len(kind.groups) + kind.too_small.groups
    return bool(kind.groups) and values > 1 and (values <= KINDS or kind.by in PEOPLE)


def _leaks(known: WinRate | None, overall: WinRate) -> bool:
    won = rate_if_any(known.won if known else 0, overall.won)
    not_won = rate_if_any(known.not_won if known else 0, overall.not_won)
    return won is not None and not_won is not None and abs(won.value - not_won.value) > LEAK


def _beside(group: str, found: WinRate, known: WinRate, leaks: bool) -> GroupWinRate:
    rest = rate_if_any(known.won - found.won, known.ended - found.ended)
    if leaks or rest is None:
        return GroupWinRate(group, found, None, None, "leak" if leaks else "not_different")
    apart = difference(found.of_ended, rest)
    return GroupWinRate(group, found, apart, equality_p_value(found.of_ended, rest), "not_different")


def _judge(kinds: Sequence[GroupedWinRates]) -> list[GroupedWinRates]:
    p_values = [group.q for kind in kinds for group in kind.groups if group.q is not None]
    q_values = iter(false_discovery_q_values(p_values))
    return [
        replace(kind, groups=tuple(g if g.q is None else _judged(g, next(q_values)) for g in kind.groups))
        for kind in kinds
    ]


def _judged(group: GroupWinRate, q: float) -> GroupWinRate:
    verdict: GroupVerdict = "not_different"
    if q <= FALSE_DISCOVERIES and group.difference is not None:
        verdict = "above" if group.difference.value > 0 else "below"
    return replace(group, q=q, verdict=verdict)


def _months(ended: ibis.Table) -> tuple[MonthWinRate, ...]:
    months = ended.filter(_.closed_at.notnull()).group_by(month=_.closed_at.strftime("%Y-%m")).agg(**_COUNTS)
    rows = fetch(months.order_by("month"))
    return tuple(MonthWinRate(row["month"], _win_rate(row)) for row in rows)
