"""Who is named with which role in a sentence: "names Ana Ruiz as its new CFO", "Anna Schmidt wird Finanzvorstand"."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from afteraction.analysis.news_text import Words, lists, plain, words_of

_NEAR: Final = 8
"""Words between a person and the role, at most."""
_PARTICLES: Final = frozenset(("de", "del", "la", "von", "van", "der", "den", "le", "di", "da", "y"))
_MOST: Final = 4
"""Words of a name."""


@dataclass(frozen=True)
class Person:
    """A person with a role as the text has it, and the role in one word for all languages (ceo, cfo, sales...)."""

    name: str
    role: str
    role_in_general: str


@lru_cache(maxsize=8)
def _roles(language: str) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """By first word: the words of roles, the longest first, and the role in general."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for general, called in lists(language)["roles"].items():
        for each in called:
            words = tuple(plain(word) for word in each.split())
            found.setdefault(words[0], []).append((words, general))
    return {first: tuple(sorted(all_, key=lambda one: -len(one[0]))) for first, all_ in found.items()}


@lru_cache(maxsize=1)
def _first_names() -> frozenset[str]:
    return frozenset(plain(each) for each in lists("names")["first names"])


def people_of(sentence: str, language: str) -> tuple[Person, ...]:
    """The people with a role that a sentence names, each with the role that stands nearest.

    A person is two to four capitalised words that begin with a first name that is known.
    """
    words = words_of("", sentence)
    people = _named(words)
    found: dict[str, tuple[int, Person]] = {}
    at = 0
    while at < len(words.plain):
        for role, general in _roles(language).get(words.plain[at], ()):
            end = at + len(role)
            if tuple(words.plain[at:end]) != role:
                continue
            near = [(min(abs(at - last), abs(first - end)), first, last) for first, last in people]
            near = [each for each in near if each[0] <= _NEAR]
            if near:
                far, first, last = min(near)
                name = " ".join(words.said[first:last])
                person = Person(name, " ".join(words.said[at:end]), general)
                if name not in found or far < found[name][0]:
                    found[name] = (far, person)
            at = end - 1
            break
        at += 1
    return tuple(person for _far, person in found.values())


def _named(words: Words) -> list[tuple[int, int]]:
    """Where people are named: first and last word (not included)."""
    found = []
    at = 0
    while at < len(words.plain):
        end = at + 1
        if words.said[at][0].isupper() and words.plain[at] in _first_names():
            while end < min(len(words.said), at + _MOST) and words.gaps[end] in (" ", "-", "\u00a0"):
                if not words.said[end][0].isupper() and words.plain[end] not in _PARTICLES:
                    break
                end += 1
            while end > at + 1 and not words.said[end - 1][0].isupper():
                end -= 1
            if end > at + 1:
                found.append((at, end))
        at = end
    return found
