"""What a trial says at a look, for every design, on deals whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.trial_worlds import ASSIGN, HORIZON, STAGE, World, made

from afteraction.analysis.confidence_sequence import Interval
from afteraction.analysis.stopping_rule import Decided, Decision, StoppingRule
from afteraction.analysis.trial_estimate import Found
from afteraction.analysis.trial_measures import Outcome, TrialDeals, measured
from afteraction.analysis.trial_result import CANNOT_TELL, PastLook, TrialResult, rule_says, trial_result
from afteraction.errors import NotEnoughData

END = ASSIGN + HORIZON
NAN = np.nan


def deals(**columns: list[float]) -> TrialDeals:
    """Four deals, assigned on days 0, 10, 20 and 90, of which the last has not had its time on day 100."""
    given = {
        "new": [True, False, True, False], "at": [0.0, 10, 20, 90], "ended": [30.0, 15, NAN, 95],
        "won": [True, False, False, True], "first": [5.0, NAN, 200, NAN],
    } | columns  # fmt: skip
    nothing = np.zeros(4, dtype=np.int64)
    return TrialDeals(
        np.array(given["new"], dtype=bool), np.array(given["at"]), nothing, nothing, np.array(given["ended"]),
        np.array(given["won"], dtype=bool), {STAGE.key: np.array(given["first"])}, np.full(4, NAN),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "values"),
    [
        (Outcome("won", 60), [1, 0, 0]),
        (Outcome("won", 20), [0, 0, 0]),  # won after its horizon is not won by it
        (Outcome("days_to_won", 60), [-30, -60, -60]),
        (Outcome("stage", 60, "Propose"), [1, 0, 0]),
        (Outcome("days_to_stage", 60, "Propose"), [-5, -60, -60]),
    ],
)
def test_a_deal_counts_once_its_horizon_has_passed_whenever_it_ended(outcome, values):
    found = measured(outcome, deals(), now=100.0)
    assert found.counts.tolist() == [True, True, True, outcome.horizon <= 10]
    assert found.value[:3].tolist() == values


def looks(world: World, seed: int, days: list[float]) -> list[TrialResult]:
    plan, everyone = made(world, np.random.default_rng(seed), planned=0.06)
    found: list[TrialResult] = []
    for day in days:
        past = [each.past for each in found]
        found.append(trial_result(plan, everyone.only(everyone.at <= day), day, past))
    return found


WORLDS = [
    World("deals", 1500, known=0.25, effect=0.12),
    World("units", 1200, 12, effect=0.25),
    World("units", 2500, 60, effect=0.12),
    World("turns", 1500, 10, effect=0.14),
    World("steps", 2000, 14, likeness=0.01, effect=0.2, trend=0.2),
]


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: f"{world.design} {world.units}")
def test_a_large_effect_is_found_by_the_planned_end_in_every_design(world):
    found = looks(world, 3, [120.0, 180.0, 240.0, 300.0, END])
    last = found[-1]
    assert isinstance(last.found, Found)
    assert last.found.interval.low <= world.effect <= last.found.interval.high
    assert rule_says(last) == Decision.ADOPT
    assert last.over
    assert last.fraction == pytest.approx(1.0)
    assert not last.ratio.in_doubt


def test_what_is_known_before_the_trial_narrows_the_interval():
    world = World("deals", 1500, known=0.28)
    plan, everyone = made(world, np.random.default_rng(5), planned=0.01)
    with_it = trial_result(plan, everyone, END)
    without = trial_result(replace(plan, adjusted=False), everyone, END)
    assert isinstance(with_it.found, Found)
    assert isinstance(without.found, Found)
    assert with_it.past.by_chance
    assert with_it.found.look.error < 0.95 * without.found.look.error


def test_a_guardrail_that_is_worse_beyond_chance_stops_even_what_wins_more():
    last = looks(World("deals", 2500, effect=0.12, hurts=0.3), 4, [200.0, END])[-1]
    assert rule_says(last) == Decision.HARM
    assert last.guards[0].hurt
    assert not last.guards[0].kept


def test_few_units_are_never_judged_by_errors_that_do_not_hold_for_them():
    plan, everyone = made(World("units", 400, 20), np.random.default_rng(6))
    assert plan.method == "randomisation"
    assert replace(plan, way=np.ones((40, 1), dtype=bool)).method == "cluster-robust"
    result = trial_result(plan, everyone, END)
    assert result.past.seen["primary"].estimate is None


def test_six_units_are_refused_and_the_end_says_that_it_cannot_tell():
    result = looks(World("units", 400, 6, effect=0.3), 7, [END])[-1]
    assert isinstance(result.found, NotEnoughData)
    assert "20 ways" in result.found.reason
    assert rule_says(result) == CANNOT_TELL


def test_a_unit_without_a_deal_half_way_is_left_out_for_good():
    plan, everyone = made(World("units", 900, 12, effect=0.3), np.random.default_rng(8))
    rest = everyone.only(everyone.unit != 3)
    past: list[PastLook] = []
    for day in (150.0, 230.0, 300.0, END):
        result = trial_result(plan, rest.only(rest.at <= day), day, past)
        past.append(result.past)
    assert isinstance(result.found, Found)
    assert isinstance(result.decided, Decided)


def test_the_rule_extends_what_is_close_and_never_twice():
    plan, everyone = made(World("deals", 500, effect=0.07), np.random.default_rng(11))
    rule = StoppingRule(plan.rule.information * 1.5, planned=1 / 1.5, hopeful=0.05, futile=None)
    extendable = replace(plan, rule=rule, extend_days=ASSIGN / 2, adjusted=False)
    once = trial_result(extendable, everyone, END)
    assert isinstance(once.found, Found)
    assert isinstance(once.found.interval, Interval)
    assert rule_says(once) == Decision.EXTEND
    assert rule_says(trial_result(extendable, everyone, END + 1, [once.past], extended=True)) == Decision.GO_ON
    end = trial_result(extendable, everyone, END + ASSIGN / 2, [once.past], extended=True)
    assert rule_says(end) in (Decision.REJECT, Decision.ADOPT)


def test_irregular_and_late_looks_are_looks_like_any_other():
    for days in ([END], [131.7, 131.9, 290.0, END]):
        last = looks(WORLDS[2], 3, days)[-1]
        assert isinstance(last.found, Found)
        assert last.found.interval.low > 0


def test_beyond_what_was_planned_to_be_known_the_deals_assigned_first_decide():
    """Looks may be seldom: one that comes late is as good as one that came just when enough was known."""
    world = World("deals", 4000, effect=0.07)
    plan, everyone = made(world, np.random.default_rng(12))
    seldom = trial_result(plan, everyone, END)
    assert isinstance(seldom.found, Found)
    assert seldom.past.seen["primary"].whole
    assert seldom.found.look.information == pytest.approx(plan.rule.information, rel=0.02)
    assert isinstance(seldom.decided, Decided)
    assert seldom.decided.decision in (Decision.ADOPT, Decision.REJECT)


def test_few_units_end_by_the_calendar_however_small_their_error_is_by_chance():
    plan, everyone = made(World("units", 900, 20, effect=0.0), np.random.default_rng(14))
    tiny = replace(plan, rule=StoppingRule(1.0, futile=None))  # less information than any look has
    half = trial_result(tiny, everyone.only(everyone.at <= 240), 240.0)
    assert isinstance(half.found, Found)
    assert half.information > 1
    assert rule_says(half) == Decision.GO_ON
    assert rule_says(trial_result(tiny, everyone, END, [half.past])) == Decision.REJECT
