"""Content of the demo, and the joint meeting: pieces of the record taken into use, uses, requests, two meetings held.

The uses are the record's, with some that colleagues told of. What people write says that it is simulated.
"""

from datetime import datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from afteraction.errors import Refused
from afteraction.web.content import insights, requests, services, uses
from afteraction.web.content.matching import match_uses
from afteraction.web.content.measuring import measure_content
from afteraction.web.content.models import Piece
from afteraction.web.content.on_deal import fits
from afteraction.web.content.writing import Place, Words
from afteraction.web.deals.models import Deal
from afteraction.web.meetings import services as meetings
from afteraction.web.meetings.models import JointMeeting, MeetingRule
from afteraction.web.people.models import Organisation, Role, User

_PIECES: Final = (
    ("Company overview", "", "", "", 300),
    ("Product overview", "", "", "Head of Operations", 200),
    ("Feature comparison", "Propose", "", "IT Manager", 120),
    ("Logistics customer story", "Qualify", "Logistics", "Head of Operations", 400),
    ("Cost calculator", "Propose", "", "Chief Financial Officer", 20),
    ("Security paper", "", "", "IT Manager", -12),
)
"""Title as the record has it, stage, segment, for whom, and in how many days it is out of date."""
_COMMENTS: Final = (
    (True, "Simulated: the first page answers what they ask in every first call"),
    (False, "Simulated: too long for anybody who decides"),
    (True, "Simulated: they forwarded it to their finance"),
)
_DECIDED: Final = (
    "Simulated: call webinar leads within two hours for the next four weeks",
    "Simulated: write a one-page security answer for buyers without an IT manager",
)


@transaction.atomic
def make_content(organisation: Organisation, rep: User, manager: User) -> None:
    """The library, its uses and what it does, requests with votes, an insight piece. Does nothing when done."""
    marketing = User.objects.filter(organisation=organisation, role=Role.MARKETING).order_by("pk").first()
    # Drafts come from the record, and may be there before.
    made = Piece.objects.filter(organisation=organisation).exclude(state=Piece.State.DRAFT)
    if marketing is None or made.exists():
        return
    now = timezone.now()
    match_uses(organisation=organisation, now=now)
    segments = set(
        Deal.objects.filter(organisation=organisation).order_by().values_list("segment", flat=True).distinct()
    )
    stages = set(Deal.objects.filter(organisation=organisation).order_by().values_list("stage", flat=True).distinct())
    for title, stage, segment, role, days in _PIECES:
        piece = Piece.objects.filter(organisation=organisation, title=title).first()
        if piece is None:
            continue
        services.approve(by=marketing, piece=piece, now=now)
        words = Words(
            title,
            piece.kind.capitalize(),
            stage if stage in stages else "",
            segment if segment in segments else "",
            role,
        )
        piece = services.change(by=marketing, piece=piece, words=words, now=now, owner=marketing)
        address = f"https://content.example/{title.lower().replace(' ', '-')}"
        place = Place(address, valid_until=(now + timedelta(days=days)).date())
        services.renew(by=marketing, piece=piece, place=place, note="Simulated: where it is now", now=now)
    _used(organisation, rep, manager, now)
    _asked(organisation, rep, manager, marketing, now)
    _insight(marketing, manager, now)
    measure_content(organisation=organisation, now=now)


@transaction.atomic
def make_meetings(organisation: Organisation, manager: User) -> None:
    """Two joint meetings that were held, with what was decided, and the agenda of the next. Does nothing when done."""
    marketing = User.objects.filter(organisation=organisation, role=Role.MARKETING).order_by("pk").first()
    sponsor = User.objects.filter(organisation=organisation, role=Role.EXECUTIVE).order_by("pk").first()
    operations = User.objects.filter(organisation=organisation, role=Role.OPERATIONS).order_by("pk").first()
    if marketing is None or MeetingRule.objects.filter(organisation=organisation).exists():
        return
    now = timezone.now()
    first = now - timedelta(days=15)
    meetings.set_rule(
        by=marketing, now=first, weekday=now.weekday() if now.weekday() < 5 else 0, at=time(10, 0), minutes=45,
        time_zone="Europe/Berlin", starts_on=first.date(), referee=operations, sponsor=sponsor, mail_minutes=False,
    )  # fmt: skip
    decisions = []
    for number, (owner, text) in enumerate(zip((manager, marketing), _DECIDED, strict=True)):
        meeting = JointMeeting.objects.filter(organisation=organisation, state=JointMeeting.State.READY).first()
        if meeting is None:
            return
        at = meeting.planned_at
        for point in meeting.points.all()[:4]:
            meetings.talk_about(by=marketing, point=point, now=at)
        due = (at + timedelta(days=7 + 14 * number)).date()
        decisions.append(meetings.decide(by=marketing, meeting=meeting, text=text, owner=owner, due_on=due, now=at))
        note = "Simulated: both sides looked at the same figures; nobody argued about whose they are."
        meetings.save_notes(by=marketing, meeting=meeting, text=note, now=at)
        meetings.end(by=marketing, meeting=meeting, now=at + timedelta(minutes=40))
        meetings.prepare(organisation=organisation, now=at + timedelta(hours=1))
    outcome = "Simulated: 9 of 10 were called in time"
    meetings.close_decision(by=manager, decision=decisions[0], state="done", outcome=outcome, now=now)
    meetings.prepare(organisation=organisation, now=now)


def _used(organisation: Organisation, rep: User, manager: User, now: datetime) -> None:
    """Colleagues tell of some uses in open deals, and say what the pieces are worth."""
    people = list(User.objects.filter(organisation=organisation, role=Role.REP).exclude(pk=rep.pk).order_by("pk")[:4])
    mine = Deal.objects.filter(organisation=organisation, outcome="open", owner=rep.owner_name).order_by("pk")
    for deal in mine[2:5]:
        for each in fits(deal, (), without=(), today=now.date())[:1]:
            uses.use(by=rep, piece=each.piece, deal=deal, now=now, reader_role=each.piece.buyer_role)
    pieces = Piece.objects.filter(organisation=organisation, state=Piece.State.IN_USE).order_by("-deals", "pk")
    for place, piece in enumerate(pieces):
        for number, person in enumerate([rep, manager, *people][: 2 + place % 4]):
            useful, comment = _COMMENTS[(place + number) % 3]
            services.rate(by=person, piece=piece, useful=useful, comment=comment if number == 0 else "", now=now)


def _asked(organisation: Organisation, rep: User, manager: User, marketing: User, now: datetime) -> None:
    deals = list(
        Deal.objects.filter(organisation=organisation, outcome="open", owner=rep.owner_name).order_by("pk")[:3]
    )
    why = "Simulated: their security people come late and hold the contract up for weeks."
    words = Words("A one-page answer to security questions", buyer_role="IT Manager")
    asked = requests.ask(
        by=rep, words=words, why=why, deal_ids=[deal.deal_id for deal in deals], now=now - timedelta(days=22)
    )
    for person in (manager, *User.objects.filter(organisation=organisation, role=Role.REP).exclude(pk=rep.pk)[:3]):
        requests.vote(by=person, request=asked, wants=True, now=now - timedelta(days=20))
    piece = Piece.objects.filter(organisation=organisation, title="Cost calculator").first()
    second = requests.ask(
        by=rep, words=Words("Something that shows their finance what it saves"), why="", deal_ids=(),
        now=now - timedelta(days=30),
    )  # fmt: skip
    if piece is not None:
        requests.answer(by=marketing, request=second, piece=piece, text="Simulated: try this one", now=now)


def _insight(marketing: User, manager: User, now: datetime) -> None:
    """A draft from two lessons that stand, checked by one; it waits for the other."""
    lessons, _reviews = insights.may_be_used(marketing)
    chosen = list(lessons.values_list("pk", flat=True)[:2])
    try:
        made = insights.draft(
            by=marketing, title="What buyers like you asked first", lessons=chosen, reviews=(), now=now
        )
    except Refused:
        return  # no lesson of the demo stands yet
    insights.check(by=manager, insight=made, sure=True, now=now)
