"""The list of deals, its export and views, and the page of a deal."""

import csv
from collections.abc import Callable
from io import StringIO
from itertools import chain
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.web.deals.conftest import day, deal_row, say

from afteraction.web.deals import selectors, services
from afteraction.web.deals.cards import cards
from afteraction.web.deals.export import cell, csv_lines
from afteraction.web.deals.filters import DealFilters
from afteraction.web.deals.models import Deal, IndexState, SavedView
from afteraction.web.deals.search import search_words
from afteraction.web.people.models import Organisation, User

SignIn = Callable[[User], Client]


def mirror(organisation: Organisation, *rows: dict[str, Any]) -> None:
    """Deals as the mirror has them, without a lake."""
    known = {field.name for field in Deal._meta.get_fields()}
    for row in rows:
        values = {name: "" if value is None and name == "lost_reason" else value for name, value in row.items()}
        words = {"search_words": search_words(row["name"], row["deal_id"]), "last_event_at": row["created_at"]}
        named = {name: value for name, value in (words | values).items() if name in known}
        Deal.objects.create(organisation=organisation, **named)
    IndexState.objects.update_or_create(organisation=organisation, defaults={"version": 1, "deals": len(rows)})


def names(response: HttpResponse) -> list[str]:
    return [deal.name for deal in response.context["page"].deals]  # type: ignore[attr-defined]


@pytest.fixture
def many(cast: Cast) -> None:
    rows = [deal_row(n) for n in range(1, 121)]
    mirror(cast.organisation, *rows, deal_row(500, amount=None, created_at=None, last_event_at=None))
    mirror(cast.other, deal_row(1, name="Secret of Contoso"), deal_row(777, name="Other secret"))


def test_without_deals_the_list_says_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    assert b"No deals yet" in sign_in(cast.rep).get("/deals/").content


def test_a_search_that_finds_nothing_says_so(cast: Cast, sign_in: SignIn, many: None) -> None:
    assert b"No deal fits" in sign_in(cast.rep).get("/deals/?q=nothinglikeit").content


@pytest.mark.parametrize("sort", ["", "activity", "-amount", "amount", "name", "-created", "-closed", "chance"])
def test_pages_forth_and_back_show_every_deal_once(cast: Cast, sign_in: SignIn, many: None, sort: str) -> None:
    client, seen, cursors = sign_in(cast.rep), [], [""]
    while True:
        response = client.get("/deals/", {"sort": sort, "page": cursors[-1]})
        seen.append(names(response))
        if not response.context["page"].next:
            break
        cursors.append(response.context["page"].next)
    ours = Deal.objects.filter(organisation=cast.organisation)
    assert sorted(chain(*seen)) == sorted(ours.values_list("name", flat=True))
    back = response.context["page"].previous
    assert names(client.get("/deals/", {"sort": sort, "page": back})) == seen[-2]


def test_deals_without_a_value_come_last_in_both_directions(cast: Cast, sign_in: SignIn, many: None) -> None:
    for sort in ("amount", "-amount"):
        filters, _form = DealFilters.read({"sort": sort})
        assert selectors.deal_page(cast.rep, filters, size=200).deals[-1].amount is None


@pytest.mark.parametrize("cursor", ["x", "bm9uc2Vuc2U", "W10", "%%%", "WyJhZnRlciIsICJ4IiwgMV0"])
def test_a_senseless_cursor_gives_the_first_page(cast: Cast, sign_in: SignIn, many: None, cursor: str) -> None:
    response = sign_in(cast.rep).get("/deals/", {"page": cursor})
    assert response.status_code == 200
    assert names(response)[0] == "Deal number 120"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("outcome=won", 121), ("outcome=lost", 0), ("low=1000&high=3000", 3), ("since=2025-01-02&until=2025-01-04", 3),
        ("date=closed&until=2025-02-01", 1), ("q=number+12", 2), ("q=D-0007", 1), ("q=deal&low=100000", 21),
        ("owner=Nobody", 0), ("low=abc", 121), ("sort=nonsense", 121), ("account=A-1", 18),
    ],
)  # fmt: skip
def test_filters_narrow_the_list(cast: Cast, many: None, query: str, count: int) -> None:
    filters, _form = DealFilters.read(QueryDict(query))
    assert selectors.deals_for(cast.rep, filters).count() == count
    assert DealFilters.read(QueryDict(filters.query()))[0] == filters


def test_counting_gives_up_at_its_limit(cast: Cast, many: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "MOST_COUNTED", 100)
    filters, _form = DealFilters.read(QueryDict("low=1"))
    assert str(selectors.count_for(cast.rep, filters)) == "100+"
    assert str(selectors.count_for(cast.rep, DealFilters())) == "121"


def test_a_common_word_is_found_without_fetching_all_matches(
    cast: Cast, many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("afteraction.web.full_text.FEW", 10)
    filters, _form = DealFilters.read(QueryDict("q=numb+deal"))
    assert selectors.deals_for(cast.rep, filters).count() == 121


def test_nobody_sees_deals_of_another_organisation(cast: Cast, sign_in: SignIn, many: None) -> None:
    client = sign_in(cast.outsider)
    assert b"Deal number" not in client.get("/deals/?q=deal").content
    assert client.get("/deals/D-0002/").status_code == 404
    assert b"Deal number" not in client.get("/deals.csv").getvalue()  # type: ignore[attr-defined]


def test_those_who_are_not_signed_in_are_sent_to_sign_in(client: Client, many: None) -> None:
    for url in ("/deals/", "/deals/D-0001/", "/deals.csv", "/deals-count"):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "'=1"])
def test_no_cell_of_the_export_is_a_formula(text: str) -> None:
    assert cell(text)[0] == "'"


def test_numbers_and_dates_of_the_export_stay_what_they_are() -> None:
    assert [cell(each) for each in (-5.0, None, day(0), "plain")] == [-5.0, "", "2025-01-01T09:00:00Z", "plain"]


def test_the_export_holds_every_deal_asked_for(cast: Cast, sign_in: SignIn, many: None) -> None:
    mirror(cast.organisation, deal_row(900, name='=HYPERLINK("x")', deal_id="+1"))
    response = sign_in(cast.rep).get("/deals.csv?sort=-amount")
    text = response.getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(StringIO(text)))
    assert len(rows) == 122
    assert (rows[-1]["deal_id"], rows[-1]["name"]) == ("'+1", '\'=HYPERLINK("x")')
    assert "attachment" in response["Content-Disposition"]
    assert len(list(csv_lines(Deal.objects.none(), lambda _began: None))) == 1


def test_views_are_saved_shared_with_the_team_and_deleted(cast: Cast, sign_in: SignIn, many: None) -> None:
    client = sign_in(cast.rep)
    client.post("/deal-views/", {"name": " Big  ones ", "query": "low=5000&nonsense=1&sort=-amount", "shared": "1"})
    view = SavedView.objects.get()
    assert (view.name, view.query, view.shared) == ("Big ones", "low=5000&sort=-amount", True)
    assert list(selectors.views_for(cast.team_mate)) == [view]
    assert list(selectors.views_for(cast.marketer)) == []
    assert sign_in(cast.team_mate).post(f"/deal-views/{view.pk}/delete").status_code == 404
    assert sign_in(cast.rep).post(f"/deal-views/{view.pk}/delete").status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_is_refused(cast: Cast, sign_in: SignIn, many: None) -> None:
    response = sign_in(cast.rep).post("/deal-views/", {"name": " ", "query": ""}, follow=True)
    assert services.NO_NAME.encode() in response.content
    response = sign_in(cast.marketer).post("/deal-views/", {"name": "x", "shared": "1"}, follow=True)
    assert b"You are in no team" in response.content


ODD_IDS = [
    "a/b",
    "a//b/",
    "/x",
    "100%",
    "%2F",
    "50% off?",
    "a#b",
    "Ünï ☃",
    "a b+c",
    "line\nbreak",
    "<b>",
    "a&b=c",
]


@pytest.mark.parametrize("deal_id", ODD_IDS)
def test_ids_may_hold_any_characters(cast: Cast, sign_in: SignIn, deal_id: str) -> None:
    mirror(cast.organisation, deal_row(1, deal_id=deal_id, name="Odd one"))
    client = sign_in(cast.rep)
    address = reverse("deal", args=[deal_id])
    assert address.encode().replace(b"&", b"&amp;") in client.get("/deals/").content
    response = client.get(address)
    assert response.status_code == 200
    assert response.context["deal"].deal_id == deal_id
    assert client.get(f"/deals/{quote(deal_id, safe='')}/").context["deal"].deal_id == deal_id


def test_a_deal_that_is_not_there_is_not_found(cast: Cast, sign_in: SignIn, many: None) -> None:
    assert sign_in(cast.rep).get("/deals/none/").status_code == 404


def test_a_deal_shows_its_course_against_the_process(cast: Cast, sign_in: SignIn, put: Callable[..., None]) -> None:
    put(
        deals=[deal_row(1, created_at=day(0), closed_at=day(40)), deal_row(2, outcome="lost"), deal_row(3)],
        stage_changes=[{"deal_id": "D-0001", "at": day(n), "stage": s} for n, s in ((0, "Qualify"), (20, "Propose"))],
        touches=[
            {"touch_id": "1", "deal_id": "D-0001", "activity": "Discovery call", "at": day(9), "side": "us"},
            {"touch_id": "2", "deal_id": "D-0001", "activity": "Mail", "at": day(25), "side": "buyer"},
        ],
    )
    say(cast.organisation, "D-0001")
    response = sign_in(cast.rep).get("/deals/D-0001/")
    line = response.context["timeline"]
    steps = [(step.name, step.state) for part in line.stages for step in part.steps]
    assert steps == [("Discovery call", "late"), ("Proposal sent", "skipped")]
    assert line.stages[0].steps[0].at == day(9)
    assert line.touches == 2
    assert [mark.state for mark in line.drawing.steps] == ["late", "skipped"]
    text = response.content.decode()
    for said in ("Lucky win", "1 of 2 steps done", "50%", "20–60%", "n = 1,204", "Competitor", "−7", "Discovery call"):
        assert said in text
    assert response.context["similar"].won.n == 2
    assert response.context["similar"].won.value == 0.5
    assert "low=2000" in text


def test_a_deal_without_analysis_and_events_says_so(cast: Cast, sign_in: SignIn) -> None:
    mirror(cast.organisation, deal_row(1, created_at=None, closed_at=None, last_event_at=None))
    text = sign_in(cast.rep).get("/deals/D-0001/").content.decode()
    assert "Nothing with a date" in text
    assert "None has ended yet" in text
    assert "No ended deal of the same segment" in text


def test_home_tells_managers_of_stalled_and_reps_of_likely_deals(cast: Cast, sign_in: SignIn) -> None:
    still = {"outcome": "open", "closed_at": None, "team": "Enterprise North"}
    rows = [deal_row(n, **still, chance=n / 10) for n in range(1, 9)]
    mirror(cast.organisation, *rows, deal_row(99, last_event_at=day(60)), deal_row(50, **still, last_event_at=day(59)))
    [card] = cards(cast.manager)
    assert [deal.name for deal, _days in card.context["stalled"].deals][:2] == ["Deal number 1", "Deal number 2"]
    [card] = cards(cast.rep)
    assert [deal.chance for deal in card.context["high"]] == [0.8, 0.7, 0.6]
    assert [deal.chance for deal in card.context["low"]] == [0.1, 0.2, 0.3]
    assert cards(cast.marketer) == []
    assert cards(cast.team_mate) == []
    for user in (cast.manager, cast.rep):
        assert b"Deal number 1" in sign_in(user).get("/").content
