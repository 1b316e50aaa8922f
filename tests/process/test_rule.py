from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.process.strategies import rules, vocabularies

from afteraction.process.model import Constraint, Kind, Operand, Template
from afteraction.process.rule import UnreadableRule, Vocabulary, read_rule

DEMO = Operand("demo", ("Demo", "Demo on site"))
PROPOSAL = Operand("proposal", ("Proposal sent",))
SALE = Vocabulary(("Discover", "Propose", "Sign, seal"), {"demo": DEMO, "proposal": PROPOSAL})


def read(text: str) -> Constraint:
    return read_rule(text, SALE).constraint


def problems(text: str, vocabulary: Vocabulary = SALE) -> list[str]:
    with pytest.raises(UnreadableRule) as unreadable:
        read_rule(text, vocabulary)
    return [f"{problem.found} | {problem.expected}" for problem in unreadable.value.problems]


@given(st.data())
@settings(deadline=None)
def test_every_rule_is_read_back_from_its_text_exactly(data: st.DataObject) -> None:
    vocabulary = data.draw(vocabularies())
    rule = data.draw(rules(vocabulary))
    assert read_rule(rule.text, vocabulary).constraint == rule


def test_the_text_of_a_rule_from_a_step_is_read_as_the_rule_alone() -> None:
    rule = Constraint(Template.PRECEDENCE, DEMO, PROPOSAL, step="demo", kind=Kind.OUT_OF_ORDER)
    assert read(rule.text) == replace(rule, step=None, kind=Kind.BROKEN_RULE)


@pytest.mark.parametrize(
    ("text", "operand"),
    [
        ("demo", DEMO),
        ("Demo on site", Operand("Demo on site", ("Demo on site",))),
        ('"Call (first), then mail"', Operand("Call (first), then mail", ("Call (first), then mail",))),
        ("'Call, first'", Operand("Call, first", ("Call, first",))),
        ("'the buyer''s call'", Operand("the buyer's call", ("the buyer's call",))),
        ("buyer's call", Operand("buyer's call", ("buyer's call",))),
        ('"demo"', Operand("activity: demo", ("demo",))),
        ("activity: demo", Operand("activity: demo", ("demo",))),
        ("stage: Propose", Operand("stage: Propose", ("stage: Propose",))),
        ("Stage:Propose", Operand("stage: Propose", ("stage: Propose",))),
        ('stage: "Sign, seal"', Operand("stage: Sign, seal", ("stage: Sign, seal",))),
        ("stage after: Discover", Operand("stage after: Discover", ("stage: Propose", "stage: Sign, seal"))),
        ("demo | Call", Operand("demo | Call", ("Demo", "Demo on site", "Call"))),
        ("demo | demo", DEMO),
    ],
)
def test_an_operand_is_a_step_an_activity_a_stage_or_any_of_several(text: str, operand: Operand) -> None:
    assert read(f"existence({text})").first == operand


def test_a_literal_activity_that_is_also_the_only_activity_of_the_step_is_the_step() -> None:
    vocabulary = Vocabulary((), {"demo": Operand("demo", ("demo",))})
    assert read_rule('existence("demo")', vocabulary).constraint.first == vocabulary.steps["demo"]


@pytest.mark.parametrize("template", list(Template))
@pytest.mark.parametrize(
    "change", [str.upper, str.title, lambda name: name.replace("_", " "), lambda n: n.replace("_", "-")]
)
def test_capitals_spaces_and_hyphens_do_not_matter_in_template_names(template: Template, change: object) -> None:
    operands = "demo" if template.unary else "demo, proposal"
    assert read(f"{change(template.value)}({operands})").template is template  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "template", "count"),
    [
        ("coexistence(demo, proposal)", Template.CO_EXISTENCE, 1),
        ("exactly1(demo)", Template.EXACTLY_ONE, 1),
        ("at most one(demo)", Template.ABSENCE, 2),
        ("AtMostOne(demo)", Template.ABSENCE, 2),
        ("absence2(demo)", Template.ABSENCE, 2),
        ("existence(demo, 3)", Template.EXISTENCE, 3),
        ("existence(3, demo)", Template.EXISTENCE, 3),
        ("Participation(demo)", Template.EXISTENCE, 1),
        ("altresponse(demo, proposal)", Template.ALTERNATE_RESPONSE, 1),
        ("nonchainsuccession(demo, proposal)", Template.NOT_CHAIN_SUCCESSION, 1),
        ("not response(demo, proposal)", Template.NOT_SUCCESSION, 1),
    ],
)
def test_the_names_that_other_tools_use_are_understood(text: str, template: Template, count: int) -> None:
    assert (read(text).template, read(text).count) == (template, count)


def test_a_bound_is_within_a_time_and_a_deadline_no_later_than_it() -> None:
    assert read("response(demo, proposal) within 14 days").within == timedelta(days=14)
    deadline = read("responded_existence(stage: Discover, demo) no later than 2 weeks")
    assert (deadline.within, deadline.deadline) == (timedelta(days=14), True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("demo before proposal", "a rule such as"),
        ("respons(demo, proposal)", "did you mean response?"),
        ("choice(demo, proposal)", "the rule 'choice'"),
        ("response(demo)", "1 operand in response | two operands"),
        ("init(demo, proposal)", "2 operands in init | one operand"),
        ("existence(demo, proposal)", "no count in existence"),
        ("existence(demo, 0)", "no count in existence"),
        ("exactly_one(demo, 2)", "2 operands in exactly_one"),
        ("response(demo, )", "where a name should be"),
        ("response(demo, proposal", "without its closing bracket"),
        ("response(demo, Call (first))", "in double quotes"),
        ("response(demo, proposal) in 14 days", "'in 14 days' after the rule"),
        ("response(demo, proposal) within 2 months", "differ in length"),
        ("init(demo) within 2 days", "a time bound on init"),
        ("response(demo, proposal) no later than 2 days", "'no later than' in response"),
        ("response(demo, stage: Proposal)", "did you mean Propose?"),
        ("response(demo, stage after: Sign, seal)", "the stage 'Sign'"),
        ("existence(stage after: 'Sign, seal')", "this is the last one"),
        ("existence(' ')", "a blank name"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_was_expected(text: str, problem: str) -> None:
    assert any(problem in each for each in problems(text)), problems(text)


def test_all_that_is_wrong_with_a_rule_is_told_at_once() -> None:
    assert len(problems("respons(stage: Propos, stage: Discovr) within 2 months")) == 4


def test_without_stages_in_the_file_a_rule_may_name_any_but_not_their_order() -> None:
    assert read_rule("init(stage: Lead)", Vocabulary()).constraint.first.activities == ("stage: Lead",)
    assert "stage 'Lead'" in problems("init(stage after: Lead)", Vocabulary())[0]


def test_bare_names_that_no_step_has_are_told_apart_from_quoted_ones() -> None:
    assert read_rule('response(demmo, "Call") within 2 days', SALE).guessed == ("demmo",)
