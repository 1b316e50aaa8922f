"""What a proposal says: what somebody asks for, checked whole before anything is kept."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from afteraction.errors import Refused
from afteraction.process.check import check_text
from afteraction.process.diff import Change, ChangeKind, diff
from afteraction.process.document import MAX_BYTES
from afteraction.process.model import Process
from afteraction.report.text import clean
from afteraction.web.experiments.wording import says_nothing
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.insights.selectors import process_in
from afteraction.web.insights.services import numbered
from afteraction.web.people.models import Organisation
from afteraction.web.proposals.models import Proposal

TITLE: Final = 160
WORDS: Final = 2000
MOST_POINTS: Final = 100.0
IN_WORDS: Final = (Proposal.Kind.SCRIPT, Proposal.Kind.QUESTION)
_QUOTED: Final = re.compile(r"'(?P<id>[\w-]+)'")
_ORDER: Final = {ChangeKind.STAGE_ORDER, ChangeKind.STEP_ORDER, ChangeKind.BEFORE}
_TIMING: Final = {ChangeKind.WITHIN, ChangeKind.RULE_TIME}


@dataclass(frozen=True)
class Wish:
    """What somebody asks for.

    Either an edit of the process, as the whole `text` it would have, made on version `base`; or, with no text, a
    script or a question (`kind`) in words (`what`). An edit needs no title: its first change is one.
    """

    kind: str = ""
    title: str = ""
    what: str = ""
    reason: str = ""
    text: str = ""
    base: int | None = None
    expected_points: float | None = None


@dataclass(frozen=True)
class Ready:
    """A wish that can be kept: `changes` are what it changes about `base`, in sentences."""

    kind: Proposal.Kind
    title: str
    what: str
    reason: str
    text: str
    base: ProcessVersion | None
    changes: tuple[str, ...]
    expected_points: float | None


def checked(organisation: Organisation, wish: Wish) -> Ready:
    """A wish as it will be kept. Raises `Refused` with everything that is missing or wrong in it at once."""
    wish = replace(wish, title=clean(wish.title), what=clean(wish.what), reason=clean(wish.reason))
    wrong = list(_wrong_words(wish))
    base: ProcessVersion | None = None
    changes: tuple[Change, ...] = ()
    text = tidy(wish.text)
    if text:
        base = organisation.process_versions.filter(number=wish.base or 0).first()
        changes, wrong_edit = _changes(base, text)
        wrong += wrong_edit
    elif wish.kind not in IN_WORDS:
        wrong.append("no change of the process, and neither a script nor a question")
    elif not wish.what.strip():
        wrong.append("nothing that would be done or said differently")
    if not (wish.title.strip() or changes):
        wrong.append("no title")
    if wrong:
        raise Refused(
            "\n".join(wrong),
            "a change, in the process or in words, and why it would be better",
            "correct this; nothing was kept",
        )
    sentences = changes_of(base.text, text) if base is not None else ()
    return Ready(
        kind=_kind(changes) if text else Proposal.Kind(wish.kind),
        title=cut(wish.title.strip() or _headline(sentences), TITLE),
        what=wish.what.strip() or cut(" ".join(sentences), WORDS),
        reason=wish.reason.strip(),
        text=numbered(text, base.number) if base is not None else "",
        base=base,
        changes=sentences,
        expected_points=wish.expected_points,
    )


def tidy(text: str) -> str:
    """The text of a process as it is kept; empty where there is none."""
    return text.replace("\r\n", "\n").strip() + "\n" if text.strip() else ""


def changes_of(base: str, text: str) -> tuple[str, ...]:
    """What one text of a process changes about another, in sentences; none where either has problems."""
    before, after = process_in(base), process_in(text)
    if before is None or after is None:
        return ()
    names = names_in(after, before)
    # Behind the step's own id stand activities there, which are called what they are called.
    activities = ChangeKind.ACTIVITIES
    return tuple(named(each.sentence, names, most=1 if each.kind is activities else 0) for each in diff(before, after))


def names_in(*processes: Process) -> dict[str, str]:
    """How people call the steps of some processes, by their ids; the last process has the last word."""
    return {step.id: step.name for process in processes for step in process.steps if step.name}


def named(sentence: str, names: Mapping[str, str], most: int = 0) -> str:
    """A sentence with steps as people call them instead of their ids, the first `most` of them (0: all)."""

    def name(found: re.Match[str]) -> str:
        return f"“{names[found['id']]}”" if found["id"] in names else found.group()

    return _QUOTED.sub(name, sentence, count=most)


def same_process(one: str, other: str) -> bool:
    """Whether two texts say the same process, however they are written and numbered."""
    return one == other or (process_in(one) is not None and not changes_of(one, other) and _parts(one) == _parts(other))


def _parts(text: str) -> object:
    found: Process | None = process_in(text)
    return found and (found.stages, found.steps, found.constraints)


def _wrong_words(wish: Wish) -> Iterable[str]:
    if not wish.reason.strip():
        yield "no reason"
    elif says_nothing(wish.reason):
        yield f"“{wish.reason.strip()[:40]}” as a reason"
    for name, said, most in (("title", wish.title, TITLE), ("text", wish.what, WORDS), ("reason", wish.reason, WORDS)):
        if len(said.strip()) > most:
            yield f"a {name} of {len(said.strip()):,} characters, where {most:,} fit"
    points = wish.expected_points
    if points is not None and not -MOST_POINTS <= points <= MOST_POINTS:
        yield f"an expected effect of {points:g} points, which is none between −100 and 100"


def _changes(base: ProcessVersion | None, text: str) -> tuple[tuple[Change, ...], list[str]]:
    """The changes of an edit, and what is wrong with it."""
    if base is None:
        return (), ["an edit of no version of the process"]
    if len(text.encode()) > MAX_BYTES:
        return (), [f"more than {MAX_BYTES:,} bytes, where a process is smaller"]
    check = check_text(text)
    if check.process is None:
        return (), [str(problem) for problem in check.problems]
    before = process_in(base.text)
    if before is None:
        return (), [f"version {base.number} of the process, which can no longer be read"]
    changes = diff(before, check.process)
    return changes, [] if changes else [f"the process as version {base.number} says it already"]


def _kind(changes: Iterable[Change]) -> Proposal.Kind:
    kinds = {change.kind for change in changes}
    if kinds <= _TIMING:
        return Proposal.Kind.TIMING
    return Proposal.Kind.ORDER if kinds <= _ORDER else Proposal.Kind.STEP


def _headline(sentences: tuple[str, ...]) -> str:
    """The first change as a title, and how many there are beside it."""
    first, more = sentences[0].rstrip("."), len(sentences) - 1
    return f"{first}, and {more} more change{'s' * (more > 1)}" if more else first


def cut(text: str, most: int) -> str:
    """As much of a text as fits, with a sign that there is more."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
