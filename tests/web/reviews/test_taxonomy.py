"""The taxonomy of drivers: changed by those who may, every change a version, nothing that was said is lost."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast
from tests.web.reviews.made import answered, ended, review_of

from afteraction.errors import Refused
from afteraction.web.reviews import taxonomy
from afteraction.web.reviews.models import Driver, TaxonomyVersion

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def driver(cast: Cast, key: str) -> Driver:
    taxonomy.drivers_of(cast.organisation, now=NOW)
    return Driver.objects.get(organisation=cast.organisation, key=key)


def add(cast: Cast, name: str = "Weather", **fields: Any) -> Driver:
    return taxonomy.add_driver(by=cast.operations, now=NOW, name=name, **fields)


def test_an_organisation_starts_with_the_default_drivers_of_its_own(cast: Cast) -> None:
    ours = taxonomy.drivers_of(cast.organisation, now=NOW)
    assert "price" in ours.values_list("key", flat=True)
    assert any("won" in each.outcomes for each in ours)
    theirs = taxonomy.drivers_of(cast.other, now=NOW)
    assert not set(ours) & set(theirs)
    assert taxonomy.drivers_of(cast.organisation, now=NOW).count() == ours.count()
    assert [each.number for each in cast.organisation.taxonomy_versions.all()] == [1]


def test_every_change_makes_a_version_with_its_note_and_its_words(cast: Cast) -> None:
    made = add(cast, note="People keep saying it.", crm_reasons=["Rain"])
    taxonomy.change_driver(by=cast.admin, driver=made, now=NOW, name="The weather", outcomes=["lost"])
    newest, second, first = taxonomy.editions(cast.organisation)
    assert (newest.version.number, second.version.number, first.version.number) == (3, 2, 1)
    assert first.is_first
    assert second.changes == ("“Weather” is new.",)
    assert (second.version.note, second.version.made_by) == ("People keep saying it.", cast.operations)
    assert newest.changes == ("“Weather” is called “The weather”.", "“The weather” explains losses.")
    assert made.key == Driver.objects.get(pk=made.pk).key == "weather"


def test_what_changes_nothing_makes_no_version(cast: Cast) -> None:
    made = add(cast)
    taxonomy.change_driver(by=cast.admin, driver=made, now=NOW, name="Weather")
    assert TaxonomyVersion.objects.filter(organisation=cast.organisation).count() == 2


def test_two_drivers_of_one_name_and_drivers_without_a_name_are_refused(cast: Cast) -> None:
    add(cast)
    with pytest.raises(Refused, match="another driver that is called weather"):
        add(cast, "weather")
    with pytest.raises(Refused, match="no name"):
        add(cast, "  ")
    with pytest.raises(Refused, match="that it explains"):
        add(cast, "Moon", outcomes=["eclipse"])


@pytest.mark.parametrize("part", ["rep", "team_mate", "manager", "marketer", "executive", "outsider"])
def test_only_sales_operations_and_admins_change_drivers(cast: Cast, part: str) -> None:
    price = driver(cast, "price")
    by = getattr(cast, part)
    for change in (
        lambda: taxonomy.change_driver(by=by, driver=price, now=NOW, name="Cost"),
        lambda: taxonomy.retire_driver(by=by, driver=price, now=NOW),
        lambda: taxonomy.merge_driver(by=by, driver=price, into=driver(cast, "budget"), now=NOW),
    ):
        with pytest.raises(Refused):
            change()
    assert Driver.objects.get(pk=price.pk).name == price.name


def test_a_lost_reason_of_the_crm_means_one_driver(cast: Cast) -> None:
    taxonomy.change_driver(by=cast.operations, driver=driver(cast, "price"), now=NOW, crm_reasons=["Too dear"])
    taxonomy.change_driver(by=cast.operations, driver=driver(cast, "budget"), now=NOW, crm_reasons=["TOO DEAR", "Poor"])
    assert driver(cast, "price").crm_reasons == []
    assert taxonomy.driver_of_reason(cast.organisation)["too dear"] == driver(cast, "budget")
    taxonomy.map_reasons(by=cast.operations, now=NOW, mapping={"Too dear": "price", "Poor": ""})
    assert driver(cast, "price").crm_reasons == ["Too dear"]
    assert driver(cast, "budget").crm_reasons == []


def test_what_was_said_with_a_merged_driver_counts_for_the_other_under_its_own_name(cast: Cast) -> None:
    small, middle, price = add(cast, "Discounts"), add(cast, "Money", crm_reasons=["Money"]), driver(cast, "price")
    review = review_of(cast, ended(cast), now=NOW)
    answer = answered(cast.rep, review, small.key, now=NOW)
    taxonomy.merge_driver(by=cast.operations, driver=small, into=middle, now=NOW, note="The same")
    taxonomy.merge_driver(by=cast.operations, driver=middle, into=price, now=NOW)
    counted = taxonomy.counted_as(cast.organisation)
    assert counted[small.pk] == counted[middle.pk] == counted[price.pk] == price
    assert [each.driver.name for each in answer.named.all()] == ["Discounts"]
    assert "Money" in driver(cast, "price").crm_reasons
    assert small not in taxonomy.drivers_of(cast.organisation, now=NOW)
    assert "“Discounts” counts for “Price too high”." in taxonomy.editions(cast.organisation)[0].changes
    with pytest.raises(Refused, match="as what"):
        taxonomy.merge_driver(by=cast.operations, driver=price, into=small, now=NOW)
    taxonomy.restore_driver(by=cast.operations, driver=small, now=NOW)
    assert taxonomy.counted_as(cast.organisation)[small.pk].name == "Discounts"


def test_a_retired_driver_can_no_longer_be_named_but_what_it_said_stays(cast: Cast) -> None:
    made = add(cast)
    answer = answered(cast.rep, review_of(cast, ended(cast), now=NOW), "weather", now=NOW)
    taxonomy.retire_driver(by=cast.operations, driver=made, now=NOW)
    assert made not in taxonomy.drivers_of(cast.organisation, now=NOW)
    assert answer.named.get().driver == made
    assert taxonomy.editions(cast.organisation)[0].changes == ("“Weather” may no longer be named.",)


def test_everyone_reads_the_drivers_and_nobody_sees_those_of_others(cast: Cast, client: Client) -> None:
    add(cast, "Weather of Northwind")
    for user in cast.insiders().values():
        client.force_login(user, backend=BACKEND)
        for path in ("", "reasons/", "versions/"):
            assert client.get(f"/reviews/drivers/{path}").status_code == 200
        text = client.get("/reviews/drivers/").content.decode()
        assert "Weather of Northwind" in text
        assert ("Add one" in text) == (user in (cast.admin, cast.operations))
    client.force_login(cast.outsider, backend=BACKEND)
    assert "Weather of Northwind" not in client.get("/reviews/drivers/").content.decode()
    assert client.get("/reviews/drivers/of/weather-of-northwind/").status_code == 404


def test_drivers_are_changed_merged_and_retired_on_their_pages(cast: Cast, client: Client) -> None:
    ended(cast, lost_reason="Rain")
    client.force_login(cast.operations, backend=BACKEND)
    sent = {"name": "Weather", "outcomes": ["lost"], "examples": "It rained.\n\nIt snowed.", "note": "New"}
    assert client.post("/reviews/drivers/add/", sent).status_code == 302
    assert driver(cast, "weather").examples == ["It rained.", "It snowed."]
    assert client.post("/reviews/drivers/add/", sent).status_code == 422
    assert "Rain" in client.get("/reviews/drivers/reasons/").content.decode()
    assert client.post("/reviews/drivers/reasons/", {"reason-0": "weather"}).status_code == 302
    assert driver(cast, "weather").crm_reasons == ["Rain"]
    assert client.post("/reviews/drivers/of/weather/", sent | {"name": "Climate"}).status_code == 302
    assert driver(cast, "weather").name == "Climate"
    assert client.post("/reviews/drivers/of/weather/merge/", {"into": "price"}).status_code == 302
    assert driver(cast, "weather").merged_into == driver(cast, "price")
    assert client.post("/reviews/drivers/of/weather/retire/").status_code == 302
    assert driver(cast, "weather").merged_into is None
    assert "counts for itself again" in client.get("/reviews/drivers/versions/").content.decode()
