"""What people do with leads, what time does, and what the record says, together and in the database."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from tests.cast import Cast
from tests.recorded import Record, give_data
from tests.web.leads.made import NOW, agreed, lead, queue

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.leads import feedback, services
from afteraction.web.leads.digest import people_to_tell, send_digest
from afteraction.web.leads.figures import keep_figures
from afteraction.web.leads.index import refresh_leads
from afteraction.web.leads.keeping import follow_deals, keep_leads, owners_came
from afteraction.web.leads.life import S
from afteraction.web.leads.models import Lead, LeadEvent, LeadResult, Notice, Returned
from afteraction.web.leads.selectors import inbox

pytestmark = pytest.mark.django_db


def test_a_rep_accepts_what_nobody_has_and_it_is_theirs(cast: Cast) -> None:
    found = services.accept(by=cast.rep, lead=lead(cast), now=NOW)
    assert (found.state, found.owner, found.answer_minutes) == (S.ACCEPTED, cast.rep, 10)
    with pytest.raises(Refused, match="not yours"):
        services.accept(by=cast.team_mate, lead=found, now=NOW)


def test_unreachable_counts_what_was_logged_here_each_attempt_once(cast: Cast) -> None:
    agreed(cast, attempts=2)
    found = lead(cast, owner=cast.rep)
    services.log_attempt(by=cast.rep, lead=found, now=NOW)
    services.log_attempt(by=cast.rep, lead=found, now=NOW + timedelta(minutes=4))
    with pytest.raises(Refused, match="1 of 2 agreed attempts"):
        services.give_back(by=cast.rep, lead=found, reason="unreachable", now=NOW + timedelta(minutes=5))
    services.log_attempt(by=cast.rep, lead=found, now=NOW + timedelta(minutes=30))
    back = services.give_back(by=cast.rep, lead=found, reason="unreachable", now=NOW + timedelta(minutes=31))
    assert (back.attempts, back.lead.state) == (2, S.RETURNED)


def test_an_attempt_counts_though_the_one_before_was_logged_by_a_clock_that_was_ahead(cast: Cast) -> None:
    found = lead(cast, owner=cast.rep)
    services.log_attempt(by=cast.rep, lead=found, now=NOW + timedelta(hours=1))
    services.log_attempt(by=cast.rep, lead=found, now=NOW)
    services.log_attempt(by=cast.rep, lead=found, now=NOW - timedelta(hours=1))  # before it was handed over
    assert [each.at - NOW for each in found.attempts_told.order_by("at")] == [
        timedelta(minutes=-10),
        timedelta(0),
        timedelta(hours=1),
    ]


def test_the_answer_goes_to_whoever_returned_it_and_the_lead_is_nurtured(cast: Cast) -> None:
    found = lead(cast, owner=cast.rep)
    services.give_back(by=cast.rep, lead=found, reason="no need", note="Wrong business", now=NOW)
    [group] = feedback.groups(cast.marketer, NOW)
    assert (group.leads, group.late, group.people) == (1, 0, 1)
    made = feedback.answer(
        by=cast.marketer, reason="no need", source="Website", campaign="Guide", text="Form changed.", now=NOW
    )
    assert [each.answer for each in feedback.notices(cast.rep)] == [made]
    assert not feedback.groups(cast.marketer, NOW)
    assert Lead.objects.get().state == S.NURTURING
    assert feedback.see(by=cast.rep, answer=made.pk, now=NOW) == 1
    assert not feedback.notices(cast.rep).exists()
    with pytest.raises(Refused, match="nothing that waits"):
        feedback.answer(by=cast.marketer, reason="no need", source="Website", campaign="Guide", text="Again", now=NOW)
    with pytest.raises(Refused, match="may not answer"):
        feedback.answer(by=cast.rep, reason="no need", source="Website", campaign="Guide", text="Mine", now=NOW)


def test_the_inbox_shows_first_what_is_due_first_and_hides_what_is_put_off(cast: Cast) -> None:
    later = lead(cast, "later", cast.rep, due_at=NOW + timedelta(hours=2))
    free = lead(cast, "free", due_at=NOW + timedelta(minutes=20))
    off = lead(cast, "off", cast.rep, state=S.ACCEPTED, answered_at=NOW, next_at=NOW + timedelta(days=3))
    first, further = inbox(cast.rep, NOW)
    assert first is not None
    assert (first.lead, first.clock.words, first.is_free) == (free, "20 min left", True)
    assert [each for each, _clock in further] == [later]
    assert off not in [each for each, _clock in further]


def test_a_broken_promise_is_taken_further_once_each_and_mailed_once_a_day(cast: Cast) -> None:
    agreed(cast)
    found = lead(cast, owner=cast.rep)
    late = NOW + timedelta(minutes=55)
    assert keep_leads(organisation=cast.organisation, now=late).broken == 1
    assert keep_leads(organisation=cast.organisation, now=late).broken == 0
    assert LeadEvent.objects.get(lead=found, kind=LeadEvent.Kind.BROKEN).why == "Taken to the manager"
    told = people_to_tell(cast.organisation, now=late)
    assert cast.manager.pk in told
    assert cast.operations.pk not in told
    assert keep_leads(organisation=cast.organisation, now=late + timedelta(hours=1)).broken == 1
    assert cast.operations.pk in people_to_tell(cast.organisation, now=late + timedelta(hours=1))
    assert send_digest(person=cast.manager, now=late)
    assert not send_digest(person=cast.manager, now=late)
    assert "first call" in mail.outbox[0].subject


def test_an_owner_who_leaves_leaves_nothing_behind(cast: Cast) -> None:
    found = lead(cast, owner=cast.rep)
    cast.rep.is_active = False
    cast.rep.save()
    keep_leads(organisation=cast.organisation, now=NOW)
    found.refresh_from_db()
    assert (found.owner, found.queue, found.state) == (None, queue(cast), S.ASSIGNED)
    assert found.next_at <= NOW


def test_who_comes_later_gets_the_leads_that_the_record_says_are_theirs(cast: Cast) -> None:
    found = lead(cast, owner_name="New Rep", owned_at=NOW)
    cast.team_mate.owner_name = "New Rep"
    cast.team_mate.save()
    assert owners_came(organisation=cast.organisation, now=NOW) == 1
    found.refresh_from_db()
    assert (found.owner, found.queue) == (cast.team_mate, None)


def test_a_queue_whose_answerable_person_leaves_gets_another(cast: Cast) -> None:
    assert queue(cast).answerable == cast.manager
    cast.manager.is_active = False
    cast.manager.save()
    keep_leads(organisation=cast.organisation, now=NOW)
    assert queue(cast).answerable.is_active


def test_a_lead_that_became_a_deal_is_won_when_the_deal_is(cast: Cast) -> None:
    deal = Deal.objects.create(organisation=cast.organisation, deal_id="d1", outcome="open")
    found = services.convert(by=cast.rep, lead=lead(cast, owner=cast.rep), deal_id="d1", now=NOW)
    assert found.state == S.CONVERTED
    Deal.objects.filter(pk=deal.pk).update(outcome="won", closed_at=NOW + timedelta(days=9))
    assert follow_deals(organisation=cast.organisation, now=NOW + timedelta(days=10)) == 1
    found.refresh_from_db()
    assert (found.state, found.since) == (S.WON, NOW + timedelta(days=9))


@pytest.mark.parametrize(
    "wrong",
    [{"owner": None, "queue": None}, {"state": "limbo"}, {"due_at": None}, {"next_at": None}],
    ids=["nobody", "no state", "no clock", "no next date"],
)
def test_the_database_refuses_a_lead_that_lacks_something(cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        lead(cast, owner=cast.rep, **{"queue": None} | wrong) if "owner" not in wrong else lead(cast, **wrong)


def test_the_record_is_followed_and_what_people_did_stays(cast: Cast, record: Record) -> None:
    give_data(cast, record)
    done = refresh_leads(organisation=cast.organisation, now=NOW)
    assert done.leads == done.written == Lead.objects.count() > 500
    assert Returned.objects.exists()
    assert refresh_leads(organisation=cast.organisation, now=NOW).written == 0
    found = Lead.objects.filter(state=S.RETURNED).order_by("pk")[0]
    services.hand_over(by=cast.marketer, lead=found, owner=cast.rep, now=NOW)
    refresh_leads(organisation=cast.organisation, now=NOW, rebuild=True)
    found.refresh_from_db()
    assert (found.state, found.owner) == (S.ASSIGNED, cast.rep)
    agreed(cast, NOW - timedelta(days=900))
    keep_figures(organisation=cast.organisation, now=NOW)
    deaths = LeadResult.objects.get(kind=LeadResult.Kind.DEATHS).figures
    assert all(one["came"] >= other["came"] for one, other in zip(deaths["steps"], deaths["steps"][1:], strict=False))
    for step, following in zip(deaths["steps"], deaths["steps"][1:], strict=False):
        assert step["came"] - following["came"] == step["died"] + step["open"]


def test_a_lead_that_the_record_has_no_more_is_dead_and_not_gone(cast: Cast, record: Record) -> None:
    give_data(cast, record)
    lead(cast, "never imported", owner=cast.rep)
    assert refresh_leads(organisation=cast.organisation, now=NOW, rebuild=True).gone == 1
    found = Lead.objects.get(lead_id="never imported")
    assert (found.state, found.reason, found.owner) == (S.DEAD, "gone from the record", cast.rep)


def test_a_notice_is_for_others_alone(cast: Cast) -> None:
    services.give_back(by=cast.manager, lead=lead(cast, owner=cast.manager), reason="no need", now=NOW)
    feedback.answer(by=cast.manager, reason="no need", source="Website", campaign="Guide", text="Mine", now=NOW)
    assert not Notice.objects.exists()
