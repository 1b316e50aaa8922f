"""Which event breaks a rule, template by template, on traces that fit on a line."""

from datetime import timedelta

import pytest
from tests.traces import Engine, operand, trace

from afteraction.process.model import Constraint, Template

T = Template
MISSING = None

BROKEN_BY = [
    (T.EXISTENCE, "bc", [MISSING]),
    (T.EXISTENCE, "ba", []),
    (T.EXISTENCE, "", [MISSING]),
    (T.ABSENCE, "aba", [0, 2]),
    (T.ABSENCE, "", []),
    (T.EXACTLY_ONE, "bb", [MISSING]),
    (T.EXACTLY_ONE, "", [MISSING]),
    (T.EXACTLY_ONE, "cab", []),
    (T.EXACTLY_ONE, "abaa", [2, 3]),
    (T.INIT, "ab", []),
    (T.INIT, "ba", [MISSING]),
    (T.INIT, "", [MISSING]),
    (T.RESPONDED_EXISTENCE, "caa", [1]),
    (T.RESPONDED_EXISTENCE, "cba", []),
    (T.RESPONDED_EXISTENCE, "b", []),
    (T.RESPONSE, "abaca", [2, 4]),
    (T.RESPONSE, "aab", []),
    (T.RESPONSE, "bc", []),
    (T.ALTERNATE_RESPONSE, "aab", [0]),
    (T.ALTERNATE_RESPONSE, "acbaa", [3, 4]),
    (T.ALTERNATE_RESPONSE, "abbcab", []),
    (T.CHAIN_RESPONSE, "abacb", [2]),
    (T.CHAIN_RESPONSE, "ba", [1]),
    (T.CHAIN_RESPONSE, "abcab", []),
    (T.PRECEDENCE, "bcbab", [0, 2]),
    (T.PRECEDENCE, "acbb", []),
    (T.PRECEDENCE, "a", []),
    (T.ALTERNATE_PRECEDENCE, "babb", [0, 3]),
    (T.ALTERNATE_PRECEDENCE, "aacb", []),
    (T.CHAIN_PRECEDENCE, "abcb", [3]),
    (T.CHAIN_PRECEDENCE, "b", [0]),
    (T.CHAIN_PRECEDENCE, "aabab", []),
    (T.SUCCESSION, "baba", [0, 3]),
    (T.SUCCESSION, "aabb", []),
    (T.ALTERNATE_SUCCESSION, "aabb", [0, 3]),
    (T.ALTERNATE_SUCCESSION, "cacbab", []),
    (T.CHAIN_SUCCESSION, "acb", [0, 2]),
    (T.CHAIN_SUCCESSION, "abcab", []),
    (T.CO_EXISTENCE, "caa", [1]),
    (T.CO_EXISTENCE, "cbb", [1]),
    (T.CO_EXISTENCE, "ba", []),
    (T.CO_EXISTENCE, "c", []),
    (T.NOT_CO_EXISTENCE, "acbab", [2, 3, 4]),
    (T.NOT_CO_EXISTENCE, "bca", [2]),
    (T.NOT_CO_EXISTENCE, "aac", []),
    (T.NOT_SUCCESSION, "bacb", [3]),
    (T.NOT_SUCCESSION, "acbb", [2, 3]),
    (T.NOT_SUCCESSION, "bbaa", []),
    (T.NOT_CHAIN_SUCCESSION, "abacb", [1]),
    (T.NOT_CHAIN_SUCCESSION, "acbba", []),
]

TWICE_THE_SAME = [
    (T.RESPONDED_EXISTENCE, []),
    (T.RESPONSE, []),
    (T.PRECEDENCE, []),
    (T.SUCCESSION, []),
    (T.CO_EXISTENCE, []),
    (T.ALTERNATE_RESPONSE, [3]),
    (T.ALTERNATE_PRECEDENCE, []),
    (T.ALTERNATE_SUCCESSION, [3]),
    (T.CHAIN_RESPONSE, [1, 3]),
    (T.CHAIN_PRECEDENCE, [0, 3]),
    (T.CHAIN_SUCCESSION, [0, 1, 3]),
    (T.NOT_CO_EXISTENCE, [0, 1, 3]),
    (T.NOT_SUCCESSION, [0, 1, 3]),
    (T.NOT_CHAIN_SUCCESSION, [1]),
]

WITHIN_TWO_DAYS = [
    (T.EXISTENCE, "ca", (0, 2), []),
    (T.EXISTENCE, "ca", (0, 2.1), [MISSING]),
    (T.ABSENCE, "caa", (0, 2, 3), [1]),
    (T.EXACTLY_ONE, "caa", (0, 2, 3), []),
    (T.EXACTLY_ONE, "caa", (0, 1, 2), [2]),
    (T.EXACTLY_ONE, "caa", (0, 3, 4), [MISSING]),
    (T.INIT, "a", (5,), []),
    (T.RESPONDED_EXISTENCE, "baaab", (0, 2, 2.1, 5, 7), [2]),
    (T.RESPONSE, "baabb", (0, 0, 2, 4, 9), [1]),
    (T.RESPONSE, "aab", (0, 1, 2), []),
    (T.PRECEDENCE, "abbb", (0, 1, 2, 3), [3]),
    (T.PRECEDENCE, "baab", (0, 0, 5, 7), [0]),
    (T.ALTERNATE_RESPONSE, "acbab", (0, 1, 2, 3, 5.5), [3]),
    (T.ALTERNATE_PRECEDENCE, "acbab", (0, 1, 2, 3, 5.5), [4]),
    (T.CHAIN_RESPONSE, "abab", (0, 2, 3, 5.5), [2]),
    (T.CHAIN_PRECEDENCE, "abab", (0, 2, 3, 5.5), [3]),
    (T.SUCCESSION, "ab", (0, 3), [0, 1]),
    (T.ALTERNATE_SUCCESSION, "abab", (0, 2, 3, 5.5), [2, 3]),
    (T.CHAIN_SUCCESSION, "abab", (0, 2, 3, 5.5), [2, 3]),
    (T.CO_EXISTENCE, "ab", (0, 3), [0, 1]),
    (T.CO_EXISTENCE, "bab", (0, 1, 3), []),
    (T.NOT_CO_EXISTENCE, "abbb", (0, 1, 2, 3), [1, 2]),
    (T.NOT_CO_EXISTENCE, "ba", (0, 2), [1]),
    (T.NOT_SUCCESSION, "babb", (0, 0, 2, 3), [2]),
    (T.NOT_CHAIN_SUCCESSION, "abab", (0, 2, 3, 5.5), [1]),
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def rule(template, first="a", second="b", **more):
    return Constraint(template, operand(*first), None if template.unary else operand(*second), **more)


def positions(engine, traces, rules):
    """Per rule, the sorted positions that break it in the trace of the same number; missing ones first."""
    log = engine.log({str(number): each for number, each in enumerate(traces)})
    found = engine.violations(log, rules)
    mine = [[pos for deal, c, pos in found if deal == str(n) and c == n] for n in range(len(rules))]
    return [sorted(each, key=lambda pos: (pos is not None, pos)) for each in mine]


def test_every_template_reports_the_events_that_break_it(engine):
    assert {template for template, *_rest in BROKEN_BY} == set(Template)
    found = positions(engine, [trace(t) for _, t, _ in BROKEN_BY], [rule(template) for template, *_ in BROKEN_BY])
    assert [(*case[:2], was) for case, was in zip(BROKEN_BY, found, strict=True)] == BROKEN_BY


def test_every_template_is_right_when_both_operands_are_the_same(engine):
    traces = [trace("aaca")] * len(TWICE_THE_SAME)
    found = positions(engine, traces, [rule(template, "a", "a") for template, _ in TWICE_THE_SAME])
    assert [(case[0], was) for case, was in zip(TWICE_THE_SAME, found, strict=True)] == TWICE_THE_SAME


def test_every_template_can_be_bound_in_time_and_the_bound_itself_is_in_time(engine):
    assert {template for template, *_rest in WITHIN_TWO_DAYS} == set(Template)
    rules = [rule(template, within=timedelta(days=2)) for template, *_ in WITHIN_TWO_DAYS]
    found = positions(engine, [trace(t, *days) for _, t, days, _ in WITHIN_TWO_DAYS], rules)
    assert [(*case[:3], was) for case, was in zip(WITHIN_TWO_DAYS, found, strict=True)] == WITHIN_TWO_DAYS


def test_a_microsecond_after_the_bound_is_too_late(engine):
    moment = timedelta(microseconds=1)
    log = engine.log(
        {"in time": trace("ab", 0, 30), "late": [(a, at + n * moment) for n, (a, at) in enumerate(trace("ab", 0, 30))]}
    )
    assert engine.pairs(log, [rule(T.RESPONSE, within=timedelta(days=30))]) == {("late", 0)}
    assert engine.pairs(log, [rule(T.RESPONSE, within=timedelta(days=30) + moment)]) == set()


def test_existence_and_absence_count(engine):
    rules = [rule(T.EXISTENCE, count=2), rule(T.EXISTENCE, count=3), rule(T.ABSENCE, count=2), rule(T.ABSENCE, count=3)]
    assert positions(engine, [trace("abac")] * 4, rules) == [[], [MISSING], [2], []]


def test_any_activity_of_an_operand_will_do(engine):
    rules = [rule(T.RESPONSE, "ab", "cd"), rule(T.RESPONSE, "ab", "cd"), rule(T.ALTERNATE_RESPONSE, "ab", "cd")]
    assert positions(engine, [trace("abd"), trace("acb"), trace("abc")], rules) == [[], [2], [0]]


def test_an_event_of_both_operands_is_reported_once(engine):
    rules = [
        rule(T.CHAIN_SUCCESSION, "ab", "bc"),
        rule(T.NOT_CO_EXISTENCE, "ab", "bc"),
        rule(T.ALTERNATE_SUCCESSION, "ab", "bc"),
    ]
    assert positions(engine, [trace("xbx"), trace("abc"), trace("xbx")], rules) == [[1], [1, 2], [1]]


@pytest.mark.parametrize("template", list(Template))
def test_an_activity_that_was_never_logged_is_simply_never_there(engine, template):
    nowhere = [rule(template, ["never"], ["nowhere"]), rule(template, ["never"], ["nowhere"], within=timedelta(1))]
    log = engine.log({"some": trace("abc"), "none": []})
    needs_it = template in (T.EXISTENCE, T.EXACTLY_ONE, T.INIT)
    assert engine.violations(log, nowhere) == {(d, n, None) for d in ("some", "none") for n in (0, 1) if needs_it}


def test_events_of_one_instant_keep_their_order(engine):
    log = engine.log({"ab": trace("ab", 1, 1), "ba": trace("ba", 1, 1)})
    rules = [rule(T.PRECEDENCE), rule(T.PRECEDENCE, within=timedelta(0)), rule(T.CHAIN_RESPONSE, within=timedelta(0))]
    assert engine.violations(log, rules) == {("ba", 0, 0), ("ba", 1, 0), ("ba", 2, 1)}
