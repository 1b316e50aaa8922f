"""What the record says of a lead, and where that puts it: the pure half of following an import.

What people did here counts until the record says something newer; only a deal always counts, which the CRM owns. A lead
that was there long before anybody looked, and with which nothing has happened for `FORGOTTEN`, is dead from the
beginning, with the reason that nobody did anything: these are the leads that fell between the two sides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from afteraction.analysis.lead_statuses import LeadStatus
from afteraction.web.leads import life
from afteraction.web.leads.life import Place, S, Standing
from afteraction.web.leads.terms import REASONS, Terms

FORGOTTEN: Final = timedelta(days=90)
NEVER_HANDED, NEVER_ANSWERED, NOT_FOLLOWED = "never handed over", "never answered", "not followed up"
NEGLECTED: Final = (NEVER_HANDED, NEVER_ANSWERED, NOT_FOLLOWED)
GONE: Final = "gone from the record"
_NURTURED: Final = ("nurtur", "recycl", "bad timing", "later")
_DEAD: Final = (
    *("unqualified", "disqualified", "not qualified", "not converted", "dead", "junk", "invalid"),
    *("lost", "archiv", "spam", "duplicate", "expired"),
)


@dataclass(frozen=True)
class Recorded:
    """A lead as a data version has it, times in UTC.

    `kind` is what its newest `status` means. `handed_at` is when sales first got it, `answered_at` when it was first
    called, accepted or returned, `accepted_at` and `returned_at` when it last was. `attempts` counts calls on record.
    """

    lead_id: str
    source: str
    campaign: str
    person: str
    person_name: str
    account: str
    account_name: str
    owner_name: str
    team: str
    came_at: datetime
    status: str
    status_at: datetime | None
    kind: str
    reason: str
    handed_at: datetime | None
    answered_at: datetime | None
    accepted_at: datetime | None
    returned_at: datetime | None
    return_reason: str
    returned_by: str
    attempts: int
    deal_id: str
    outcome: str
    deal_at: datetime | None
    deal_ended_at: datetime | None


@dataclass(frozen=True)
class Around:
    """What else decides where a lead goes: the agreement, who is who, the queues of both sides, and the time.

    `people` are the keys of those who may come in by their name in the record, `teams` the teams of those keys. `as_of`
    is the newest date of the record, by which leads that nobody touches any more are told from those of yesterday.
    """

    terms: Terms
    people: Mapping[str, int]
    teams: Mapping[int, str]
    sales: int
    marketing: int
    as_of: datetime
    now: datetime

    def of_sales(self, name: str) -> Place:
        """The person of sales whom the record names, else the queue of sales."""
        owner = self.people.get(name)
        return Place(queue=self.sales) if owner is None else Place(owner=owner)


def follow(before: Standing | None, record: Recorded, around: Around, owner_before: str = "") -> Standing:
    """Where a lead stands after a data version that says this of it; `before` is None where it is new here.

    `owner_before` is whom the record named before. The same again changes nothing.
    """
    if before is None:
        return _deal(_first(record, around), record, around) if record.deal_id else _first(record, around)
    if record.deal_id:
        return _deal(before, record, around)
    if before.deal_id:  # somebody said here which deal it became
        return before
    if before.state is S.DEAD and before.reason == GONE:
        return _first(record, around)
    if record.status_at is not None and record.status_at > before.since and _state(record) is not before.state:
        return _restated(before, record, around)
    found = before
    if before.on_the_clock and before.handed_at and record.answered_at and record.answered_at >= before.handed_at:
        found = life.tried(found, around.terms, record.answered_at, around.now)
    moved = record.owner_name != owner_before and record.owner_name in around.people
    if moved and found.state in life.OF_SALES:
        found = life.reassign(found, around.of_sales(record.owner_name), around.now)
    return found


def gone(before: Standing, around: Around) -> Standing:
    """Where a lead stands that the record has no more: what people did with it stays, and so does it."""
    if before.state in life.ENDED:
        return before
    dead = replace(before, state=S.DEAD, reason=GONE, since=around.now)
    return replace(dead, next_at=around.terms.look_again(around.now))


def reason_of(text: str) -> str:
    """A reason of the record as the short list has it; in its own words where it is none of those."""
    said = " ".join(text.casefold().replace("_", " ").split())
    return said if said in REASONS else text[:80]


def _first(record: Recorded, around: Around) -> Standing:
    """A lead that is new here, as the record alone says."""
    terms, state = around.terms, _state(record)
    since = min(record.status_at or record.came_at, around.now)
    handed = record.handed_at or (record.came_at if state in life.OF_SALES or record.answered_at else None)
    marketing = Place(queue=around.marketing)
    standing = life.came_in(terms, marketing, record.came_at, around.now)
    if handed is not None:
        due = terms.answer_by(handed)
        place = around.of_sales(record.owner_name) if state in (life.OF_SALES | life.OF_DEALS) else marketing
        standing = replace(standing, place=place, handed_at=handed, owned_at=handed if record.owner_name else None)
        standing = _with_answer(replace(standing, due_at=due), record, terms)
    standing = replace(standing, state=state, since=since, accepted_at=record.accepted_at)
    standing = replace(standing, reason=_reason(record) if state in (S.RETURNED, S.DEAD) else "")
    standing = replace(standing, next_at=_due(standing, record, terms))
    if state in life.ENDED:
        return replace(standing, next_at=_next_look(since, around))
    if around.as_of - since > FORGOTTEN and state is not S.CONVERTED:
        return _forgotten(standing, around)
    return standing


def _restated(before: Standing, record: Recorded, around: Around) -> Standing:
    """The record says something newer: as if it were new here, but what was promised to it before still counts."""
    found = _first(record, replace(around, as_of=min(around.as_of, record.status_at or around.as_of)))
    if before.handed_at is None or found.state not in life.OF_SALES or before.state in (S.RETURNED, S.DEAD):
        return found
    kept = replace(found, handed_at=before.handed_at, due_at=before.due_at, level=before.level)
    if before.place.owner and found.place.owner is None:
        kept = replace(kept, place=before.place, owned_at=before.owned_at)
    if before.answered_at is not None:
        return replace(kept, answered_at=before.answered_at, answer_minutes=before.answer_minutes)
    return _with_answer(kept, record, around.terms)


def _deal(before: Standing, record: Recorded, around: Around) -> Standing:
    began = min(record.deal_at or record.status_at or around.now, around.now)
    ended = min(record.deal_ended_at, around.now) if record.deal_ended_at and record.outcome != "open" else began
    found = life.as_deal(before, around.terms, record.deal_id, record.outcome, around.now, ended)
    if found is before:
        return before
    if found.place.owner is None and found.place.queue != around.sales:
        found = replace(found, place=around.of_sales(record.owner_name))
    if found.handed_at is not None and found.answered_at is None:
        answered = max(record.answered_at or began, found.handed_at)
        found = _with_answer(found, replace(record, answered_at=answered), around.terms)
    found = replace(found, accepted_at=found.accepted_at or record.accepted_at or began)
    return replace(found, next_at=_next_look(ended, around)) if found.state in life.ENDED else found


def _state(record: Recorded) -> S:
    if record.deal_id or record.kind == LeadStatus.CONVERTED:
        return S.CONVERTED
    said = record.status.casefold()
    if record.kind == LeadStatus.RETURNED:
        if any(word in said for word in _NURTURED):
            return S.NURTURING
        return S.DEAD if any(word in said for word in _DEAD) else S.RETURNED
    if record.kind == LeadStatus.ACCEPTED:
        return S.ACCEPTED
    if record.kind in (LeadStatus.OFFERED, LeadStatus.WORKED) or (record.owner_name and record.answered_at):
        return S.ASSIGNED
    return S.NEW


def _reason(record: Recorded) -> str:
    return reason_of(record.return_reason or record.reason or record.status)


def _with_answer(standing: Standing, record: Recorded, terms: Terms) -> Standing:
    at, handed = record.answered_at, standing.handed_at
    if at is None or handed is None or at < handed:
        return standing
    return replace(standing, answered_at=at, answer_minutes=round(terms.hours.minutes_between(handed, at), 1))


def _due(standing: Standing, record: Recorded, terms: Terms) -> datetime:
    """When something is due of a lead that the record left as it stands."""
    since = standing.since
    if standing.state is S.ASSIGNED:
        if standing.due_at is not None and standing.answered_at is None:
            return standing.due_at
        return terms.next_attempt(since)
    if standing.state is S.ACCEPTED:
        return terms.decide_by(record.accepted_at or since)
    if standing.state is S.RETURNED:
        return terms.marketing_answers_by(record.returned_at or since)
    if standing.state is S.NURTURING:
        return terms.look_again(since)
    return standing.next_at if standing.state is S.NEW else since + timedelta(days=30)


def _forgotten(standing: Standing, around: Around) -> Standing:
    reasons = {S.NEW: NEVER_HANDED, S.ACCEPTED: NOT_FOLLOWED, S.NURTURING: NOT_FOLLOWED}
    why = NOT_FOLLOWED if standing.answered_at else NEVER_ANSWERED
    reason = standing.reason or reasons.get(standing.state, why)
    next_at = _next_look(standing.since, around)
    return replace(standing, state=S.DEAD, reason=reason, next_at=next_at)


def _next_look(since: datetime, around: Around) -> datetime:
    """The first day after now that is some times as long after its end as dead leads wait to be looked at again."""
    every = timedelta(days=around.terms.look_again_days)
    return since + every * (max(around.now - since, timedelta()) // every + 1)
