"""What kind of trigger event a sentence tells, and how sure that is: rules in words, corrected by what people said.

Each language has phrases for each kind (`news_<language>.yaml`): "laying off", "tritt zurueck". What is denied is no
event, what is rumoured is less sure. The score becomes a probability by a line fitted on labelled sentences (Platt 1999).
Corrections move it by naive Bayes: the words of what was confirmed as a kind against those of what was not, shrunk.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from afteraction.analysis.news_text import Words, lists, plain, words_of

KINDS: Final = (
    "leadership_change",
    "funding",
    "acquisition",
    "expansion",
    "layoffs",
    "scandal",
    "legislation",
    "product_launch",
    "supplier_failure",
    "job_openings",
    "contract_end",
)
NONE: Final = "none"
"""What is corrected to be no event at all."""
LEAST: Final = 0.3
"""A kind that is less sure is not told."""
_SLOPE: Final = 1.0
_OFFSET: Final = -2.0
_STRONG: Final = 3.0
_WEAK: Final = 1.2
_IN_TITLE: Final = 0.5
_RUMOUR: Final = -1.2
_GAP: Final = 4
"""Words that may stand where a phrase has "..". """
_PRIOR: Final = 2.0
"""Corrections that each word is taken to have had on both sides before any came."""
_MOST_LEARNED: Final = 3.0


@dataclass(frozen=True)
class Kind:
    """A kind of event that a text tells: the probability that it does, and the sentence that shows it (its place too)."""

    kind: str
    confidence: float
    sentence: str
    place: int
    is_rumour: bool = False


@dataclass(frozen=True)
class Correction:
    """What a person made of a sentence: the kind that was found, and the one it is (NONE for no event).

    A tap that confirms has both alike.
    """

    sentence: str
    found: str
    right: str


@dataclass(frozen=True)
class Learned:
    """What corrections taught: what each word adds to the score of each kind, and what the kind itself adds."""

    words: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    kinds: Mapping[str, float] = field(default_factory=dict)
    n: int = 0


NOTHING_LEARNED: Final = Learned()


def kinds_of(words: Words, language: str, learned: Learned = NOTHING_LEARNED) -> tuple[Kind, ...]:
    """The kinds of event that a text tells, the surest first; each with its surest sentence."""
    raise NotImplementedError


def learn(corrections: Sequence[Correction]) -> Learned:
    """What corrections of one organisation teach."""
    raise NotImplementedError
