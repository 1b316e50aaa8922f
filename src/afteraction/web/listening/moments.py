"""Dates as feeds, mails and files write them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

OLDEST: Final = 1990
"""Nothing on the web is older: a year before it is a fault."""
# The months of Germanic and Romance feeds whose first three letters are not those of the English ones.
_MONTHS: Final[Mapping[str, str]] = {
    "mär": "mar", "mrz": "mar", "mai": "may", "okt": "oct", "dez": "dec",
    "janv": "jan", "fév": "feb", "fev": "feb", "févr": "feb", "mars": "mar", "avr": "apr", "juin": "jun",
    "juil": "jul", "août": "aug", "aout": "aug", "déc": "dec",
    "ene": "jan", "abr": "apr", "mayo": "may", "ago": "aug", "dic": "dec", "set": "sep", "out": "oct",
}  # fmt: skip
_ZONES: Final = {"CET": "+0100", "CEST": "+0200", "MEZ": "+0100", "MESZ": "+0200", "BST": "+0100"}


def moment(text: str) -> datetime | None:
    """The moment, in UTC, of ISO 8601 or of a mail's date (RFC 5322), also with months in other languages.

    Without a zone it is taken for UTC. None for what cannot be read for certain, such as 03/04/2026.
    """
    clean = text.strip()
    try:
        found = datetime.fromisoformat(clean)
    except ValueError:
        try:
            found = parsedate_to_datetime(_in_english(clean))
        except (ValueError, TypeError, IndexError, OverflowError):  # the last: a year of twenty digits
            return None
    return in_utc(found)


def in_utc(found: datetime) -> datetime | None:
    """The moment in UTC; None for one that nothing on the web can have."""
    if found.year < OLDEST or found.year > 9990:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _in_english(text: str) -> str:
    """A mail's date without its weekday, its month and zone in the letters of RFC 5322."""
    without_day = re.sub(r"^\w+\.?,\s*", "", text)
    words = []
    for word in without_day.split():
        letters = word.strip(".").lower()
        month = _MONTHS.get(letters) or _MONTHS.get(letters[:3])
        words.append(month.title() if month and letters.isalpha() else _ZONES.get(word, word))
    return " ".join(words)
