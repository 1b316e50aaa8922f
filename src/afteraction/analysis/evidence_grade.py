"""How well a claimed cause of one deal's outcome is attested: by the record, by several voices, by one, or not at all.

What makes witnesses worth more than their number is independence. What a manager knows of a deal the rep told, so the
seller's side is one witness; each person of the buyer's who answered alone is another. A record that shows the cause
proves that it was there, not that it decided: a buyer who says that it did not is not overruled.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from afteraction.analysis.intervals import Rate, rate


class Voice(StrEnum):
    REP = "rep"
    MANAGER = "manager"
    BUYER = "buyer"

    @property
    def of_seller(self) -> bool:
        return self is not Voice.BUYER


class OnRecord(StrEnum):
    """What the record says of a cause.

    It shows it; it shows the contrary; it would show it and does not, which proves little; or there is nothing in it by
    which to tell.
    """

    SHOWN = "shown"
    CONTRARY = "contrary"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Grade(StrEnum):
    PROVEN = "proven"
    CORROBORATED = "corroborated"
    ONE_VOICE = "one_voice"
    CONTRADICTED = "contradicted"
    NOT_TESTABLE = "not_testable"


@dataclass(frozen=True)
class Statement:
    """What one person said of one deal: the drivers named, and those that they said it was *not*.

    A driver in neither was not mentioned. `person` tells people of the same voice apart.
    """

    voice: Voice
    person: str
    named: frozenset[str]
    denied: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RecordSays:
    """What the record says of one driver, and by what, in words: `a reference call is logged on 3 May`."""

    finding: OnRecord
    because: str = ""


@dataclass(frozen=True)
class Graded:
    """A claimed cause with its grade, the reasons for it, and what would raise it; empty where nothing can."""

    driver: str
    grade: Grade
    reasons: tuple[str, ...]
    settled_by: str = ""


@dataclass(frozen=True)
class GradedDriver:
    """One driver over all deals: in how many of those with statements it is claimed, and how often with each grade."""

    driver: str
    claimed: Rate
    grades: Mapping[Grade, Rate]


_UNKNOWN = RecordSays(OnRecord.UNKNOWN)


def grade_deal(statements: Sequence[Statement], record: Mapping[str, RecordSays]) -> tuple[Graded, ...]:
    """The grade of every driver that someone named of a deal, in the order of the drivers' names."""
    claimed = frozenset[str]().union(*(each.named for each in statements))
    return tuple(grade(driver, statements, record.get(driver, _UNKNOWN)) for driver in sorted(claimed))


def overlooked(statements: Sequence[Statement], record: Mapping[str, RecordSays]) -> tuple[str, ...]:
    """Drivers that the record shows and nobody mentions, neither naming nor denying them."""
    mentioned = frozenset[str]().union(*(each.named | each.denied for each in statements))
    return tuple(
        sorted(name for name, says in record.items() if says.finding is OnRecord.SHOWN and name not in mentioned)
    )


def grade(driver: str, statements: Sequence[Statement], record: RecordSays) -> Graded:
    """The grade of one cause that someone named. Raises ValueError if nobody did."""
    named = [each for each in statements if driver in each.named]
    denied = [each for each in statements if driver in each.denied - each.named]
    if not named:
        raise ValueError(f"found nobody who names {driver}; expected a claim")
    witnesses = {"seller" if each.voice.of_seller else each.person for each in named}
    buyers_deny = any(not each.voice.of_seller for each in denied)
    buyers_name = any(not each.voice.of_seller for each in named)
    reasons = (*_said("named by", named), *_said("denied by", denied), *_told(record))
    if record.finding is OnRecord.CONTRARY:
        return Graded(driver, Grade.CONTRADICTED, reasons)
    if buyers_deny and not buyers_name:
        return Graded(driver, Grade.CONTRADICTED, reasons)
    if record.finding is OnRecord.SHOWN:
        return Graded(driver, Grade.PROVEN, reasons)
    if len(witnesses) > 1 and not denied:
        return Graded(driver, Grade.CORROBORATED, (*reasons, "they speak independently of each other"))
    return _of_one(driver, statements, record, reasons, len(witnesses), bool(denied))


def grades_of_drivers(deals: Iterable[Sequence[Graded]]) -> tuple[GradedDriver, ...]:
    """How often each driver is claimed and how well that is attested; most often claimed first.

    One entry per deal with statements, as `grade_deal` gives it, empty where nothing was named.
    """
    all_deals = list(deals)
    claims = Counter(each.driver for deal in all_deals for each in deal)
    counts = Counter((each.driver, each.grade) for deal in all_deals for each in deal)
    return tuple(
        GradedDriver(driver, rate(n, len(all_deals)), {one: rate(counts[driver, one], n) for one in Grade})
        for driver, n in sorted(claims.items(), key=lambda each: (-each[1], each[0]))
    )


def _of_one(
    driver: str,
    statements: Sequence[Statement],
    record: RecordSays,
    reasons: tuple[str, ...],
    witnesses: int,
    denied: bool,
) -> Graded:
    """Where no second witness stands beside the first unopposed: one voice, if anything could have opposed it."""
    if denied:
        return Graded(driver, Grade.ONE_VOICE, (*reasons, "the voices are divided"), "asking those who differ together")
    heard = {"seller" if each.voice.of_seller else each.person for each in statements}
    buyer_heard = any(not each.voice.of_seller for each in statements)
    ask = "an answer of another person of the buyer's" if buyer_heard else "an answer of the buyer's"
    if len(heard) > witnesses:
        return Graded(driver, Grade.ONE_VOICE, (*reasons, "the others do not mention it"), ask)
    if record.finding is OnRecord.ABSENT:
        return Graded(driver, Grade.ONE_VOICE, (*reasons, "no other side was heard"), ask)
    return Graded(
        driver,
        Grade.NOT_TESTABLE,
        (*reasons, "no other side was heard, and the record holds nothing to test it by"),
        ask,
    )


def _said(how: str, people: Sequence[Statement]) -> tuple[str, ...]:
    """Who said so, those of the seller's side as one: `named by the rep and the manager, who are one witness`."""
    counts = Counter(each.voice for each in people)
    if not counts:
        return ()
    listed = [f"the {voice}" if counts[voice] == 1 else f"{counts[voice]} {voice}s" for voice in Voice if counts[voice]]
    seller = sum(1 for each in people if each.voice.of_seller)
    note = ", whose side is one witness" if seller == len(people) > 1 else ""
    return (
        f"{how} {' and '.join(listed) if len(listed) < 3 else ', '.join(listed[:-1]) + ' and ' + listed[-1]}{note}",
    )


def _told(record: RecordSays) -> tuple[str, ...]:
    what = {
        OnRecord.SHOWN: "the record shows it",
        OnRecord.CONTRARY: "the record shows the contrary",
        OnRecord.ABSENT: "the record, which would show it, does not",
        OnRecord.UNKNOWN: "the record cannot tell",
    }[record.finding]
    return (f"{what}: {record.because}" if record.because else what,)
