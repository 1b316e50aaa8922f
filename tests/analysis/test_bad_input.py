"""Whatever a record holds, a study ends in figures or in words: no traceback, no warning of a library, no certainty."""

import io
import json
from datetime import timedelta

import pytest
from rich.console import Console
from tests.analysis.bad_records import PROCESS, day, deals, each

from afteraction.analysis.event_log import prepare
from afteraction.analysis.happened import happened
from afteraction.analysis.study import study
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process, Step
from afteraction.report.figures import figures
from afteraction.report.summary_text import print_summary

MADE = day(700)
ODD = ('=SUM(A1)|b\n"c"', "Ünïcode ☃ <script>alert(1)</script>", "'; DROP TABLE deals; --" + "x" * 300)
ODD_PROCESS = Process(
    "Odd [bold]",
    1,
    PROCESS.stages,
    tuple(Step(step.id, step.stage, (name,), name=name) for step, name in zip(PROCESS.steps, ODD, strict=True)),
)


def after(days):
    return lambda row, _rng: row["created_at"] + timedelta(days=days)


def ended_all(outcome):
    return each(outcome=outcome, closed_at=after(45))


def of_the_outcome(row, _rng):
    row["signed"] = "yes" if row["outcome"] == "won" else "no"


def closed_before_it_began(row, _rng):
    if row["closed_at"]:
        row["closed_at"] = row["created_at"] - timedelta(days=5)


def centuries_later(row, _rng):
    row["created_at"] += timedelta(days=70_000)
    if row["closed_at"]:
        row["closed_at"] += timedelta(days=70_000)


def one_centuries_later(row, _rng):
    if row["deal_id"] == "d00003":
        row["closed_at"] = day(330_000)


def done_by_all_who_won(rows):
    """Every won deal has its demo at day 25, no other has any."""
    begun = {row["deal_id"]: row["created_at"] for row in rows["deals"] if row["outcome"] == "won"}
    others = [touch for touch in rows["touches"] if touch["activity"] != "Demo"]
    demos = [{"deal_id": deal, "activity": "Demo", "at": at + timedelta(days=25)} for deal, at in begun.items()]
    return {**rows, "touches": others + demos}


def with_odd_names(rows):
    names = dict(zip(("Call", "Demo", "Offer"), ODD, strict=True))
    return {**rows, "touches": [{**touch, "activity": names[touch["activity"]]} for touch in rows["touches"]]}


def any_of(*values):
    return lambda _row, rng: rng.choice(values)


RECORDS = {
    "all won": lambda: deals(400, ended_all("won")),
    "all lost": lambda: deals(400, ended_all("lost")),
    "no deal": lambda: deals(0),
    "one deal": lambda: deals(1),
    "ten deals": lambda: deals(10),
    "all open": lambda: deals(400, each(outcome="open", closed_at=None)),
    "two won": lambda: deals(400, each(outcome=lambda r, _: "won" if r["deal_id"] < "d00002" else "lost")),
    "constant columns": lambda: deals(400, each(segment="a", owner="a", amount=1.0, source="a", competitor="a")),
    "a column that separates": lambda: deals(400, of_the_outcome),
    "a step that separates": lambda: done_by_all_who_won(deals(400)),
    "all in the future": lambda: deals(400, centuries_later),
    "one in the future": lambda: deals(400, one_centuries_later),
    "closed before created": lambda: deals(400, closed_before_it_began),
    "closed when created": lambda: deals(400, each(closed_at=after(0))),
    "no dates": lambda: deals(400, each(created_at=None, closed_at=None)),
    "no owner": lambda: deals(400, each(owner=None)),
    "one owner": lambda: deals(400, each(owner="one")),
    "amounts that are no number": lambda: deals(400, each(amount=any_of(float("nan"), float("inf"), -float("inf"), 5))),
    "huge amounts": lambda: deals(400, each(amount=any_of(1e300, 1e12, 5.0))),
    "negative amounts": lambda: deals(400, each(amount=lambda _, rng: -1e6 * rng.random())),
    "thousands of segments": lambda: deals(6_000, each(segment=lambda _, rng: f"s{rng.randrange(5_000)}"), seed=3),
    "odd names": lambda: with_odd_names(deals(400, each(segment=any_of(*ODD), owner=any_of(*ODD)))),
    "no stage changes": lambda: {**deals(400), "stage_changes": []},
    "no touches": lambda: {**deals(400), "touches": []},
}
"""Records in which nothing has an effect, or nothing that could be known."""

QUICK = ("all won", "no deal", "one deal", "ten deals", "a step that separates", "one in the future", "huge amounts")


@pytest.fixture(scope="module")
def studied(record, keep_beside):
    """Makes the figures of a bad record, by its name, and what is printed of them."""
    known = {}

    def make(name, process=PROCESS):
        if (name, process) not in known:
            rows = RECORDS[name]()
            tables = happened(record(**rows)[0], MADE)
            keep = keep_beside(tables)
            found = study(tables, prepare(tables, keep), 1, process, keep, "Found")
            printed = io.StringIO()
            print_summary(found, Console(file=printed))
            known[name, process] = figures(found), printed.getvalue()
        return known[name, process]

    return make


def slow(*case):
    return pytest.param(*case, marks=pytest.mark.slow)


def reasons(found):
    return {each["part"]: each["reason"] for each in found["refused"]}


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in QUICK else [pytest.mark.slow]) for n in RECORDS])
def test_a_bad_record_ends_in_figures_or_in_words_and_names_nobody(studied, name):
    found, printed = studied(name, ODD_PROCESS if name == "odd names" else PROCESS)
    json.dumps(found, allow_nan=False)
    assert "Data version 1" in printed
    assert {step["verdict"] for step in found["steps"]} <= {"cant_tell", "no_effect"}
    assert all(step["refused"] or step["high"] > step["low"] for step in found["steps"])
    assert {each["verdict"] for each in found["reps"]} <= {"cant_tell", "as_expected"}
    if found["win_probability"] is None:
        assert reasons(found)["win_probability"]
    else:
        assert found["win_probability"]["auc"] < 0.75
    for part in found["refused"]:
        assert part["reason"], part
        assert part["needed"], part


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no deal", "one deal", "ten deals", "odd names"])
def test_a_process_is_looked_for_in_a_bad_record_too(studied, name):
    found, _printed = studied(name, None)
    json.dumps(found, allow_nan=False)
    assert {step["verdict"] for step in found["steps"]} <= {"cant_tell", "no_effect"}


@pytest.mark.parametrize(
    ("name", "part", "reason"),
    [
        ("no deal", "win_rates", "no deal has ended"),
        ("no deal", "win_probability", "no deal has a date at which it began"),
        ("all won", "win_probability", "0 other deals had ended"),
        ("ten deals", "win_probability", "had ended when the latest 30% began"),
        slow("all open", "win_rates", "no deal has ended"),
        slow("all lost", "win_probability", "only 0 won"),
        slow("all in the future", "win_probability", "only 0 won and 0 other deals had ended"),
        slow("no dates", "competing_risks", "too few deals have ended whose start is on record"),
        slow("no owner", "reps", "0 reps"),
        slow("one owner", "reps", "1 reps"),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_reason(studied, name, part, reason):
    assert reason in reasons(studied(name)[0])[part]


def test_a_step_that_only_winners_have_is_no_reason_to_win(studied):
    found, _printed = studied("a step that separates")
    [demo] = [step for step in found["steps"] if step["step"] == "demo"]
    assert demo["effect"] is None
    assert "as only what is noted because of it does" in demo["refused"]["reason"]


@pytest.mark.slow
def test_a_column_that_separates_is_not_predicted_from(studied):
    found, _printed = studied("a column that separates")
    told = [each for each in found["attributes"] if each["attribute"] == "signed"]
    assert told
    assert all("nearly without error" in each["refused"]["reason"] for each in told)


def test_one_date_of_the_future_does_not_stretch_the_record(studied):
    found, _printed = studied("one in the future")
    assert "1 ended deals without a closing date are left out" in found["win_probability"]["notes"]
    assert found["data"]["to"] < "2027"
    assert {each["verdict"] for each in found["claims"]} <= {"cant_tell", "fiction"}


@pytest.mark.slow
def test_of_thousands_of_segments_few_are_judged(studied):
    found, _printed = studied("thousands of segments")
    assert len(found["attributes"]) < 100
    assert not isinstance(found["win_rates"], NotEnoughData)
