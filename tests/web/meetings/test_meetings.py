"""The joint meeting: its agenda from the loop, decisions that come back, minutes for both sides."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core import mail
from tests.cast import Cast
from tests.web.content.made import NOW, deal_of, piece_of

from afteraction.errors import Refused
from afteraction.web.content import requests, uses
from afteraction.web.content.writing import Words
from afteraction.web.leads.models import Lead, LeadEvent, LeadQueue, MarketingAnswer, Returned
from afteraction.web.meetings import selectors, services
from afteraction.web.meetings.minutes import people_to_mail, send_minutes
from afteraction.web.meetings.models import Decision, JointMeeting, Point
from afteraction.web.meetings.numbers import ACCEPTED, DEAL, pairs_of
from afteraction.web.meetings.tasks import prepare_meeting

MONDAY = date(2026, 3, 2)


def set_up(cast: Cast, **fields: Any) -> None:
    told = {"weekday": 3, "at": time(10), "minutes": 45, "time_zone": "Europe/Berlin", "starts_on": MONDAY}
    services.set_rule(by=cast.marketer, now=NOW, **told | fields)  # type: ignore[arg-type]


def leads_of(cast: Cast, n: int, kept: int, days: int, source: str = "Webinar", **fields: Any) -> list[Lead]:
    """Leads that were handed over so many days ago, of which some were answered in time."""
    queue, _new = LeadQueue.objects.get_or_create(
        organisation=cast.organisation, name="Sales", defaults={"answerable": cast.manager}
    )
    at = NOW - timedelta(days=days)
    made = Lead.objects.bulk_create(
        Lead(
            organisation=cast.organisation, lead_id=f"{source}-{days}-{number}", source=source, came_at=at, since=at,
            handed_at=at, due_at=at + timedelta(hours=1), state="accepted", queue=queue, next_at=NOW, accepted_at=at,
            answered_at=at + timedelta(minutes=30 if number < kept else 300), team="North",
            answer_minutes=30 if number < kept else 300, **fields,
        )
        for number in range(n)
    )  # fmt: skip
    return list(made)


def points(meeting: JointMeeting | None, kind: str) -> list[Point]:
    assert meeting is not None
    return list(meeting.points.filter(kind=kind))


def test_without_anything_in_the_loop_the_agenda_is_empty_and_says_so(cast: Cast) -> None:
    set_up(cast)
    meeting = selectors.next_meeting(cast.rep)
    assert meeting is not None
    assert (meeting.planned_at.isoformat(), selectors.parts_of(meeting)) == ("2026-03-05T09:00:00+00:00", [])
    assert meeting.compared == {}


def test_numbers_that_moved_beyond_chance_are_on_the_agenda_with_interval_and_n(cast: Cast) -> None:
    leads_of(cast, 100, 50, 5)
    leads_of(cast, 100, 60, 20, "Fair")
    leads_of(cast, 150, 135, 60)
    leads_of(cast, 150, 90, 61, "Fair")
    leads_of(cast, 1, 1, 1, "Other")  # up to the newest lead the record tells what was answered in time
    set_up(cast)
    meeting = selectors.next_meeting(cast.rep)
    titles = [each.title for each in points(meeting, "moved")]
    assert "Leads called or written to in time (Webinar): 50%, before 90%" in titles
    assert not any("(Fair)" in title for title in titles)
    webinar = next(each for each in points(meeting, "moved") if "(Webinar)" in each.title)
    assert "50 of 100 in the last 4 weeks (40–60%), 135 of 150 in the 12 weeks before" in webinar.reason
    assert meeting is not None
    assert meeting.compared["moved"] == len(titles)


def test_young_leads_are_no_failures_and_no_successes_yet(cast: Cast) -> None:
    young, ripe = leads_of(cast, 40, 40, 3), leads_of(cast, 40, 40, 20, "Fair")
    Lead.objects.filter(pk__in=[each.pk for each in (*young[10:], *ripe[10:])]).update(
        accepted_at=None, state="assigned"
    )
    late = NOW - timedelta(days=1)
    Lead.objects.filter(pk=ripe[0].pk).update(accepted_at=late)
    leads_of(cast, 1, 1, 0, "Other")  # the newest
    pairs = {(each.measure, each.of): each.now for each in pairs_of(cast.organisation, until=NOW)}
    assert pairs[ACCEPTED, ""] == pairs[ACCEPTED, "source Fair"] == (9, 40)
    assert pairs[DEAL, ""] == (0, 0)


def test_broken_promises_of_both_sides_are_counted_and_nobody_is_named(cast: Cast) -> None:
    late, back = leads_of(cast, 2, 0, 3)
    Lead.objects.filter(pk=late.pk).update(state="assigned", answered_at=None, owner=cast.rep, queue=None)
    LeadEvent.objects.create(lead=late, kind="broken", before="assigned", after="assigned", at=NOW - timedelta(days=2))
    for lead, reason in ((late, "no budget"), (back, "no need")):
        Returned.objects.create(
            organisation=cast.organisation, lead=lead, reason=reason, source="Webinar", at=NOW - timedelta(days=4),
            answer_by=NOW - timedelta(days=1), person=cast.rep,
        )  # fmt: skip
    said = MarketingAnswer.objects.create(
        organisation=cast.organisation, reason="no need", text="We ask for the role now", at=NOW, person=cast.marketer
    )
    Returned.objects.filter(reason="no need").update(answer=said)
    set_up(cast)
    meeting = selectors.next_meeting(cast.marketer)
    broken = points(meeting, "broken")
    assert [each.details["side"] for each in broken] == ["sales", "marketing"]
    assert broken[0].title == "Sales, North: 1 lead too late"
    assert broken[1].title == "Marketing: 1 returned lead without an answer in time"
    returned = {each.key: each.reason for each in points(meeting, "returned")}
    assert "“We ask for the role now”" in returned["no need"]
    assert "marketing has not answered it yet" in returned["no budget"]
    assert meeting is not None
    assert not any(cast.rep.name in f"{each.title} {each.reason}" for each in meeting.points.all())


def test_three_deals_are_chosen_each_with_why_and_not_again_once_talked_about(cast: Cast) -> None:
    closed = {"closed_at": NOW - timedelta(days=3), "last_event_at": NOW - timedelta(days=1)}
    deal_of(cast, "R1", chance=0.2, chance_start=0.5, amount=500.0)
    deal_of(cast, "R2", chance=0.2, chance_start=0.5, amount=100.0)
    lost = deal_of(cast, "L1", outcome="lost", lost_reason="Price", **closed)
    used = deal_of(cast, "L2", outcome="lost", amount=90_000.0, **closed)
    deal_of(cast, "W1", outcome="won", chance_start=0.1, **closed)
    deal_of(cast, "W2", outcome="won", chance_start=0.8, **closed)
    uses.use(by=cast.rep, piece=piece_of(cast), deal=used, now=NOW)
    set_up(cast)
    meeting = selectors.next_meeting(cast.marketer)
    found = points(meeting, "deal")
    assert [(each.key, each.details["why"]) for each in found] == [
        ("R1", "risk"),
        (lost.deal_id, "lost"),
        ("W1", "won"),
    ]
    assert "20% today, 50% when it began" in found[0].reason
    assert "the CRM says “Price”" in found[1].reason
    for point in found:
        services.talk_about(by=cast.marketer, point=point, now=NOW)
    assert meeting is not None
    services.end(by=cast.marketer, meeting=meeting, now=NOW)
    later = meeting.planned_at + timedelta(days=1)
    services.prepare(organisation=cast.organisation, now=later)
    assert [each.key for each in points(selectors.next_meeting(cast.marketer), "deal")] == ["R2"]


def test_decisions_come_back_until_they_are_done_or_dropped_with_a_reason(cast: Cast) -> None:
    set_up(cast)
    meeting = services.begin_now(by=cast.marketer, now=NOW)
    with pytest.raises(Refused) as refused:
        services.decide(by=cast.marketer, meeting=meeting, text=" ", owner=None, due_on=MONDAY - timedelta(1), now=NOW)
    assert refused.value.found == "nothing that was decided; nobody who does it; no day, or one that has passed"
    due = MONDAY + timedelta(days=7)
    made = [
        services.decide(by=cast.manager, meeting=meeting, text=text, owner=cast.rep, due_on=due, now=NOW)
        for text in ("Call sooner", "Ask for the role")
    ]
    services.end(by=cast.manager, meeting=meeting, now=NOW)
    with pytest.raises(Refused, match="held or left out"):
        services.decide(by=cast.marketer, meeting=meeting, text="Late", owner=cast.rep, due_on=due, now=NOW)
    for week in (1, 2):
        following = services.prepare(organisation=cast.organisation, now=NOW + timedelta(days=7 * week))
        assert following is not None
        services.end(by=cast.manager, meeting=following, now=following.planned_at)
    assert sorted(Decision.objects.values_list("carried", flat=True)) == [2, 2]
    last = services.prepare(organisation=cast.organisation, now=NOW + timedelta(days=21))
    assert [each.title for each in points(last, "decision")] == ["Call sooner", "Ask for the role"]
    for wrong in (cast.team_mate, cast.outsider):
        with pytest.raises(Refused, match="somebody else's decision"):
            services.close_decision(by=wrong, decision=made[0], state="done", outcome="", now=NOW)
    services.close_decision(by=cast.rep, decision=made[0], state="done", outcome="9 of 10 in time", now=NOW)
    with pytest.raises(Refused, match="no reason"):
        services.close_decision(by=cast.marketer, decision=made[1], state="dropped", outcome=" ", now=NOW)
    assert [each.text for each in selectors.open_decisions(cast.executive)] == ["Ask for the role"]
    assert points(last, "decision")[0].talked_at == NOW


@pytest.mark.parametrize("part", ["rep", "team_mate", "executive"])
def test_who_answers_for_neither_side_reads_and_does_not_write(cast: Cast, part: str) -> None:
    set_up(cast)
    who = getattr(cast, part)
    meeting = selectors.next_meeting(who)
    assert meeting is not None
    for attempt in (
        lambda: services.save_notes(by=who, meeting=meeting, text="x", now=NOW),
        lambda: services.end(by=who, meeting=meeting, now=NOW),
        lambda: services.begin_now(by=who, now=NOW),
    ):
        with pytest.raises(Refused, match="answers for neither side"):
            attempt()


def test_an_agenda_is_made_anew_until_somebody_works_on_it(cast: Cast) -> None:
    set_up(cast)
    requests.ask(by=cast.rep, words=Words("A film"), why="", deal_ids=(), now=NOW)
    services.prepare(organisation=cast.organisation, now=NOW)
    meeting = selectors.next_meeting(cast.rep)
    assert [each.title for each in points(meeting, "request")] == ["A film"]
    assert meeting is not None
    services.save_notes(by=cast.marketer, meeting=meeting, text="We begin", now=NOW)
    requests.ask(by=cast.rep, words=Words("A song"), why="", deal_ids=(), now=NOW)
    prepare_meeting.call(organisation_id=cast.organisation.pk)
    assert [each.title for each in points(JointMeeting.objects.get(pk=meeting.pk), "request")] == ["A film"]


def test_a_meeting_that_nobody_opened_is_left_out_and_one_that_nobody_ended_was_held(cast: Cast) -> None:
    set_up(cast)
    services.prepare(organisation=cast.organisation, now=NOW + timedelta(days=8))
    second = selectors.next_meeting(cast.rep)
    assert second is not None
    services.begin(by=cast.marketer, meeting=second, now=second.planned_at)
    services.prepare(organisation=cast.organisation, now=NOW + timedelta(days=15))
    assert list(JointMeeting.objects.order_by("planned_at").values_list("state", flat=True)) == [
        "skipped", "held", "ready",
    ]  # fmt: skip


def test_the_minutes_are_mailed_once_to_everyone_of_both_sides(cast: Cast) -> None:
    set_up(cast, sponsor=cast.executive)
    meeting = services.begin_now(by=cast.marketer, now=NOW)
    due = MONDAY + timedelta(days=7)
    services.decide(by=cast.marketer, meeting=meeting, text="Call sooner", owner=cast.rep, due_on=due, now=NOW)
    assert not send_minutes(meeting=meeting, person=cast.rep, now=NOW)
    meeting = services.end(by=cast.marketer, meeting=meeting, now=NOW)
    told = people_to_mail(meeting)
    assert {each.email for each in told} == {
        each.email for each in (cast.rep, cast.team_mate, cast.manager, cast.marketer, cast.operations, cast.executive)
    }
    for person in told:
        assert send_minutes(meeting=meeting, person=person, now=NOW)
        assert not send_minutes(meeting=meeting, person=person, now=NOW)
    assert people_to_mail(meeting) == []
    assert not send_minutes(meeting=meeting, person=cast.outsider, now=NOW)
    mine = next(each for each in mail.outbox if each.to == [cast.rep.email])
    assert "You took on:\n- Call sooner, by 9 Mar 2026" in str(mine.body)


@pytest.mark.parametrize("due", [date(9999, 12, 31), date(2028, 3, 4), date(2026, 3, 1), date(1, 1, 1)])
def test_a_decision_is_due_from_today_on_within_two_years(cast: Cast, due: date) -> None:
    meeting = services.begin_now(by=cast.marketer, now=NOW)
    with pytest.raises(Refused, match=r"at most two years ahead|has passed"):
        services.decide(by=cast.marketer, meeting=meeting, text="Call sooner", owner=cast.rep, due_on=due, now=NOW)
    assert not Decision.objects.exists()
    last = date(2028, 3, 2)
    assert services.decide(by=cast.marketer, meeting=meeting, text="It", owner=cast.rep, due_on=last, now=NOW)


@pytest.mark.parametrize("starts_on", [date(9999, 12, 31), date(1, 1, 1)])
def test_meetings_begin_on_a_day_that_somebody_will_see(cast: Cast, starts_on: date) -> None:
    with pytest.raises(Refused, match="a day within two years"):
        set_up(cast, starts_on=starts_on)


def test_a_decision_that_is_sent_twice_is_one(cast: Cast) -> None:
    set_up(cast)
    meeting = services.begin_now(by=cast.marketer, now=NOW)
    told = {
        "by": cast.manager,
        "meeting": meeting,
        "text": "Call sooner",
        "owner": cast.rep,
        "due_on": MONDAY,
        "now": NOW,
    }
    assert services.decide(**told) == services.decide(**told)  # type: ignore[arg-type]
    assert Decision.objects.count() == 1
