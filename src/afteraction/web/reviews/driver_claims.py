"""Drivers as claims: what would follow for all deals if a stated cause were one, judged by the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from afteraction.analysis.claim import matching
from afteraction.analysis.record_conditions import Condition, Fact, read_condition
from afteraction.errors import Refused
from afteraction.web.insights.claiming import state_claim
from afteraction.web.insights.forms import Subject, subjects
from afteraction.web.insights.models import Claim
from afteraction.web.insights.selectors import claims_of, newest_results
from afteraction.web.people.models import Organisation, User
from afteraction.web.reviews.models import Driver


@dataclass(frozen=True)
class Testable:
    """What the record can be asked about a driver: a step or a way of working, and what it would do to winning.

    `claim` is that claim where somebody has stated it, with its verdict once it has been judged.
    """

    driver: Driver
    subject: Subject
    direction: str
    claim: Claim | None

    @property
    def sentence(self) -> str:
        """The claim in words."""
        does = "helps to win" if self.direction == Claim.Direction.HELPS else "costs wins"
        return f"{self.subject.label} {does} (“{self.driver.name}”)"[:300]


def testable(organisation: Organisation, drivers: Sequence[Driver]) -> dict[str, Testable]:
    """By key the drivers of which the newest results can test something; none before the first results."""
    shown = newest_results(organisation)
    if shown is None:
        return {}
    known = list(subjects(shown.figures))
    stated = {(c.kind, c.name, c.direction): c for c in claims_of(organisation) if not c.level and not c.segment}
    found = {}
    for driver in drivers:
        asked = _asked(driver, known)
        if asked is not None:
            subject, direction = asked
            found[driver.key] = Testable(
                driver, subject, direction, stated.get((subject.kind, subject.name, direction))
            )
    return found


def have_tested(*, by: User, driver: Driver) -> Claim:
    """States what a driver claims, to be judged in a job. Raises `Refused` where nothing on record can test it."""
    found = testable(by.organisation, [driver]).get(driver.key)
    if found is None or driver.organisation_id != by.organisation_id:
        raise Refused(
            f"nothing in the record by which to test “{driver.name}”",
            "a driver whose condition names a step of the process or a way of working",
            "put the step into the process, or wait for the first results",
        )
    if found.claim is not None:
        return found.claim
    return state_claim(
        by=by,
        sentence=found.sentence,
        kind=found.subject.kind,
        name=found.subject.name,
        direction=found.direction,
    )


def _asked(driver: Driver, known: Sequence[Subject]) -> tuple[Subject, str] | None:
    """The first condition of a driver that something on record fits, and what that would do to winning."""
    condition: Mapping[str, Any] = driver.condition or {}
    wins = "won" in driver.outcomes and "lost" not in driver.outcomes
    for text in condition.get("shown_when", ()):
        asked = read_condition(text)
        subject = next((each for each in known if _fits(each, asked)), None)
        if subject is not None:
            # A loss that is shown by a missed step says that the step helps, and so does a win shown by a done one.
            return subject, Claim.Direction.HELPS if asked.done is wins else Claim.Direction.HURTS
    return None


def _fits(subject: Subject, asked: Condition) -> bool:
    if subject.kind != asked.fact.value:
        return False
    if asked.fact is Fact.BEHAVIOUR:
        return subject.name in asked.words
    names = [name.replace("_", " ").casefold() for name in (subject.name, subject.label)]
    single = [word for word in asked.words if " " not in word]
    return matching(single, *names) is not None or any(
        word.casefold() in name for word in asked.words if " " in word for name in names
    )
