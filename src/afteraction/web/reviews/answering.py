"""What a form of a review sends, as what is saved; and how many of its questions were answered by hand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.http import QueryDict

from afteraction.web.reviews.models import Answer
from afteraction.web.reviews.services import Named

QUESTIONS: Final = {
    Answer.Voice.REP: ("expected", "drivers", "happened", "keep", "change", "lesson"),
    Answer.Voice.MANAGER: ("stance", "drivers", "happened", "learned", "serves"),
}
"""What is asked of each voice, in the order of the page: never more than six. A private note is not asked for."""
_LONGEST_READING: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Given:
    """What someone has given so far. `inputs` counts the questions in which something is not as the page had it."""

    fields: dict[str, Any]
    named: tuple[Named, ...]
    inputs: int
    opened: datetime | None


def given(voice: str, sent: QueryDict, *, now: datetime) -> Given:
    """The answer in what was sent. Drivers count in the order in which they were chosen."""
    texts = [name for name in QUESTIONS[Answer.Voice(voice)] if name != "drivers"]
    fields: dict[str, Any] = {name: sent[name] for name in (*texts, "private_note") if name in sent}
    fields["unknown"] = "unknown" in sent
    suggested, chosen = _keys(sent.get("suggested", "")), [int(k) for k in sent.getlist("driver") if k.isdecimal()]
    if fields["unknown"] or fields.get("stance") == Answer.Stance.AGREES:
        chosen = []
    order = [key for key in _keys(sent.get("order", "")) if key in chosen]
    ranked = tuple(dict.fromkeys([*order, *chosen]))
    named = tuple(Named(key, suggested=key in suggested) for key in ranked)
    return Given(fields, named, _inputs(voice, fields, sent, ranked, suggested), _opened(sent, now))


def _inputs(
    voice: str, fields: dict[str, Any], sent: QueryDict, chosen: Collection[int], suggested: Collection[int]
) -> int:
    touched = 0
    for name in QUESTIONS[Answer.Voice(voice)]:
        if name == "drivers":
            touched += fields["unknown"] or (bool(chosen) and set(chosen) != set(suggested))
        elif name == "expected":
            touched += bool(fields.get(name)) and fields[name] != sent.get("was_expected", "")
        else:
            touched += bool(str(fields.get(name, "")).strip())
    return touched


def _opened(sent: QueryDict, now: datetime) -> datetime | None:
    """When the page was opened, as it says itself; None where that cannot be."""
    text = sent.get("opened", "")
    if not text.isdecimal() or len(text) > 11:
        return None
    opened = datetime.fromtimestamp(int(text), UTC)
    return opened if now - _LONGEST_READING <= opened <= now else None


def _keys(text: str) -> tuple[int, ...]:
    return tuple(int(key) for key in text.split(",") if key.isdecimal())
