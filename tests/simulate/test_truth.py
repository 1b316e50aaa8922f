"""The truth of an organisation: what the steps, the reps and the traps really are."""

import json

import numpy as np
import pytest
from scipy.special import expit

from afteraction.simulate import (
    Intervention,
    Traps,
    Truth,
    chance_only,
    default_organisation,
    find_truth,
    null_effects,
    simulate,
)
from afteraction.simulate.calendar import DAY
from afteraction.simulate.ending import WON
from afteraction.simulate.true_effects import step_truth
from afteraction.simulate.truth import truth_world
from afteraction.simulate.world import World

SEED = 21
DEALS = 20_000


@pytest.fixture(scope="module")
def truth() -> Truth:
    return find_truth(default_organisation(), SEED, deals=DEALS)


@pytest.mark.parametrize(
    ("step", "kind", "low", "high"),
    [
        ("discovery_call", "helps", 4, 8),
        ("buying_committee", "helps", 6, 12),
        ("business_case", "helps", 4, 8),
        ("executive_meeting", "helps", 4, 8),
        ("close_plan", "helps", 3, 7),
        ("early_discount", "hurts", -8.5, -5.5),
        ("demo", "nothing", 0, 0),
        ("reference_call", "nothing", 0, 0),
        ("contract", "leak", 0, 0),
        ("kick_off", "leak", 0, 0),
    ],
)
def test_each_step_does_what_was_planted(truth: Truth, step: str, kind: str, low: float, high: float) -> None:
    found = truth.step(step)
    assert found.kind == kind
    assert low <= found.effect_points <= high


@pytest.mark.parametrize(("step", "naive"), [("early_discount", 30), ("reference_call", 36), ("demo", 25)])
def test_the_plain_difference_misleads_as_it_does_in_life(truth: Truth, step: str, naive: float) -> None:
    assert abs(truth.step(step).naive_points - naive) < 6


def test_the_truth_is_precise(truth: Truth) -> None:
    assert max(step.standard_error for step in truth.steps) < 0.1


def test_a_step_matters_more_where_it_was_planted_to(truth: Truth) -> None:
    by_segment = truth.step("buying_committee").effect_by_segment
    assert by_segment["Enterprise"] > by_segment["Mid-market"] + 2


def test_in_every_segment_the_business_case_looks_better_than_in_all_together() -> None:
    """Simpson's paradox: it is written for large customers, who buy more rarely."""
    organisation = default_organisation(Traps(immortal_time=False, leak=False))
    found = step_truth(truth_world(organisation, SEED, DEALS), "business_case")
    assert found.naive_points < min(found.naive_by_segment.values())


def test_without_traps_the_plain_difference_is_about_right() -> None:
    plain = find_truth(default_organisation(Traps.none()), SEED, deals=DEALS)
    assert {step.kind for step in plain.steps} == {"helps", "hurts", "nothing"}
    for step in plain.steps:
        if step.stage != "Qualify":
            assert abs(step.naive_points - step.effect_points) < 4, step.step


def test_each_trap_misleads_by_itself() -> None:
    alone = {"immortal_time": "reference_call", "confounding": "reference_call", "clustering": "demo"}
    for trap, step in alone.items():
        switches = {"immortal_time": False, "confounding": False, "leak": False, "clustering": False, trap: True}
        if trap == "clustering":
            switches["confounding"] = True
        found = step_truth(truth_world(default_organisation(Traps(**switches)), SEED, DEALS), step)
        assert found.naive_points > 6, trap


def test_where_nothing_matters_every_effect_is_nil() -> None:
    nil = find_truth(null_effects(), SEED, deals=5_000)
    assert {step.kind for step in nil.steps} == {"nothing", "leak"}
    assert all(step.effect_points == 0 for step in nil.steps)
    assert nil.step("reference_call").naive_points > 20


def test_where_all_is_chance_no_rep_is_better() -> None:
    equal = find_truth(chance_only(), SEED, deals=5_000)
    assert all(rep.points == 0 for rep in equal.reps)
    assert all(team.points == 0 for team in equal.teams)


def test_better_reps_win_more(truth: Truth) -> None:
    skill = [rep.skill_logits + rep.team_logits for rep in truth.reps]
    points = [rep.points for rep in truth.reps]
    assert np.corrcoef(skill, points)[0, 1] > 0.7
    assert abs(sum(rep.points * rep.share for rep in truth.reps)) < 1e-6


def test_good_deals_are_won_more_often(truth: Truth) -> None:
    would = {(level.attribute, level.level): level.would_win_percent for level in truth.levels}
    assert would["source", "Referral"] > would["source", "Outbound"] + 15
    assert would["segment", "Small business"] > would["segment", "Enterprise"] + 5


def test_price_is_blamed_far_more_often_than_it_decides(truth: Truth) -> None:
    assert truth.lost_reasons.recorded["Price"] > truth.lost_reasons.true["Price"] + 0.4


def test_a_landmark_can_be_chosen() -> None:
    chosen = find_truth(default_organisation(), SEED, {"discovery_call": 30.0}, deals=5_000).step("discovery_call")
    assert chosen.landmark_days == 30
    assert chosen.population < find_truth(default_organisation(), SEED, deals=5_000).step("discovery_call").population


def test_the_truth_is_the_same_every_time(truth: Truth) -> None:
    assert find_truth(default_organisation(), SEED, deals=DEALS).as_json() == truth.as_json()


def test_the_truth_is_plain_json_with_the_parameters(truth: Truth) -> None:
    read = json.loads(truth.as_json())
    assert [step["step"] for step in read["steps"]] == [step.id for step in truth.organisation.steps]
    assert read["organisation"]["record"]["price_blamed"] == 0.6
    assert read["organisation"]["end"] == "2025-12-31"


def test_intervening_in_the_record_shows_the_true_effect() -> None:
    """Two records that differ in one step alone, against the truth computed apart from them."""
    organisation, step = default_organisation(), "buying_committee"
    truth = find_truth(organisation, SEED, deals=DEALS).step(step)
    worlds = []
    for done in (True, False):
        made = simulate(
            organisation,
            DEALS,
            SEED,
            intervene=Intervention(step, done, truth.landmark_days),
            tables=["deals", "stage_changes"],
        )
        worlds.append(made)
    with_step, without = (made.latent["win_chance"].to_numpy() for made in worlds)
    deals, moves = worlds[0].tables["deals"].to_pandas(), worlds[0].tables["stage_changes"].to_pandas()
    entered = moves[moves["stage"] == "Discover"].groupby("deal_id")["at"].min()
    life = (deals["closed_at"] - deals["deal_id"].map(entered)).dt.total_seconds() / DAY
    there = (life > truth.landmark_days).to_numpy()
    difference = 100 * (with_step - without)[there]
    assert abs(difference.mean() - truth.effect_points) < 0.3


def _adjusted_difference(world: World, truth: Truth, step_id: str) -> tuple[float, float]:
    """The effect of a step by AIPW with logistic nuisances on all that is known at the stage's start, and its error."""
    number, found = world.organisation.step_number(step_id), truth.step(step_id)
    stage = world.organisation.stage_names.index(found.stage)
    entered, closed = (world.calendar.at(t) for t in (world.path.entered[:, stage], world.path.closed))
    rows = np.flatnonzero(world.path.recorded[:, stage] & (closed - entered > found.landmark_days * DAY))
    by_then = world.calendar.at(world.due[rows]) - entered[rows, None] <= found.landmark_days * DAY
    others = [n for n, step in enumerate(world.organisation.steps) if not step.leak and n != number]
    deals, reps = world.deals, len(world.roster.ids)
    known = [np.ones(len(rows)), *by_then[:, others].T.astype(float)]
    for values, levels in (
        (deals.segment, 3), (deals.size, 4), (deals.source, 6), (deals.competitor, 4), (deals.deal_type, 3),
        (deals.owner, reps),
    ):  # fmt: skip
        known += [(values[rows] == level).astype(float) for level in range(1, levels)]
    x, did = np.column_stack(known), by_then[:, number]
    won = (world.ending.outcome[rows] == WON).astype(float)
    chance = expit(x @ _logistic(x, did.astype(float))).clip(0.01, 0.99)
    if_done, if_not = (expit(x @ _logistic(x[did == arm], won[did == arm])) for arm in (True, False))
    parts = if_done - if_not + np.where(did, (won - if_done) / chance, -(won - if_not) / (1 - chance))
    return 100 * float(parts.mean()), 100 * float(parts.std() / np.sqrt(len(parts)))


def _logistic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    weights, ridge = np.zeros(x.shape[1]), 1e-3 * np.eye(x.shape[1])
    for _ in range(6):
        fitted = expit(x @ weights)
        curvature = (x * (fitted * (1 - fitted))[:, None]).T @ x + ridge
        weights = weights + np.linalg.solve(curvature, x.T @ (y - fitted) - ridge @ weights)
    return weights


@pytest.mark.parametrize("step", ["early_discount", "reference_call"])
def test_an_analysis_that_knows_what_is_known_finds_the_truth(truth: Truth, step: str) -> None:
    """The truth can be found from the record: nothing that matters is hidden, unless it was asked for."""
    estimate, error = _adjusted_difference(truth_world(default_organisation(), SEED, DEALS), truth, step)
    assert abs(estimate - truth.step(step).effect_points) < 3 * error
    assert error < 1.5


def test_a_hidden_cause_defeats_the_same_analysis() -> None:
    organisation = default_organisation(Traps(hidden_cause=True))
    found = find_truth(organisation, SEED, deals=DEALS)
    estimate, error = _adjusted_difference(truth_world(organisation, SEED, DEALS), found, "reference_call")
    assert estimate > found.step("reference_call").effect_points + 3 * error
