"""What was refused, where, what was found and what was expected: a file that a person can work through."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from afteraction.ingest.fill_sql import FILL, PROBLEMS, REFUSED
from afteraction.ingest.fills import Converted
from afteraction.ingest.sources import ROW, Sheet
from afteraction.ingest.sources.problems import EXCERPT
from afteraction.ingest.values import quoted
from afteraction.ingest.workspace import Workspace

_COLUMNS = 'file, row, cell AS "column", found, expected'
_EXCERPT = f"CASE WHEN length(found) > {EXCERPT} THEN left(found, {EXCERPT}) || ' …' ELSE found END"
_SOURCE: pa.Schema = pa.schema(
    {name: pa.string() for name in ("file", "cell", "found", "expected")} | {"row": pa.int64(), "kept": pa.bool_()}
)


class Refusals:
    """Rows that were refused, and cells that were left empty in rows that were kept, over a whole import."""

    def __init__(self, work: Workspace, sheets: Sequence[Sheet], converted: Sequence[Converted]) -> None:
        self._work = work
        self._files = {c.number: c.sheet.name for c in converted}
        self._tables = {c.number: c.fill.table for c in converted}
        self._parts = [self._from_sources(sheets)]
        self._parts += [self._keep(one.relation, _cells(one)) for one in converted]

    def add(self, name: str, query: str) -> int:
        """Add what was found wrong when rows were compared; returns how many rows that refuses.

        `query` gives the bookkeeping columns _fill and _row of a row, then cell (its column), found, expected and kept.
        """
        self._parts.append(self._keep(name, query))
        return self._work.count(f"{self._parts[-1]} WHERE NOT kept")

    def file_sql(self, fill: str = FILL) -> str:
        """SQL of the name of the file that a row of this fill came from."""
        return _by_fill(fill, self._files)

    def counts(self) -> dict[str, tuple[int, int]]:
        """Per table, the rows refused and the cells left empty in rows that were kept; "" stands for unread rows."""
        counted = self._work.rows(
            f"""SELECT target, count(DISTINCT (file, row)) FILTER (NOT kept), count(*) FILTER (kept)
            FROM ({self._all()}) GROUP BY 1"""
        )
        return {target: (refused, cells) for target, refused, cells in counted}

    def first(self) -> tuple[str, int, str, str, str] | None:
        """The first row that was refused: file, row, column, what was found, what was expected."""
        rows = self._work.rows(
            f"""SELECT file, row, coalesce(cell, ''), coalesce(found, ''), expected FROM ({self._all()})
            WHERE NOT kept ORDER BY ALL NULLS FIRST LIMIT 1"""
        )
        return next(iter(rows), None)

    def write(self, folder: Path, name: str) -> Path | None:
        """Write everything to a CSV file of `folder`, in the order of files and rows; None when nothing was refused.

        Its name depends on what is in it, so that the same import writes the same file.
        """
        if not self._work.count(f"({self._all()})"):
            return None
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{name}.writing"
        self._work.write_csv(
            f"""SELECT {_COLUMNS}, CASE WHEN kept THEN 'yes' ELSE 'no' END AS kept
            FROM ({self._all()}) ORDER BY ALL NULLS FIRST""",
            draft,
        )
        with draft.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        path = folder / f"{name}-{digest[:8]}.csv"
        draft.replace(path)
        return path

    def _keep(self, name: str, query: str) -> str:
        relation = f"refusals_{name}"
        self._work.keep(
            relation,
            f"""SELECT DISTINCT {self.file_sql()} AS file, {ROW} AS row, cell, {_EXCERPT} AS found, expected, kept,
                {_by_fill(FILL, self._tables)} AS target FROM ({query})""",
        )
        return relation

    def _all(self) -> str:
        return " UNION ALL BY NAME ".join(f"SELECT * FROM {part}" for part in self._parts)

    def _from_sources(self, sheets: Sequence[Sheet]) -> str:
        """What could not be read from the files at all."""
        rows = [
            {"file": p.file, "row": p.row, "cell": p.column, "found": p.found, "expected": p.expected, "kept": p.kept}
            for sheet in sheets
            for p in sheet.problems
        ]
        self._work.put("source_problems", pa.Table.from_pylist(rows, schema=_SOURCE))
        return "(SELECT *, '' AS target FROM source_problems)"


def _cells(converted: Converted) -> str:
    """SQL of every problem of every row of a fill."""
    return f"""SELECT {FILL}, {ROW}, p.cell AS cell, p.found AS found, p.expected AS expected, NOT {REFUSED} AS kept
        FROM (SELECT {FILL}, {ROW}, {REFUSED}, unnest({PROBLEMS}) AS p
            FROM {converted.relation} WHERE len({PROBLEMS}) > 0)"""


def _by_fill(fill: str, values: Mapping[int, str]) -> str:
    cases = " ".join(f"WHEN {number} THEN {quoted(value)}" for number, value in values.items())
    return f"CASE {fill} {cases} END" if cases else "''"
