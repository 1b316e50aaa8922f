"""Which activities end deals, told from invented logs in which other activities sound as if they did."""

import csv
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.ingest.installation import Files, Installation

from afteraction.errors import Refused

Course = Callable[[random.Random], list[str]]
HEADER = ["Case ID", "Activity", "Complete Timestamp", "Resource", "Segment"]


def write_log(path: Path, deals: int, course: Course, seed: int = 5) -> Path:
    """Write an event log in which every deal takes its `course`."""
    dice = random.Random(seed)
    rows = []
    for deal in range(deals):
        at = datetime(2024, 1, 1) + timedelta(hours=dice.random() * 24 * 300)  # noqa: DTZ001
        segment = dice.choice(["small", "large"])
        for activity in course(dice):
            rows.append([f"C{deal}", activity, f"{at:%Y-%m-%d %H:%M:%S}", dice.choice("xyz"), segment])
            at += timedelta(hours=dice.expovariate(1 / 30))
    rows.sort(key=lambda row: row[2])
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def decided(installation: Installation) -> dict[str, str]:
    return dict(installation.rows("SELECT DISTINCT stage, outcome FROM stage_changes"))


def with_offers(dice: random.Random) -> list[str]:
    """Offers are accepted and rejected in the middle; how the deal ends is another matter."""
    course = ["Lead created", "Call"]
    if dice.random() < 0.8:
        course += ["Offer sent", "Offer accepted" if dice.random() < 0.3 else "Offer rejected", "Call", "Call"]
    endings = [["Contract signed", "Kick-off"], ["Deal lost"], ["Deal cancelled"], []]
    (ending,) = dice.choices(endings, weights=[30, 40, 15, 15])
    return course + ending


def with_approval_first(dice: random.Random) -> list[str]:
    """Every deal is approved by finance before it is pursued; much happens after a win."""
    course = ["Created", "Qualified", "Approved by finance", "Proposal"]
    return course + (["Won", "Kick-off", "Invoice", "Paid"] if dice.random() < 0.5 else ["Lost"])


def with_several_words_for_one_end(dice: random.Random) -> list[str]:
    """A win is written down three times; losses have two names."""
    end = dice.random()
    if end < 0.4:
        return ["Submitted", "Checked", "Approved", "Registered", "Activated"]
    return ["Submitted", "Checked", "Declined" if end < 0.7 else "Expired"]


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (with_offers, {"Contract signed": "won", "Deal lost": "lost", "Deal cancelled": "no_decision"}),
        (with_approval_first, {"Won": "won", "Lost": "lost"}),
        (
            with_several_words_for_one_end,
            {"Approved": "won", "Registered": "won", "Activated": "won", "Declined": "lost", "Expired": "no_decision"},
        ),
    ],
)
def test_the_log_tells_which_activities_end_deals(
    files: Files, installation: Installation, course: Course, expected: dict[str, str]
) -> None:
    report = installation.imports(write_log(files.folder / "log.csv", 300, course))
    assert decided(installation) == expected
    assert {one.activity: one.outcome for one in report.set_apart} == expected
    events = sum(one.events for one in report.set_apart)
    assert report.sheets[0].rows == report.tables["touches"].merged + events
    assert installation.rows(
        """
        SELECT count(*) FROM deals
        JOIN (SELECT deal_id, min("at") AS ended FROM stage_changes GROUP BY 1) USING (deal_id)
        WHERE closed_at IS DISTINCT FROM ended OR outcome = 'open'
        """
    ) == [(0,)]


def test_a_log_imported_again_after_it_grew_brings_its_deals_up_to_date(
    files: Files, installation: Installation
) -> None:
    path = write_log(files.folder / "log.csv", 60, with_approval_first)
    whole = path.read_text().splitlines()
    path.write_text("\n".join(whole[: len(whole) * 9 // 10]) + "\n")
    installation.imports(path)
    path.write_text("\n".join(whole) + "\n")
    report = installation.imports(path)
    assert report.refusals is None
    assert report.tables["touches"].changed == 0
    assert report.tables["deals"].changed > 0
    assert installation.rows("SELECT DISTINCT outcome FROM deals ORDER BY 1") == [("lost",), ("won",)]


def test_a_log_beside_deals_only_adds_what_happened(files: Files, installation: Installation) -> None:
    log = write_log(files.folder / "log.csv", 40, with_approval_first)
    deals = files.write(
        "deals.csv", "deal_id,owner,outcome\n" + "".join(f"C{n},ann,{'won' if n % 2 else 'lost'}\n" for n in range(40))
    )
    installation.imports(deals, log)
    assert installation.rows("SELECT owner, outcome, count(*) FROM deals GROUP BY ALL ORDER BY ALL") == [
        ("ann", "lost", 20),
        ("ann", "won", 20),
    ]


def test_a_log_for_deals_that_are_known_better_leaves_them_alone(files: Files, installation: Installation) -> None:
    installation.imports(
        files.write("deals.csv", "deal_id,owner,outcome\n" + "".join(f"C{n},ann,open\n" for n in range(40)))
    )
    report = installation.imports(write_log(files.folder / "log.csv", 40, with_approval_first))
    assert "deals" not in report.tables
    assert installation.rows("SELECT DISTINCT owner, outcome FROM deals") == [("ann", "open")]


def test_columns_that_stay_the_same_in_a_deal_are_its_own(files: Files, installation: Installation) -> None:
    report = installation.imports(write_log(files.folder / "log.csv", 50, with_approval_first))
    assert installation.rows(
        "SELECT count(*) FROM deals WHERE segment IN ('small', 'large') AND created_at IS NOT NULL"
    ) == [(50,)]
    assert report.tables["deals"].new == 50


def test_a_log_in_which_nothing_ends_a_deal_is_asked_about(files: Files, installation: Installation) -> None:
    log = write_log(files.folder / "log.csv", 50, lambda dice: ["Call", "Mail", "Demo"])
    with pytest.raises(Refused, match="no activity ends deals plainly"):
        installation.imports(log)


def test_endings_that_contradict_each_other_are_asked_about(files: Files, installation: Installation) -> None:
    def course(dice: random.Random) -> list[str]:
        return ["Created", *dice.sample(["Approved", "Declined", "Cancelled"], 2)]

    with pytest.raises(Refused, match="what the files do not settle"):
        installation.imports(write_log(files.folder / "log.csv", 80, course))


XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/">
{traces}
</log>
"""


def test_an_xes_log_gives_deals_touches_and_outcomes(files: Files, installation: Installation) -> None:
    traces = []
    for deal in range(20):
        end = ["Won", "Lost", "Cancelled", "Call"][deal % 4]
        events = [("Call", "start", 1), ("Call", "complete", 2), ("Demo", "complete", 3), (end, "complete", 4)]
        written = "".join(
            f'<event><string key="concept:name" value="{name}"/><string key="lifecycle:transition" value="{state}"/>'
            f'<string key="org:resource" value="ann"/>'
            f'<date key="time:timestamp" value="2024-01-0{day}T10:00:00+02:00"/></event>'
            for name, state, day in events
        )
        traces.append(
            f'<trace><string key="concept:name" value="D{deal}"/>'
            f'<float key="AMOUNT" value="{deal}.5"/>{written}</trace>'
        )
    report = installation.imports(files.write("log.xes", XES.format(traces="\n".join(traces))))
    outcomes = installation.rows("SELECT outcome, count(*) FROM deals GROUP BY ALL ORDER BY ALL")
    assert outcomes == [("lost", 5), ("no_decision", 5), ("open", 5), ("won", 5)]
    assert installation.rows("SELECT amount, strftime(created_at, '%d %H') FROM deals WHERE deal_id = 'D3'") == [
        (3.5, "01 08")
    ]
    assert installation.rows("SELECT activity, count(*) FROM touches GROUP BY ALL ORDER BY ALL") == [
        ("Call", 25),
        ("Call (start)", 20),
        ("Demo", 20),
    ]
    assert report.tables["touches"].new + sum(one.events for one in report.set_apart) == 80
