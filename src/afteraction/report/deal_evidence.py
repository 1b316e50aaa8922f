"""What the analysis says about single deals, kept so that a page finds one deal among millions at once.

Three Parquet files in one folder, each sorted by deal_id:

- `boxes`: deal_id, box, chance_start, chance (today, of open deals), done, missed (step ids), words
- `chances`: deal_id, place (0 for the beginning, then the stages), stage, at, chance, low, high, average, n, then,
  factors [{name, value, points}]. The chance and its 95 % interval are the model's of today, whose factors these are;
  `then` is that of a model that knew only what had happened by then
- `steps`: deal_id, step (its place in the newest process; behind those the steps given up since), step_id,
  process_version, required, entered_at, done, pending, excused, skipped, late, out_of_order, settled

and the newest process that deals were held against, as `process.yaml`, with every version as `process-NUMBER.yaml`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.special import expit

from afteraction.analysis.adherence import judge
from afteraction.analysis.arrays import Floats
from afteraction.analysis.boxes import Box, Boxes
from afteraction.analysis.explanation import explanations
from afteraction.analysis.features import Moment, Snapshot, snapshot
from afteraction.analysis.outcome_findings import OutcomeFindings
from afteraction.analysis.small_tables import small_table
from afteraction.analysis.study import ProcessFindings, Study
from afteraction.analysis.win_model import WinModel
from afteraction.analysis.win_probability import WinProbability
from afteraction.process.write import process_text
from afteraction.report.output import write_whole
from afteraction.report.version import OpenVersion

BOXES, CHANCES, STEPS, PROCESS = "boxes.parquet", "chances.parquet", "steps.parquet", "process.yaml"
_PIECE: Final = 4_096
"""Rows of a row group: what is read to find a deal."""
_AT_ONCE: Final = 20_000
_FACTORS: Final = 8
_FACTOR = pa.struct([("name", pa.string()), ("value", pa.string()), ("points", pa.float32())])
_CHANCE: Final[dict[str, pa.DataType]] = (
    {
        "deal_id": pa.string(), "place": pa.int32(), "stage": pa.string(), "at": pa.timestamp("us", "UTC"),
        "chance": pa.float64(), "low": pa.float64(), "high": pa.float64(), "average": pa.float64(), "n": pa.int64(),
        "then": pa.float64(), "factors": pa.list_(_FACTOR),
    }
)  # fmt: skip
_BOX: Final[dict[str, pa.DataType]] = (
    {
        "deal_id": pa.string(), "box": pa.string(), "chance_start": pa.float64(), "chance": pa.float64(),
        "done": pa.list_(pa.string()), "missed": pa.list_(pa.string()), "words": pa.string(),
    }
)  # fmt: skip


CHANCE_SCHEMA: Final = pa.schema(_CHANCE)
BOX_SCHEMA: Final = pa.schema(_BOX)


def process_file(number: int) -> str:
    """The name of the file with one version of the process."""
    return f"process-{number}.yaml"


def write_deal_evidence(version: OpenVersion, found: Study, folder: Path) -> None:
    """Write the files into `folder`, each complete or not at all. What the record cannot support is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    with version.home.staging() as staging:
        drafts = {name: staging / f"evidence-{name}" for name in (BOXES, CHANCES, STEPS)}
        _sorted(version, _box_rows(found.outcomes), BOX_SCHEMA, drafts[BOXES], "deal_id")
        _sorted(version, _chance_rows(found.outcomes), CHANCE_SCHEMA, drafts[CHANCES], "deal_id, place")
        if isinstance(found.process, ProcessFindings):
            _write_steps(version, found.process, drafts[STEPS])
            write_whole(folder / PROCESS, process_text(found.process.process).encode())
            for each in found.process.paper.dated:
                write_whole(folder / process_file(each.process.version), process_text(each.process).encode())
        for name, draft in drafts.items():
            if draft.exists():
                draft.replace(folder / name)


def _write_steps(version: OpenVersion, findings: ProcessFindings, path: Path) -> None:
    judgement = judge(findings.paper, version.record.tables, version.log, version.keep)
    steps = {"step": range(len(judgement.versions.steps)), "step_id": [step.id for step in judgement.versions.steps]}
    numbers = [each.process.version for each in judgement.versions.dated]
    versions = {"version": range(len(numbers)), "process_version": numbers}
    named = (
        judgement.states.join(version.log.cases.select("deal_no", "deal_id"), "deal_no")
        .join(small_table(steps, {"step": "int16", "step_id": "string"}), "step")
        .join(small_table(versions, {"version": "int16", "process_version": "int32"}), "version")
        .drop("deal_no", "version")
    )
    version.record.con.to_parquet(named.order_by("deal_id", "step"), path, row_group_size=_PIECE)


def _sorted(version: OpenVersion, batches: Iterator[pa.RecordBatch], schema: pa.Schema, path: Path, order: str) -> None:
    """Write batches as they come, then sort the file by an engine that spills to disk."""
    loose = path.with_suffix(".loose")
    with pq.ParquetWriter(loose, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    con = version.record.con.con
    rows = con.read_parquet(str(loose), hive_partitioning=False).order(order)
    rows.write_parquet(str(path), row_group_size=_PIECE)


def _parts(count: int) -> Iterator[slice]:
    return (slice(first, min(first + _AT_ONCE, count)) for first in range(0, count, _AT_ONCE))


def _box_rows(found: OutcomeFindings) -> Iterator[pa.RecordBatch]:
    frame, win = found.frame, found.win_probability
    nothing = np.full(len(frame), np.nan)
    start, today = (win.expected, win.today) if isinstance(win, WinProbability) else (nothing, nothing)
    for part in _parts(len(frame)):
        rows: list[dict[str, Any]] = [
            {"deal_id": deal_id.as_py(), "box": "", "done": [], "missed": [], "words": ""}
            for deal_id in frame.deal_id[part.start : part.stop]
        ]
        if isinstance(found.boxes, Boxes):
            for n, row in enumerate(rows, part.start):
                row |= _evidence(found.boxes, n)
        batch = pa.RecordBatch.from_pylist(rows, BOX_SCHEMA.remove(3).remove(2))
        columns = {
            **dict(zip(batch.schema.names, batch.columns, strict=True)),
            "chance_start": pa.array(start[part], from_pandas=True),
            "chance": pa.array(today[part], from_pandas=True),
        }
        yield pa.RecordBatch.from_arrays([columns[name] for name in BOX_SCHEMA.names], schema=BOX_SCHEMA)


def _evidence(boxes: Boxes, row: int) -> dict[str, Any]:
    evidence = boxes.evidence(row)
    label = "" if evidence.box is Box.OPEN else evidence.box.label
    return {"box": label, "done": evidence.done, "missed": evidence.missed, "words": evidence.words}


def _chance_rows(found: OutcomeFindings) -> Iterator[pa.RecordBatch]:
    win = found.win_probability
    if not isinstance(win, WinProbability):
        return
    for moment, model in win.models.items():
        known = snapshot(found.frame, found.process, moment, win.left_out)
        then = win.out_of_time.get(moment, np.full(len(found.frame), np.nan))
        for part in _parts(len(known)):
            some = known.select(np.arange(part.start, part.stop))
            yield pa.RecordBatch.from_pylist(list(_chances(found, moment, model, some, then)), CHANCE_SCHEMA)


def _chances(
    found: OutcomeFindings, moment: Moment, model: WinModel, known: Snapshot, then: Floats
) -> Iterator[dict[str, Any]]:
    frame = found.frame
    low, high = _interval(model, known)
    at = frame.origin + (known.at * 86_400e6).astype("timedelta64[us]")
    for n, why in enumerate(explanations(found.process, moment, model, known, _FACTORS)):
        row = int(known.rows[n])
        yield {
            "deal_id": frame.deal_id[row].as_py(),
            "place": 0 if moment.stage is None else moment.stage + 1,
            "stage": why.stage,
            "at": at[n].astype("datetime64[us]").item(),
            "chance": why.probability,
            "low": min(float(low[n]), why.probability),
            "high": max(float(high[n]), why.probability),
            "average": why.average,
            "n": model.n,
            "then": None if np.isnan(then[row]) else float(then[row]),
            "factors": [{"name": f.name, "value": f.value, "points": f.points} for f in why.factors],
        }


def _interval(model: WinModel, known: Snapshot) -> tuple[Floats, Floats]:
    """The 95 % interval of the chance, from what is uncertain of the coefficients: normal on the logit's scale."""
    z = model.encoding.matrix(known)
    score, spread = model.fit.score(z), np.sqrt(np.einsum("nq,nq->n", z @ model.fit.covariance, z))
    return expit(score - 1.96 * spread), expit(score + 1.96 * spread)
