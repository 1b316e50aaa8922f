"""Which deals have a word in their names: an inverted index in arrays, beside the columns of the mirror.

The words of all deals in order, and for each the rows of the deals that have it, one word after the other: whatever
begins with the same letters stands together, so the rows of a prefix are one piece.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_LONGEST: Final = 40
"""Bytes of a word that are kept."""
_AFTER: Final = b"\xff"
"""After every letter of UTF-8."""


@dataclass(frozen=True)
class Postings:
    """`words` rising, as bytes; those of word `n` are in the `rows` from `starts[n]` to `starts[n + 1]`."""

    words: NDArray[np.bytes_]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]

    def matching(self, asked: Iterable[str], deals: int) -> NDArray[np.bool_] | None:
        """Which of so many deals have a word that begins with each of those asked for, shape (deals,).

        None where one of them is longer than words are kept.
        """
        found = np.ones(deals, dtype=bool)
        for word in asked:
            begins = word.encode()
            if len(begins) > _LONGEST:
                return None
            first, end = np.searchsorted(self.words, np.array([begins, begins + _AFTER]))
            having = np.zeros(deals, dtype=bool)
            having[self.rows[self.starts[first] : self.starts[end]]] = True
            found &= having
        return found


class PostingsWriter:
    """Takes the words of deals a batch at a time, by row from 0 on, and writes them."""

    def __init__(self) -> None:
        self._words: list[pa.Array[Any]] = []
        self._rows: list[pa.Array[Any]] = []
        self._deals = 0

    def add(self, texts: Sequence[str]) -> None:
        """The words of further deals, separated by spaces."""
        lists = pc.split_pattern(pa.array(texts, pa.large_string()), " ")
        self._words.append(pc.binary_slice(pc.list_flatten(lists).cast(pa.large_binary()), 0, _LONGEST))
        self._rows.append(pc.add(pc.list_parent_indices(lists), self._deals).cast(pa.int32()))
        self._deals += len(texts)

    def write(self, folder: Path) -> None:
        """Write what `read` reads."""
        coded: Any = pa.chunked_array(self._words, pa.large_binary()).dictionary_encode().combine_chunks()
        rows = pa.chunked_array(self._rows, pa.int32()).to_numpy()
        known = np.array(coded.dictionary.to_pylist(), dtype=f"S{_LONGEST}")
        order = np.argsort(known)
        place = np.empty(len(known), np.int32)
        place[order] = np.arange(len(known), dtype=np.int32)
        codes = place[coded.indices.to_numpy()]
        starts = np.concatenate(([0], np.cumsum(np.bincount(codes, minlength=len(known)))))
        for name, array in _files(known[order], starts, rows[np.argsort(codes, kind="stable")]).items():
            np.save(folder / name, array, allow_pickle=False)


def read(folder: Path) -> Postings:
    """What was written there, mapped."""
    words, starts, rows = (np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in _files())
    return Postings(words, starts, rows)


def _files(*arrays: Any) -> dict[str, Any]:
    names = ("words.npy", "words starts.npy", "words rows.npy")
    return dict(zip(names, arrays or names, strict=True))
