"""Items as a table: CSV in any of its dialects and encodings, a row an item."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyarrow.parquet as pq

from afteraction.errors import Refused
from afteraction.ingest.sources.reading import read_sources
from afteraction.ingest.sources.sheet import Sheet, SourceProblem
from afteraction.web.listening.markup import as_text, tidy, web_address
from afteraction.web.listening.moments import moment
from afteraction.web.listening.reading import ITEMS, TEXT, TITLE, Read, Reading, key_of

LARGEST: Final = 10 * 2**20
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "headline", "subject", "titel", "titre", "título", "titulo", "schlagzeile"),
    "text": ("text", "summary", "description", "content", "snippet", "hit sentence", "inhalt", "résumé", "resumen"),
    "url": ("url", "link", "address", "permalink", "adresse", "lien", "enlace"),
    "date": ("date", "published", "published_at", "date published", "pubdate", "datum", "fecha"),
    "language": ("language", "lang", "sprache", "langue", "idioma"),
    "id": ("id", "guid", "document id"),
}
"""Names of columns that are understood, in any case: those of the usual media monitors, and their languages."""
EXPECTED: Final = "a CSV file with a column title or text, at most 10 MiB"


def read_table(content: bytes, name: str) -> Reading:
    """The rows of a CSV file called `name`; a row without title and text, or that is broken, is told by its line.

    Raises `Refused` for what is no CSV, or has neither of the columns that are needed.
    """
    if len(content) > LARGEST:
        raise Refused(f"a file of {len(content):,} bytes", EXPECTED, "split it")
    with TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or "items.csv")
        path.write_bytes(content)
        try:
            sheet = read_sources([path], Path(folder) / "spool")[0]
        except Refused as refused:  # which expects whatever an import of deals may be
            raise Refused(refused.found, EXPECTED, "export it again as CSV") from refused
        return _reading(sheet)


def _reading(sheet: Sheet) -> Reading:
    columns = {
        ours: next((column for column in sheet.columns if column.strip().lower() in names), None)
        for ours, names in COLUMNS.items()
    }
    if not columns["title"] and not columns["text"]:
        found = ", ".join(sheet.columns[:8])
        raise Refused(f"the columns {found}", EXPECTED, "name the column with the headline: title")
    wanted = {ours: theirs for ours, theirs in columns.items() if theirs}
    table = pq.read_table(sheet.spool, columns=list(wanted.values())).slice(0, ITEMS).to_pylist()
    rows = [{ours: str(row[theirs] or "") for ours, theirs in wanted.items()} for row in table]
    items = [_item(row, number) for number, row in enumerate(rows, start=1)]
    broken = [_broken(problem) for problem in sheet.problems[:ITEMS]]
    unique = {each.key: each for each in (*items, *broken)}
    trouble = f"{sheet.rows} rows; the first {ITEMS} were read" if sheet.rows > ITEMS else ""
    return Reading(tuple(unique.values()), "", trouble)


def _item(row: Mapping[str, str], number: int) -> Read:
    title, text = tidy(as_text(row.get("title", ""))), as_text(row.get("text", ""))
    said = row.get("date", "").strip()
    published = moment(said) if said else None
    trouble = f"row {number}: a date that cannot be read: {said[:100]}" if said and published is None else ""
    if not title and not text:
        trouble = f"row {number}: neither a title nor a text"
    url = web_address(row.get("url", ""))
    name = row.get("id") or url
    key = key_of(name) if name else key_of(title, text) if title or text else key_of("row", str(number))
    return Read(key, title[:TITLE], text[:TEXT], url, row.get("language", "")[:8], published, trouble)


def _broken(problem: SourceProblem) -> Read:
    where = f"row {problem.row}: " if problem.row else ""
    return Read(key_of("broken", where, problem.found), "", trouble=f"{where}{problem.found}"[:300])
