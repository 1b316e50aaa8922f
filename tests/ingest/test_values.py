"""Texts to values: against what Python reads, over many written forms."""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afteraction.ingest.values import (
    Reading,
    currency,
    date_reading,
    domain,
    first_of_list,
    number_reading,
    quoted,
    tidy,
    time_reading,
    whole_number_reading,
)

MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2199, 12, 31))  # noqa: DTZ001


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def read(engine: duckdb.DuckDBPyConnection, reading: Reading, *texts: str) -> list[Any]:
    rows = ", ".join(f"({n}, {quoted(text)})" for n, text in enumerate(texts))
    clear = (
        f"SELECT n, {reading.prepare('t')} AS clear FROM (SELECT n, {tidy('s')} AS t FROM (VALUES {rows}) AS v(n, s))"
    )
    return [
        value for (value,) in engine.execute(f"SELECT {reading.value('clear')} FROM ({clear}) ORDER BY n").fetchall()
    ]


def time(engine: duckdb.DuckDBPyConnection, text: str, dates: str = "iso", zone: str = "UTC") -> datetime | None:
    (value,) = read(engine, time_reading(dates, zone), text)
    return value.astimezone(UTC) if value else None


@settings(max_examples=60, deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=30), st.integers(-14 * 60, 14 * 60), st.sampled_from(["T", " "]))
def test_iso_times_with_any_offset_mean_the_instant_that_python_reads(
    engine: duckdb.DuckDBPyConnection, moments: list[datetime], minutes: int, between: str
) -> None:
    offset = timezone(timedelta(minutes=minutes))
    texts = [moment.replace(tzinfo=offset).isoformat(between) for moment in moments]
    read_back = [value.astimezone(UTC) for value in read(engine, time_reading("iso", "Asia/Tokyo"), *texts)]
    assert read_back == [moment.replace(tzinfo=offset).astimezone(UTC) for moment in moments]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(MOMENTS, min_size=1, max_size=30),
    st.sampled_from(
        [
            ("dmy", "%d.%m.%Y %H:%M:%S"),
            ("dmy", "%d/%m/%Y %H:%M:%S"),
            ("dmy", "%d-%b-%Y %H:%M:%S"),
            ("iso", "%B %d, %Y %H:%M:%S"),
            ("mdy", "%m/%d/%Y %I:%M:%S %p"),
            ("mdy", "%m/%d/%Y, %H:%M:%S"),
            ("iso", "%Y/%m/%d %H:%M:%S"),
            ("iso", "%Y%m%dT%H%M%SZ"),
            ("iso", "%a, %d %b %Y %H:%M:%S +0000"),
            ("%d|%m|%Y %H-%M-%S", "%d|%m|%Y %H-%M-%S"),
        ]
    ),
)
def test_dates_written_in_other_ways_mean_what_python_reads(
    engine: duckdb.DuckDBPyConnection, moments: list[datetime], way: tuple[str, str]
) -> None:
    dates, pattern = way
    texts = [moment.strftime(pattern) for moment in moments]
    expected = [datetime.strptime(text, pattern).replace(tzinfo=UTC) for text in texts]
    assert [value.astimezone(UTC) for value in read(engine, time_reading(dates, "UTC"), *texts)] == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)), min_size=1, max_size=30))
def test_day_first_and_month_first_are_told_apart_by_the_mapping_alone(
    engine: duckdb.DuckDBPyConnection, days: list[date]
) -> None:
    texts = [f"{day.day}/{day.month}/{day.year}" for day in days]
    assert read(engine, date_reading("dmy"), *texts) == days
    swapped = [date(d.year, d.day, d.month) if d.day <= 12 and _exists(d.year, d.day, d.month) else None for d in days]
    assert read(engine, date_reading("mdy"), *texts) == swapped


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


@settings(max_examples=40, deadline=None)
@given(
    st.lists(MOMENTS, min_size=1, max_size=20), st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata"])
)
def test_times_without_offset_are_wall_clock_times_of_the_zone(
    engine: duckdb.DuckDBPyConnection, moments: list[datetime], zone: str
) -> None:
    moments = [moment.replace(microsecond=0, year=1990 + moment.year % 40) for moment in moments if moment.day < 29]
    if not moments:
        return
    values = read(engine, time_reading("iso", zone), *(str(moment) for moment in moments))
    for moment, value in zip(moments, values, strict=True):
        local = moment.replace(tzinfo=ZoneInfo(zone))
        if local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != moment:
            assert value is None  # the clocks were put forward over it
        else:
            assert value.astimezone(UTC) == local.astimezone(UTC)  # of a time that came twice, the first


@pytest.mark.parametrize(
    "text",
    [
        "2022-02-31", "2022-13-01", "31.03.2024", "epoch", "infinity", "today", "0000-00-00", "99999-01-01",
        "2022-04-16 25:00", "2022-04-16 10:00+99:00", "2022-04-16 13:00 PM", "2022-04-16 10:00 Europe/Berlin",
        "Market 12 2022", "16 Foo 2022", "2022", "12:30", "20221340", "2022-04-16T", "1600000000", "",
    ],
)  # fmt: skip
def test_what_is_no_time_is_not_read_as_one(engine: duckdb.DuckDBPyConnection, text: str) -> None:
    assert time(engine, text) is None


@pytest.mark.parametrize(
    ("text", "dates", "expected"),
    [
        ("2022-4-6 6:45:43", "iso", datetime(2022, 4, 6, 6, 45, 43, tzinfo=UTC)),
        ("2022-04-16 10:00:00 UTC", "iso", datetime(2022, 4, 16, 10, tzinfo=UTC)),
        ("2019-07-09 15:55:40,878", "iso", datetime(2019, 7, 9, 15, 55, 40, 878000, tzinfo=UTC)),
        ("2022-04-16 10:00:00+02", "iso", datetime(2022, 4, 16, 8, tzinfo=UTC)),
        ("16.4.22", "dmy", datetime(2022, 4, 16, tzinfo=UTC)),
        ("16.4.78", "dmy", datetime(1978, 4, 16, tzinfo=UTC)),
        ("4/16/2022 12:05 am", "mdy", datetime(2022, 4, 16, 0, 5, tzinfo=UTC)),
        ("4/16/2022 12:05 p.m.", "mdy", datetime(2022, 4, 16, 12, 5, tzinfo=UTC)),
        ("16. März 2022", "iso", datetime(2022, 3, 16, tzinfo=UTC)),
        ("16 décembre 2022", "iso", datetime(2022, 12, 16, tzinfo=UTC)),
        ("16-ENE-22", "iso", datetime(2022, 1, 16, tzinfo=UTC)),
        ("1600000000", "epoch_s", datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)),
        ("1600000000123", "epoch_ms", datetime(2020, 9, 13, 12, 26, 40, 123000, tzinfo=UTC)),
        ("43101.5", "excel", datetime(2018, 1, 1, 12, tzinfo=UTC)),
        ("2022-04-16", "dmy", datetime(2022, 4, 16, tzinfo=UTC)),  # a year first leaves no doubt
        ("\u00a0 2022-04-16 \ufeff", "iso", datetime(2022, 4, 16, tzinfo=UTC)),
    ],
)
def test_written_forms_of_real_exports_are_read(
    engine: duckdb.DuckDBPyConnection, text: str, dates: str, expected: datetime
) -> None:
    assert time(engine, text, dates) == expected


def test_a_date_is_the_day_as_written_whatever_its_offset(engine: duckdb.DuckDBPyConnection) -> None:
    assert read(engine, date_reading("iso"), "2018-08-22T23:00:00-05:00", "2018-08-22") == [date(2018, 8, 22)] * 2


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.decimals(min_value=-(10**12), max_value=10**12, places=2), min_size=1, max_size=20),
    st.sampled_from(
        [(".", ","), (",", "."), (".", " "), (",", "\u00a0"), (".", "'"), (",", "’"), (".", ""), (",", "")]
    ),
    st.sampled_from(["{}", "€ {}", "{} €", "USD {}", "{} USD", "$ {}"]),
)
def test_numbers_mean_what_python_reads_in_either_notation(
    engine: duckdb.DuckDBPyConnection, numbers: list[Any], signs: tuple[str, str], around: str
) -> None:
    decimal, thousands = signs
    texts = [
        around.format(f"{n:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)) for n in numbers
    ]
    assert read(engine, number_reading(decimal), *texts) == [float(n) for n in numbers]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_numbers_as_programs_write_them_come_back_exactly(
    engine: duckdb.DuckDBPyConnection, numbers: list[float]
) -> None:
    assert read(engine, number_reading("."), *(repr(n) for n in numbers)) == numbers


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789.,-+() %e€$ '", max_size=14))
def test_a_text_is_never_read_as_two_different_numbers(engine: duckdb.DuckDBPyConnection, text: str) -> None:
    (value,) = read(engine, number_reading("."), text)
    assert value is None or math.isfinite(value)
    try:
        plain = float(text)
    except ValueError:
        return
    assert value == plain or (value is None and not math.isfinite(plain))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(1,200.50)", -1200.5), ("($1,200)", -1200), ("1.20-", -1.2), ("−5", -5), ("$-5", -5), ("-$5", -5),
        ("12%", 0.12), ("12 %", 0.12), ("12,34,567", 1234567), (".5", 0.5), (".5e1", 5), ("1e3", 1000), ("R$ 1.5", 1.5),
        ("kr 100", 100), ("1,23", None), ("1,2345", None), ("1.2.3", None), ("--5", None), ("abc", None),
        ("EUR", None), ("1 23", None), ("1e999", None), ("0x10", None), ("nan", None),
    ],
)  # fmt: skip
def test_numbers_of_all_sorts(engine: duckdb.DuckDBPyConnection, text: str, expected: float | None) -> None:
    assert read(engine, number_reading("."), text) == [expected]


def test_a_whole_number_has_nothing_behind_its_decimal_sign(engine: duckdb.DuckDBPyConnection) -> None:
    assert read(engine, whole_number_reading("."), "1,200", "3.0", "3.5", "x") == [1200, 3, None, None]


def test_percent_and_divisors_scale(engine: duckdb.DuckDBPyConnection) -> None:
    assert read(engine, number_reading(".", divide=100.0), "65") == [0.65]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EUR 5", "EUR"), ("5 USD", "USD"), ("€5", "EUR"), ("£ 5", "GBP"), ("US$ 5", "USD"), ("A$ 5", "AUD"),
        ("$5", None), ("¥5", None), ("5", None),
    ],
)  # fmt: skip
def test_a_currency_is_told_by_code_or_by_a_sign_that_only_one_has(
    engine: duckdb.DuckDBPyConnection, text: str, expected: str | None
) -> None:
    assert engine.execute(f"SELECT {currency(quoted(text))}").fetchone() == (expected,)


def test_a_domain_is_found_in_addresses(engine: duckdb.DuckDBPyConnection) -> None:
    texts = ["https://www.Edge.com/x?y=1", "burlington.com", "rose@edge.com", "http://edge.com:80", "none"]
    found = [engine.execute(f"SELECT {domain(quoted(text))}").fetchone() for text in texts]
    assert found == [("edge.com",), ("burlington.com",), ("edge.com",), ("edge.com",), (None,)]


def test_the_first_of_a_list_is_taken(engine: duckdb.DuckDBPyConnection) -> None:
    assert engine.execute(f"SELECT {first_of_list(quoted(' 55 ;56'))}").fetchone() == ("55",)
