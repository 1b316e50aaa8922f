"""Lists of the mirror's columns are those of the database: the same deals, in the same order, on the same pages."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cast import Cast
from tests.web.deals.conftest import Put, day, deal_row, say
from tests.web.deals.test_pages import mirror

from afteraction.web.deals import columns, selectors
from afteraction.web.deals.columns import columns_of, keep_columns
from afteraction.web.deals.filters import CHOICES, DATES, SORTS, DealFilters
from afteraction.web.deals.index import refresh_index
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.people.models import Organisation


@pytest.fixture(autouse=True)
def kept_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "FEWEST", 0)


def state_of(organisation: Organisation) -> IndexState:
    return IndexState.objects.get(organisation=organisation)


@pytest.fixture
def varied(cast: Cast) -> None:
    """Deals with few different values and many missing ones, so that ties and gaps are everywhere."""
    rng = random.Random(3)
    rows = []
    for number in range(240):
        row = deal_row(number, name=rng.choice(["Élan", "elan", "Zoo", "zoo", "", "Ärger", "100 %"]))
        row |= {name: rng.choice(["", "A", "B b"]) for name in CHOICES if name in row}
        row |= {"amount": rng.choice([None, 0.0, 10.0, 10.5, 1e9]), "closed_at": rng.choice([None, day(5), day(9.25)])}
        rows.append(row | {"outcome": rng.choice(["open", "won", "lost"]), "created_at": day(rng.randrange(20))})
    mirror(cast.organisation, *rows)
    mirror(cast.other, deal_row(1), deal_row(2))
    for deal in Deal.objects.filter(organisation=cast.organisation):
        deal.chance, deal.box = rng.choice([None, 0.0, 0.25, 1.0]), rng.choice(["", "lucky_win"])
        if rng.random() < 0.1:
            deal.created_at = deal.last_event_at = None
        deal.save()
    keep_columns(cast.organisation)


def walk(user: Any, filters: DealFilters, size: int, monkeypatch: pytest.MonkeyPatch, whether: bool) -> list[Any]:
    """Every page forth, then back again to the first, as keys; and the count."""
    with monkeypatch.context() as patch:
        if not whether:
            patch.setattr(selectors, "columns_of", lambda *_given: None)
        state = state_of(user.organisation)
        pages, cursor = [], ""
        for side in ("next", "previous"):
            while True:
                page, count = selectors.deal_list(user, filters, cursor, size, state)
                pages.append([deal.pk for deal in page.deals])
                cursor = getattr(page, side) or cursor
                if not getattr(page, side):
                    cursor = page.previous
                    break
        return [pages, str(count or selectors.count_for(user, filters))]


@pytest.mark.parametrize("sort", [sign + name for name in SORTS for sign in ("", "-")])
def test_every_page_is_that_of_the_database(
    cast: Cast, varied: None, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    rng = random.Random(sort)
    for turn in range(6):
        # Looked through in their order, or put in order when too many would have to be looked through.
        monkeypatch.setattr(columns, "_MOST_LOOKED_AT", 300_000 if turn % 2 else 0)
        asked: dict[str, Any] = {"sort": sort}
        for name in rng.sample(CHOICES, rng.randrange(3)):
            asked[name] = rng.choice(["A", "B b", "open", "won", "lucky_win"])
        if rng.random() < 0.5:
            asked["q"] = rng.choice(["e", "zo 1", "D-00", "elan", "?!", "nothing"])
        if rng.random() < 0.4:
            asked |= {"low": rng.choice(["0", "10", "10.2"]), "high": rng.choice(["10", "1000000000"])}
        if rng.random() < 0.4:
            since = datetime(2025, 1, 1, tzinfo=UTC).date() + timedelta(days=rng.randrange(12))
            asked |= {"date": rng.choice(list(DATES)), "since": str(since), "until": rng.choice(["", "9999-12-31"])}
        filters, _form = DealFilters.read(asked)
        size = rng.choice([7, 50])
        mine, theirs = (walk(cast.rep, filters, size, monkeypatch, whether) for whether in (True, False))
        assert mine == theirs, asked


def test_columns_hold_the_deals_of_one_organisation(cast: Cast, varied: None) -> None:
    kept = columns_of(cast.organisation, state_of(cast.organisation))
    assert kept is not None
    assert set(kept.keys.tolist()) == set(
        Deal.objects.filter(organisation=cast.organisation).values_list("pk", flat=True)
    )


def test_a_value_that_nobody_has_finds_nothing(cast: Cast, varied: None) -> None:
    filters, _form = DealFilters.read({"owner": "Nobody"})
    assert str(selectors.count_for(cast.rep, filters)) == "0"
    assert selectors.deal_page(cast.rep, filters).deals == ()


def test_large_lists_are_counted_exactly(cast: Cast, varied: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "MOST_COUNTED", 10)
    filters, _form = DealFilters.read({"low": "0"})
    exact = Deal.objects.filter(organisation=cast.organisation, amount__gte=0).count()
    assert str(selectors.count_for(cast.rep, filters)) == f"{exact:,}"


def test_a_word_longer_than_words_are_kept_is_left_to_the_database(cast: Cast, put: Put) -> None:
    long = "donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
    put(deals=[deal_row(1, name=long), deal_row(2, name=long + "bau"), deal_row(3, name=long[:45])])
    for asked, count in ((long[:30], "3"), (long, "2"), (long + "b", "1")):
        filters, _form = DealFilters.read({"q": asked})
        assert str(selectors.count_for(cast.rep, filters)) == count
        assert len(selectors.deal_page(cast.rep, filters).deals) == int(count)


def test_while_the_mirror_is_made_anew_the_database_is_asked(
    cast: Cast, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(deals=[deal_row(1)])
    monkeypatch.setattr("afteraction.web.deals.index.keep_columns", lambda _organisation: None)
    refresh_index(organisation=cast.organisation, rebuild=True)
    assert columns_of(cast.organisation, state_of(cast.organisation)) is None
    assert selectors.deal_page(cast.rep, DealFilters()).deals


def test_a_row_that_is_gone_since_is_left_out(cast: Cast, varied: None) -> None:
    filters, _form = DealFilters.read({"sort": "amount"})
    first, *others = (deal.pk for deal in selectors.deal_page(cast.rep, filters).deals)
    Deal.objects.filter(pk=first).delete()
    assert [deal.pk for deal in selectors.deal_page(cast.rep, filters).deals] == others


def test_files_that_are_gone_send_to_the_database(cast: Cast, varied: None) -> None:
    state = state_of(cast.organisation)
    state.columns = "0" * 32
    assert columns_of(cast.organisation, state) is None


def test_a_page_after_a_deal_that_is_gone_comes_from_the_database(cast: Cast, varied: None) -> None:
    filters, _form = DealFilters.read({"sort": "amount"})
    page = selectors.deal_page(cast.rep, filters)
    last = page.deals[-1]
    Deal.objects.filter(pk=last.pk).delete()
    keep_columns(cast.organisation)
    further = selectors.deal_page(cast.rep, filters, page.next)
    assert further.deals
    assert last.pk not in {deal.pk for deal in further.deals}


def test_an_import_and_an_analysis_write_the_columns_again(cast: Cast, put: Put) -> None:
    put(deals=[deal_row(n) for n in range(5)])
    first = state_of(cast.organisation).columns
    put(deals=[deal_row(n, amount=7.0) for n in range(7)])
    second = state_of(cast.organisation).columns
    kept = columns_of(cast.organisation, state_of(cast.organisation))
    assert kept is not None
    assert first != second
    assert np.array_equal(kept.amount, np.full(7, 7.0))
    say(cast.organisation, "D-0001")
    filters, _form = DealFilters.read({"box": "lucky_win"})
    assert [deal.deal_id for deal in selectors.deal_page(cast.rep, filters).deals] == ["D-0001"]
    assert str(selectors.count_for(cast.rep, filters)) == "1"


def test_old_columns_are_taken_away(cast: Cast, put: Put, home_of_the_test: Path) -> None:
    for number in range(3):
        put(deals=[deal_row(number)])
    folder = cast.organisation.home.cache / "lists"
    assert [path.name for path in folder.iterdir()] == [state_of(cast.organisation).columns]
