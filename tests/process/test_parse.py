from datetime import timedelta

import pytest

from afteraction.process.model import Operand, Process, Step, Template
from afteraction.process.parse import parse

SALE = """\
process: Enterprise sale
version: 3
notes: Agreed in January.
stages: [Qualify, Discover, Propose]
steps:
  - id: discovery_call
    name: Discovery call
    stage: Discover
    activity: [call, Discovery call]
    buyer: agrees that the problem is worth solving
    required: true
    before: [proposal_sent]
    within: 14 days
    role: rep
    exit: true
  - id: proposal_sent
    stage: Propose
    activity: Proposal sent
    frequency: 0.75
"""


def read(text: str) -> Process:
    draft = parse(text)
    assert draft.problems == []
    return draft.process


def found(text: str) -> list[str]:
    return [f"{problem.line}: {problem.found}" for problem in parse(text).problems]


def test_every_key_of_the_format_is_read() -> None:
    process = read(SALE)
    assert process == Process(
        "Enterprise sale",
        3,
        ("Qualify", "Discover", "Propose"),
        (
            Step(
                id="discovery_call",
                stage="Discover",
                activities=("call", "Discovery call"),
                buyer="agrees that the problem is worth solving",
                required=True,
                before=("proposal_sent",),
                within=timedelta(days=14),
                role="rep",
                exit=True,
                name="Discovery call",
            ),
            Step(id="proposal_sent", stage="Propose", activities=("Proposal sent",), frequency=0.75),
        ),
    )
    assert process.notes == "Agreed in January."


def test_names_that_yaml_takes_for_something_else_are_read_as_they_stand() -> None:
    text = "process: 2026\nstages: [No, 1e3, 2026-01-01]\nconstraints: [init(No)]\n"
    assert read(text).stages == ("No", "1e3", "2026-01-01")
    assert read(text).name == "2026"


def test_a_step_may_be_done_by_entering_a_stage() -> None:
    text = SALE.replace("activity: Proposal sent", "activity: [stage: Propose, Proposal sent]")
    assert read(text).step("proposal_sent").activities == ("stage: Propose", "Proposal sent")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("{response: [a, b], within: 14 days}", "response(a, b) within 14 days"),
        ("{response: [stage: Lead, 'Call, first']}", 'response(stage: Lead, "Call, first")'),
        ("{response: ['stage: Lead', [a, b]]}", "response(stage: Lead, a | b)"),
        ("{chain response: [a, activity: b]}", "chain_response(a, b)"),
        ("{existence: a, count: 2}", "existence(a, 2)"),
        ("{existence: [a, 2]}", "existence(a, 2)"),
        ("{init: a}", "init(a)"),
        ("{responded_existence: [a, b], no later than: P2W}", "responded_existence(a, b) no later than 14 days"),
    ],
)
def test_a_rule_may_be_written_as_keys_with_values(rule: str, text: str) -> None:
    assert read(f"constraints:\n  - {rule}\n").constraints[0].text == text


def test_rules_alone_make_a_process() -> None:
    process = read("constraints:\n  - init(Lead call)\n")
    assert (process.name, process.version, process.stages, process.steps) == ("", 1, (), ())
    assert process.constraints[0].first == Operand("Lead call", ("Lead call",))
    assert process.constraints[0].template is Template.INIT


def test_every_problem_of_form_is_told_with_its_line() -> None:
    text = """\
process:
version: 1.5
stages: [A, [B]]
steps:
  - id: two words
    stage: A
    activity: x
    required: maybe
    before: {b: c}
    within: 10 business days
    frequency: 80 %
  - stage: A
  -
  - id: third
    stage: A
    activity: []
    requird: true
  - id: fourth
constraints:
  - {response: [a, {stag: b}]}
  - {response: [a, b], precedence: [a, b]}
  - {existence: a, count: two}
  - {}
  - [a, b]
"""
    assert found(text) == [
        "3: a list as a stage",
        "5: the step id 'two words'",
        "8: 'maybe' as required",
        "9: keys with values as a step that comes later",
        "10: '10 business days' as within",
        "11: '80 %' as frequency",
        "12: a step without 'id'",
        "12: a step without 'activity'",
        "13: nothing as a step",
        "17: the key 'requird' in a step",
        "16: nothing as activity",
        "18: a step without 'stage'",
        "18: a step without 'activity'",
        "20: the key 'stag' in an operand",
        "21: a rule with 2 names",
        "22: 'two' as count",
        "23: a rule with 0 names",
        "24: a list as a rule",
        "1: nothing as the name of the process",
        "2: '1.5' as the version",
    ]


def test_a_list_that_is_none_is_told_and_an_empty_one_is_nothing() -> None:
    assert found("process: Sale\nstages: [A]\nsteps: discovery\n") == ["3: 'discovery' as steps"]
    assert found("process: Sale\nstages: [A]\nsteps:\nconstraints:\n") == []
