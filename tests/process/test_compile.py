from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from tests.process.declare_oracle import Trace, violated

from afteraction.process.compile import compile_process
from afteraction.process.model import Constraint, Kind, Operand, Process, Step, Template

START = datetime(2026, 1, 1, tzinfo=UTC)
STAGES = ("Qualify", "Discover", "Propose", "Sign")
CALL = Step("call", "Discover", ("Call", "Workshop"))
OFFER = Step("offer", "Propose", ("Offer",))


def process(*steps: Step, constraints: tuple[Constraint, ...] = ()) -> Process:
    return Process("Sale", 1, STAGES, steps, constraints)


def call(**values: object) -> Step:
    return Step("call", "Discover", ("Call", "Workshop"), **values)  # type: ignore[arg-type]


def broken(sale: Process, trace: Trace) -> set[Kind]:
    return {rule.kind for rule in compile_process(sale) if violated(rule, trace)}


def events(*named: tuple[str, float]) -> Trace:
    return [(name, START + timedelta(days=day)) for name, day in named]


def test_a_step_that_asks_for_nothing_stands_for_no_rule() -> None:
    assert compile_process(process(CALL)) == ()


def test_each_word_of_a_step_stands_for_its_rule_and_written_rules_come_last() -> None:
    written = Constraint(Template.INIT, Operand("Lead", ("Lead",)))
    step = call(required=True, within=timedelta(days=14), before=("offer",), exit=True)
    rules = compile_process(process(step, OFFER, constraints=(written,)))
    assert [(rule.text, rule.step, rule.kind) for rule in rules] == [
        ("responded_existence(stage: Discover, call)", "call", Kind.SKIPPED),
        ("responded_existence(stage: Discover, call) no later than 14 days", "call", Kind.LATE),
        ("precedence(call, offer)", "call", Kind.OUT_OF_ORDER),
        ("precedence(call, stage after: Discover)", "call", Kind.OUT_OF_ORDER),
        ("init(Lead)", None, Kind.BROKEN_RULE),
    ]
    assert rules[3].second == Operand("stage after: Discover", ("stage: Propose", "stage: Sign"))


def test_an_exit_step_of_the_last_stage_stands_for_no_rule() -> None:
    assert compile_process(process(Step("sign", "Sign", ("Signature",), exit=True))) == ()


@pytest.mark.parametrize(
    ("named", "kinds"),
    [
        ([("stage: Discover", 0), ("Call", 14)], set()),
        ([("stage: Discover", 0), ("Workshop", 15)], {Kind.LATE}),
        ([("Call", 0), ("stage: Discover", 30)], set()),
        ([("stage: Discover", 0)], {Kind.SKIPPED}),
        ([("stage: Discover", 0), ("stage: Discover", 10), ("Call", 20)], {Kind.LATE}),
        ([("stage: Discover", 0), ("Call", 2), ("Call", 40)], set()),
        ([("stage: Qualify", 0)], set()),
        ([], set()),
    ],
)
def test_a_required_step_is_skipped_or_late_but_never_both(named: list[tuple[str, float]], kinds: set[Kind]) -> None:
    assert broken(process(call(required=True, within=timedelta(days=14))), events(*named)) == kinds


def test_a_step_before_another_is_out_of_order_when_the_other_came_first() -> None:
    sale = process(call(before=("offer",)), OFFER)
    assert broken(sale, events(("Workshop", 0), ("Offer", 1), ("Call", 2))) == set()
    assert broken(sale, events(("Offer", 0), ("Call", 1))) == {Kind.OUT_OF_ORDER}


def test_a_stage_is_left_with_its_exit_step_done() -> None:
    sale = process(call(exit=True))
    assert broken(sale, events(("stage: Discover", 0), ("Call", 1), ("stage: Sign", 2))) == set()
    assert broken(sale, events(("stage: Discover", 0), ("stage: Sign", 2), ("Call", 3))) == {Kind.OUT_OF_ORDER}
    assert broken(sale, events(("stage: Discover", 0), ("stage: Qualify", 2))) == set()


def test_what_the_rules_say_is_what_the_step_says_on_every_short_trace() -> None:
    """Against the meaning in words, worked out from the positions and times of the events."""
    sale = process(call(required=True, within=timedelta(days=1), before=("offer",), exit=True), OFFER)
    names = ("stage: Discover", "stage: Propose", "Call", "Offer")
    for length in range(6):
        for named in product(names, repeat=length):
            first = {name: named.index(name) for name in named}
            entered, done = first.get("stage: Discover"), first.get("Call")
            expected = set()
            if entered is not None and done is None:
                expected.add(Kind.SKIPPED)
            if entered is not None and done is not None and done > entered + 1:
                expected.add(Kind.LATE)
            if any(
                first[later] < (length if done is None else done)
                for later in ("Offer", "stage: Propose")
                if later in first
            ):
                expected.add(Kind.OUT_OF_ORDER)
            assert broken(sale, events(*((name, day) for day, name in enumerate(named)))) == expected, named
