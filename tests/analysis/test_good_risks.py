"""Good risks: what is recognised, what is not, and that nothing later is ever used."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.risk_worlds import MODELS, make_world
from benchmarks.truth_risks import GOOD, found_in
from tests.analysis.frames import category

from afteraction.analysis.good_risks import GoodRisks, Kind, RiskVerdict, good_risks
from afteraction.analysis.risk_deals import Contacts, RiskDeals
from afteraction.analysis.risk_history import earlier_alike, earlier_share, last_alike, usual

BY_NAME = {model.name: model for model in MODELS}


def deals(n: int, **changed: Any) -> RiskDeals:
    """Deals of one rep, one a day, that differ in nothing but a little in their amounts."""
    content: dict[str, Any] = {
        "deal_id": pa.array([f"d{k}" for k in range(n)]),
        "created": np.arange(n, dtype=float),
        "end": float(n + 30),
        "owner": category(["rep"] * n),
        "account": category([f"a{k % 20}" for k in range(n)]),
        "deal_type": category([None] * n),
        "outcome": category(["won" if k % 3 == 0 else "lost" for k in range(n)]),
        "amount": 1000.0 * np.exp(0.3 * np.sin(np.arange(n, dtype=float))),
        "currency": category(["EUR"] * n),
        "markets": {"country": category(["Home"] * n)},
        "lines": {"product": category(["Basic"] * n)},
        "contacts": Contacts(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0)),
    }
    return RiskDeals(**content | changed)


def chances(n: int, **of: float) -> "np.ndarray[Any, Any]":
    found = np.full(n, 0.3)
    for row, value in of.items():
        found[int(row.removeprefix("d"))] = value
    return found


def kinds(found: GoodRisks) -> dict[int, set[str]]:
    return {risk.row: {kind for kind, _words in risk.signs} for risk in found.risks}


def test_a_deal_far_above_the_reps_own_amounts_is_a_risk_with_its_figures_in_words():
    plain = deals(120)
    plain.amount[100] = 40_000.0
    found = good_risks(plain, chances(120))
    [risk] = found.risks
    assert risk.row == 100
    [(kind, words)] = risk.signs
    assert kind is Kind.BIGGER
    assert "times as big as the middle of the last 100 deals of the rep" in words
    assert "EUR" in words


def test_a_short_history_is_compared_with_the_organisation_and_a_very_short_one_with_nobody():
    n = 100
    owners = ["new rep" if k in (10, 90) else "rep" for k in range(n)]
    plain = deals(n, owner=category(owners))
    plain.amount[[10, 90]] = 60_000.0
    found = good_risks(plain, chances(n))
    assert kinds(found) == {90: {"bigger"}}
    assert "deals here" in found.risks[0].signs[0][1]
    assert not found.judged[Kind.BIGGER][10]


def test_amounts_of_another_currency_are_no_history():
    n = 120
    plain = deals(n, currency=category(["JPY" if k == 100 else "EUR" for k in range(n)]))
    plain.amount[100] = 150_000.0
    assert not good_risks(plain, chances(n)).risks


def test_someone_who_often_sells_large_deals_takes_no_risk_with_one():
    plain = deals(200)
    plain.amount[5::6] = 30_000.0
    assert not [risk for risk in good_risks(plain, chances(200)).risks if risk.row > 100]


def test_the_first_three_deals_in_a_market_are_risks_and_the_fourth_is_none():
    n = 800
    rows = (700, 720, 740, 760)
    plain = deals(n, markets={"country": category(["Finland" if k in rows else "Home" for k in range(n)])})
    assert kinds(good_risks(plain, chances(n))) == {row: {"new_market"} for row in rows[:3]}


def test_in_a_young_record_no_market_is_new():
    plain = deals(200, markets={"country": category(["Finland" if k == 150 else "Home" for k in range(200)])})
    found = good_risks(plain, chances(200))
    assert not found.risks
    assert "300 earlier deals" in found.refused[Kind.NEW_MARKET].needed


def test_a_new_line_of_business_is_recognised_as_a_market_is():
    n = 700
    plain = deals(n, lines={"product": category(["Cloud" if k == 650 else "Basic" for k in range(n)])})
    [risk] = good_risks(plain, chances(n)).risks
    assert risk.signs[0] == (Kind.NEW_LINE, "Product Cloud: none of 650 earlier deals")


def test_a_first_account_is_a_risk_where_new_accounts_are_rare_but_not_of_a_customer_by_its_type():
    n = 900
    accounts = [f"new{k}" if k in (800, 820, 840) else f"a{k % 20}" for k in range(n)]
    types = ["Expansion" if k == 840 else "New business" for k in range(n)]
    plain = deals(n, account=category(accounts), deal_type=category(types))
    assert {row for row, found in kinds(good_risks(plain, chances(n))).items() if "new_account" in found} == {800, 820}


def test_who_lives_on_new_accounts_takes_no_risk_with_the_next_one():
    n = 900
    plain = deals(n, account=category([f"a{k}" if k % 2 else f"a{k % 20}" for k in range(n)]))
    assert not good_risks(plain, chances(n)).risks


def test_people_whom_nobody_had_met_are_a_risk_in_a_known_account():
    n = 900
    deal = np.arange(n, dtype=np.int32)
    person = np.where(deal == 800, 99, deal % 20).astype(np.int32)
    plain = deals(n, contacts=Contacts(deal, person, deal + 2.0))
    assert kinds(good_risks(plain, chances(n))) == {800: {"new_contacts"}}


def test_a_hopeless_one_is_a_long_shot_unless_it_promises_what_a_usual_deal_does():
    plain = deals(120)
    plain.amount[[100, 110]] = 60_000.0
    found = good_risks(plain, chances(120, d100=0.001, d110=0.05))
    assert {risk.row: risk.verdict for risk in found.risks} == {100: RiskVerdict.LONG_SHOT, 110: RiskVerdict.GOOD}
    assert found.good.tolist() == [row == 110 for row in range(120)]


def test_without_a_chance_nothing_is_called_good():
    plain = deals(120)
    plain.amount[100] = 40_000.0
    found = good_risks(plain, np.full(120, np.nan))
    assert [risk.verdict for risk in found.risks] == [RiskVerdict.UNKNOWN]
    assert not found.good.any()


def test_amounts_that_are_noted_at_the_end_say_nothing_of_the_beginning():
    plain = deals(120)
    plain.amount[100] = 40_000.0
    found = good_risks(plain, chances(120), frozenset({"amount"}))
    assert not found.risks
    assert "how the deal ended" in found.refused[Kind.BIGGER].reason


def test_deals_that_begin_at_one_instant_know_nothing_of_each_other():
    created = np.array([0.0, 1.0, 1.0, 2.0])
    codes = np.array([0, 0, 0, 0], dtype=np.int32)
    assert earlier_alike(created, codes).tolist() == [0, 1, 1, 3]
    assert last_alike(created, codes)[1:].tolist() == [0.0, 0.0, 1.0]
    share, n = earlier_share(created, np.array([True, False, True, False]), np.ones(4, dtype=bool))
    assert (share[1:].tolist(), n.tolist()) == ([1.0, 1.0, 2 / 3], [0, 1, 1, 3])
    found = usual(created, np.array([1.0, 2.0, 3.0, 9.0]), codes, fewest=1)
    assert found.median[1:].tolist() == [1.0, 1.0, 2.0]


@pytest.mark.parametrize("name", ["farming, 3,000 deals", "hunting: most accounts are new"])
def test_what_comes_later_changes_nothing_that_was_recognised_before(name):
    world = make_world(BY_NAME[name], np.random.default_rng(5))
    whole = good_risks(world.deals, world.chance)
    cut = len(world.deals) // 2
    known = world.deals
    early = known.contacts.deal < cut
    half = replace(
        known,
        deal_id=known.deal_id[:cut],
        created=known.created[:cut],
        **{
            each: replace(getattr(known, each), codes=getattr(known, each).codes[:cut])
            for each in ("owner", "account", "deal_type", "outcome", "currency")
        },
        amount=known.amount[:cut],
        markets={key: replace(one, codes=one.codes[:cut]) for key, one in known.markets.items()},
        lines={key: replace(one, codes=one.codes[:cut]) for key, one in known.lines.items()},
        contacts=Contacts(known.contacts.deal[early], known.contacts.person[early], known.contacts.at[early]),
    )
    then = good_risks(half, world.chance[:cut])
    assert [each for each in whole.risks if each.row < cut] == list(then.risks)


def test_of_planted_risks_most_are_recognised_and_hardly_anything_else():
    """A small part of `benchmarks.truth_risks`."""
    found = (
        found_in(BY_NAME["farming, 3,000 deals"], 3)[GOOD] + found_in(BY_NAME["risks are common (1 in 25)"], 3)[GOOD]
    )
    assert found.tellable > 200
    assert found.precision >= 0.9
    assert found.recall >= 0.8


def test_where_nothing_was_planted_hardly_anything_is_recognised():
    found = found_in(BY_NAME["nothing planted"], 2)[GOOD]
    assert found.recognised <= 0.003 * found.deals
