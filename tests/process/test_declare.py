from datetime import timedelta

import pytest

from afteraction.process.declare import describe
from afteraction.process.model import Process, Step, Template
from afteraction.process.rule import Vocabulary, read_rule

DEMO = Step("demo", "Discover", ("Demo on site",), name="Demo")
OFFER = Step("offer", "Propose", ("Offer",))
SALE = Process("Sale", 1, ("Discover", "Propose", "Sign"), (DEMO, OFFER))
NAMES = Vocabulary(SALE.stages, {step.id: step.operand for step in SALE.steps})


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("existence(demo)", "“Demo” happens at least once."),
        (
            "existence(demo, 2) within 30 days",
            "“Demo” happens at least twice within 30 days of the deal's first event.",
        ),
        ("absence(Discount)", "“Discount” never happens."),
        ("absence(Discount, 4)", "“Discount” happens at most 3 times."),
        ("absence(Discount) within 1 day", "“Discount” never happens within 1 day of the deal's first event."),
        ("exactly_one(demo)", "“Demo” happens exactly once."),
        ("init(stage: Discover)", "Every deal begins with entry into Discover."),
        (
            "responded_existence(stage: Discover, demo)",
            "Every deal with entry into Discover has “Demo” too, before or after.",
        ),
        (
            "responded_existence(demo, offer) within 2 days",
            "Every “Demo” has “offer” within 2 days of it, before or after.",
        ),
        (
            "responded_existence(stage: Discover, demo) no later than 14 days",
            "“Demo”, where it happens, comes no later than 14 days after entry into Discover.",
        ),
        ("response(demo, offer) within 14 days", "Every “Demo” is followed by “offer” within 14 days."),
        ("alternate_response(demo, offer)", "Every “Demo” is followed by “offer”, before the next “Demo”."),
        ("chain_response(demo, offer)", "Every “Demo” is followed directly by “offer”."),
        ("precedence(demo, offer) within 14 days", "Every “offer” comes after “Demo”, at most 14 days later."),
        ("precedence(demo, stage after: Discover)", "Every entry into a stage after Discover comes after “Demo”."),
        (
            "succession(demo, Call | Mail)",
            "Every “Demo” is followed by “Call” or “Mail”, and every “Call” or “Mail” comes after “Demo”.",
        ),
        ("co_existence(demo, offer)", "Every deal with “Demo” has “offer” too, and the other way round."),
        ("not_co_existence(demo, offer)", "“Demo” and “offer” never happen in the same deal."),
        ("not_co_existence(demo, offer) within 1 day", "“Demo” and “offer” never happen within 1 day of each other."),
        ("not_succession(demo, offer)", "No “Demo” is followed by “offer”."),
        ("existence(stage: Propose | stage: Sign)", "Entry into Propose or Sign happens at least once."),
    ],
)
def test_a_rule_is_told_in_one_plain_sentence(rule: str, sentence: str) -> None:
    assert describe(read_rule(rule, NAMES).constraint, SALE) == sentence


@pytest.mark.parametrize("template", list(Template))
@pytest.mark.parametrize("bound", ["", " within 3 days"])
def test_every_template_has_a_sentence_that_says_all_of_the_rule(template: Template, bound: str) -> None:
    bound = "" if template is Template.INIT else bound
    rule = read_rule(f"{template.value}({'demo' if template.unary else 'demo, offer'}){bound}", NAMES).constraint
    sentence = describe(rule)
    assert "“demo”" in sentence
    assert template.unary or "“offer”" in sentence
    assert (duration in sentence) is bool(bound) if (duration := "3 days") else None
    assert "{" not in sentence


def test_the_sentences_of_the_templates_are_all_different() -> None:
    rules = [read_rule(f"{t.value}({'demo' if t.unary else 'demo, offer'})", NAMES).constraint for t in Template]
    assert len({describe(rule) for rule in rules}) == len(Template)
    assert all(rule.within is None or rule.within > timedelta() for rule in rules)
