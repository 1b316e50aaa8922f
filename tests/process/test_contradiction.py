from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.process.declare_oracle import Trace, violated

from afteraction.process.contradiction import MOST_RULES, contradictions
from afteraction.process.model import Constraint, Operand, Template
from afteraction.process.rule import Vocabulary, read_rule

START = datetime(2026, 1, 1, tzinfo=UTC)
LETTERS = ("a", "b", "c")
TRACES: list[Trace] = [
    [(letter, START + timedelta(days=day)) for day, letter in enumerate(letters)]
    for length in range(6)
    for letters in product(LETTERS, repeat=length)
]
"""Every trace of up to five events."""


def rules(*texts: str) -> list[Constraint]:
    return [read_rule(text, Vocabulary()).constraint for text in texts]


@st.composite
def some_rules(draw: st.DrawFn) -> list[Constraint]:
    letters = st.lists(st.sampled_from(LETTERS), min_size=1, max_size=2, unique=True)
    operands = letters.map(lambda each: Operand(" | ".join(each), tuple(each)))
    found = []
    for template in draw(st.lists(st.sampled_from(Template), min_size=1, max_size=5)):
        counted = template in (Template.EXISTENCE, Template.ABSENCE)
        within = draw(st.sampled_from([None, None, timedelta(days=1)])) if template is not Template.INIT else None
        deadline = template is Template.RESPONDED_EXISTENCE and within is not None and draw(st.booleans())
        first, second = draw(operands), None if template.unary else draw(operands)
        count = draw(st.integers(1, 3)) if counted else 1
        found.append(Constraint(template, first, second, within, count, deadline=deadline))
    return found


@given(some_rules())
@settings(max_examples=150, deadline=None)
def test_what_is_found_is_a_contradiction(constraints: list[Constraint]) -> None:
    """Held against every short trace: none keeps the rules that are named and has what they make impossible."""
    for found in contradictions(constraints):
        named = [constraints[number] for number in found.rules]
        impossible = set(found.impossible.activities) if found.impossible else None
        for trace in TRACES:
            concerned = impossible is None or impossible & {activity for activity, _ in trace}
            assert not concerned or any(violated(rule, trace) for rule in named), (found, trace)


@pytest.mark.parametrize(
    "texts",
    [
        ("existence(a)", "absence(a)"),
        ("existence(a, 3)", "absence(a | b, 3)"),
        ("existence(a, 2)", "exactly_one(a)"),
        ("existence(a) within 1 day", "absence(a) within 2 days"),
        ("init(a)", "init(b)"),
        ("init(a)", "absence(a) within 1 day"),
        ("existence(a)", "existence(b)", "not_co_existence(a, b)"),
    ],
)
def test_rules_that_no_deal_can_keep_are_found(texts: tuple[str, ...]) -> None:
    (found,) = [each for each in contradictions(rules(*texts)) if each.impossible is None]
    assert found.rules == tuple(range(len(texts)))


@pytest.mark.parametrize(
    "texts",
    [
        ("precedence(a, b)", "precedence(b, a)"),
        ("chain_precedence(a, b)", "succession(c, a)", "alternate_precedence(b, c)"),
        ("response(a, b)", "absence(b)"),
        ("precedence(b, a)", "absence(b)"),
        ("response(a, b)", "not_succession(a, b)"),
        ("precedence(b, a)", "not_succession(b, a)"),
        ("responded_existence(a, b)", "co_existence(b, c)", "not_co_existence(a, c)"),
        ("not_co_existence(a, a | b)",),
        ("response(a, b | c)", "absence(b | c)"),
    ],
)
def test_what_can_never_be_done_is_found_with_the_rules_that_say_so(texts: tuple[str, ...]) -> None:
    found = contradictions(rules(*texts))[0]
    assert found.rules == tuple(range(len(texts)))
    assert found.impossible is not None
    assert "a" in found.impossible.activities


@pytest.mark.parametrize(
    "texts",
    [
        ("absence(a)",),
        ("existence(a, 2)", "absence(a, 3)"),
        ("existence(a) within 2 days", "absence(a) within 1 day"),
        ("precedence(a | b, a)", "precedence(a, b)"),
        ("response(a, b)", "precedence(b, a)"),
        ("existence(a)", "existence(b)", "not_co_existence(a, b) within 1 day"),
        ("response(a, b)", "not_succession(a, b) within 1 day"),
        ("response(a, b | c)", "absence(b)"),
        ("responded_existence(a, b) no later than 1 day", "absence(b)"),
        ("not_co_existence(stage: A, stage: B)", "existence(a)"),
    ],
)
def test_rules_that_can_be_kept_are_left_alone(texts: tuple[str, ...]) -> None:
    assert contradictions(rules(*texts)) == []


def test_what_two_stages_call_for_and_a_rule_keeps_apart_is_found() -> None:
    texts = (
        "responded_existence(stage: A, a)",
        "responded_existence(stage: B, b)",
        "not_co_existence(a, b)",
    )
    (found,) = contradictions(rules(*texts))
    assert (found.rules, found.impossible, found.stages) == ((0, 1, 2), None, ("A", "B"))


def test_of_contradictions_that_follow_from_each_other_the_smallest_is_told() -> None:
    found = contradictions(rules("response(a, b)", "absence(b)", "response(c, a)", "existence(c)"))
    assert [each.rules for each in found] == [(0, 1)]


def test_a_very_large_model_is_not_searched() -> None:
    constraints = rules("existence(a)", "absence(a)")
    assert contradictions(constraints)
    assert contradictions(constraints * MOST_RULES) == []
