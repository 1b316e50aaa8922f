"""Side by side for one deal, and across deals: who says what, how far they agree, what the record says of it."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.cast import Cast
from tests.recorded import Record, give_data, give_results
from tests.web.reviews.made import answered, ended, review_of

from afteraction.errors import Refused
from afteraction.web.buyers.models import BuyerAnswer
from afteraction.web.insights.models import Claim
from afteraction.web.people.models import User
from afteraction.web.reviews import across, agreement_rows, driver_claims, tasks, taxonomy
from afteraction.web.reviews.models import Driver, Review
from afteraction.web.reviews.told import told_of
from afteraction.web.reviews.voices import SideBySide, voices_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def buyer(cast: Cast, review: Review, *keys: str, quote: str = "no") -> BuyerAnswer:
    drivers = {each.key: each.pk for each in taxonomy.drivers_of(cast.organisation, now=NOW)}
    return BuyerAnswer.objects.create(
        organisation=cast.organisation,
        review=review,
        name="Berta Buyer",
        drivers=[drivers[key] for key in keys],
        score=-4,
        may_quote=quote,
        answered_at=NOW,
    )


def beside(user: User, review: Review) -> SideBySide:
    found = voices_of(user, review, told_of(review))
    assert found is not None
    return found


def test_a_cause_that_rep_and_buyer_name_is_corroborated_and_one_of_the_rep_alone_is_one_voice(cast: Cast) -> None:
    review = review_of(cast, ended(cast), now=NOW)
    answered(cast.rep, review, "price", "timing", now=NOW)
    answered(cast.manager, review, now=NOW, stance="agrees", unknown=False)
    buyer(cast, review, "price")
    found = beside(cast.rep, review)
    assert [each.voice for each in found.voices] == ["rep", "manager", "buyer"]
    assert {each.name: each.grade.value for each in found.causes} == {
        "Price too high": "corroborated",
        "Wrong time": "one_voice",
    }
    price = found.causes[0]
    assert dict(price.said) == {"rep": "named", "manager": "named", "buyer": "named"}
    assert any("independently" in reason for reason in price.reasons)


def test_nobody_has_spoken_yet(cast: Cast) -> None:
    review = review_of(cast, ended(cast), now=NOW)
    answered(cast.rep, review, "price", now=NOW, done=False)
    assert voices_of(cast.manager, review, told_of(review)) is None


def test_the_reason_of_the_crm_stands_beside_the_voices_with_the_driver_that_it_means(cast: Cast) -> None:
    review = review_of(cast, ended(cast, lost_reason="Too expensive"), now=NOW)
    answered(cast.rep, review, "budget", now=NOW)
    record = beside(cast.rep, review).record
    assert (record.lost_reason, record.means) == ("Too expensive", "Price too high")


def test_what_someone_may_not_read_of_a_buyer_does_not_show_in_any_grade_either(cast: Cast) -> None:
    review = review_of(cast, ended(cast), now=NOW)
    answered(cast.rep, review, "price", now=NOW)
    buyer(cast, review, "price")
    for part in ("rep", "manager", "operations", "admin"):
        found = beside(getattr(cast, part), review)
        assert "buyer" in [each.voice for each in found.voices], part
        assert found.causes[0].grade.value == "corroborated"
    for part in ("team_mate", "marketer", "executive"):
        found = beside(getattr(cast, part), review)
        assert "buyer" not in [each.voice for each in found.voices], part
        assert found.causes[0].grade.value != "corroborated"
    assert voices_of(cast.outsider, review, told_of(review)) is None


def test_a_merged_driver_is_weighed_as_the_other_and_shown_as_it_was_said(cast: Cast) -> None:
    review = review_of(cast, ended(cast), now=NOW)
    old = taxonomy.add_driver(by=cast.operations, now=NOW, name="Too dear")
    answered(cast.rep, review, "too-dear", now=NOW)
    buyer(cast, review, "price")
    price = Driver.objects.get(organisation=cast.organisation, key="price")
    taxonomy.merge_driver(by=cast.operations, driver=old, into=price, now=NOW)
    found = beside(cast.rep, review)
    assert found.voices[0].drivers == ("Too dear",)
    assert [(each.name, each.grade.value) for each in found.causes] == [("Price too high", "corroborated")]


def many(cast: Cast, deals: int) -> None:
    """Reps say price of every other deal, buyers of every sixth."""
    last = [ended(cast, f"d{number}", lost_reason="Timing") for number in range(deals)][-1]
    review_of(cast, last, now=NOW)
    for number, review in enumerate(Review.objects.order_by("pk")):
        answered(cast.rep, review, "price" if number % 2 == 0 else "timing", now=NOW)
        buyer(cast, review, "price" if number % 6 == 0 else "timing")


def test_too_few_deals_are_refused_in_words(cast: Cast, client: Client) -> None:
    many(cast, 3)
    kept = across.keep_agreement(organisation=cast.organisation, now=NOW)
    rows, refused = agreement_rows.pair_rows(kept.content, "rep", "buyer")
    assert rows == []
    assert refused == "Only 3 deals have both voices; expected: at least 20 such deals."
    client.force_login(cast.rep, backend=BACKEND)
    text = client.get("/reviews/agreement/").content.decode()
    assert "Only 3 deals have both voices" in text
    assert "only 3 deals have the answer of two voices or more" in text


def test_who_says_price_is_told_with_interval_and_n_and_leads_to_the_deals(cast: Cast, client: Client) -> None:
    many(cast, 36)
    tasks.measure_agreement.func(cast.organisation.pk)
    kept = agreement_rows.agreement_of(cast.rep)
    assert kept is not None
    rows, refused = agreement_rows.pair_rows(kept.content, "rep", "buyer")
    price = next(row for row in rows if row.name == "Price too high")
    assert refused == ""
    assert (price.one, price.other, price.difference, price.n) == ("50%", "17%", "+33", 36)
    assert (price.only_one, price.only_other) == (12, 0)
    assert price.says == "Reps name it more often than buyers."
    crm, _refused = agreement_rows.pair_rows(kept.content, "crm", "rep")
    assert next(row for row in crm if row.name == "Wrong time").one == "100%"
    for part, listed in (("manager", 12), ("rep", 12), ("executive", 0), ("team_mate", 0)):
        user = getattr(cast, part)
        assert len(agreement_rows.behind(user, kept.content, "rep-buyer", "price", "only_one")) == listed, part
    client.force_login(cast.manager, backend=BACKEND)
    text = client.get("/reviews/agreement/?pair=rep-buyer").content.decode()
    assert "Reps name it more often than buyers." in text
    behind = client.get(f"/reviews/agreement/reviews/{price.href_one}").content.decode()
    assert behind.count('data-label="Outcome"') == 12
    client.force_login(cast.outsider, backend=BACKEND)
    assert client.get(f"/reviews/agreement/reviews/{price.href_one}").status_code == 404


def test_those_who_do_not_know_are_no_voice_and_measuring_twice_says_the_same(cast: Cast) -> None:
    many(cast, 24)
    answered(cast.rep, review_of(cast, ended(cast, "unknown"), now=NOW), now=NOW)
    first = across.keep_agreement(organisation=cast.organisation, now=NOW).content
    assert first["spoken"]["rep"] == 24
    assert across.keep_agreement(organisation=cast.organisation, now=NOW).content == first
    counted = {grade: share["count"] for grade, share in first["grades"][0]["grades"].items()}
    assert sum(counted.values()) == first["grades"][0]["claimed"]["count"]


def test_a_driver_whose_condition_is_on_record_becomes_a_claim_that_is_judged(
    cast: Cast, record: Record, tmp_path: object, settings: object
) -> None:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    give_data(cast, record)
    give_results(cast, record)
    drivers = list(taxonomy.drivers_of(cast.organisation, now=NOW))
    tests = driver_claims.testable(cast.organisation, drivers)
    assert tests
    key, test = next(iter(tests.items()))
    assert test.claim is None
    claim = driver_claims.have_tested(by=cast.rep, driver=test.driver)
    assert claim == driver_claims.have_tested(by=cast.manager, driver=test.driver)
    assert Claim.objects.count() == 1
    Claim.objects.update(verdict="fact")
    again = driver_claims.testable(cast.organisation, drivers)[key].claim
    assert again is not None
    assert again.verdict == "fact"
    with pytest.raises(Refused):
        driver_claims.have_tested(by=cast.rep, driver=next(each for each in drivers if each.key not in tests))
