"""Writing sheets: Parquet files that hold the row number and every cell as text."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from afteraction.ingest.sources.columns import check_count, unique_columns
from afteraction.ingest.sources.limits import MIB
from afteraction.ingest.sources.sheet import ROW

BATCH_ROWS: Final = 50_000
BATCH_BYTES: Final = 64 * MIB


class SpoolFolder:
    """Hands out the paths of new spools in one folder, which is made when missing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._numbers = count(1)

    def new_path(self) -> Path:
        """A path at which no spool stands and which is not handed out again."""
        paths = (self.folder / f"{number:04d}.parquet" for number in self._numbers)
        return next(path for path in paths if not path.exists())


class SheetWriter:
    """Writes one spool whose columns are known from the start. Use as a context manager."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.columns = tuple(columns)
        self.rows = 0
        types: dict[str, pa.DataType] = {ROW: pa.int64()}
        types.update((name, pa.string()) for name in columns)
        self._schema = pa.schema(types)
        # Without dictionaries zstd writes faster and smaller here, and DuckDB reads it as fast.
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd", use_dictionary=False)

    def write(self, numbers: Any, cells: Sequence[Any]) -> None:
        """Append rows: their numbers (an integer array) and one string array per column, all of equal length."""
        if len(numbers):
            batch = pa.record_batch([pa.array(numbers, pa.int64()), *cells], schema=self._schema)
            self._writer.write_batch(batch)
            self.rows += len(numbers)

    def write_rows(self, numbers: Sequence[int], rows: Sequence[Sequence[str | None]]) -> None:
        """Append rows given as sequences of cells, each as long as the columns."""
        cells = zip(*rows, strict=True) if rows else ()
        self.write(numbers, [text_array(column) for column in cells])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        if kind is not None:
            self.path.unlink(missing_ok=True)


def text_array(values: Sequence[str | None]) -> Any:
    """A string array in which what is no valid text (lone surrogates of a JSON escape) is replaced by "?"."""
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        return pa.array(
            [None if value is None else value.encode("utf-8", "replace").decode() for value in values], pa.string()
        )


class RecordWriter:
    """Writes one spool from records whose columns show up on the way.

    A part is written to the `work` folder for every set of columns seen; `close` joins the parts, so that memory stays
    bounded by one batch.
    """

    def __init__(self, path: Path, work: Path, file: str, first_columns: Sequence[str] = ()) -> None:
        self.path = path
        self._work = work
        self.rows = 0
        self._file = file
        self._columns = dict.fromkeys(first_columns)
        self._numbers: list[int] = []
        self._records: list[Mapping[str, str | None]] = []
        self._bytes = 0
        self._parts: list[SheetWriter] = []

    def declare(self, column: str) -> None:
        """Name a column that exists even if no record fills it."""
        self._columns.setdefault(column)

    def add(self, number: int, record: Mapping[str, str | None], size: int) -> None:
        """Append one record, whose source took about `size` bytes. It must not be changed before the next flush."""
        self._numbers.append(number)
        self._records.append(record)
        self._bytes += size
        self.rows += 1

    @property
    def is_full(self) -> bool:
        """Whether enough is pending that `flush` should be called."""
        return len(self._records) >= BATCH_ROWS or self._bytes >= BATCH_BYTES

    def flush(self) -> None:
        """Write what is pending."""
        self._columns.update(dict.fromkeys(chain.from_iterable(self._records)))
        check_count(len(self._columns), self._file)
        if not self._parts or len(self._parts[-1].columns) != len(self._columns):
            self._start_part()
        cells = [text_array([record.get(name) for record in self._records]) for name in self._columns]
        self._parts[-1].write(self._numbers, cells)
        self._numbers, self._records, self._bytes = [], [], 0

    def _start_part(self) -> None:
        if self._parts:
            self._parts[-1].__exit__(None, None, None)
        path = self._work / f"{self.path.stem}-{len(self._parts)}.parquet"
        self._parts.append(SheetWriter(path, tuple(self._columns)))

    def close(
        self, rename: Callable[[Sequence[str]], Sequence[str]] = lambda found: found
    ) -> tuple[tuple[str, ...], dict[str, str]]:
        """Finish the spool; returns its columns and the detail that says which were renamed to be unique.

        `rename` may give the columns other names before they are made unique.
        """
        self.flush()
        self._parts[-1].__exit__(None, None, None)
        columns, details = unique_columns(rename(tuple(self._columns)), self._file)
        if len(self._parts) == 1 and columns == self._parts[0].columns:
            self._parts[0].path.rename(self.path)
            return columns, details
        with SheetWriter(self.path, columns) as writer:
            for part in self._parts:
                for batch in pq.ParquetFile(part.path).iter_batches(BATCH_ROWS):
                    missing = pa.nulls(len(batch), pa.string())
                    cells = batch.columns[1:] + [missing] * (len(columns) - len(part.columns))
                    writer.write(batch.column(0), cells)
                part.path.unlink()
        return columns, details
