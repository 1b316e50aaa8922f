"""What people say of trigger events, correct and watch for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from tests.cast import Cast
from tests.web.listening.made import heard

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.leads.models import Lead
from afteraction.web.listening import acting, correcting
from afteraction.web.listening.digest import digest_for, people_to_tell, send_digest
from afteraction.web.listening.history import history_of
from afteraction.web.listening.models import AccountName, ListeningResult, RankedAccount, TriggerEvent, Watch
from afteraction.web.listening.selectors import Asked, come_back, open_events, ranked_for, taken_on, with_events
from afteraction.web.listening.watching import Terms, accounts_in, remove_watch, save_watch, try_terms
from afteraction.web.people.trail import trail

NOW = datetime(2026, 3, 24, 10, tzinfo=UTC)


def deal(cast: Cast, account_id: str, name: str, **fields: Any) -> Deal:
    return Deal.objects.create(
        organisation=cast.organisation, deal_id=f"D-{account_id}", account_id=account_id, account_name=name,
        **{"outcome": "open", "last_event_at": NOW - timedelta(days=20)} | fields,
    )  # fmt: skip


def ranked(cast: Cast, event: TriggerEvent, place: int = 1, **fields: Any) -> RankedAccount:
    return RankedAccount.objects.create(
        organisation=cast.organisation, account_id=event.account_id, account=event.account, place=place, chance=0.2,
        **fields,
    )  # fmt: skip


@pytest.fixture
def event(cast: Cast) -> TriggerEvent:
    deal(cast, "A1", "Acme Foods", segment="Mid-market", competitor="Vertexa", owner=cast.rep.owner_name)
    return heard(cast, account_id="A1", account="Acme Foods", title="Acme Foods raises money", now=NOW)


def test_an_account_that_is_called_leaves_the_list_and_waits_with_whoever_calls(
    cast: Cast, event: TriggerEvent
) -> None:
    ranked(cast, event)
    acting.say_of_account(by=cast.rep, account_id="A1", said="call", now=NOW)
    assert not ranked_for(cast.rep, Asked(), now=NOW).exists()
    assert [each.pk for each in taken_on(cast.rep)] == [event.pk]
    [row] = with_events(cast.manager, ranked_for(cast.manager, Asked(state="call"), now=NOW), Asked("call"), now=NOW)
    assert row.taken_by == cast.rep
    with pytest.raises(Refused, match="without an event that waits"):
        acting.say_of_account(by=cast.team_mate, account_id="A1", said="call", now=NOW)


def test_what_is_put_off_comes_back_on_its_day(cast: Cast, event: TriggerEvent) -> None:
    acting.say(by=cast.rep, event=event, said="later", again_on=date(2026, 3, 31), now=NOW)
    assert not open_events(cast.rep, NOW.date(), NOW).exists()
    later = NOW + timedelta(days=7)
    assert open_events(cast.rep, later.date(), later).exists()
    assert come_back(cast.rep, later.date()).exists()


@pytest.mark.parametrize(
    ("said", "fields", "found"),
    [
        ("sold", {}, "sold"),
        ("not_relevant", {}, "no reason"),
        ("later", {}, "no day"),
        ("later", {"again_on": date(2026, 3, 24)}, "2026-03-24"),
        ("later", {"again_on": date(2028, 3, 24)}, "2028-03-24"),
    ],
)
def test_what_makes_no_sense_is_refused(
    cast: Cast, event: TriggerEvent, said: str, fields: dict[str, Any], found: str
) -> None:
    with pytest.raises(Refused, match=found):
        acting.say(by=cast.rep, event=event, said=said, now=NOW, **fields)
    event.refresh_from_db()
    assert not event.said


def test_a_lead_is_made_of_an_event_once(cast: Cast, event: TriggerEvent) -> None:
    made = acting.lead_of(by=cast.rep, event=event, now=NOW)
    again = acting.lead_of(by=cast.manager, event=event, now=NOW)
    assert made == again == Lead.objects.get()
    assert (made.source, made.account_name, made.owner, made.state) == (
        "listening",
        "Acme Foods",
        cast.rep,
        "assigned",
    )
    event.refresh_from_db()
    assert event.said == "done"


def test_marketing_lays_a_lead_into_the_queue_of_sales_and_an_executive_makes_none(
    cast: Cast, event: TriggerEvent
) -> None:
    with pytest.raises(Refused):
        acting.lead_of(by=cast.executive, event=event, now=NOW)
    made = acting.lead_of(by=cast.marketer, event=event, now=NOW)
    assert made.owner is None
    assert made.queue is not None
    assert not made.queue.of_marketing


def test_a_deal_of_another_account_is_not_taken_for_what_came_of_an_event(cast: Cast, event: TriggerEvent) -> None:
    other = deal(cast, "A2", "Other")
    with pytest.raises(Refused, match=other.deal_id):
        acting.of_deal(by=cast.rep, event=event, deal_id=other.deal_id, now=NOW)
    assert acting.of_deal(by=cast.rep, event=event, deal_id="D-A1", now=NOW).said == "done"


def test_a_corrected_kind_keeps_what_was_found(cast: Cast, event: TriggerEvent) -> None:
    correcting.correct_kind(by=cast.rep, event=event, kind="expansion")
    event.refresh_from_db()
    assert (event.kind, event.kind_found, event.corrected_by) == ("expansion", "funding", cast.rep)
    with pytest.raises(Refused, match="gossip"):
        correcting.correct_kind(by=cast.rep, event=event, kind="gossip")


def test_a_corrected_account_is_learned_by_the_name_it_was_known_by(cast: Cast, event: TriggerEvent) -> None:
    deal(cast, "A2", "Acme Steel")
    correcting.correct_account(by=cast.rep, event=event, account_id="acme steel", now=NOW)
    learned = AccountName.objects.get(organisation=cast.organisation, text="Acme Foods")
    assert (learned.account_id, learned.asked, learned.by) == ("A2", False, cast.rep)
    correcting.not_ours(by=cast.rep, event=event, now=NOW)
    assert AccountName.objects.get(organisation=cast.organisation, text="Acme Foods").account_id == ""
    with pytest.raises(Refused, match="Nobody Ltd"):
        correcting.correct_account(by=cast.rep, event=event, account_id="Nobody Ltd", now=NOW)


def test_that_an_event_is_of_none_of_ours_is_taken_back_with_what_was_learned(cast: Cast, event: TriggerEvent) -> None:
    correcting.not_ours(by=cast.rep, event=event, now=NOW)
    acting.say(by=cast.rep, event=event, said="", now=NOW)
    assert not AccountName.objects.filter(text="Acme Foods").exists()
    event.refresh_from_db()
    assert (event.said, event.corrected_by) == ("", None)
    correcting.not_ours(by=cast.rep, event=event, now=NOW)
    correcting.correct_account(by=cast.rep, event=event, account_id="A1", now=NOW)
    assert list(open_events(cast.rep, NOW.date(), NOW)) == [event], "it waits again"
    assert AccountName.objects.get(text="Acme Foods").account_id == "A1"


def test_who_calls_is_not_replaced_by_whoever_taps_a_moment_later(cast: Cast, event: TriggerEvent) -> None:
    acting.say(by=cast.rep, event=event, said="call", now=NOW)
    acting.say(by=cast.rep, event=event, said="call", now=NOW)
    with pytest.raises(Refused, match="calls about already"):
        acting.say(by=cast.manager, event=event, said="call", now=NOW)
    event.refresh_from_db()
    assert event.said_by == cast.rep
    acting.say(by=cast.manager, event=event, said="", now=NOW)
    acting.say(by=cast.manager, event=event, said="call", now=NOW)


def test_a_watch_that_is_refused_keeps_what_was_chosen(cast: Cast, client: Client) -> None:
    client.force_login(cast.rep, backend="allauth.account.auth_backends.AuthenticationBackend")
    sent = {"name": "n", "kinds": ["funding"], "accounts": "Nobody Ltd"}
    refused = client.post("/listening/watches/new", sent)
    assert refused.status_code == 422
    assert refused.context["terms"] == Terms(kinds=("funding",))
    assert refused.context["accounts"] == "Nobody Ltd"


def test_an_ambiguous_name_is_asked_until_somebody_answers(cast: Cast) -> None:
    for key in ("A1", "A2"):
        deal(cast, key, f"Acme {key}")
        AccountName.objects.create(
            organisation=cast.organisation, text="Acme", kind="name", account_id=key, asked=True, at=NOW
        )
    [question] = correcting.questions_of(cast.organisation)
    assert question.accounts == (("A1", "Acme A1"), ("A2", "Acme A2"))
    with pytest.raises(Refused, match="A3"):
        correcting.answer_name(by=cast.rep, text="Acme", account_id="A3", now=NOW)
    correcting.answer_name(by=cast.rep, text="Acme", account_id="A2", now=NOW)
    assert not correcting.questions_of(cast.organisation)
    assert AccountName.objects.get(organisation=cast.organisation, text="Acme").account_id == "A2"
    with pytest.raises(Refused, match="Acme"):
        correcting.answer_name(by=cast.rep, text="Acme", account_id="A1", now=NOW)


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (Terms(kinds=("funding",)), ["Acme Foods raises money"]),
        (Terms(kinds=("layoffs",)), []),
        (Terms(segments=("Mid-market",)), ["Acme Foods raises money"]),
        (Terms(competitors=("Vertexa",)), ["Vertexa raises its prices", "Acme Foods raises money"]),
        (Terms(competitors=("Vertexa",), kinds=("funding",)), ["Acme Foods raises money"]),
        (Terms(accounts=("A1",), kinds=("funding", "layoffs")), ["Acme Foods raises money"]),
        (Terms(words=("prices",)), ["Vertexa raises its prices"]),
        (Terms(roles=("chief financial officer",)), []),
        (Terms(), []),
    ],
    ids=str,
)
def test_a_watch_is_tried_on_what_was_heard(cast: Cast, event: TriggerEvent, terms: Terms, found: list[str]) -> None:
    about_nobody = heard(
        cast, account_id="x", account="x", title="Vertexa raises its prices", sentence="By 8 %.", now=NOW, days=1
    )
    about_nobody.delete()
    tried = try_terms(cast.rep, terms, now=NOW)
    assert [each.story.title for each in tried.found] == found
    assert tried.count == len(found)


def test_a_watch_is_of_one_person_and_must_ask_for_something(cast: Cast) -> None:
    made = save_watch(by=cast.rep, name=" Money ", terms=Terms(kinds=("funding",)), now=NOW)
    assert made.name == "Money"
    with pytest.raises(Refused, match="nothing"):
        save_watch(by=cast.rep, name="All", terms=Terms(), now=NOW)
    with pytest.raises(Refused, match="somebody else"):
        save_watch(by=cast.manager, name="Mine now", terms=Terms(words=("x",)), now=NOW, watch=made)
    with pytest.raises(Refused, match="somebody else"):
        remove_watch(by=cast.manager, watch=made)
    with pytest.raises(Refused, match="gossip"):
        Terms.read({"kinds": ["gossip"]})
    with pytest.raises(Refused, match="Nobody Ltd"):
        accounts_in(cast.rep, ["Nobody Ltd"])
    remove_watch(by=cast.rep, watch=made)
    assert not Watch.objects.exists()


def test_one_mail_a_day_tells_what_a_watch_found_and_whom_to_call(cast: Cast, event: TriggerEvent) -> None:
    now = NOW + timedelta(days=1)
    event.story.items.update(heard_at=NOW)
    ranked(cast, event, owner=cast.rep.owner_name, reasons=["Funding 3 days ago"])
    save_watch(by=cast.rep, name="Money", terms=Terms(kinds=("funding",)), now=NOW)
    TriggerEvent.objects.update(at=NOW)
    RankedAccount.objects.update(low=0.1, high=0.3, n=400)
    digest = digest_for(cast.rep, now)
    assert digest is not None
    assert digest.accounts[0].what == "1. Acme Foods (20% chance to buy, 10–30%, n 400): funding"
    RankedAccount.objects.update(low=None, high=None, n=None)
    assert cast.rep.pk in people_to_tell(cast.organisation, now=now)
    assert send_digest(person=cast.rep, now=now)
    assert not send_digest(person=cast.rep, now=now)
    [sent] = mail.outbox
    assert "Acme Foods" in sent.body
    assert "watch “Money” found 1" in sent.body
    assert "(an opinion, not learned)" in sent.body
    assert digest_for(cast.team_mate, now) is None, "none of the accounts is theirs, and they watch for nothing"


def test_the_course_of_an_account_joins_events_and_deals(cast: Cast, event: TriggerEvent) -> None:
    Deal.objects.update(created_at=NOW - timedelta(days=40))
    acting.say(by=cast.rep, event=event, said="call", now=NOW)
    history = history_of(cast.rep, "A1")
    assert history is not None
    assert [each.kind for each in history.moments] == ["said", "event", "deal_opened"]
    assert history_of(cast.outsider, "A1") is None


def test_an_event_shows_on_the_page_of_an_open_deal_alone(cast: Cast, client: Client) -> None:
    found = deal(cast, "A1", "Acme Foods")
    heard(cast, account_id="A1", account="Acme Foods", title="Acme Foods raises money", now=datetime.now(UTC))
    client.force_login(cast.rep, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Acme Foods raises money" in client.get(f"/deals/{found.deal_id}/").content.decode()
    Deal.objects.update(outcome="won")
    assert "Acme Foods raises money" not in client.get(f"/deals/{found.deal_id}/").content.decode()


def test_a_tap_on_the_list_answers_with_the_list(cast: Cast, client: Client) -> None:
    now = datetime.now(UTC)
    deal(cast, "A1", "Acme Foods")
    ranked(cast, heard(cast, account_id="A1", account="Acme Foods", title="Acme Foods raises money", now=now))
    client.force_login(cast.rep, backend="allauth.account.auth_backends.AuthenticationBackend")
    sent = {"account": "A1", "name": "Acme Foods", "said": "later", "days": "30"}
    answer = client.post("/listening/say", sent, headers={"HX-Request": "true"})
    assert "Acme Foods: put off" in answer.content.decode()
    assert TriggerEvent.objects.get().again_on == (now + timedelta(days=30)).date()
    refused = client.post("/listening/say", sent, headers={"HX-Request": "true"})
    assert refused.status_code == 422


def test_the_war_room_says_what_its_chances_are_and_claims_no_more(cast: Cast, client: Client) -> None:
    words = "The chance of each to buy within 6 months, learned from 248 wins."
    kept = ListeningResult.objects.create(
        organisation=cast.organisation, kind="ranking", data_version=1, figures={"words": words}, made_at=NOW
    )
    client.force_login(cast.rep, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert words in client.get("/listening/wall/").content.decode()
    kept.figures = {"words": words, "opinion": True}
    kept.save()
    shown = client.get("/listening/wall/").content.decode()
    assert "opinion, not learned" in shown
    assert words not in shown


def test_the_audit_trail_has_who_said_what_of_an_event_and_what_a_name_means(
    cast: Cast, client: Client, event: TriggerEvent
) -> None:
    client.force_login(cast.rep, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(f"/listening/events/{event.pk}/correct", {"kind": "expansion"})
    client.post(f"/listening/events/{event.pk}/correct", {"none": "1"})
    told = [(each.who, change.field) for each in trail(cast.organisation).entries for change in each.changes]
    assert (str(cast.rep), "Kind") in told
    assert (str(cast.rep), "Said") in told
