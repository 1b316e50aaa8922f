"""Which drivers a passage of text speaks of: suggestions by similarity of text, for a person to confirm.

A sentence is compared with everything that says what a driver is: its name and description, how people say it, and the
quotes that people have confirmed for it, as text_vectors.py compares texts. What each example says for or against a
driver is learned by regularised least squares on these similarities (Rifkin, Yeo & Poggio 2003, in Advances in Learning
Theory, ch. 7), so that words all examples share count for little. Nothing is sent anywhere, nothing is drawn by lot,
and a suggestion names the example it is most like.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.drivers import Driver
from afteraction.analysis.text_vectors import Corpus, corpus, similarities
from afteraction.analysis.transcript import Sentence, sentences

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
    texts: Corpus
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
    texts = corpus([text for _driver, text in taught])
    of_driver = np.array([driver for driver, _text in taught])
    alike = (texts.vectors @ texts.vectors.T).toarray()
    weights = np.linalg.solve(alike + _RIDGE * np.eye(len(alike)), np.eye(len(place))[of_driver])
    return Coder(
        tuple(place),
        tuple(text for _driver, text in taught),
        tuple(of_driver.tolist()),
        texts,
        weights,
    )


def suggest(passage: str, known: Coder, most: int = 3) -> tuple[Suggestion, ...]:
    """At most so many drivers that the passage may speak of, the likeliest first; none where nothing is similar."""
    said = sentences(passage)
    if not said:
        return ()
    alike = similarities([each.text for each in said], known.texts)
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
