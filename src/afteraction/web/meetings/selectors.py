"""What there is to read of joint meetings. Every query starts from the organisation of who asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from afteraction.web.coaching.dates import next_date
from afteraction.web.meetings.models import Decision, JointMeeting, MeetingRule, Point
from afteraction.web.meetings.services import rule_of
from afteraction.web.people.models import User
from afteraction.web.people.roles import RIGHTS, Right, may


@dataclass(frozen=True)
class Row:
    """A point with where to look further: addresses with what they are called."""

    point: Point
    links: tuple[tuple[str, str], ...]
    decision: Decision | None = None


@dataclass(frozen=True)
class Part:
    """The points of one kind."""

    kind: str
    label: str
    rows: tuple[Row, ...]


def rule_for(user: User) -> MeetingRule | None:
    """When someone's organisation meets."""
    found = MeetingRule.objects.filter(organisation=user.organisation)
    return found.select_related("referee", "sponsor").first()


def meetings_of(user: User) -> "QuerySet[JointMeeting]":
    """The meetings that someone may read, the newest first."""
    return JointMeeting.objects.filter(organisation=user.organisation)


def meeting_for(user: User, key: int) -> JointMeeting | None:
    """A meeting that someone may read."""
    return meetings_of(user).select_related("referee", "sponsor", "organisation").filter(pk=key).first()


def next_meeting(user: User) -> JointMeeting | None:
    """The one whose agenda is ready."""
    return meetings_of(user).filter(state=JointMeeting.State.READY).order_by("planned_at").first()


def history(user: User, number: str | None) -> Any:
    """A page of the meetings that were held or left out, with how much was talked about and decided."""
    found = meetings_of(user).exclude(state=JointMeeting.State.READY)
    found = found.annotate(
        n_points=Count("points", distinct=True),
        n_talked=Count("points", filter=Q(points__talked_at__isnull=False), distinct=True),
        n_decisions=Count("decisions", distinct=True),
        n_done=Count("decisions", filter=Q(decisions__state=Decision.State.DONE), distinct=True),
    )
    return Paginator(found.order_by("-planned_at"), 12).get_page(number)


def open_decisions(user: User) -> list[Decision]:
    """What was decided and is not done yet, what is due first before."""
    found = Decision.objects.filter(organisation=user.organisation, state=Decision.State.OPEN)
    return list(found.select_related("owner", "meeting").order_by("due_on", "pk"))


def own_decisions(user: User) -> list[Decision]:
    """What someone took on."""
    return [each for each in open_decisions(user) if each.owner_id == user.pk]


def decision_for(user: User, key: int) -> Decision | None:
    """A decision of someone's organisation."""
    return Decision.objects.filter(organisation=user.organisation, pk=key).select_related("owner", "meeting").first()


def kept_share(user: User) -> tuple[int, int]:
    """How many of the decisions that are closed were carried out, and how many are closed."""
    closed = Decision.objects.filter(organisation=user.organisation).exclude(state=Decision.State.OPEN)
    return closed.filter(state=Decision.State.DONE).count(), closed.count()


def parts_of(meeting: JointMeeting) -> list[Part]:
    """The agenda by kind, as it was made."""
    points = list(meeting.points.all())
    keys = [int(each.key) for each in points if each.kind == Point.Kind.DECISION]
    known = {each.pk: each for each in Decision.objects.filter(pk__in=keys).select_related("owner", "meeting")}
    parts = []
    for kind in Point.Kind:
        rows = tuple(
            Row(each, tuple(_links(each)), known.get(int(each.key)) if kind == Point.Kind.DECISION else None)
            for each in points
            if each.kind == kind
        )
        if rows:
            parts.append(Part(kind.value, str(kind.label), rows))
    return parts


def _links(point: Point) -> Iterator[tuple[str, str]]:
    """Where a point leads. Pages that are not there are left out."""
    wanted: list[tuple[str, Sequence[object], str, str]] = []
    if "deal" in point.details:
        wanted.append(("deal", [point.details["deal"]], "", "The deal"))
    if "request" in point.details:
        wanted.append(("content-request", [point.details["request"]], "", "The request"))
    if "leads" in point.details:
        wanted.append(("leads-all", [], point.details["leads"], "The leads"))
    if point.kind == Point.Kind.BROKEN:
        wanted.append(("leads-promises", [], "", "Promises of both sides"))
    if point.kind == Point.Kind.RETURNED:
        wanted.append(("leads-returned", [], "", "What came back"))
    for name, arguments, query, label in wanted:
        try:
            yield f"{reverse(name, args=list(arguments))}{query}", label
        except NoReverseMatch:
            continue


def people_of(user: User) -> list[User]:
    """Who may take on a decision: everyone of the organisation who sees leads."""
    roles = [role for role, rights in RIGHTS.items() if Right.SEE_LEADS in rights]
    found = User.objects.filter(organisation=user.organisation, is_active=True, role__in=roles)
    return list(found.order_by("name", "pk"))


def leads_meetings(user: User) -> bool:
    """Whether someone records what is decided: whoever answers for either side."""
    return may(user, Right.OWN_LEADS)


def local(meeting: JointMeeting) -> datetime:
    """When a meeting is on the clock of its organisation."""
    rule = MeetingRule.objects.filter(organisation=meeting.organisation_id).first()
    return meeting.planned_at.astimezone(ZoneInfo(rule.time_zone if rule else settings.TIME_ZONE))


def next_due(meeting: JointMeeting, *, now: datetime) -> date:
    """The day of the meeting after this one: by when most of what is decided is due."""
    rule = MeetingRule.objects.filter(organisation=meeting.organisation_id).first()
    if rule is None:
        return (max(meeting.planned_at, now) + timedelta(days=7)).date()
    return next_date(rule_of(rule), max(meeting.planned_at, now)).astimezone(ZoneInfo(rule.time_zone)).date()


def near(*, now: datetime, within: timedelta) -> list[int]:
    """The organisations whose next meeting is near, or whose last one nobody ended."""
    found = []
    for rule in MeetingRule.objects.filter(is_on=True).order_by("pk"):
        ready = JointMeeting.objects.filter(organisation=rule.organisation_id, state=JointMeeting.State.READY)
        if ready.exists() or next_date(rule_of(rule), now) - now <= within:
            found.append(rule.organisation_id)
    return found
