from datetime import timedelta

import pytest

from afteraction.analysis.adherence import judge
from afteraction.analysis.discipline import discipline, moments
from afteraction.process.model import Process, Step


def test_only_ended_deals_and_steps_that_were_due_are_counted(record, day, keep_beside):
    process = Process(
        "Ours",
        1,
        ("A", "B"),
        (
            Step("call", "A", ("call",), required=True, within=timedelta(days=2)),
            Step("demo", "B", ("demo",), required=True),
            Step("visit", "B", ("visit",)),
        ),
    )
    deals, changes, touches = [], [], []

    def deal(name, outcome, lasted, done, stages=("A", "B"), **facts):
        end = None if outcome == "open" else day(lasted)
        deals.append({"deal_id": name, "outcome": outcome, "created_at": day(0), "closed_at": end, **facts})
        changes.extend({"deal_id": name, "stage": stage, "at": day(5 * n)} for n, stage in enumerate(stages))
        touches.extend({"deal_id": name, "activity": activity, "at": day(at)} for activity, at in done.items())

    deal("all", "won", 9, {"call": 1, "demo": 6}, owner="ann", amount=900.0)
    deal("late", "lost", 9, {"call": 3, "demo": 6}, owner="ann", amount=1.0)
    deal("none", "lost", 9, {"visit": 7}, owner="bob", amount=2.0)
    deal("ended early", "lost", 1, {}, stages=("A",))
    deal("open", "open", 9, {"call": 1})
    tables, log = record(
        deals=deals, stage_changes=changes, touches=touches, people=[{"person_id": "ann", "team": "x"}]
    )
    judgement = judge(process, tables, log, keep_beside(tables))
    values = discipline(tables, log, judgement.states)
    found = {row["deal_id"]: row for row in values.to_pyarrow().to_pylist()}
    assert {name: row["share"] for name, row in found.items()} == {"all": 1.0, "late": 0.5, "none": 0.0}
    assert (found["all"]["team"], found["none"]["team"]) == ("x", None)
    assert [found[name]["big"] for name in ("all", "late", "none")] == [True, False, False]
    by_team = moments(values, "team")
    assert {name: (of.n, of.total, of.squares) for name, of in by_team.items()} == {
        "x": (2, 1.5, 1.25),
        None: (1, 0, 0),
    }
    only_demo = discipline(tables, log, judgement.states, steps=[1])
    assert sum(moments(only_demo, "deal_id")[name].total for name in ("all", "late", "none")) == pytest.approx(2)
