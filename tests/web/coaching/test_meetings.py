"""A meeting opens with an agenda from evidence, and what was agreed comes back until it is kept or dropped."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from tests.cast import Cast
from tests.web.coaching.made import NOW, item, ready, weekly
from tests.web.reviews.made import answered, ended, review_of

from afteraction.errors import Refused
from afteraction.web.coaching import services
from afteraction.web.coaching.agenda import agenda_of
from afteraction.web.coaching.models import AgendaItem, ChanceThen, Commitment, Meeting
from afteraction.web.coaching.selectors import carried_most
from afteraction.web.deals.models import Deal
from afteraction.web.lessons.models import Lesson

NEXT = NOW + timedelta(days=7)


def kinds(meeting: Meeting) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in meeting.items.all():
        found.setdefault(each.kind, []).append(each.title)
    return found


def agreed(cast: Cast, meeting: Meeting, text: str = "Call the board", **fields: Any) -> Commitment:
    content = {"due_on": date(2026, 3, 6), "person": cast.rep}
    return services.commit(by=cast.manager, meeting=meeting, now=NOW, text=text, **content | fields)


def test_the_agenda_of_thursday_is_ready_on_monday_and_made_anew_until_someone_works_on_it(cast: Cast) -> None:
    cadence = weekly(cast)
    meeting = ready(cadence)
    assert meeting.planned_at == datetime(2026, 3, 5, 9, tzinfo=UTC)
    assert kinds(meeting) == {}
    review_of(cast, ended(cast, name="Acme"), now=NOW)
    assert kinds(ready(cadence)) == {"ended": ["Acme"]}
    services.begin(by=cast.rep, meeting=ready(cadence), now=NOW)
    review_of(cast, ended(cast, "d2", name="Beta"), now=NOW)
    assert kinds(ready(cadence)) == {"ended": ["Acme"]}
    assert Meeting.objects.count() == 1


def test_an_ended_deal_says_whether_both_see_it_alike(cast: Cast) -> None:
    review = review_of(cast, ended(cast, name="Acme", box="unlucky_loss"), now=NOW)
    answered(cast.rep, review, "price", now=NOW)
    answered(cast.manager, review, "timing", now=NOW, stance="differs", happened="No budget.", learned="Ask.")
    [found] = ready(weekly(cast)).items.all()
    assert found.reason == (
        "Lost on 1 March 2026; the record calls it unlucky loss; reviewed by both, who see it differently."
    )
    assert found.details["review"] == review.pk


def test_a_deal_that_ended_before_the_last_meeting_is_not_on_the_next_agenda(cast: Cast) -> None:
    cadence = weekly(cast)
    review_of(cast, ended(cast, name="Acme"), now=NOW)
    meeting = ready(cadence)
    services.end(by=cast.manager, meeting=meeting, now=meeting.planned_at)
    review_of(cast, ended(cast, "d2", name="Beta"), now=meeting.planned_at + timedelta(days=1))
    assert kinds(ready(cadence, now=NEXT)) == {"ended": ["Beta"]}


def test_an_open_deal_whose_chance_fell_says_by_how_much_and_what_moved_it(cast: Cast) -> None:
    deal = ended(cast, "o", name="Open one", outcome="open", closed_at=None, chance=0.5, chance_start=0.4)
    cadence = weekly(cast)
    meeting = ready(cadence)
    assert kinds(meeting) == {}  # it rose since it began
    services.end(by=cast.rep, meeting=meeting, now=meeting.planned_at)
    ChanceThen.objects.filter(meeting=meeting).update(factors={"silence": ["3 days", 0.02]})
    Deal.objects.filter(pk=deal.pk).update(chance=0.38)
    [found] = ready(cadence, now=NEXT).items.all()
    assert found.kind == "risk"
    assert found.reason.startswith("38% today, 50% at the last meeting on 5 March 2026: −12 points.")
    assert "What moved it: silence (3 days) no longer counts for it (−2)." in found.reason


def test_without_a_meeting_before_a_chance_is_compared_with_that_of_the_beginning(cast: Cast) -> None:
    ended(cast, "o", name="Open one", outcome="open", closed_at=None, chance=0.2, chance_start=0.4)
    ended(cast, "p", name="Hardly fell", outcome="open", closed_at=None, chance=0.38, chance_start=0.4)
    [found] = ready(weekly(cast)).items.all()
    assert found.reason.startswith("20% today, 40% when it began: −20 points.")


def test_lessons_of_both_that_are_due_or_contradicted_are_on_the_agenda(cast: Cast) -> None:
    def lesson(title: str, **fields: Any) -> None:
        Lesson.objects.create(
            organisation=cast.organisation, title=title, text="t", made_at=NOW, changed_at=NOW, **fields
        )

    lesson("Due", owner=cast.rep, state="in_use", review_on=date(2026, 3, 6))
    lesson("Contradicted", owner=cast.manager, state="kept", challenged_at=NOW)
    lesson("Later", owner=cast.rep, state="in_use", review_on=date(2026, 9, 1))
    lesson("Of somebody else", owner=cast.team_mate, state="in_use", review_on=date(2026, 3, 6))
    lesson("Only a draft", owner=cast.rep, state="draft", review_on=date(2026, 3, 6))
    assert sorted(kinds(ready(weekly(cast)))["lesson"]) == ["Contradicted", "Due"]


def test_a_commitment_comes_back_until_it_is_kept(cast: Cast) -> None:
    cadence = weekly(cast)
    first = ready(cadence)
    made = agreed(cast, first)
    services.end(by=cast.manager, meeting=first, now=first.planned_at)
    second = ready(cadence, now=NEXT)
    assert kinds(second) == {"commitment": ["Call the board"]}
    services.end(by=cast.manager, meeting=second, now=second.planned_at)
    third = ready(cadence, now=NEXT + timedelta(days=7))
    made.refresh_from_db()
    assert made.carried == 1
    assert third.items.get().reason.endswith("It has come back 1 time.")
    services.decide(by=cast.rep, commitment=made, now=third.planned_at, state="kept")
    services.end(by=cast.manager, meeting=third, now=third.planned_at)
    assert kinds(ready(cadence, now=NEXT + timedelta(days=14))) == {}


def test_dropping_a_commitment_needs_a_reason(cast: Cast) -> None:
    made = agreed(cast, ready(weekly(cast)))
    with pytest.raises(Refused, match="no reason"):
        services.decide(by=cast.rep, commitment=made, now=NOW, state="dropped", reason=" ")
    services.decide(by=cast.rep, commitment=made, now=NOW, state="dropped", reason="The deal is off")
    assert Commitment.objects.get().reason == "The deal is off"


def test_what_was_not_talked_about_says_how_often_it_was_carried(cast: Cast) -> None:
    ended(cast, "o", name="Open one", outcome="open", closed_at=None, chance=0.2, chance_start=0.4)
    cadence = weekly(cast)
    moment = NOW
    for times in range(3):
        meeting = ready(cadence, now=moment)
        Deal.objects.update(chance=0.2 - 0.05 * (times + 1))
        assert meeting.items.get().carried == times
        services.end(by=cast.manager, meeting=meeting, now=meeting.planned_at)
        moment += timedelta(days=7)
    assert [each.carried for each in carried_most(cadence)] == [2]
    services.talk_about(by=cast.rep, item=meeting.items.get(), now=moment)
    assert ready(cadence, now=moment).items.get().carried == 0


def test_only_those_in_a_meeting_write_in_it_and_only_who_leads_it_moves_it(cast: Cast) -> None:
    cadence = weekly(cast)
    meeting = ready(cadence)
    for other in (cast.team_mate, cast.admin, cast.operations, cast.outsider):
        with pytest.raises(Refused):
            services.save_notes(by=other, meeting=meeting, now=NOW, fields={"shared_note": "x"})
        with pytest.raises(Refused):
            services.save_private_note(by=other, meeting=meeting, now=NOW, text="x")
        with pytest.raises(Refused):
            agreed(cast, meeting, person=other)
    with pytest.raises(Refused, match="does not lead"):
        services.drop_cadence(by=cast.rep, cadence=cadence, now=NOW)


def test_a_manager_coaches_their_own_team_once(cast: Cast) -> None:
    weekly(cast)
    with pytest.raises(Refused, match="the same meetings already"):
        weekly(cast)
    with pytest.raises(Refused, match="do not lead"):
        weekly(cast, rep=cast.marketer)
    with pytest.raises(Refused, match="time zone"):
        weekly(cast, rep=cast.team_mate, time_zone="Berlin")
    assert services.reps_to_coach(cast.rep) == []


def test_a_huddle_is_of_the_whole_team(cast: Cast) -> None:
    huddle = weekly(cast, kind="huddle", at=time(9, 30))
    review_of(cast, ended(cast, name="Acme"), now=NOW)
    meeting = ready(huddle)
    assert kinds(meeting) == {"ended": ["Acme"]}
    services.save_notes(by=cast.team_mate, meeting=meeting, now=NOW, fields={"shared_note": "Well done"})
    assert Meeting.objects.get().shared_note == "Well done"


def test_the_answers_become_a_lesson_only_when_someone_makes_one(cast: Cast) -> None:
    review = review_of(cast, ended(cast, name="Acme", segment="Enterprise"), now=NOW)
    meeting = ready(weekly(cast))
    with pytest.raises(Refused, match="answer that is missing"):
        services.make_lesson(by=cast.rep, meeting=meeting, now=NOW)
    fields = {"learned": "They never met the board.", "serves": "Meet the board first.", "about_deal": "d1"}
    services.save_notes(by=cast.rep, meeting=meeting, now=NOW, fields=fields)
    assert not Lesson.objects.exists()
    lesson = services.make_lesson(by=cast.rep, meeting=meeting, now=NOW)
    assert (lesson.title, lesson.state, lesson.origin) == ("They never met the board", "draft", "review")
    assert (lesson.review, lesson.segment) == (review, "Enterprise")
    assert [each.deal_id for each in lesson.deals.all()] == ["d1"]
    assert services.make_lesson(by=cast.manager, meeting=meeting, now=NOW) == lesson


def test_an_agenda_without_evidence_is_empty_and_makes_no_figures_up(cast: Cast) -> None:
    items, chances, version = agenda_of(weekly(cast), planned_at=NOW)
    assert (items, chances, version) == ([], [], 0)


def test_a_moved_row_takes_agendas_nobody_worked_on_with_it(cast: Cast) -> None:
    cadence = weekly(cast)
    item(ready(cadence))
    services.change_cadence(
        by=cast.manager, cadence=cadence, now=NOW, at=time(8), time_zone="UTC", weekday=1, week=1, minutes=30
    )
    assert ready(cadence).planned_at == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert AgendaItem.objects.count() == 0


def test_a_page_shows_the_time_on_the_clock_of_the_meeting_not_on_that_of_the_server(cast: Cast, enter: Any) -> None:
    meeting = ready(weekly(cast))
    page = enter(cast.rep).get(f"/coaching/meetings/{meeting.pk}/").content.decode()
    assert "Thursday 5 March 2026, 10:00 (Europe/Berlin)" in page


def test_a_meeting_that_nobody_ended_gives_way_to_the_one_after_it(cast: Cast) -> None:
    cadence = weekly(cast)
    first = ready(cadence)
    assert ready(cadence, now=first.planned_at + timedelta(days=3)) == first
    second = ready(cadence, now=first.planned_at + timedelta(days=4))
    assert second.planned_at == first.planned_at + timedelta(days=7)
    first.refresh_from_db()
    assert (first.state, first.skip_reason) == ("skipped", "Nobody opened it")
    services.begin(by=cast.rep, meeting=second, now=second.planned_at)
    ready(cadence, now=second.planned_at + timedelta(days=8))
    second.refresh_from_db()
    assert (second.state, second.ended_at) == ("held", second.planned_at)
