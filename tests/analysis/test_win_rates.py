import numpy as np
import pytest

from afteraction.analysis.win_rates import win_rates
from afteraction.errors import NotEnoughData


def deals(day, won, lost, no_decision=0, still_open=0, **facts):
    """So many deals of each outcome with the same facts; they end on day 40, in February."""
    outcomes = ["won"] * won + ["lost"] * lost + ["no_decision"] * no_decision + ["open"] * still_open
    return [{"outcome": o, "closed_at": None if o == "open" else day(40), **facts} for o in outcomes]


def numbered(*groups):
    return [{"deal_id": f"d{n:05}", **deal} for n, deal in enumerate(deal for group in groups for deal in group)]


def test_rates_count_ended_deals_alone(record, day):
    tables, _log = record(deals=numbered(deals(day, 30, 50, 20, 40)))
    found = win_rates(tables)
    assert (found.overall.won, found.overall.lost, found.overall.no_decision) == (30, 50, 20)
    assert (found.overall.of_ended.n, found.overall.of_decided.n) == (100, 80)
    assert [(m.month, m.rate.ended) for m in found.months] == [("2026-02", 100)]
    assert not found.by, "one group is no comparison"


def test_a_group_that_differs_is_flagged_and_small_ones_are_pooled(record, day):
    tables, _log = record(
        deals=numbered(
            deals(day, 80, 20, segment="Bank", region="north"),
            deals(day, 40, 60, segment="Retail", region="south"),
            deals(day, 42, 58, segment="Public", region="north"),
            deals(day, 5, 0, segment="Space"),
            deals(day, 3, 0, segment="Sport"),
            deals(day, 10, 10),
        )
    )
    found = win_rates(tables).by["segment"]
    verdicts = {group.group: group.verdict for group in found.groups}
    assert verdicts == {"Bank": "above", "Public": "below", "Retail": "below"}
    assert (found.too_small.groups, found.too_small.rate.ended) == (2, 8), "5 of 5 won is no reason for a flag"
    assert found.unknown.ended == 20
    assert win_rates(tables).by["region"].unknown.ended == 28, "an attribute is a fact like any other"


def test_groups_that_are_all_alike_are_not_flagged(record, day):
    rng = np.random.default_rng(6)
    groups = [deals(day, won := int(rng.binomial(60, 0.3)), 60 - won, owner=f"rep {n}") for n in range(40)]
    found = win_rates(record(deals=numbered(*groups))[0]).by["owner"]
    assert len(found.groups) == 40
    assert {group.verdict for group in found.groups} == {"not_different"}


def test_a_fact_noted_because_of_the_outcome_is_called_a_leak(record, day):
    tables, _log = record(
        deals=numbered(
            deals(day, 5, 60, competitor="Acme"), deals(day, 5, 60, competitor="Bolt"), deals(day, 90, 10, owner="ann")
        )
    )
    found = win_rates(tables).by["competitor"]
    assert found.leaks
    assert {group.verdict for group in found.groups} == {"leak"}
    assert all(group.difference is None and group.q is None for group in found.groups)


def test_sizes_are_quarters_of_amounts_of_the_same_currency(record, day):
    dollars = [{**deal, "amount": n + 1.0, "currency": "USD"} for n, deal in enumerate(deals(day, 0, 80))]
    yen = [{**deal, "amount": 1000.0 * (n + 1), "currency": "JPY"} for n, deal in enumerate(deals(day, 80, 0))]
    found = win_rates(record(deals=numbered(dollars, yen))[0]).by["deal size"]
    assert [(g.group, g.rate.won, g.rate.lost) for g in found.groups] == [
        (quarter, 20, 20) for quarter in ("largest quarter", "second quarter", "smallest quarter", "third quarter")
    ]


def test_facts_of_account_and_owner_count(record, day):
    tables, _log = record(
        deals=numbered(
            deals(day, 30, 10, account_id="x", owner="ann"), deals(day, 10, 30, account_id="y", owner="bob")
        ),
        accounts=[{"account_id": "x", "industry": "steel"}, {"account_id": "y", "industry": "milk", "segment": "Food"}],
        people=[{"person_id": "ann", "team": "east", "manager": "eve"}, {"person_id": "bob", "team": "west"}],
    )
    found = win_rates(tables).by
    assert {"industry", "team", "owner"} <= set(found)
    assert {g.group: g.verdict for g in found["team"].groups} == {"east": "above", "west": "below"}


def test_one_class_alone_gives_rates_and_no_flags(record, day):
    tables, _log = record(deals=numbered(deals(day, 30, 0, segment="Bank"), deals(day, 30, 0, segment="Retail")))
    found = win_rates(tables)
    assert found.overall.of_ended.value == 1.0
    assert {g.verdict for g in found.by["segment"].groups} == {"not_different"}


@pytest.mark.parametrize("rows", [[], [{"deal_id": "a", "outcome": "open"}]])
def test_no_ended_deals_are_not_enough_data(record, rows):
    assert isinstance(win_rates(record(deals=rows)[0]), NotEnoughData)
