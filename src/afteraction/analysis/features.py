"""What is known of a deal at a moment of its life, as columns of a model that is trained on other deals.

Nothing that came later is used: facts that are noted before a deal ends, how old it is, how long its stages took, and
which steps had been done by then. Who owns it is left out on purpose.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Ints, Places
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.shrinkage import FREE
from afteraction.process.model import Process

FEWEST = 10
"""A level, or a yes, of fewer training deals than this gets no column: such deals are taken as average in it."""
MOST_LEVELS = 50
"""The most levels of one fact that get a column, the most common ones: more would be names, not kinds of deal."""
FEW_LEVELS = 5
"""Facts with fewer columns share one spread: by itself each says too little about how much such facts matter."""
_KNOTS = (0.25, 0.5, 0.75)
AMOUNT, AGE, LATEST = "amount", "age in days", "days in the stages before"
EARLIER_STEPS, SKIPPED = "steps done so far", "stages skipped"


@dataclass(frozen=True)
class Moment:
    """When a deal starts (`stage` None), or `age` days after it entered a stage, by its place in the process."""

    stage: int | None
    age: float = 0.0


@dataclass(frozen=True)
class Snapshot:
    """n deals at a moment each, and what is known of them then.

    `rows` are their places in the frame, `at` the days on which it is. `facts` are codes into the frame's levels, -1
    where empty; `numbers` are NaN where unknown; `flags` belong to a group each: {group: {name: flags}}.
    """

    rows: Ints
    at: Floats
    facts: Mapping[str, Ints]
    levels: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, Floats]
    flags: Mapping[str, Mapping[str, Flags]]

    def __len__(self) -> int:
        return len(self.rows)

    def select(self, chosen: Places | Flags) -> "Snapshot":
        """The same of some of the deals."""
        return Snapshot(
            self.rows[chosen],
            self.at[chosen],
            {name: codes[chosen] for name, codes in self.facts.items()},
            self.levels,
            {name: values[chosen] for name, values in self.numbers.items()},
            {group: {name: f[chosen] for name, f in flags.items()} for group, flags in self.flags.items()},
        )


def starts(frame: DealFrame) -> Floats:
    """The day on which each deal starts: when it was created, else its first event; NaN if neither is on record."""
    first = np.fmin.reduce(frame.entered, axis=1, initial=np.nan) if frame.entered.shape[1] else frame.created
    return np.where(np.isnan(frame.created), first, frame.created)


def snapshot(
    frame: DealFrame,
    process: Process,
    moment: Moment,
    leave_out: Collection[str] = (),
    only: Places | None = None,
) -> Snapshot:
    """The deals that reach a moment, as they stand then.

    At the start these are all deals of which it is known when that was. `age` days after entering a stage these are
    the deals that are still in it: not ended, in no later stage, and the record reaches so far. `leave_out` names
    facts, or AMOUNT, that are not to be used; `only` limits the deals to some places of the frame.
    """
    begun = starts(frame)
    if moment.stage is None:
        rows = np.flatnonzero(begun <= frame.end).astype(np.int32)
        at = begun[rows]
    else:
        rows, at = _in_stage(frame, moment.stage, moment.age)
    if only is not None:
        wanted = np.isin(rows, only)
        rows, at = rows[wanted], at[wanted]
    facts = {n: category.codes[rows] for n, category in frame.categories.items() if n not in leave_out}
    levels = {name: frame.categories[name].levels for name in facts}
    numbers = {} if AMOUNT in leave_out else {AMOUNT: _log(frame.amount[rows])}
    flags: dict[str, dict[str, Flags]] = {}
    if moment.stage is not None:
        before = frame.entered[rows, : moment.stage]
        known = before <= at[:, None]
        numbers[AGE] = _log(np.maximum(at - begun[rows], 0.0))
        if moment.stage:
            latest = np.where(known, before, -np.inf).max(axis=1)
            entered = frame.entered[rows, moment.stage]
            numbers[LATEST] = _log(np.where(np.isfinite(latest), entered - latest, np.nan))
        flags[SKIPPED] = {process.stages[n]: ~known[:, n] for n in range(moment.stage)}
        flags[EARLIER_STEPS] = {step.name or step.id: frame.done[rows, n] <= at for n, step in enumerate(process.steps)}
    return Snapshot(rows, at, facts, levels, numbers, flags)


def _in_stage(frame: DealFrame, stage: int, age: float) -> tuple[Ints, Floats]:
    at = frame.entered[:, stage] + age
    later = np.fmin.reduce(frame.entered[:, stage + 1 :], axis=1, initial=np.inf)
    unknown_end = ~frame.open & np.isnan(frame.closed)
    rows = np.flatnonzero((at <= frame.end) & ~(frame.closed <= at) & ~(later <= at) & ~unknown_end).astype(np.int32)
    return rows, at[rows]


def _log(values: Floats) -> Floats:
    """Amounts and durations on the scale on which they differ; what is not positive has no logarithm but is known."""
    return np.asarray(np.log1p(np.maximum(values, 0.0)))


class Term(Protocol):
    """Columns that belong together: one fact, one number, or one group of yes-or-no facts."""

    @property
    def names(self) -> tuple[str, ...]:
        """What each column is about, in words."""
        ...

    def columns(self, known: Snapshot) -> Floats:
        """deals × columns."""
        ...


@dataclass(frozen=True)
class FactTerm:
    """One column per level; `codes` are the levels that have one, -1 being an empty value."""

    fact: str
    codes: tuple[int, ...]
    names: tuple[str, ...]

    def columns(self, known: Snapshot) -> Floats:
        return np.asarray(known.facts[self.fact][:, None] == np.array(self.codes, dtype=np.int32), dtype=np.float64)


@dataclass(frozen=True)
class NumberTerm:
    """A broken line in the standardised value, and a column for values that are unknown."""

    number: str
    mean: float
    spread: float
    knots: tuple[float, ...]
    names: tuple[str, ...]

    def columns(self, known: Snapshot) -> Floats:
        values = known.numbers[self.number]
        missing = np.isnan(values)
        scaled = np.clip(np.where(missing, 0.0, (values - self.mean) / self.spread), -4.0, 4.0)
        bends = [np.where(missing, 0.0, np.maximum(scaled - knot, 0.0)) for knot in self.knots]
        return np.column_stack([scaled, *bends, missing])


@dataclass(frozen=True)
class FlagTerm:
    """One column per yes-or-no fact of a group."""

    group: str
    names: tuple[str, ...]

    def columns(self, known: Snapshot) -> Floats:
        return np.column_stack([known.flags[self.group][name] for name in self.names]).astype(np.float64)

    def said(self, flag: bool) -> str:
        """What a flag means, in words."""
        yes, no = ("skipped", "gone through") if self.group == SKIPPED else ("done", "not done")
        return yes if flag else no


@dataclass(frozen=True)
class Encoding:
    """How snapshots of one moment become the columns of a model: learned from the training deals, then fixed."""

    terms: tuple[Term, ...]

    @property
    def block(self) -> Ints:
        """The block that each column is shrunk with: its term, or all facts of few levels; the first column is free."""
        owners = [FREE]
        blocks: dict[int | None, int] = {}
        for number, term in enumerate(self.terms):
            few = isinstance(term, FactTerm) and len(term.names) < FEW_LEVELS
            block = blocks.setdefault(None if few else number, len(blocks))
            owners += [block] * len(term.names)
        return np.array(owners, dtype=np.int32)

    def matrix(self, known: Snapshot) -> Floats:
        """deals × (1 + columns), the first column ones."""
        return np.hstack([np.ones((len(known), 1)), *(term.columns(known) for term in self.terms)])


def encoding(known: Snapshot) -> Encoding:
    """The columns that the training deals support."""
    terms: list[Term] = []
    for fact, codes in known.facts.items():
        terms += _fact_term(fact, codes, known.levels[fact])
    for number, values in known.numbers.items():
        terms += _number_term(number, values)
    for group, flags in known.flags.items():
        names = tuple(n for n, flag in flags.items() if FEWEST <= np.count_nonzero(flag) <= len(flag) - FEWEST)
        if names:
            terms.append(FlagTerm(group, names))
    return Encoding(tuple(terms))


def _fact_term(fact: str, codes: Ints, levels: Sequence[str]) -> list[Term]:
    counts = np.bincount(codes + 1, minlength=len(levels) + 1)
    common = np.sort(np.argsort(-counts, kind="stable")[:MOST_LEVELS])
    kept = tuple(int(place) - 1 for place in common if counts[place] >= FEWEST)
    if not kept or counts.max() > len(codes) - FEWEST:
        return []
    return [FactTerm(fact, kept, tuple("unknown" if code < 0 else levels[code] for code in kept))]


def _number_term(number: str, values: Floats) -> list[Term]:
    found = values[~np.isnan(values)]
    spread = float(np.std(found)) if len(found) >= FEWEST else 0.0
    if spread < 1e-9:
        return []
    mean = float(np.mean(found))
    knots = tuple(sorted({float((q - mean) / spread) for q in np.quantile(found, _KNOTS)}))
    return [NumberTerm(number, mean, spread, knots, (number,) * (len(knots) + 2))]
