"""What the record would have to hold for a driver to be shown by it, or refuted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from afteraction.analysis.claim import matching
from afteraction.analysis.evidence_grade import OnRecord, RecordSays
from afteraction.process.problem import Unreadable


class Fact(StrEnum):
    """A step of the process, or a behaviour of `behaviours`."""

    STEP = "step"
    BEHAVIOUR = "behaviour"


@dataclass(frozen=True)
class Condition:
    """That a step, or a behaviour, was `done`, or was missed though it was due.

    Of steps `words` begin a word in their name, of behaviours they are the names.
    """

    fact: Fact
    done: bool
    words: tuple[str, ...]


@dataclass(frozen=True)
class DealRecord:
    """Steps by name and behaviours of one deal, whether done or missed; those not due, or unknown, are left out."""

    steps: Mapping[str, bool]
    behaviours: Mapping[str, bool]


_FORM: Final = re.compile(r"(step|behaviour) (done|missed): *(.+)")


def read_condition(text: str) -> Condition:
    """The condition that a text such as `step missed: pilot, trial` states; raises Unreadable."""
    form = _FORM.fullmatch(text.strip())
    words = tuple(word.strip() for word in form[3].split(",") if word.strip()) if form else ()
    if form is None or not words:
        raise Unreadable(f"'{text}'", "'step done: WORDS', 'step missed: WORDS', or the same of a behaviour")
    return Condition(Fact(form[1]), form[2] == "done", words)


def on_record(shown_when: tuple[Condition, ...], contrary_when: tuple[Condition, ...], deal: DealRecord) -> RecordSays:
    """Shown if any of the first is met, the contrary if all of the second are; shown goes before the contrary.

    Absent where at least one can be judged, unknown where none can.
    """
    shown, contrary = ([_judged(each, deal) for each in some] for some in (shown_when, contrary_when))
    met = [because for holds, because in shown if holds]
    if met:
        return RecordSays(OnRecord.SHOWN, "; ".join(met))
    if contrary and all(holds for holds, _because in contrary):
        return RecordSays(OnRecord.CONTRARY, "; ".join(because for _holds, because in contrary))
    known = [because for holds, because in shown if holds is not None]
    return RecordSays(OnRecord.ABSENT, "; ".join(known)) if known else RecordSays(OnRecord.UNKNOWN)


def _judged(condition: Condition, deal: DealRecord) -> tuple[bool | None, str]:
    """Whether it holds, None if the record cannot tell, and by what. It is missed if none that fits was done."""
    if condition.fact is Fact.STEP:
        found = {name: done for name, done in deal.steps.items() if _named(name, condition.words)}
    else:
        found = {name: deal.behaviours[name] for name in condition.words if name in deal.behaviours}
    if not found:
        return None, ""
    done = [name for name, was in found.items() if was]
    listed = ", ".join(name.replace("_", " ") for name in done or found)
    return bool(done) is condition.done, f"{listed} {'was on record' if done else 'was missed'}"


def _named(step: str, words: tuple[str, ...]) -> bool:
    """Whether a step's name has one of the words; several words in a row must follow each other in it."""
    name = step.replace("_", " ").replace("-", " ").casefold()
    return matching([word for word in words if " " not in word], name) is not None or any(
        word.casefold() in name for word in words if " " in word
    )
