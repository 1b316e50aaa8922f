"""Whose rows may be seen at this moment: nobody's, those of one organisation, or everyone's.

It begins with nobody's, in every thread. It is narrowed once, where the organisation of a request or a job becomes
known (`bind`, `within`), and never widened from there: after that `across_organisations` is refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

NOTHING: Final = ""
EVERYTHING: Final = "all"
_SCOPE: ContextVar[str] = ContextVar("whose rows may be seen", default=NOTHING)


class CrossesOrganisations(Exception):
    """Code that works for one organisation asked for the rows of another, or of all: a mistake of ours, told as one."""


def current() -> str:
    """What PostgreSQL is told: `EVERYTHING`, the number of an organisation, or `NOTHING`."""
    return _SCOPE.get()


def organisation() -> int | None:
    """The organisation whose rows may be seen, where it is one."""
    now = _SCOPE.get()
    return int(now) if now not in (NOTHING, EVERYTHING) else None


@contextmanager
def nothing_visible() -> Iterator[None]:
    """Begins a request or a job: whatever was set before, or is bound inside, ends with it."""
    with _holding(NOTHING):
        yield


@contextmanager
def within(key: int) -> Iterator[None]:
    """Only the rows of the organisation `key`. Raises `CrossesOrganisations` inside another one."""
    _refuse_widening(_told(key))
    with _holding(_told(key)):
        yield


def bind(key: int) -> None:
    """Only the rows of the organisation `key`, until the request ends in which it became known.

    Raises `CrossesOrganisations` where that is another one already.
    """
    _refuse_widening(_told(key))
    _SCOPE.set(_told(key))


@contextmanager
def across_organisations(reason: str) -> Iterator[None]:
    """The rows of every organisation, for what cannot know one yet or looks after all of them; `reason` says which.

    Raises `CrossesOrganisations` once an organisation is known.
    """
    _refuse_widening(EVERYTHING, reason)
    with _holding(EVERYTHING):
        yield


def work_across(reason: str) -> None:
    """The rows of every organisation from here on, for a whole process that looks after the installation: a command.

    Raises `CrossesOrganisations` as `across_organisations` does.
    """
    _refuse_widening(EVERYTHING, reason)
    _SCOPE.set(EVERYTHING)


@contextmanager
def again(scope: str) -> Iterator[None]:
    """What was `current` in a request whose answer is still being written."""
    with _holding(scope):
        yield


@contextmanager
def _holding(scope: str) -> Iterator[None]:
    before = _SCOPE.get()
    _SCOPE.set(scope)
    try:
        yield
    finally:
        _SCOPE.set(before)  # not by token: what was bound inside may be another's by now


def _told(key: int) -> str:
    if key < 1:
        raise CrossesOrganisations(f"found organisation {key}, expected the number of one: rows start at 1")
    return str(int(key))


def _refuse_widening(wanted: str, reason: str = "") -> None:
    now = _SCOPE.get()
    if now in (NOTHING, EVERYTHING, wanted):
        return
    asked = f"all organisations ({reason})" if wanted == EVERYTHING else f"organisation {wanted}"
    raise CrossesOrganisations(
        f"found a request for {asked} inside organisation {now}, expected that one alone; "
        "look it up before the organisation is known, or ask inside its own scope"
    )
