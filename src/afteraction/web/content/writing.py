"""What is said of a piece when it is registered or changed, checked all at once."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from afteraction.errors import Refused
from afteraction.web.content.models import Piece

_TEXTS: Final = ("title", "kind", "stage", "segment", "buyer_role")
KINDS: Final = (
    *("Case study", "Deck", "Paper", "One-pager", "Calculator", "Demo", "Video", "Mail", "Insight"),
    *("Comparison", "Security answers", "Reference", "Template"),
)


@dataclass(frozen=True)
class Place:
    """Where a piece is: a web address, the name of a file, or what it says itself; and until when it is valid."""

    address: str = ""
    reference: str = ""
    text: str = ""
    valid_until: date | None = None


@dataclass(frozen=True)
class Words:
    """What a piece is and which deals it is for; what is empty narrows nothing."""

    title: str
    kind: str = ""
    stage: str = ""
    segment: str = ""
    buyer_role: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Words":
        """Words from the flat fields of a form or of the API."""
        return cls(**{each.name: str(given.get(each.name) or "") for each in fields(cls)})


def place_in(given: Mapping[str, Any]) -> Place:
    """Where it is, from the flat fields of a form or of the API."""
    return Place(
        str(given.get("address") or ""), str(given.get("reference") or ""), str(given.get("text") or ""),
        given.get("valid_until"),
    )  # fmt: skip


def checked(words: Words, place: Place, *, record_id: str = "") -> tuple[Words, Place]:
    """The same without blanks around. Raises `Refused` that names everything that is wrong.

    A piece of the record needs no place: the CRM knows where it is.
    """
    kept = Words(**{name: " ".join(getattr(words, name).replace("\x00", "").split()) for name in _TEXTS})
    there = Place(
        place.address.strip(), place.reference.replace("\x00", "").strip(), place.text.replace("\x00", "").strip(),
        place.valid_until,
    )  # fmt: skip
    wrong = [] if kept.title else ["no title"]
    if not (there.address or there.reference or there.text or record_id):
        wrong.append("nothing that says where it is")
    wrong += _wrong_address(there.address) if there.address else []
    texts = {name: getattr(kept, name) for name in _TEXTS}
    texts |= {"address": there.address, "reference": there.reference, "text": there.text}
    wrong += [
        f"{len(text):,} characters of {name.replace('_', ' ')}, with room for {_room(name):,}"
        for name, text in texts.items()
        if len(text) > _room(name)
    ]
    if wrong:
        raise Refused("; ".join(wrong), "a title, and a web address, a file's name or a text", "correct it")
    return kept, there


def _wrong_address(address: str) -> list[str]:
    """Why it is no address to give to colleagues. One with a password is not repeated: messages are kept in logs."""
    if not address.startswith(("https://", "http://")):
        return [f"the address {address[:80]}, which begins neither with https:// nor with http://"]
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return [f"the address {address[:80]}, which cannot be read"]
    # Browsers take a backslash for a slash, so what stands before an @ is looked for in all that is no path.
    if "@" in parts.netloc or "@" in address.split("//", 1)[1].replace("\\", "/").split("/", 1)[0]:
        return ["an address with a name or a password in it, which everyone here would read"]
    return [] if host else [f"the address {address[:80]}, which names no server"]


def write(piece: Piece, words: Words, place: Place) -> None:
    """Put them into a piece, which is not saved."""
    for name in _TEXTS:
        setattr(piece, name, getattr(words, name))
    piece.address, piece.reference = place.address, place.reference
    piece.text, piece.valid_until = place.text, place.valid_until


def _room(name: str) -> int:
    return int(getattr(Piece._meta.get_field(name), "max_length", 0) or 0)
