from datetime import UTC, date, datetime, timedelta

import pytest

from afteraction.analysis.quality import Severity, data_quality
from afteraction.analysis.quality_words import COLUMNS, FLAWS
from afteraction.analysis.summary import summarise
from afteraction.lake.schema import TABLES


def sound(day, deals=60):
    """A record without a flaw: two thirds of the deals are won, all in three stages, with one touch in each."""
    rows = {"deals": [], "touches": [], "stage_changes": [], "people": [], "accounts": []}
    for n in range(deals):
        begin = n + n / 97
        rows["deals"].append(
            {
                "deal_id": f"d{n:03}",
                "owner": f"rep {n % 3}",
                "account_id": f"a{n:03}",
                "amount": 1000.0 + n,
                "currency": "EUR",
                "created_at": day(begin),
                "closed_at": day(begin + 30 + n / 10),
                "outcome": "lost" if n % 3 == 0 else "won",
                "lost_reason": ["price", "timing", "product"][n % 9 // 3] if n % 3 == 0 else None,
            }
        )
        for place, stage in enumerate(["Qualify", "Propose", "Negotiate"]):
            entered = begin + place * 7 + n / 31
            rows["stage_changes"].append({"deal_id": f"d{n:03}", "stage": stage, "at": day(entered)})
            rows["touches"].append(
                {"deal_id": f"d{n:03}", "activity": "call", "at": day(entered + 1.1), "actor": f"rep {n % 3}"}
            )
    rows["people"] = [{"person_id": f"rep {n}"} for n in range(3)]
    return rows


def change_deals(rows, count, **values):
    """The first deals with other values; a function of the deal gives its value."""
    for deal in rows["deals"][:count]:
        deal |= {key: value(deal) if callable(value) else value for key, value in values.items()}


def without(rows, table, *deals):
    rows[table] = [row for row in rows[table] if row["deal_id"] not in deals]


def add_touches(rows, *touches):
    rows["touches"] += touches


CASES = {
    "no_events": lambda rows, day: (without(rows, "touches", "d000", "d001"), without(rows, "stage_changes", "d000")),
    "no_stage_changes": lambda rows, day: without(rows, "stage_changes", "d000"),
    "ended_without_close_time": lambda rows, day: change_deals(rows, 2, closed_at=None),
    "ends_before_it_starts": lambda rows, day: change_deals(rows, 1, created_at=day(900)),
    "closed_before_last_touch": lambda rows, day: change_deals(rows, 4, closed_at=lambda deal: deal["created_at"]),
    "touches_after_close": lambda rows, day: change_deals(rows, 4, closed_at=lambda deal: deal["created_at"]),
    "owner_missing": lambda rows, day: change_deals(rows, 5, owner=None),
    "owner_unknown": lambda rows, day: change_deals(rows, 5, owner="nobody"),
    "account_missing": lambda rows, day: change_deals(rows, 5, account_id=None),
    "lost_reason_missing": lambda rows, day: change_deals(rows, 5, lost_reason=None),
    "lost_reason_dominates": lambda rows, day: change_deals(rows, 58, outcome="lost", lost_reason="price"),
    "amount_missing": lambda rows, day: change_deals(rows, 1, amount=None),
    "amount_zero": lambda rows, day: change_deals(rows, 1, amount=0.0),
    "amount_far_off": lambda rows, day: change_deals(rows, 1, amount=5_000_000.0),
    "amount_depends_on_outcome": lambda rows, day: change_deals(
        rows, 60, amount=lambda deal: 0.0 if deal["outcome"] == "lost" else deal["amount"]
    ),
    "suspected_duplicates": lambda rows, day: change_deals(rows, 3, account_id="same", amount=7.0, created_at=day(0)),
    "open_too_long": lambda rows, day: change_deals(rows, 1, outcome="open", closed_at=None, lost_reason=None),
    "overdue": lambda rows, day: change_deals(
        rows, 1, outcome="open", closed_at=None, expected_close_on=date(2026, 1, 20)
    ),
    "only_won": lambda rows, day: change_deals(rows, 60, outcome="won"),
    "only_not_won": lambda rows, day: change_deals(rows, 60, outcome="no_decision"),
    "stage_skipped": lambda rows, day: rows.update(
        stage_changes=[r for r in rows["stage_changes"] if r["deal_id"] > "d005" or r["stage"] != "Propose"]
    ),
    "logged_in_bulk": lambda rows, day: add_touches(
        rows,
        *(
            {"deal_id": f"d{n:03}", "activity": f"call {n}", "actor": "rep 0", "at": day(9.75) + timedelta(minutes=n)}
            for n in range(5)
        ),
    ),
    "touch_twice": lambda rows, day: add_touches(rows, dict(rows["touches"][0])),
    "no_time_of_day": lambda rows, day: rows.update(
        touches=[t | {"at": t["at"].replace(hour=0, minute=0, second=0, microsecond=0)} for t in rows["touches"]],
        stage_changes=[
            c | {"at": c["at"].replace(hour=0, minute=0, second=0, microsecond=0)} for c in rows["stage_changes"]
        ],
    ),
    "actor_missing": lambda rows, day: rows.update(
        touches=[t | {"actor": None} if t["deal_id"] < "d010" else t for t in rows["touches"]]
    ),
    "far_off_time": lambda rows, day: rows["touches"][0].update(at=datetime(1970, 1, 1, tzinfo=UTC)),
}


COUNTS = {
    "no_events": (1, 60),
    "no_stage_changes": (1, 60),
    "ended_without_close_time": (2, 60),
    "ends_before_it_starts": (1, 60),
    "closed_before_last_touch": (4, 60),
    "touches_after_close": (12, 180),
    "owner_missing": (5, 60),
    "owner_unknown": (5, 60),
    "account_missing": (5, 60),
    "lost_reason_missing": (2, 20),
    "lost_reason_dominates": (58, 58),
    "amount_missing": (1, 60),
    "amount_zero": (1, 60),
    "amount_far_off": (1, 60),
    "amount_depends_on_outcome": (20, 60),
    "suspected_duplicates": (2, 60),
    "open_too_long": (1, 1),
    "overdue": (1, 1),
    "only_won": (60, 60),
    "only_not_won": (60, 60),
    "stage_skipped": (6, 114),
    "logged_in_bulk": (5, 185),
    "touch_twice": (1, 181),
    "no_time_of_day": (360, 360),
    "actor_missing": (30, 180),
    "far_off_time": (1, 360),
}


def quality_of(record, rows):
    tables, log = record(**rows)
    return data_quality(tables, log, summarise(tables, log, version=1))


def test_a_sound_record_has_no_flaw(record, day):
    assert quality_of(record, sound(day)).findings == ()


def test_every_flaw_has_a_case_here():
    assert CASES.keys() == FLAWS.keys()


@pytest.mark.parametrize("flaw", CASES)
def test_each_flaw_is_found_and_counted(record, day, flaw):
    rows = sound(day)
    CASES[flaw](rows, day)
    share = next(finding.share for finding in quality_of(record, rows).findings if finding.flaw == flaw)
    assert (share.count, share.n) == COUNTS[flaw]


def test_the_more_rows_a_flaw_touches_the_more_severe_it_is(record, day):
    severities = []
    for count in (1, 5, 40):
        rows = sound(day)
        change_deals(rows, count, owner=None)
        findings = quality_of(record, rows).findings
        severities.append(next(finding.severity for finding in findings if finding.flaw == "owner_missing"))
    assert severities == [Severity.LOW, Severity.MEDIUM, Severity.HIGH]


def test_what_a_missing_column_costs_is_said(record, day):
    rows = sound(day)
    change_deals(rows, 60, owner=None)
    found = quality_of(record, rows)
    missing = {(m.table, m.column): m for m in found.missing}
    assert missing["deals", "owner"].questions == (2, 4, 5)
    assert ("deals", "amount") not in missing
    assert "owner_missing" not in {finding.flaw for finding in found.findings}, "it is not said twice"


def test_only_columns_that_exist_are_asked_for():
    assert all(column in TABLES[table].names for table, column in COLUMNS)


@pytest.mark.parametrize("deals", [[], [{"deal_id": "a", "outcome": "won"}]])
def test_records_with_next_to_nothing_are_looked_through(record, deals):
    found = quality_of(record, {"deals": deals})
    assert len(found.missing) == len(COLUMNS)
    assert {finding.flaw for finding in found.findings} <= {"no_events", "only_won", "ended_without_close_time"}
