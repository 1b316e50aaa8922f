from datetime import timedelta

from afteraction.process.model import Process, Step
from afteraction.process.rule import Vocabulary, read_rule
from afteraction.process.words import process_in_words


def test_a_process_is_told_stage_by_stage_with_its_rules() -> None:
    steps = (
        Step(
            id="demo",
            name="Demo",
            stage="Discover",
            activities=("Demo", "Trial"),
            buyer="brings a colleague",
            required=True,
            before=("offer",),
            within=timedelta(days=14),
            role="engineer",
            exit=True,
        ),
        Step("offer", "Propose", ("Offer",), frequency=0.8),
    )
    names = Vocabulary((), {step.id: step.operand for step in steps})
    rule = read_rule("response(demo, offer)", names).constraint
    process = Process("Sale", 2, ("Discover", "Propose"), steps, (rule,), notes="Agreed in January.\n")
    assert process_in_words(process) == WORDS


WORDS = """\
Sale, version 2
===============

Agreed in January.

1. Discover
   Demo (required, by engineer)
      The buyer brings a colleague.
      Counts as done: Demo, Trial.
      Within 14 days of entering Discover.
      Before offer.
      Discover may not be left without it.

2. Propose
   offer (optional)
      Counts as done: Offer.
      Found in 80% of the deals.

Further rules
   - Every “Demo” is followed by “offer”.
"""
