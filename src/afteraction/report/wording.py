"""Figures as they are written in sentences, charts and tables."""

import math
import re
from datetime import date


def percent(share: float | None) -> str:
    """A share from 0 to 1 as a whole percentage; a share that would round to none or all keeps its first digit."""
    if share is None:
        return "–"
    if 0 < share < 0.005 or 0.995 < share < 1:
        return f"{share:.1%}" if 0.0005 <= share <= 0.9995 else ("<0.1%" if share < 0.5 else ">99.9%")
    return f"{share:.0%}"


def interval(low: float, high: float) -> str:
    """The interval of a share: `30–33%`."""
    return f"{low * 100:.0f}–{percent(high)}"


def points(difference: float) -> str:
    """A difference of shares in percentage points, with its sign: `+18`, `−3`, `0`."""
    rounded = round(difference * 100)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(rounded)}"


def decimal(number: float, places: int = 3) -> str:
    """A number with so many decimals and a minus sign that is one; never a minus nought."""
    rounded = round(number, places)
    return f"{'−' if rounded < 0 else ''}{abs(rounded):.{places}f}"


def decimals(low: float, high: float, places: int = 3) -> str:
    """An interval of such numbers: `0.186–0.214`, `−0.003 to 0.007`."""
    return f"{decimal(low, places)}{' to ' if round(low, places) < 0 else '–'}{decimal(high, places)}"


def amount(value: float) -> str:
    """A quantity to three digits: `0.0712`, `7.12`, `831`, `2,300`, `1.25 M`."""
    for size, unit in ((1e9, " bn"), (1e6, " M")):
        if abs(value) >= size * 0.9995:
            return f"{_digits(value / size)}{unit}"
    return _digits(value)


def _digits(value: float) -> str:
    if not value:
        return "0"
    decimals = 2 - math.floor(math.log10(abs(value)))
    return f"{round(value, decimals):,.{max(decimals, 0)}f}"


def days(count: float | None) -> str:
    """A number of days, in hours under one day: `12 d`, `3.5 d`, `4 h`."""
    if count is None:
        return "–"
    if count < 0.95:
        return f"{count * 24:.0f} h" if count * 24 >= 0.5 else "<1 h"
    return f"{count:.1f} d" if count < 9.95 and round(count, 1) != round(count) else f"{count:,.0f} d"


def capital(text: str) -> str:
    """A text as the beginning of a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def anchor(text: str) -> str:
    """A text as the last part of an id on a page: letters and digits, joined by hyphens."""
    return "-".join(re.findall(r"[^\W_]+", text.lower())) or "other"


def many(count: int, one: str, more: str = "") -> str:
    """A number with its noun: `1 deal`, `1,204 deals`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def are(count: int) -> str:
    """`is` for one thing, `are` for several or none."""
    return "is" if count == 1 else "are"


def day(when: date) -> str:
    """A date in words: `3 March 2026`."""
    return f"{when.day} {when:%B %Y}"


def period(first: date, last: date) -> str:
    """A period in words."""
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def each(facts: list[str], most: int = 30) -> str:
    """Facts as one sentence each takes in what a screen reader says of a picture."""
    rest = f"; and {len(facts) - most} more" if len(facts) > most else ""
    return f"{'; '.join(facts[:most])}{rest}."


def listed(items: list[str], most: int = 3) -> str:
    """Items in a sentence: `a, b and c`, or `a, b, c and 4 more`."""
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
