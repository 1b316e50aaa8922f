"""Rows with the same key: one is kept, and what became of the others is told."""

from dataclasses import dataclass

from afteraction.ingest.fill_sql import BOOKKEEPING, FILL, LATEST
from afteraction.ingest.refusals import Refusals
from afteraction.ingest.sources import ROW
from afteraction.ingest.values import quoted
from afteraction.ingest.workspace import Workspace, columns_sql
from afteraction.lake.engine import quote
from afteraction.lake.schema import Table

_ORDER = "source_order"


@dataclass(frozen=True)
class Unique:
    """A relation in which each key stands once, with the numbers of rows that it lacks.

    `repeated` rows were equal to the one kept, `older` ones an earlier version of it, `conflicting` ones were refused.
    """

    relation: str
    repeated: int
    older: int
    conflicting: int


def without_copies(work: Workspace, relation: str) -> str:
    """Touches without an id, less those that are equal in everything to one of another file: overlapping exports.

    Where a file has a touch twice, it happened twice.
    """
    columns = [name for name in work.columns(relation) if name not in (*BOOKKEEPING, _ORDER)]
    nth = f"row_number() OVER (PARTITION BY {FILL}, {columns_sql(columns)} ORDER BY {ROW}, {_ORDER})"
    first = f"min({FILL}) OVER (PARTITION BY {columns_sql(columns)}, _nth)"
    given = "touch_id IS NOT NULL OR " if "touch_id" in columns else ""
    kept = f"{relation}_once"
    work.keep(
        kept,
        f"SELECT * EXCLUDE (_nth) FROM (SELECT *, {nth} AS _nth FROM {relation}) QUALIFY {given}{FILL} = {first}",
    )
    return kept


def with_touch_ids(work: Workspace, relation: str) -> str:
    """Give touches without an id one made from their content, so that the same touch gets the same id each time.

    Touches that are equal in deal or lead, activity, time and actor are told apart by counting them.
    """
    columns = work.columns(relation)
    if "touch_id" in columns and not work.count(f"{relation} WHERE touch_id IS NULL"):
        return relation
    content = [name for name in ("deal_id", "lead_id", "activity", "at", "actor") if name in columns]
    known = quote("touch_id") if "touch_id" in columns else "NULL::VARCHAR"
    same = f"row_number() OVER (PARTITION BY {known} IS NULL, {columns_sql(content)} ORDER BY {FILL}, {ROW}, {_ORDER})"
    text = ", ".join(f"coalesce(CAST({_content(name)} AS VARCHAR), '')" for name in content)
    made = f"md5(concat_ws(chr(31), {text}, CAST({same} AS VARCHAR)))"
    others = "* EXCLUDE (touch_id)" if "touch_id" in columns else "*"
    kept = f"{relation}_identified"
    work.keep(kept, f"SELECT coalesce({known}, {made}) AS touch_id, {others} FROM {relation}")
    return kept


def first_of_each(work: Workspace, refusals: Refusals, table: Table, relation: str) -> Unique:
    """Keep one row per key: the latest version where rows have one, else the first of the file.

    A row that says something else than the one kept is refused, unless it is an older version.
    """
    work.keep(f"{table.name}_keys", f"SELECT {columns_sql(table.key)} FROM {relation} GROUP BY ALL HAVING count(*) > 1")
    if not work.count(f"{table.name}_keys"):
        return Unique(relation, 0, 0, 0)
    content = [c for c in work.columns(relation) if c not in (*BOOKKEEPING, _ORDER, *table.key)]
    order = f"{LATEST} DESC NULLS LAST, {FILL}, {ROW}{f', {_ORDER}' if _ORDER in work.columns(relation) else ''}"
    place = f"row_number() OVER (PARTITION BY {columns_sql(table.key)} ORDER BY {order})"
    same_key = _same("r", "k", table.key)
    repeats = f"{table.name}_repeats"
    work.keep(repeats, f"SELECT r.*, {place} AS _place FROM {relation} r SEMI JOIN {table.name}_keys k ON {same_key}")
    others = f"{table.name}_others"
    different = ", ".join(f"CASE WHEN r.{quote(c)} IS DISTINCT FROM k.{quote(c)} THEN {quoted(c)} END" for c in content)
    work.keep(
        others,
        f"SELECT r.*, k.{FILL} AS _kept_fill, k.{ROW} AS _kept_row, r.{LATEST} < k.{LATEST} AS _older, "
        f"list_filter([{different or 'NULL'}]::VARCHAR[], lambda c: c IS NOT NULL) AS _different "
        f"FROM {repeats} r JOIN {repeats} k ON {same_key} AND k._place = 1 WHERE r._place > 1",
    )
    conflict = "len(_different) > 0 AND NOT coalesce(_older, false)"
    _refuse(refusals, table, others, conflict)
    unique = f"unique_{table.name}"
    work.keep(
        unique,
        f"SELECT r.* FROM {relation} r ANTI JOIN {table.name}_keys k ON {same_key} "
        f"UNION ALL BY NAME SELECT * EXCLUDE (_place) FROM {repeats} WHERE _place = 1",
    )
    repeated, older, conflicting = work.row(
        f"""SELECT count(*) FILTER (len(_different) = 0),
            count(*) FILTER (len(_different) > 0 AND coalesce(_older, false)), count(*) FILTER ({conflict})
        FROM {others}"""
    )
    return Unique(unique, repeated, older, conflicting)


def _refuse(refusals: Refusals, table: Table, others: str, conflict: str) -> None:
    key = " || ', ' || ".join(f"coalesce(CAST({quote(c)} AS VARCHAR), '')" for c in table.key)
    kept = f"row ' || _kept_row || ' of ' || {refusals.file_sql('_kept_fill')} || ' was kept"
    refusals.add(
        f"repeated_{table.name}",
        f"""SELECT {FILL}, {ROW}, {quoted(", ".join(table.key))} AS cell,
            {key} || ' once more, with another ' || array_to_string(_different, ', ') AS found,
            'each {" and ".join(table.key)} once; {kept}' AS expected, false AS kept
        FROM {others} WHERE {conflict}""",
    )


def _same(left: str, right: str, key: tuple[str, ...]) -> str:
    return " AND ".join(f"{left}.{quote(c)} IS NOT DISTINCT FROM {right}.{quote(c)}" for c in key)


def _content(name: str) -> str:
    return f"epoch_us({quote(name)})" if name == "at" else quote(name)
