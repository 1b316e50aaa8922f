"""The deals behind an effect: those that were compared, with and without it."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from afteraction.report.deal_rows import COMPARED
from afteraction.web.insights.results import Saved

MOST_LISTED: Final = 200


@dataclass(frozen=True)
class Behind:
    """Deals on one side of an effect: how many, how many of them were won, and the ids of the first."""

    deals: int
    won: int
    ended: int
    shown: tuple[tuple[str, str], ...]


def effect_keys(shown: Saved) -> frozenset[str]:
    """The effects whose deals are known: `step: ID` and `behaviour: NAME`."""
    names = pq.read_schema(shown.folder / "deals.parquet").names
    return frozenset(name for name in names if name.startswith(("step: ", "behaviour: ")))


def deals_behind(shown: Saved, key: str, *, did: bool, segment: str = "") -> Behind:
    """The deals of one side of the effect `key`, those of one segment alone where one is named."""
    path = shown.folder / "deals.parquet"
    columns = ["deal_id", "outcome", key, *(["segment"] if segment and "segment" in pq.read_schema(path).names else [])]
    table = pq.read_table(path, columns=columns)
    table = table.filter(pc.equal(table[key], pa.scalar(COMPARED[did])))
    if "segment" in columns:
        table = table.filter(pc.equal(table["segment"], pa.scalar(segment)))
    outcomes = Counter(table["outcome"].to_pylist())
    first = table.slice(0, MOST_LISTED)
    return Behind(
        deals=len(table),
        won=outcomes["won"],
        ended=len(table) - outcomes["open"],
        shown=tuple((str(row["deal_id"]), str(row["outcome"])) for row in first.to_pylist()),
    )
