"""Side by side: what the rep, the manager, the buyer and the record say of one deal, and how well each cause stands.

Everything here is for one reader: what they may not read is not weighed either, so that no grade tells of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from afteraction.analysis.evidence_grade import (
    Grade,
    Graded,
    OnRecord,
    RecordSays,
    Statement,
    Voice,
    grade_deal,
    overlooked,
)
from afteraction.analysis.record_conditions import DealRecord
from afteraction.report.wording import capital
from afteraction.web.buyers.visibility import Part, parts, visible_answers
from afteraction.web.people.models import User
from afteraction.web.reviews.defaults import record_says
from afteraction.web.reviews.models import Answer, Driver, Review
from afteraction.web.reviews.taxonomy import counted_as, driver_of_reason
from afteraction.web.reviews.told import Told
from afteraction.web.reviews.visibility import shown

_DONE: Final = ("done", "late", "out_of_order")
_MISSED: Final = "skipped"


@dataclass(frozen=True)
class Spoken:
    """One voice: who speaks, the drivers by the names they were said with, the main one first; `others` is what else
    they chose.
    """

    voice: str
    who: str
    drivers: tuple[str, ...]
    denied: tuple[str, ...]
    others: tuple[str, ...]
    statement: Statement


@dataclass(frozen=True)
class Cause:
    """A cause that someone names: its grade and why, and what each voice says of it: named, denied, or nothing."""

    name: str
    grade: Grade
    said: tuple[tuple[str, str], ...]
    on_record: OnRecord
    reasons: tuple[str, ...]
    settled_by: str


@dataclass(frozen=True)
class OnFile:
    """The record as a voice: the reason in the CRM and the driver that it means, steps missed, the box in words."""

    lost_reason: str
    means: str
    missed: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class SideBySide:
    """All voices of a deal that a reader may hear. `unheard` are the voices that have not spoken, or not to them."""

    voices: tuple[Spoken, ...]
    record: OnFile
    causes: tuple[Cause, ...]
    overlooked: tuple[str, ...]
    unheard: tuple[str, ...]


def voices_of(user: User, review: Review, told: Told) -> SideBySide | None:
    """What is said of the deal of a review, as far as someone may read it; None when nobody has spoken to them yet."""
    counted = counted_as(review.organisation)
    voices = (*_ours(user, review, counted), *_buyers(user, review, counted))
    if not voices:
        return None
    record = _on_record(told, review, counted)
    statements = [each.statement for each in voices]
    names = {driver.key: driver.name for driver in counted.values()}
    graded = grade_deal(statements, record)
    heard = {each.voice for each in voices}
    return SideBySide(
        voices=voices,
        record=_file(review, told),
        causes=tuple(_cause(each, voices, record, names) for each in sorted(graded, key=lambda one: _order(one))),
        overlooked=tuple(names[key] for key in overlooked(statements, record) if key in names),
        unheard=tuple(name for name in ("rep", "manager", "buyer") if name not in heard),
    )


def deal_record(told: Told) -> DealRecord:
    """Which steps of a deal were done or missed, by name; those that were not due, or left out, are not in it."""
    steps = {step.name: step.state in _DONE for step in told.steps if step.state in (*_DONE, _MISSED)}
    return DealRecord(steps, {})


def _ours(user: User, review: Review, counted: Mapping[int, Driver]) -> list[Spoken]:
    """The rep and the manager, where they have finished."""
    found = review.answers.exclude(done_at=None).select_related("person", "review").prefetch_related("named__driver")
    spoken: list[Spoken] = []
    for answer in sorted(found, key=lambda each: each.voice == Answer.Voice.MANAGER):
        fields = shown(user, answer)
        if not fields:
            continue
        named = [each.driver for each in answer.named.all() if not each.denied]
        denied = [each.driver for each in answer.named.all() if each.denied]
        others = [answer.get_stance_display()] if fields.get("stance") else []
        others += ["I don't know"] if fields.get("unknown") else []
        keys = _keys(named, counted)
        if answer.stance in (Answer.Stance.AGREES, Answer.Stance.ADDS) and spoken:
            keys |= spoken[0].statement.named  # whoever agrees names what the rep names
        statement = Statement(Voice(answer.voice), str(answer.person_id), keys, _keys(denied, counted) - keys)
        spoken.append(Spoken(answer.voice, str(answer.person), _names(named), _names(denied), tuple(others), statement))
    return spoken


def _buyers(user: User, review: Review, counted: Mapping[int, Driver]) -> list[Spoken]:
    """The buyers who answered with their name to the deal, for those who may read it so."""
    spoken: list[Spoken] = []
    for answer in visible_answers(user).filter(review=review):
        may = parts(user, answer)
        if not {Part.DEAL, Part.CHOICES} <= may:
            continue
        named = [counted[key] for key in answer.drivers if key in counted]
        who = answer.name if Part.NAME in may and answer.name else "The buyer"
        others = [] if answer.score is None else [f"{answer.score:+d} against the strongest competitor (−10 to +10)"]
        statement = Statement(Voice.BUYER, f"buyer {answer.pk}", frozenset(each.key for each in named))
        spoken.append(Spoken("buyer", who, _names(named), (), tuple(others), statement))
    return spoken


def _file(review: Review, told: Told) -> OnFile:
    meant = driver_of_reason(review.organisation).get(review.lost_reason.casefold()) if review.lost_reason else None
    box = told.evidence.words if told.evidence and told.deal and told.deal.outcome == review.outcome else ""
    return OnFile(review.lost_reason, meant.name if meant else "", tuple(each.name for each in told.missed), box)


def _on_record(told: Told, review: Review, counted: Mapping[int, Driver]) -> dict[str, RecordSays]:
    """What the record says of every driver that could explain this outcome."""
    deal = deal_record(told)
    mine = {driver.key: driver for driver in counted.values() if review.outcome in driver.outcomes}
    return {key: record_says(driver, deal) for key, driver in mine.items()}


def _cause(
    graded: Graded, voices: tuple[Spoken, ...], record: Mapping[str, RecordSays], names: Mapping[str, str]
) -> Cause:
    said = tuple((each.voice, _stand(graded.driver, each.statement)) for each in voices)
    finding = record[graded.driver].finding if graded.driver in record else OnRecord.UNKNOWN
    return Cause(
        name=names.get(graded.driver, graded.driver),
        grade=graded.grade,
        said=said,
        on_record=finding,
        reasons=tuple(f"{capital(reason)}." for reason in graded.reasons),
        settled_by=f"{capital(graded.settled_by)}." if graded.settled_by else "",
    )


def _stand(driver: str, statement: Statement) -> str:
    if driver in statement.named:
        return "named"
    return "denied" if driver in statement.denied else ""


def _order(graded: Graded) -> tuple[int, str]:
    return list(Grade).index(graded.grade), graded.driver


def _keys(drivers: list[Driver], counted: Mapping[int, Driver]) -> frozenset[str]:
    return frozenset(counted[driver.pk].key for driver in drivers)


def _names(drivers: list[Driver]) -> tuple[str, ...]:
    return tuple(driver.name for driver in drivers)
