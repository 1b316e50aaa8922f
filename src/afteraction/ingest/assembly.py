"""Converted rows of all sheets brought together, table by table, until they can be merged into the lake."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from afteraction.ingest import references
from afteraction.ingest.deal_ends import settle
from afteraction.ingest.fill_sql import BOOKKEEPING, FILL, LATEST, PROBLEMS, REFUSED
from afteraction.ingest.fills import Converted
from afteraction.ingest.mapping import SourceMapping
from afteraction.ingest.refusals import Refusals
from afteraction.ingest.repeats import first_of_each, with_touch_ids, without_copies
from afteraction.ingest.sources import ROW
from afteraction.ingest.values import quoted
from afteraction.ingest.workspace import Workspace, columns_sql
from afteraction.lake.engine import SQL_TYPES, quote
from afteraction.lake.schema import TABLES, TIME


@dataclass
class Assembly:
    """Rows ready for the lake (`files`, per table), and an account of the others."""

    files: dict[str, Path] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)
    older: dict[str, int] = field(default_factory=dict)
    set_apart: dict[tuple[str, str], int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def assemble(
    work: Workspace,
    refusals: Refusals,
    converted: Sequence[Converted],
    mapping: SourceMapping,
    present: Collection[str],
    now: datetime,
) -> Assembly:
    """Bring the rows of all fills together: one row per key, events with their deals, deals with their ends.

    `present` names the tables that earlier imports filled; the workspace knows them as `present_<table>`.
    """
    result = Assembly()
    relations = {
        table: _unique(work, refusals, table, parts, result) for table, parts in _parts(work, converted, result).items()
    }
    if "deals" in relations:
        deals = [c for c in converted if c.fill.table == "deals"]
        changes = _with_present(work, "stage_changes", relations, present)
        ended = settle(work, refusals, relations["deals"], deals, mapping, changes)
        relations["deals"] = ended.relation
        result.warnings += ended.warnings
    known = _with_present(work, "deals", relations, present)
    for table in references.NEEDS_DEAL:
        if table in relations:
            known = known or "(SELECT NULL::VARCHAR AS deal_id WHERE false)"
            relations[table] = references.refuse_orphans(work, refusals, table, relations[table], known, converted)
    result.warnings += references.remarks(work, relations, present)
    for table, relation in relations.items():
        result.warnings += _odd_times(work, table, relation, now)
        columns = [name for name in work.columns(relation) if name not in BOOKKEEPING]
        result.files[table] = work.keep(f"staged_{table}", f"SELECT {columns_sql(columns)} FROM {relation}")
    return result


def _parts(work: Workspace, converted: Sequence[Converted], result: Assembly) -> dict[str, list[str]]:
    """SQL of the good rows per table, in the order of the schema, with outcome activities set apart from touches."""
    parts: dict[str, list[str]] = defaultdict(list)
    for one in converted:
        rows = f"SELECT * EXCLUDE ({PROBLEMS}, {REFUSED}) FROM {one.good}"
        if one.fill.table == "touches" and one.fill.outcomes:
            names = ", ".join(map(quoted, one.fill.outcomes))
            parts["stage_changes"].append(_outcome_changes(work, one, f"({rows}) WHERE activity IN ({names})"))
            ending = f"SELECT activity, count(*) FROM ({rows}) WHERE activity IN ({names}) GROUP BY 1 ORDER BY 1"
            for activity, number in work.rows(ending):
                result.set_apart[activity, one.fill.outcomes[activity]] = number
            rows = f"SELECT * FROM ({rows}) WHERE activity NOT IN ({names})"
        parts[one.fill.table].append(rows)
    return {table: parts[table] for table in TABLES if table in parts}


def _outcome_changes(work: Workspace, converted: Converted, rows: str) -> str:
    """SQL of the stage changes that events which end a deal are."""
    outcomes = converted.fill.outcomes.items()
    cases = " ".join(f"WHEN {quoted(activity)} THEN {quoted(outcome)}" for activity, outcome in outcomes)
    kept = [name for name in ("deal_id", "at", "actor", "source_order") if name in work.columns(converted.relation)]
    return f"""SELECT {FILL}, {ROW}, {LATEST}, {columns_sql(kept)}, activity AS stage,
        CASE activity {cases} END AS outcome FROM {rows}"""


def _unique(work: Workspace, refusals: Refusals, table: str, parts: Sequence[str], result: Assembly) -> str:
    """The name of the relation with the rows of a table, each key once."""
    relation = f"all_{table}"
    work.keep(relation, " UNION ALL BY NAME ".join(parts))
    if table in ("touches", "lead_touches"):
        given = "touch_id" in work.columns(relation)
        if len(parts) > 1:
            read = work.count(relation)
            relation = without_copies(work, relation)
            result.repeated[table] = read - work.count(relation)
        relation = with_touch_ids(work, relation)
        if not given:
            return relation  # ids that were made are different from each other
    unique = first_of_each(work, refusals, TABLES[table], relation)
    result.repeated[table] = result.repeated.get(table, 0) + unique.repeated
    result.older[table] = unique.older
    return unique.relation


def _with_present(work: Workspace, table: str, relations: Mapping[str, str], present: Collection[str]) -> str | None:
    """The new rows of a table together with those of earlier imports, as far as there are any.

    Columns that a file lacks are empty.
    """
    names = [relations[table]] if table in relations else []
    names += [f"present_{table}"] if table in present else []
    wanted = ("deal_id",) if table == "deals" else ("deal_id", "at", "stage", "outcome", "source_order")
    have = [[name for name in wanted if name in work.columns(relation)] for relation in names]
    if not names or (len(names) == 1 and len(have[0]) == len(wanted)):
        return names[0] if names else None
    types = {column.name: SQL_TYPES[column.type] for column in TABLES[table].columns}
    nothing = ", ".join(f"NULL::{types[name]} AS {quote(name)}" for name in wanted)
    parts = [f"SELECT {columns_sql(those)} FROM {name}" for those, name in zip(have, names, strict=True)]
    work.keep(f"known_{table}", " UNION BY NAME ".join([f"SELECT {nothing} WHERE false", *parts]))
    return f"known_{table}"


def _odd_times(work: Workspace, table: str, relation: str, now: datetime) -> list[str]:
    """Times before 1990, or in the future where something is said to have happened."""
    told = []
    for column in TABLES[table].columns:
        if column.type != TIME or column.name not in work.columns(relation):
            continue
        key, time = quote(TABLES[table].key[0]), quote(column.name)
        number, example, which = work.row(
            f"SELECT count(*), min({time})::VARCHAR, arg_min({key}, {time}) FROM {relation} "
            f"WHERE {time} < '1990-01-01' OR {time} > {quoted(now.isoformat())}::TIMESTAMPTZ + INTERVAL 1 DAY"
        )
        if number:
            what = "times before 1990 or in the future"
            told.append(f"{table}.{column.name}: {number:,} {what} (for example {example} of {which})")
    return told
