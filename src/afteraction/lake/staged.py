"""Rows that wait to be merged into a table, and why they may not be."""

from collections.abc import Iterable, Mapping

import pyarrow as pa
from duckdb import DuckDBPyConnection

from afteraction.errors import Refused
from afteraction.lake.engine import quote
from afteraction.lake.schema import NUMBER, TEXT, Table

_KINDS: Mapping[pa.DataType, str] = {TEXT: "text", NUMBER: "numbers"}
_RENAME = "give it another name or type in the mapping file"


def refuse_bad_columns(
    table: Table, names: Iterable[str], staged: Mapping[str, pa.DataType], present: Mapping[str, pa.DataType]
) -> None:
    """Refuse columns that `table` cannot take in.

    `names` are the staged columns' names as the files have them, `staged` and `present` the types of the staged
    columns and of those that the table has already.
    """
    lacking = [name for name in table.key if name not in staged]
    if lacking:
        raise Refused(f"{table.name}: no column {', '.join(lacking)}", f"its key, {', '.join(table.key)}")
    spelled: dict[str, str] = {}
    for name in (*table.names, *present, *names):
        if not name.strip():
            raise Refused(f"{table.name}: a column without a name", "a name for every column", _RENAME)
        # To the engine and the table store, Region and region are one.
        if spelled.setdefault(name.casefold(), name) != name:
            raise Refused(
                f"{table.name}: columns {spelled[name.casefold()]} and {name}",
                "names that differ in more than capitals",
                _RENAME,
            )
    for name, type_ in staged.items():
        if name in table.names:
            continue
        if not table.attributes:
            raise Refused(f"{table.name}: column {name}", f"its columns: {', '.join(table.names)}")
        if type_ not in _KINDS:
            raise Refused(f"{table.name}: attribute {name} of type {type_}", "text or numbers", _RENAME)
        if present.get(name, type_) != type_:
            raise Refused(
                f"{table.name}: attribute {name} holds {_KINDS[type_]}",
                f"{_KINDS[present[name]]}, as in the imports before",
                _RENAME,
            )


def refuse_bad_keys(con: DuckDBPyConnection, table: Table) -> None:
    """Refuse the rows of the relation `staged` when one has no key, or two have the same."""
    required = [name for name in table.key if name in table.required]
    _refuse_empty(con, table, "staged", required)
    keys = ", ".join(map(quote, table.key))
    repeated = con.sql(f"SELECT {keys}, count(*) FROM staged GROUP BY ALL HAVING count(*) > 1 LIMIT 1").fetchone()
    if repeated:
        raise Refused(f"{table.name}: key {repeated[:-1]} in {repeated[-1]} rows", "each key once")


def refuse_incomplete(
    con: DuckDBPyConnection, table: Table, relation: str, columns: Iterable[str], new_rows: int
) -> None:
    """Refuse rows of `relation`, which has `columns`, that would leave a required column of `table` empty."""
    lacking = [name for name in table.required if name not in columns]
    if lacking and new_rows:
        raise Refused(f"{table.name}: {new_rows} new rows without {', '.join(lacking)}", "a value in every new row")
    _refuse_empty(con, table, relation, [name for name in table.required if name in columns])


def _refuse_empty(con: DuckDBPyConnection, table: Table, relation: str, columns: Iterable[str]) -> None:
    for name in columns:
        row = con.sql(f"SELECT count(*) FROM {relation} WHERE {quote(name)} IS NULL").fetchone()
        if row and row[0]:
            raise Refused(f"{table.name}: {row[0]} rows without {name}", "a value in every row")
