from datetime import timedelta

from hypothesis import given, settings
from tests.process.strategies import processes

from afteraction.process.check import check_text
from afteraction.process.model import Constraint, Operand, Process, Step, Template
from afteraction.process.parse import parse
from afteraction.process.write import process_text


@given(processes())
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back_exactly(process: Process) -> None:
    draft = parse(process_text(process, header="any\ncomment: {"))
    assert draft.problems == []
    assert draft.process == process
    assert draft.process.notes == process.notes


def test_the_text_is_in_the_order_of_the_documentation_and_leaves_out_what_says_nothing() -> None:
    steps = (
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
        ),
        Step(id="proposal_sent", stage="Propose", activities=("Proposal sent",), frequency=0.75),
    )
    rule = Constraint(Template.RESPONSE, Operand("stage: Propose", ("stage: Propose",)), steps[1].operand)
    process = Process("Enterprise sale", 3, ("Discover", "Propose"), steps, (rule,))
    assert process_text(process, "Agreed in January.") == WRITTEN
    assert check_text(WRITTEN).process == process


WRITTEN = """\
# Agreed in January.
process: Enterprise sale
version: 3
stages: [Discover, Propose]

steps:
  - id: discovery_call
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

constraints:
  - 'response(stage: Propose, proposal_sent)'
"""


def test_a_model_of_rules_alone_is_written_without_stages_and_steps() -> None:
    process = Process("", 1, (), (), (Constraint(Template.INIT, Operand("Lead call", ("Lead call",))),))
    assert process_text(process) == "version: 1\n\nconstraints:\n  - init(Lead call)\n"
    assert check_text(process_text(process)).process == process


def test_notes_keep_their_lines() -> None:
    text = process_text(Process("Sale", 1, ("Only",), (), notes="First line.\nSecond: line.\n"))
    assert "notes: |\n  First line.\n  Second: line.\n" in text
