"""The deals behind an effect: those that were compared, with and without it."""

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from afteraction.report.deal_rows import COMPARED

if TYPE_CHECKING:
    from afteraction.web.insights.results import Saved

MOST_LISTED: Final = 200
KEPT: Final = "deals-behind.json"


@dataclass(frozen=True)
class Behind:
    """Deals on one side of an effect: how many, how many of them were won, and the ids of the first."""

    deals: int
    won: int
    ended: int
    shown: tuple[tuple[str, str], ...]


def effect_keys(shown: "Saved") -> frozenset[str]:
    """The effects whose deals are known: `step: ID` and `behaviour: NAME`."""
    return _keys(shown.folder / "deals.parquet")


def _keys(path: Path) -> frozenset[str]:
    names = pq.read_schema(path).names
    return frozenset(name for name in names if name.startswith(("step: ", "behaviour: ")))


def deals_behind(shown: "Saved", key: str, *, did: bool, segment: str = "") -> Behind:
    """The deals of one side of the effect `key`, those of one segment alone where one is named."""
    kept = None if segment else _kept(shown.folder / KEPT).get((key, did))
    return kept or _behind(shown.folder / "deals.parquet", key, did, segment)


def keep_behind(folder: Path) -> None:
    """Write the deals behind each effect beside the results in a folder: to find them takes a look at every deal."""
    path = folder / "deals.parquet"
    rows = [
        {"key": key, "did": did} | asdict(_behind(path, key, did, ""))
        for key in sorted(_keys(path))
        for did in COMPARED
    ]
    (folder / KEPT).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


@lru_cache(maxsize=8)
def _kept(path: Path) -> dict[tuple[str, bool], Behind]:
    """What was kept; nothing beside older results."""
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {
        (row.pop("key"), row.pop("did")): Behind(**row | {"shown": tuple(map(tuple, row["shown"]))}) for row in rows
    }


@lru_cache(maxsize=512)
def _behind(path: Path, key: str, did: bool, segment: str) -> Behind:
    """The same of a file, which never changes once it is there."""
    with pq.ParquetFile(path, read_dictionary=["outcome", key, "segment"]) as file:
        columns = ["outcome", key, *(["segment"] if segment and "segment" in file.schema_arrow.names else [])]
        table = file.read(columns=columns, use_threads=False)
        asked = pc.equal(table[key], pa.scalar(COMPARED[did]))
        if "segment" in columns:
            asked = pc.and_(asked, pc.equal(table["segment"], pa.scalar(segment)))
        outcomes = table["outcome"].filter(asked)
        counted = pc.value_counts(outcomes)
        rows = np.flatnonzero(asked.fill_null(False).to_numpy())[:MOST_LISTED]
        ids = _ids(file, rows)
    kinds, counts = (counted.field(name).to_pylist() for name in ("values", "counts"))
    many: dict[Any, Any] = dict(zip(kinds, counts, strict=True))
    first = outcomes.slice(0, MOST_LISTED).to_pylist()
    return Behind(
        deals=len(outcomes),
        won=many.get("won", 0),
        ended=len(outcomes) - many.get("open", 0),
        shown=tuple(zip(ids, map(str, first), strict=True)),
    )


def _ids(file: pq.ParquetFile, rows: NDArray[np.intp]) -> list[str]:
    """The ids of the deals in these rows, which rise. Only the pieces of the file that hold them are read."""
    ends = np.cumsum([file.metadata.row_group(n).num_rows for n in range(file.metadata.num_row_groups)])
    pieces = np.searchsorted(ends, rows, side="right")
    found: list[str] = []
    for piece in np.unique(pieces).tolist():
        ids = file.read_row_group(piece, columns=["deal_id"], use_threads=False)["deal_id"]
        begins = int(ends[piece - 1]) if piece else 0
        found += map(str, ids.take(rows[pieces == piece] - begins).to_pylist())
    return found
