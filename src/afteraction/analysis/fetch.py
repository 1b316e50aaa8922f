"""Small results of queries, brought from the engine."""

from typing import Any

import ibis


def fetch(table: ibis.Table) -> list[dict[str, Any]]:
    """All rows of a small table, in its order."""
    found: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return found


def fetch_row(table: ibis.Table) -> dict[str, Any]:
    """The row of a table that has exactly one."""
    (row,) = fetch(table)
    return row


def fetch_count(value: ibis.Value) -> int:
    """A single count; summing nothing gives 0."""
    return int(value.to_pyarrow().as_py() or 0)
