import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afteraction.analysis.discovery import discover
from afteraction.errors import NotEnoughData
from afteraction.process.check import check_text
from afteraction.process.write import process_text

STAGES = ["Qualify", "Discover", "Propose"]
STEPS = {"first call": 0.95, "needs agreed": 0.9, "demo": 0.5, "proposal": 0.97, "visit": 0.03}
"""Steps, in the order in which they are done in their stages, and how often."""
STAGE_OF = {"first call": 0, "needs agreed": 1, "demo": 1, "proposal": 2, "visit": 2}


def organisation(day, deals=400, seed=1, mistakes=0.0, stages=True):
    """Deals that go through three stages of ten days and leave a quarter behind in each. `mistakes` is the share of
    deals in which someone logged things in the wrong order, went back, or did something unheard of."""
    rng = random.Random(seed)
    rows = {"deals": [], "touches": [], "stage_changes": []}
    for n in range(deals):
        deal = f"d{n:05}"
        last = next((place for place in (0, 1) if rng.random() < 0.25), 2)
        begin = rng.uniform(0, 300)
        events = []
        for place in range(last + 1):
            rows["stage_changes"].append({"deal_id": deal, "stage": STAGES[place], "at": day(begin + 10 * place)})
            of_stage = [step for step in STEPS if STAGE_OF[step] == place]
            for number, step in enumerate(of_stage):
                if rng.random() < STEPS[step]:
                    events.append((begin + 10 * place + 1 + 4 * number + rng.random(), step))
            events += [(begin + 10 * place + rng.uniform(0, 10), "mail") for _n in range(2)]
        if rng.random() < mistakes:
            shuffled = [at for at, _step in events]
            rng.shuffle(shuffled)
            events = [(at, step) for at, (_at, step) in zip(shuffled, events, strict=True)]
            events.append((begin + 3, f"odd {n}"))
            rows["stage_changes"].append({"deal_id": deal, "stage": STAGES[0], "at": day(begin + 9.5 + 10 * last)})
        end = begin + 10 * (last + 1)
        won = last == 2 and rng.random() < 0.6
        if won:
            events.append((end + 5, "kick-off"))
        rows["deals"].append(
            {"deal_id": deal, "outcome": "won" if won else "lost", "created_at": day(begin), "closed_at": day(end)}
        )
        rows["touches"] += [{"deal_id": deal, "activity": step, "at": day(at)} for at, step in events]
    if not stages:
        rows["stage_changes"] = []
    return rows


@pytest.mark.parametrize("mistakes", [0.0, 0.03])
def test_the_process_that_deals_follow_is_found_despite_mistakes(record, day, mistakes):
    found = discover(*record(**organisation(day, mistakes=mistakes)), "Ours")
    process = found.process
    assert process.stages == tuple(STAGES)
    steps = {step.name: step for step in process.steps}
    assert set(steps) == {"first call", "needs agreed", "demo", "proposal", "mail"}
    assert {name: step.stage for name, step in steps.items() if name != "mail"} == {
        "first call": "Qualify",
        "needs agreed": "Discover",
        "demo": "Discover",
        "proposal": "Propose",
    }
    assert {name for name, step in steps.items() if step.required} == {"first call", "needs agreed", "proposal", "mail"}
    order = [step.name for step in process.steps if step.name != "mail"]
    assert order == ["first call", "needs agreed", "demo", "proposal"]
    assert timedelta(hours=46) <= steps["first call"].within <= timedelta(hours=47)
    assert steps["demo"].frequency == pytest.approx(0.5, abs=0.06)
    assert next(figures for figures in found.steps if figures.step == "mail").repeated
    left_out = {one.name: one.reason for one in found.left_out}
    assert left_out["visit"].startswith("in fewer than 10%")
    assert left_out["kick-off"] == "mostly after the deal has ended"
    assert not found.derived


def test_order_is_found_where_nearly_all_deals_keep_it(record, day):
    rows = organisation(day)
    proposed = {touch["deal_id"] for touch in rows["touches"] if touch["activity"] == "proposal"}
    begun = {deal["deal_id"]: deal["created_at"] for deal in rows["deals"]}
    rows["touches"] = [t for t in rows["touches"] if t["activity"] != "first call" or t["deal_id"] not in proposed]
    rows["touches"] += [
        {"deal_id": deal, "activity": "first call", "at": begun[deal] + timedelta(days=1)} for deal in proposed
    ]
    found = discover(*record(**rows), "Ours")
    assert "proposal" in found.process.step("first_call").before
    assert found.process.step("proposal").before == ()


def test_the_map_leads_through_stages_and_steps(record, day):
    found = discover(*record(**organisation(day)), "Ours")
    edges = {(edge.before, edge.after): edge for edge in found.edges}
    assert edges[None, "stage: Qualify"].deals == found.deals == 400
    assert edges["stage: Qualify", "first_call"].deals > 100
    known = {step.id for step in found.process.steps} | {f"stage: {stage}" for stage in STAGES} | {None}
    assert {end for edge in edges for end in edge} <= known


def test_without_stages_phases_are_found_in_the_work(record, day):
    found = discover(*record(**organisation(day, stages=False)), "Ours")
    assert found.derived
    assert found.process.stages[0] == "Start"
    assert "phases" in found.process.notes
    proposal = next(step for step in found.process.steps if step.name == "proposal")
    assert proposal.stage != "Start"


def test_the_same_record_gives_the_same_process_whatever_the_order_of_its_rows(record, day):
    rows = organisation(day, deals=60, mistakes=0.2)
    shuffled = {name: random.Random(2).sample(some, len(some)) for name, some in rows.items()}
    assert discover(*record(**rows), "Ours") == discover(*record(**shuffled), "Ours")


def test_a_record_of_stages_alone_gives_a_process_without_steps(record, day):
    rows = organisation(day, deals=30) | {"touches": []}
    found = discover(*record(**rows), "Ours")
    assert (found.process.stages, found.process.steps, found.steps) == (tuple(STAGES), (), ())
    assert check_text(process_text(found.process)).problems == ()


def test_stages_that_hardly_any_deal_enters_are_left_out(record, day):
    rows = organisation(day, deals=100)
    rows["stage_changes"].append({"deal_id": "d00001", "stage": "Legal hold", "at": day(1)})
    found = discover(*record(**rows), "Ours")
    assert found.process.stages == tuple(STAGES)
    assert "stage: Legal hold" in {one.name for one in found.left_out}


@pytest.mark.parametrize("deals", [[], [{"deal_id": "a", "outcome": "won"}]])
def test_no_events_are_not_enough_data(record, deals):
    assert isinstance(discover(*record(deals=deals), "Ours"), NotEnoughData)


NAMES = st.one_of(
    st.sampled_from(["call", "Call", "call (start)", "mail", "stage: A", "a, b", "null", "7", "- x", 'it\'s: "so"']),
    st.text(min_size=1, max_size=8),
)
EVENTS = st.lists(st.tuples(st.booleans(), NAMES, st.integers(0, 40)), max_size=9)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(["open", "won", "lost"]), EVENTS, st.integers(1, 30)), min_size=1, max_size=6)
)
def test_any_record_gives_a_process_that_the_checker_accepts(record, day, deals):
    """Each drawn deal is there several times, so that whatever it does has support."""
    rows = {"deals": [], "touches": [], "stage_changes": []}
    for outcome, events, times in deals:
        for _time in range(times):
            deal = f"d{len(rows['deals'])}"
            rows["deals"].append({"deal_id": deal, "outcome": outcome, "created_at": day(0)})
            for is_stage, name, at in events:
                if is_stage:
                    rows["stage_changes"].append({"deal_id": deal, "stage": name, "at": day(at)})
                else:
                    rows["touches"].append({"deal_id": deal, "activity": name, "at": day(at)})
    found = discover(*record(**rows), "Ours")
    if isinstance(found, NotEnoughData):
        assert not rows["touches"]
        assert not rows["stage_changes"]
        return
    text = process_text(found.process)
    checked = check_text(text)
    assert checked.problems == (), text
    assert checked.process == found.process, text
