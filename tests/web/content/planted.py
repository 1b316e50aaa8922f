"""What addresses of content and of the joint meeting name, with the secret word in every text of theirs."""

from dataclasses import dataclass
from datetime import time, timedelta

from django.utils import timezone
from tests.cast import Cast

from afteraction.web.content import insights, requests, services, uses
from afteraction.web.content.models import ContentRequest, Insight, Piece
from afteraction.web.content.writing import Place, Words
from afteraction.web.deals.models import Deal
from afteraction.web.meetings import services as meetings
from afteraction.web.meetings.models import Decision, JointMeeting, Point
from afteraction.web.reviews.models import Review


@dataclass(frozen=True)
class ContentWorld:
    """A piece that was used, a draft of the record, a request of the rep, a draft for buyers, a meeting."""

    piece: Piece
    waiting: Piece
    request: ContentRequest
    insight: Insight
    review: Review
    meeting: JointMeeting
    point: Point
    decision: Decision
    token: str


def plant_content(cast: Cast, review: Review, deal: Deal, secret: str) -> ContentWorld:
    """One of everything."""
    now = timezone.now()
    words = Words(f"{secret} story", f"{secret} kind", f"{secret} stage", "", f"{secret} officer")
    place = Place(f"https://{secret.lower()}.example/story", f"{secret}.pdf", f"{secret} says so", now.date())
    piece = services.register(by=cast.marketer, words=words, place=place, now=now)
    uses.use(by=cast.rep, piece=piece, deal=deal, now=now, reader_role=f"{secret} buyer")
    _link, address = uses.make_link(by=cast.rep, piece=piece, deal=deal, now=now)
    services.rate(by=cast.rep, piece=piece, useful=True, comment=f"{secret} is useful", now=now)
    waiting = Piece.objects.create(
        organisation=cast.organisation, record_id="C99", title=f"{secret} paper", made_at=now, changed_at=now
    )
    asked = requests.ask(
        by=cast.rep, words=Words(f"{secret} wanted"), why=f"{secret} needs it", deal_ids=[deal.deal_id], now=now
    )
    insights.consent(by=cast.rep, review=review, gives=True, now=now)
    insight = insights.draft(by=cast.marketer, title="What we learned", lessons=(), reviews=[review.pk], now=now)
    Insight.objects.filter(pk=insight.pk).update(title=f"{secret} learned", text=f"{secret} text")
    meetings.set_rule(
        by=cast.marketer, now=now, weekday=0, at=time(10), minutes=45, time_zone="Europe/Berlin", starts_on=now.date()
    )
    meeting = meetings.begin_now(by=cast.marketer, now=now)
    meetings.save_notes(by=cast.marketer, meeting=meeting, text=f"{secret} was said", now=now)
    point = Point.objects.create(meeting=meeting, kind="moved", key="moved", title=f"{secret} moved", reason=secret)
    due = now.date() + timedelta(days=7)
    decision = meetings.decide(
        by=cast.marketer, meeting=meeting, text=f"{secret} is done", owner=cast.rep, due_on=due, now=now
    )
    token = address.rstrip("/").rpartition("/")[2]
    return ContentWorld(piece, waiting, asked, insight, review, meeting, point, decision, token)
