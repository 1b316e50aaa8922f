"""What a play says: when, what, how, what to ask, what to hand over. One document, so that versions are whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final

SCOPE: Final = {"stage": "Stage", "segment": "Segment", "competitor": "Competitor"}


@dataclass(frozen=True)
class Move:
    """One move, in order; `step` is the key of the step of the process that it is, `timing` when, in words."""

    text: str
    step: str = ""
    timing: str = ""


@dataclass(frozen=True)
class Piece:
    """Content to use: its title, and where it is (empty: it is known by its title)."""

    title: str
    address: str = ""


@dataclass(frozen=True)
class Body:
    """A play as a blueprint. Empty fields of the scope mean that it holds anywhere; amounts in the deal's currency."""

    title: str
    what: str = ""
    when: str = ""
    stage: str = ""
    segment: str = ""
    competitor: str = ""
    amount_from: float | None = None
    amount_to: float | None = None
    moves: tuple[Move, ...] = ()
    questions: tuple[str, ...] = ()
    content: tuple[Piece, ...] = field(default=())

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of the process that its moves are, each once."""
        return tuple(dict.fromkeys(move.step for move in self.moves if move.step))

    @property
    def scope(self) -> tuple[tuple[str, str], ...]:
        """Where it holds, in words."""
        found = [(word, getattr(self, name)) for name, word in SCOPE.items() if getattr(self, name)]
        if self.amount_from is not None or self.amount_to is not None:
            found.append(("Size", _size(self.amount_from, self.amount_to)))
        return tuple(found)


def as_document(body: Body) -> dict[str, Any]:
    """What is kept in the database."""
    return asdict(body)


def read(document: Mapping[str, Any]) -> Body:
    """What was kept."""
    return Body(
        **{
            **document,
            "moves": tuple(Move(**move) for move in document.get("moves", ())),
            "questions": tuple(document.get("questions", ())),
            "content": tuple(Piece(**piece) for piece in document.get("content", ())),
        }
    )


def changes(old: Body, new: Body, step_name: Callable[[str], str] = str) -> tuple[str, ...]:
    """What the newer one changed, in sentences; nothing where both say the same."""
    return tuple(_changes(old, new, step_name))


def _changes(old: Body, new: Body, step_name: Callable[[str], str]) -> Iterator[str]:
    if old.title != new.title:
        yield f"It is called “{new.title}”, and was “{old.title}”."
    for name, word in (("what", "What it is"), ("when", "When to use it")):
        if getattr(old, name) != getattr(new, name):
            yield f"{word} is written anew." if getattr(new, name) else f"{word} is no longer said."
    before, after = dict(old.scope), dict(new.scope)
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield f"{name}: {after.get(name, 'any')}, before {before.get(name, 'any')}."
    yield from _listed("move", [move.text for move in old.moves], [move.text for move in new.moves])
    then = {move.text: move for move in old.moves}
    for move in new.moves:
        known = then.get(move.text)
        if known is not None and known.step != move.step:
            now = f"the step “{step_name(move.step)}”" if move.step else "no step of the process"
            yield f"“{move.text}” is {now} now."
        if known is not None and known.timing != move.timing:
            yield f"“{move.text}”: {move.timing or 'no time is said'}, before {known.timing or 'none was said'}."
    yield from _listed("question", old.questions, new.questions)
    yield from _listed(
        "piece of content", [str(each.title) for each in old.content], [each.title for each in new.content]
    )


def _listed(noun: str, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
    for text in come:
        yield f"New {noun}: “{text}”."
    for text in gone:
        yield f"No longer a {noun}: “{text}”."
    left, kept = [each for each in old if each in new], [each for each in new if each in old]
    if left != kept:
        blocks = SequenceMatcher(None, left, kept, autojunk=False).get_matching_blocks()
        still = {kept[place] for block in blocks for place in range(block.b, block.b + block.size)}
        for text in kept:
            if text not in still:
                yield f"“{text}” is {noun} {new.index(text) + 1} now, before {old.index(text) + 1}."


def _size(low: float | None, high: float | None) -> str:
    if low is None:
        return f"up to {high:,.0f}"
    return f"from {low:,.0f}" if high is None else f"{low:,.0f} to {high:,.0f}"
