"""The oracle against cases worked out by hand, and its formulas with time against those without."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from tests.process.declare_oracle import LITERAL, UNTIMED, Trace, atom, near, violated

from afteraction.process.model import Constraint, Operand, Template

START = datetime(2026, 1, 1, tzinfo=UTC)
A, B = Operand("a", ("a",)), Operand("b", ("b",))


def trace(activities: str, *days: float) -> Trace:
    """One event a letter; a day apart unless the days are given."""
    return [
        (name, START + timedelta(days=day))
        for name, day in zip(activities, days or range(len(activities)), strict=True)
    ]


# The examples of the table of templates in Di Ciccio & Mecella (2015): two traces that keep each, two that break it.
PUBLISHED = {
    Template.EXISTENCE: ("bcac bcaac", "bcc c"),
    Template.INIT: ("acc abac", "cc bac"),
    Template.RESPONDED_EXISTENCE: ("bcaac bcc", "caac acc"),
    Template.RESPONSE: ("caacb bcc", "caac bacc"),
    Template.ALTERNATE_RESPONSE: ("cacb abcacb", "caacb bacacb"),
    Template.CHAIN_RESPONSE: ("cabb abcab", "cacb bca"),
    Template.PRECEDENCE: ("cacbb acc", "ccbb bacc"),
    Template.ALTERNATE_PRECEDENCE: ("cacba abcaacb", "cacbba abbabcb"),
    Template.CHAIN_PRECEDENCE: ("abca abaabc", "bca baacb"),
    Template.CO_EXISTENCE: ("cacbb bcca", "cac bcc"),
    Template.SUCCESSION: ("cacbb accb", "bac bcca"),
    Template.ALTERNATE_SUCCESSION: ("cacbab abcabc", "caacbb bac"),
    Template.CHAIN_SUCCESSION: ("cabab ccc", "cacb cbac"),
    Template.NOT_CHAIN_SUCCESSION: ("acbacb bbaa", "abcab cabc"),
    Template.NOT_SUCCESSION: ("bbcaa cbbca", "aacbb abb"),
    Template.NOT_CO_EXISTENCE: ("cccbbb ccac", "accbb bcac"),
    Template.EXACTLY_ONE: ("a cabc", "aa cc"),
    Template.ABSENCE: ("c bcb", "a bca"),
}


@pytest.mark.parametrize("template", list(Template))
def test_the_published_examples_come_out_as_published(template: Template) -> None:
    kept, broken = (text.split() for text in PUBLISHED[template])
    constraint = Constraint(template, A, None if template.unary else B)
    assert [text for text in kept if violated(constraint, trace(text))] == []
    assert [text for text in broken if not violated(constraint, trace(text))] == []


def test_the_templates_that_ask_for_an_event_are_broken_by_the_empty_trace_and_no_others() -> None:
    broken = {t for t in Template if violated(Constraint(t, A, None if t.unary else B), [])}
    assert broken == {Template.EXISTENCE, Template.EXACTLY_ONE, Template.INIT}


def test_counts_are_at_least_n_for_existence_and_at_most_n_minus_one_for_absence() -> None:
    assert [violated(Constraint(Template.EXISTENCE, A, count=2), trace(text)) for text in ("aba", "ab")] == [
        False,
        True,
    ]
    assert [violated(Constraint(Template.ABSENCE, A, count=3), trace(text)) for text in ("aba", "aaa")] == [False, True]


def test_an_event_of_both_operands_answers_its_own_response_but_not_its_own_chain_response() -> None:
    either = Operand("either", ("a", "b"))
    single = trace("a")
    kept = {t for t in Template if not t.unary and not violated(Constraint(t, either, A), single)}
    assert kept == {
        Template.RESPONDED_EXISTENCE,
        Template.CO_EXISTENCE,
        Template.RESPONSE,
        Template.PRECEDENCE,
        Template.SUCCESSION,
        Template.ALTERNATE_PRECEDENCE,
        Template.NOT_CHAIN_SUCCESSION,
    }


@pytest.mark.parametrize(
    ("template", "activities", "days", "breaks"),
    [
        (Template.EXISTENCE, "ca", (0, 3), False),
        (Template.EXISTENCE, "ca", (0, 4), True),
        (Template.ABSENCE, "ca", (0, 3), True),
        (Template.ABSENCE, "ca", (0, 4), False),
        (Template.EXACTLY_ONE, "caa", (0, 1, 4), False),
        (Template.EXACTLY_ONE, "caa", (0, 1, 3), True),
        (Template.RESPONSE, "ab", (0, 3), False),
        (Template.RESPONSE, "ab", (0, 3.001), True),
        (Template.RESPONSE, "aab", (0, 2, 4), True),
        (Template.RESPONDED_EXISTENCE, "ba", (0, 3), False),
        (Template.RESPONDED_EXISTENCE, "ba", (0, 4), True),
        (Template.RESPONDED_EXISTENCE, "baa", (0, 1, 9), True),
        (Template.CO_EXISTENCE, "abb", (0, 1, 9), True),
        (Template.RESPONDED_EXISTENCE, "abb", (0, 1, 9), False),
        (Template.PRECEDENCE, "ab", (0, 4), True),
        (Template.PRECEDENCE, "aab", (0, 2, 4), False),
        (Template.PRECEDENCE, "abb", (0, 1, 9), True),
        (Template.SUCCESSION, "ab", (0, 3), False),
        (Template.SUCCESSION, "ab", (0, 4), True),
        (Template.ALTERNATE_RESPONSE, "acb", (0, 1, 4), True),
        (Template.ALTERNATE_RESPONSE, "acb", (0, 1, 3), False),
        (Template.ALTERNATE_PRECEDENCE, "aba b".replace(" ", "c"), (0, 1, 5, 6, 9), True),
        (Template.ALTERNATE_PRECEDENCE, "abacb", (0, 1, 5, 6, 8), False),
        (Template.ALTERNATE_PRECEDENCE, "abb", (0, 1, 2), True),
        (Template.CHAIN_RESPONSE, "ab", (0, 4), True),
        (Template.CHAIN_PRECEDENCE, "ab", (0, 4), True),
        (Template.CHAIN_SUCCESSION, "ab", (0, 3), False),
        (Template.NOT_CO_EXISTENCE, "ab", (0, 4), False),
        (Template.NOT_CO_EXISTENCE, "ba", (0, 3), True),
        (Template.NOT_SUCCESSION, "ab", (0, 3), True),
        (Template.NOT_SUCCESSION, "ab", (0, 4), False),
        (Template.NOT_CHAIN_SUCCESSION, "ab", (0, 3), True),
        (Template.NOT_CHAIN_SUCCESSION, "ab", (0, 4), False),
        (Template.INIT, "ab", (0, 9), False),
    ],
)
def test_a_bound_of_three_days(template: Template, activities: str, days: tuple[float, ...], breaks: bool) -> None:
    constraint = Constraint(template, A, None if template.unary else B, within=timedelta(days=3))
    assert violated(constraint, trace(activities, *days)) is breaks


@pytest.mark.parametrize(
    ("activities", "days", "breaks"),
    [
        ("ab", (0, 3), False),
        ("ab", (0, 4), True),
        ("ba", (0, 9), False),  # done before the stage was entered
        ("bab", (0, 5, 20), False),
        ("aab", (0, 8, 9), True),  # counted from the first entry
        ("a", (0,), False),  # not done at all is not late
        ("b", (0,), False),
        ("", (), False),
    ],
)
def test_a_deadline_judges_the_first_time_a_step_was_done(
    activities: str, days: tuple[float, ...], breaks: bool
) -> None:
    constraint = Constraint(Template.RESPONDED_EXISTENCE, A, B, within=timedelta(days=3), deadline=True)
    assert violated(constraint, trace(activities, *days)) is breaks


@pytest.mark.parametrize("template", list(UNTIMED))
def test_with_a_bound_that_nothing_exceeds_the_timed_formula_is_the_published_one(template: Template) -> None:
    """On every trace of up to five events over four activities, two of them in both operands or in one."""
    operands = [(A, B), (Operand("a or b", ("a", "b")), B), (A, Operand("a or c", ("a", "c"))), (A, A)]
    for first, second in operands:
        a, b, bound = atom(first), atom(second), near(timedelta(days=99))
        timed = LITERAL[template](a, b, bound, 1)
        published = UNTIMED[template](a, b, near(None), 1)
        for length in range(6):
            for letters in product("abc", repeat=length):
                events = trace("".join(letters))
                assert timed(events, 0, 0) == published(events, 0, 0), (first.name, second.name, letters)
