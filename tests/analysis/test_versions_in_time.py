"""Deals held against the version of the process in force when they began: as if each version judged its deals alone."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from afteraction.analysis.adherence import adherence, judge, mean_fitness
from afteraction.analysis.deviations import deviations
from afteraction.process.model import Process, Step
from afteraction.process.versions import DatedProcess, Versions

STAGES = ("Discover", "Propose")
DEMO = Step("demo", "Discover", ("demo",), required=True, before=("offer",), within=timedelta(days=6))
CALL = Step("call", "Discover", ("call",), required=True)
OFFER = Step("offer", "Propose", ("offer",), required=True, exit=True)
AUDIT = Step("audit", "Propose", ("audit",), required=True, within=timedelta(days=3))
FIRST = Process("Sale", 1, STAGES, (CALL, DEMO, OFFER))
SECOND = Process("Sale", 2, STAGES, (DEMO, replace(OFFER, within=timedelta(days=2)), AUDIT))
THIRD = Process("Sale", 3, STAGES, (AUDIT, replace(DEMO, required=False), OFFER))
FLAGS = ("done", "pending", "excused", "skipped", "late", "out_of_order")
CUTS = (40.0, 80.0)


def keeping(log):
    engine = log.events.get_backend()
    return lambda name, table: engine.create_table(name, table, overwrite=True)


@pytest.fixture(scope="module")
def rows(day):
    """300 deals over 120 days, of which some have no events and some no day on which they began."""
    rng = np.random.default_rng(5)
    deals, touches, moves = [], [], []
    for number in range(300):
        deal, start = f"d{number:03}", float(rng.integers(0, 120))
        ended = rng.random() < 0.8
        deals.append({
            "deal_id": deal, "outcome": rng.choice(["won", "lost", "no_decision"]) if ended else "open",
            "created_at": day(start), "closed_at": day(start + 30) if ended else None, "owner": f"r{number % 7}",
            "segment": str(rng.choice(["big", "small"])),
        })  # fmt: skip
        if number % 25 == 0:
            continue
        moves.append({"deal_id": deal, "stage": "Discover", "at": day(start)})
        if rng.random() < 0.7:
            moves.append({"deal_id": deal, "stage": "Propose", "at": day(start + float(rng.integers(1, 12)))})
        touches += [
            {"deal_id": deal, "activity": str(rng.choice(["call", "demo", "offer", "audit", "lunch"])),
             "at": day(start + float(rng.integers(0, 20)) + 0.25)}
            for _each in range(int(rng.integers(1, 8)))
        ]  # fmt: skip
    return {"deals": deals, "touches": touches, "stage_changes": moves}


@pytest.fixture(scope="module")
def versions(day):
    return Versions((DatedProcess(FIRST), DatedProcess(SECOND, day(CUTS[0])), DatedProcess(THIRD, day(CUTS[1]))))


@pytest.fixture(scope="module")
def whole(record, rows, versions):
    tables, log = record(**rows)
    return judge(versions, tables, log, keeping(log)), tables


@pytest.fixture(scope="module")
def alone(record, rows, versions):
    """Each version held against a record that has nothing but the deals that began under it."""
    found = []
    for place, dated in enumerate(versions.dated):
        deals = {row["deal_id"] for row in rows["deals"] if versions.place_at(row["created_at"]) == place}
        own = {name: [row for row in each if row["deal_id"] in deals] for name, each in rows.items()}
        tables, log = record(**own)
        found.append((judge(dated.process, tables, log, keeping(log)), tables))
    return found


def states(judgement):
    named = judgement.states.join(judgement.log.cases.select("deal_no", "deal_id"), "deal_no").to_pyarrow().to_pylist()
    return {
        (row["deal_id"], judgement.versions.steps[row["step"]].id): (
            *(row[flag] for flag in FLAGS), row["required"], row["settled"], row["entered_at"],
        )
        for row in named
    }  # fmt: skip


def test_the_states_of_steps_are_those_of_each_version_on_its_deals_alone(whole, alone):
    expected = {}
    for judgement, _tables in alone:
        expected |= states(judgement)
    assert states(whole[0]) == expected
    assert len(expected) > 600


def test_deviations_are_those_of_each_version_on_its_deals_alone(whole, alone):
    found = [tuple(row.values()) for row in deviations(whole[0].held).to_pyarrow().to_pylist()]
    expected = [
        tuple(row.values())
        for judgement, _tables in alone
        for row in deviations(judgement.held).to_pyarrow().to_pylist()
    ]
    assert Counter(found) == Counter(expected)
    assert {row[-1] for row in found} == {1, 2, 3}
    assert [row[0] for row in found] == sorted(row[0] for row in found)


def test_totals_of_a_step_are_over_the_deals_whose_version_has_it(whole, alone):
    judgement, tables = whole
    found = adherence(judgement, tables)
    parts = [adherence(each, own) for each, own in alone]
    assert [step.step for step in found.steps] == ["audit", "demo", "offer"]
    assert [step.step for step in found.given_up] == ["call"]
    for step in (*found.steps, *found.given_up):
        own = [each for part in parts for each in part.steps if each.step == step.step]
        for name in ("entered", "done", "skipped", "late", "out_of_order", "pending", "excused"):
            assert getattr(step, name) == sum(getattr(each, name) for each in own), (step.step, name)
        if step.step != "demo":  # which the newest version does not require
            required = [each for each in own if each.required]
            assert (step.due, step.kept) == (sum(e.due for e in required), sum(e.kept for e in required))
    assert [each.group for each in found.by_version] == ["1", "2", "3"]
    for group, part in zip(found.by_version, parts, strict=True):
        assert (group.due, group.kept) == (
            sum(step.due for step in part.steps if step.required),
            sum(step.kept for step in part.steps if step.required),
        )
    assert sum(group.due for group in found.by_owner) == sum(group.due for group in found.by_version)


def test_fitness_is_the_mean_over_all_deals_of_what_their_version_asks(whole, alone):
    sizes = [len(judgement.log.cases.to_pyarrow()) for judgement, _tables in alone]
    expected = np.average([mean_fitness(judgement) for judgement, _tables in alone], weights=sizes)
    assert mean_fitness(whole[0]) == pytest.approx(expected)


def test_one_version_gives_what_the_process_alone_gives(record, rows):
    tables, log = record(**rows)
    one = judge(SECOND, tables, log, keeping(log))
    dated = judge(Versions((DatedProcess(SECOND),)), tables, log, keeping(log))
    assert states(one) == states(dated)
    assert adherence(one, tables) == adherence(dated, tables)
    again = judge(Versions((DatedProcess(FIRST), DatedProcess(SECOND, min(r["created_at"] for r in rows["deals"])))),
                  tables, log, keeping(log))  # fmt: skip
    assert states(again) == states(one)
    assert adherence(again, tables).steps == adherence(one, tables).steps
