"""Conformance beside pm4py's: the same deals break the same rules, except where pm4py leaves the published semantics.

Where it does so, and by which traces one sees it, is written in docs/conformance.md.
"""

import random
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from types import ModuleType

import ibis
import pyarrow as pa
import pytest
from benchmarks.pm4py_model import DEPARTS, model_in_pm4py, numbers_of
from tests.process.declare_oracle import violated
from tests.traces import Engine, Trace, operand, random_log, random_model, trace

from afteraction.analysis.event_log import EventLog, prepare
from afteraction.lake.schema import TABLES
from afteraction.process.model import Constraint, Template

pytestmark = pytest.mark.filterwarnings("ignore:::pm4py", "ignore:The EventLog class has been deprecated")


@pytest.fixture(scope="module")
def pm4py() -> ModuleType:
    return pytest.importorskip("pm4py", reason="pm4py is not installed; it comes with requirements/peers.txt")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def judged_by_pm4py(
    pm4py: ModuleType, traces: Mapping[str, Trace], model: Sequence[Constraint]
) -> set[tuple[str, int]]:
    """The deals and constraints that they break. A log of pm4py's own kind can hold cases without events."""
    log_of = pm4py.objects.log.obj
    log = log_of.EventLog(
        [
            log_of.Trace([log_of.Event({"concept:name": a, "time:timestamp": at}) for a, at in t])
            for t in traces.values()
        ]
    )
    found = pm4py.conformance_declare(log, model_in_pm4py(model))
    return {(d, n) for d, case in zip(traces, found, strict=True) for n in numbers_of(case["deviations"], model)}


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.slow] if seed >= 5 else []) for seed in range(20)]
)
def test_two_hundred_random_logs_and_models_are_judged_alike(engine, pm4py, seed):
    rng = random.Random(seed)
    logs = [random_log(rng) for _log in range(10)]
    traces = {f"log {n}, {deal}": events for n, log in enumerate(logs) for deal, events in log.items()}
    assert min(map(len, traces.values())) == 0
    assert any(len({at for _a, at in events}) < len(events) for events in traces.values())
    model = [c for _log in logs for c in random_model(rng, size=4, timed=False, several=False)]
    ours = engine.pairs(engine.log(traces), model)
    theirs = judged_by_pm4py(pm4py, traces, model)
    differing = {number for _deal, number in ours ^ theirs}
    assert [model[n].text for n in differing if not departs(model[n])] == []
    for n in differing:
        assert {deal for deal, number in ours if number == n} == {d for d, t in traces.items() if violated(model[n], t)}


def departs(constraint: Constraint) -> bool:
    twice_the_same = constraint.template == Template.ALTERNATE_PRECEDENCE and constraint.first == constraint.second
    return constraint.template in DEPARTS or twice_the_same


EVERY_TRACE = {letters: trace(letters) for n in range(5) for letters in map("".join, product("abc", repeat=n))}
EVERY_RULE = [
    Constraint(template, operand("a"), None if template.unary else operand(second))
    for second in "ab"
    for template in Template
    if second == "b" or not template.unary
]


def test_on_every_short_trace_pm4py_departs_from_the_formulas_in_three_ways_and_no_other(engine, pm4py):
    published = {(d, n) for d, events in EVERY_TRACE.items() for n, c in enumerate(EVERY_RULE) if violated(c, events)}
    assert engine.pairs(engine.log(EVERY_TRACE), EVERY_RULE) == published
    theirs = judged_by_pm4py(pm4py, EVERY_TRACE, EVERY_RULE)
    differing = {EVERY_RULE[number].text for _deal, number in published ^ theirs}
    assert differing == {
        "alternate_precedence(a, a)",
        "not_succession(a, a)",
        "not_succession(a, b)",
        "not_chain_succession(a, a)",
        "not_chain_succession(a, b)",
    }


DOCUMENTED = [
    (Template.NOT_SUCCESSION, "b", "aba", True, False),
    (Template.NOT_SUCCESSION, "b", "bab", True, False),
    (Template.NOT_SUCCESSION, "b", "ab", True, True),
    (Template.NOT_SUCCESSION, "a", "a", True, False),
    (Template.NOT_CHAIN_SUCCESSION, "b", "aba", True, False),
    (Template.NOT_CHAIN_SUCCESSION, "b", "aab", True, False),
    (Template.NOT_CHAIN_SUCCESSION, "b", "ab", True, True),
    (Template.NOT_CHAIN_SUCCESSION, "a", "aa", True, False),
    (Template.ALTERNATE_PRECEDENCE, "a", "a", False, True),
    (Template.CHAIN_PRECEDENCE, "b", "ba", True, True),
]


def test_the_traces_of_the_documentation_show_what_it_says(engine, pm4py):
    page = (Path(__file__).parents[2] / "docs" / "conformance.md").read_text(encoding="utf-8")
    for template, second, letters, ours_breaks, theirs_breaks in DOCUMENTED:
        rule = Constraint(template, operand("a"), operand(second))
        traces = {"d": trace(letters)}
        assert violated(rule, traces["d"]) == ours_breaks
        assert bool(engine.pairs(engine.log(traces), [rule])) == ours_breaks
        assert bool(judged_by_pm4py(pm4py, traces, [rule])) == theirs_breaks
        said = {True: "broken", False: "kept"}
        row = f"| `{template.value}(a, {second})` | {' '.join(letters)} | {said[ours_breaks]} | {said[theirs_breaks]} |"
        assert row in page


def test_counts_that_pm4py_does_not_know_are_judged_as_if_they_were_one(pm4py):
    traces = {"once": trace("a"), "twice": trace("aa")}
    rule = Constraint(Template.EXISTENCE, operand("a"), count=2)
    assert judged_by_pm4py(pm4py, traces, [rule]) == set()
    assert [violated(rule, events) for events in traces.values()] == [True, False]


def test_a_table_of_events_leaves_cases_without_events_out(pm4py):
    traces = {"one": trace("a"), "none": []}
    rows = [{"case:concept:name": d, "concept:name": a, "time:timestamp": at} for d, t in traces.items() for a, at in t]
    found = pm4py.conformance_declare(
        pa.Table.from_pylist(rows).to_pandas(), model_in_pm4py([Constraint(Template.EXISTENCE, operand("b"))])
    )
    assert len(found) == 1


@pytest.mark.slow
def test_real_loan_applications_are_judged_alike(engine, pm4py, shared_data):
    frame = pm4py.read_xes(
        str(shared_data / "bpic2012" / "bpic2012.xes.gz"), variant="line_by_line", show_progress_bar=False
    )
    frame["concept:name"] += " " + frame["lifecycle:transition"].str.lower()
    # pm4py takes the rows of a case as they stand, and finds them only where they stand together.
    frame = frame.sort_values(["case:concept:name", "time:timestamp"], kind="stable", ignore_index=True)
    frequent = frame["concept:name"].value_counts().index[:12].tolist()
    rng = random.Random(2012)
    model = list({rule.text: rule for rule in (sampled(rng, frequent, n) for n in range(48))}.values())
    cases = sorted(frame["case:concept:name"].unique())
    theirs = {
        (deal, n)
        for deal, case in zip(cases, pm4py.conformance_declare(frame, model_in_pm4py(model)), strict=True)
        for n in numbers_of(case["deviations"], model)
    }
    ours = engine.pairs(log_of(engine, frame), model)
    assert len(cases) == 13_087
    assert len(frame) == 262_200
    assert len(theirs) > 10_000
    assert ours == theirs


def sampled(rng: random.Random, activities: Sequence[str], number: int) -> Constraint:
    """A rule over two different activities, of each template in turn that pm4py understands as published."""
    templates = [template for template in Template if template not in DEPARTS]
    template = templates[number % len(templates)]
    first, second = rng.sample(activities, 2)
    return Constraint(template, operand(first), None if template.unary else operand(second))


def log_of(engine: Engine, frame) -> EventLog:
    """The prepared log of a table of events as pm4py has it, events of one instant in the order of its rows."""
    events = pa.table(
        {
            "touch_id": [f"{n:09}" for n in range(len(frame))],
            "deal_id": frame["case:concept:name"].to_numpy(),
            "activity": frame["concept:name"].to_numpy(),
            "at": frame["time:timestamp"].to_numpy(),
            "source_order": range(len(frame)),
        }
    )
    cases = frame["case:concept:name"].unique()
    deals = pa.table({"deal_id": cases, "outcome": ["open"] * len(cases)})
    moves = TABLES["stage_changes"].arrow.empty_table()
    rows = {"deals": deals, "touches": events, "stage_changes": moves}
    return prepare({name: engine.keep(name, ibis.memtable(each)) for name, each in rows.items()}, engine.keep)
