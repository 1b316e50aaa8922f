"""The mirror in columns: of a million deals a list in any order is found and counted in milliseconds.

A database answers the same questions from its indexes, yet one index serves one order: a rare combination of filters
in another order is looked for row by row. So after each change of the mirror what lists are narrowed by is written
into arrays, one number a deal, with the deals in each order; whoever asks maps the files and shares their memory. While
rows are written lists have the order of before, and show the rows as they are; `IndexState.columns` is empty while the
mirror is made anew, and lists are asked of the database.
"""

import json
import shutil
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from afteraction.lake.durable import put_in_place
from afteraction.lake.home import Home
from afteraction.web.deals.filters import CHOICES, DATES, SORTS, DealFilters, begin_of
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.deals.postings import Postings, PostingsWriter, read
from afteraction.web.full_text import asked_words
from afteraction.web.people.models import Organisation

FEWEST: Final = 20_000
"""Deals from which columns are kept: below, the database is as fast."""
_NAME: Final = "lists"
_NUMBERS: Final = ("amount", "chance")
_BATCH: Final = 20_000
_AT_ONCE: Final = 4_096
_MOST_LOOKED_AT: Final = 300_000
"""Deals that are looked through in their order for a page before all that are asked for are put in order."""
_UNKNOWN: Final = np.iinfo(np.int64).min
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
Bools = NDArray[np.bool_]
Numbers = NDArray[Any]


@dataclass(frozen=True)
class Columns:
    """The deals of an organisation, n of them by rising key.

    `codes` hold the place of each deal's value in `values`; `amount` is NaN and a date of `times` (µs) is `_UNKNOWN`
    where there is none. `orders` are the deals by each column rising, those without a value last; `known` counts those
    with one; `places` say where each deal stands in them. `postings` are what they are searched by.
    """

    keys: Numbers
    codes: dict[str, Numbers]
    values: dict[str, dict[str, int]]
    amount: Numbers
    times: dict[str, Numbers]
    orders: dict[str, Numbers]
    places: dict[str, Numbers]
    known: dict[str, int]
    postings: Postings

    def matching(self, filters: DealFilters) -> Bools | None:
        """Which deals are asked for, shape (n,); None where columns do not tell: by account, or by a very long word."""
        found = None if filters.account else self.postings.matching(asked_words(filters.search), len(self.keys))
        if found is None:
            return None
        for name, value in filters.values:
            code = self.values[name].get(value)
            if code is None:
                return np.zeros_like(found)
            found &= self.codes[name] == code
        if filters.low is not None:
            found &= self.amount >= filters.low
        if filters.high is not None:
            found &= self.amount <= filters.high
        times = self.times[DATES[filters.dated]]
        if filters.since:
            found &= times >= microseconds(begin_of(filters.since))
        if filters.until:
            found &= times != _UNKNOWN
            if filters.until < date.max:  # after the last day that there is comes none
                found &= times < microseconds(begin_of(filters.until) + timedelta(days=1))
        return found

    def page(self, found: Bools, filters: DealFilters, back: bool, start: int | None, size: int) -> list[int] | None:
        """The keys of up to `size` deals that follow the one with the key `start`, backwards with `back`.

        None where that deal is not among them.
        """
        order, known = self.orders[filters.column], self.known[filters.column]
        # As the list shows them: those with a value rising or falling, then the others.
        parts = (order[:known], order[known:])
        shown = [part[::-1] for part in parts] if filters.falling else list(parts)
        if back:
            shown = [part[::-1] for part in reversed(shown)]
        skip = 0
        if start is not None:
            row = int(np.searchsorted(self.keys, start))
            if row == len(self.keys) or self.keys[row] != start:
                return None
            skip = 1 + int(self._shown_at(np.array([row]), filters, back)[0])
        keys: list[int] = []
        for rows in _pieces(shown, skip):
            met = rows[found[rows]]
            keys += self.keys[met[: size - len(keys)]].tolist()
            if len(keys) == size:
                return keys
        # Few of those that come next are among them, or there are no more: their places are looked up instead.
        rows = np.flatnonzero(found)
        places = self._shown_at(rows, filters, back)
        rows, places = rows[places >= skip], places[places >= skip]
        if len(rows) > size:
            first = np.argpartition(places, size)[:size]
            rows, places = rows[first], places[first]
        return [int(key) for key in self.keys[rows[np.argsort(places)]]]

    def _shown_at(self, rows: Numbers, filters: DealFilters, back: bool) -> Numbers:
        """Where some rows stand in the list, from 0 on; from its end with `back`."""
        places, known, all_of = self.places[filters.column][rows], self.known[filters.column], len(self.keys)
        if filters.falling:
            places = np.where(places < known, known - 1 - places, all_of - 1 - places + known)
        return all_of - 1 - places if back else places


def columns_of(organisation: Organisation, state: IndexState | None) -> Columns | None:
    """The mirror in columns; None where it is small, is being written, or its files are gone."""
    if state is None or not state.columns:
        return None
    folder = _folder(organisation.home) / state.columns
    try:
        return _read(folder)
    except FileNotFoundError:
        return None


def keep_columns(organisation: Organisation) -> None:
    """Write the mirror in columns as it is now, and take away what was written before. Nothing for a small one."""
    state = IndexState.objects.filter(organisation=organisation).first()
    if state is None:
        return
    folder, name = _folder(organisation.home), ""
    if state.deals >= FEWEST:
        name = uuid.uuid4().hex
        folder.mkdir(parents=True, exist_ok=True)
        with organisation.home.staging() as staging:
            (staging / name).mkdir()
            _write(staging / name, organisation)
            put_in_place(staging / name, folder / name)
    IndexState.objects.filter(pk=state.pk).update(columns=name)
    for old in folder.glob("*"):
        if old.name != name:
            shutil.rmtree(old, ignore_errors=True)  # another one may be at it; who has it mapped keeps it


def _folder(home: Home) -> Path:
    return home.cache / _NAME


def _write(folder: Path, organisation: Organisation) -> None:
    deals = Deal.objects.filter(organisation=organisation)
    values: dict[str, dict[str, int]] = {name: {} for name in CHOICES}
    parts: dict[str, list[Numbers]] = {name: [] for name in ("keys", *CHOICES, *_NUMBERS, *DATES.values())}
    read = deals.order_by("id").values_list("search_words", "id", *CHOICES, *_NUMBERS, *DATES.values())
    rows, postings = read.iterator(chunk_size=_BATCH), PostingsWriter()
    while batch := list(islice(rows, _BATCH)):
        words, *columns = zip(*batch, strict=True)
        postings.add(words)
        for (name, kept), column in zip(parts.items(), columns, strict=True):
            kept.append(_numbers(name, column, values))
    postings.write(folder)
    whole = {name: np.concatenate(kept) if kept else np.empty(0, dtype=np.int64) for name, kept in parts.items()}
    for name, numbers in whole.items():
        _save(folder, name, numbers.astype(np.min_scalar_type(len(values[name]))) if name in values else numbers)
    having = {}
    for name in SORTS.values():
        if name == "name":  # by the database, whose order of letters it is
            by_name = deals.order_by("name", "id").values_list("id", flat=True)
            keys = np.fromiter(by_name.iterator(chunk_size=_BATCH), dtype=np.int64)
            order = np.searchsorted(whole["keys"], keys[np.isin(keys, whole["keys"])])
            having[name] = len(order)
        else:
            order, having[name] = _order(whole[name])
        _save(folder, f"by {name}", order.astype(np.int32))
        places = np.full(len(whole["keys"]), len(order), dtype=np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        _save(folder, f"place by {name}", places)
    told = {"values": values, "known": having}
    (folder / "values.json").write_text(json.dumps(told), encoding="utf-8")


def _numbers(name: str, column: Sequence[Any], values: dict[str, dict[str, int]]) -> Numbers:
    """A column as numbers: texts by their place in `values`, which takes in new ones, dates in microseconds."""
    if name in values:
        known = values[name]
        return np.array([known.setdefault(value, len(known)) for value in column], dtype=np.int32)
    if name in _NUMBERS:
        return np.array(column, dtype=float)  # None becomes NaN
    if name == "keys":
        return np.array(column, dtype=np.int64)
    return np.array([_UNKNOWN if at is None else microseconds(at) for at in column], dtype=np.int64)


def _save(folder: Path, name: str, array: Numbers) -> None:
    np.save(folder / f"{name}.npy", array, allow_pickle=False)


def _order(values: Numbers) -> tuple[Numbers, int]:
    """The rows by value, then by key (they stand by it), those without a value last; and how many have one."""
    missing = np.isnan(values) if values.dtype.kind == "f" else values == _UNKNOWN
    having = np.flatnonzero(~missing)
    return np.concatenate([having[np.argsort(values[having], kind="stable")], np.flatnonzero(missing)]), len(having)


@lru_cache(maxsize=32)
def _read(folder: Path) -> Columns:
    told = json.loads((folder / "values.json").read_text(encoding="utf-8"))

    def mapped(name: str) -> Numbers:
        array: Numbers = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        return array

    return Columns(
        keys=mapped("keys"),
        codes={name: mapped(name) for name in CHOICES},
        values=told["values"],
        amount=mapped("amount"),
        times={name: mapped(name) for name in DATES.values()},
        orders={name: mapped(f"by {name}") for name in SORTS.values()},
        places={name: mapped(f"place by {name}") for name in SORTS.values()},
        known=told["known"],
        postings=read(folder),
    )


def _pieces(shown: Sequence[Numbers], skip: int) -> Iterator[Numbers]:
    """An order of two parts from a place on, in pieces that grow, up to some: most pages are full after the first."""
    size, looked = _AT_ONCE, 0
    for part in shown:
        while skip < len(part) and looked < _MOST_LOOKED_AT:
            yield part[skip : skip + size]
            skip, looked, size = skip + size, looked + size, size * 8
        skip = max(0, skip - len(part))


def microseconds(moment: datetime) -> int:
    """A moment in microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
