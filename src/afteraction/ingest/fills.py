"""One table filled from one sheet: typed rows in the workspace, and an account of every row that is not among them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from afteraction.ingest.cells import lookup_text
from afteraction.ingest.fill_sql import PROBLEMS, REFUSED, fill_query, lookup_table, row_rules
from afteraction.ingest.mapping import Fill, SourceMapping, dated_content
from afteraction.ingest.sources import ROW, Sheet
from afteraction.ingest.workspace import Workspace, columns_sql
from afteraction.lake.engine import quote


@dataclass(frozen=True)
class Converted:
    """What a fill made of its sheet.

    `relation` names its rows in the workspace: bookkeeping columns, then columns of the table. Rows that a problem
    refuses are among them; `good` is SQL of those without. `left_out` counts rows that are not meant, by the reason.
    """

    number: int
    sheet: Sheet
    fill: Fill
    relation: str
    left_out: Mapping[str, int]
    notes: tuple[str, ...] = ()

    @property
    def good(self) -> str:
        return f"{self.relation} WHERE NOT {REFUSED}"

    @property
    def refused(self) -> str:
        return f"{self.relation} WHERE {REFUSED}"


def convert(work: Workspace, number: int, sheet: Sheet, fill: Fill, mapping: SourceMapping) -> Converted:
    """Turn the rows of `sheet` into rows of the table that `fill` names."""
    relation = f"fill_{number}"
    work.keep(relation, fill_query(work, number, sheet, fill, mapping))
    left_out = _left_out(work, sheet, fill)
    converted = Converted(number, sheet, fill, relation, left_out, _lookup_notes(work, sheet, fill))
    if fill.distinct or any(cell.earliest for cell in fill.columns.values()):
        converted = _condensed(work, converted)
    return _only_changes(work, converted) if fill.only_changes else converted


def _left_out(work: Workspace, sheet: Sheet, fill: Fill) -> dict[str, int]:
    """Rows that the mapping leaves out, each counted under the first rule that does so."""
    rules = row_rules(fill)
    if not rules:
        return {}
    cases = " ".join(f"WHEN NOT ({rule}) THEN {n}" for n, rule in enumerate(rules.values()))
    counted: dict[int | None, int] = dict(
        work.rows(f"SELECT CASE {cases} END AS rule, count(*) FROM {work.view(sheet)} GROUP BY 1")
    )
    return {reason: counted[n] for n, reason in enumerate(rules) if n in counted}


def _lookup_notes(work: Workspace, sheet: Sheet, fill: Fill) -> tuple[str, ...]:
    """For every lookup, how many of the keys it found."""
    notes = []
    meant = " AND ".join(row_rules(fill).values()) or "true"
    for name, cell in fill.cells.items():
        table = lookup_table(work, cell)
        if cell.lookup is None:
            continue
        if table is None:
            notes.append(f"{fill.table}.{name}: sheet {cell.lookup.sheet} is not among the files, so it stays empty")
            continue
        keys = f"SELECT {lookup_text(cell)} AS wanted FROM {work.view(sheet)} WHERE {meant}"
        all_keys, found = work.row(
            f"SELECT count(wanted), count(_lookup_key) FROM ({keys}) LEFT JOIN ({table}) ON _lookup_key = wanted"
        )
        if all_keys:
            notes.append(f"{fill.table}.{name}: {found:,} of {all_keys:,} found in {cell.lookup.sheet}")
    return tuple(notes)


def _condensed(work: Workspace, converted: Converted) -> Converted:
    """Where a cell is the earliest of all rows with its key, make it that; then rows that say the same are one row."""
    earliest = [name for name, cell in converted.fill.columns.items() if cell.earliest]
    key = columns_sql(converted.fill.schema.key)
    replaced = ", ".join(f"min({quote(name)}) OVER (PARTITION BY {key}) AS {quote(name)}" for name in earliest)
    rows = f"SELECT *{f' REPLACE ({replaced})' if replaced else ''} FROM {converted.good}"
    content = [name for name in work.columns(converted.relation) if name not in (ROW, PROBLEMS)]
    relation = f"{converted.relation}_condensed"
    work.keep(
        relation,
        f"SELECT min({ROW}) AS {ROW}, arg_min({PROBLEMS}, {ROW}) AS {PROBLEMS}, {columns_sql(content)} FROM ({rows}) "
        f"GROUP BY {columns_sql(content)} UNION ALL BY NAME FROM {converted.refused}",
    )
    return _shortened(work, converted, relation, "said by an earlier row")


def _only_changes(work: Workspace, converted: Converted) -> Converted:
    """Keep the rows in which something new is entered; a repetition of the row before, in time, is no change."""
    content = dated_content(converted.fill.table)
    key = converted.fill.schema.key[0]
    order = "source_order" if "source_order" in converted.fill.schema.names else ROW
    before = f'lag({content}) OVER (PARTITION BY {key} ORDER BY "at", {order})'
    changes = f"SELECT * FROM {converted.good} QUALIFY {content} IS DISTINCT FROM {before}"
    relation = f"{converted.relation}_changes"
    work.keep(relation, f"{changes} UNION ALL BY NAME FROM {converted.refused}")
    return _shortened(work, converted, relation, f"{content} as before")


def _shortened(work: Workspace, converted: Converted, relation: str, reason: str) -> Converted:
    """The same with fewer rows; those that went are counted under `reason`."""
    gone = work.count(converted.relation) - work.count(relation)
    left_out = {**converted.left_out, **({reason: gone} if gone else {})}
    return replace(converted, relation=relation, left_out=left_out)
