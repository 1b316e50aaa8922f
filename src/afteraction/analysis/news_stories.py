"""Which items tell the same story: near duplicates among a million, and old news that is published again.

A text becomes 64 bits: fifteen minima of its word shingles under random permutations, four bits of each (MinHash,
Broder 1997; b-bit minwise hashing, Li & König 2010), and four bits for how long it is. Two texts of which a share J of
the shingles is common agree in J + (1 - J) / 16 of the minima. Candidates come out of tables keyed by four minima each
(banding, Leskovec, Rajaraman & Ullman 2020, section 3.4), and are counted in full.
"""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from afteraction.analysis.arrays import Ints, Places
from afteraction.analysis.compiled import compiled
from afteraction.analysis.news_text import Words

Bits = npt.NDArray[np.uint64]

OLD: Final = timedelta(days=21)
"""A story that is told again so long after it was first told is old news."""
MINIMA: Final = 15
NEEDED: Final = (15, 14, 12, 10)
"""Minima that must agree, by length. Of a title nearly all: "A raises $20 million" is not "B raises $20 million"."""
_LENGTHS: Final = (7, 14, 30)
"""Words up to which a text counts as so long."""
_TABLES: Final = 24
_FIRST_ROOM: Final = 1_024


@dataclass(frozen=True)
class SameStory:
    """The story that an item tells: `agree` of MINIMA agree. `is_old`: first told more than OLD before."""

    story: int
    agree: int
    first_at: datetime
    is_old: bool


def _permutations() -> tuple[Bits, Bits]:
    rng = np.random.default_rng(64)
    return rng.integers(1, 1 << 62, MINIMA, dtype=np.uint64) | np.uint64(1), rng.integers(0, 1 << 62, MINIMA, np.uint64)


_FACTORS, _SHIFTS = _permutations()


def signature(words: Words) -> int:
    """What near duplicates are found by: 64 bits as a signed integer; 0 for no words at all."""
    if not words.plain:
        return 0
    hashed = np.array([zlib.crc32(word.encode()) for word in words.plain[:400]], dtype=np.uint64)
    return _signed(int(_signature(hashed, _FACTORS, _SHIFTS)))


@compiled
def _mixed(value: np.uint64) -> np.uint64:
    """The finaliser of MurmurHash3: every bit of what comes out depends on every bit of what goes in."""
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@compiled
def _signature(hashed: Bits, factors: Bits, shifts: Bits) -> np.uint64:
    n = len(hashed)
    wide = 3 if n > 30 else 2
    wide = min(wide, n)
    least = np.full(MINIMA, np.uint64(0xFFFFFFFFFFFFFFFF))
    for first in range(n - wide + 1):
        shingle = np.uint64(0)
        for place in range(first, first + wide):
            shingle = _mixed(shingle * np.uint64(31) + hashed[place])
        for one in range(MINIMA):
            value = _mixed(shingle * factors[one] + shifts[one])
            least[one] = min(least[one], value)
    length = 0
    for bound in _LENGTHS:
        length += n > bound
    found = np.uint64(length)
    for one in range(MINIMA):
        found = (found << np.uint64(4)) | (least[one] & np.uint64(15))
    return found


def _signed(bits: int) -> int:
    return bits - (1 << 64) if bits >> 63 else bits


def _tables() -> Places:
    """For each table the four minima that are its key: each minimum in as many tables, no two tables alike."""
    rng = np.random.default_rng(15)
    every = np.array(list(combinations(range(MINIMA), 4)))
    return np.ascontiguousarray(every[rng.permutation(len(every))[:_TABLES]])


_KEYS: Final = _tables()


@compiled
def _key(bits: np.uint64, of_table: Places) -> int:
    key = 0
    for one in of_table:
        key = key * 16 + int((bits >> np.uint64(4 * one)) & np.uint64(15))
    return key


@compiled
def _agree(one: np.uint64, other: np.uint64) -> int:
    differ = one ^ other
    agree = 0
    for place in range(MINIMA):
        agree += ((differ >> np.uint64(4 * place)) & np.uint64(15)) == 0
    return agree


@compiled
def _put(bits: np.uint64, place: int, heads: Ints, following: Ints, keys: Places) -> None:
    for table in range(len(keys)):
        key = _key(bits, keys[table])
        following[place, table] = heads[table, key]
        heads[table, key] = place


@compiled
def _best(
    bits: np.uint64, held: Bits, heads: Ints, following: Ints, keys: Places, needed: Places, most: int
) -> tuple[int, int]:
    """The likest item (the newest of equals) and how many minima agree; -1 where none does enough."""
    best, at = 0, -1
    length = int(bits >> np.uint64(60))
    for table in range(len(keys)):
        place = heads[table, _key(bits, keys[table])]
        looked = 0
        while place >= 0 and looked < most:
            agree = _agree(bits, held[place])
            shorter = min(length, int(held[place] >> np.uint64(60)))
            if agree >= needed[shorter] and (agree > best or (agree == best and place > at)):
                best, at = agree, place
                if best == MINIMA:
                    return at, best
            place = following[place, table]
            looked += 1
    return at, best


class Stories:
    """The items known so far and the story of each. Holds about 120 bytes an item.

    Made empty, or filled by `put` with what was kept; asked by `find`.
    """

    def __init__(self) -> None:
        self._n = 0
        self._bits = np.zeros(_FIRST_ROOM, dtype=np.uint64)
        self._story = np.zeros(_FIRST_ROOM, dtype=np.int64)
        self._following = np.full((_FIRST_ROOM, _TABLES), -1, dtype=np.int32)
        self._heads = np.full((_TABLES, 1 << 16), -1, dtype=np.int32)
        self._first: dict[int, datetime] = {}
        self._needed = np.array(NEEDED)

    def __len__(self) -> int:
        return self._n

    def put(self, mark: int, story: int, at: datetime) -> None:
        """An item with a signature tells a story, published at a time. One without words (0) is like no other."""
        first = self._first.get(story)
        self._first[story] = at if first is None else min(first, at)
        if mark == 0:
            return
        if self._n == len(self._bits):
            self._grow()
        bits = np.uint64(mark & 0xFFFFFFFFFFFFFFFF)
        self._bits[self._n], self._story[self._n] = bits, story
        _put(bits, self._n, self._heads, self._following, _KEYS)
        self._n += 1

    def find(self, mark: int, at: datetime) -> SameStory | None:
        """The story that an item with this signature tells, published at a time; None for a new one."""
        if mark == 0 or not self._n:
            return None
        bits = np.uint64(mark & 0xFFFFFFFFFFFFFFFF)
        place, agree = _best(bits, self._bits, self._heads, self._following, _KEYS, self._needed, 2_000)
        if place < 0:
            return None
        story = int(self._story[place])
        first = self._first[story]
        return SameStory(story, int(agree), first, at - first > OLD)

    def _grow(self) -> None:
        room = 2 * len(self._bits)
        self._bits = np.resize(self._bits, room)
        self._story = np.resize(self._story, room)
        following = np.full((room, _TABLES), -1, dtype=np.int32)
        following[: self._n] = self._following
        self._following = following
