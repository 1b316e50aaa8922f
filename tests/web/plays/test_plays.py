"""Plays: made, written, published in versions, retired; who reads and who decides."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.recorded import Record, give_data, give_results
from tests.web.plays.made import NOW, won_deals, written

from afteraction.errors import Refused
from afteraction.web.deals.index import refresh_index
from afteraction.web.deals.models import Deal
from afteraction.web.plays import selectors, services
from afteraction.web.plays.body import Body, Move, changes, read
from afteraction.web.plays.measuring import measure_play
from afteraction.web.plays.models import Play


def test_a_play_is_made_from_won_deals_alone(cast: Cast) -> None:
    keys = won_deals(cast)
    play = services.make_play(by=cast.rep, title=" At one table ", deal_ids=keys, now=NOW)
    assert (play.title, play.state, play.deals.count()) == ("At one table", Play.State.DRAFT, 6)
    Deal.objects.filter(deal_id="W0").update(outcome="lost")
    with pytest.raises(Refused, match="1 deals that are not won"):
        services.make_play(by=cast.rep, title="Again", deal_ids=keys, now=NOW)
    with pytest.raises(Refused, match="no title"):
        services.make_play(by=cast.rep, title=" ", deal_ids=(), now=NOW)


def test_every_published_change_is_a_version_and_old_ones_stay(cast: Cast) -> None:
    play = written(cast, cast.manager)
    services.publish(by=cast.manager, play=play, note="", now=NOW)
    with pytest.raises(Refused, match="says already"):
        services.publish(by=cast.manager, play=play, note="", now=NOW)
    body = read(play.body)
    body = replace(body, moves=(*reversed(body.moves), Move("Call their finance")), segment="Large")
    services.save_play(by=cast.manager, play=play, body=body, lessons=(), now=NOW)
    assert selectors.body_for(play, play.versions.first()).moves[0].text == "Meet the committee"
    services.publish(by=cast.manager, play=play, note="Sooner.", now=NOW)
    newest, oldest = selectors.editions(play, {})
    assert (newest.version.number, oldest.version.number) == (2, 1)
    assert (
        newest.changes
        == (
            "Segment: Large, before any.",
            "New move: “Call their finance”.",
            "“Meet the committee” is move 2 now, before 1.",
        )
        or "New move: “Call their finance”." in newest.changes
    )
    assert read(oldest.version.body).segment == ""


def test_only_who_decides_publishes_and_a_rep_writes_only_an_own_draft(cast: Cast) -> None:
    play = written(cast, cast.rep)
    with pytest.raises(Refused):
        services.publish(by=cast.rep, play=play, note="", now=NOW)
    with pytest.raises(Refused):
        services.save_play(by=cast.team_mate, play=play, body=Body("Mine"), lessons=(), now=NOW)
    services.publish(by=cast.manager, play=play, note="", now=NOW)
    with pytest.raises(Refused):
        services.save_play(by=cast.rep, play=play, body=Body("Mine"), lessons=(), now=NOW)
    services.retire(by=cast.operations, play=play, reason="The product has changed", now=NOW)
    assert not selectors.plays_of_step(cast.rep, "buying_committee").exists()


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        *((who, True) for who in ("rep", "manager", "operations", "admin")),
        *((who, False) for who in ("team_mate", "marketer", "executive", "outsider")),
    ],
)
def test_a_draft_is_read_by_its_author_and_by_who_decides(cast: Cast, who: str, reads: bool) -> None:
    play = written(cast, cast.rep)
    assert selectors.plays_for(getattr(cast, who)).filter(pk=play.pk).exists() == reads


def test_steps_lead_to_their_published_plays(cast: Cast) -> None:
    play = written(cast, cast.manager)
    assert selectors.plays_by_step(cast.rep) == {}
    services.publish(by=cast.manager, play=play, note="", now=NOW)
    assert selectors.plays_by_step(cast.rep) == {"buying_committee": [play]}


def test_changes_are_told_in_words() -> None:
    old = Body("A", moves=(Move("One"), Move("Two", "", "soon")), questions=("Why?",))
    new = Body("B", moves=(Move("Two", "demo", "later"), Move("One")), questions=(), amount_from=1000.0)
    told = changes(old, new, lambda key: key.title())
    assert "It is called “B”, and was “A”." in told
    assert "Size: from 1,000, before any." in told
    assert "“Two” is the step “Demo” now." in told
    assert "“Two”: later, before soon." in told
    assert "No longer a question: “Why?”." in told
    assert any("is move" in sentence for sentence in told)
    assert changes(old, old) == ()


def test_a_play_from_deals_of_the_record_is_worked_out_with_its_effect(cast: Cast, record: Record) -> None:
    give_data(cast, record)
    give_results(cast, record)
    refresh_index(organisation=cast.organisation)
    keys = Deal.objects.filter(organisation=cast.organisation, outcome="won").values_list("deal_id", flat=True)[:40]
    play = services.make_play(by=cast.manager, title="How it is won", deal_ids=list(keys), now=NOW)
    play.refresh_from_db()
    assert play.asked_at is not None
    measure_play(play=play, now=NOW)
    play.refresh_from_db()
    assert (play.asked_at, play.data_version) == (None, 1)
    assert play.found["chosen"] == 40
    assert play.found["refused"] is None
    assert play.effect["refused"] is not None or play.effect["n"] > 0
    assert services.out_of_date(cast.organisation) == ([], True)


def test_pages_show_a_play_and_refuse_a_change_without_a_move(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    play = services.make_play(by=cast.manager, title="Empty", deal_ids=(), now=NOW)
    refused = browser.post(reverse("play-publish", args=[play.pk]))
    assert refused.status_code == 422
    assert "a play without a move" in refused.content.decode()
    form = {
        "title": "Full",
        "move-TOTAL_FORMS": "2",
        "move-INITIAL_FORMS": "0",
        "move-0-text": "Second",
        "move-0-ORDER": "2",
    }
    form |= {
        "move-1-text": "First",
        "move-1-ORDER": "1",
        "questions": "Why now?\n\nWho else?",
        "content": "Plan | https://x.example/p",
    }
    assert browser.post(reverse("play-edit", args=[play.pk]), form).status_code == 302
    play.refresh_from_db()
    body = read(play.body)
    assert [move.text for move in body.moves] == ["First", "Second"]
    assert body.questions == ("Why now?", "Who else?")
    assert body.content[0].address == "https://x.example/p"
    form |= {"content": "Plan | javascript:alert(1)"}
    assert browser.post(reverse("play-edit", args=[play.pk]), form).status_code == 422
