"""A report as a PDF: tagged for screen readers, paged, with contents and page numbers."""

import dataclasses
import json
from pathlib import Path
from typing import Any, Final, Literal

import typst

from afteraction.errors import Refused
from afteraction.report.document import Answers, Block, DrawnMap, Figure, Maps, Report, Table
from afteraction.report.output import write_whole
from afteraction.report.text import clean, width
from afteraction.report.theme import LIGHT, VENDOR, vendor_file

_TEMPLATE: Final = Path(__file__).parent / "templates" / "report.typ"
_NO_GLYPH: Final = "could not be displayed with"  # how Typst says that a font lacks a character
_ROWS: Final = 60
_COLUMNS: Final = 14
_TABLE_SIZE: Final = 8.0
_WIDEST: Final = 260.0
_GAP: Final = 20.0
_NORMAL: Final = 0.685  # points to the pixel at which a chart's text is as large as the captions
_READABLE: Final = 0.46  # below this a map's text is too small on paper
# Text area of the papers in points, less what a heading takes.
_PAPERS: Final = {"a4": (493.0, 660.0), "us-letter": (510.0, 610.0), "a3": (740.0, 1010.0)}


def write_pdf(report: Report, path: Path, paper: str = "a4") -> None:
    """Write `report` to `path` as a PDF on `paper`: a4 or us-letter.

    Raises `Refused` for another paper, when the fonts are missing or when the file cannot be written.
    """
    write_whole(path, render_pdf(report, paper))


def render_pdf(report: Report, paper: str = "a4") -> bytes:
    """`report` as a PDF, tagged; a PDF/UA-1 unless it has characters that no font of this machine can show."""
    if paper not in ("a4", "us-letter"):
        raise Refused(found=f"paper '{paper}'", expected="a4 or us-letter")
    vendor_file("Inter-400.ttf")
    data = json.dumps(_cleaned(_as_data(report, paper)))
    try:
        return _compile(data, "ua-1")
    except typst.TypstError as error:
        if _NO_GLYPH not in str(error):
            raise
    return _compile(data, "1.7")


def _compile(data: str, standard: Literal["ua-1", "1.7"]) -> bytes:
    pdf: bytes = typst.compile(
        str(_TEMPLATE), font_paths=[str(VENDOR)], sys_inputs={"report": data}, format="pdf", pdf_standards=standard
    )
    return pdf


def _as_data(report: Report, paper: str) -> dict[str, Any]:
    """The report as the template reads it. Tables behind charts are numbered and go to the end."""
    tables: list[dict[str, Any]] = []
    sections = [
        {
            "title": section.title,
            "finding": section.finding,
            "blocks": [_block(block, tables, paper) for block in section.blocks],
        }
        for section in report.sections
    ]
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "facts": report.facts,
        "warning": report.warning,
        "footer": report.footer,
        "paper": paper,
        "colours": LIGHT,
        "sections": sections,
        "tables": tables,
    }


def _block(block: Block, tables: list[dict[str, Any]], paper: str) -> dict[str, Any]:
    kind = {"kind": type(block).__name__}
    if isinstance(block, Figure):
        picture = {"svg": block.picture.wide, "alt": block.in_words, "tall": _height(block.picture.wide) > 900}
        words = {"title": block.title, "basis": block.basis, "reading": block.reading}
        return {**kind, **words, "picture": picture, "table": _numbered(block.table, tables) if block.table else None}
    if isinstance(block, Maps):
        words = {"title": block.title, "basis": block.basis, "reading": block.reading}
        numbers = [_numbered(table, tables) for table in block.tables]
        key = [{"name": name, "svg": svg} for name, svg in block.key]
        return {**kind, **words, "sheets": _sheets(block.maps, paper), "tables": numbers, "key": key}
    if isinstance(block, Answers):
        number = _numbered(block.table, tables) if block.table else None
        return {**kind, "answers": [dataclasses.asdict(answer) for answer in block.answers], "table": number}
    if isinstance(block, Table) and block.folded:
        return {"kind": "Folded", "caption": block.caption, "number": _numbered(block, tables)}
    if isinstance(block, Table):
        return {**kind, **_table(block, None)}
    return {**kind, **dataclasses.asdict(block)}


def _numbered(table: Table, tables: list[dict[str, Any]]) -> int:
    tables.append(_table(table, len(tables) + 1))
    return len(tables)


def _table(table: Table, number: int | None) -> dict[str, Any]:
    """A table as far as paper holds it; in text columns the widths are shares, in the others points."""
    shown = len(table.columns[:_COLUMNS])
    note = table.note
    if len(table.rows) > _ROWS or len(table.columns) > shown:
        printed = f"{min(len(table.rows), _ROWS):,} of {len(table.rows):,} rows"
        note = (
            f"{note} Printed are {printed} and {shown} of {len(table.columns)} columns; the page has them all.".strip()
        )
    rows = [[cell.text for cell in row[:shown]] for row in table.rows[:_ROWS]]
    return {
        "number": number,
        "caption": table.caption,
        "note": note,
        "columns": table.columns[:shown],
        "numeric": table.numeric[:shown],
        "widths": [_column_width(name, [row[n] for row in rows]) for n, name in enumerate(table.columns[:shown])],
        "rows": rows,
    }


def _column_width(name: str, cells: list[str]) -> float:
    """What a column needs: its longest cell, up to a limit, and the longest word of its heading."""
    longest = max((width(cell, _TABLE_SIZE) for cell in cells), default=0.0)
    return max(min(longest, _WIDEST), max(width(word, _TABLE_SIZE) for word in (name.split() or [""]))) + 2


def _sheets(maps: tuple[DrawnMap, ...], paper: str) -> list[dict[str, Any]]:
    """The pages that maps are printed on: side by side where they stay readable so, else each on its own."""
    together = _sheet(maps, paper)
    if len(maps) == 1 or together["scale"] >= _READABLE:
        return [together]
    return [_sheet((one,), paper) for one in maps]


def _sheet(maps: tuple[DrawnMap, ...], paper: str) -> dict[str, Any]:
    """One page of maps, on larger paper where they would not be readable on this one."""
    wide = sum(one.picture.width for one in maps)
    high = max(one.picture.height for one in maps)

    def scale(name: str) -> float:
        room_x, room_y = _PAPERS[name]
        return min((room_x - _GAP * (len(maps) - 1)) / wide, room_y / high, _NORMAL)

    chosen = paper if scale(paper) >= _READABLE else "a3"
    printed = [
        {"heading": one.heading, "svg": one.picture.svg, "alt": one.in_words, "width": one.picture.width}
        for one in maps
    ]
    return {"paper": chosen, "scale": scale(chosen), "maps": printed}


def _height(svg: str) -> float:
    """The height in a picture's viewBox."""
    start = svg.index('viewBox="') + 9
    return float(svg[start : svg.index('"', start)].split()[3])


def _cleaned(data: Any) -> Any:
    """The same data without characters that no page can show."""
    if isinstance(data, str):
        return clean(data)
    if isinstance(data, dict):
        return {key: _cleaned(value) for key, value in data.items()}
    return [_cleaned(value) for value in data] if isinstance(data, list | tuple) else data
