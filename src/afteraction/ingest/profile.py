"""What the values of a sheet's columns look like: the evidence on which a mapping is drafted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from afteraction.ingest.cells import ERRORS, NO_VALUE, NOTHING
from afteraction.ingest.sources import Sheet
from afteraction.ingest.values import number_reading, quoted, tidy, time_reading
from afteraction.ingest.workspace import Workspace
from afteraction.lake.engine import quote

FULL: Final = 0.9
"""A share from which on a column counts as one of numbers."""

MOSTLY: Final = 0.8
"""A share from which on values of another kind are refused one by one, rather than putting the column in doubt."""

FEW: Final = 200
"""Up to this many different values, a column's values are listed one by one."""

_DATE_LIKE: Final = (
    r"^\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}|^\d{8}(T|$)|"
    r"(?i)^(?:[a-zé]{3,10}\.?,? )?\d{0,4}[-. ]*[a-zäéû]{3,10}\.?[-., ]+\d{1,4}"
)
_SECONDS: Final = r"1[0-9]{9}(\.\d+)?"
_MILLISECONDS: Final = r"1[0-9]{12}"
_EXCEL_DAYS: Final = r"[2-6][0-9]{4}(\.[0-9]+)?"  # from 1954 to 2091
_EXACT: Final = 2.0**53  # from here on a floating-point number is no longer every whole number
_COUNTS: Final = {"epoch_s": _SECONDS, "epoch_ms": _MILLISECONDS, "excel": _EXCEL_DAYS}
_STYLES: Final = ("iso", "dmy", "mdy")


@dataclass(frozen=True)
class ColumnProfile:
    """One column as seen in a sample. Shares are of the filled cells, from 0 to 1.

    `dates` gives, per way of writing them, the share of cells that are a date that way; `numbers` the same per decimal
    sign. `any_date` is the share that is a date in one way or another, `like_date` that which looks like one. `epoch`
    is `epoch_s`, `epoch_ms` or `excel` where every cell may be a count of seconds, milliseconds or days. `grouped` is
    the sign that stands before exactly three digits wherever one of `.` and `,` stands: it may be a decimal sign, or
    group thousands. `common` lists values with how often they occur, the most frequent first; all of them when there
    are few.
    """

    name: str
    rows: int
    filled: int = 0
    distinct: int = 0
    dates: Mapping[str, float] = field(default_factory=dict)
    any_date: float = 0.0
    like_date: float = 0.0
    numbers: Mapping[str, float] = field(default_factory=dict)
    epoch: str = ""
    padded: bool = False
    grouped: str = ""
    largest: float | None = None
    common: Mapping[str, int] = field(default_factory=dict)

    @property
    def unique(self) -> bool:
        """Filled in every row, with no value twice: it can identify a row."""
        return self.filled == self.rows > 0 and self.distinct == self.filled

    @property
    def date_share(self) -> float:
        return max(self.dates.values(), default=0.0)

    @property
    def number_share(self) -> float:
        return 0.0 if self.padded else max(self.numbers.values(), default=0.0)

    @property
    def attribute_type(self) -> str:
        """Number when every value is one; ids with leading zeros, or more digits than a number keeps, are text."""
        is_exact = self.largest is None or self.largest < _EXACT
        return "number" if self.filled and self.number_share == 1 and is_exact else "text"

    def examples(self, count: int = 3) -> str:
        """A few values, for people."""
        return ", ".join(value if len(value) <= 24 else f"{value[:23]}…" for value in [*self.common][:count])


Profile = Mapping[str, ColumnProfile]


class SheetProfile(Profile):
    """The columns of a sheet by name, each looked at when it is first asked for; costs a few passes over a sample."""

    def __init__(self, work: Workspace, sheet: Sheet) -> None:
        self._work = work
        self._sample = work.sample(sheet)
        self._columns = sheet.columns
        counts = ", ".join(f"count({tidy(quote(name))})" for name in sheet.columns)
        self._rows, *filled = work.row(f"SELECT count(*), {counts} FROM {self._sample}") if sheet.columns else (0,)
        self.filled = frozenset(name for name, number in zip(sheet.columns, filled, strict=True) if number)
        """The columns in which something stands."""
        self._known: dict[str, ColumnProfile] = {}

    def __getitem__(self, name: str) -> ColumnProfile:
        if name not in self._columns:
            raise KeyError(name)
        if name not in self._known:
            empty = ColumnProfile(name, self._rows)
            self._known[name] = _facts(self._work, self._sample, empty) if name in self.filled else empty
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


_PROFILES: WeakKeyDictionary[Workspace, dict[Path, SheetProfile]] = WeakKeyDictionary()


def profile_sheet(work: Workspace, sheet: Sheet) -> SheetProfile:
    """The profile of a sheet; the same one each time."""
    profiles = _PROFILES.setdefault(work, {})
    if sheet.spool not in profiles:
        profiles[sheet.spool] = SheetProfile(work, sheet)
    return profiles[sheet.spool]


def _facts(work: Workspace, sample: str, empty: ColumnProfile) -> ColumnProfile:
    text = tidy(quote(empty.name))
    nothing = ", ".join(map(quoted, (*NOTHING, *ERRORS)))
    texts = f"SELECT {text} AS t FROM {sample} WHERE lower({text}) NOT IN ({nothing})"
    filled, distinct, dated, padded, *counts = work.row(
        f"""SELECT count(*), count(DISTINCT t),
            count(*) FILTER (regexp_matches(t, {quoted(_DATE_LIKE)})), count(*) FILTER (regexp_matches(t, '^0\\d')),
            {", ".join(f"count(*) FILTER (regexp_full_match(t, {quoted(pattern)}))" for pattern in _COUNTS.values())}
        FROM ({texts})"""
    )
    common = work.rows(
        f"SELECT t, count(*) FROM ({texts}) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {FEW if distinct <= FEW else 5}"
    )
    numbers = _numbers(work, texts) if filled else {}
    dates, any_date = _dates(work, texts) if filled and dated >= filled / 2 else ({}, 0.0)
    grouped = _grouped(work, texts) if numbers and numbers["."] == numbers[","] > 0 else ""
    largest = _largest(work, texts) if numbers and numbers["."] > FULL else None
    return replace(
        empty,
        filled=filled,
        distinct=distinct,
        dates=dates,
        any_date=any_date,
        like_date=dated / filled if filled else 0.0,
        numbers=numbers,
        epoch=next((name for name, count in zip(_COUNTS, counts, strict=True) if filled and count == filled), ""),
        padded=padded > 0,
        grouped=grouped,
        largest=largest,
        common=dict(common),
    )


def _meant(texts: str) -> str:
    """SQL of the texts without those that stand for nothing in a column of dates or numbers: a dash, `nan`."""
    return f"SELECT t FROM ({texts}) WHERE lower(t) NOT IN ({', '.join(map(quoted, NO_VALUE))})"


def _numbers(work: Workspace, texts: str) -> dict[str, float]:
    readings = {sign: number_reading(sign) for sign in (".", ",")}
    bare = f"SELECT {readings['.'].prepare('t')} AS bare FROM ({_meant(texts)})"
    counts = ", ".join(f"count({reading.value('bare')})" for reading in readings.values())
    total, *found = work.row(f"SELECT count(*), {counts} FROM ({bare})")
    return {sign: count / total if total else 0.0 for sign, count in zip(readings, found, strict=True)}


def _grouped(work: Workspace, texts: str) -> str:
    signed = f"SELECT t FROM ({texts}) WHERE contains(t, '.') OR contains(t, ',')"
    for sign in (".", ","):
        single = quoted(rf"\D*\d{{1,3}}[{sign}]\d{{3}}\D*")
        total, grouped = work.row(f"SELECT count(*), count(*) FILTER (regexp_full_match(t, {single})) FROM ({signed})")
        if total and total == grouped:
            return sign
    return ""


def _largest(work: Workspace, texts: str) -> float | None:
    reading = number_reading(".")
    largest = work.row(
        f"SELECT max({reading.value('bare')}) FROM (SELECT {reading.prepare('t')} AS bare FROM ({texts}))"
    )[0]
    return None if largest is None else float(largest)


def _dates(work: Workspace, texts: str) -> tuple[dict[str, float], float]:
    """The share of dates per way of writing them, and that of dates in any way."""
    readings = {style: time_reading(style, "UTC") for style in _STYLES}
    clear = ", ".join(f"{reading.prepare('t')} AS {style}" for style, reading in readings.items())
    values = [reading.value(style) for style, reading in readings.items()]
    counts = ", ".join(f"count({value})" for value in (*values, f"coalesce({', '.join(values)})"))
    total, *found = work.row(f"SELECT count(*), {counts} FROM (SELECT {clear} FROM ({_meant(texts)}))")
    *shares, in_any = (count / total if total else 0.0 for count in found)
    return dict(zip(_STYLES, shares, strict=True)), in_any


def overlap(work: Workspace, sheet: Sheet, column: str, other: Sheet, key: str) -> float:
    """Share of the different values of a column that stand in `key` of another sheet."""
    wanted = (
        f"SELECT DISTINCT {tidy(quote(column))} AS v FROM {work.sample(sheet)} WHERE {tidy(quote(column))} IS NOT NULL"
    )
    known = f"SELECT DISTINCT {tidy(quote(key))} AS v FROM {work.view(other)}"
    total, found = work.row(f"SELECT count(*), count(k.v) FROM ({wanted}) w LEFT JOIN ({known}) k ON k.v = w.v")
    return found / total if total else 0.0
