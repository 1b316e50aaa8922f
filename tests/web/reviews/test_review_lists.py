"""Lists of reviews, home cards, expectations, calibration and rules."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cast import Cast
from tests.web.reviews.made import answered, ended, review_of

from afteraction.analysis.review_sampling import lot
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User
from afteraction.web.reviews.models import CalibrationConsent, Expectation, Review, ReviewRules
from afteraction.web.reviews.rules import drawn_last_quarter, rules_of
from afteraction.web.reviews.templatetags.review_words import drawn_in_words
from afteraction.web.reviews.told import expected_from, longest_silence

Enter = Callable[[User], Client]
DAY = timedelta(days=1)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def many(cast: Cast, count: int, **changed: object) -> None:
    now = timezone.now()
    Review.objects.bulk_create(
        Review(
            organisation=cast.organisation, deal_id=f"R{n}", name=f"Review {n:03}", outcome=("won", "lost")[n % 2],
            closed_at=now, opened_at=now, due_on=now.date() + (n % 20) * DAY, person=cast.rep,
            team=cast.manager.team.name if cast.manager.team else "", **changed,
        )
        for n in range(count)
    )  # fmt: skip


def test_a_rep_sees_their_own_and_a_manager_their_teams(enter: Enter, cast: Cast) -> None:
    review_of(cast, ended(cast, "mine", name="Mine"), now=timezone.now())
    review_of(cast, ended(cast, "hers", name="Of the mate", owner="Tom Reyes"), now=timezone.now())
    review_of(cast, ended(cast, "far", name="Elsewhere", owner="X", team="South"), now=timezone.now())
    assert [each in text_of(enter(cast.rep), "/reviews/") for each in ("Mine", "Of the mate", "Elsewhere")] == [
        True, False, False,
    ]  # fmt: skip
    assert [each in text_of(enter(cast.manager), "/reviews/") for each in ("Mine<", "Of the mate", "Elsewhere")] == [
        True, True, False,
    ]  # fmt: skip
    assert "Elsewhere" in text_of(enter(cast.rep), "/reviews/?whose=all")
    assert "Mine" not in text_of(enter(cast.outsider), "/reviews/?whose=all")


def test_pages_follow_each_other_without_a_gap(enter: Enter, cast: Cast) -> None:
    many(cast, 120)
    client, seen, path = enter(cast.rep), [], "/reviews/"
    while path:
        answer = client.get(path)
        seen += [review.name for review in answer.context["page"].rows]
        path = f"/reviews/{answer.context['links']['next']}" if answer.context["links"]["next"] else ""
    assert sorted(seen) == [f"Review {n:03}" for n in range(120)]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan; PostgreSQL scans so small a table")
def test_every_list_is_answered_by_an_index(enter: Enter, cast: Cast) -> None:
    many(cast, 60)
    for user, query in ((cast.rep, "whose=mine"), (cast.manager, "whose=team"), (cast.admin, "whose=all")):
        for what in ("due", "overdue", "done", "waiting"):
            with CaptureQueriesContext(connection) as caught:
                text_of(enter(user), f"/reviews/?{query}&what={what}")
            asked = [
                each["sql"] for each in caught if 'FROM "reviews_review"' in each["sql"] and "IN (" not in each["sql"]
            ]
            assert asked
            for sql in asked:
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                    plan = " ".join(str(row[-1]) for row in cursor.fetchall())
                assert "SCAN reviews_review" not in plan, (sql, plan)
                assert "TEMP B-TREE" not in plan, (sql, plan)


def test_home_says_what_is_due_and_what_waits_for_the_manager(enter: Enter, cast: Cast) -> None:
    review = review_of(cast, ended(cast, name="The big one"), now=timezone.now())
    assert "Reviews to do" in text_of(enter(cast.rep), "/")
    answered(cast.rep, review, "price", now=timezone.now())
    assert "Reviews to do" not in text_of(enter(cast.rep), "/")
    home = text_of(enter(cast.manager), "/")
    assert "Waiting for your part" in home
    assert "The big one" in home


def test_the_page_of_a_deal_leads_to_its_review(enter: Enter, cast: Cast) -> None:
    review = review_of(cast, ended(cast), now=timezone.now())
    assert f"/reviews/{review.pk}/" in text_of(enter(cast.executive), "/deals/d1/")


def expect(client: Client, **sent: object) -> int:
    return client.post("/reviews/expectation/", {"deal": "open", "chance": 70} | sent).status_code


@pytest.fixture
def open_deal(cast: Cast) -> Deal:
    return ended(cast, "open", outcome="open", closed_at=None, stage="Propose")


def test_the_owner_notes_what_they_expect_and_it_is_locked_when_the_stage_is_left(
    enter: Enter, cast: Cast, open_deal: Deal
) -> None:
    client = enter(cast.rep)
    assert "What do you expect?" in text_of(client, "/deals/open/")
    assert expect(client, next_step="Call the board", risk="The budget", close_on="2026-12-24") == 200
    assert expect(client, chance=80) == 200
    noted = Expectation.objects.get()
    assert (noted.chance, noted.stage, noted.locked_at) == (80, "Propose", None)
    Deal.objects.filter(pk=open_deal.pk).update(stage="Negotiate")
    assert expect(client, chance=90) == 200
    assert [(e.chance, e.locked_at is not None) for e in Expectation.objects.order_by("pk")] == [
        (80, True), (90, False),
    ]  # fmt: skip
    assert "Earlier, 1" in text_of(client, "/deals/open/")


def test_nobody_else_notes_it_and_no_chance_beyond_a_hundred(enter: Enter, cast: Cast, open_deal: Deal) -> None:
    assert "What do you expect?" not in text_of(enter(cast.manager), "/deals/open/")
    assert expect(enter(cast.manager)) == 422
    assert expect(enter(cast.outsider)) == 404
    assert expect(enter(cast.rep), chance=101) == 422
    assert not Expectation.objects.exists()


def test_what_was_expected_answers_the_first_question(enter: Enter, cast: Cast) -> None:
    deal = ended(cast)
    at = datetime(2026, 2, 1, tzinfo=UTC)
    for chance, when in ((70, at), (100, at + 60 * DAY)):  # the second one was noted after the end
        Expectation.objects.create(
            organisation=cast.organisation, deal_id=deal.deal_id, person=cast.rep, stage="Propose", chance=chance,
            made_at=when, changed_at=when, locked_at=when,
        )  # fmt: skip
    text = text_of(enter(cast.rep), f"/reviews/{review_of(cast, deal, now=timezone.now()).pk}/")
    assert 'name="expected" value="win" checked' in text
    assert "You said 70% on 1 Feb 2026 in Propose" in text
    assert "100 %" not in text


def test_a_chance_says_what_was_expected() -> None:
    assert [expected_from(chance) for chance in (0, 40, 41, 59, 60, 100)] == [
        "loss", "loss", "open", "open", "win", "win",
    ]  # fmt: skip


def test_the_longest_silence_reaches_to_the_end_and_short_ones_are_no_word() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    found = longest_silence([start, start + 10 * DAY, start + 90 * DAY], start + 50 * DAY)
    assert found is not None
    assert (found.days, found.since) == (40, start + 10 * DAY)
    assert longest_silence([start], start + 29 * DAY) is None


def stated(cast: Cast, deals: int) -> None:
    """The rep said 90 % of deals of which half were won."""
    for n in range(deals):
        ended(cast, f"s{n}", outcome=("won", "lost")[n % 2])
        at = datetime(2026, 2, 1, tzinfo=UTC)
        Expectation.objects.create(
            organisation=cast.organisation, deal_id=f"s{n}", person=cast.rep, chance=90, made_at=at, changed_at=at,
            locked_at=at,
        )  # fmt: skip


def test_calibration_is_told_with_its_interval_and_refused_in_words_when_there_is_too_little(
    enter: Enter, cast: Cast
) -> None:
    stated(cast, 4)
    assert "only 4 deals" in text_of(enter(cast.rep), "/reviews/calibration/")
    Deal.objects.all().delete()
    Expectation.objects.all().delete()
    stated(cast, 40)
    text = text_of(enter(cast.rep), "/reviews/calibration/")
    assert "more was promised than came" in text
    assert "+40" in text
    assert "n = 40" in text


def test_a_manager_sees_it_as_the_rules_say_and_consent_can_be_taken_back(enter: Enter, cast: Cast) -> None:
    stated(cast, 12)
    rules, path = rules_of(cast.organisation, now=timezone.now()), f"/reviews/calibration/?person={cast.rep.pk}"
    manager, rep = enter(cast.manager), enter(cast.rep)

    def status(setting: str) -> int:
        ReviewRules.objects.filter(pk=rules.pk).update(calibration=setting)
        return manager.get(path).status_code

    assert [status(each) for each in ("own", "consent", "manager")] == [404, 404, 200]
    rep.post("/reviews/calibration/consent/", {"give": "yes"})
    assert [status(each) for each in ("own", "consent")] == [404, 200]
    rep.post("/reviews/calibration/consent/")
    assert not CalibrationConsent.objects.exists()
    assert status("consent") == 404
    for other in (cast.admin, cast.operations, cast.executive, cast.team_mate, cast.outsider):
        assert enter(other).get(path).status_code == 404


RULES = {"since": "2026-01-01", "share": "50", "due_days": "5", "digest_hour": "8", "calibration": "consent"}


def test_rules_are_changed_by_operations_and_admins_alone(enter: Enter, cast: Cast) -> None:
    allowed = {
        part for part, user in cast.insiders().items() if enter(user).get("/settings/reviews/").status_code == 200
    }
    assert allowed == {"operations", "admin"}
    assert enter(cast.operations).post("/settings/reviews/", RULES).status_code == 302
    rules = ReviewRules.objects.get()
    assert (rules.share, rules.due_days, rules.calibration) == (50, 5, "consent")
    for wrong in ({"share": "0"}, {"share": "101"}, {"due_days": "0"}, {"time_zone": "Nowhere"}):
        assert enter(cast.operations).post("/settings/reviews/", RULES | wrong).status_code == 422
    assert ReviewRules.objects.get().share == 50


def test_the_page_says_how_many_reviews_the_rules_would_have_meant(enter: Enter, cast: Cast) -> None:
    for n in range(100):
        ended(cast, f"q{n}", amount=1000.0 * n)
    ended(cast, "still open", outcome="open", closed_at=None)
    rules = rules_of(cast.organisation, now=timezone.now())
    rules.above, rules.share = 90_000.0, 25
    found = drawn_last_quarter(cast.organisation, rules)
    below = sum(lot(f"q{n}", rules.seed) < 0.25 for n in range(90))
    assert (found.ended, found.above, found.drawn, found.reviews) == (100, 10, below, 10 + below)
    assert f"{10 + below} reviews" in drawn_in_words(found, rules)
    answer = enter(cast.admin).get("/settings/reviews/drawn/", {"above": "90000", "share": "25"})
    assert f"{10 + below} reviews" in answer.content.decode()
