"""What there is to know of coaching. Every query starts from who asks: nobody sees a conversation they are not in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F
from django.urls import reverse

from afteraction.web.coaching.calendar_file import summary
from afteraction.web.coaching.dates import next_date
from afteraction.web.coaching.models import AgendaItem, Cadence, Commitment, Meeting, PrivateNote
from afteraction.web.coaching.services import rule_of
from afteraction.web.coaching.visibility import cadences_for, meetings_for, people_in, readers
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User


@dataclass(frozen=True)
class PairRow:
    """A row of meetings as one of them sees it: what it is called, when the next one is, what is open."""

    cadence: Cadence
    name: str
    moment: datetime
    next_at: datetime | None
    meeting: Meeting | None
    open_commitments: int
    overdue: int
    held: int

    @property
    def leads(self) -> str:
        """Where its next agenda is; empty where none has been made."""
        return reverse("coaching-meeting", args=[self.meeting.pk]) if self.meeting else ""


@dataclass(frozen=True)
class ItemRow:
    """An item of an agenda with where it leads, and, where it is one, the commitment."""

    item: AgendaItem
    href: str
    label: str
    commitment: Commitment | None = None
    deals: str = ""


@dataclass(frozen=True)
class MeetingPage:
    """A meeting as one of them sees it: `parts` are items by kind; `note` is the reader's own private one."""

    meeting: Meeting
    name: str
    at: datetime
    parts: tuple[tuple[str, str, tuple[ItemRow, ...]], ...]
    note: PrivateNote | None
    commitments: tuple[Commitment, ...]
    people: tuple[User, ...]
    deals: tuple[tuple[str, str], ...]
    readers: str
    leads: bool
    next_on: date
    """The day of the meeting after it: until then, unless said otherwise, a commitment is done."""


def local(moment: datetime, cadence: Cadence) -> datetime:
    """A moment on the wall clock of a row of meetings: without a zone, or templates would turn it into their own."""
    return moment.astimezone(ZoneInfo(cadence.time_zone)).replace(tzinfo=None)


def pair_rows(user: User, *, now: datetime, dropped: bool = False) -> list[PairRow]:
    """The rows of meetings that someone is in, the next one first."""
    found = cadences_for(user).filter(dropped_at__isnull=not dropped)
    rows = [_pair(each, user, now) for each in found]
    return sorted(rows, key=lambda row: (row.moment, row.name))


def pair_row(user: User, key: int, *, now: datetime) -> PairRow | None:
    """One row of meetings that someone is in."""
    found = cadences_for(user).filter(pk=key).first()
    return _pair(found, user, now) if found else None


def _pair(cadence: Cadence, user: User, now: datetime) -> PairRow:
    waiting = cadence.meetings.filter(state=Meeting.State.READY).order_by("planned_at").first()
    when = waiting.planned_at if waiting else next_date(rule_of(cadence), now)
    due = cadence.commitments.filter(state=Commitment.State.OPEN)
    return PairRow(
        cadence,
        summary(cadence, user),
        when,
        None if cadence.dropped_at else local(when, cadence),
        waiting if waiting and not cadence.dropped_at else None,
        due.count(),
        due.filter(due_on__lt=now.date()).count(),
        cadence.meetings.filter(state=Meeting.State.HELD).count(),
    )


def meeting_for(user: User, key: int) -> Meeting | None:
    """A meeting that someone is in."""
    return meetings_for(user).filter(pk=key).first()


def commitment_for(user: User, key: int) -> Commitment | None:
    """A commitment of a meeting that someone is in."""
    found = Commitment.objects.filter(pk=key, cadence__in=cadences_for(user))
    return found.select_related("cadence__manager", "cadence__rep", "cadence__team", "person", "meeting").first()


def past_meetings(user: User, cadence: Cadence, most: int = 30) -> list[Meeting]:
    """The meetings of a row that were held or left out, newest first."""
    found = meetings_for(user).filter(cadence=cadence).exclude(state=Meeting.State.READY)
    return list(found.order_by("-planned_at")[:most])


def carried_most(cadence: Cadence, most: int = 5) -> list[AgendaItem]:
    """What stood on the agendas of a row most often without being talked about, each thing once."""
    found: dict[tuple[str, str], AgendaItem] = {}
    items = AgendaItem.objects.filter(meeting__cadence=cadence, carried__gt=0)
    for item in items.exclude(kind=AgendaItem.Kind.COMMITMENT).order_by("-carried", "-pk"):
        found.setdefault((item.kind, item.key), item)
    return list(found.values())[:most]


def commitments_of(cadence: Cadence, most: int = 100) -> list[Commitment]:
    """The commitments of a row: the open ones first, by day, then the decided ones, newest first."""
    all_of = cadence.commitments.select_related("person", "meeting")
    open_ones = list(all_of.filter(state=Commitment.State.OPEN))
    return [*open_ones, *all_of.exclude(state=Commitment.State.OPEN).order_by("-decided_at")[:most]]


def meeting_page(user: User, meeting: Meeting, *, now: datetime) -> MeetingPage:
    """A meeting as one of them sees it."""
    cadence = meeting.cadence
    items = list(meeting.items.all())
    keys = [int(item.key) for item in items if item.kind == AgendaItem.Kind.COMMITMENT]
    known = {each.pk: each for each in Commitment.objects.filter(pk__in=keys).select_related("person", "meeting")}
    parts = []
    for kind in AgendaItem.Kind:
        rows = tuple(_item(item, known) for item in items if item.kind == kind)
        if rows:
            parts.append((kind.value, str(kind.label), rows))
    ended = [item for item in items if item.kind == AgendaItem.Kind.ENDED]
    return MeetingPage(
        meeting=meeting,
        name=summary(cadence, user),
        at=local(meeting.planned_at, cadence),
        parts=tuple(parts),
        note=meeting.private_notes.filter(author=user).first(),
        commitments=tuple(meeting.commitments.select_related("person")),
        people=tuple(people_in(cadence)),
        deals=tuple((item.key, item.title) for item in ended),
        readers=readers(user, cadence),
        leads=user.pk == cadence.manager_id,
        next_on=local(next_date(rule_of(cadence), max(meeting.planned_at, now)), cadence).date(),
    )


def _item(item: AgendaItem, commitments: Mapping[int, Commitment]) -> ItemRow:
    details: dict[str, Any] = item.details
    if item.kind == AgendaItem.Kind.COMMITMENT:
        found = commitments.get(int(item.key))
        return ItemRow(item, "", "", found)
    if item.kind == AgendaItem.Kind.ENDED:
        return ItemRow(item, reverse("review", args=[details["review"]]), "The review", deals=_deal(details["deal"]))
    if item.kind == AgendaItem.Kind.RISK:
        return ItemRow(item, _deal(details["deal"]), "The deal")
    if item.kind == AgendaItem.Kind.STEP:
        return ItemRow(item, reverse("insights-steps"), "What the step does", deals=details["deals"])
    return ItemRow(item, reverse("lesson", args=[details["lesson"]]), "The lesson")


def _deal(deal_id: str) -> str:
    return reverse("deal", args=[deal_id])


def deal_of(user: User, deal_id: str) -> Deal | None:
    """A deal that a meeting is about."""
    return Deal.objects.filter(organisation=user.organisation, deal_id=deal_id).first()


def upcoming(user: User, *, until: datetime) -> list[Meeting]:
    """Meetings with an agenda that someone has before a moment, the next first; those overdue for an end too."""
    found = meetings_for(user).filter(state=Meeting.State.READY, planned_at__lte=until, cadence__dropped_at=None)
    return list(found.order_by(F("planned_at").asc(), "pk")[:6])


def own_commitments(user: User, most: int = 5) -> list[Commitment]:
    """What someone has agreed to and is still open, the first due first."""
    found = Commitment.objects.filter(person=user, state=Commitment.State.OPEN, cadence__in=cadences_for(user))
    return list(found.select_related("cadence")[:most])
