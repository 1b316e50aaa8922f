"""Small tools on arrays of numbers: named random streams, drawing by shares, and turning arrays into Arrow columns."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from afteraction.lake.schema import TABLES, TIME

Column: TypeAlias = "pa.Array[Any]"
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
"""Small positions in a short list, kept narrow because there may be millions of them."""
Flags = npt.NDArray[np.bool_]

_PURPOSES = (
    *("roster", "accounts", "sizes", "deals", "noise", "touches", "leads", "triggers", "content", "record"),
    "lead touches",
)


def stream(seed: int, purpose: str, block: int = 0) -> np.random.Generator:
    """The random numbers for one purpose in one block: independent of every other purpose and block."""
    key = (_PURPOSES.index(purpose), block)
    return np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=key))


def pick(shares: Sequence[float] | Floats, uniforms: Floats) -> Codes:
    """For each uniform number the position of a share, drawn in proportion to the shares."""
    edges = np.cumsum(np.asarray(shares, dtype=np.float64))
    found = np.searchsorted(edges / edges[-1], uniforms, side="right")
    return np.minimum(found, len(edges) - 1).astype(np.int8)


def logit(chance: float) -> float:
    """The log odds of a chance; minus infinity at 0."""
    return float(np.log(chance) - np.log1p(-chance)) if chance > 0 else float("-inf")


def numbered(prefix: str, numbers: Ints, width: int) -> Column:
    """Ids such as D0000042: the prefix and the number in `width` digits. Raises OverflowError for a longer number.

    The digits are written straight into Arrow's buffers, because ids are most of what a record holds.
    """
    if len(numbers) and int(numbers.max()) >= 10**width:
        raise OverflowError(f"{int(numbers.max())} has more than {width} digits")
    start = prefix.encode()
    text = np.empty((len(numbers), len(start) + width), dtype=np.uint8)
    text[:, : len(start)] = np.frombuffer(start, dtype=np.uint8)
    rest = numbers.astype(np.uint32)
    for place in range(text.shape[1] - 1, len(start) - 1, -1):
        text[:, place] = rest % 10 + ord("0")
        rest //= 10
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * text.shape[1]
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets.data), pa.py_buffer(text.data))


def joined(*parts: Any) -> Column:
    """Text put together row by row; a part may be one text for all rows. A row with an empty part is empty."""
    together: Column = pc.binary_join_element_wise(*parts, "")
    return together


def words(values: Sequence[str | None], positions: Ints | Codes) -> Column:
    """The text at each position of `values`."""
    return pa.array(values, pa.string()).take(positions)


def moments(seconds: Floats, present: Flags | None = None) -> Column:
    """Times to the second from seconds since 1970; empty where not `present`."""
    known = np.isfinite(seconds) if present is None else present & np.isfinite(seconds)
    whole = np.where(known, seconds, 0.0).astype(np.int64) * 1_000_000
    return pa.array(whole, mask=~known).cast(pa.timestamp("us")).cast(TIME)


def canonical(table: str, columns: Mapping[str, Any], rows: int) -> pa.Table:
    """A canonical table from the columns at hand: the others are empty, attribute columns come last."""
    schema = TABLES[table].arrow
    fields = [
        pa.array(columns[field.name]).cast(field.type) if field.name in columns else pa.nulls(rows, field.type)
        for field in schema
    ]
    extra = {name: pa.array(values) for name, values in columns.items() if name not in schema.names}
    for name, values in extra.items():
        schema = schema.append(pa.field(name, values.type))
    return pa.Table.from_arrays([*fields, *extra.values()], schema=schema)
