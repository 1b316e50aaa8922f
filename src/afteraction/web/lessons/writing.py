"""What a lesson may say: its words and its scope, checked all at once."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from afteraction.errors import Refused
from afteraction.web.lessons.models import Lesson

TITLE: Final = 160
TEXT: Final = 2000
_REASON: Final = TEXT
_SCOPE: Final = ("step", "stage", "segment", "competitor", "source")


@dataclass(frozen=True)
class Scope:
    """Where a lesson holds; what is empty or None narrows nothing. Amounts are those of the deal, in its currency."""

    step: str = ""
    stage: str = ""
    segment: str = ""
    competitor: str = ""
    source: str = ""
    amount_from: float | None = None
    amount_to: float | None = None


@dataclass(frozen=True)
class Words:
    """What a lesson says: a title, what to do, why it works, and where it holds."""

    title: str
    text: str
    reason: str = ""
    scope: Scope = Scope()

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Words":
        """Words from the flat fields of a form or of the API."""
        scope = Scope(**{each.name: given[each.name] for each in fields(Scope) if given.get(each.name) is not None})
        return cls(given.get("title", ""), given.get("text", ""), given.get("reason", ""), scope)

    def checked(self) -> "Words":
        """The same without blanks around. Raises `Refused` that names everything that is wrong."""
        title, text, reason = (each.replace("\x00", "").strip() for each in (self.title, self.text, self.reason))
        kept = Words(title, text, reason, self.scope)
        wrong = [
            *([] if kept.title else ["no title"]),
            *([] if kept.text else ["nothing on what to do"]),
            *_too_long("title", kept.title, TITLE),
            *_too_long("what to do", kept.text, TEXT),
            *_too_long("why it works", kept.reason, _REASON),
            *(wrong for name in _SCOPE for wrong in _too_long(name, getattr(self.scope, name), _longest(name))),
        ]
        low, high = self.scope.amount_from, self.scope.amount_to
        if low is not None and high is not None and low > high:
            wrong.append(f"an amount from {low:,.0f} up to {high:,.0f}")
        if wrong:
            raise Refused("; ".join(wrong), "a title, what to do, and a scope that some deal can have", "correct it")
        return kept

    def write(self, lesson: Lesson) -> None:
        """Put them into a lesson, which is not saved."""
        lesson.title, lesson.text, lesson.reason = self.title, self.text, self.reason
        for each in fields(Scope):
            setattr(lesson, each.name, getattr(self.scope, each.name))


def title_of(text: str) -> str:
    """A title out of what somebody wrote: its first sentence, cut at a word where it is long."""
    line = " ".join(text.split())
    for end in (". ", "! ", "? ", "; "):
        if 0 < line.find(end) <= TITLE:
            line = line[: line.find(end)]
    line = line.rstrip(".;: ")
    return line if len(line) <= TITLE else line[: TITLE - 1].rsplit(" ", 1)[0] + "…"


def _too_long(name: str, text: str, most: int) -> list[str]:
    return [f"{len(text):,} characters of {name}, with room for {most:,}"] if len(text) > most else []


def _longest(name: str) -> int:
    return int(getattr(Lesson._meta.get_field(name), "max_length", 0) or TITLE)
