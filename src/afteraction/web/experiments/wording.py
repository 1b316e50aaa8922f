"""What people write as a title or as a reason, as it is kept: all of it or a refusal, never a part."""

from typing import Final

from afteraction.errors import Refused
from afteraction.report.text import clean

TITLE: Final = 160
QUESTION: Final = 1000
REASON: Final = 500
_FEWEST_LETTERS: Final = 2
_LETTERS_OF_A_SENTENCE: Final = 8
"""Different letters: a key that is held down says nothing, in whatever script."""


def title_in(text: str) -> str:
    """A title. Raises `Refused` where there is none, and where it does not fit."""
    title = " ".join(clean(text).split())
    if not title:
        raise Refused("no title", "what the trial is called", "name it so that a colleague knows what is tried")
    must_fit(title, "title", TITLE)
    return title


def question_in(text: str) -> str:
    """A question, which may be empty. Raises `Refused` where it does not fit."""
    question = clean(text).strip()
    must_fit(question, "question", QUESTION)
    return question


def reason_in(text: str, expected: str, next_step: str, most: int = REASON) -> str:
    """A reason. Raises `Refused` where there is none, where it says nothing, and where it does not fit."""
    reason = clean(text).strip()
    if not reason:
        raise Refused("no reason", expected, next_step)
    if says_nothing(reason):
        raise Refused(f"“{reason[:40]}” as a reason", expected, next_step)
    must_fit(reason, "reason", most)
    return reason


def says_nothing(text: str) -> bool:
    """Whether a text cannot be words: empty, or one letter again and again."""
    return _letters(text) < _FEWEST_LETTERS


def is_sentence(text: str, shortest: int) -> bool:
    """Whether a text of that length at least may be a sentence."""
    return len(text) >= shortest and _letters(text) >= _LETTERS_OF_A_SENTENCE


def _letters(text: str) -> int:
    return len({each for each in text.casefold() if each.isalpha()})


def must_fit(text: str, what: str, most: int) -> None:
    """Raises `Refused` for a text that is too long: nothing is cut in silence."""
    if len(text) > most:
        raise Refused(f"a {what} of {len(text):,} characters", f"{most:,} at most", "shorten it; nothing was kept")
