"""Proposals through the API: what pages do, for those who may."""

from tests.cast import Cast
from tests.web.api.conftest import As, problem
from tests.web.proposals.made import NOW, due, on_paper, question, without

from afteraction.web.proposals import answering


def test_a_change_is_proposed_supported_talked_about_and_followed(cast: Cast, as_: As) -> None:
    on_paper(cast)
    rep, mate = as_(cast.rep), as_(cast.team_mate)
    made = rep("POST", "/proposals", {"kind": "process", "reason": "They forget us.", "text": due("call", 7)})
    assert made.status_code == 201
    path = f"/proposals/{made.json()['id']}"
    assert made.json()["events"][0]["changes"] == ["Step “First call” must now be done within 7 days instead of 14."]
    assert mate("PUT", f"{path}/support", {"on": True}).json()["supporters"] == ["Tom Reyes"]
    assert mate("PUT", f"{path}/support", {"on": False}).json()["supporters"] == []
    problem(rep("PUT", f"{path}/support", {"on": True}), 409)
    assert mate("POST", f"{path}/comments", {"text": "Why not 5?"}).json()["comments"][0]["by"] == "Tom Reyes"
    found = mate("GET", path).json()
    assert (found["state"], found["owner"], found["base"]) == ("open", "Otto Brandt", 1)
    assert as_(cast.outsider)("GET", path).status_code == 404


def test_everything_that_is_wrong_is_told(cast: Cast, as_: As) -> None:
    on_paper(cast)
    rep = as_(cast.rep)
    problem(rep("POST", "/proposals", {"kind": "process", "reason": "Why", "text": "process:"}), 422)
    problem(rep("POST", "/proposals", {"kind": "script", "reason": "Why", "text": without("demo")}), 422)
    problem(rep("POST", "/proposals", {"kind": "anything", "reason": "Why"}), 422)


def test_proposals_are_listed_by_state_and_by_whose_they_are(cast: Cast, as_: As) -> None:
    mine, other = question(cast), question(cast, cast.team_mate)
    answering.decline(by=cast.manager, proposal=other, reason="No.", now=NOW)
    rep = as_(cast.rep)

    def listed(query: str) -> list[int]:
        return [each["id"] for each in rep("GET", f"/proposals{query}").json()["items"]]

    assert listed("") == [other.pk, mine.pk]
    assert listed("?state=declined") == [other.pk]
    assert listed("?whose=mine&limit=1") == [mine.pk]
