from dataclasses import replace

import numpy as np
import pytest
from tests.analysis.frames import PROCESS, category, frame

from afteraction.analysis.deal_facts import SIZE
from afteraction.analysis.effort import Effort, Value
from afteraction.analysis.leaky_facts import LeftOut
from afteraction.analysis.qualification import BandVerdict, Qualification, qualification
from afteraction.errors import NotEnoughData


def judged(deals, hours, amounts=None, unit="hours", currency="EUR", left_out=(), note=""):
    worth = np.full(len(deals), np.nan) if amounts is None else np.asarray(amounts, dtype=float)
    spent = Effort(unit, np.asarray(hours, dtype=float), {}, note)
    return qualification(deals, PROCESS, spent, Value(worth, currency, ""), left_out)


def drawn(n, seed, *, better=1.0, owner=None):
    """Two sources; a partner's deal is as likely to be won, but worth `better` times as much."""
    rng = np.random.default_rng(seed)
    partner, won = rng.random(n) < 0.4, rng.random(n) < 0.3
    amounts = 1000 * rng.lognormal(sigma=0.8, size=n) * np.where(partner, better, 1.0)
    hours = rng.gamma(2.0, 2.0, n) * np.where(won, 2.0, 1.0)
    outcome = np.where(won, "won", np.where(rng.random(n) < 0.3, "no_decision", "lost"))
    facts = {"source": np.where(partner, "Partner", "Web")}
    return frame(outcome, categories=facts, owner=owner, end=n + 500.0), hours, amounts


def bands(found, fact="source"):
    [kind] = [each for each in found.facts if each.fact == fact]
    return {band.group: band for band in kind.bands}


def test_the_yield_is_all_that_was_brought_over_all_that_was_spent():
    outcome = ["won"] * 10 + ["lost"] * 20 + ["no_decision"] * 10
    amounts = [500.0] * 10 + [9_999.0] * 30
    found = judged(frame(outcome, end=600.0), [4.0] * 10 + [2.0] * 30, amounts)
    assert isinstance(found, Qualification)
    assert (found.brings, found.per, found.deals) == ("EUR", "hours", 40)
    assert found.overall.value == pytest.approx(5_000 / 100)
    assert found.overall.low < 50 < found.overall.high


def test_what_lost_deals_cost_is_counted_and_what_they_were_worth_is_not():
    outcome = ["won"] * 10 + ["lost"] * 30
    cheap, dear = (judged(frame(outcome, end=600.0), [1.0] * 10 + [h] * 30, [100.0] * 40) for h in (1.0, 3.0))
    assert cheap.overall.value == pytest.approx(1_000 / 40)
    assert dear.overall.value == pytest.approx(1_000 / 100)


def test_the_cost_of_pursuit_is_shared_out_by_outcome():
    outcome = ["won"] * 10 + ["lost"] * 20 + ["no_decision"] * 10
    found = judged(frame(outcome, end=600.0), [4.0] * 10 + [2.0] * 20 + [1.0] * 10)
    spent = {part.outcome: part for part in found.pursuit}
    assert [part.effort for part in found.pursuit] == [40, 40, 10]
    assert sum(part.share.value for part in found.pursuit) == pytest.approx(1)
    assert (spent["lost"].deals, spent["lost"].per_deal) == (20, 2.0)
    assert spent["lost"].share.low < 40 / 90 < spent["lost"].share.high


def test_wins_are_counted_where_amounts_are_not_on_record():
    outcome = ["won"] * 10 + ["lost"] * 30
    found = judged(frame(outcome, end=600.0), [1.0] * 40, [100.0] * 3 + [np.nan] * 37)
    assert found.brings == "wins"
    assert found.overall.value == pytest.approx(10 / 40)


def test_deals_are_counted_where_no_effort_is_on_record():
    found = judged(
        frame(["won"] * 10 + ["lost"] * 30, end=600.0), [0.0] * 40, [100.0] * 40, note="no touch is on record"
    )
    assert found.per == "deals"
    assert found.overall.value == pytest.approx(1_000 / 40)
    assert found.notes == ("no touch is on record",)


def test_the_value_of_an_unnamed_currency_is_called_value():
    assert (
        judged(frame(["won"] * 10 + ["lost"] * 30, end=600.0), [1.0] * 40, [100.0] * 40, currency="").brings == "value"
    )


def test_young_deals_are_left_out_as_most_of_them_are_losses():
    outcome = ["won", "lost", "lost"] * 40
    deals = frame(outcome, created=np.arange(120.0) * 3, end=359.0 + 30)
    found = judged(deals, [1.0] * 120)
    assert found.deals == 120
    later = judged(replace(deals, end=370.0, closed=np.minimum(deals.closed, 370.0)), [1.0] * 120)
    assert later.deals < 120
    assert any("left out" in note for note in later.notes)


@pytest.mark.parametrize(
    "outcome", [["won"] * 4 + ["lost"] * 60, ["won"] * 60, ["lost"] * 60, ["open"] * 60, ["won"], []]
)
def test_too_few_deals_of_either_kind_are_refused(outcome):
    found = judged(frame(outcome, end=900.0) if outcome else frame(["lost"], end=900.0), [1.0] * max(len(outcome), 1))
    assert isinstance(found, NotEnoughData)
    assert "at least 5 won deals" in found.needed


def test_a_group_that_brings_more_is_found():
    found = judged(*drawn(1_500, 1, better=3.0))
    partner, web = (bands(found)[name] for name in ("Partner", "Web"))
    assert (partner.verdict, web.verdict) == (BandVerdict.ABOVE, BandVerdict.BELOW)
    assert partner.against.low < 3.0 < partner.against.high
    assert partner.q < 0.05
    assert next(iter(bands(found))) == "Partner", "the best comes first"
    assert web.pooled.value >= web.result.value, "it leans on the other"


def test_chance_alone_tells_no_group_apart():
    apart = 0
    for seed in range(200):
        found = judged(*drawn(300, seed))
        apart += any(band.verdict is not BandVerdict.NOT_DIFFERENT for band in bands(found).values())
    assert apart <= 0.08 * 200


def test_the_interval_of_a_yield_holds_the_truth():
    truth = 0.3 * 1000 * np.exp(0.32) / (4.0 * 1.3)
    runs = 300
    held = 0
    for seed in range(runs):
        overall = judged(*drawn(400, 1_000 + seed)).overall
        held += overall.low <= truth <= overall.high
    assert 0.92 <= held / runs <= 0.98


def test_deals_of_one_owner_are_alike_from_enough_owners_on():
    n = 1_200
    owners = np.repeat([f"rep {number:03}" for number in range(40)], n // 40)
    outcome = np.where(np.arange(n) // (n // 40) % 2 == 0, "won", "lost")
    together = judged(frame(outcome, owner=owners, end=9_000.0), [1.0] * n).overall
    apart = judged(frame(outcome, end=9_000.0), [1.0] * n).overall
    assert together.value == pytest.approx(apart.value)
    assert together.high - together.low > 3 * (apart.high - apart.low)


def test_a_group_with_too_few_wins_has_no_yield():
    outcome = ["won"] * 30 + ["lost"] * 60 + ["won"] * 2 + ["lost"] * 30
    facts = {"source": ["Web"] * 90 + ["Event"] * 32}
    found = bands(judged(frame(outcome, categories=facts, end=900.0), [1.0] * 122))
    assert (found["Event"].result, found["Event"].verdict) == (None, BandVerdict.CANT_TELL)
    assert found["Web"].result is not None
    assert found["Web"].against is None, "there is nothing to hold it against"


def test_small_groups_are_counted_and_names_are_no_groups():
    n = 90
    outcome = ["won", "lost", "lost"] * (n // 3)
    facts = {
        "source": ["Web"] * 80 + ["Event"] * 10,
        "name": [f"deal {number}" for number in range(n)],
        "pipeline": ["Sales"] * n,
    }
    found = judged(frame(outcome, categories=facts, end=900.0), [1.0] * n)
    assert [fact.fact for fact in found.facts] == ["source"]
    assert found.facts[0].too_small == 1


def test_a_fact_that_gives_the_outcome_away_is_not_judged():
    deals, hours, amounts = drawn(300, 3)
    leak = LeftOut("source", "it is on record for 0% of won deals")
    found = judged(deals, hours, amounts, left_out=(leak,))
    assert found.facts == ()
    assert found.left_out == (leak,)


def test_sizes_of_deals_are_not_judged_where_amounts_are_noted_because_of_the_outcome():
    deals, hours, amounts = drawn(300, 4)
    size = category(np.where(amounts > np.median(amounts), "largest quarter", "smallest quarter"))
    leak = LeftOut("amount", "it is on record for 100% of won deals and 0% of the others")
    assert [fact.fact for fact in judged(replace(deals, size=size), hours, amounts, left_out=(leak,)).facts] == [
        "source"
    ]


def test_the_size_of_a_deal_is_a_fact_too():
    deals, hours, amounts = drawn(300, 4)
    size = category(np.where(amounts > np.median(amounts), "largest quarter", "smallest quarter"))
    found = bands(judged(replace(deals, size=size), hours, amounts), SIZE)
    assert found["largest quarter"].verdict is BandVerdict.ABOVE
