"""Reviews through the API: what pages do, with the same rules of who reads what."""

from datetime import UTC, datetime
from typing import Any

from django.test import Client
from tests.cast import Cast
from tests.web.api_addresses import token_of
from tests.web.reviews.made import answered, ended, review_of

from afteraction.web.people.models import User
from afteraction.web.reviews.models import Answer, Review

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Program:
    """Someone's program, with a token of theirs."""

    def __init__(self, user: User) -> None:
        self.headers = {"authorization": f"Bearer {token_of(user)}"}

    def __call__(self, method: str, path: str, content: object = None, status: int = 200) -> dict[str, Any]:
        answer = getattr(Client(), method)(
            f"/api/v1{path}", content, content_type="application/json", headers=self.headers
        )
        assert answer.status_code == status, answer.content
        found: dict[str, Any] = answer.json()
        return found


def test_a_review_is_answered_and_finished_by_a_program(cast: Cast) -> None:
    review = review_of(cast, ended(cast), now=NOW)
    rep = Program(cast.rep)
    [listed] = rep("get", "/reviews?mine=true&state=due")["items"]
    assert (listed["id"], listed["deal_id"], listed["state"]) == (review.pk, "d1", "due")
    rep("post", f"/reviews/{review.pk}/finish", status=409)
    sent = {"fields": {"happened": "They left.", "private_note": "SECRET"}, "drivers": [{"key": "price"}], "inputs": 3}
    saved = rep("put", f"/reviews/{review.pk}/answer", sent)
    assert saved["answers"][0]["drivers"] == [{"key": "price", "name": "Price too high", "denied": False}]
    assert saved["answers"][0]["fields"]["private_note"] == "SECRET"
    assert rep("post", f"/reviews/{review.pk}/finish")["state"] == "done"
    assert Answer.objects.get(review=review).inputs == 3


def test_what_cannot_be_is_told_as_a_problem(cast: Cast) -> None:
    review = review_of(cast, ended(cast), now=NOW)
    rep = Program(cast.rep)
    rep("put", f"/reviews/{review.pk}/answer", {"drivers": [{"key": "no such driver"}]}, 422)
    rep("put", f"/reviews/{review.pk}/answer", {"fields": {"learned": "x"}}, 422)
    Program(cast.team_mate)("put", f"/reviews/{review.pk}/answer", {"fields": {}}, 422)
    Program(cast.outsider)("get", f"/reviews/{review.pk}", status=404)


def test_each_reads_what_they_may_of_an_answer(cast: Cast) -> None:
    review = review_of(cast, ended(cast), now=NOW)
    answered(cast.rep, review, "price", now=NOW, happened="HAPPENED", lesson="LESSON", private_note="PRIVATE")
    for part, user in cast.insiders().items():
        [answer] = Program(user)("get", f"/reviews/{review.pk}")["answers"]
        assert answer["fields"]["lesson"] == "LESSON"
        assert ("happened" in answer["fields"]) == (part in {"rep", "manager", "operations", "admin"}), part
        assert ("private_note" in answer["fields"]) == (part == "rep"), part


def test_a_manager_skips_a_review_with_a_reason(cast: Cast) -> None:
    review = review_of(cast, ended(cast), now=NOW)
    Program(cast.rep)("post", f"/reviews/{review.pk}/skip", {"reason": "No"}, 409)
    skipped = Program(cast.manager)("post", f"/reviews/{review.pk}/skip", {"reason": "A test deal"})
    assert (skipped["state"], skipped["skip_reason"]) == ("skipped", "A test deal")
    assert Review.objects.get(pk=review.pk).state == "skipped"


def test_expectations_and_drivers_are_read_and_noted(cast: Cast) -> None:
    ended(cast, "open", outcome="open", closed_at=None, stage="Propose")
    rep = Program(cast.rep)
    noted = rep("post", "/expectations", {"deal_id": "open", "chance": 40, "risk": "The budget"}, 201)
    assert (noted["chance"], noted["stage"], noted["locked_at"]) == (40, "Propose", None)
    assert rep("get", "/expectations?deal_id=open")["items"] == [noted]
    Program(cast.team_mate)("post", "/expectations", {"deal_id": "open", "chance": 4}, 409)
    assert "price" in {each["key"] for each in rep("get", "/drivers")["items"]}
