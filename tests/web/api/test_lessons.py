"""Lessons through the API: what pages do, for those who may."""

from django.utils import timezone
from tests.cast import Cast
from tests.web.api.conftest import As

from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.lessons.models import Lesson, LessonUse

TOLD = {"title": "Ask who signs", "text": "Ask in the first call who signs and who was asked before.", "stage": ""}


def open_deal(cast: Cast) -> Deal:
    IndexState.objects.create(organisation=cast.organisation, version=1, deals=1)
    now = timezone.now()
    return Deal.objects.create(
        organisation=cast.organisation, deal_id="d/1", name="Deal", outcome="open", created_at=now, segment="Small"
    )


def test_a_lesson_is_written_read_changed_and_moved(cast: Cast, as_: As) -> None:
    open_deal(cast)
    rep, manager = as_(cast.rep), as_(cast.manager)
    made = rep("POST", "/lessons", TOLD | {"deals": ["d/1"]})
    assert made.status_code == 201
    path = f"/lessons/{made.json()['id']}"
    assert made.json()["deals"] == [{"deal_id": "d/1", "contradicts": False, "note": ""}]
    assert rep("PUT", path, TOLD | {"segment": "Small"}).json()["segment"] == "Small"
    assert rep("PUT", f"{path}/state", {"to": "tested", "why": "We try it"}).status_code == 403
    assert manager("PUT", f"{path}/state", {"to": "tested", "why": "We try it"}).json()["state"] == "tested"
    assert rep("PUT", path, TOLD | {"amount_from": 5, "amount_to": 1}).status_code == 409
    assert [each["title"] for each in rep("GET", "/lessons?state=tested&search=signs").json()["items"]] == [
        TOLD["title"]
    ]
    assert as_(cast.outsider)("GET", path).status_code == 404


def test_a_deal_that_is_not_on_record_stands_behind_nothing(as_: As, cast: Cast) -> None:
    answer = as_(cast.rep)("POST", "/lessons", TOLD | {"deals": ["nobody knows it"]})
    assert answer.status_code == 422
    assert not Lesson.objects.exists()


def test_lessons_for_a_deal_are_shown_and_judged(cast: Cast, as_: As) -> None:
    open_deal(cast)
    rep, manager = as_(cast.rep), as_(cast.manager)
    key = rep("POST", "/lessons", TOLD | {"segment": "Small"}).json()["id"]
    manager("PUT", f"/lessons/{key}/state", {"to": "in_use", "why": "It works"})
    [shown] = rep("POST", "/lessons/for-deal/d/1").json()["items"]
    assert (shown["lesson"]["id"], shown["said"]) == (key, "")
    assert shown["reasons"]
    said = rep("PUT", f"/lessons/{key}/said", {"deal_id": "d/1", "said": "wrong", "why": "They have no budget"})
    assert said.status_code == 204
    assert LessonUse.objects.get().said == "wrong"
    assert rep("POST", "/lessons/for-deal/d/1").json()["items"] == []
    assert manager("POST", "/lessons/for-deal/d/1").json()["items"]
    assert rep("PUT", f"/lessons/{key}/said", {"deal_id": "d/1", "said": "great"}).status_code == 422


def test_a_deal_that_has_ended_takes_no_lessons(cast: Cast, as_: As) -> None:
    Deal.objects.filter(pk=open_deal(cast).pk).update(outcome="won")
    assert as_(cast.rep)("POST", "/lessons/for-deal/d/1").status_code == 409
