"""The engine against a slow oracle that evaluates the formulas by the letter, and what a check hands back."""

import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.process.declare_oracle import violated
from tests.traces import ABSENT, ACTIVITIES, START, Engine, as_recorded, operand, random_log, random_model, trace

from afteraction.analysis.conformance import check
from afteraction.process.model import Constraint, Kind, Template, stage_operand

LOGS_AT_ONCE = 10
"""Preparing a log costs the same for ten as for one, so ten are joined and meet all ten models."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def wrong(engine, traces, model):
    """The deals and constraints on which engine and oracle differ, readable; none expected."""
    found = engine.violations(engine.log(traces), model)
    kept = {(deal, number) for deal, number, _pos in found}
    return [
        (deal, constraint.text, constraint.operands, [(a, at - START) for a, at in events], (deal, number) in kept)
        for number, constraint in enumerate(model)
        for deal, events in traces.items()
        if violated(constraint, events) != ((deal, number) in kept)
    ]


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.slow] if seed >= 5 else []) for seed in range(20)]
)
def test_two_hundred_random_logs_and_models_are_judged_as_the_formulas_say(engine, seed):
    rng = random.Random(seed)
    logs = [random_log(rng) for _log in range(LOGS_AT_ONCE)]
    traces = {f"log {n}, {deal}": events for n, log in enumerate(logs) for deal, events in log.items()}
    model = [constraint for _log in logs for constraint in random_model(rng, size=4)]
    assert wrong(engine, traces, model) == []


MOMENTS = st.integers(0, 6).map(lambda hours: START + timedelta(hours=hours))
TRACES = st.lists(st.tuples(st.sampled_from(ACTIVITIES), MOMENTS), max_size=8, unique=True).map(
    lambda events: as_recorded(sorted(events, key=lambda event: event[1]))
)
OPERANDS = st.lists(st.sampled_from((*ACTIVITIES, ABSENT)), min_size=1, max_size=3, unique=True).map(
    lambda names: operand(*names)
)


@st.composite
def constraints(draw):
    template = draw(st.sampled_from(Template))
    counted = template in (Template.EXISTENCE, Template.ABSENCE)
    return Constraint(
        template,
        draw(OPERANDS),
        None if template.unary else draw(OPERANDS),
        draw(st.none() | st.integers(0, 5).map(lambda hours: timedelta(hours=hours))),
        draw(st.integers(1, 4)) if counted else 1,
    )


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TRACES, min_size=1, max_size=30), st.lists(constraints(), min_size=1, max_size=5))
def test_whatever_the_log_and_the_model_the_formulas_agree(engine, traces, model):
    assert wrong(engine, {f"d{n}": events for n, events in enumerate(traces)}, model) == []


def test_a_log_without_deals_breaks_nothing(engine):
    rules = [Constraint(Template.EXISTENCE, operand("a")), Constraint(Template.INIT, operand("a"), within=timedelta(1))]
    assert engine.violations(engine.log({}), rules) == set()


def test_a_model_without_constraints_is_kept_by_all(engine):
    assert engine.violations(engine.log({"d": trace("ab")}), []) == set()
    assert engine.pairs(engine.log({"d": trace("ab")}), []) == set()


def test_rules_without_bound_are_checked_once_per_variant_and_told_for_every_deal(engine):
    log = engine.log({"d1": trace("ab"), "d2": trace("ab", 0, 9), "d3": trace("ba")})
    found = check(log, [Constraint(Template.PRECEDENCE, operand("b"), operand("a"))], engine.keep)
    assert found.by_variant.count().to_pyarrow().as_py() == 1
    assert found.by_deal.count().to_pyarrow().as_py() == 0
    assert engine.violations(log, found.constraints) == {("d1", 0, 0), ("d2", 0, 0)}


def test_a_deal_that_breaks_a_rule_twice_is_one_pair(engine):
    log = engine.log({"d": trace("aa")})
    rules = [Constraint(Template.RESPONSE, operand("a"), operand("b"))]
    assert engine.violations(log, rules) == {("d", 0, 0), ("d", 0, 1)}
    assert engine.pairs(log, rules) == {("d", 0)}


def deadline(first, second, **bound):
    within = timedelta(**bound)
    return Constraint(Template.RESPONDED_EXISTENCE, first, second, within, step="demo", kind=Kind.LATE, deadline=True)


def test_a_deadline_runs_from_the_first_entry_to_the_first_time_it_was_done(engine):
    enter, demo = stage_operand("Propose"), operand("demo")
    names = [enter.name, "demo"]
    traces = {
        "in time": trace(names, 0, 2),
        "late": trace(names, 0, 2.01),
        "early": trace(["demo", enter.name, "demo"], 0, 5, 50),
        "twice": trace([*names, enter.name, "demo"], 0, 3, 10, 11),
        "never": trace([enter.name, "call"], 0, 9),
        "not entered": trace(["call", "demo"], 0, 99),
        "nothing": [],
    }
    rule = deadline(enter, demo, days=2)
    expected = {("late", 0, 1), ("twice", 0, 1)}
    assert engine.violations(engine.log(traces), [rule]) == expected
    assert {(d, 0) for d, events in traces.items() if violated(rule, events)} == {(d, n) for d, n, _pos in expected}


def test_what_is_due_from_a_stage_in_which_deals_begin_is_due_from_the_first_event(engine):
    unknown, demo = stage_operand("Lead"), operand("demo")
    skipped = Constraint(Template.RESPONDED_EXISTENCE, unknown, demo, step="demo", kind=Kind.SKIPPED)
    rules = [skipped, deadline(unknown, demo, days=2)]
    log = engine.log({"late": trace(["call", "demo"], 0, 3), "skipped": trace(["call"]), "nothing": []})
    assert engine.violations(log, rules, at_start=["stage: Lead"]) == {("late", 1, 1), ("skipped", 0, 0)}
    assert engine.violations(log, rules) == set()


def test_a_rule_written_directly_means_what_it_says(engine):
    log = engine.log({"d": trace(["call", "offer"])})
    by_hand = Constraint(Template.RESPONDED_EXISTENCE, stage_operand("Lead"), operand("demo"))
    order = Constraint(Template.PRECEDENCE, stage_operand("Lead"), operand("offer"))
    assert engine.violations(log, [by_hand, order], at_start=["stage: Lead"]) == {("d", 1, 1)}
