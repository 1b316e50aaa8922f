from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from tests.process.strategies import processes
from tests.process.test_diff import CALL, DEMO, OFFER, OLD, process, sentences

from afteraction.errors import Refused
from afteraction.process.check import check_text
from afteraction.process.editing import new_id, with_changed_step, with_step, without_step
from afteraction.process.merging import rebased
from afteraction.process.model import Process, Step
from afteraction.process.rewriting import rewritten
from afteraction.process.write import process_text

DAY = timedelta(days=1)
TEXT = """# How we sell
process: Sale
version: 3
stages: [Qualify, Discover, Propose]   # never four

steps:
  # Everything starts with a call.
  - id: discovery_call
    stage: Discover
    activity: Call   # or a meeting
    within: 14 days

  # Nobody likes this one.
  - id: demo
    stage: Discover
    activity: Demo
    before: [offer]

  - id: offer
    stage: Propose
    activity: Offer
    required: true

# Rules that no step says.
constraints:
  - "init(stage: Discover)"
  - response(demo, offer) within 14 days
"""


def read(text: str) -> Process:
    found = check_text(text).process
    assert found is not None, check_text(text).problems
    return found


def test_a_step_goes_with_everything_that_speaks_of_it() -> None:
    before = process(replace(CALL, before=("demo",)), DEMO, OFFER, rules=("response(demo, offer)", "existence(offer)"))
    assert sentences(before, without_step(before, "demo")) == [
        "Step 'demo' was removed from stage Discover.",
        "Step 'discovery_call' need no longer come before 'demo'.",
        "Rule dropped: Every “demo” is followed by “offer”.",
    ]


def test_a_step_is_added_at_the_end_of_its_stage() -> None:
    made = with_step(OLD, Step("plan", "Discover", ("Plan",)))
    assert [step.id for step in made.steps] == ["discovery_call", "demo", "plan", "offer"]
    assert with_step(OLD, Step("a", "Qualify", ("A",))).steps[0].id == "a"
    assert [step.id for step in with_step(OLD, Step("a", "Discover", ("A",)), after="discovery_call").steps][1] == "a"


def test_a_step_is_changed_in_what_is_usual() -> None:
    made = with_changed_step(OLD, "demo", name="Product demo", required=True, within=2 * DAY, before=["offer"])
    assert sentences(OLD, made) == [
        "Step 'demo' is now shown as “Product demo” instead of “demo”.",
        "Step 'demo' is now required.",
        "Step 'demo' must now come before 'offer'.",
        "Step 'demo' must now be done within 2 days of entering Discover.",
    ]


def test_an_id_of_a_new_step_is_free_and_can_be_written() -> None:
    taken = process(CALL, Step("call_the_cfo", "Discover", ("Call CFO",)))
    assert new_id(taken, "Call the CFO!") == "call_the_cfo_2"
    assert new_id(OLD, "3 Gespräche führen") == "step_3_gesprache_fuhren"
    assert new_id(OLD, "電話") == "step"


def test_what_did_not_change_stays_as_it_was_written() -> None:
    old = read(TEXT)
    text = rewritten(
        TEXT, with_changed_step(old, "demo", name="demo", required=False, within=3 * DAY, before=["offer"])
    )
    assert text == TEXT.replace("    before: [offer]\n", "    before: [offer]\n    within: 3 days\n")
    gone = rewritten(TEXT, without_step(old, "demo"))
    assert "Nobody likes" not in gone
    assert "# Everything starts with a call." in gone
    assert "Call   # or a meeting" in gone
    assert "# Rules that no step says." in gone
    assert read(gone) == without_step(old, "demo")


def test_a_new_step_is_written_between_those_that_are_there() -> None:
    made = with_step(read(TEXT), Step("plan", "Discover", ("Plan",), name="A plan"))
    text = rewritten(TEXT, made)
    assert read(text) == made
    assert text.replace("  - id: plan\n    name: A plan\n    stage: Discover\n    activity: Plan\n\n", "") == TEXT


@pytest.mark.parametrize(
    "flow", ["steps: [{id: a, stage: S, activity: A}]", "steps:\n- id: a\n  stage: S\n  activity: A"]
)
def test_a_text_that_is_written_otherwise_is_rewritten_all_the_same(flow: str) -> None:
    text = f"process: P\nstages: [S]\n{flow}\n"
    made = with_step(read(text), Step("b", "S", ("B",)))
    assert read(rewritten(text, made)) == made


@given(processes(), processes())
@settings(max_examples=30, deadline=None)
def test_any_process_can_be_written_into_the_text_of_any_other(one: Process, other: Process) -> None:
    text = process_text(one)
    if check_text(text).process is None or check_text(process_text(other)).process is None:
        return  # drawn without regard to sense
    assert read(rewritten(text, other)) == read(process_text(other))


def test_an_edit_is_made_again_on_a_newer_process() -> None:
    edited = without_step(OLD, "demo")
    newest = with_changed_step(OLD, "offer", name="Offer", required=True, within=5 * DAY, before=[])
    newest = with_step(newest, Step("plan", "Propose", ("Plan",)))
    found = rebased(OLD, edited, newest)
    assert found == without_step(newest, "demo")
    assert sentences(newest, found)[0] == sentences(OLD, edited)[0] == "Step 'demo' was removed from stage Discover."


def test_what_both_changed_in_the_same_way_is_no_conflict() -> None:
    both = with_changed_step(OLD, "demo", name="demo", required=True, within=None, before=[])
    assert rebased(OLD, both, both) == both


def test_every_place_where_both_changed_something_differently_is_told() -> None:
    ours = with_changed_step(OLD, "demo", name="demo", required=False, within=2 * DAY, before=[])
    ours = without_step(ours, "discovery_call")
    theirs = with_changed_step(OLD, "demo", name="demo", required=False, within=9 * DAY, before=[])
    theirs = with_changed_step(theirs, "discovery_call", name="Call", required=True, within=DAY, before=[])
    with pytest.raises(Refused) as refused:
        rebased(OLD, ours, theirs)
    assert refused.value.found.splitlines() == [
        "step 'demo', when it is due: 2 days here, 9 days in the newest process, nothing before",
        "step 'discovery_call' is taken out here, and was changed in the newest process",
    ]


def test_an_edit_cannot_lean_on_what_was_taken_out() -> None:
    ours = with_changed_step(OLD, "discovery_call", name="Call", required=False, within=14 * DAY, before=["demo"])
    with pytest.raises(Refused, match="'discovery_call' is to come before 'demo', which was removed"):
        rebased(OLD, ours, without_step(OLD, "demo"))


def test_a_step_that_was_renamed_since_is_known_again() -> None:
    ours = with_changed_step(OLD, "demo", name="demo", required=True, within=None, before=[])
    renamed = process(CALL, replace(DEMO, id="product_demo"), OFFER, rules=("init(stage: Discover)",))
    found = rebased(OLD, ours, renamed)
    assert sentences(renamed, found) == ["Step 'product_demo' is now required."]


@given(processes())
@settings(max_examples=40, deadline=None)
def test_an_edit_of_what_did_not_change_is_the_edit(base: Process) -> None:
    other = replace(base, steps=base.steps[:-1])
    if any(other_id not in {step.id for step in other.steps} for step in other.steps for other_id in step.before):
        return
    assert rebased(base, other, base).steps == other.steps
    assert rebased(base, base, other).steps == other.steps
