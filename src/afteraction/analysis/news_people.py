"""Who is named with which role in a sentence: "names Ana Ruiz as its new CFO", "Anna Schmidt wird Finanzvorstand"."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A person with a role as the text has it, and the role in one word for all languages (ceo, cfo, sales...)."""

    name: str
    role: str
    role_in_general: str


def people_of(sentence: str, language: str) -> tuple[Person, ...]:
    """The people with a role that a sentence names."""
    raise NotImplementedError
