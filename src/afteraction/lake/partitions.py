"""Tables that lie in partitions on several machines, and functions that run over their rows where they are.

One function, two engines: what runs here over Arrow batches runs on Spark's workers by `mapInArrow`. It is given blocks
of whole groups (all rows of a deal) and must not depend on where one block ends and the next begins.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Protocol, runtime_checkable

import ibis
import numpy as np
import pyarrow as pa

ROWS: Final = 500_000
"""Rows of a block: some ten megabytes, so that the work of a block outweighs what it costs to begin one."""

Function = Callable[[pa.Table], Iterable[pa.RecordBatch]]
"""What runs over a block: pickled and sent to workers, so it is a module's function or an object of such a class."""


@runtime_checkable
class Partitioned(Protocol):
    """An engine whose tables lie in partitions; a table's own is `table.get_backend()`."""

    def keep(self, name: str, table: ibis.Table) -> ibis.Table:
        """Work a table out once, and keep it where the workers are for as long as the engine is open."""
        ...

    def over_groups(self, table: ibis.Table, by: str, function: Function, schema: pa.Schema) -> ibis.Table:
        """The rows of `schema` that a function makes of a table's, all rows of one value of `by` in one block.

        A block is in ascending order of `by`, a whole number; the rows of one value are in no order.
        """
        ...

    def over_rows(self, table: ibis.Table, function: Function, schema: pa.Schema) -> ibis.Table:
        """The same where every row stands for itself: rows stay where they are."""
        ...

    def numbered(self, table: ibis.Table, order: Sequence[str], name: str, start: int = 0) -> ibis.Table:
        """A table with its rows numbered in an order that leaves no ties; a leading minus: largest first."""
        ...


def partitioned(table: ibis.Table) -> Partitioned | None:
    """The engine of a table if its tables lie in partitions; None where one process holds them."""
    engine = table.get_backend()
    return engine if isinstance(engine, Partitioned) else None


def over_groups(
    batches: Iterable[pa.RecordBatch], by: str, function: Function, rows: int = ROWS
) -> Iterator[pa.RecordBatch]:
    """Run a function over one partition, whose batches are in ascending order of `by`."""
    for block in whole_groups(batches, by, rows):
        yield from function(block)


def whole_groups(batches: Iterable[pa.RecordBatch], by: str, rows: int = ROWS) -> Iterator[pa.Table]:
    """The rows in blocks of about so many, or more where one group has more; none is cut in two.

    `batches` are in ascending order of `by`, a whole number that is never empty.
    """
    waiting: list[pa.RecordBatch] = []
    size, wanted = 0, rows
    for batch in batches:
        waiting.append(batch)
        size += batch.num_rows
        if size < wanted:
            continue
        together = pa.Table.from_batches(waiting)
        groups = together[by].to_numpy()
        # The last group may go on in the next batch.
        cut = int(np.searchsorted(groups, groups[-1]))
        if cut:
            yield together.slice(0, cut)
        waiting, size = together.slice(cut).to_batches(), together.num_rows - cut
        wanted = max(rows, 2 * size)  # a group of millions of rows is not joined anew with every batch
    if size:
        yield pa.Table.from_batches(waiting)
