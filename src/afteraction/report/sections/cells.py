"""What several sections write the same way: cells of tables, and analyses that were refused."""

import re
from typing import Final

from afteraction.analysis.intervals import Rate
from afteraction.errors import NotEnoughData
from afteraction.report.document import Cell, Refusal
from afteraction.report.wording import capital, days, interval, percent

NOTHING = Cell("–")
_COLUMN: Final = re.compile(r"`(\w+)`")


def number(count: int) -> Cell:
    """A count."""
    return Cell(f"{count:,}", count)


def share(rate: Rate | None) -> Cell:
    """A rate without its interval."""
    return NOTHING if rate is None else Cell(percent(rate.value), round(rate.value, 6))


def range_of(rate: Rate | None) -> Cell:
    """The interval of a rate."""
    return NOTHING if rate is None else Cell(interval(rate.low, rate.high), round(rate.low, 6))


def duration(count: float | None) -> Cell:
    """A number of days."""
    return NOTHING if count is None else Cell(days(count), round(count, 3))


def with_interval(rate: Rate) -> str:
    """A rate in a sentence: `31% (29–33%)`."""
    return f"{percent(rate.value)} ({interval(rate.low, rate.high)})"


def refusal(what: str, missing: NotEnoughData) -> Refusal:
    """An analysis that the record could not support."""
    return Refusal(what, sentence(missing.reason), sentence(missing.needed))


def sentence(text: str) -> str:
    """A phrase of the analysis as a sentence; names of columns in quotation marks."""
    text = _COLUMN.sub(r"“\1”", text.strip())
    return f"{capital(text)}{'' if text.endswith(('.', '?', '!')) or not text else '.'}"
