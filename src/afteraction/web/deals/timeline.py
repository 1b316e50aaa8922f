"""A deal's course against its process: stages with their steps and touches, and where each is drawn."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from afteraction.process.model import Process, Step
from afteraction.web.deals.evidence import StepState
from afteraction.web.deals.record import Event

WIDTH: Final = 960
_LEFT, _RIGHT = 72, 12
_MARK: Final = 16
"""How wide a mark of a step is, with a little room."""
_LETTER: Final = 8.2
"""About how wide a letter of the drawing is."""
_TICKS: Final = (1, 2, 7, 14, 30, 61, 91, 182, 365, 730, 1826)


@dataclass(frozen=True)
class StepLine:
    """A step of the process in this deal. `at` is when it was first done, `due` when it should have been."""

    name: str
    state: str
    required: bool
    at: datetime | None
    due: datetime | None


@dataclass(frozen=True)
class StagePart:
    """A stage, from when to when the deal was in it (`entered_at` None: it never was), its steps and touches."""

    name: str
    entered_at: datetime | None
    left_at: datetime | None
    steps: tuple[StepLine, ...]
    events: tuple[Event, ...]

    @property
    def days(self) -> float | None:
        """How long the deal was in it."""
        if self.entered_at is None or self.left_at is None:
            return None
        return (self.left_at - self.entered_at) / timedelta(days=1)


@dataclass(frozen=True)
class Band:
    """A stage in the drawing, from `x` on; its name is left out where it has no room."""

    x: float
    width: float
    name: str
    label: str
    odd: bool


@dataclass(frozen=True)
class Mark:
    """A step or a touch in the drawing."""

    x: float
    state: str
    text: str


@dataclass(frozen=True)
class Tick:
    """A date below the drawing."""

    x: float
    text: str


@dataclass(frozen=True)
class Drawing:
    """Where everything stands in a drawing WIDTH wide."""

    bands: tuple[Band, ...]
    steps: tuple[Mark, ...]
    ours: tuple[Mark, ...]
    theirs: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    first: float = _LEFT
    last: float = WIDTH - _RIGHT


@dataclass(frozen=True)
class Timeline:
    """The course of a deal: `before` are touches ahead of the first stage; `drawing` None where nothing has a date."""

    before: tuple[Event, ...]
    stages: tuple[StagePart, ...]
    drawing: Drawing | None
    touches: int


def timeline(
    events: Sequence[Event],
    process: Process | None,
    states: Mapping[int, StepState],
    began: datetime | None,
    ended: datetime | None,
    until: datetime,
) -> Timeline:
    """The course of a deal. `ended` is None while it is open, which it was still seen to be at `until`."""
    end = ended or until
    moves = [event for event in events if event.is_stage]
    first = moves[0].at if moves else None
    parts = []
    for n, move in enumerate(moves):
        left = moves[n + 1].at if n + 1 < len(moves) else max(end, move.at)
        within = [e for e in events if not e.is_stage and move.at <= e.at and (e.at < left or n + 1 == len(moves))]
        again = move.name in {earlier.name for earlier in moves[:n]}
        steps = () if again else tuple(_steps(process, move.name, states, events))
        parts.append(StagePart(move.name, move.at, left, steps, tuple(within)))
    entered = {move.name for move in moves}
    parts += [
        StagePart(stage, None, None, steps, ())
        for stage in (process.stages if process else ())
        if stage not in entered
        # An optional step that was not done says nothing where its stage was passed by.
        and (steps := tuple(s for s in _steps(process, stage, states, events) if s.required or s.at))
    ]
    before = tuple(e for e in events if not e.is_stage and (first is None or e.at < first))
    dates = [event.at for event in events] + [day for day in (began, ended) if day is not None]
    drawing = _drawn(parts, events, min(dates), max(end if ended is None else ended, max(dates))) if dates else None
    return Timeline(before, tuple(parts), drawing, sum(not event.is_stage for event in events))


def _steps(
    process: Process | None, stage: str, states: Mapping[int, StepState], events: Sequence[Event]
) -> Iterator[StepLine]:
    for place, step in enumerate(process.steps if process else ()):
        if step.stage != stage or place not in states:
            continue
        state = states[place]
        at = next((event.at for event in events if not event.is_stage and event.name in step.activities), None)
        due = state.entered_at + step.within if state.entered_at and step.within else None
        yield StepLine(step.name or step.id, _word(step, state), step.required, at if state.done else None, due)


def _word(step: Step, state: StepState) -> str:
    """What became of a step, as chips.py names it."""
    for name in ("skipped", "late", "out_of_order", "done"):
        if getattr(state, name):
            return name
    if state.pending:
        return "step_pending"
    return "step_excused" if state.excused and step.required else "step_left_out"


def _drawn(parts: Sequence[StagePart], events: Sequence[Event], first: datetime, last: datetime) -> Drawing:
    span = max((last - first).total_seconds(), 1.0)

    def x(at: datetime) -> float:
        share = min(max((at - first).total_seconds() / span, 0.0), 1.0)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    bands = [_band(part, x(part.entered_at), x(part.left_at), n) for n, part in enumerate(parts)
             if part.entered_at and part.left_at]  # fmt: skip
    touches = [event for event in events if not event.is_stage]
    return Drawing(
        bands=tuple(bands),
        steps=_apart(
            Mark(x(at), step.state, f"{step.name}: {step.state.replace('_', ' ')}, {_day(at)}")
            for part in parts
            for step in part.steps
            if step.state in ("done", "late", "out_of_order", "skipped")
            and (at := step.at or _missed(step, part, last)) is not None
        ),
        ours=tuple(Mark(x(e.at), "touch", f"{e.name}, {_day(e.at)}") for e in touches if e.side != "buyer"),
        theirs=tuple(Mark(x(e.at), "touch", f"{e.name}, {_day(e.at)}") for e in touches if e.side == "buyer"),
        ticks=tuple(_ticks(first, last, x)),
    )


def _apart(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks in their order, moved to the right as far as it takes that none covers another."""
    placed: list[Mark] = []
    for mark in sorted(marks, key=lambda each: each.x):
        least = placed[-1].x + _MARK if placed else mark.x
        placed.append(replace(mark, x=max(mark.x, least)))
    over = max((placed[-1].x if placed else 0.0) - (WIDTH - 7), 0.0)
    return tuple(replace(mark, x=mark.x - over) for mark in placed)


def _missed(step: StepLine, part: StagePart, last: datetime) -> datetime | None:
    """Where a step that was not done is marked: when it was due, at the latest when its stage was left."""
    known = [at for at in (step.due, part.left_at, last) if at is not None]
    return min(known, default=None) if part.entered_at else None


def _band(part: StagePart, x: float, end: float, n: int) -> Band:
    width = max(end - x, 2.0)
    room = int((width - 12) / _LETTER)
    label = part.name if len(part.name) <= room else f"{part.name[: room - 1]}…" if room > 3 else ""
    return Band(x, round(width, 1), part.name, label, n % 2 == 1)


def _ticks(first: datetime, last: datetime, x: Callable[[datetime], float]) -> Iterator[Tick]:
    days = max((last - first) / timedelta(days=1), 0.5)
    apart = next((each for each in _TICKS if days / each <= 8), _TICKS[-1])
    at = first.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1 if days > 2 else 0)
    while at <= last:
        place = x(at)
        if _LEFT + 4 <= place <= WIDTH - 46:
            yield Tick(place, f"{at.day} {at:%b}" if apart < 182 else f"{at:%b %Y}")
        at += timedelta(days=apart)


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
