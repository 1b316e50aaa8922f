"""Questions in a passage of text or a transcript: who asks them, and when two are the same."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from afteraction.analysis.transcript import turns

_FEWEST, _MOST = 3, 40
"""Words: `Really?` asks for nothing that could be learned from, and a page without full stops is no question."""
_LONGEST: Final = 300
_OPENING: Final = re.compile(r"^[\"'“„«‘(\[\s–—-]+")
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Asked:
    """A question as it was asked. Two with the same `key` differ in case, accents and punctuation alone."""

    text: str
    key: str


def questions_in(text: str, *, leave_out: str = "") -> Iterator[Asked]:
    """The questions of a text in order, each time they are asked; those of the speaker `leave_out` are not among them.

    A speaker is known by the first word of their name: `Ana (Acme)` and `Ana Pires` are one.
    """
    silent = _first_word(leave_out)
    for turn in turns(text):
        if silent and _first_word(turn.speaker) == silent:
            continue
        for sentence in turn.sentences:
            asked = _OPENING.sub("", " ".join(sentence.text.split())).rstrip("\"'”’»)]")
            words = len(_WORD.findall(asked))
            if asked.endswith("?") and _FEWEST <= words <= _MOST and len(asked) <= _LONGEST:
                yield Asked(asked, question_key(asked))


def question_key(text: str) -> str:
    """The words of a question without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(_WORD.findall(letters))[:_LONGEST]


def _first_word(name: str) -> str:
    found = _WORD.search(question_key(name))
    return found[0] if found else ""
