"""What was known before a deal began: counts and amounts of strictly earlier deals, never of later ones.

All arrays are of deals in order of `created`. Deals that began at the same instant know nothing of each other.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Ints, Longs

WINDOW: Final = 100
"""Deals that make someone's usual deal: their last ones, since what is usual moves."""
NORMAL: Final = 1.4826
"""What makes the median absolute deviation of normal values their standard deviation (Hampel 1974)."""
_NARROWEST: Final = float(np.log(1.25))
"""Amounts that hardly differ would make any other one an outlier: a spread is taken to be a quarter at least."""


def earlier(created: Floats, known: Flags | None = None) -> Longs:
    """For each deal how many deals (those of them that are `known`) began before it."""
    return np.searchsorted(created if known is None else created[known], created, side="left").astype(np.int64)


def earlier_alike(created: Floats, codes: Ints) -> Longs:
    """For each deal how many deals of its own code began before it; 0 where it has none (-1)."""
    order, first = _grouped(created, codes)
    count = np.zeros(len(created), dtype=np.int64)
    count[order] = first
    return np.where(codes >= 0, count, 0)


def last_alike(created: Floats, codes: Ints) -> Floats:
    """For each deal when the newest of its code before it began; NaN where there was none."""
    order, first = _grouped(created, codes)
    starts = np.arange(len(order)) - _places(codes[order])
    last = np.full(len(created), np.nan)
    last[order] = np.where(first > 0, created[order[starts + np.maximum(first, 1) - 1]], np.nan)
    return np.where(codes >= 0, last, np.nan)


def earlier_share(created: Floats, flags: Flags, judged: Flags, codes: Ints | None = None) -> tuple[Floats, Longs]:
    """For each deal the share of `flags` among the `judged` deals before it (of its own code), and how many those are.

    NaN where there are none.
    """
    group = np.zeros(len(created), dtype=np.int32) if codes is None else codes
    order, first = _grouped(created, group)
    starts = np.arange(len(order)) - _places(group[order])
    shares, counts = np.full(len(created), np.nan), np.zeros(len(created), dtype=np.int64)
    flagged, seen = (np.concatenate([[0], np.cumsum(each[order])]) for each in (flags & judged, judged))
    before = starts + first
    counts[order] = seen[before] - seen[starts]
    with np.errstate(invalid="ignore"):
        shares[order] = (flagged[before] - flagged[starts]) / counts[order]
    return shares, counts


@dataclass(frozen=True)
class Usual:
    """The usual deal as it was known when each deal began, in logs: median, spread, and of how many deals.

    `as_large` is the share of them that were nearer to the deal than to the median, or larger. NaN where n is too
    small.
    """

    median: Floats
    spread: Floats
    as_large: Floats
    n: Longs

    def where(self, these: Flags, other: "Usual") -> "Usual":
        """This, and `other` where not `these`."""
        return Usual(
            np.where(these, self.median, other.median),
            np.where(these, self.spread, other.spread),
            np.where(these, self.as_large, other.as_large),
            np.where(these, self.n, other.n),
        )


def usual(
    created: Floats, values: Floats, codes: Ints, fewest: int, asked: Flags | None = None, window: int = WINDOW
) -> Usual:
    """The usual deal of each deal's group: median and median absolute deviation of its last `window` earlier values.

    Of the deals `asked` alone. `values` are logs, NaN where unknown. Median and its absolute deviation, because a few
    huge deals must not make the next one usual (Hampel 1974; Leys et al. 2013).
    """
    n = len(created)
    nothing = np.full(n, np.nan)
    found = Usual(nothing.copy(), nothing.copy(), nothing.copy(), np.zeros(n, dtype=np.int64))
    known = np.where(np.isnan(values), -1, codes).astype(np.int32)
    order, first = _grouped(created, known)
    places = _places(known[order])
    for place in np.flatnonzero((known[order] >= 0) & (first >= fewest)):
        row = order[place]
        if asked is not None and not asked[row]:
            continue
        begin = place - places[place]
        end = begin + int(first[place])
        past = values[order[max(begin, end - window) : end]]
        middle = float(np.median(past))
        found.median[row] = middle
        found.spread[row] = max(NORMAL * float(np.median(np.abs(past - middle))), _NARROWEST)
        found.as_large[row] = float(np.mean(past >= (values[row] + middle) / 2))
        found.n[row] = len(past)
    return found


def _grouped(created: Floats, codes: Ints) -> tuple[Longs, Longs]:
    """The deals by code and time, and for each of them how many of its code began before it."""
    order = np.lexsort((created, codes))
    places = _places(codes[order])
    same = np.zeros(len(order), dtype=np.bool_)
    same[1:] = (np.diff(created[order]) == 0) & (np.diff(codes[order]) == 0)
    # Of deals that began at one instant each knows as much as the first of them.
    first = np.maximum.accumulate(np.where(same, -1, np.arange(len(order)))) if len(order) else order
    return order, places[first]


def _places(codes: Ints) -> Longs:
    """The place of each within its run of equal codes, from 0."""
    number = np.arange(len(codes))
    begins = np.concatenate([[True], np.diff(codes) != 0]) if len(codes) else np.zeros(0, dtype=np.bool_)
    return np.asarray(number - np.maximum.accumulate(np.where(begins, number, 0)), dtype=np.int64)
