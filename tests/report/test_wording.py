"""Figures in words."""

from datetime import date

import pytest

from afteraction.report.wording import (
    amount,
    anchor,
    capital,
    days,
    decimal,
    decimals,
    interval,
    listed,
    many,
    percent,
    period,
    points,
)


@pytest.mark.parametrize(
    ("share", "written"),
    [(0.314, "31%"), (0.0, "0%"), (1.0, "100%"), (0.001, "0.1%"), (0.00001, "<0.1%"), (0.9999, ">99.9%"), (None, "–")],
)
def test_a_share_never_rounds_to_none_or_all_unless_it_is(share: float | None, written: str) -> None:
    assert percent(share) == written


def test_differences_carry_their_sign_and_never_a_negative_zero() -> None:
    assert [points(value) for value in (0.18, -0.031, 0.001, -0.001)] == ["+18", "−3", "0", "0"]


def test_an_interval_is_written_once() -> None:
    assert interval(0.29, 0.334) == "29–33%"


@pytest.mark.parametrize(
    ("count", "written"), [(0.1, "2 h"), (0.0, "<1 h"), (3.5, "3.5 d"), (12.2, "12 d"), (1200, "1,200 d"), (None, "–")]
)
def test_days_are_written_as_exactly_as_they_matter(count: float | None, written: str) -> None:
    assert days(count) == written


def test_counts_agree_with_their_nouns() -> None:
    assert [many(1, "deal"), many(1204, "deal"), many(2, "activity", "activities")] == [
        "1 deal",
        "1,204 deals",
        "2 activities",
    ]


def test_decimals_have_a_minus_that_is_one_and_no_negative_zero() -> None:
    assert [decimal(value) for value in (0.02549, -0.0111, -0.0001)] == ["0.025", "−0.011", "0.000"]
    assert [decimals(0.186, 0.214), decimals(-0.003, 0.007), decimals(0.69, 0.774, 2)] == [
        "0.186–0.214",
        "−0.003 to 0.007",
        "0.69–0.77",
    ]


def test_lists_say_how_many_they_leave_out() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


def test_a_period_of_one_day_is_one_day() -> None:
    assert period(date(2026, 3, 1), date(2026, 3, 1)) == "1 March 2026"


def test_an_anchor_is_safe_in_an_address() -> None:
    assert anchor('Deal "size" <b>') == "deal-size-b"
    assert anchor("!!!") == "other"


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (0.0712, "0.0712"), (7.123, "7.12"), (831.2, "831"), (2300.8, "2,300"), (12_345, "12,300"),
     (1_234_500, "1.23 M"), (3e9, "3.00 bn"), (-4.2, "-4.20")],
)  # fmt: skip
def test_a_quantity_is_written_to_three_digits(value: float, written: str) -> None:
    assert amount(value) == written


def test_a_sentence_begins_with_a_capital_and_keeps_the_others() -> None:
    assert [capital("a CRM"), capital(""), capital("élan")] == ["A CRM", "", "Élan"]
