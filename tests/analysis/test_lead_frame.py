"""One row per lead, from all the tables that know something of it."""

import numpy as np
import pytest

from afteraction.analysis.lead_frame import CONTENT, MONTH, SOURCE, lead_frame
from afteraction.analysis.lead_statuses import LeadStatus, status_kinds
from afteraction.errors import NotEnoughData


def words(found, name):
    fact = found.facts[name]
    return [fact.levels[code] if code >= 0 else None for code in fact.codes]


@pytest.fixture
def made(record, day):
    return lambda **rows: lead_frame(record(**rows)[0])


def test_a_lead_is_followed_from_coming_in_to_revenue(made, day):
    found = made(
        leads=[
            {
                "lead_id": "A",
                "created_at": day(0),
                "source": "Fair",
                "account": "X",
                "converted_deal_id": "D",
                "tier": "1",
            },
            {"lead_id": "B", "created_at": day(40), "source": None, "employees": 7},
            {"lead_id": "C", "created_at": None},
        ],
        lead_changes=[
            {"lead_id": "A", "at": day(1), "status": "attempted", "attempt": 1},
            {"lead_id": "A", "at": day(2), "status": "accepted"},
            {"lead_id": "B", "at": day(41), "status": "attempted", "attempt": 1},
            {"lead_id": "B", "at": day(42), "status": "returned", "reason": "no budget"},
        ],
        deals=[
            {
                "deal_id": "D",
                "outcome": "won",
                "created_at": day(5),
                "closed_at": day(30),
                "amount": 9.0,
                "currency": "EUR",
            }
        ],
        touches=[{"touch_id": "t", "deal_id": "D", "activity": "Call", "at": day(6), "side": "us"}],
        lead_touches=[
            {"touch_id": "u", "lead_id": "A", "activity": "Clicked", "at": day(0), "content": "Guide", "side": "buyer"},
            {"touch_id": "v", "lead_id": "A", "activity": "Call", "at": day(1), "side": "us"},
        ],
        accounts=[{"account_id": "X", "industry": "Steel"}],
    )
    assert found.lead_id.to_pylist() == ["A", "B"]
    assert found.undated == 1
    assert found.end == 42
    assert [found.worked[0], found.accepted[0], found.converted[0], found.won[0]] == [1, 2, 5, 30]
    assert (found.amount[0], found.effort[0], found.touches[0]) == (9.0, 3.0, 2.0)
    assert (found.returned[1], found.reason.levels[found.reason.codes[1]], found.dead[1]) == (42, "no budget", 42)
    assert np.isnan(found.dead[0])
    assert words(found, SOURCE) == ["Fair", None]
    assert words(found, CONTENT) == ["Guide", None]
    assert words(found, MONTH) == ["2026-01", "2026-02"]
    assert words(found, "industry") == ["Steel", None]
    assert words(found, "tier") == ["1", None]
    assert found.numbers["employees"][1] == 7


def test_what_a_lead_says_itself_comes_before_its_account_whatever_the_capitals(made, day):
    found = made(
        leads=[
            {
                "lead_id": "A",
                "created_at": day(0),
                "account": "X",
                "Industry": "Retail",
                "content": "Guide",
                "Won_at": "x",
            },
            {
                "lead_id": "B",
                "created_at": day(0),
                "account": "X",
                "Industry": None,
                "Channel": "y",
            },
        ],
        accounts=[{"account_id": "X", "industry": "Steel"}],
        lead_touches=[{"touch_id": "t", "lead_id": "A", "activity": "Click", "at": day(0), "content": "Other"}],
    )
    assert words(found, "industry") == ["Retail", "Steel"]
    assert words(found, CONTENT) == ["Guide", None]
    assert "Industry" not in found.facts
    assert words(found, "Won_at") == ["x", None]


def test_a_return_that_was_taken_up_again_does_not_stand(made, day):
    found = made(
        leads=[{"lead_id": "A", "created_at": day(0)}],
        lead_changes=[
            {"lead_id": "A", "at": day(1), "status": "returned", "reason": "wrong person"},
            {"lead_id": "A", "at": day(3), "status": "accepted"},
        ],
    )
    assert np.isnan(found.returned[0])
    assert found.reason.codes.tolist() == [-1]


def test_a_deal_that_was_not_won_ends_its_lead(made, day):
    found = made(
        leads=[{"lead_id": "A", "created_at": day(0), "converted_deal_id": "D"}],
        deals=[{"deal_id": "D", "outcome": "lost", "created_at": day(1), "closed_at": day(9), "amount": 4.0}],
    )
    assert (found.converted[0], found.lost[0], found.dead[0]) == (1, 9, 9)
    assert np.isnan(found.amount[0])


def test_what_comes_after_now_has_not_happened(record, day):
    tables, _log = record(
        leads=[
            {"lead_id": "A", "created_at": day(0), "converted_deal_id": "D"},
            {"lead_id": "B", "created_at": day(20)},
        ],
        deals=[{"deal_id": "D", "outcome": "won", "created_at": day(1), "closed_at": day(30)}],
    )
    found = lead_frame(tables, now=day(10))
    assert found.lead_id.to_pylist() == ["A"]
    assert np.isnan(found.won[0])
    assert found.converted[0] == 1


def test_a_deal_without_dates_is_known_to_have_come_by_the_end(made, day):
    found = made(
        leads=[
            {"lead_id": "A", "created_at": day(0), "converted_deal_id": "gone"},
            {"lead_id": "B", "created_at": day(8)},
        ]
    )
    assert found.converted[0] == found.end == 8


def test_leads_without_dates_are_refused(made):
    assert isinstance(made(leads=[{"lead_id": "A"}]), NotEnoughData)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("Open - Not Contacted", LeadStatus.NEW),
        ("Working - Contacted", LeadStatus.WORKED),
        ("Closed - Converted", LeadStatus.CONVERTED),
        ("Closed - Not Converted", LeadStatus.RETURNED),
        ("UNQUALIFIED", LeadStatus.RETURNED),
        ("ATTEMPTED_TO_CONTACT", LeadStatus.WORKED),
        ("Qualified", LeadStatus.ACCEPTED),
        ("OPEN_DEAL", LeadStatus.CONVERTED),
        ("salesqualifiedlead", LeadStatus.ACCEPTED),
        ("offered", LeadStatus.OFFERED),
        ("something", LeadStatus.NEW),
    ],
)
def test_statuses_are_read_as_people_mean_them(status, kind):
    assert status_kinds([status, None]) == {status: kind}


def test_what_a_status_means_can_be_said():
    assert status_kinds(["Stage 3"], {"Stage 3": LeadStatus.ACCEPTED}) == {"Stage 3": LeadStatus.ACCEPTED}
