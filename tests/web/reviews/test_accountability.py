"""Accountability: who reviews and what it costs; every number leads to its reviews; exports hold what may be read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from tests.cast import Cast
from tests.web.reviews.made import answered, ended, review_of

from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User
from afteraction.web.reviews import accountability, services, tasks
from afteraction.web.reviews.account import keep_account
from afteraction.web.reviews.accountability import Wanted
from afteraction.web.reviews.models import Answer, Review, ReviewRules, Tally

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def some(cast: Cast) -> None:
    """Of the rep four deals: one is reviewed, one overdue, one skipped, one not due yet. Of nobody's team one more."""
    for deal in ("done", "overdue", "skipped", "due"):
        ended(cast, deal)
    review_of(cast, ended(cast, "elsewhere", owner="Xu", owner_name="Xu", team="South"), now=NOW)
    by_deal = {review.deal_id: review for review in Review.objects.all()}
    answered(cast.rep, by_deal["done"], "price", now=NOW)
    Answer.objects.update(seconds=90, inputs=4)
    services.skip(by=cast.manager, review=by_deal["skipped"], reason="A test deal")
    Review.objects.filter(deal_id="due").update(due_on=LATER.date() + timedelta(days=1))


def counts(one: dict[str, int]) -> list[int]:
    return [one[state] for state in ("done", "due", "overdue", "skipped", "left_out")]


def test_reviews_are_counted_by_state_month_team_and_person(cast: Cast) -> None:
    some(cast)
    content = keep_account(organisation=cast.organisation, now=LATER).content
    assert counts(content["whole"]) == [1, 1, 2, 1, 0]
    months = {one["month"]: counts(one) for one in content["months"]}
    assert len(months) == 12
    assert months["2026-03"] == [1, 1, 2, 1, 0]
    assert sum(map(sum, months.values())) == 5
    assert {one["team"]: counts(one) for one in content["teams"]} == {
        "Enterprise North": [1, 1, 1, 1, 0],
        "South": [0, 0, 1, 0, 0],
    }
    assert (content["whole"]["minutes"], content["whole"]["inputs"], content["whole"]["answered"]) == (1.5, 4.0, 1)
    row = accountability.whole_row(content)
    assert (row.share, row.n) == ("25%", 4)
    assert row.share_interval == "5–70%"


def test_reviews_left_out_by_the_draw_are_counted_as_such(cast: Cast) -> None:
    ReviewRules.objects.create(
        organisation=cast.organisation, since=datetime(2020, 1, 1, tzinfo=UTC), seed="s", share=1, above=10_000
    )
    for number in range(30):
        ended(cast, f"d{number}")
    review_of(cast, ended(cast, "large", amount=20_000.0), now=NOW)
    whole = keep_account(organisation=cast.organisation, now=NOW).content["whole"]
    assert whole["left_out"] + whole["due"] == 31
    assert whole["left_out"] >= 28


def test_a_deal_that_ended_without_a_review_is_found_in_the_mirror_and_named(cast: Cast, client: Client) -> None:
    review_of(cast, ended(cast), now=NOW)
    assert keep_account(organisation=cast.organisation, now=NOW).content["unreviewed"] == 0
    ended(cast, "slipped through")
    kept = keep_account(organisation=cast.organisation, now=NOW)
    assert kept.content["unreviewed_deals"] == [["slipped through", "Deal slipped through"]] or kept.content[
        "unreviewed_deals"
    ] == [("slipped through", "Deal slipped through")]
    client.force_login(cast.rep, backend=BACKEND)
    assert "Deal slipped through" in client.get("/reviews/accountability/").content.decode()


def test_finishing_a_review_has_the_figures_made_anew(cast: Cast) -> None:
    from django_tasks_db.models import DBTaskResult

    review = review_of(cast, ended(cast), now=NOW)
    DBTaskResult.objects.all().delete()
    answered(cast.rep, review, "price", now=NOW)
    assert [each.task_path for each in DBTaskResult.objects.all()] == [tasks.count_reviews.module_path]
    tasks.count_reviews.func(cast.organisation.pk)
    assert Tally.objects.get(organisation=cast.organisation).content["whole"]["done"] == 1


def test_every_number_leads_to_the_reviews_that_it_counts(cast: Cast, client: Client) -> None:
    some(cast)
    content = keep_account(organisation=cast.organisation, now=LATER).content
    client.force_login(cast.executive, backend=BACKEND)
    rows = [
        accountability.whole_row(content),
        *accountability.month_rows(content),
        *accountability.team_rows(content),
        *accountability.person_rows(cast.executive, content),
    ]
    checked = 0
    for row in rows:
        for cell in row.cells:
            if cell.href:
                wanted = Wanted.read({k: v for k, _, v in (p.partition("=") for p in _pairs(cell.href))})
                assert wanted.narrow(cast.executive, today=LATER.date()).count() == cell.count, (row.label, cell)
                assert client.get(f"/reviews/accountability/reviews/{cell.href}").status_code == 200
                checked += 1
    assert checked >= 15


def _pairs(href: str) -> list[str]:
    from urllib.parse import unquote_plus

    return [unquote_plus(each) for each in href.removeprefix("?").split("&")]


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        ("rep", {"Noor Haddad"}),
        ("team_mate", set()),
        ("manager", {"Noor Haddad"}),
        ("marketer", set()),
        ("executive", {"Noor Haddad", "Xu"}),
        ("operations", {"Noor Haddad", "Xu"}),
        ("admin", {"Noor Haddad", "Xu"}),
    ],
)
def test_the_figures_of_single_people_are_for_themselves_and_those_who_lead_them(
    cast: Cast, part: str, seen: set[str]
) -> None:
    some(cast)
    content = keep_account(organisation=cast.organisation, now=LATER).content
    assert {row.label for row in accountability.person_rows(getattr(cast, part), content)} == seen


def test_inputs_asked_are_published_with_their_trend(cast: Cast) -> None:
    content = {"months": [{"inputs": 3.0, "answered": 10}] * 3 + [{"inputs": 4.0, "answered": 5}] * 3}
    trend = accountability.input_trend(content)
    assert (trend.now, trend.before, trend.n) == (3.0, 4.0, 30)
    assert trend.says == "1.0 fewer than in the three months before (4.0)."
    assert accountability.input_trend({"months": [{"inputs": None, "answered": 0}] * 6}).now is None


def lines(user: User) -> str:
    reviews = Wanted().narrow(user, today=LATER.date())
    return "".join(accountability.csv_lines(user, reviews))


def test_an_export_holds_what_its_reader_may_read_and_no_private_note(cast: Cast) -> None:
    review = review_of(cast, ended(cast, name="=cmd()"), now=NOW)
    answered(
        cast.rep, review, "price", now=NOW, happened="HAPPENED", keep="KEEP", lesson="LESSON", private_note="PRIVATE"
    )
    for part, user in cast.insiders().items():
        text = lines(user)
        assert "LESSON" in text, part
        assert "Price too high" in text
        assert ("HAPPENED" in text) == (part in {"rep", "manager", "operations", "admin"}), part
        assert "PRIVATE" not in text, part
        assert "'=cmd()" in text
    assert "LESSON" not in lines(cast.outsider)


def test_a_draft_is_in_no_export(cast: Cast) -> None:
    answered(cast.rep, review_of(cast, ended(cast), now=NOW), "price", now=NOW, done=False, lesson="DRAFT")
    assert "DRAFT" not in lines(cast.rep) + lines(cast.admin)


def test_addresses_that_cannot_be_read_list_everything(cast: Cast, client: Client) -> None:
    some(cast)
    client.force_login(cast.rep, backend=BACKEND)
    for query in ("?month=2026-13", "?state=nonsense", "?page=nonsense", "?month=&team=&owner="):
        assert client.get(f"/reviews/accountability/reviews/{query}").status_code == 200
    assert Wanted.read({"month": "2026-13", "state": "x"}) == Wanted()
    assert Deal.objects.count() == 5
    assert Review.objects.filter(due_on__lt=date(2026, 3, 2)).count() == 0


def test_many_reviews_are_not_counted_again_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from afteraction.web.reviews import account

    review_of(cast, ended(cast), now=NOW)
    keep_account(organisation=cast.organisation, now=NOW)
    soon = NOW + timedelta(minutes=1)
    assert account.counted_lately(cast.organisation, now=soon) is None
    monkeypatch.setattr(account, "_MANY", 1)
    assert account.counted_lately(cast.organisation, now=soon) == timedelta(minutes=4)
    assert account.counted_lately(cast.organisation, now=NOW + timedelta(minutes=6)) is None
