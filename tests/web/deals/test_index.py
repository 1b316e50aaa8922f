"""The mirror of deals: equal to the newest data version, whatever happened on the way."""

import shutil
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from tests.cast import Cast
from tests.web.deals.conftest import Put, day, deal_row, put_rows, say

from afteraction.lake.store import Lake
from afteraction.web.data.tasks import follow_record
from afteraction.web.deals import index
from afteraction.web.deals.chances import ChanceRow, refresh_chances
from afteraction.web.deals.index import Refreshed, refresh_index
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.deals.search import find
from afteraction.web.isolation import scope


def test_without_data_there_is_nothing_to_mirror(cast: Cast) -> None:
    assert refresh_index(organisation=cast.organisation) == Refreshed(0, 0, 0, 0, 0)
    assert not IndexState.objects.exists()


def test_a_deal_is_mirrored_with_its_account_owner_and_newest_date(cast: Cast, put: Put) -> None:
    put(
        deals=[deal_row(1, segment=None, outcome="open", closed_at=None)],
        accounts=[{"account_id": "A-1", "name": "Zephyr Médias", "segment": "Mid-market"}],
        people=[{"person_id": "Noor Haddad", "name": "Noor H.", "team": "Enterprise North"}],
        touches=[{"touch_id": "1", "deal_id": "D-0001", "activity": "Call", "at": day(90)}],
        stage_changes=[{"deal_id": "D-0001", "at": day(80), "stage": "Propose"}],
    )
    deal = Deal.objects.get()
    assert (deal.account_name, deal.segment, deal.owner_name, deal.team) == (
        "Zephyr Médias", "Mid-market", "Noor H.", "Enterprise North",
    )  # fmt: skip
    assert deal.last_event_at == day(90)
    assert deal.search_words == "deal number 1 zephyr medias d 0001 a"
    state = IndexState.objects.get()
    assert (state.version, state.heading, state.deals) == (1, 1, 1)
    assert state.choices["owner"] == [["Noor Haddad", "Noor H.", 1]]


def test_only_what_changed_is_written(cast: Cast, put: Put) -> None:
    put(deals=[deal_row(n) for n in range(1, 21)])
    keys = dict(Deal.objects.values_list("deal_id", "pk"))
    put_rows(cast.organisation, {"deals": [deal_row(3, amount=5.0), deal_row(21)]})
    assert refresh_index(organisation=cast.organisation) == Refreshed(2, 21, 2, 0, 0)
    assert Deal.objects.get(deal_id="D-0003").amount == 5.0
    assert {k: v for k, v in Deal.objects.values_list("deal_id", "pk") if k in keys} == keys
    assert refresh_index(organisation=cast.organisation) == Refreshed(2, 21, 0, 0, 0)


def test_a_new_account_name_reaches_its_deals(cast: Cast, put: Put) -> None:
    put(deals=[deal_row(1)], accounts=[{"account_id": "A-1", "name": "Old"}])
    put(accounts=[{"account_id": "A-1", "name": "New"}])
    assert Deal.objects.get().account_name == "New"
    assert "new" in Deal.objects.get().search_words


def test_deals_that_another_lake_does_not_have_are_deleted(cast: Cast, put: Put) -> None:
    put(deals=[deal_row(n) for n in range(1, 6)])
    shutil.rmtree(cast.organisation.home.lake)
    put_rows(cast.organisation, {"deals": [deal_row(2), deal_row(9)]})
    done = refresh_index(organisation=cast.organisation)
    assert (done.version, done.deals, done.deleted) == (1, 2, 4)
    assert sorted(Deal.objects.values_list("deal_id", flat=True)) == ["D-0002", "D-0009"]


@pytest.mark.parametrize("killed_after", [0, 1, 2])
def test_a_refresh_that_was_killed_is_ended_by_the_next(
    cast: Cast, put: Put, monkeypatch: pytest.MonkeyPatch, killed_after: int
) -> None:
    put(deals=[deal_row(n) for n in range(1, 41)])
    put_rows(cast.organisation, {"deals": [deal_row(n, amount=1.0) for n in range(1, 31)]})
    monkeypatch.setattr(index, "_BATCH", 10)
    write, batches = index.write_rows, iter(range(99))

    def dies(*arguments: Any) -> int:
        if next(batches) >= killed_after:
            raise KeyboardInterrupt
        return write(*arguments)

    monkeypatch.setattr(index, "write_rows", dies)
    with pytest.raises(KeyboardInterrupt):
        refresh_index(organisation=cast.organisation)
    state = IndexState.objects.get()
    assert (state.version, state.heading) == (1, 2)
    monkeypatch.setattr(index, "write_rows", write)
    # What the killed one had written goes back to what it was: a comparison of versions 1 and 3 alone would not see it.
    put_rows(cast.organisation, {"deals": [deal_row(n) for n in range(1, 31)]})
    refresh_index(organisation=cast.organisation)
    assert [each.amount for each in Deal.objects.order_by("deal_id")] == [1000.0 * n for n in range(1, 41)]
    assert IndexState.objects.get().version == 3


def test_a_first_load_that_was_killed_leaves_no_index_out(
    cast: Cast, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    def indexes() -> set[str]:
        with connection.cursor() as cursor:
            return set(connection.introspection.get_constraints(cursor, "deals_deal"))

    def dies(*_arguments: Any) -> int:
        raise KeyboardInterrupt

    whole = indexes()
    with monkeypatch.context() as patch:
        patch.setattr(index, "others_have_deals", lambda _organisation: False)  # as in a table that nobody has used
        patch.setattr(index, "write_rows", dies)
        with pytest.raises(KeyboardInterrupt):
            put(deals=[deal_row(1)])
    assert indexes() < whole
    put_rows(cast.organisation, {"deals": [deal_row(2, name="Later")]})
    refresh_index(organisation=cast.organisation)
    assert indexes() == whole
    put(deals=[deal_row(3, name="Last")])
    found = [find(cast.organisation, word) for word in ("number", "later", "last")]
    assert [each and len(each.keys or ()) for each in found] == [1, 1, 1]


def test_a_first_load_takes_no_index_away_from_others(cast: Cast, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    put(deals=[deal_row(1)])
    monkeypatch.setattr(index, "made_afterwards", lambda: pytest.fail("the indexes of others are taken away"))
    with scope.nothing_visible(), scope.within(cast.other.pk):
        put_rows(cast.other, {"deals": [deal_row(2)]})
        assert refresh_index(organisation=cast.other).written == 1


def test_what_an_analysis_said_of_a_deal_stays_when_its_row_changes(cast: Cast, put: Put) -> None:
    put(deals=[deal_row(1)])
    refresh_chances(organisation=cast.organisation, rows=[ChanceRow("D-0001", "deserved_success", 0.5, None)])
    put(deals=[deal_row(1, amount=3.0)])
    assert Deal.objects.values_list("amount", "box", "chance_start").get() == (3.0, "deserved_success", 0.5)


def test_a_version_that_was_forgotten_is_no_obstacle(cast: Cast, put: Put) -> None:
    put(deals=[deal_row(1)])
    put_rows(cast.organisation, {"deals": [deal_row(2)]})
    put_rows(cast.organisation, {"deals": [deal_row(3)]})
    Lake(cast.organisation.home).forget(1)
    assert refresh_index(organisation=cast.organisation) == Refreshed(3, 3, 3, 0, 0)


def test_ids_that_cannot_be_kept_are_left_out_and_counted(cast: Cast, put: Put) -> None:
    put(deals=[deal_row(1), deal_row(2, deal_id="x" * 301), deal_row(3, name="n" * 900, stage="s" * 300)])
    assert IndexState.objects.get().left_out == 1
    assert {len(each.name) for each in Deal.objects.all()} == {13, 500}


def test_organisations_with_equal_ids_are_kept_apart(cast: Cast, put: Put) -> None:
    put_rows(cast.other, {"deals": [deal_row(1, name="Theirs")]})
    refresh_index(organisation=cast.other)
    put(deals=[deal_row(1, name="Ours")])
    assert dict(Deal.objects.values_list("organisation__name", "name")) == {
        "Northwind Systems": "Ours", "Contoso": "Theirs",
    }  # fmt: skip


def test_the_command_rebuilds_and_says_so(cast: Cast, put: Put) -> None:
    put(deals=[deal_row(1)])
    Deal.objects.update(name="spoilt")
    said = StringIO()
    call_command("rebuild_index", organisation="Northwind Systems", stdout=said)
    assert said.getvalue() == "Northwind Systems: data version 1, 1 deals\n"
    assert Deal.objects.get().name == "Deal number 1"
    with pytest.raises(CommandError, match=r"no organisation 'Nobody'. Expected: one of Contoso, Northwind"):
        call_command("rebuild_index", organisation="Nobody")


def test_chances_are_shown_and_gone_when_an_analysis_no_longer_has_them(cast: Cast, put: Put) -> None:
    put(deals=[deal_row(1), deal_row(2), deal_row(3)])
    rows = [ChanceRow("D-0001", "lucky_win", 0.2, None), ChanceRow("D-0002", "", 0.5, 0.7)]
    assert refresh_chances(organisation=cast.organisation, rows=rows) == 2
    assert refresh_chances(organisation=cast.organisation, rows=rows) == 0
    assert refresh_chances(organisation=cast.organisation, rows=rows[1:]) == 1
    found = Deal.objects.order_by("deal_id").values_list("box", "chance_start", "chance")
    assert list(found) == [("", None, None), ("", 0.5, 0.7), ("", None, None)]


def test_a_refresh_keeps_the_chances(cast: Cast, put: Put) -> None:
    put(deals=[deal_row(1)])
    refresh_chances(organisation=cast.organisation, rows=[ChanceRow("D-0001", "lucky_win", 0.2, 0.4)])
    refresh_index(organisation=cast.organisation, rebuild=True)
    assert Deal.objects.values_list("box", "chance").get() == ("lucky_win", 0.4)


def test_an_analysis_that_ended_before_the_mirror_was_made_is_shown_by_the_job_that_makes_it(
    cast: Cast,
) -> None:
    put_rows(cast.organisation, {"deals": [deal_row(1)]})
    say(cast.organisation, "D-0001")
    assert not Deal.objects.exists()
    follow_record.func(organisation_id=cast.organisation.pk)
    assert Deal.objects.values_list("box", "chance_start").get() == ("lucky_win", 0.3)
