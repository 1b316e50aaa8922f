"""How a sheet writes dates and numbers: which of 03/04 is the day, and which sign is the decimal. Only values decide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from afteraction.ingest.mapping import Fill, Why
from afteraction.ingest.profile import ColumnProfile, Profile
from afteraction.lake.schema import DATE, NUMBER, TIME, WHOLE



@dataclass(frozen=True)
class Notation:
    """The way of writing and why; `sure` is None where there was nothing to decide."""

    style: str
    why: Why | None = None


def date_notation(column: ColumnProfile, others: Iterable[ColumnProfile]) -> Notation:
    """How one column writes its dates. `others` are the date columns beside it, which may decide what it leaves open."""
    if column.epoch:
        return Notation(column.epoch)
    iso, day_first, month_first = (column.dates.get(style, 0.0) for style in ("iso", "dmy", "mdy"))
    if iso >= max(day_first, month_first):  # dates with the year first are read by the other ways too
        return Notation("iso")
    if day_first != month_first:
        style = "dmy" if day_first > month_first else "mdy"
        return Notation(
            style,
            Why(
                0.95,
                f"{style}: {max(day_first, month_first):.0%} are dates that way, {min(day_first, month_first):.0%} the other way",
            ),
        )
    if all("." in value for value in column.common if not value[:4].isdigit()):
        return Notation("dmy", Why(0.9, "dates with dots have the day first"))
    decided = {
        n.style
        for other in others
        if other is not column and (n := date_notation(other, ())).why and n.why.confidence > 0.9
    }
    if len(decided) == 1:
        (style,) = decided
        return Notation(style, Why(0.9, f"{style}, as another column of the sheet shows"))
    return Notation(
        "dmy", Why(0.3, f"nothing shows whether {column.examples(1)} has the day (dmy) or the month (mdy) first")
    )


def decimal_notation(column: ColumnProfile, others: Iterable[ColumnProfile]) -> Notation:
    """The decimal sign of one column of numbers."""
    point, comma = column.numbers.get(".", 0.0), column.numbers.get(",", 0.0)
    if point != comma:
        return Notation("." if point > comma else ",", Why(0.95, f"decimal {'point' if point > comma else 'comma'}"))
    if not column.grouped:
        return Notation(".")
    decided = {
        n.style
        for other in others
        if other is not column and (n := decimal_notation(other, ())).why and n.why.confidence > 0.9
    }
    if len(decided) == 1:
        (sign,) = decided
        return Notation(sign, Why(0.9, "decimal sign as another column of the sheet shows"))
    if column.grouped == ",":
        return Notation(".", Why(0.85, f"a comma before three digits, as in {column.examples(1)}, groups thousands"))
    return Notation(".", Why(0.3, f"nothing shows whether {column.examples(1)} groups thousands or has three decimals"))


def date_columns(profile: Profile) -> Mapping[str, ColumnProfile]:
    """The columns that hold dates."""
    return {name: column for name, column in profile.items() if column.date_share >= 0.8}


def number_columns(profile: Profile) -> Mapping[str, ColumnProfile]:
    """The columns that hold numbers."""
    return {name: column for name, column in profile.items() if column.number_share >= 0.8}


def with_notation(fill: Fill, profile: Profile) -> Fill:
    """`fill` with the way of writing of every date and number that it reads, where it is not the default.

    What the values leave open gets a reason with little confidence.
    """
    dates, numbers = date_columns(profile).values(), number_columns(profile).values()
    types = {column.name: column.type for column in fill.schema.columns}
    cells, why = dict(fill.cells), dict(fill.why)
    for name, cell in fill.cells.items():
        source = profile.get(cell.column or next(iter(cell.first), ""))
        if source is None or cell.lookup or not source.filled:
            continue
        type_ = types.get(name, NUMBER if cell.type == "number" else None)
        if type_ in (TIME, DATE) and not cell.dates:
            found = date_notation(source, dates)
            cells[name] = replace(cell, dates="" if found.style == "iso" else found.style)
        elif type_ in (NUMBER, WHOLE) and not cell.decimal:
            found = decimal_notation(source, numbers)
            cells[name] = replace(cell, decimal="" if found.style == "." else found.style)
        else:
            continue
        if found.why:
            before = why.get(name)
            confidence = min(found.why.confidence, before.confidence if before else 1.0)
            why[name] = Why(confidence, "; ".join(filter(None, (before.reason if before else "", found.why.reason))))
    columns = {name: cells[name] for name in fill.schema.names if name in fill.columns}
    return replace(fill, columns=columns, attributes={name: cells[name] for name in fill.attributes}, why=why)
