"""The kernel puts side by side what a formula looks at: it finds what the formula finds among all events."""

from dataclasses import replace

import numpy as np
import pytest

from afteraction.analysis.declare import MISSING, UNBOUNDED, Formula, evaluate
from afteraction.analysis.rules import Rule
from afteraction.analysis.traces import Traces
from afteraction.analysis.violations import violations

ACTIVITIES = 5


def random_traces(rng):
    """Traces of any length, several of them empty, with events at the same time, and some gaps without an event."""
    lengths = rng.choice([0, 1, 2, 3, 8, 9, 17, 64, 400], rng.integers(1, 12))
    events = int(lengths.sum())
    at = np.cumsum(rng.integers(0, 3, events))
    activities = rng.integers(-1, ACTIVITIES, events).astype(np.int16)
    return Traces(0, np.concatenate(([0], np.cumsum(lengths))), activities, at.astype(np.int64))


def random_rule(rng, number, formula):
    """A rule about any activities, also none, the same twice, or the first event of a trace."""
    a, b = (rng.random(ACTIVITIES + 1) < rng.choice([0, 0.2, 0.5]) for _operand in "ab")
    return Rule(number, formula, a, b, int(rng.choice([0, 1, 2, UNBOUNDED])), int(rng.integers(1, 4)))


def marked(traces, operand):
    """Which events are an operand."""
    found = (traces.activities >= 0) & operand[:-1][traces.activities]
    begins = traces.offsets[:-1][np.diff(traces.offsets) > 0]
    found[begins] |= operand[-1]
    return found


def among_all_events(rule, traces):
    """(constraint, trace, position) of every violation, by the formula over all events."""
    events, many = len(traces.activities), len(traces.offsets) - 1
    operands = marked(traces, rule.a), marked(traces, rule.b)
    broken, missing = np.zeros(events, np.bool_), np.zeros(many, np.bool_)
    evaluate(rule.formula, *operands, traces.at, traces.offsets, rule.within, rule.count, broken, missing)
    owner = np.repeat(np.arange(many), np.diff(traces.offsets))
    found = {(rule.constraint, int(t), MISSING) for t in np.flatnonzero(missing)}
    return found | {(rule.constraint, int(owner[i]), int(i - traces.offsets[owner[i]])) for i in np.flatnonzero(broken)}


def found_by_kernel(rules, traces):
    rows = [row for batch in violations(rules, traces) for row in batch.to_pylist()]
    told = [(row["constraint"], row["trace"], MISSING if row["pos"] is None else row["pos"]) for row in rows]
    firsts = [(row["constraint"], row["trace"]) for row in rows if row["first"]]
    return told, firsts


@pytest.mark.parametrize("formula", list(Formula), ids=lambda formula: formula.name)
def test_what_is_left_out_changes_nothing(formula):
    rng = np.random.default_rng(formula)
    broken = 0
    for _log in range(60):
        traces = random_traces(rng)
        rule = random_rule(rng, 0, formula)
        told, firsts = found_by_kernel([rule], traces)
        assert sorted(told) == sorted(among_all_events(rule, traces))
        assert sorted(firsts) == sorted({(constraint, trace) for constraint, trace, _pos in told})
        broken += len(told)
    assert broken > 0


def test_several_rules_of_one_constraint_have_one_first_violation_of_a_trace():
    rng = np.random.default_rng(1)
    for _log in range(20):
        traces = random_traces(rng)
        rules = [random_rule(rng, 0, formula) for formula in (Formula.RESPONSE, Formula.PRECEDENCE)]
        rules.append(replace(random_rule(rng, 1, Formula.CHAIN_RESPONSE), within=UNBOUNDED))
        told, firsts = found_by_kernel(rules, traces)
        assert set(told) == set().union(*(among_all_events(rule, traces) for rule in rules))
        assert sorted(firsts) == sorted({(constraint, trace) for constraint, trace, _pos in told})
