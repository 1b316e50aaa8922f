"""What is on record of accounts: facts, deals, touches and trigger events, as arrays in days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from afteraction.analysis.arrays import Flags, Floats, Ints, Longs, Places
from afteraction.analysis.deal_frame import Category
from afteraction.errors import Refused

FACTS: Final = ("segment", "industry", "country", "size")
"""Columns of accounts that are taken as kinds of account; a size that is a number as its order of magnitude."""
_DAY: Final = 86_400.0


@dataclass(frozen=True)
class Dated:
    """Things that happened at accounts, sorted by account, then day (n each). `starts` (k + 1) bounds each account's.

    `account` are places of accounts, `at` days.
    """

    account: Longs
    at: Floats
    starts: Longs

    def before(self, account: Places, at: Floats) -> Longs:
        """For each pair of an account and a day the place behind the last thing on or before that day (exact)."""
        low, high = self.starts[account].copy(), self.starts[account + 1].copy()
        while np.any(low < high):
            middle = (low + high) // 2
            open_, earlier = low < high, np.zeros(len(low), dtype=np.bool_)
            earlier[open_] = self.at[middle[open_]] <= at[open_]
            low, high = np.where(open_ & earlier, middle + 1, low), np.where(open_ & ~earlier, middle, high)
        return low

    def count(self, account: Places, after: Floats, until: Floats) -> Longs:
        """How many happened at each account after one day, up to and with another."""
        return self.before(account, until) - self.before(account, after)


@dataclass(frozen=True)
class AccountRecord:
    """What is known of k accounts by the day `end`. Days are floats from `origin`; nothing is after `end`.

    `opened` are the days on which deals began, `ended` those on which they were won (`won`) or ended otherwise;
    `closing` (one for each in `opened`) is the end of each opened deal, infinite while it is open. `events` have a
    `kind` (places in `kinds`) and a `confidence` from 0 to 1 each. An event counts from the day that it was public.
    """

    account_id: tuple[str, ...]
    facts: Mapping[str, Category]
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


def account_record(
    accounts: pa.Table, deals: pa.Table, touches: pa.Table, events: pa.Table, now: datetime
) -> AccountRecord:
    """Read tables as the lake has them; `now` (with a time zone) is the end of the record.

    `accounts` needs account_id, and may have FACTS. `deals`: account_id, created_at, closed_at, outcome. `touches`:
    account_id, at (of all deals, leads and persons of the account). `events`: account_id, kind, at, confidence. Times
    are timestamps in UTC. Rows of an unknown account, without a time, or after `now` are left out. Raises `Refused`
    for a table that lacks a column.
    """
    raise NotImplementedError
