"""What is wrong with a process file, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong or doubtful: its place (both counted from 1), what stands there, what should."""

    line: int
    column: int
    found: str
    expected: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: found {self.found}; expected {self.expected}"


class Unreadable(ValueError):
    """A piece of text that is not what it should be, before anyone knows where it stands."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"found {found}; expected {expected}")
        self.found = found
        self.expected = expected


_MOST_LISTED = 20
_MOST_COMPARED = 300


def one_of(options: Iterable[str], word: str) -> str:
    """The options in words, the one that `word` was probably meant to be pointed out."""
    options = list(dict.fromkeys(options))
    listed = f"one of {', '.join(options[:_MOST_LISTED])}{', …' * (len(options) > _MOST_LISTED)}" if options else "none"
    meant = closest(word, options)
    return f"{listed} (did you mean {meant}?)" if meant else listed


def closest(word: str, options: Iterable[str]) -> str | None:
    """The option that differs from `word` by a slip of the hand, if there is one; not looked for among very many."""
    by_plain = {option.casefold(): option for option in options}
    if len(by_plain) > _MOST_COMPARED:
        return None
    matches = get_close_matches(word.casefold(), by_plain, n=1, cutoff=0.7)
    return by_plain[matches[0]] if matches else None
