"""What is done in coaching: rows of meetings, agendas, notes, commitments."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import F

from afteraction.errors import Refused
from afteraction.web.coaching.agenda import agenda_of, last_held
from afteraction.web.coaching.dates import Rule, next_date
from afteraction.web.coaching.models import AgendaItem, Cadence, ChanceThen, Commitment, Meeting, PrivateNote
from afteraction.web.coaching.visibility import people_in, relation
from afteraction.web.lessons.models import Lesson
from afteraction.web.lessons.services import create_lesson
from afteraction.web.lessons.writing import Scope, Words, title_of
from afteraction.web.people.models import Role, User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Review

NOTES: Final = ("shared_note", "learned", "serves", "about_deal")
"""What everyone in a meeting writes together."""
_PLACES: Final = tuple(AgendaItem.Kind)
_HELD: Final = Meeting.State.HELD


def rule_of(cadence: Cadence) -> Rule:
    """When a row of meetings is."""
    return Rule(cadence.kind, cadence.weekday, cadence.week, cadence.at, cadence.time_zone, cadence.starts_on)


def reps_to_coach(by: User) -> list[User]:
    """Whom someone may coach: the reps of their team, of everyone where they have none."""
    if not may(by, Right.COACH):
        return []
    reps = User.objects.filter(organisation=by.organisation, role=Role.REP, is_active=True).exclude(pk=by.pk)
    if by.team_id is not None:
        reps = reps.filter(team_id=by.team_id)
    return list(reps.order_by("name", "pk"))


@transaction.atomic
def begin_cadence(
    *,
    by: User,
    now: datetime,
    kind: str,
    at: time,
    time_zone: str,
    starts_on: date,
    rep: User | None = None,
    weekday: int = 0,
    week: int = 1,
    minutes: int = 30,
) -> Cadence:
    """Begins a row of meetings of a manager with one of their reps, or, without a rep, the huddle of their team."""
    if kind == Cadence.Kind.HUDDLE:
        if not may(by, Right.COACH) or by.team is None:
            raise Refused("someone who leads no team", "the manager of a team", "ask an admin to give you your team")
        rep = None
    elif rep is None:
        raise Refused("nobody to talk with", "a rep of your team, or a huddle of all", "choose one of the list")
    elif rep not in reps_to_coach(by):
        raise Refused("someone whom you do not lead", "a rep of your team", "choose one of the list")
    _check_zone(time_zone)
    running = Cadence.objects.select_for_update().filter(
        manager=by, rep=rep, team=None if rep else by.team, kind=kind, dropped_at=None
    )
    if running.exists():
        raise Refused("the same meetings already", "one row of a kind with each", "change the row that is there")
    return Cadence.objects.create(
        organisation=by.organisation, kind=kind, manager=by, rep=rep, team=None if rep else by.team, weekday=weekday,
        week=week, at=at, minutes=minutes, time_zone=time_zone, starts_on=starts_on, made_at=now, changed_at=now,
    )  # fmt: skip


def change_cadence(
    *, by: User, cadence: Cadence, now: datetime, at: time, time_zone: str, weekday: int, week: int, minutes: int
) -> Cadence:
    """Moves a row of meetings; calendars learn of it by the higher sequence. Agendas nobody worked on go with it."""
    _leads(by, cadence)
    _check_zone(time_zone)
    with transaction.atomic():
        cadence.at, cadence.time_zone, cadence.minutes = at, time_zone, minutes
        cadence.weekday, cadence.week, cadence.changed_at = weekday, week, now
        cadence.sequence += 1
        cadence.save()
        cadence.meetings.filter(state=Meeting.State.READY, begun_at=None, planned_at__gt=now).delete()
    return cadence


def drop_cadence(*, by: User, cadence: Cadence, now: datetime) -> None:
    """Ends a row of meetings. What was said and agreed stays with those who said it."""
    _leads(by, cadence)
    if cadence.dropped_at is None:
        cadence.dropped_at = cadence.changed_at = now
        cadence.sequence += 1
        cadence.save()
        cadence.meetings.filter(state=Meeting.State.READY, begun_at=None).delete()


@transaction.atomic
def prepare(*, cadence: Cadence, now: datetime) -> Meeting | None:
    """Makes the agenda of the next meeting, or makes it anew where nobody has worked on it; idempotent.

    The next one is the first that is neither held nor left out. One that nobody ended waits until half the time to
    the one after it has passed: then it counts as held where somebody worked on it, and as left out where nobody did.
    """
    if cadence.dropped_at is not None:
        return None
    waiting = cadence.meetings.filter(state=Meeting.State.READY).order_by("planned_at").first()
    if waiting is not None:
        after = next_date(rule_of(cadence), waiting.planned_at)
        if waiting.planned_at + (after - waiting.planned_at) / 2 <= now:
            _pass(waiting, now)
            waiting = None
    if waiting is not None and waiting.begun_at is not None:
        return waiting
    known = cadence.meetings.order_by("-planned_at").values_list("planned_at", flat=True).first()
    planned = waiting.planned_at if waiting else next_date(rule_of(cadence), max(now, known) if known else now)
    meeting, _ = Meeting.objects.get_or_create(
        cadence=cadence, planned_at=planned, defaults={"organisation": cadence.organisation, "made_at": now}
    )
    _fill(meeting, now)
    return meeting


def _pass(meeting: Meeting, now: datetime) -> None:
    if meeting.begun_at is not None:
        _close(meeting, meeting.begun_at)
        return
    meeting.state, meeting.skip_reason, meeting.ended_at = Meeting.State.SKIPPED, "Nobody opened it", now
    meeting.save(update_fields=["state", "skip_reason", "ended_at"])


def _fill(meeting: Meeting, now: datetime) -> None:
    """Puts what the evidence says now on an agenda; what was talked about already stays as it was."""
    cadence = meeting.cadence
    items, chances, version = agenda_of(cadence, planned_at=meeting.planned_at)
    before = last_held(cadence, before=meeting.planned_at)
    left = {(each.kind, each.key): each.carried + 1 for each in before.items.filter(talked_at=None)} if before else {}
    meeting.items.filter(talked_at=None).delete()
    there = {(each.kind, each.key) for each in meeting.items.all()}
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting, kind=each.kind, key=each.key, place=_PLACES.index(each.kind), title=each.title[:300],
            reason=each.reason[:600], details=each.details, carried=left.get((each.kind, each.key), 0),
        )
        for each in items if (each.kind, each.key) not in there
    )  # fmt: skip
    meeting.chances.all().delete()
    ChanceThen.objects.bulk_create(
        ChanceThen(
            meeting=meeting, deal_id=each.deal.deal_id, chance=each.chance, stage=each.deal.stage,
            factors=each.factors, data_version=version,
        )
        for each in chances
    )  # fmt: skip
    meeting.data_version, meeting.made_at = version, now
    meeting.save(update_fields=["data_version", "made_at"])


def begin(*, by: User, meeting: Meeting, now: datetime) -> Meeting:
    """Someone works on a meeting from now on: its agenda is not made anew under their hands."""
    _in(by, meeting.cadence)
    if meeting.begun_at is None:
        Meeting.objects.filter(pk=meeting.pk, begun_at=None).update(begun_at=now)
        meeting.begun_at = now
    return meeting


def save_notes(*, by: User, meeting: Meeting, now: datetime, fields: Mapping[str, str]) -> Meeting:
    """Saves what is written together, as far as it was typed."""
    begin(by=by, meeting=meeting, now=now)
    changed = {name: value for name, value in fields.items() if name in NOTES}
    for name, value in changed.items():
        longest = getattr(Meeting._meta.get_field(name), "max_length", None)
        if longest is not None and len(value) > longest:
            raise Refused(f"{len(value):,} letters", f"at most {longest:,}", "shorten it")
        setattr(meeting, name, value)
    meeting.saved_at = now
    meeting.save(update_fields=[*changed, "saved_at"])
    return meeting


def save_private_note(*, by: User, meeting: Meeting, now: datetime, text: str) -> PrivateNote:
    """Saves what someone notes for themselves."""
    begin(by=by, meeting=meeting, now=now)
    note, _ = PrivateNote.objects.update_or_create(
        meeting=meeting, author=by, defaults={"text": text[:10_000], "saved_at": now}
    )
    return note


def talk_about(*, by: User, item: AgendaItem, now: datetime, talked: bool = True) -> AgendaItem:
    """Ticks an item off, or takes that back."""
    begin(by=by, meeting=item.meeting, now=now)
    item.talked_at = now if talked else None
    item.save(update_fields=["talked_at"])
    return item


def commit(
    *, by: User, meeting: Meeting, now: datetime, person: User, text: str, due_on: date | None, step: str = ""
) -> Commitment:
    """Notes what someone in the meeting agreed to do."""
    begin(by=by, meeting=meeting, now=now)
    if person not in people_in(meeting.cadence):
        raise Refused("someone who is not in this meeting", "one of those who are", "choose one of the list")
    if not text.strip():
        raise Refused("nothing", "what will be done, in a sentence", "write it down")
    if due_on is None or due_on < now.date():
        raise Refused("no day, or one that has passed", "the day by which it will be done", "choose a later day")
    return Commitment.objects.create(
        organisation=meeting.organisation, cadence=meeting.cadence, meeting=meeting, person=person,
        text=text.strip()[:300], due_on=due_on, step=step[:120], made_at=now,
    )  # fmt: skip


def decide(*, by: User, commitment: Commitment, now: datetime, state: str, reason: str = "") -> Commitment:
    """Says that a commitment was kept, or dropped and why; until then it comes back."""
    _in(by, commitment.cadence)
    if state not in (Commitment.State.KEPT, Commitment.State.DROPPED):
        raise Refused(f"“{state}”", "kept or dropped", "choose one of both")
    if state == Commitment.State.DROPPED and not reason.strip():
        raise Refused("no reason", "why it is dropped, in a sentence", "write it down")
    commitment.state, commitment.reason, commitment.decided_at = state, reason.strip()[:300], now
    commitment.save(update_fields=["state", "reason", "decided_at"])
    items = AgendaItem.objects.filter(meeting__cadence=commitment.cadence, kind=AgendaItem.Kind.COMMITMENT)
    items.filter(key=str(commitment.pk), talked_at=None, meeting__state=Meeting.State.READY).update(talked_at=now)
    return commitment


@transaction.atomic
def end(*, by: User, meeting: Meeting, now: datetime) -> Meeting:
    """Ends a meeting: what is still open is carried to the next one."""
    _in(by, meeting.cadence)
    if meeting.state == Meeting.State.READY:
        _close(meeting, now)
    return meeting


def _close(meeting: Meeting, at: datetime) -> None:
    """A meeting was held: of what stood open on its agenda, the open commitments have come back once more."""
    meeting.state, meeting.ended_at, meeting.begun_at = _HELD, at, meeting.begun_at or at
    meeting.save(update_fields=["state", "ended_at", "begun_at"])
    back = meeting.items.filter(kind=AgendaItem.Kind.COMMITMENT).values_list("key", flat=True)
    open_ones = Commitment.objects.filter(pk__in=[int(key) for key in back], state=Commitment.State.OPEN)
    open_ones.update(carried=F("carried") + 1)


def skip(*, by: User, meeting: Meeting, now: datetime, reason: str) -> Meeting:
    """Leaves one meeting out, with a reason; calendars learn of it."""
    _leads(by, meeting.cadence)
    if meeting.state != Meeting.State.READY:
        raise Refused("a meeting that was held or left out", "one that is to come", "look at the next one")
    if not reason.strip():
        raise Refused("no reason", "why it is left out, in a sentence", "write it down")
    with transaction.atomic():
        meeting.state, meeting.skip_reason, meeting.ended_at = Meeting.State.SKIPPED, reason.strip()[:300], now
        meeting.save(update_fields=["state", "skip_reason", "ended_at"])
        Cadence.objects.filter(pk=meeting.cadence_id).update(sequence=F("sequence") + 1, changed_at=now)
    return meeting


@transaction.atomic
def make_lesson(*, by: User, meeting: Meeting, now: datetime) -> Lesson:
    """Makes the draft of a lesson of the answers to the two questions: from then on everyone here can read them."""
    begin(by=by, meeting=meeting, now=now)
    if meeting.lesson is not None:
        return meeting.lesson
    if not meeting.learned.strip() or not meeting.serves.strip():
        raise Refused("an answer that is missing", "answers to both questions", "say how it will serve the next deal")
    reviews = Review.objects.filter(organisation=by.organisation, deal_id=meeting.about_deal, ended_at=None)
    review = reviews.first() if meeting.about_deal else None
    meeting.lesson = create_lesson(
        by=by,
        words=Words(
            title_of(meeting.learned), meeting.serves, meeting.learned, Scope(segment=review.segment if review else "")
        ),
        now=now,
        deals=[meeting.about_deal] if meeting.about_deal else [],
        origin=Lesson.Origin.REVIEW if review else Lesson.Origin.WRITTEN,
        review=review,
    )
    meeting.save(update_fields=["lesson"])
    return meeting.lesson


def _check_zone(zone: str) -> None:
    if zone not in available_timezones():
        raise Refused(f"the time zone “{zone}”", "one such as Europe/Berlin", "choose one of the list")


def _in(by: User, cadence: Cadence) -> None:
    if relation(by, cadence) is None:
        raise Refused("someone who is not in these meetings", "one of those who are", "ask whoever leads them")


def _leads(by: User, cadence: Cadence) -> None:
    if by.pk != cadence.manager_id or not by.is_active:
        raise Refused("someone who does not lead these meetings", "whoever leads them", "ask them")
