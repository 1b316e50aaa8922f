"""The agenda of the joint meeting, made from the loop by itself: each point says why it is there, with its figures.

Nobody is named for a broken promise: a point counts them by team and by reason, and leads to the list for who may see
it. What came of what was decided is the first thing on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from django.db.models import Count, Q

from afteraction.analysis.intervals import rate
from afteraction.analysis.medians import Median
from afteraction.analysis.moved import Moved, movement
from afteraction.report.wording import are, capital, day, interval, listed, many, percent, points
from afteraction.web.content.models import ContentRequest
from afteraction.web.deals.models import IndexState
from afteraction.web.deals.selectors import as_of
from afteraction.web.leads.models import Lead, LeadEvent, MarketingAnswer, Returned
from afteraction.web.leads.terms import REASONS
from afteraction.web.leads.trying import newest_lead
from afteraction.web.meetings.deals_to_discuss import to_discuss
from afteraction.web.meetings.models import Decision, JointMeeting, Point
from afteraction.web.meetings.numbers import ANSWERED, BEFORE, LAST, WAITS, minutes_of, pairs_of
from afteraction.web.people.models import Organisation

MOST_MOVED: Final = 6
MOST_REASONS: Final = 5
MOST_REQUESTS: Final = 3
_DEALS_NOT_AGAIN: Final = 4
"""Meetings after which a deal that was talked about may come back."""
_FIRST: Final = timedelta(days=7)
Kind = Point.Kind


@dataclass(frozen=True)
class Draft:
    """A point that will stand on the agenda."""

    kind: Point.Kind
    key: str
    title: str
    reason: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Agenda:
    """Everything to talk about: from when on, by which data version, and what was compared without a finding."""

    points: list[Draft]
    since: datetime
    data_version: int
    compared: dict[str, Any]


def agenda_of(organisation: Organisation, *, planned_at: datetime, now: datetime) -> Agenda:
    """What there is to talk about at a meeting."""
    last = last_held(organisation, before=planned_at)
    since = last.ended_at if last and last.ended_at else now - _FIRST
    state = IndexState.objects.filter(organisation=organisation, version__gt=0).first()
    moved, compared = _moved(organisation, now)
    return Agenda(
        points=[
            *_decisions(organisation, planned_at),
            *moved,
            *_broken(organisation, since, now),
            *_returned(organisation, since, now),
            *_deals(organisation, since, now),
            *_requests(organisation),
        ],
        since=since,
        data_version=state.version if state else 0,
        compared=compared,
    )


def last_held(organisation: Organisation, *, before: datetime) -> JointMeeting | None:
    """The last meeting that took place."""
    held = JointMeeting.objects.filter(organisation=organisation, state=JointMeeting.State.HELD, planned_at__lt=before)
    return held.order_by("-planned_at").first()


def due_word(decision: Decision, today: date) -> str:
    """When it is due, in words."""
    return f"due {day(decision.due_on)}" if decision.due_on >= today else f"overdue since {day(decision.due_on)}"


def _decisions(organisation: Organisation, planned_at: datetime) -> Iterator[Draft]:
    still = Decision.objects.filter(organisation=organisation, state=Decision.State.OPEN).select_related(
        "owner", "meeting"
    )
    for each in still.order_by("due_on", "pk"):
        again = f" It has come back {many(each.carried, 'time')}." if each.carried else ""
        reason = f"{each.owner} took it on {day(each.meeting.planned_at)}, {due_word(each, planned_at.date())}.{again}"
        yield Draft(Kind.DECISION, str(each.pk), each.text, reason, {"decision": each.pk})


def _moved(organisation: Organisation, now: datetime) -> tuple[list[Draft], dict[str, Any]]:
    """The figures that moved beyond chance, and how many were compared to find them."""
    newest = newest_lead(organisation)
    if newest is None:
        return [], {}
    until = min(newest, now)  # weeks in which the record has no lead yet would look like a collapse
    found = movement(pairs_of(organisation, until=until))
    minutes = minutes_of(organisation, until=until)
    drafts = [_of_moved(each, minutes) for each in found.moved[:MOST_MOVED]]
    last_weeks, weeks_before = LAST.days // 7, BEFORE.days // 7
    return drafts, {
        "compared": found.compared, "moved": len(found.moved), "too_few": found.too_few, "weeks": last_weeks,
        "before": weeks_before, "until": day(until),
    }  # fmt: skip


def _of_moved(moved: Moved, minutes: tuple[Median | None, Median | None]) -> Draft:
    column, _, value = moved.pair.of.partition(" ")
    where = f" ({value})" if value else ""
    up = moved.difference.value > 0
    title = f"{capital(moved.pair.measure)}{where}: {percent(moved.now.value)}, before {percent(moved.before.value)}"
    weeks = f"in the last {LAST.days // 7} weeks{' that are old enough' if moved.pair.measure in WAITS else ''}"
    reason = (
        f"{points(moved.difference.value)} points ({points(moved.difference.low)} to {points(moved.difference.high)}): "
        f"{moved.now.count:,} of {moved.now.n:,} {weeks} "
        f"({interval(moved.now.low, moved.now.high)}), {moved.before.count:,} of {moved.before.n:,} in the "
        f"{BEFORE.days // 7} weeks before ({interval(moved.before.low, moved.before.high)})."
    )
    last, before = minutes
    if moved.pair.measure == ANSWERED and not value and last is not None and before is not None:
        reason += f" Half were answered within {_middle(last)}, before within {_middle(before)}."
    query = f"?{column}={quote(value)}" if value else ""
    return Draft(
        Kind.MOVED, f"{moved.pair.measure} {moved.pair.of}"[:340], title[:300], reason,
        {"up": up, "told": f"{points(moved.difference.value)} points", "leads": query},
    )  # fmt: skip


def _middle(found: Median) -> str:
    if found.low is None or found.high is None:
        return f"{_time(found.value)} (n = {found.n})"
    return f"{_time(found.value)} ({_time(found.low)} to {_time(found.high)}, n = {found.n:,})"


def _time(minutes: float) -> str:
    return many(round(minutes), "minute") if minutes < 90 else f"{minutes / 60:.1f} hours"


def _broken(organisation: Organisation, since: datetime, now: datetime) -> Iterator[Draft]:
    """Promises that were broken since the last meeting, on both sides."""
    broken = LeadEvent.objects.filter(lead__organisation=organisation, kind=LeadEvent.Kind.BROKEN, at__gt=since)
    late = Lead.objects.filter(organisation=organisation, state="assigned", answered_at=None, due_at__lt=now)
    waiting = {row["team"]: row["n"] for row in late.order_by().values("team").annotate(n=Count("pk"))}
    events = broken.order_by().values("lead__team").annotate(n=Count("lead", distinct=True))
    since_then = {row["lead__team"]: row["n"] for row in events}
    for team in sorted(
        {*waiting, *since_then}, key=lambda each: (-waiting.get(each, 0), -since_then.get(each, 0), each)
    ):
        late_since, still = since_then.get(team, 0), waiting.get(team, 0)
        said = [f"{many(late_since, 'lead')} not answered in time since {day(since)}"] if late_since else []
        if still:
            said.append(f"{many(still, 'lead')} past the agreed time {are(still)} waiting for the first call")
        title = f"Sales, {team or 'no team'}: {many(max(late_since, still), 'lead')} too late"
        yield Draft(Kind.BROKEN, f"sales {team}"[:340], title, f"{capital('; '.join(said))}.", {"side": "sales"})
    back = Returned.objects.filter(organisation=organisation, answer=None, answer_by__lt=now)
    owed = back.order_by().values("reason").annotate(n=Count("pk")).order_by("-n", "reason")
    reasons = [f"{_word(row['reason'])} ({row['n']:,})" for row in owed]
    total = sum(row["n"] for row in owed)
    if total:
        oldest = back.order_by("answer_by").values_list("answer_by", flat=True).first()
        reason = f"By reason: {listed(reasons)}. The oldest answer was due on {day(oldest or now)}."
        yield Draft(
            Kind.BROKEN, "marketing", f"Marketing: {many(total, 'returned lead')} without an answer in time", reason,
            {"side": "marketing"},
        )  # fmt: skip


def _returned(organisation: Organisation, since: datetime, now: datetime) -> Iterator[Draft]:
    """Why leads came back since the last meeting, and what marketing answered."""
    back = Returned.objects.filter(organisation=organisation, at__gt=since, at__lte=now)
    total = back.count()
    counted = (
        back.order_by().values("reason").annotate(n=Count("pk"), answered=Count("pk", filter=Q(answer__isnull=False)))
    )
    for row in counted.order_by("-n", "reason")[:MOST_REASONS]:
        share = rate(row["n"], total)
        of_source = back.filter(reason=row["reason"]).exclude(source="").order_by().values("source")
        sources = [f"{each['source']} ({each['n']:,})" for each in of_source.annotate(n=Count("pk")).order_by("-n")[:3]]
        answers = MarketingAnswer.objects.filter(organisation=organisation, reason=row["reason"], at__lte=now)
        answer = answers.order_by("-at").first()
        said = [f"{percent(share.value)} of what came back ({interval(share.low, share.high)}) since {day(since)}"]
        if sources:
            said.append(f"from {listed(sources)}")
        if answer is not None:
            changed = "changed" if answer.changed else "answered, without a change"
            said.append(f"marketing {changed} on {day(answer.at)}: “{answer.text[:160].rstrip('. ')}”")
        else:
            said.append("marketing has not answered it yet")
        title = f"{_word(row['reason'])}: {row['n']:,} of {total:,}"
        details = {"answered": row["answered"], "leads": f"?reason={quote(row['reason'])}"}
        yield Draft(Kind.RETURNED, row["reason"], title, f"{capital('; '.join(said))}.", details)


def _deals(organisation: Organisation, since: datetime, now: datetime) -> Iterator[Draft]:
    held = JointMeeting.objects.filter(organisation=organisation, state=JointMeeting.State.HELD)
    lately = list(held.order_by("-planned_at").values_list("pk", flat=True)[:_DEALS_NOT_AGAIN])
    talked = Point.objects.filter(meeting__in=lately, kind=Kind.DEAL, talked_at__isnull=False)
    until = min(as_of(organisation) or now, now)
    for each in to_discuss(organisation, since=since, until=until, without=list(talked.values_list("key", flat=True))):
        yield Draft(Kind.DEAL, each.deal.deal_id, each.title, each.reason, each.details)


def _requests(organisation: Organisation) -> Iterator[Draft]:
    asked = ContentRequest.objects.filter(organisation=organisation, state=ContentRequest.State.OPEN)
    asked = asked.annotate(n_votes=Count("votes", distinct=True), n_deals=Count("deals", distinct=True))
    for each in asked.order_by("-n_votes", "asked_at", "pk")[:MOST_REQUESTS]:
        for_deals = f", for {many(each.n_deals, 'deal')}" if each.n_deals else ""
        reason = f"{many(each.n_votes, 'vote')}{for_deals}. Asked on {day(each.asked_at)}."
        yield Draft(Kind.REQUEST, str(each.pk), each.title, reason, {"request": each.pk})


def _word(reason: str) -> str:
    known = REASONS.get(reason)
    return known.words if known else capital(reason)
