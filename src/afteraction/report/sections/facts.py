"""How the facts by which deals are told apart are called, and the order in which they are told of."""

from typing import Final

_FIRST: Final = ("segment", "source", "owner", "team", "deal size")
_NAMES: Final = {"owner": "rep"}


def is_first(fact: str) -> bool:
    """Whether it is always told of, even where nothing was found."""
    return fact in _FIRST


def place(fact: str) -> tuple[int, str]:
    """What facts are sorted by."""
    return _FIRST.index(fact) if fact in _FIRST else len(_FIRST), fact


def fact_name(fact: str) -> str:
    """The name of a fact in a sentence."""
    return _NAMES.get(fact, fact.replace("_", " "))
