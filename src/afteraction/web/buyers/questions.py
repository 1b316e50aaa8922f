"""The eight questions: what each takes, and what is kept of what somebody sent.

A questionnaire is read leniently and kept strictly: what is no choice is left out, what is too long is refused, so
that nobody loses a text that they typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from afteraction.errors import Refused
from afteraction.web.buyers.models import BuyerAnswer, Said

TEXTS: Final = ("better", "apart", "changed")
FIELDS: Final = ("cause", "drivers", "score", "engaged", *TEXTS, "may_quote")
"""The eight questions, in the order in which they are asked. Nothing more is ever asked."""
LONGEST: Final = 4_000
MOST_DRIVERS: Final = 3
LARGEST_BODY: Final = 64 * 1024
"""Bytes of one request: eight answers of the full length, in any script, take less."""


@dataclass(frozen=True)
class Given:
    """What was said. `drivers` are keys of the taxonomy."""

    cause: str = ""
    drivers: tuple[int, ...] = ()
    score: int | None = None
    engaged: str = ""
    better: str = ""
    apart: str = ""
    changed: str = ""
    may_quote: str = BuyerAnswer.Quote.NO
    anonymous: bool = field(default=False, compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered; that someone may not be quoted is no answer yet."""
        return not (self.cause or self.drivers or self.engaged or self.better or self.apart or self.changed) and (
            self.score is None
        )

    def said(self) -> dict[str, Any]:
        """The fields of `Said`."""
        names = ("cause", "score", "engaged", *TEXTS)
        return {name: getattr(self, name) for name in names} | {"drivers": list(self.drivers)}

    def as_draft(self) -> dict[str, Any]:
        return self.said() | {"may_quote": self.may_quote, "anonymous": self.anonymous}


def read(sent: Mapping[str, Any], drivers: list[str], known: frozenset[int]) -> Given:
    """What was sent, as it may be kept; `known` are the drivers that may be named.

    Raises `Refused` for a text that is too long.
    """
    texts = {name: _text(sent.get(name, "")) for name in TEXTS}
    long = [name for name, text in texts.items() if len(text) > LONGEST]
    if long:
        raise Refused(f"{len(texts[long[0]]):,} characters", f"at most {LONGEST:,}", "shorten the text")
    named = dict.fromkeys(int(each) for each in drivers if each.isascii() and each.isdecimal() and len(each) < 15)
    return Given(
        cause=_choice(sent.get("cause"), Said.Cause.values),
        drivers=tuple(each for each in named if each in known)[:MOST_DRIVERS],
        score=_score(sent.get("score")),
        engaged=_choice(sent.get("engaged"), Said.Engaged.values),
        may_quote=_choice(sent.get("may_quote"), BuyerAnswer.Quote.values) or BuyerAnswer.Quote.NO,
        anonymous=bool(sent.get("anonymous")),
        **texts,
    )


def of_draft(content: Mapping[str, Any]) -> Given:
    """What a draft holds."""
    fields = {name: content[name] for name in (*FIELDS, "anonymous") if name in content}
    return Given(**fields | {"drivers": tuple(fields.get("drivers", ()))})


def of_answer(answer: Said) -> Given:
    """What an answer holds."""
    fields = {name: getattr(answer, name) for name in ("cause", "score", "engaged", *TEXTS)}
    quote = answer.may_quote if isinstance(answer, BuyerAnswer) else BuyerAnswer.Quote.NO
    return Given(**fields, drivers=tuple(answer.drivers), may_quote=quote)


def _text(value: object) -> str:
    return str(value).replace("\x00", "").replace("\r\n", "\n").strip()


def _choice(value: object, choices: list[str]) -> str:
    return str(value) if str(value) in choices else ""


def _score(value: object) -> int | None:
    try:
        score = int(str(value))
    except ValueError:
        return None
    return score if -10 <= score <= 10 else None
