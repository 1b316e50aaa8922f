"""A simulated record as files: one per canonical table, the process on paper, and the truth."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

from afteraction.errors import Refused
from afteraction.process.write import process_text
from afteraction.simulate.record import SimulatedRecord

_HEADER = "The process on paper of a simulated organisation."

Format = Literal["csv", "parquet"]


def write(record: SimulatedRecord, folder: Path, form: Format = "csv") -> tuple[Path, ...]:
    """Write a record: a file per table (canonical headers), process.yaml and truth.json. Returns what was written.

    Creates the folder; files of the same name are replaced. Raises Refused where the folder is a file.
    """
    return write_chunks([record], folder, form)


def write_chunks(chunks: Iterable[SimulatedRecord], folder: Path, form: Format = "csv") -> tuple[Path, ...]:
    """Write a record that comes in chunks, holding no more than one of them in memory."""
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is a file", "a folder, or a name that is free", "choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    last: SimulatedRecord | None = None
    with ExitStack() as files:
        writers: dict[str, csv.CSVWriter | pq.ParquetWriter] = {}
        for chunk in chunks:
            for name, table in chunk.tables.items():
                plain = _to_the_second(table) if form == "csv" else table
                if name not in writers:
                    writer = _writer(folder / f"{name}.{form}", plain.schema, form)
                    files.callback(writer.close)
                    writers[name] = writer
                writers[name].write_table(plain)
            last = chunk
    if last is None:
        raise Refused("no chunks", "a simulated record", "simulate at least one deal")
    (folder / "process.yaml").write_text(process_text(last.process, _HEADER), encoding="utf-8")
    (folder / "truth.json").write_text(last.truth.as_json(), encoding="utf-8")
    return (*(folder / f"{name}.{form}" for name in writers), folder / "process.yaml", folder / "truth.json")


def _writer(path: Path, schema: pa.Schema, form: Format) -> csv.CSVWriter | pq.ParquetWriter:
    if form == "csv":
        return csv.CSVWriter(path, schema)
    return pq.ParquetWriter(path, schema, compression="zstd")


def _to_the_second(table: pa.Table) -> pa.Table:
    """Times to the second, as exports have them: nothing finer is ever simulated."""
    fields = [
        pa.field(f.name, pa.timestamp("s", tz="UTC") if pa.types.is_timestamp(f.type) else f.type) for f in table.schema
    ]
    return table.cast(pa.schema(fields))
