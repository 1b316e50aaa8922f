"""A transcript, or any passage of text, as turns of its speakers and as sentences, with where they stand in it.

Offsets count characters of the text as it was given, so that a quote can be kept and shown in its place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_SPEAKER: Final = re.compile(
    r"^[ \t]*(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?[ \t]*[-–—]?[ \t]*)?"
    r"(?P<name>[^\W\d_][\w.'’ -]{0,39}?(?:[ \t]*\([^)\n]{1,40}\))?)[ \t]*"
    r"(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?[ \t]*)?:(?=\s|$)",
    re.MULTILINE,
)
"""`Ana:`, `Dr. Ben Roth (Acme):`, `[00:12] Cleo:`, `Dan 12:05:` at the start of a line."""
_MOST_WORDS: Final = 4
"""A name has no more; a longer beginning of a line is a sentence with a colon in it."""
_END: Final = re.compile(r"(?<=[.!?…。])[\"'”’»)\]]*(?=\s)|\n[ \t]*(?=\n)|\n(?=[ \t]*[-•*–])")
_ABBREVIATIONS: Final = frozenset(
    (
        *("dr", "mr", "mrs", "ms", "prof", "st", "vs", "etc", "approx", "e.g", "i.e", "inc", "mio", "mrd"),
        *("z.b", "u.a", "usw", "bzw", "ca", "nr", "d.h", "evtl", "ggf", "inkl"),
        *("mme", "p.ex", "cf", "sr", "sra", "p.ej", "ud", "uds"),
    )
)
"""Words after whose full stop a sentence goes on."""


@dataclass(frozen=True)
class Sentence:
    """A sentence and where it stands: `text` is the passage from `start` to `end`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Turn:
    """What one speaker says until another does, and where it stands; `speaker` is empty where none is named."""

    speaker: str
    start: int
    end: int
    sentences: tuple[Sentence, ...]


def turns(text: str) -> tuple[Turn, ...]:
    """The turns of a transcript in order; one of nobody where no line begins with a speaker. None has no words."""
    marks = [mark for mark in _SPEAKER.finditer(text) if len(mark["name"].split("(")[0].split()) <= _MOST_WORDS]
    edges = [(0, 0, ""), *((mark.start(), mark.end(), mark["name"].strip()) for mark in marks), (len(text), 0, "")]
    found = []
    for (_begin, start, speaker), (end, _start, _speaker) in pairwise(edges):
        said = tuple(_sentences(text, start, end))
        if said:
            found.append(Turn(speaker, said[0].start, said[-1].end, said))
    return tuple(found)


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a passage without speakers."""
    return tuple(_sentences(text, 0, len(text)))


def _sentences(text: str, start: int, end: int) -> Iterator[Sentence]:
    begin = start
    for mark in _END.finditer(text, start, end):
        words = text[begin : mark.start()].split()
        if words and words[-1].rstrip(".").casefold().lstrip("(\"'„«“") in _ABBREVIATIONS and words[-1].endswith("."):
            continue
        yield from _stripped(text, begin, mark.end())
        begin = mark.end()
    yield from _stripped(text, begin, end)


def _stripped(text: str, start: int, end: int) -> Iterator[Sentence]:
    piece = text[start:end]
    words = piece.strip()
    if any(each.isalnum() for each in words):
        first = start + len(piece) - len(piece.lstrip())
        yield Sentence(words, first, first + len(words))
