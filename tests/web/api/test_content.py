"""What the API tells and does is what the pages tell and do."""

import json
from typing import Any

from tests.cast import Cast
from tests.web.api.conftest import As, Caller, problem

from afteraction.lake.store import Lake
from afteraction.web.data import tasks
from afteraction.web.data.models import Import
from afteraction.web.deals.models import Deal


def walked(call: Caller, path: str, side: str = "next", cursor: str = "") -> tuple[list[Any], str]:
    """All rows of a list, page by page, and the cursor of the last page."""
    rows: list[Any] = []
    while True:
        page = call("GET", f"{path}&cursor={cursor}").json()
        rows = rows + page["items"] if side == "next" else page["items"] + rows
        if page[side] is None:
            return rows, page["previous" if side == "next" else "next"]
        cursor = page[side]


def test_pages_of_a_list_have_every_deal_once_in_both_directions(recorded: Cast, as_: As) -> None:
    call = as_(recorded.rep)
    path = "/deals?outcome=won&sort=amount&limit=60"
    rows, last = walked(call, path)
    wanted = Deal.objects.filter(organisation=recorded.organisation, outcome="won")
    assert sorted(row["deal_id"] for row in rows) == sorted(wanted.values_list("deal_id", flat=True))
    amounts = [row["amount"] for row in rows if row["amount"] is not None]
    assert amounts == sorted(amounts)
    before, _first = walked(call, path, "previous", last)
    assert [row["deal_id"] for row in before] == [row["deal_id"] for row in rows[: len(before)]]
    assert call("GET", "/deal-count?outcome=won").json() == {"deals": len(rows), "more": False}


def test_the_last_day_that_there_is_leaves_nothing_out(recorded: Cast, as_: As) -> None:
    call = as_(recorded.rep)
    assert call("GET", "/deal-count?until=9999-12-31&date=created").json() == call("GET", "/deal-count").json()


def test_pages_by_key_have_every_row_once_in_both_directions(cast: Cast, as_: As) -> None:
    call = as_(cast.admin)
    rows, last = walked(call, "/people?limit=2")
    assert {row["email"] for row in rows} == {user.email for user in cast.insiders().values()}
    assert len(rows) == len(cast.insiders())
    before, _first = walked(call, "/people?limit=2", "previous", last)
    assert [row["id"] for row in before] == [row["id"] for row in rows[: len(before)]]


def test_a_deal_is_told_with_its_course_and_its_likes(recorded: Cast, as_: As) -> None:
    call = as_(recorded.rep)
    deal_id = call("GET", "/deals?outcome=won&limit=1").json()["items"][0]["deal_id"]
    told = call("GET", f"/deals/{deal_id}").json()
    assert told["deal"]["outcome"] == "won"
    assert told["timeline"]["stages"][0]["entered_at"]
    assert all(each["low"] <= each["chance"] <= each["high"] for each in told["chances"])
    similar = call("GET", f"/similar-deals/{deal_id}").json()
    assert similar["won"]["n"] == len(similar["deals"])
    lines = b"".join(call("GET", "/deals.csv?outcome=won").streaming_content).decode().splitlines()
    assert len(lines) - 1 == call("GET", "/deal-count?outcome=won").json()["deals"]


def test_figures_leave_out_whom_one_may_not_see(recorded: Cast, as_: As) -> None:
    everyone = as_(recorded.executive)("GET", "/figures/reps").json()
    own = as_(recorded.rep)("GET", "/figures/reps").json()
    assert [each["rep"] for each in own["value"]] == [recorded.rep.owner_name]
    assert len(everyone["value"]) > 1
    assert as_(recorded.marketer)("GET", "/figures/reps").json()["value"] == []
    assert own["data_version"] == 1
    problem(as_(recorded.rep)("GET", "/result-files/deals.parquet"), 403)


def test_the_deals_behind_an_effect_are_listed_with_their_rate(recorded: Cast, as_: As) -> None:
    call = as_(recorded.rep)
    found = problem(call("GET", "/effect-deals?of=nothing"), 404)
    effect = found["expected"].removeprefix("one of ").split(", ")[0]
    told = call("GET", f"/effect-deals?of={effect}").json()
    assert told["won"]["n"] == told["ended"] > 0
    assert told["won"]["low"] <= told["won"]["value"] <= told["won"]["high"]
    assert told["items"]


def test_rows_that_are_sent_go_into_the_record_as_files_do(cast: Cast, as_: As) -> None:
    call = as_(cast.operations)
    rows = {
        "deals": [
            {
                "deal_id": "D1",
                "outcome": "won",
                "amount": 12000,
                "closed_at": "2026-03-01T10:00:00Z",
                "region": "North",
            },
            {"deal_id": "D2", "outcome": "open", "created_at": "2026-02-01T10:00:00Z"},
            {"deal_id": "D3", "outcome": "perhaps"},
        ],
        "touches": [{"touch_id": "T1", "deal_id": "D1", "activity": "Demo", "at": "2026-02-03T09:00:00Z"}],
    }
    answer = call("POST", "/data/rows", rows)
    assert answer.status_code == 202, answer.content
    followed = answer["Location"].removeprefix("/api/v1")
    assert call("GET", followed).json()["state"] == "waiting"
    tasks.import_files.call(import_id=answer.json()["id"])
    told = call("GET", followed).json()
    assert told["state"] == "done", told["message"]
    assert told["report"]["tables"]["deals"]["new"] == 2
    assert told["report"]["refused"] == 1
    snapshot = Lake(cast.organisation.home).current()
    assert snapshot is not None
    assert (snapshot.rows["deals"], snapshot.rows["touches"]) == (2, 1)
    again = call("POST", "/data/rows", rows).json()["id"]
    tasks.import_files.call(import_id=again)
    assert Import.objects.get(pk=again).report["tables"]["deals"]["same"] == 2
    refused = b"".join(call("GET", f"{followed}/refusals").streaming_content).decode()
    assert "perhaps" in refused


def test_rows_without_what_they_need_are_told_one_by_one(cast: Cast, as_: As) -> None:
    rows = {"deals": [{"deal_id": "D1", "outcome": "won"}, {"outcome": "won"}], "touches": [{"touch_id": "T"}]}
    told = problem(as_(cast.operations)("POST", "/data/rows", rows), 422)
    wanted = {"body.deals.1.deal_id", "body.touches.0.deal_id", "body.touches.0.activity", "body.touches.0.at"}
    assert {each["field"] for each in told["errors"]} == wanted
    assert not Import.objects.exists()


def test_an_import_goes_from_files_to_the_record(cast: Cast, as_: As) -> None:
    call = as_(cast.operations)
    path = call("POST", "/data/imports")["Location"].removeprefix("/api/v1")
    content = "Opp No;Result;Opened\n" + "".join(f"O{n};{('Won', 'Lost')[n % 2]};2025-01-0{n}\n" for n in range(1, 9))
    assert call("PUT", f"{path}/files/deals.csv", content.encode()).status_code == 200
    assert call("POST", f"{path}/look").json()["state"] == "looking"
    tasks.look_at_files.call(import_id=Import.objects.get().pk)
    mapping = call("GET", f"{path}/mapping").json()
    assert mapping["fills"][0]["table"] == "deals"
    told = problem(call("PUT", f"{path}/mapping", {"text": "[[sheet]]\nname = 3"}), 422)
    assert "line" in json.dumps(told)
    assert call("PUT", f"{path}/mapping", {"text": mapping["text"]}).status_code == 200
    assert call("POST", f"{path}/start").json()["state"] == "waiting"
    problem(call("DELETE", path), 409)
    tasks.import_files.call(import_id=Import.objects.get().pk)
    assert call("GET", path).json()["state"] == "done"


def test_what_does_not_count_twice_is_put_twice(cast: Cast, as_: As) -> None:
    call = as_(cast.admin)
    about = {"name": "Noor", "role": "manager", "team": "South", "owner_name": "noor"}
    path = f"/people/{cast.rep.pk}"
    assert call("PUT", path, about).json() == call("PUT", path, about).json()
    off = call("PUT", f"{path}/active", {"active": False}).json()
    assert off["state"] == call("PUT", f"{path}/active", {"active": False}).json()["state"] == "deactivated"
    problem(call("PUT", f"/people/{cast.admin.pk}/active", {"active": False}), 409)
    assert {each["name"] for each in call("GET", "/teams").json()["items"]} >= {"South"}
