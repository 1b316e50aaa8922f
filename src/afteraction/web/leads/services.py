"""What people do with a lead: accept it, try it, return it, make it a deal, put it off, give it on.

Page, API and demo call these. Each looks whether the lead is theirs to see and to act on, moves it as `life` says, and
keeps who did it. Raises `Refused` otherwise.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.leads import life
from afteraction.web.leads.agreeing import people_here, terms_of
from afteraction.web.leads.attempts import attempts_of
from afteraction.web.leads.life import Place, Standing
from afteraction.web.leads.models import Lead, LeadAttempt, LeadEvent, LeadQueue, Returned
from afteraction.web.leads.queues import queues_of
from afteraction.web.leads.standing import standing_of, write_standing
from afteraction.web.leads.terms import Terms
from afteraction.web.leads.visibility import leads_for
from afteraction.web.people.models import Role, User
from afteraction.web.people.roles import Right, may

Kind = LeadEvent.Kind
_WHO: Final = {Right.WORK_LEADS: "a rep, a manager or an admin", Right.OWN_LEADS: "marketing, a manager or operations"}


@transaction.atomic
def accept(*, by: User, lead: Lead, now: datetime) -> Lead:
    """Takes it on."""
    return _move(by, lead, Right.WORK_LEADS, Kind.ACCEPTED, now, lambda at, terms: life.accept(at, terms, by.pk, now))


@transaction.atomic
def log_attempt(
    *, by: User, lead: Lead, now: datetime, way: str = LeadAttempt.Way.CALL, reached: bool = False
) -> LeadAttempt:
    """Tells that the lead was called or written to just now. The same tap twice within a minute counts once."""
    if way not in LeadAttempt.Way.values:
        raise Refused(f"the way “{way}”", f"one of {', '.join(LeadAttempt.Way.values)}", "choose one")
    lead = locked(by, lead, Right.WORK_LEADS)
    now = max(now, lead.handed_at or now)  # it was after that, whatever a clock says that was put back since
    last = lead.attempts_told.filter(person=by, way=way).order_by("-at").first()
    if last is not None and abs((now - last.at).total_seconds()) < 60:
        return last
    made = LeadAttempt.objects.create(lead=lead, person=by, way=way, reached=reached, at=now)
    lead.attempts_here += 1
    lead.save(update_fields=["attempts_here"])
    detail = {"way": way, "reached": reached}
    _moved(by, lead, Kind.ANSWERED, now, lambda at, terms: life.tried(at, terms, now, now), detail=detail)
    return made


@transaction.atomic
def give_back(*, by: User, lead: Lead, reason: str, now: datetime, note: str = "") -> Returned:
    """Returns it to marketing; *unreachable* needs the agreed attempts."""
    lead = locked(by, lead, Right.WORK_LEADS)
    tried = len(attempts_of(lead))
    place = Place(queue=_queues(by).marketing)
    detail = {"reason": reason, "attempts": tried}
    _moved(
        by,
        lead,
        Kind.RETURNED,
        now,
        lambda at, terms: life.give_back(at, terms, reason, tried, place, now),
        why=note,
        detail=detail,
    )
    return Returned.objects.create(
        organisation=lead.organisation,
        lead=lead,
        reason=reason,
        note=note.strip()[:500],
        source=lead.source,
        campaign=lead.campaign,
        person=by,
        person_name=by.owner_name,
        attempts=tried,
        at=now,
        answer_by=lead.next_at,
    )


@transaction.atomic
def convert(*, by: User, lead: Lead, now: datetime, deal_id: str = "") -> Lead:
    """Makes it a deal: one on record, or one that the CRM is about to have."""
    deal = Deal.objects.filter(organisation=by.organisation, deal_id=deal_id).first() if deal_id else None
    if deal_id and deal is None:
        raise Refused(f"no deal {deal_id}", "the id of a deal on record", "leave it empty until the CRM has it")
    outcome, ended = (deal.outcome, deal.closed_at) if deal else ("", None)
    move = lambda at, terms: life.convert(at, terms, deal_id, outcome, by.pk, now, ended)  # noqa: E731
    return _move(by, lead, Right.WORK_LEADS, Kind.CONVERTED, now, move, detail={"deal": deal_id})


@transaction.atomic
def snooze(*, by: User, lead: Lead, until: datetime, now: datetime, why: str = "") -> Lead:
    """Puts it off to a day."""
    lead = locked(by, lead, Right.WORK_LEADS, Right.OWN_LEADS)
    detail = {"until": until.isoformat()}
    return _moved(by, lead, Kind.SNOOZED, now, lambda at, _: life.snooze(at, until, now), why=why, detail=detail)


@transaction.atomic
def reassign(
    *, by: User, lead: Lead, now: datetime, owner: User | None = None, queue: LeadQueue | None = None, why: str = ""
) -> Lead:
    """Gives it to a colleague, or lays it into a queue. A rep may give away what they have."""
    lead = locked(by, lead, Right.WORK_LEADS, Right.OWN_LEADS)
    to = _place(by, owner, queue)
    lead.team = owner.team.name if owner and owner.team else "" if owner else lead.team
    lead.save(update_fields=["team"])
    detail = {"to": str(owner or queue)}
    return _moved(by, lead, Kind.REASSIGNED, now, lambda at, _: life.reassign(at, to, now), why=why, detail=detail)


@transaction.atomic
def hand_over(
    *, by: User, lead: Lead, now: datetime, owner: User | None = None, queue: LeadQueue | None = None
) -> Lead:
    """Marketing hands it to sales: to somebody, or to a queue. The clock starts."""
    lead = locked(by, lead, Right.OWN_LEADS)
    to = _place(by, owner, queue)
    if owner is None and queue is not None and queue.of_marketing:
        raise Refused("a hand-over to marketing's queue", "somebody of sales, or a queue of sales", "choose another")
    lead.team = owner.team.name if owner and owner.team else queue.team.name if queue and queue.team else ""
    lead.save(update_fields=["team"])
    detail = {"to": str(owner or queue)}
    return _moved(by, lead, Kind.HANDED, now, lambda at, terms: life.hand_over(at, terms, to, now), detail=detail)


@transaction.atomic
def nurture(*, by: User, lead: Lead, until: datetime, now: datetime, why: str = "") -> Lead:
    """Marketing keeps it until a day."""
    place = Place(queue=_queues(by).marketing)
    move = lambda at, _: life.nurture(at, place, until, now)  # noqa: E731
    return _move(by, lead, Right.OWN_LEADS, Kind.NURTURED, now, move, why=why)


@transaction.atomic
def bury(*, by: User, lead: Lead, reason: str, now: datetime) -> Lead:
    """Gives it up, with the reason."""
    move = lambda at, terms: life.bury(at, terms, reason.strip(), now)  # noqa: E731
    return _move(by, lead, Right.OWN_LEADS, Kind.ENDED, now, move, why=reason)


@transaction.atomic
def merge(*, by: User, lead: Lead, into: Lead, now: datetime) -> Lead:
    """It is the same as another one, which lives on."""
    kept = leads_for(by).filter(pk=into.pk).first()
    if kept is None or kept.pk == lead.pk:
        raise Refused("no other lead to merge it into", "the id of another lead", "copy it from its page")
    move = lambda at, terms: life.merge(at, terms, kept.lead_id, now)  # noqa: E731
    return _move(by, lead, Right.OWN_LEADS, Kind.MERGED, now, move, detail={"into": kept.pk})


def locked(by: User, lead: Lead, *rights: Right) -> Lead:
    """The lead for whoever may see it and may do any of these, held until the end of the transaction."""
    if not any(may(by, right) for right in rights):
        raise Refused(
            f"a {by.get_role_display().lower()}", " or ".join(_WHO[each] for each in rights), "ask one of them"
        )
    found = Lead.objects.select_for_update().filter(organisation=by.organisation_id, pk=lead.pk).first()
    # Looked at once it is held: of two who accept it at the same moment the second finds that the first has it.
    if found is None or not leads_for(by).filter(pk=found.pk).exists():
        raise Refused("a lead that is not yours", "one that you have, or that nobody has yet", "ask who has it")
    return found


Move = Callable[[Standing, Terms], Standing]


def _move(by: User, lead: Lead, right: Right, kind: LeadEvent.Kind, now: datetime, move: Move, **about: Any) -> Lead:
    return _moved(by, locked(by, lead, right), kind, now, move, **about)


def _moved(
    by: User,
    lead: Lead,
    kind: LeadEvent.Kind,
    now: datetime,
    move: Move,
    why: str = "",
    detail: dict[str, Any] | None = None,
) -> Lead:
    """Move a lead that is held, and keep what was done. Where nothing moved, nothing is kept."""
    before = standing_of(lead)
    after = move(before, terms_of(by.organisation))
    if after == before:
        return lead
    write_standing(lead, after)
    if after.place.owner is not None and after.place != before.place:
        _follow_owner(lead)
    detail = (detail or {}) | ({"minutes": after.answer_minutes} if before.answered_at != after.answered_at else {})
    LeadEvent.objects.create(
        lead=lead,
        kind=kind,
        before=before.state.value,
        after=after.state.value,
        person=by,
        why=why.strip()[:500],
        detail=detail,
        at=now,
    )
    return lead


def _follow_owner(lead: Lead) -> None:
    """A lead belongs to the team of whoever has it."""
    owner = lead.owner
    if owner is not None and owner.role == Role.REP:
        lead.team = owner.team.name if owner.team else ""
        lead.save(update_fields=["team"])


def _place(by: User, owner: User | None, queue: LeadQueue | None) -> Place:
    if owner is not None and not people_here(by.organisation).filter(pk=owner.pk).exists():
        raise Refused(f"{owner} to have a lead", "somebody of the organisation who may come in", "choose somebody else")
    if owner is not None and not may(owner, Right.WORK_LEADS):
        raise Refused(f"{owner}, who works no leads", "a rep or a manager", "choose somebody else")
    if queue is not None and queue.organisation_id != by.organisation_id:
        raise Refused("a queue of somebody else", "a queue of the organisation", "choose another")
    return Place(owner.pk if owner else None, queue.pk if queue and owner is None else None)


def _queues(by: User) -> Any:
    queues = queues_of(by.organisation)
    assert queues is not None  # noqa: S101  # whoever asks may come in, so somebody is there
    return queues
