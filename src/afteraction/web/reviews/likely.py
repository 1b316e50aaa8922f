"""Which drivers the record makes likely for one deal, and why: they stand first, and the likeliest are chosen already.

Nothing here decides. Whoever answers sees the reason beside each, and takes away what is not so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from afteraction.analysis.behaviours import FROM_BUYER, SILENCE, WENT_BACK
from afteraction.analysis.evidence_grade import OnRecord
from afteraction.analysis.record_conditions import DealRecord
from afteraction.web.deals.timeline import Timeline
from afteraction.web.reviews.defaults import record_says
from afteraction.web.reviews.models import Driver, Review
from afteraction.web.reviews.taxonomy import drivers_of
from afteraction.web.reviews.told import Told, touches_of
from afteraction.web.reviews.voices import deal_record

MOST_CHOSEN: Final = 2
"""Chosen already: more would be taken for the answer, not for a suggestion."""
_IN_CRM, _SHOWN, _TOLD, _CONTRARY = 3.0, 1.5, 1.0, -1.0
"""What the reason in the CRM weighs, what the driver's condition being met does, and what a fact that goes with it.
From _ENOUGH on a driver is chosen already: a fact alone only brings it forward."""
_ENOUGH: Final = 1.5
_DISCOUNT: Final = ("discount", "rebate", "concession", "rabatt", "remise", "descuento")

_NOBODY: Final = ("", "none", "no competitor", "nobody", "unknown", "n/a", "keiner", "aucun", "ninguno")
"""What CRMs write where no competitor was in a deal."""


@dataclass(frozen=True)
class Facts:
    """What is known of a deal that could speak for a driver. Empty or None where the record does not say.

    `record` are its steps and behaviours as conditions of drivers read them, `silent_days` the longest time without
    any event where that was long.
    """

    outcome: str
    lost_reason: str = ""
    competitor: str = ""
    record: DealRecord = field(default_factory=lambda: DealRecord({}, {}))
    silent_days: int | None = None
    discounted: bool = False


@dataclass(frozen=True)
class Likely:
    """A driver with what speaks for it, in words that follow "because"; `chosen` when that is enough to pre-select."""

    driver: Driver
    because: tuple[str, ...]
    weight: float
    chosen: bool


def likely_drivers(review: Review, told: Told, *, now: datetime) -> tuple[Likely, ...]:
    """The drivers that could explain how a deal ended, the likeliest first."""
    drivers = [each for each in drivers_of(review.organisation, now=now) if review.outcome in each.outcomes]
    return ranked(drivers, facts_of(review, told))


def facts_of(review: Review, told: Told) -> Facts:
    """What the record says of the deal of a review."""
    touches = list(touches_of(told.timeline)) if told.timeline else []
    named = [f"{touch.name} {touch.subject}".casefold() for touch in touches]
    return Facts(
        outcome=review.outcome,
        lost_reason=review.lost_reason,
        competitor=told.deal.competitor if told.deal else "",
        record=DealRecord(
            deal_record(told).steps,
            _behaviours(told, bool(touches), any(touch.side == "buyer" for touch in touches)),
        ),
        silent_days=told.silence.days if told.silence else None,
        discounted=any(word in text for text in named for word in _DISCOUNT),
    )


def ranked(drivers: Sequence[Driver], facts: Facts) -> tuple[Likely, ...]:
    """Drivers by what speaks for them, then in their own order; the first ones with enough are chosen."""
    weighed = [(driver, list(_speaks_for(driver, facts))) for driver in drivers]
    weighed.sort(key=lambda each: -sum(weight for weight, _why in each[1]))  # stable: ties stay in their order
    found: list[Likely] = []
    for driver, grounds in weighed:
        weight = sum(each for each, _why in grounds)
        chosen = weight >= _ENOUGH and sum(each.chosen for each in found) < MOST_CHOSEN
        found.append(Likely(driver, tuple(why for each, why in grounds if each > 0), weight, chosen))
    return tuple(found)


def _speaks_for(driver: Driver, facts: Facts) -> Iterator[tuple[float, str]]:
    """Each thing that speaks for a driver, or against it: what it weighs, and the words."""
    if facts.lost_reason and facts.lost_reason.casefold() in (reason.casefold() for reason in driver.crm_reasons):
        yield _IN_CRM, f"the CRM says “{facts.lost_reason}”"
    says = record_says(driver, facts.record)
    if says.finding is OnRecord.SHOWN:
        yield _SHOWN, _plainly(says.because, facts)
    elif says.finding is OnRecord.CONTRARY:
        yield _CONTRARY, says.because
    yield from ((_TOLD, words) for key, words in _told(facts) if key == driver.key)


def _told(facts: Facts) -> Iterator[tuple[str, str]]:
    """Facts that no condition speaks of, with the key of the default driver that each goes with."""
    if facts.competitor.strip(" -–.").casefold() not in _NOBODY:
        named = f"{facts.competitor} was named as competitor"
        yield "competitor_weaker" if facts.outcome == "won" else "competitor_stronger", named
    if facts.discounted and facts.outcome != "won":
        yield "price", "a discount was offered, and it did not help"
    if facts.discounted and facts.outcome == "won":
        yield "fair_terms", "a discount was offered"
    if facts.silent_days is not None:
        silent = f"nothing happened for {facts.silent_days} days"
        yield "no_compelling_event", silent


def _plainly(because: str, facts: Facts) -> str:
    """The reason of a condition, with the days of a silence in place of its name."""
    silent = f"nothing happened for {facts.silent_days} days"
    return because if facts.silent_days is None else because.replace("silence was on record", silent)


def _behaviours(told: Told, touched: bool, from_buyer: bool) -> dict[str, bool]:
    """The behaviours that the course of one deal shows; none where it has no touches."""
    if told.timeline is None or not touched:
        return {}
    return {SILENCE: told.silence is not None, FROM_BUYER: from_buyer, WENT_BACK: _went_back(told.timeline)}


def _went_back(timeline: Timeline) -> bool:
    """Whether a stage was entered again after another one."""
    entered = [part.name for part in timeline.stages if part.entered_at is not None]
    return len(entered) > len(set(entered))
