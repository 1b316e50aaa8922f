from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast
from tests.web.proposals.made import NOW, TEXT, due, on_paper, process, proposed, question, without

from afteraction.web.experiments.models import Experiment
from afteraction.web.people.models import User
from afteraction.web.proposals import answering, services
from afteraction.web.proposals.editing import ProcessEdit
from afteraction.web.proposals.models import Proposal

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def sign_in(client: Client) -> Any:
    def as_(user: User) -> Client:
        client.force_login(user, backend=BACKEND)
        return client

    return as_


def filled(text: str = TEXT, **changed: Any) -> dict[str, Any]:
    """The form as a browser sends it, with what somebody changed."""
    sent: dict[str, Any] = {"kind": "process", "base": "1", "as": "form", "reason": "They forget us.", "title": ""}
    for form in ProcessEdit(process(text), None).steps:
        sent |= {form.add_prefix(name): value for name, value in form.initial.items() if value not in (None, False, [])}
    return sent | changed


def test_a_rep_proposes_a_due_time_without_knowing_how_a_process_is_written(cast: Cast, sign_in: Any) -> None:
    on_paper(cast)
    answer = sign_in(cast.rep).post("/changes/new/", filled(**{"s0-within": "7"}))
    made = Proposal.objects.get()
    assert answer.url == f"/changes/{made.pk}/"
    assert made.text == due("call", 7)
    page = sign_in(cast.rep).get(answer.url).content.decode()
    assert "must now be done within 7 days instead of 14" in page


def test_a_rep_adds_a_step_between_others_and_takes_one_out(cast: Cast, sign_in: Any) -> None:
    on_paper(cast)
    new = {"n0-name": "Call the CFO", "n0-stage": "Qualify", "n0-required": "on", "n0-within": "3", "n0-unit": "days"}
    sent = filled(**new, **{"n0-after": ["call"], "n0-before": ["offer"], "s1-out": "on"})
    sign_in(cast.rep).post("/changes/new/", sent)
    assert Proposal.objects.get().events.get().changes == [
        "Step “Product demo” was removed from stage Qualify.",
        "Step “First call” must now come before “Call the CFO”.",
        "The required step “Call the CFO” was added to stage Qualify.",
    ]


def test_a_step_is_renamed_and_ordered(cast: Cast, sign_in: Any) -> None:
    on_paper(cast)
    sign_in(cast.rep).post("/changes/new/", filled(**{"s1-name": "Show it", "s1-before": ["offer"]}))
    assert Proposal.objects.get().events.get().changes == [
        "Step “Product demo” is now shown as “Show it” instead of “Product demo”.",
        "Step “Product demo” must now come before “Offer”.",
    ]


def test_the_change_is_said_in_words_while_it_is_made(cast: Cast, sign_in: Any) -> None:
    on_paper(cast)
    client = sign_in(cast.rep)
    assert b"Nothing is changed yet" in client.post("/changes/new/check/", filled()).content
    said = client.post("/changes/new/check/", filled(**{"s0-within": "7"})).content.decode()
    assert "1 change" in said
    assert "7 days instead of 14" in said
    assert b"A field cannot be read" in client.post("/changes/new/check/", filled(**{"s0-within": "soon"})).content
    as_text = {"kind": "process", "base": "1", "as": "text", "text": "stages: [A]\nsteps:\n  - id: b"}
    assert b"to solve before it can be proposed" in client.post("/changes/new/check/", as_text).content


def test_what_is_wrong_is_told_and_nothing_that_was_filled_in_is_lost(cast: Cast, sign_in: Any) -> None:
    on_paper(cast)
    for sent in (filled(), filled(**{"s0-within": "7", "reason": ""}), filled(**{"s0-name": ""})):
        answer = sign_in(cast.rep).post("/changes/new/", sent)
        assert answer.status_code == 422
    answer = sign_in(cast.rep).post("/changes/new/", filled(**{"s0-within": "7", "reason": ""}))
    assert 'value="7"' in answer.content.decode()
    assert not Proposal.objects.exists()


def test_whoever_writes_process_files_edits_the_text(cast: Cast, sign_in: Any) -> None:
    on_paper(cast)
    sent = {"kind": "process", "base": "1", "as": "text", "text": without("demo"), "reason": "Nobody asks for it."}
    sign_in(cast.team_mate).post("/changes/new/", sent)
    assert Proposal.objects.get().text == without("demo")


@pytest.mark.parametrize("kind", ["script", "question"])
def test_a_script_or_a_question_is_proposed_in_words(cast: Cast, sign_in: Any, kind: str) -> None:
    client = sign_in(cast.rep)
    assert client.get(f"/changes/new/?kind={kind}").status_code == 200
    sent = {"kind": kind, "title": "Before a demo", "reason": "It works.", "expected_points": "2.5"}
    assert client.post("/changes/new/", sent).status_code == 422
    answer = client.post("/changes/new/", sent | {"what": "Who else decides?"})
    made = Proposal.objects.get()
    assert answer.url == f"/changes/{made.pk}/"


def test_without_a_process_words_can_be_proposed_all_the_same(cast: Cast, sign_in: Any) -> None:
    page = sign_in(cast.rep).get("/changes/new/").content.decode()
    assert "No process is on paper yet" in page


def test_an_author_changes_what_they_proposed_in_the_same_form(cast: Cast, sign_in: Any) -> None:
    made = proposed(cast)
    client = sign_in(cast.rep)
    assert 'value="7"' in client.get(f"/changes/{made.pk}/change/").content.decode()
    sent = filled(made.text, **{"s0-within": "5", "reason": "Sooner."})
    answer = client.post(f"/changes/{made.pk}/change/", sent)
    made.refresh_from_db()
    assert (answer.status_code, made.revision, made.text) == (302, 2, due("call", 5))
    assert sign_in(cast.manager).get(f"/changes/{made.pk}/change/").status_code == 404


def test_an_edit_that_no_longer_fits_is_made_anew(cast: Cast, sign_in: Any) -> None:
    made = proposed(cast)
    on_paper(cast, due("call", 3), 2)
    client = sign_in(cast.rep)
    page = client.get(f"/changes/{made.pk}/").content.decode()
    assert "Both do not go together" in page
    assert "7 days here, 3 days in the newest process" in page
    assert 'value="3"' in client.get(f"/changes/{made.pk}/change/?anew").content.decode()
    sent = filled(due("call", 3), **{"s0-within": "2", "base": "2", "anew": "yes"})
    client.post(f"/changes/{made.pk}/change/?anew", sent)
    made.refresh_from_db()
    assert made.base is not None
    assert (made.base.number, process(made.text).step("call").within) == (
        2,
        process(due("call", 2)).step("call").within,
    )


def test_an_answer_leads_on(cast: Cast, sign_in: Any) -> None:
    made, other, third = proposed(cast), question(cast), question(cast)
    client = sign_in(cast.operations)
    answer = client.post(f"/changes/{made.pk}/answer/", {"answer": "adopt", "revision": "1"}, follow=True)
    assert "Version 2 is the process now." in answer.content.decode()
    assert "/process/versions/2/" in answer.content.decode()
    assert "/experiments/" in client.post(f"/changes/{other.pk}/answer/", {"answer": "try"}).url
    refused = client.post(f"/changes/{third.pk}/answer/", {"answer": "decline", "words": ""})
    assert refused.status_code == 422
    again = client.post(f"/changes/{made.pk}/answer/", {"answer": "decline", "words": "Oh no."})
    assert again.status_code == 422
    assert "answered by Otto Brandt" in again.content.decode()


def test_the_page_of_what_was_tried_tells_what_was_decided_at_once(cast: Cast, sign_in: Any) -> None:
    made = proposed(cast)
    experiment = answering.try_it(by=cast.operations, proposal=made, now=NOW)
    assert "It is being tried." in sign_in(cast.rep).get(f"/changes/{made.pk}/").content.decode()
    Experiment.objects.filter(pk=experiment.pk).update(state=Experiment.State.WITHDRAWN)
    page = sign_in(cast.rep).get(f"/changes/{made.pk}/").content.decode()
    assert "Waits for an answer again" in page


def test_a_step_can_be_added_to_a_process_without_steps(cast: Cast, sign_in: Any) -> None:
    on_paper(cast, "process: Sale\nversion: 1\nstages: [Qualify]\n")
    sent = {
        "kind": "process",
        "base": "1",
        "as": "form",
        "reason": "Why not.",
        "n0-name": "Call",
        "n0-stage": "Qualify",
    }
    sign_in(cast.rep).post("/changes/new/", sent | {"n0-unit": "days"})
    assert Proposal.objects.get().title == "The step “Call” was added to stage Qualify"


def test_lists_are_by_state_and_by_whose_they_are(cast: Cast, sign_in: Any) -> None:
    late, made = proposed(cast), question(cast, cast.team_mate)
    declined = question(cast)
    answering.decline(by=cast.manager, proposal=declined, reason="No.", now=NOW)
    services.support(by=cast.rep, proposal=made, on=True, now=NOW)
    client = sign_in(cast.rep)

    def listed(query: str) -> set[int]:
        page = client.get(f"/changes/{query}").content.decode()
        return {each.pk for each in Proposal.objects.all() if f'href="/changes/{each.pk}/"' in page}

    assert listed("") == listed("?state=overdue") == {late.pk, made.pk}
    assert listed("?state=declined") == {declined.pk}
    assert listed("?state=all") == {late.pk, made.pk, declined.pk}
    assert listed("?whose=mine&state=all") == {late.pk, declined.pk}
    assert listed("?whose=supported") == {made.pk}
    assert listed("?state=tried") == set()


def test_support_by_htmx_answers_with_the_button_alone(cast: Cast, sign_in: Any) -> None:
    made = proposed(cast)
    answer = sign_in(cast.team_mate).post(f"/changes/{made.pk}/support/", {"on": "yes"}, headers={"HX-Request": "true"})
    assert answer.content.decode().startswith("<form")
    assert "1 colleague supports it: Tom Reyes" in answer.content.decode()
