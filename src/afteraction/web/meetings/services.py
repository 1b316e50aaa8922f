"""What is done about the joint meeting: set up, prepared, talked through, decided in, ended, mailed."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import F

from afteraction.errors import Refused
from afteraction.report.wording import day
from afteraction.web.coaching.dates import Rule, next_date
from afteraction.web.jobs.services import enqueue
from afteraction.web.leads.agreeing import in_force
from afteraction.web.meetings import tasks
from afteraction.web.meetings.agenda import agenda_of
from afteraction.web.meetings.models import Decision, JointMeeting, MeetingRule, Point
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may

_PLACES: Final = tuple(Point.Kind)
NOTES: Final = 10_000
FURTHEST: Final = timedelta(days=731)
"""How far ahead a decision may be due, and meetings begin: what is due later is not decided in a weekly meeting."""


def rule_of(rule: MeetingRule) -> Rule:
    """When the meetings are, as `coaching.dates` counts."""
    return Rule("weekly", rule.weekday, 1, rule.at, rule.time_zone, rule.starts_on)


@transaction.atomic
def set_rule(
    *,
    by: User,
    now: datetime,
    weekday: int,
    at: time,
    minutes: int,
    time_zone: str,
    starts_on: date,
    referee: User | None = None,
    sponsor: User | None = None,
    is_on: bool = True,
    mail_minutes: bool = True,
) -> MeetingRule:
    """Says when both sides meet each week, and has the next agenda made. Raises `Refused` for who may not."""
    _leads(by)
    if time_zone not in available_timezones():
        raise Refused(f"the time zone “{time_zone}”", "one such as Europe/Berlin", "choose one of the list")
    if not now.date() - FURTHEST <= starts_on <= now.date() + FURTHEST:
        raise Refused(f"meetings from {day(starts_on)} on", "a day within two years", "choose a nearer one")
    for person in (referee, sponsor):
        if person is not None and person.organisation_id != by.organisation_id:
            raise Refused("somebody of another organisation", "a colleague")
    rule, _new = MeetingRule.objects.update_or_create(
        organisation=by.organisation,
        defaults={
            "weekday": weekday, "at": at, "minutes": minutes, "time_zone": time_zone, "starts_on": starts_on,
            "referee": referee, "sponsor": sponsor, "is_on": is_on, "mail_minutes": mail_minutes, "changed_at": now,
        },
    )  # fmt: skip
    ready = JointMeeting.objects.filter(organisation=by.organisation, state=JointMeeting.State.READY, begun_at=None)
    ready.filter(planned_at__gt=now).delete()
    if is_on:
        prepare(organisation=by.organisation, now=now)
    return rule


@transaction.atomic
def prepare(*, organisation: Organisation, now: datetime) -> JointMeeting | None:
    """Makes the agenda of the next meeting, or makes it anew where nobody has worked on it; idempotent.

    One that nobody ended waits until half the time to the one after it has passed: then it counts as held where
    somebody worked on it, and as left out where nobody did. None where no weekly meeting is set up.
    """
    rule = MeetingRule.objects.select_for_update().filter(organisation=organisation, is_on=True).first()
    if rule is None:
        return None
    ready = JointMeeting.objects.filter(organisation=organisation, state=JointMeeting.State.READY)
    waiting = ready.order_by("planned_at").first()
    if waiting is not None:
        after = next_date(rule_of(rule), waiting.planned_at)
        if waiting.planned_at + (after - waiting.planned_at) / 2 <= now:
            _pass(waiting, now)
            waiting = None
    if waiting is not None and waiting.begun_at is not None:
        return waiting
    known = JointMeeting.objects.filter(organisation=organisation).order_by("-planned_at").first()
    planned = waiting.planned_at if waiting else next_date(rule_of(rule), max(now, known.planned_at) if known else now)
    return _fill(organisation, planned, now)


@transaction.atomic
def begin_now(*, by: User, now: datetime) -> JointMeeting:
    """Begins a meeting at once: the one that is ready, else one with an agenda made now."""
    _leads(by)
    ready = JointMeeting.objects.filter(organisation=by.organisation, state=JointMeeting.State.READY)
    found = ready.order_by("planned_at").first() or _fill(by.organisation, now, now)
    return begin(by=by, meeting=found, now=now)


def _pass(meeting: JointMeeting, now: datetime) -> None:
    if meeting.begun_at is not None:
        _close(meeting, meeting.begun_at)
        return
    meeting.state, meeting.ended_at = JointMeeting.State.SKIPPED, now
    meeting.save(update_fields=["state", "ended_at"])


def _fill(organisation: Organisation, planned: datetime, now: datetime) -> JointMeeting:
    """Puts what the loop says now on an agenda; what was talked about already stays as it was."""
    agenda = agenda_of(organisation, planned_at=planned, now=now)
    rule, agreement = MeetingRule.objects.filter(organisation=organisation).first(), in_force(organisation)
    referee = (rule.referee if rule else None) or (agreement.referee if agreement else None)
    sponsor = (rule.sponsor if rule else None) or (agreement.sponsor if agreement else None)
    meeting, _new = JointMeeting.objects.update_or_create(
        organisation=organisation, planned_at=planned,
        defaults={
            "made_at": now, "since": agenda.since, "data_version": agenda.data_version, "compared": agenda.compared,
            "referee": referee, "sponsor": sponsor,
        },
    )  # fmt: skip
    meeting.points.filter(talked_at=None).delete()
    there = {(each.kind, each.key) for each in meeting.points.all()}
    Point.objects.bulk_create(
        Point(
            meeting=meeting, kind=each.kind, key=each.key[:340], place=_PLACES.index(each.kind),
            title=each.title[:300], reason=each.reason[:700], details=each.details,
        )
        for each in agenda.points
        if (each.kind, each.key) not in there
    )  # fmt: skip
    return meeting


def begin(*, by: User, meeting: JointMeeting, now: datetime) -> JointMeeting:
    """Someone works on a meeting from now on: its agenda is not made anew under their hands."""
    _in(by, meeting)
    if meeting.begun_at is None:
        JointMeeting.objects.filter(pk=meeting.pk, begun_at=None).update(begun_at=now)
        meeting.begun_at = now
    return meeting


def talk_about(*, by: User, point: Point, now: datetime, talked: bool = True) -> Point:
    """Ticks a point off, or takes that back."""
    begin(by=by, meeting=point.meeting, now=now)
    _still_open(point.meeting)
    point.talked_at = now if talked else None
    point.save(update_fields=["talked_at"])
    return point


def save_notes(*, by: User, meeting: JointMeeting, text: str, now: datetime) -> JointMeeting:
    """Saves what is noted of a meeting, as it is typed; everyone of both sides reads it."""
    begin(by=by, meeting=meeting, now=now)
    if len(text) > NOTES:
        raise Refused(f"{len(text):,} letters", f"at most {NOTES:,}", "shorten it")
    meeting.notes, meeting.saved_at = text.replace("\x00", ""), now
    meeting.save(update_fields=["notes", "saved_at"])
    return meeting


@transaction.atomic
def decide(
    *,
    by: User,
    meeting: JointMeeting,
    text: str,
    owner: User | None,
    due_on: date | None,
    now: datetime,
    point: Point | None = None,
) -> Decision:
    """Notes what was decided, who does it and by when. Raises `Refused` that names everything that is missing."""
    begin(by=by, meeting=meeting, now=now)
    _still_open(meeting)
    words = " ".join(text.replace("\x00", "").split())
    wrong = [] if words else ["nothing that was decided"]
    if len(words) > 300:
        wrong.append(f"{len(words)} letters, with room for 300")
    if owner is None or owner.organisation_id != by.organisation_id or not owner.is_active:
        wrong.append("nobody who does it")
    if due_on is None or due_on < now.date():
        wrong.append("no day, or one that has passed")
    elif due_on > now.date() + FURTHEST:
        wrong.append(f"{day(due_on)}, when nobody remembers it: at most two years ahead")
    if point is not None and point.meeting_id != meeting.pk:
        wrong.append("a point of another meeting")
    if wrong or owner is None or due_on is None:
        raise Refused("; ".join(wrong), "who does what by when", "complete it")
    # The same form sent twice is one decision.
    made, _new = Decision.objects.get_or_create(
        organisation=meeting.organisation, meeting=meeting, point=point, text=words, owner=owner, due_on=due_on,
        state=Decision.State.OPEN, defaults={"made_by": by, "made_at": now},
    )  # fmt: skip
    if point is not None and point.talked_at is None:
        talk_about(by=by, point=point, now=now)
    return made


@transaction.atomic
def close_decision(*, by: User, decision: Decision, state: str, outcome: str, now: datetime) -> Decision:
    """Says that a decision was carried out, or dropped and why; until then it comes back.

    By whoever owns it, or answers for leads. Raises `Refused` for others, and for dropping without a reason.
    """
    locked = Decision.objects.select_for_update().filter(pk=decision.pk, organisation=by.organisation).first()
    if locked is None or not (locked.owner_id == by.pk or may(by, Right.OWN_LEADS)):
        raise Refused("somebody else's decision", "one of your own", "ask who owns it")
    if state not in (Decision.State.DONE, Decision.State.DROPPED):
        raise Refused(f"“{state[:20]}”", "done or dropped", "choose one of both")
    words = " ".join(outcome.replace("\x00", "").split())[:300]
    if state == Decision.State.DROPPED and not words:
        raise Refused("no reason", "why it is dropped, in a sentence", "write it down")
    if locked.state != Decision.State.OPEN:
        raise Refused(f"a decision that is {locked.get_state_display().lower()}", "one that is open")
    locked.state, locked.outcome, locked.closed_by, locked.closed_at = state, words, by, now
    locked.save()
    open_points = Point.objects.filter(meeting__organisation=by.organisation, meeting__state=JointMeeting.State.READY)
    open_points.filter(kind=Point.Kind.DECISION, key=str(locked.pk), talked_at=None).update(talked_at=now)
    return locked


@transaction.atomic
def end(*, by: User, meeting: JointMeeting, now: datetime) -> JointMeeting:
    """Ends a meeting: open decisions come back in the next one, and the minutes are mailed where that is wanted."""
    _in(by, meeting)
    locked = JointMeeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.state == JointMeeting.State.READY:
        _close(locked, now)
        rule = MeetingRule.objects.filter(organisation=locked.organisation_id).first()
        if rule is not None and rule.mail_minutes:
            enqueue(tasks.mail_minutes, meeting_id=locked.pk)
        if rule is not None and rule.is_on:
            enqueue(tasks.prepare_meeting, organisation_id=locked.organisation_id)
    return locked


def _close(meeting: JointMeeting, at: datetime) -> None:
    meeting.state, meeting.ended_at, meeting.begun_at = JointMeeting.State.HELD, at, meeting.begun_at or at
    meeting.save(update_fields=["state", "ended_at", "begun_at"])
    back = meeting.points.filter(kind=Point.Kind.DECISION).values_list("key", flat=True)
    open_ones = Decision.objects.filter(pk__in=[int(key) for key in back], state=Decision.State.OPEN)
    open_ones.update(carried=F("carried") + 1)


def _still_open(meeting: JointMeeting) -> None:
    # As it is now, not as it was when it was read: somebody else may have ended it.
    if not JointMeeting.objects.filter(pk=meeting.pk, state=JointMeeting.State.READY).exists():
        raise Refused("a meeting that was held or left out", "one that goes on", "take it to the next meeting")


def _in(by: User, meeting: JointMeeting) -> None:
    _leads(by)
    if meeting.organisation_id != by.organisation_id:
        raise Refused("a meeting of another organisation", "one of your own")


def _leads(by: User) -> None:
    if not may(by, Right.OWN_LEADS):
        raise Refused("somebody who answers for neither side", "marketing, a manager or sales operations", "ask one")
