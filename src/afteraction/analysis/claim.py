"""A sentence about why deals are won or lost, in a form that the record can speak to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class SubjectKind(StrEnum):
    STEP = "step"
    ATTRIBUTE = "attribute"
    BEHAVIOUR = "behaviour"
    LOST_REASON = "lost_reason"
    AGE = "age"


class Direction(StrEnum):
    """What a claim says that its subject does to winning; `none` that it does nothing that matters."""

    HELPS = "helps"
    HURTS = "hurts"
    NONE = "none"


class ClaimVerdict(StrEnum):
    FACT = "fact"
    FICTION = "fiction"
    CANT_TELL = "cant_tell"


class Finding(StrEnum):
    """What one piece of evidence says about a claim; only `supports` and `contradicts` decide anything."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    OPEN = "open"
    BESIDE = "beside"


@dataclass(frozen=True)
class Subject:
    """What a claim speaks of.

    `names` are step ids, behaviours, or values of lost_reason; an attribute is named with one `level` of it. Steps and
    lost reasons may be given by `words` instead: meant is what has a word in its name that starts with one of them.
    For a lost reason `remedy` are the words of the steps that would remove it: a discount for a price. The age of a
    deal needs no name.
    """

    kind: SubjectKind
    names: tuple[str, ...] = ()
    level: str = ""
    words: tuple[str, ...] = ()
    remedy: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """A sentence, and what would have to be found for it to be true; `segment` limits it to the deals of one."""

    sentence: str
    subject: Subject
    direction: Direction
    segment: str | None = None


@dataclass(frozen=True)
class Evidence:
    """One thing that the record says about a claim.

    `about` is the step, behaviour or fact, `says` the finding in words. Effects and intervals are probabilities from
    -1 to 1 (differences in shares where that is what is compared). `checks` are the assumptions that were looked at.
    """

    about: str
    finding: Finding
    says: str
    n: int = 0
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    q: float | None = None
    naive_difference: float | None = None
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """The verdict on a claim, why, and what would settle it if it is open.

    `matched` says what in the record was taken to be meant.
    """

    claim: Claim
    verdict: ClaimVerdict
    reason: str
    evidence: tuple[Evidence, ...] = ()
    matched: tuple[str, ...] = ()
    settled_by: str = ""


_WORD: Final = re.compile(r"[^\W_]+")


def matching(words: Iterable[str], *names: str) -> str | None:
    """The first word in the names that starts with one of these, in any case; None if there is none."""
    starts = tuple(word.casefold() for word in words)
    found = (word for name in names for word in _WORD.findall(name) if word.casefold().startswith(starts))
    return next(found, None)
