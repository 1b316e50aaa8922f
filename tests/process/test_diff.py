from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from tests.process.strategies import processes

from afteraction.process.diff import ChangeKind, diff
from afteraction.process.model import Process, Step
from afteraction.process.rule import Vocabulary, read_rule

CALL = Step("discovery_call", "Discover", ("Call",), within=timedelta(days=14), role="rep")
DEMO = Step("demo", "Discover", ("Demo",))
OFFER = Step("offer", "Propose", ("Offer",), required=True)
STAGES = ("Qualify", "Discover", "Propose")


def process(*steps: Step, rules: tuple[str, ...] = (), stages: tuple[str, ...] = STAGES) -> Process:
    vocabulary = Vocabulary(stages, {step.id: step.operand for step in steps})
    return Process("Sale", 1, stages, steps, tuple(read_rule(rule, vocabulary).constraint for rule in rules))


OLD = process(CALL, DEMO, OFFER, rules=("response(demo, offer) within 14 days", "init(stage: Discover)"))


def sentences(old: Process, new: Process) -> list[str]:
    return [change.sentence for change in diff(old, new)]


def with_call(**values: object) -> list[str]:
    return sentences(process(CALL, OFFER), process(replace(CALL, **values), OFFER))  # type: ignore[arg-type]


@given(processes())
@settings(max_examples=50, deadline=None)
def test_a_process_does_not_differ_from_itself(same: Process) -> None:
    assert diff(same, same) == ()


def test_each_change_of_a_step_is_a_sentence() -> None:
    assert with_call(within=timedelta(days=7)) == [
        "Step 'discovery_call' must now be done within 7 days instead of 14."
    ]
    assert with_call(within=timedelta(hours=36)) == [
        "Step 'discovery_call' must now be done within 36 hours instead of 14 days."
    ]
    assert with_call(within=None) == ["Step 'discovery_call' no longer has a time limit; it was 14 days."]
    assert with_call(stage="Qualify") == ["Step 'discovery_call' moved from stage Discover to Qualify."]
    assert with_call(required=True) == ["Step 'discovery_call' is now required."]
    assert with_call(exit=True) == ["Stage Discover may no longer be left without step 'discovery_call'."]
    assert with_call(before=("offer",)) == ["Step 'discovery_call' must now come before 'offer'."]
    assert with_call(role="manager") == ["Who does step 'discovery_call' is now “manager” instead of “rep”."]
    assert with_call(role="") == ["Who does step 'discovery_call' is no longer laid down; it was “rep”."]
    assert with_call(buyer="agrees") == ["What the buyer does at step 'discovery_call' is now described: “agrees”."]
    assert with_call(name="Call") == ["Step 'discovery_call' is now shown as “Call” instead of “discovery_call”."]
    assert with_call(activities=("Call", "Visit", "Video")) == [
        "Step 'discovery_call' now also counts 'Visit' and 'Video'."
    ]
    assert with_call(activities=("Visit",)) == [
        "Step 'discovery_call' now also counts 'Visit'.",
        "Step 'discovery_call' no longer counts 'Call'.",
    ]
    assert with_call(frequency=0.5) == []


def test_changes_back_are_said_as_such() -> None:
    strict = replace(CALL, required=True, exit=True, before=("offer",), within=None)
    assert sentences(process(strict, OFFER), process(CALL, OFFER)) == [
        "Step 'discovery_call' is no longer required.",
        "Step 'discovery_call' need no longer come before 'offer'.",
        "Step 'discovery_call' must now be done within 14 days of entering Discover.",
        "Stage Discover may now be left without step 'discovery_call'.",
    ]


def test_a_step_with_another_id_and_the_same_activities_was_renamed_everywhere() -> None:
    old = process(replace(CALL, before=("demo",)), DEMO, OFFER, rules=("response(demo | offer, demo)",))
    product_demo = replace(DEMO, id="product_demo")
    new = process(
        replace(CALL, before=("product_demo",)),
        product_demo,
        OFFER,
        rules=("response(product_demo | offer, product_demo)",),
    )
    (change,) = diff(old, new)
    assert (change.kind, change.subject) == (ChangeKind.STEP_RENAMED, "product_demo")
    assert change.sentence == "Step 'demo' is now called 'product_demo'."


def test_a_stage_with_another_name_and_the_same_steps_was_renamed_everywhere() -> None:
    rules = ("precedence(demo, stage after: {})", "init(stage: {})", "response(stage: {} | demo, offer)")
    steps = [CALL, replace(DEMO, activities=("Demo", "stage: Discover")), OFFER]
    old = process(*steps, rules=tuple(rule.format("Discover") for rule in rules))
    steps = [replace(CALL, stage="Find out"), Step("demo", "Find out", ("Demo", "stage: Find out")), OFFER]
    stages = ("Qualify", "Find out", "Propose")
    new = process(*steps, rules=tuple(rule.format("Find out") for rule in rules), stages=stages)
    (change,) = diff(old, new)
    assert (change.kind, change.sentence) == (ChangeKind.STAGE_RENAMED, "Stage Discover is now called Find out.")


def test_steps_and_stages_that_come_and_go_are_named() -> None:
    kickoff = Step("kickoff", "Sign", ("Kick-off",), required=True)
    new = process(CALL, OFFER, kickoff, stages=("Discover", "Propose", "Sign"))
    assert sentences(process(CALL, DEMO, OFFER), new) == [
        "Stage Qualify was removed.",
        "Stage Sign was added after Propose.",
        "Step 'demo' was removed from stage Discover.",
        "The required step 'kickoff' was added to stage Sign.",
    ]


def test_another_order_of_stages_and_of_the_steps_in_a_stage_is_told() -> None:
    new = process(DEMO, CALL, OFFER, stages=("Discover", "Qualify", "Propose"))
    assert sentences(process(CALL, DEMO, OFFER), new) == [
        "The stages now come in the order Discover, Qualify, Propose instead of Qualify, Discover, Propose.",
        "The steps of Discover now come in the order demo, discovery_call instead of discovery_call, demo.",
    ]


def test_rules_that_come_go_or_get_another_time_are_told() -> None:
    new = process(CALL, DEMO, OFFER, rules=("response(demo, offer) within 7 days", "absence(Discount)"))
    assert sentences(OLD, new) == [
        "The rule response(demo, offer) now has a limit of 7 days instead of a limit of 14 days.",
        "New rule: “Discount” never happens.",
        "Rule dropped: Every deal begins with entry into Discover.",
    ]
    untimed = process(CALL, DEMO, OFFER, rules=("response(demo, offer)", "init(stage: Discover)"))
    assert sentences(OLD, untimed) == ["The rule response(demo, offer) now has no limit instead of a limit of 14 days."]


def test_another_activity_of_a_step_changes_the_step_and_not_the_rules_about_it() -> None:
    new = process(
        CALL, replace(DEMO, activities=("Demo", "Trial")), OFFER, rules=tuple(r.text for r in OLD.constraints)
    )
    assert [change.kind for change in diff(OLD, new)] == [ChangeKind.ACTIVITIES]


def test_another_name_and_other_notes_of_the_process_are_told() -> None:
    assert sentences(OLD, replace(OLD, name="Big sale", notes="New.")) == [
        "The process is now called “Big sale” instead of “Sale”.",
        "The notes were rewritten.",
    ]
