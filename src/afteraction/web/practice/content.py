"""What stands on a card, and by what it is told whether there is something new to know."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

MOST_OPTIONS: Final = 4
MOST_ITEMS: Final = 6
"""More cannot be put in order on a phone within half a minute."""


@dataclass(frozen=True)
class Text:
    """A card before it is kept: which question of which source, and its text.

    `answer` is what a recalled answer is compared with, of a choice the right option, which is in `options` too.
    `items` are in their right order. `why` is the reason or the evidence shown afterwards, `link` the page behind it.
    """

    source: str
    key: str
    kind: str
    question: str
    answer: str = ""
    options: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    why: str = ""
    link: str = ""
    topic: str = ""
    about: str = field(default="", compare=False)

    def content(self) -> dict[str, Any]:
        """As it is kept and sent to the device."""
        texts = asdict(self)
        return {name: texts[name] for name in _SHOWN}

    def digest(self) -> str:
        """Of what there is to know: another reason or other wrong options are nothing to learn anew."""
        known = json.dumps([self.kind, self.question, self.answer, list(self.items)], ensure_ascii=False)
        return hashlib.sha256(known.encode()).hexdigest()


_SHOWN: Final = ("question", "answer", "options", "items", "why", "link", "topic")


def options(right: str, others: Sequence[str], key: str) -> tuple[str, ...]:
    """The right option among at most three of the others, the same ones every time.

    By a hash of card and option rather than by chance, so that one more lesson changes few cards.
    """
    different = sorted({each for each in others if folded(each) != folded(right)}, key=lambda each: _hash(key, each))
    chosen = [right, *different[: MOST_OPTIONS - 1]]
    return tuple(sorted(chosen, key=lambda each: _hash(f"{key} place", each)))


def _hash(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def folded(text: str) -> str:
    """A text by which two that say the same are one."""
    return " ".join(text.casefold().split()).rstrip(".")
