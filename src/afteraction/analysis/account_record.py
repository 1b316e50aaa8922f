"""What is on record of accounts: facts, deals, touches and trigger events, as arrays in days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from afteraction.analysis.arrays import Flags, Floats, Ints, Longs, Places
from afteraction.analysis.deal_frame import Category
from afteraction.errors import Refused

FACTS: Final = ("segment", "industry", "country", "size")
"""Columns of accounts that are taken as kinds of account; a size that is a number as its order of magnitude."""
_DAY: Final = np.timedelta64(86_400_000_000, "us")
_ALWAYS: Final = -np.inf
_Column = Any
_Ids = Any
"""Arrow columns, of whatever type the lake has: its stubs know the values of neither."""


@dataclass(frozen=True)
class Dated:
    """Things that happened at accounts, sorted by account, then day (n each). `starts` (k + 1) bounds each account's.

    `account` are places of accounts, `at` days.
    """

    account: Longs
    at: Floats
    starts: Longs

    def before(self, account: Places, at: Floats) -> Longs:
        """For each pair of an account and a day the place behind the last thing on or before that day.

        Halved until found, for all pairs at once: exact, unlike keys that mix accounts and days.
        """
        low, high = self.starts[account].copy(), self.starts[account + 1].copy()
        searched = np.flatnonzero(low < high)
        while len(searched):
            middle = (low[searched] + high[searched]) // 2
            earlier = self.at[middle] <= at[searched]
            low[searched] = np.where(earlier, middle + 1, low[searched])
            high[searched] = np.where(earlier, high[searched], middle)
            searched = searched[low[searched] < high[searched]]
        return low

    def count(self, account: Places, after: Floats, until: Floats) -> Longs:
        """How many happened at each account after one day, up to and with another."""
        return self.before(account, until) - self.before(account, after)

    def last(self, account: Places, at: Floats) -> Floats:
        """The day of the last one on or before a day; -inf where there is none."""
        place = self.before(account, at)
        return self._day(place - 1, place > self.starts[account], -np.inf)

    def following(self, account: Places, at: Floats) -> Floats:
        """The day of the next one after a day; inf where there is none."""
        place = self.before(account, at)
        return self._day(place, place < self.starts[account + 1], np.inf)

    def only(self, chosen: Flags) -> "Dated":
        """Some of them."""
        return dated(self.account[chosen], self.at[chosen], len(self.starts) - 1)[0]

    def _day(self, place: Longs, known: Flags, otherwise: float) -> Floats:
        found = np.full(len(place), otherwise)
        found[known] = self.at[place[known]]
        return found


def dated(account: Places, at: Floats, accounts: int) -> tuple[Dated, Longs]:
    """Sort things that happened at so many accounts; with the order that they were sorted by."""
    order = np.lexsort((at, account))
    starts = np.searchsorted(account[order], np.arange(accounts + 1))
    return Dated(account[order].astype(np.int64), at[order], starts), order


@dataclass(frozen=True)
class AccountRecord:
    """What is known of k accounts by the day `end`. Days are floats from `origin`; nothing is after `end`.

    An account counts `since` a day (k; -inf: all along). `opened` are the days on which deals began, and `closing` (one
    for each) the day on which it ended, inf while open. `ended` are the days on which deals ended, and `won` whether as
    a win. `events` have a `kind` (places in `kinds`) and a `confidence` from 0 to 1 each; an event counts from the day
    on which it was public.
    """

    account_id: tuple[str, ...]
    facts: Mapping[str, Category]
    since: Floats
    opened: Dated
    closing: Floats
    ended: Dated
    won: Flags
    touches: Dated
    events: Dated
    kind: Ints
    confidence: Floats
    kinds: tuple[str, ...]
    origin: np.datetime64
    end: float

    def __len__(self) -> int:
        return len(self.account_id)

    @property
    def wins(self) -> Dated:
        """The days on which deals were won."""
        return self.ended.only(self.won)

    def has_open_deal(self, account: Places, at: Floats) -> Flags:
        """Whether each account had a deal open on a day: more had begun than had ended."""
        begun = self.opened.before(account, at) - self.opened.starts[account]
        closed, _ = dated(self.opened.account, self.closing, len(self))
        over: Flags = begun > closed.before(account, at) - closed.starts[account]
        return over


def account_record(
    accounts: pa.Table, deals: pa.Table, touches: pa.Table, events: pa.Table, now: datetime
) -> AccountRecord:
    """Read tables as the lake has them; `now` (with a time zone) is the end of the record.

    `accounts` needs account_id, and may have FACTS and `since`, the time from which an account was on the list (without
    it: all along. Where accounts enter the list when their first deal does, leave none out that never had one).
    `deals`: account_id, created_at, closed_at, outcome. `touches`: account_id, at (of all deals, leads and people of
    the account). `events`: account_id, kind, at, confidence (empty: sure). Times are timestamps in UTC. Rows of an
    unknown account, without a time, or after `now` are left out; a deal that ended after `now` is still open. Raises
    `Refused` for a table that lacks a column.
    """
    _check("accounts", accounts, ["account_id"])
    _check("deals", deals, ["account_id", "created_at", "closed_at", "outcome"])
    _check("touches", touches, ["account_id", "at"])
    _check("events", events, ["account_id", "kind", "at", "confidence"])
    ids = accounts["account_id"].combine_chunks()
    latest = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "us")
    times = [each for table, names in ((deals, ("created_at", "closed_at")), (touches, ("at",)), (events, ("at",)))
             for name in names for each in [_times(table[name])]]  # fmt: skip
    firsts = [np.nanmin(each) for each in times if not np.all(np.isnat(each))]
    origin = min([latest, *firsts])

    def days(table: pa.Table, name: str) -> Floats:
        return np.asarray((_times(table[name]) - origin) / _DAY, dtype=np.float64)

    k, end = len(ids), float((latest - origin) / _DAY)
    place = _places(deals["account_id"], ids)
    begun, closed = days(deals, "created_at"), days(deals, "closed_at")
    outcome = np.asarray(deals["outcome"].to_pylist(), dtype=object)
    over = (outcome != "open") & (closed <= end)
    # Of a deal without a beginning only the end is known; one that ended at an unknown time is worked by nobody.
    begun = np.where(np.isnan(begun), closed, begun)
    unknown = (outcome != "open") & np.isnan(closed)
    closing = np.where(over, np.maximum(closed, begun), np.where(unknown, begun, np.inf))
    there = (place >= 0) & (begun <= end)
    opened, order = dated(place[there], begun[there], k)
    has_ended = (place >= 0) & over
    ended, by_end = dated(place[has_ended], closed[has_ended], k)
    happened, _ = _of_table(touches, days(touches, "at"), ids, end)
    heard, kept = _of_table(events, days(events, "at"), ids, end)
    words = [str(each or "other") for each in events["kind"].to_pylist()]
    kinds = tuple(sorted({words[row] for row in kept}))
    number = {kind: n for n, kind in enumerate(kinds)}
    sure = np.nan_to_num(_numbers(events["confidence"]), nan=1.0)
    return AccountRecord(
        account_id=tuple(str(each) for each in ids.to_pylist()),
        facts={name: _category(accounts[name]) for name in FACTS if name in accounts.column_names},
        since=np.nan_to_num(days(accounts, "since"), nan=_ALWAYS) if "since" in accounts.column_names
        else np.full(k, _ALWAYS),
        opened=opened,
        closing=closing[there][order],
        ended=ended,
        won=(outcome == "won")[has_ended][by_end],
        touches=happened,
        events=heard,
        kind=np.array([number[words[row]] for row in kept], dtype=np.int32),
        confidence=np.clip(sure[kept], 0.0, 1.0),
        kinds=kinds,
        origin=origin,
        end=end,
    )  # fmt: skip


def _check(name: str, table: pa.Table, needed: Sequence[str]) -> None:
    lacking = [each for each in needed if each not in table.column_names]
    if lacking:
        raise Refused(f"a table of {name} without {', '.join(lacking)}", f"the columns {', '.join(needed)}")


def _times(column: _Column) -> "np.ndarray[tuple[int], np.dtype[np.datetime64]]":
    plain = column.cast(pa.timestamp("us", "UTC")) if not pa.types.is_null(column.type) else column
    return np.asarray(plain.cast(pa.int64()).fill_null(np.iinfo(np.int64).min).to_numpy()).view("datetime64[us]")


def _numbers(column: _Column) -> Floats:
    return np.asarray(column.cast(pa.float64()).fill_null(np.nan).to_numpy(), dtype=np.float64)


def _places(column: _Column, ids: _Ids) -> Longs:
    """The places of accounts; -1 of those that are not known."""
    found: _Column = pc.index_in(column, value_set=ids)
    return np.asarray(found.fill_null(-1).to_numpy(), dtype=np.int64)


def _of_table(table: pa.Table, at: Floats, ids: _Ids, end: float) -> tuple[Dated, Longs]:
    """What happened at known accounts by the end, with the rows of the table in the order that it came to be in."""
    place = _places(table["account_id"], ids)
    rows = np.flatnonzero((place >= 0) & (at <= end))
    found, order = dated(place[rows], at[rows], len(ids))
    return found, rows[order]


def _category(column: _Column) -> Category:
    numbers = _as_numbers(column.to_pylist())
    if numbers is not None:
        column = pa.chunked_array([[_magnitude(value) for value in numbers]], pa.string())
    words = column.cast(pa.string()).combine_chunks().dictionary_encode()
    codes = words.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Category(codes, tuple(words.dictionary.to_pylist()))


def _as_numbers(values: Sequence[object]) -> list[float | None] | None:
    """Values that all are numbers, or text that says one; None where any is something else."""
    try:
        found = [None if value is None else float(str(value)) for value in values]
    except ValueError:
        return None
    return found if any(value is not None for value in found) else None


def _magnitude(value: float | None) -> str | None:
    """A number as its order of magnitude: 10 to 99."""
    if value is None or not 0 <= value < np.inf:
        return None
    low = 0 if value < 1 else 10 ** int(np.log10(value))
    return f"{low:,} to {max(10 * low - 1, 0):,}"
