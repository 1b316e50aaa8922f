"""What every CRM offers to be fetched: objects by name, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from afteraction.errors import Refused
from afteraction.web.connectors.client import Declined

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """Rows by the file they belong into, and where to go on; `after` is None on the last page."""

    rows: Mapping[str, list[Row]]
    after: str | None


@dataclass(frozen=True)
class Readable:
    """What a test found about one object: whether it can be read, and if not what the CRM said."""

    name: str
    is_readable: bool
    said: str = ""


class LostPlace(Exception):
    """The CRM no longer knows where a list was left: the object has to be read again from its start."""


class Source(Protocol):
    """A CRM. `required` objects must be readable; `whole` ones are always read in full, and say nothing new alone."""

    objects: tuple[str, ...]
    required: frozenset[str]
    whole: frozenset[str]

    def page(self, name: str, since: datetime | None, after: str | None) -> Page:
        """A page of what changed at or after `since`. Raises `Declined` where the CRM says no, `LostPlace`, and what
        `Client.ask` raises.
        """
        ...

    def test(self) -> list[Readable]:
        """Signs in and asks for a little of each object. Raises `Refused` when nobody may come in."""
        ...


def tested(name: str, declined: Declined | None) -> Readable:
    """What a test says of an object."""
    return Readable(name, declined is None, f"{declined.code} {declined.said}".strip() if declined else "")


def not_accepted(who: str, what: str, declined: Declined, next_step: str) -> Refused:
    """The refusal of a sign-in, in the words of the CRM, which name no secret."""
    said = declined.said or declined.code or str(declined.status)
    return Refused(f"{who} does not accept {what}: {said}", "credentials that are valid", next_step)
