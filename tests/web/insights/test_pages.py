"""The pages of insights: who may see what, and what they say."""

import json
import re

import pyarrow.parquet as pq
import pytest
from django.http import HttpResponse
from django.test import Client
from tests.cast import Cast
from tests.recorded import Record

from afteraction.web.insights import behind
from afteraction.web.insights.models import Analysis
from afteraction.web.insights.pages import INSIGHT_PAGES
from afteraction.web.insights.results import Saved
from afteraction.web.people.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PATHS = [
    "/insights/",
    "/insights/steps/",
    "/insights/qualification/",
    "/insights/time/",
    "/insights/boxes/",
    "/insights/chances/",
    "/insights/record/",
    "/claims/",
    "/process/",
]
FILES = ["report.html", "report.pdf", "deals.parquet"]


def get(user: User, path: str) -> HttpResponse:
    client = Client()
    client.force_login(user, backend=BACKEND)
    answer = client.get(path)
    if answer.streaming:
        assert answer.getvalue()  # to the end, which closes the file
    return answer  # type: ignore[return-value]


def text_of(user: User, path: str) -> str:
    response = get(user, path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", PATHS)
def test_every_role_sees_the_results_with_the_versions_they_are_made_from(shown: Saved, cast: Cast, path: str) -> None:
    for user in cast.insiders().values():
        assert "Data version 1" in text_of(user, path)


@pytest.mark.parametrize("path", [*PATHS, "/insights/reps/"])
def test_an_outsider_sees_nothing_of_it(shown: Saved, cast: Cast, path: str) -> None:
    text = text_of(cast.outsider, path)
    assert "nothing to learn from yet" in text
    assert "Data version 1" not in text


@pytest.mark.parametrize("path", [*PATHS, "/insights/reps/"])
def test_without_results_a_page_says_what_to_do_next(cast: Cast, path: str) -> None:
    assert "Import data" in text_of(cast.operations, path)
    if path != "/insights/reps/":
        assert "Import data" not in re.sub(r"<nav.*?</nav>", "", text_of(cast.marketer, path), flags=re.DOTALL)


def test_every_page_has_its_sections(shown: Saved) -> None:
    for page in INSIGHT_PAGES:
        for name in page.sections:
            assert shown.section(name).startswith(f'<section id="{name}"')


def test_no_id_stands_twice_on_a_page(shown: Saved, cast: Cast) -> None:
    for path in [*PATHS, "/insights/reps/"]:
        ids = re.findall(r'\sid="([^"]+)"', text_of(cast.admin, path))
        assert len(ids) == len(set(ids)), path


def test_pages_need_no_inline_style_or_script(shown: Saved, cast: Cast) -> None:
    for path in [*PATHS, "/insights/reps/"]:
        text = text_of(cast.admin, path)
        assert not re.search(r"<[^>]+\s(style|on\w+)=", text), path


def test_nobody_is_named_to_those_who_may_not_see_them(shown: Saved, cast: Cast, record: Record) -> None:
    names = {rep["rep"] for rep in record.figures["reps"]} | {
        one["group"] for one in record.figures["conformance"]["by_owner"]
    }
    team = {rep["rep"] for rep in record.figures["reps"] if rep["team"] == cast.rep.team.name}  # type: ignore[union-attr]
    may_see = {"rep": {cast.rep.owner_name}, "marketer": set(), "manager": team}
    for part, allowed in may_see.items():
        user = cast.insiders()[part]
        paths = [*PATHS, "/insights/download/figures.json", *(["/insights/reps/"] if part != "marketer" else [])]
        for path in paths:
            text = get(user, path).content.decode()
            assert {name for name in names if name in text} <= allowed | {user.name}, (part, path)


def test_a_rep_sees_only_their_own_row(shown: Saved, cast: Cast) -> None:
    text = text_of(cast.rep, "/insights/reps/")
    assert text.count('<th scope="row">') == 1
    assert cast.rep.owner_name in text
    assert "rep-funnel" not in text


def test_a_rep_who_is_not_in_the_record_is_told_why_nothing_is_shown(shown: Saved, cast: Cast) -> None:
    assert "No figures of yours yet" in text_of(cast.team_mate, "/insights/reps/")


def test_a_manager_sees_their_team(shown: Saved, cast: Cast, record: Record) -> None:
    team = [rep["rep"] for rep in record.figures["reps"] if rep["team"] == cast.manager.team.name]  # type: ignore[union-attr]
    text = text_of(cast.manager, "/insights/reps/")
    assert all(name in text for name in team)


@pytest.mark.parametrize("part", ["executive", "operations", "admin"])
def test_those_who_answer_for_all_see_everyone(shown: Saved, cast: Cast, record: Record, part: str) -> None:
    text = text_of(cast.insiders()[part], "/insights/reps/")
    assert all(rep["rep"] in text for rep in record.figures["reps"])
    assert 'id="rep-funnel"' in text


def test_marketing_may_not_open_the_page_of_reps(shown: Saved, cast: Cast) -> None:
    assert get(cast.marketer, "/insights/reps/").status_code == 403
    assert "/insights/reps/" not in text_of(cast.marketer, "/insights/")


@pytest.mark.parametrize("name", FILES)
def test_whole_reports_are_for_those_who_may_see_everyone(shown: Saved, cast: Cast, name: str) -> None:
    for part, user in cast.insiders().items():
        expected = 200 if part in ("admin", "operations", "executive") else 403
        assert get(user, f"/insights/download/{name}").status_code == expected, part
    assert get(cast.outsider, f"/insights/download/{name}").status_code == 404


def test_a_file_that_is_no_result_is_not_found(shown: Saved, cast: Cast) -> None:
    for name in ("index.json", "..%2Ffigures.json", "sections"):
        assert get(cast.admin, f"/insights/download/{name}").status_code == 404


def test_the_figures_are_those_of_the_command_line(shown: Saved, cast: Cast, record: Record) -> None:
    assert json.loads(get(cast.admin, "/insights/download/figures.json").content) == record.figures


def test_effects_are_shown_within_one_segment(shown: Saved, cast: Cast, record: Record) -> None:
    found = {
        part["segment"] for step in record.figures["steps"] if step["by_segment"]
        for part in step["by_segment"]["segments"]
    }  # fmt: skip
    segment = min(found)
    text = text_of(cast.rep, f"/insights/steps/?segment={segment}")
    assert f"Effect in {segment}" in text
    assert "All deals" in text_of(cast.rep, "/insights/steps/?segment=nothing")


def test_the_deals_behind_an_effect_are_listed(shown: Saved, cast: Cast, record: Record) -> None:
    step = next(step for step in record.figures["steps"] if step["effect"] is not None)
    for side in ("did", "not"):
        text = text_of(cast.rep, f"/insights/steps/deals/?of=step:+{step['step']}&side={side}")
        assert 'href="/deals/D' in text
    assert get(cast.rep, "/insights/steps/deals/?of=owner").status_code == 404
    assert get(cast.outsider, f"/insights/steps/deals/?of=step:+{step['step']}").status_code == 404


def test_kept_deals_behind_an_effect_are_those_of_the_table(
    shown: Saved, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = sorted(behind.effect_keys(shown))
    kept = [behind.deals_behind(shown, key, did=did) for key in keys for did in (True, False)]
    table = pq.read_table(record.results / "deals.parquet").to_pylist()
    for (key, did), found in zip(((key, did) for key in keys for did in (True, False)), kept, strict=True):
        rows = [row for row in table if row[key] == ("did" if did else "did not")]
        assert found.deals == len(rows)
        assert found.won == sum(row["outcome"] == "won" for row in rows)
        assert found.ended == sum(row["outcome"] != "open" for row in rows)
        assert list(found.shown) == [(row["deal_id"], row["outcome"]) for row in rows[: behind.MOST_LISTED]]
    monkeypatch.setattr(behind, "_kept", lambda _path: {})  # results that are older than the file
    assert [behind.deals_behind(shown, key, did=did) for key in keys for did in (True, False)] == kept


def test_boxes_lead_to_their_deals(shown: Saved, cast: Cast) -> None:
    assert "/deals/?box=lucky_win" in text_of(cast.rep, "/insights/boxes/")


def test_a_page_says_that_it_is_being_refreshed_and_loads_itself_anew(shown: Saved, cast: Cast) -> None:
    newer = Analysis.objects.create(
        organisation=cast.organisation, data_version=2, process_version=shown.analysis.process_version
    )
    text = text_of(cast.rep, "/insights/")
    assert "Being refreshed" in text
    assert "Data version 1" in text
    asked = get(cast.rep, "/insights/progress/")
    assert "Being refreshed" in asked.content.decode()
    assert "HX-Refresh" not in asked
    newer.state = Analysis.State.REFUSED
    newer.message = "found:    no deals\nexpected: deals"
    newer.save()
    assert get(cast.rep, "/insights/progress/")["HX-Refresh"] == "true"
    text = text_of(cast.rep, "/insights/")
    assert "No newer results" in text
    assert "no deals" in text


def test_home_tells_each_role_what_it_answers_for(shown: Saved, cast: Cast) -> None:
    assert "Do we have a process?" in text_of(cast.executive, "/")
    assert "Steps your team misses most" in text_of(cast.manager, "/")
    assert "What could not be told, and why" in text_of(cast.operations, "/")
