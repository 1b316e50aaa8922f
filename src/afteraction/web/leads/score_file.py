"""Why each open lead has its chance, and how that came about: a file sorted by lead, read for the page of one.

Every change of a score is logged, part by part; the replayed log of a lead adds up to its score, which is looked after
before the file is kept.
"""

import shutil
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from afteraction.analysis.lead_frame import LeadFrame
from afteraction.analysis.lead_score import LeadScore, Scored, score
from afteraction.analysis.score_log import ScoreChange, changes, replay, total
from afteraction.errors import Refused
from afteraction.lake.durable import put_in_place
from afteraction.lake.home import Home
from afteraction.web.leads.reasons_of_score import NAME

MOST_EXPLAINED: Final = 20_000
"""Leads, the newest, whose chance is kept with its reasons; the others have the chance alone."""
_FOLDER: Final = "lead-scores"
_PIECE: Final = 1_024
_SHOWN: Final = 8
_MOST_LOGGED: Final = 200
_MOVED: Final = 0.005
"""A part that moved by less, in log-odds, is not worth a line; it stays as it was logged."""
_TIME: Final = pa.timestamp("us", "UTC")
_FACTOR: Final = pa.struct([("name", pa.string()), ("value", pa.string()), ("points", pa.float64())])
_PART: Final = pa.struct([("part", pa.string()), ("logit", pa.float64())])
_CHANGE: Final = pa.struct(
    [
        pa.field("at", _TIME),
        pa.field("part", pa.string()),
        pa.field("before", pa.float64()),
        pa.field("after", pa.float64()),
        pa.field("why", pa.string()),
    ]
)
_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    "lead_id": pa.string(),
    "at": _TIME,
    "probability": pa.float64(),
    "average": pa.float64(),
    "words": pa.string(),
    "total": pa.float64(),
    "factors": pa.list_(_FACTOR),
    "parts": pa.list_(_PART),
    "log": pa.list_(_CHANGE),
}
SCHEMA: Final = pa.schema(_COLUMNS)


def keep_scores(
    home: Home,
    fitted: LeadScore,
    frame: LeadFrame,
    tables: Mapping[str, ibis.Table],
    open_ones: npt.NDArray[np.int64],
    earlier: str,
    now: datetime,
) -> tuple[str, int]:
    """Keep the scores of the newest open leads; the folder below the home, and how many leads' score has changed.

    `earlier` is the folder of the scores before, whose logs go on; it is removed.
    """
    known = _known(home.folder / earlier / NAME) if earlier else {}
    newest = open_ones[-MOST_EXPLAINED:]
    scored = score(fitted, frame, tables, rows=newest.tolist()) if len(newest) else []
    rows = [_row(each, known.get(each.lead_id), now) for each in scored]
    moved = sum(bool(row["log"]) and row["log"][-1]["at"] == now for row in rows)
    folder = f"{_FOLDER}/{uuid.uuid4().hex}"
    place = home.folder / folder / NAME
    place.parent.parent.mkdir(parents=True, exist_ok=True)
    with home.staging() as staging:
        (staging / "scores").mkdir()
        table = pa.Table.from_pylist(sorted(rows, key=lambda row: row["lead_id"]), schema=SCHEMA)
        pq.write_table(table, staging / "scores" / NAME, row_group_size=_PIECE)
        put_in_place(staging / "scores", place.parent)
    for old in (home.folder / _FOLDER).glob("*"):
        if old != place.parent:
            shutil.rmtree(old, ignore_errors=True)
    return folder, moved


def _known(place: Path) -> dict[str, dict[str, Any]]:
    if not place.exists():
        return {}
    rows = pq.read_table(place, columns=["lead_id", "parts", "log"]).to_pylist()
    return {row["lead_id"]: row for row in rows}


def _row(scored: Scored, before: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    """A lead's score with its log, which goes on where the one before ended."""
    had = {each["part"]: each["logit"] for each in before["parts"]} if before else {}
    parts = {
        part: had[part] if part in had and abs(had[part] - value) < _MOVED else value
        for part, value in scored.parts.items()
    }
    moved = changes(scored.lead_id, now, had, parts, "scored" if before is None else "scored again")
    log = [*(before["log"] if before else ()), *(_written(each) for each in moved)]
    log = _shortened(log)
    _check(scored.lead_id, log, parts)
    return {
        "lead_id": scored.lead_id,
        "at": now,
        "probability": scored.probability,
        "average": scored.average,
        "words": scored.words,
        "total": total(parts),
        "factors": [vars(each) for each in scored.factors[:_SHOWN]],
        "parts": [{"part": part, "logit": value} for part, value in sorted(parts.items())],
        "log": log,
    }


def _written(change: ScoreChange) -> dict[str, Any]:
    return {name: getattr(change, name) for name in ("at", "part", "before", "after", "why")}


def _shortened(log: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A log that does not grow for ever: of the oldest changes of each part what they came to."""
    if len(log) <= _MOST_LOGGED:
        return list(log)
    old, new = log[: len(log) - _MOST_LOGGED // 2], log[len(log) - _MOST_LOGGED // 2 :]
    came_to = {each["part"]: {**each, "before": 0.0, "why": "summed up"} for each in old}
    return [*(each for each in came_to.values() if each["after"] != 0.0), *new]


def _check(lead_id: str, log: Sequence[dict[str, Any]], parts: Mapping[str, float]) -> None:
    """Raises `Refused` where the replayed log does not give the score."""
    replayed = replay(ScoreChange(lead_id=lead_id, **each) for each in log).get(lead_id, {})
    if replayed != {part: value for part, value in parts.items() if value != 0.0}:
        raise Refused(f"a log of lead {lead_id} that comes to {total(replayed):g}", f"{total(parts):g}, its score")
