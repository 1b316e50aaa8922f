"""What the statuses of a lead mean, whatever a CRM or a marketing system calls them."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class LeadStatus(StrEnum):
    """Where a lead stands between marketing and sales."""

    NEW = "new"
    OFFERED = "offered"
    WORKED = "worked"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    CONVERTED = "converted"


_SAID: Final[tuple[tuple[LeadStatus, str], ...]] = (
    (LeadStatus.RETURNED, r"not converted|unqualified|disqualified|not qualified|return|reject|declin|dead|junk"),
    (LeadStatus.RETURNED, r"invalid|recycl|nurtur|bad timing|unreachable|lost|expired|duplicate|spam|archiv"),
    (LeadStatus.RETURNED, r"zurück|abgelehnt|perdu|perdido"),
    (LeadStatus.NEW, r"not contacted|unread|\bnew\b|^open$"),
    (LeadStatus.CONVERTED, r"convert|open deal|opportunity|customer|\bwon\b|konvertiert"),
    (LeadStatus.ACCEPTED, r"accept|qualified|\bsql\b|\bsal\b|connected|angenommen|qualifiziert"),
    (LeadStatus.WORKED, r"attempt|working|in progress|contacted|called|in bearbeitung|contacté"),
    (LeadStatus.OFFERED, r"offer|assign|\bmql\b|handed|routed"),
)
"""The first that fits counts: "Closed - Not Converted" is no conversion, "Unqualified" not qualified."""


def status_kinds(
    statuses: Iterable[str | None], known: Mapping[str, LeadStatus] | None = None
) -> dict[str, LeadStatus]:
    """What each status means: as `known` says, else by its words; one that says nothing is new."""
    given = known or {}
    return {status: given.get(status) or _by_words(status) for status in statuses if status}


def _by_words(status: str) -> LeadStatus:
    said = re.sub(r"[^\w]+|_", " ", status.casefold()).strip()
    return next((kind for kind, words in _SAID if re.search(words, said)), LeadStatus.NEW)
