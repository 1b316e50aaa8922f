"""Which drivers a passage of text speaks of: suggestions by similarity of text, for a person to confirm.

A sentence is compared with everything that says what a driver is: its name and description, how people say it, and the
quotes that people have confirmed for it. Texts are vectors of the character sequences in their words, rare ones with
more weight (TF-IDF: Salton & Buckley 1988, Inf. Process. Manag. 24:513; n-grams of characters, which need no dictionary
and forgive endings and slips: Cavnar & Trenkle 1994, SDAIR), and are as similar as the cosine of their angle. What each
example says for or against a driver is learned by regularised least squares on these similarities (Rifkin, Yeo & Poggio
2003, in Advances in Learning Theory, ch. 7), so that words all examples share count for little. Nothing is sent
anywhere, nothing is drawn by lot, and a suggestion names the example it is most like.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from afteraction.analysis.arrays import Floats
from afteraction.analysis.drivers import Driver
from afteraction.analysis.transcript import Sentence, sentences

_SHORTEST: Final = 3
_LONGEST: Final = 5
_WORD: Final = re.compile(r"\w+")
FAINT: Final = 0.08
"""A driver without an example at least so similar is not suggested."""
_RIDGE: Final = 1.0
MOST_QUOTES: Final = 3_000
"""Of more confirmed quotes the last ones count: the cost grows with the third power of their number."""


@dataclass(frozen=True)
class Suggestion:
    """A driver that a passage may speak of.

    `score` is from 0 to 1, for ranking alone: it is no probability. `sentence` is the one that speaks of it, `example`
    the text of the driver's that it is most like.
    """

    driver: str
    score: float
    sentence: Sentence
    example: str


@dataclass(frozen=True)
class Coder:
    """Examples of drivers as vectors; made by `coder`, asked by `suggest`."""

    drivers: tuple[str, ...]
    examples: tuple[str, ...]
    of_driver: tuple[int, ...]
    terms: Mapping[str, int]
    rarity: Floats
    vectors: csr_array
    weights: Floats


def coder(drivers: Sequence[Driver], confirmed: Sequence[tuple[str, str]] = ()) -> Coder:
    """Learn what the drivers are called; `confirmed` are ids of drivers with a quote that a person gave them.

    Quotes of other drivers than these are left out, and beyond MOST_QUOTES the first ones. ValueError without drivers.
    """
    if not drivers:
        raise ValueError("found no drivers; expected at least one to suggest")
    place = {driver.id: number for number, driver in enumerate(drivers)}
    taught = [(place[driver.id], text) for driver in drivers for text in _said_of(driver)]
    taught += [(place[driver], quote) for driver, quote in confirmed if driver in place][-MOST_QUOTES:]
    counts = [Counter(_grams(text)) for _driver, text in taught]
    spread = Counter(gram for each in counts for gram in each)
    terms = {gram: number for number, gram in enumerate(spread)}
    # Smoothed, as in: one more example that has every sequence.
    rarity = np.log((1 + len(taught)) / (1 + np.fromiter(spread.values(), dtype=np.float64))) + 1
    vectors = _vectors(counts, terms, rarity)
    of_driver = np.array([driver for driver, _text in taught])
    alike = (vectors @ vectors.T).toarray()
    weights = np.linalg.solve(alike + _RIDGE * np.eye(len(alike)), np.eye(len(place))[of_driver])
    return Coder(
        tuple(place),
        tuple(text for _driver, text in taught),
        tuple(of_driver.tolist()),
        terms,
        rarity,
        vectors,
        weights,
    )


def suggest(passage: str, known: Coder, most: int = 3) -> tuple[Suggestion, ...]:
    """At most so many drivers that the passage may speak of, the likeliest first; none where nothing is similar."""
    said = sentences(passage)
    if not said:
        return ()
    asked = _vectors([Counter(_grams(each.text)) for each in said], known.terms, known.rarity)
    alike = (asked @ known.vectors.T).toarray()
    scores = np.clip(alike @ known.weights, 0.0, 1.0)
    of_driver = np.array(known.of_driver)
    found = []
    for driver, name in enumerate(known.drivers):
        examples = np.flatnonzero(of_driver == driver)
        best = int(np.argmax(scores[:, driver]))
        nearest = int(examples[np.argmax(alike[best, examples])])
        if alike[best, nearest] >= FAINT and scores[best, driver] > 0:
            found.append(Suggestion(name, float(scores[best, driver]), said[best], known.examples[nearest]))
    return tuple(sorted(found, key=lambda each: -each.score)[:most])


def _said_of(driver: Driver) -> Iterator[str]:
    yield driver.name
    if driver.description:
        yield driver.description
    for phrases in driver.phrases.values():
        yield from phrases


def _grams(text: str) -> Iterator[str]:
    """The sequences of characters in the words of a text, and over the edges of words; whole short words too."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    for word in _WORD.findall("".join(each for each in letters if not unicodedata.combining(each))):
        padded = f" {word} "
        for length in range(_SHORTEST, _LONGEST + 1):
            for start in range(max(len(padded) - length + 1, 0)):
                yield padded[start : start + length]


def _vectors(counts: Sequence[Mapping[str, int]], terms: Mapping[str, int], rarity: Floats) -> csr_array:
    """Unit vectors of texts (texts × terms). What no example has is left out; a text with nothing else is nought."""
    rows, columns, values = [], [], []
    for row, each in enumerate(counts):
        for gram, times in each.items():
            if gram in terms:
                rows.append(row)
                columns.append(terms[gram])
                # The tenth time a sequence occurs says less than the first.
                values.append(1 + np.log(times))
    found = csr_array((np.array(values, dtype=np.float64), (rows, columns)), shape=(len(counts), len(terms)))
    found = found.multiply(rarity[None, :]).tocsr()
    length = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)))
    return csr_array(found.multiply(1 / np.where(length > 0, length, 1.0)[:, None]))
