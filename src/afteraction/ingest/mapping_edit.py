"""Corrections of a mapping file as a form makes them: line by line, keeping everything else of the text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import tomlkit

from afteraction.ingest.headers import squeezed
from afteraction.ingest.mapping import Cell, Fill, SourceMapping, dated_content
from afteraction.ingest.mapping_reader import read_mapping
from afteraction.ingest.mapping_writer import cell_text
from afteraction.ingest.sources import Sheet
from afteraction.lake.schema import TABLES

PARTS: Final = ("columns", "attributes", "dated_columns", "outcomes")


@dataclass(frozen=True, order=True)
class Place:
    """Where a line stands: sheet and fill by their positions in the file, the part of the fill, the name."""

    sheet: int
    fill: int
    part: str
    name: str

    def __str__(self) -> str:
        return f"{self.sheet}.{self.fill}.{self.part}.{self.name}"

    @classmethod
    def read(cls, text: str) -> "Place":
        """The place that `str` wrote. Raises ValueError for anything else."""
        sheet, fill, part, name = text.split(".", 3)
        if part not in PARTS:
            raise ValueError(part)
        return cls(int(sheet), int(fill), part, name)


@dataclass(frozen=True)
class MappedLine:
    """A line of a mapping: `source` is the column it reads, or empty where `text` says it in another way."""

    place: Place
    text: str
    source: str
    dates: str


def mapping_of(text: str, sheets: Sequence[Sheet] = ()) -> SourceMapping:
    """The mapping that a text describes, checked against sheets. Raises Refused with every problem and its line."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.toml"
        path.write_text(text, "utf-8")
        return read_mapping(path, sheets)


def lines(fill: Fill, sheet: int, number: int) -> Iterator[MappedLine]:
    """The lines of a fill, which is the one of that number of that sheet."""
    for part, cells in (("columns", fill.columns), ("attributes", fill.attributes)):
        for name, cell in cells.items():
            yield MappedLine(Place(sheet, number, part, name), cell_text(cell), _source(cell), cell.dates)
    for column in fill.dated_columns:
        told = f"its date is when {fill.dated_columns[column]} was entered"
        yield MappedLine(Place(sheet, number, "dated_columns", column), told, column, "")
    for name, outcome in fill.outcomes.items():
        yield MappedLine(Place(sheet, number, "outcomes", name), outcome, "", "")


def unfilled(fill: Fill) -> list[str]:
    """The canonical columns that nothing fills yet."""
    given = {*fill.columns}
    if fill.dated_columns:
        given |= {"at", dated_content(fill.table)}
    return [column.name for column in fill.schema.columns if column.name not in given]


def edited(
    text: str,
    sources: Mapping[Place, str | None],
    dates: Mapping[Place, str] | None = None,
    added: Mapping[Place, str] | None = None,
) -> str:
    """The text with some lines changed.

    `sources` names the column that a line reads instead (or, of an outcome, the outcome); None takes the line out.
    `dates` says how the dates of a line are written, "" as everywhere. `added` are new lines with their column.
    """
    document = tomlkit.parse(text)
    for place, source in sources.items():
        lines_there = _table(document, place)
        if source is None:
            del lines_there[place.name]
        elif isinstance(lines_there[place.name], dict) and "column" in lines_there[place.name]:
            lines_there[place.name]["column"] = source
        else:
            lines_there[place.name] = source
    for place, style in (dates or {}).items():
        _set_dates(_table(document, place), place.name, style)
    for place, source in (added or {}).items():
        _table(document, place)[place.name] = source
    return tomlkit.dumps(document)


def used_for(text: str, sheet: int, table: str, columns: Sequence[str]) -> str:
    """The text with the sheet of that number filling `table`. What the table cannot do without is filled from the
    columns whose names are likest, for a person to correct.
    """
    document = tomlkit.parse(text)
    entry: Any = document["sheet"][sheet]
    entry.pop("skip", None)
    fill = tomlkit.table()
    fill.add("table", table)
    filled = tomlkit.table()
    for name in TABLES[table].required:
        filled.add(name, likest(name, columns))
    fill.add("columns", filled)
    fills = entry.setdefault("fill", tomlkit.aot())
    fills.append(fill)
    return tomlkit.dumps(document)


def likest(name: str, columns: Sequence[str]) -> str:
    """The column whose name is likest; the first of equals."""
    wanted = squeezed(name)
    return max(columns, key=lambda column: SequenceMatcher(None, wanted, squeezed(column)).ratio())


def _table(document: Any, place: Place) -> Any:
    fill = document["sheet"][place.sheet]["fill"][place.fill]
    return fill.setdefault(place.part, tomlkit.table())


def _set_dates(lines_there: Any, name: str, style: str) -> None:
    cell = lines_there.get(name)
    if isinstance(cell, str):
        if style:
            made = tomlkit.inline_table()
            made.update({"column": str(cell), "dates": style})
            lines_there[name] = made
    elif isinstance(cell, dict):
        cell.pop("dates", None)
        if style:
            cell["dates"] = style


def _source(cell: Cell) -> str:
    return cell.column if not (cell.join or cell.first or cell.value is not None or cell.row_number) else ""
