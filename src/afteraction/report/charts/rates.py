"""Rates with their intervals, one row for each group: win rates by segment, source, owner; rules kept by rep."""

from collections.abc import Sequence
from dataclasses import dataclass

from afteraction.analysis.intervals import Rate
from afteraction.report.charts.dots import Dot, Reference, Scale, dots
from afteraction.report.charts.picture import Picture
from afteraction.report.wording import interval, percent


@dataclass(frozen=True)
class Row:
    """A group and its rate; `side` is -1, 0 or +1: below the reference, not told apart from it, above it."""

    name: str
    rate: Rate
    side: int = 0


def rate_dots(rates: Sequence[Row], reference: float | None = None, reference_name: str = "all deals") -> Picture:
    """A dot with its interval for each group, in the order given, and a line at `reference`.

    A filled dot stands above the reference, a filled diamond below it; a hollow dot cannot be told apart from it.
    """
    top = min(1.0, max([row.rate.high for row in rates] + [reference or 0, 0.02]) * 1.02)
    line = None if reference is None else Reference(reference, f"{reference_name} {reference:.0%}")
    return dots([_dot(row) for row in rates], Scale(0.0, top, "%"), line)


def _dot(row: Row) -> Dot:
    rate = row.rate
    figure = f"{percent(rate.value)}  of {rate.n:,}"
    words = f"{row.name}: {figure} deals, 95% interval {interval(rate.low, rate.high)}"
    return Dot(row.name, rate.value, rate.low, rate.high, figure, words, row.side)
