"""Texts as vectors, without a dictionary, a model or any outside service; and which texts say nearly the same.

A text is the sequences of characters in its words, rare ones with more weight (TF-IDF: Salton & Buckley 1988, Inf.
Process. Manag. 24:513; n-grams of characters, which forgive endings and slips: Cavnar & Trenkle 1994, SDAIR). Two texts
are as similar as the cosine of the angle between their vectors: 1 is the same, 0 has nothing in common.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from afteraction.analysis.arrays import Floats

_SHORTEST: Final = 3
_LONGEST: Final = 5
_WORD: Final = re.compile(r"\w+")
_WORDS_KEPT: Final = 50_000
_COMMON: Final = 500
"""Sequences in more texts than this (or in 2 % of all, where that is more) bring no pair together by themselves."""
_AT_ONCE: Final = 2_000


@dataclass(frozen=True)
class Corpus:
    """Texts as unit vectors (texts × terms); `terms` are the sequences that they have, `rarity` the weight of each."""

    terms: Mapping[str, int]
    rarity: Floats
    vectors: csr_array


@dataclass(frozen=True)
class AlikePair:
    """Two texts by their places, the first before the second, and how similar they are, from 0 to 1."""

    first: int
    second: int
    similarity: float


def corpus(texts: Sequence[str]) -> Corpus:
    """Weigh and keep texts. Each rarity is smoothed, as if there were one more text that has every sequence."""
    counts = [Counter(grams(text)) for text in texts]
    spread = Counter(chain.from_iterable(counts))
    terms = {gram: number for number, gram in enumerate(spread)}
    rarity = np.log((1 + len(counts)) / (1 + np.fromiter(spread.values(), dtype=np.float64, count=len(spread)))) + 1
    return Corpus(terms, rarity, vectors(counts, terms, rarity))


def similarities(asked: Sequence[str], known: Corpus) -> Floats:
    """How similar each text asked about is to each known one: shape (asked, known), from 0 to 1."""
    found = vectors([Counter(grams(text)) for text in asked], known.terms, known.rarity) @ known.vectors.T
    return np.asarray(found.toarray())


def alike_pairs(texts: Sequence[str], least: float) -> tuple[AlikePair, ...]:
    """All pairs of texts that are at least so similar, the most similar first.

    Two texts are compared where they share a sequence that is rare among all, as near duplicates do; so the cost grows
    with the number of texts, not with that of pairs (the idea of Bayardo, Ma & Srikant 2007, WWW).
    """
    if len(texts) < 2:
        return ()
    known = corpus(texts)
    spread = np.bincount(known.vectors.indices, minlength=len(known.terms))
    rare = np.flatnonzero(spread <= max(_COMMON, len(texts) // 50))
    few = csr_array(known.vectors[:, rare])
    found = []
    for start in range(0, len(texts), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        met = (few[rows] @ few.T).tocoo()
        ahead = met.col > met.row + start
        first, second = met.row[ahead] + start, met.col[ahead]
        # What rare sequences alone say is a lower limit; half of it missing is what common ones can make up for.
        close = met.data[ahead] >= least / 2
        first, second = first[close], second[close]
        alike = np.asarray(known.vectors[first].multiply(known.vectors[second]).sum(axis=1)).ravel()
        found += [
            AlikePair(int(a), int(b), min(float(s), 1.0))
            for a, b, s in zip(first, second, alike, strict=True)
            if s >= least
        ]
    return tuple(sorted(found, key=lambda pair: (-pair.similarity, pair.first, pair.second)))


def grams(text: str) -> Iterator[str]:
    """The sequences of characters in the words of a text, and over the edges of words; whole short words too."""
    letters = text.casefold()
    if not letters.isascii():
        decomposed = unicodedata.normalize("NFKD", letters)
        letters = "".join(each for each in decomposed if not unicodedata.combining(each))
    return chain.from_iterable(map(_of_word, _WORD.findall(letters)))


@lru_cache(maxsize=_WORDS_KEPT)
def _of_word(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(
        padded[start : start + length]
        for length in range(_SHORTEST, _LONGEST + 1)
        for start in range(max(len(padded) - length + 1, 0))
    )


def vectors(counts: Sequence[Mapping[str, int]], terms: Mapping[str, int], rarity: Floats) -> csr_array:
    """Unit vectors of texts (texts × terms). What no example has is left out; a text with nothing else is nought."""
    rows: list[int] = []
    columns: list[int] = []
    times: list[int] = []
    for row, each in enumerate(counts):
        known = [(terms[gram], count) for gram, count in each.items() if gram in terms]
        rows += [row] * len(known)
        columns += [column for column, _count in known]
        times += [count for _column, count in known]
    # The tenth time a sequence occurs says less than the first.
    values = 1 + np.log(np.array(times, dtype=np.float64))
    found = csr_array((values, (rows, columns)), shape=(len(counts), len(terms)))
    found = found.multiply(rarity[None, :]).tocsr()
    length = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)))
    return csr_array(found.multiply(1 / np.where(length > 0, length, 1.0)[:, None]))
