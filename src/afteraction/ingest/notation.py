"""How a sheet writes dates and numbers: which of 03/04 is the day, which sign is the decimal. Only values decide."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from afteraction.ingest.mapping import Fill, Why
from afteraction.ingest.profile import MOSTLY, ColumnProfile, Profile
from afteraction.lake.schema import DATE, NUMBER, TIME, WHOLE


@dataclass(frozen=True)
class Notation:
    """The way of writing and why; `sure` is None where there was nothing to decide."""

    style: str
    why: Why | None = None


def date_notation(column: ColumnProfile, others: Iterable[ColumnProfile]) -> Notation:
    """How one column writes its dates. `others` are date columns beside it, which may decide what it leaves open."""
    if column.epoch == "excel":
        return Notation(
            "excel", Why(0.85, f"numbers such as {column.examples(1)} are taken for days as Excel counts them")
        )
    if column.epoch:
        return Notation(column.epoch)
    if column.date_share < min(column.any_date, MOSTLY):
        style = max(column.dates, key=lambda style: column.dates[style])
        return Notation(
            style, Why(0.3, "some values have the day (dmy) first, others the month (mdy) or the year (iso)")
        )
    iso, day_first, month_first = (column.dates.get(style, 0.0) for style in ("iso", "dmy", "mdy"))
    if iso >= max(day_first, month_first):  # dates with the year first are read by the other ways too
        return Notation("iso")
    if day_first != month_first:
        style, share = ("dmy", day_first) if day_first > month_first else ("mdy", month_first)
        return Notation(style, Why(0.95, f"{style}: {share:.0%} are dates that way, fewer the other way round"))
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


def with_notation(fill: Fill, profile: Profile) -> Fill:
    """`fill` with the way of writing of every date and number that it reads, where it is not the default.

    What the values leave open gets a reason with little confidence.
    """
    types = {column.name: column.type for column in fill.schema.columns}
    sources = {
        name: profile[origin]
        for name, cell in fill.cells.items()
        if not cell.lookup
        and (origin := cell.column or next(iter(cell.first), "")) in profile
        and profile[origin].filled
    }
    dates = {name: source for name, source in sources.items() if types.get(name) in (TIME, DATE)}
    numbers = {
        name: source
        for name, source in sources.items()
        if types.get(name) in (NUMBER, WHOLE) or fill.cells[name].type == "number"
    }
    cells, why = dict(fill.cells), dict(fill.why)
    for name, source in dates.items():
        if not cells[name].dates:
            found = date_notation(source, dates.values())
            cells[name] = replace(cells[name], dates="" if found.style == "iso" else found.style)
            _add_reason(why, name, found)
    for name, source in numbers.items():
        if not cells[name].decimal:
            found = decimal_notation(source, numbers.values())
            cells[name] = replace(cells[name], decimal="" if found.style == "." else found.style)
            _add_reason(why, name, found)
    columns = {name: cells[name] for name in fill.schema.names if name in fill.columns}
    return replace(fill, columns=columns, attributes={name: cells[name] for name in fill.attributes}, why=why)


def _add_reason(why: dict[str, Why], name: str, found: Notation) -> None:
    if found.why:
        before = why.get(name, Why(1.0, ""))
        reason = "; ".join(filter(None, (before.reason, found.why.reason)))
        why[name] = Why(min(before.confidence, found.why.confidence), reason)
