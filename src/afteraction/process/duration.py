"""Durations as people write them: `14 days`, `2 weeks`, `36 hours`, `1 day 12 hours`, `P14D`."""

import re
from datetime import timedelta
from decimal import Decimal

from afteraction.process.problem import Unreadable

EXPECTED = "a duration such as 14 days, 2 weeks, 36 hours, 90 minutes or P14D"
LONGEST = timedelta(days=36_525)

_UNITS = {
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}
_SHORT = {"w": "week", "d": "day", "h": "hour", "hr": "hour", "min": "minute", "s": "second", "sec": "second"}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([^\W\d_]+)")
_ISO = re.compile(
    r"P(?=.)(?:(?P<week>\d+)W)?(?:(?P<day>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hour>\d+)H)?(?:(?P<minute>\d+)M)?(?:(?P<second>\d+(?:\.\d+)?)S)?)?"
)
_BUSINESS = re.compile(r"\b(business|working|work|week\s*-?days?)\b")
_CALENDAR = re.compile(r"\b(months?|quarters?|years?)\b|^p[^t]*\d+[my]")


def parse_duration(text: str) -> timedelta:
    """The length of time that `text` names; raises Unreadable for anything else.

    Time is calendar time. Business days are refused, because counting them needs a calendar of holidays, and so
    are months and years, because they differ in length.
    """
    plain = text.strip().casefold()
    if _BUSINESS.search(plain):
        raise Unreadable(
            f"'{text}'", "calendar time, since holidays are not known here: write 14 days for 10 business days"
        )
    if _CALENDAR.search(plain):
        raise Unreadable(f"'{text}'", "days or weeks, since months and years differ in length: 30 days, 90 days")
    try:
        duration = sum((_length(number, unit) for number, unit in _parts(text)), timedelta())
    except (KeyError, OverflowError):
        raise Unreadable(f"'{text}'", EXPECTED) from None
    if not timedelta() < duration <= LONGEST:
        raise Unreadable(f"'{text}'", f"a duration longer than none and at most {LONGEST.days} days")
    return duration


def _parts(text: str) -> list[tuple[str, str]]:
    plain = text.strip().casefold()
    if iso := _ISO.fullmatch(plain.upper()):
        return [(number, unit) for unit, number in iso.groupdict().items() if number]
    between = _PART.sub("", plain).replace("and", "").replace(",", "").strip()
    parts = _PART.findall(plain)
    if plain.startswith("-") and parts:
        raise Unreadable(f"'{text}'", "a duration longer than none")
    if between or not parts:
        raise Unreadable(f"'{text}'", EXPECTED)
    return parts


def _length(number: str, unit: str) -> timedelta:
    singular = unit.removesuffix("s") if len(unit) > 1 else unit
    size = _UNITS[_SHORT.get(singular, singular)]
    return timedelta(microseconds=int(Decimal(number) * (size // timedelta(microseconds=1))))
