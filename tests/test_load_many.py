"""The benchmark of many people: who has how many deals, and that a run is told by its parts."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from benchmarks.load_many_data import base_of, organisations
from benchmarks.load_many_table import page


@pytest.mark.parametrize("deals", [100_000, 1_000_000, 10_000_000])
def test_organisations_together_have_all_deals_and_one_has_most_of_them(deals: int) -> None:
    grown = organisations(deals)
    copies = [each.copies for each in grown]
    assert (sum(copies) + 1) * base_of(deals) == deals
    assert copies[0] > sum(copies[1:])
    assert all(before.end == after.first for before, after in pairwise(grown))


def test_too_few_deals_are_refused_in_words() -> None:
    with pytest.raises(SystemExit, match="100,000 is the least"):
        organisations(40_000)


def test_who_was_told_to_come_back_counts_neither_as_answered_nor_as_an_error(tmp_path: Path) -> None:
    def asked(at: float, status: int = 200) -> dict[str, Any]:
        wrong = "GET /" if status >= 400 else ""
        about = {"page": "home", "status": status, "error": wrong, "at": at}
        return about | {"server": 10.0, "computed": 5.0, "client": 12.0}

    seen = {"memory": {"pages": 300.0}, "connections": 9, "busy": 2, "inside": 4, "jobs_waiting": 1}
    found = {
        "asked": [asked(at) for at in range(100)] + [asked(110.0, 503), asked(111.0), asked(112.0, 500)],
        "seen": [seen | {"at": 5.0}, seen | {"at": 95.0, "memory": {"pages": 310.0}}],
        "times": {"began": 0.0, "push": 100.0, "back": 120.0, "end": 240.0},
        "steady": {"busy": 50.0, "ours": 40.0, "seconds": 100.0},
        "jobs": {"analyse": {"n": 2, "median": 3.0, "most": 4.0, "failed": 0}},
        "unanswered": 0,
        "people": 20,
        "more": 60,
        "deals": 100_000,
    }
    (tmp_path / "run.json").write_text(json.dumps(found))
    lines = page(tmp_path).splitlines()
    assert "| 20 people | 100 | 1.0 | 10 | 10 | 10 | 12 | 12 | 12 | 12 | 0 | – | 0 |" in lines
    [push] = [line for line in lines if line.startswith("| 80 people")]
    assert [cell.strip() for cell in push.split("|")][-4:-1] == ["1", "12", "1"]
    assert "| 20 people | 300 → 310 | 9 | 2 | 4 | 1 |" in lines
