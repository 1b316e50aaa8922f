"""How a lead lives between marketing and sales. Whatever happens, it has a state, somebody, and a next date.

- *New*: it came in and waits to be handed over. *Handed over*: the clock runs until sales calls or writes.
- *Accepted*: sales works it, and returns it, puts it off or makes it a deal. *Returned*: marketing answers.
- *Nurtured*: marketing keeps it until it is looked at again. *A deal*, *won*, *not won*: as the deal goes.
- *Dead*: given up, with the reason, and the day on which somebody looks whether that still holds.

Two clocks. The team's runs from the hand-over, whoever has the lead: the buyer waits all the same, so giving it to a
colleague moves no deadline. The owner's (`owned_at`) says only since when they have it. A lead that was returned and is
handed over again is a new hand-over, with a new clock.

Every function takes a standing and gives the next one, or raises `Refused`. Nothing here reads a clock or a database.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from afteraction.errors import Refused
from afteraction.web.leads.terms import Terms


class S(StrEnum):
    """The states; `models.Lead.State` has their words."""

    NEW = "new"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    NURTURING = "nurturing"
    CONVERTED = "converted"
    WON = "won"
    LOST = "lost"
    DEAD = "dead"


OF_SALES: Final = frozenset({S.ASSIGNED, S.ACCEPTED})
OF_MARKETING: Final = frozenset({S.NEW, S.RETURNED, S.NURTURING})
OPEN: Final = OF_SALES | OF_MARKETING
OF_DEALS: Final = frozenset({S.CONVERTED, S.WON, S.LOST})
ENDED: Final = frozenset({S.WON, S.LOST, S.DEAD})
LONGEST_SNOOZE: Final = timedelta(days=366)
_CHECK_DEAL: Final = timedelta(days=30)
_AWAIT_DEAL: Final = timedelta(days=7)
UNREACHABLE: Final = "unreachable"
MANAGER, REFEREE = 1, 2


@dataclass(frozen=True)
class Place:
    """Who has a lead: a person, or a queue, by their keys. Never both, never neither."""

    owner: int | None = None
    queue: int | None = None

    def __post_init__(self) -> None:
        if (self.owner is None) == (self.queue is None):
            raise Refused("a lead with nobody, or with two places", "a person or a queue", "choose one")


@dataclass(frozen=True)
class Standing:
    """Where a lead stands, under the names that `models.Lead` has for it."""

    state: S
    place: Place
    next_at: datetime
    since: datetime
    handed_at: datetime | None = None
    owned_at: datetime | None = None
    due_at: datetime | None = None
    answered_at: datetime | None = None
    answer_minutes: float | None = None
    accepted_at: datetime | None = None
    level: int = 0
    reason: str = ""
    deal_id: str = ""

    @property
    def on_the_clock(self) -> bool:
        """Whether sales still owes the first call."""
        return self.state is S.ASSIGNED and self.answered_at is None

    def broken(self, now: datetime) -> bool:
        """Whether the first call came too late, or has not come by now."""
        return self.due_at is not None and (self.answered_at or now) > self.due_at


def came_in(terms: Terms, place: Place, came: datetime, now: datetime) -> Standing:
    """A new lead, which lies in marketing's queue until it is handed over."""
    return Standing(S.NEW, place, terms.hand_over_by(came), min(came, now))


def hand_over(standing: Standing, terms: Terms, to: Place, now: datetime) -> Standing:
    """Marketing hands it to sales, and the clock starts. Also one that came back, was nurtured or given up."""
    _needs(standing, "handed over", OF_MARKETING | {S.DEAD, S.LOST})
    due = terms.answer_by(now)
    return Standing(S.ASSIGNED, to, due, now, handed_at=now, owned_at=now if to.owner else None, due_at=due)


def tried(standing: Standing, terms: Terms, at: datetime, now: datetime) -> Standing:
    """Somebody called or wrote: the first time answers the clock, each time says when to try again."""
    _needs(standing, "called", OF_SALES)
    if standing.handed_at is not None and at < standing.handed_at:
        raise Refused(f"a call at {at:%Y-%m-%d %H:%M}", "one after the lead was handed over", "say when it was")
    answered = _answered(standing, terms, at)
    return replace(answered, next_at=max(terms.next_attempt(now), now))


def accept(standing: Standing, terms: Terms, by: int, now: datetime) -> Standing:
    """Sales takes it on: whoever accepts has it from now on."""
    _needs(standing, "accepted", OF_SALES | {S.NEW})
    if standing.state is S.ACCEPTED and standing.place.owner == by:
        return standing
    if standing.state is S.ACCEPTED and standing.place.owner is not None:
        raise Refused("a lead that a colleague has accepted", "one that nobody has accepted", "have it given to you")
    handed = standing if standing.handed_at else replace(standing, handed_at=now, due_at=terms.answer_by(now))
    taken = _answered(_given(handed, Place(owner=by), now), terms, now)
    next_at = terms.decide_by(now)
    return replace(taken, state=S.ACCEPTED, since=now, accepted_at=now, next_at=next_at, reason="")


def give_back(standing: Standing, terms: Terms, reason: str, attempts: int, to: Place, now: datetime) -> Standing:
    """Sales returns it to marketing with a reason; unreachable only after the agreed attempts."""
    _needs(standing, "returned", OF_SALES)
    if reason not in terms.reasons:
        raise Refused(f"the reason “{reason}”", f"one of {', '.join(terms.reasons)}", "choose what fits best")
    if reason == UNREACHABLE and attempts < terms.attempts:
        raise Refused(
            f"{attempts} of {terms.attempts} agreed attempts on record",
            f"{terms.attempts} attempts before a lead is unreachable",
            "try again, and log what you tried",
        )
    back = _answered(_given(standing, to, now), terms, now)
    return replace(back, state=S.RETURNED, since=now, reason=reason, next_at=terms.marketing_answers_by(now))


def nurture(standing: Standing, to: Place, until: datetime, now: datetime) -> Standing:
    """Marketing keeps it until a day."""
    _needs(standing, "nurtured", OF_MARKETING | {S.DEAD, S.LOST})
    return replace(
        _given(standing, to, now), state=S.NURTURING, since=now, next_at=_day(until, now), deal_id="", level=0
    )


def bury(standing: Standing, terms: Terms, reason: str, now: datetime) -> Standing:
    """It is given up, with the reason; whoever had it answers for looking again."""
    _needs(standing, "given up", OPEN)
    if not reason.strip():
        raise Refused("no reason", "why it is given up", "give a reason")
    return replace(standing, state=S.DEAD, since=now, reason=reason[:80], next_at=terms.look_again(now))


def convert(
    standing: Standing, terms: Terms, deal_id: str, outcome: str, by: int, now: datetime, ended: datetime | None = None
) -> Standing:
    """It becomes a deal. Without an id the CRM makes the deal, and somebody looks whether it has appeared."""
    _needs(standing, "made a deal", OPEN | {S.CONVERTED, S.DEAD})
    handed = standing if standing.handed_at else replace(standing, handed_at=now, due_at=terms.answer_by(now))
    taken = _answered(_given(handed, Place(owner=by), now), terms, now)
    taken = replace(taken, accepted_at=taken.accepted_at or now, reason="")
    return as_deal(taken, terms, deal_id, outcome, now, ended)


def as_deal(
    standing: Standing, terms: Terms, deal_id: str, outcome: str, now: datetime, ended: datetime | None = None
) -> Standing:
    """As its deal stands: `outcome` as the record has it, empty while the deal has not appeared."""
    state = {"won": S.WON, "lost": S.LOST, "no_decision": S.LOST}.get(outcome, S.CONVERTED)
    if state is standing.state and deal_id == standing.deal_id:
        return standing
    waits = _CHECK_DEAL if deal_id else _AWAIT_DEAL
    next_at = terms.look_again(now) if state in ENDED else now + waits
    reason = outcome if state is S.LOST else ""
    since = ended or now
    return replace(standing, state=state, since=since, next_at=next_at, deal_id=deal_id, reason=reason)


def snooze(standing: Standing, until: datetime, now: datetime) -> Standing:
    """It is put off to a day. What waits for its first call is not: the clock runs."""
    if standing.state is S.ASSIGNED:
        raise Refused("a lead that waits for its first call", "one that was accepted", "accept or return it first")
    return replace(standing, next_at=_day(until, now))


def reassign(standing: Standing, to: Place, now: datetime) -> Standing:
    """Another has it. The team's clock goes on as it was."""
    _needs(standing, "given to another", frozenset(S))
    return _given(standing, to, now)


def owner_left(standing: Standing, to: Place, now: datetime) -> Standing:
    """Its owner has gone: it lies in a queue, and is looked at now, unless it has ended."""
    found = _given(standing, to, now)
    return found if found.state in ENDED else replace(found, next_at=min(found.next_at, now))


def merge(standing: Standing, terms: Terms, into: str, now: datetime) -> Standing:
    """It is the same as another lead, which lives on."""
    if standing.state in (S.WON, S.LOST, S.CONVERTED):
        raise Refused("a lead that became a deal", "one without a deal", "merge the other one into this")
    dead = replace(standing, state=S.DEAD, since=now, next_at=terms.look_again(now))
    return replace(dead, reason=f"merged into {into}"[:80])


def tick(standing: Standing, terms: Terms, now: datetime) -> Standing:
    """Time passes: a broken promise is taken to the manager, and as long again afterwards to the referee."""
    if not standing.on_the_clock or standing.due_at is None or now <= standing.due_at:
        return standing
    level = REFEREE if now > terms.taken_to_referee_at(standing.due_at) else MANAGER
    return replace(standing, level=max(standing.level, level))


def _answered(standing: Standing, terms: Terms, at: datetime) -> Standing:
    """The first call after the hand-over, and how many minutes of business hours it took."""
    if standing.answered_at is not None or standing.handed_at is None:
        return standing
    minutes = terms.hours.minutes_between(standing.handed_at, max(at, standing.handed_at))
    return replace(standing, answered_at=at, answer_minutes=round(minutes, 1))


def _given(standing: Standing, to: Place, now: datetime) -> Standing:
    return standing if standing.place == to else replace(standing, place=to, owned_at=now if to.owner else None)


def _day(until: datetime, now: datetime) -> datetime:
    if not now < until <= now + LONGEST_SNOOZE:
        raise Refused(f"a next date of {until:%Y-%m-%d}", "a day after today, within a year", "choose another")
    return until


def _needs(standing: Standing, what: str, allowed: frozenset[S]) -> None:
    if standing.state not in allowed:
        words = ", ".join(sorted(each.value for each in allowed))
        raise Refused(
            f"a lead that is {standing.state.value}, to be {what}", f"one that is {words}", "look at its page"
        )
