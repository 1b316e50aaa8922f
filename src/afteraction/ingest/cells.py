"""One cell of a mapping as SQL: from the texts of a row to a value of the right type, or to a problem found."""

from dataclasses import dataclass

from afteraction.ingest.mapping import Cell
from afteraction.ingest.values import (
    Reading,
    currency,
    date_reading,
    domain,
    first_of_list,
    number_reading,
    one_of,
    quoted,
    text_reading,
    tidy,
    time_reading,
    whole_number_reading,
)
from afteraction.lake.engine import quote
from afteraction.lake.schema import DATE, LARGEST, NUMBER, TEXT, TIME, WHOLE, Column

NOTHING: tuple[str, ...] = ("null", "\\n", "n/a", "(blank)", "(empty)")
"""Texts that mean that nothing stands there, in any column (compared without capitals)."""

ERRORS: tuple[str, ...] = (
    *("#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#spill!", "#calc!"),
    "#not computed",
)
"""What spreadsheets show where a formula failed: nothing is known there, but something should be.

The last one is ours, for a formula that was written and never computed.
"""

NO_VALUE: tuple[str, ...] = (*NOTHING, "-", "--", "—", "none", "nan", "na", "nat", "0000-00-00", "0000-00-00 00:00:00")
"""The same for numbers and dates, where words and dashes cannot be meant."""

_EXAMPLES = {
    "iso": "2024-03-31 14:05, year first",
    "dmy": "31.03.2024 14:05, day first",
    "mdy": "03/31/2024 2:05 PM, month first",
    "epoch_s": "1711893900, seconds since 1970",
    "epoch_ms": "1711893900000, milliseconds since 1970",
    "excel": "45382.5, Excel's day number",
}


@dataclass(frozen=True)
class CellSql:
    """A cell in layers of SQL; each layer names the columns of the one before.

    `found` is the text as it stands in the source, `text` what it means, `reading` how that becomes a value; `expected`
    says in words what would have been right, `missing` the same where nothing stands. `errors` are texts that are
    pointed out as a spreadsheet's errors.
    """

    name: str
    label: str
    found: str
    text: str
    reading: Reading
    expected: str
    missing: str = ""
    errors: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    def valid(self, value: str) -> str:
        """SQL of whether a value keeps to the closed list or the bounds of its column."""
        rules = [one_of(value, self.allowed)] if self.allowed else []
        rules += [f"{value} >= {self.low}"] if self.low is not None else []
        rules += [f"{value} <= {self.high}"] if self.high is not None else []
        return " AND ".join(rules) or "true"


def cell_sql(name: str, cell: Cell, column: Column | None, looked_up: str = "", part: str = "") -> CellSql:
    """The SQL of `cell`, completed with the mapping's defaults, for the canonical `column` or an attribute.

    `looked_up` is the SQL of what its lookup found; `part` the SQL of the one entry of its list that a row stands for.
    """
    type_ = column.type if column else NUMBER if cell.type == "number" else TEXT
    found = part or origin_text(cell)
    text = _meaning(cell, looked_up or found, type_ is TEXT)
    allowed = column.values if column else ()
    if allowed:
        text = f"lower(replace({text}, ' ', '_'))"  # Won is won, No decision is no_decision
    return CellSql(
        name=name,
        label=", ".join(cell.origins) or name,
        found=found,
        text=text,
        reading=_reading(cell, type_),
        expected=_expected(cell, column, type_),
        missing=_missing(name, cell),
        errors=() if cell.value is not None else tuple(sorted({*ERRORS} - _named(cell))),
        allowed=allowed,
        low=column.low if column else None,
        high=column.high if column else None,
    )


def origin_text(cell: Cell) -> str:
    """SQL of the text that the cell starts from, as it stands in the row."""
    if cell.value is not None:
        return quoted(cell.value)
    if cell.row_number is not None:
        return f"{quoted(cell.row_number)} || _row"
    if cell.join:
        return f"nullif(concat_ws({quoted(cell.separator)}, {_known(cell, *cell.join)}), '')"
    if cell.first:
        return f"coalesce({_known(cell, *cell.first)})"
    if cell.lifecycle:
        cycle = f"lower({tidy(quote(cell.lifecycle))})"
        added = f"CASE WHEN {cycle} <> 'complete' THEN ' (' || {cycle} || ')' ELSE '' END"
        return f"{tidy(quote(cell.column))} || coalesce({added}, '')"
    return quote(cell.column) if cell.column else "NULL::VARCHAR"


def lookup_text(cell: Cell) -> str:
    """SQL of the text by which a cell's lookup searches; NULL where nothing is known."""
    return _unless_empty(cell, origin_text(cell), NOTHING)


def _known(cell: Cell, *columns: str) -> str:
    """SQL of the columns' texts, each NULL where it says that nothing is known."""
    return ", ".join(_unless_empty(cell, quote(name), NOTHING) for name in columns)


def _named(cell: Cell) -> set[str]:
    """The texts to which the mapping gives a meaning itself."""
    return {text.strip().lower() for text in (*cell.values, *cell.empty)}


def _unless_empty(cell: Cell, text: str, markers: tuple[str, ...]) -> str:
    empty = {*markers, *ERRORS, *map(str.lower, cell.empty)} - {value.strip().lower() for value in cell.values}
    return f"CASE WHEN NOT {one_of(f'lower({tidy(text)})', sorted(empty))} THEN {tidy(text)} END"


def _meaning(cell: Cell, text: str, is_text: bool) -> str:
    """SQL of the text after empty markers, taking a part of it, translation, default and prefix."""
    if cell.value is None and cell.row_number is None:
        text = _unless_empty(cell, text, NOTHING if is_text else NO_VALUE)
    if cell.take:
        text = {"currency": currency, "domain": domain, "first": first_of_list}[cell.take](text)
    if cell.values:
        cases = " ".join(f"WHEN {quoted(k.strip().lower())} THEN {quoted(v)}" for k, v in cell.values.items())
        other = text if cell.otherwise is None else f"CASE WHEN {text} IS NOT NULL THEN {quoted(cell.otherwise)} END"
        text = f"nullif(CASE lower({text}) {cases} ELSE {other} END, '')"
    if cell.when_empty is not None:
        text = f"coalesce({text}, {quoted(cell.when_empty)})"
    return f"{quoted(cell.prefix)} || {text}" if cell.prefix else text


def _reading(cell: Cell, type_: object) -> Reading:
    if type_ is TIME:
        return time_reading(cell.dates, cell.time_zone)
    if type_ is DATE:
        return date_reading(cell.dates)
    if type_ is NUMBER:
        return number_reading(cell.decimal, cell.divide)
    return whole_number_reading(cell.decimal) if type_ is WHOLE else text_reading()


def _expected(cell: Cell, column: Column | None, type_: object) -> str:
    if column and column.values:
        translated = f", or a value that the mapping translates: {', '.join(cell.values)}" if cell.values else ""
        return f"one of {', '.join(column.values)}{translated}"
    if type_ in (TIME, DATE):
        zone = f" ({cell.time_zone})" if type_ is TIME else ""
        return f"a date such as {_EXAMPLES.get(cell.dates, cell.dates)}{zone}"
    if type_ in (NUMBER, WHOLE):
        example = {NUMBER: "1234.5" if cell.decimal == "." else "1234,5", WHOLE: "3"}[type_]
        low, high = (column.low, column.high) if column and column.high != LARGEST else (None, None)
        bounds = f" between {low:g} and {high:g}" if low is not None and high is not None else ""
        bounds = bounds or (f" of at least {low:g}" if low is not None else "")
        return f"a number{bounds}" if bounds else f"a number such as {example}"
    return "a text"


def _missing(name: str, cell: Cell) -> str:
    if cell.lookup:
        return f"a row of {cell.lookup.sheet} whose {cell.lookup.key} is this and whose {cell.lookup.take} is filled"
    return f"a value, because {name} may not be empty"
