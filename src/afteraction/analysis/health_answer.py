"""What the answer to a health question is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

import ibis

from afteraction.analysis.adherence import Adherence
from afteraction.analysis.discovery import Discovered
from afteraction.analysis.event_log import EventLog
from afteraction.analysis.intervals import Difference, Rate
from afteraction.analysis.quality_words import COLUMNS
from afteraction.analysis.spread import Mean, Spread
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.summary import DataSummary
from afteraction.analysis.variants import Variants
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

MOSTLY: Final = 0.8
"""Four in five: from here on something is done as a rule, and not doing it is the exception that one asks about."""
HALF: Final = 0.5
"""Below a half, not doing it is the rule."""
ALIKE: Final = 0.1
"""Groups whose true means typically lie within 10 points of each other do the same thing; a manager would not notice
the difference from deal to deal."""
ENOUGH_DEALS: Final = 10
"""Judged deals below which a rep is not spoken of."""


class Reply(StrEnum):
    """The answer in one word."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    CANNOT_TELL = "cannot_tell"


Unit = Literal["share", "points", "count", "spread"]


@dataclass(frozen=True)
class Figure:
    """One figure behind an answer, with its 95 % interval where it is an estimate, and the number it rests on.

    `share` is between 0 and 1; `points` is a difference of shares and `spread` a standard deviation of them, both
    where 0.1 means 10 points; `count` is a number of things.
    """

    meaning: str
    value: float
    unit: Unit
    n: int | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class HealthAnswer:
    """The answer to one health question.

    `figures` are by their stable names. `would_change` says what would make the answer another one; `missing` which
    columns are missing from the record that would make it surer, and what each costs.
    """

    question: str
    answer: Reply
    sentence: str
    figures: Mapping[str, Figure]
    would_change: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """All that the five questions are answered from.

    `process` is what deals were held against: the one on paper, or with `on_paper` false the one that was found in
    the same record. `states` is the table of `adherence.step_states`, `fitness` the mean share of rules that a deal
    keeps. Everything about a process is None where there is none.
    """

    tables: Mapping[str, ibis.Table]
    log: EventLog
    summary: DataSummary
    discovered: Discovered | NotEnoughData
    variants: Variants | NotEnoughData
    process: Process | None = None
    on_paper: bool = False
    adherence: Adherence | None = None
    states: ibis.Table | None = None
    fitness: float | None = None
    effects: Sequence[StepEffect] = field(default=())

    def missing(self, question: int) -> tuple[str, ...]:
        """What the record lacks for one of the questions (1 to 5)."""
        return tuple(
            f"{table}.{column}: {costs}"
            for (table, column), (costs, questions) in COLUMNS.items()
            if question in questions and not self.summary.has(table, column)
        )


def count_figure(meaning: str, value: int, n: int | None = None) -> Figure:
    return Figure(meaning, value, "count", n)


def rate_figure(meaning: str, found: Rate) -> Figure:
    return Figure(meaning, found.value, "share", found.n, found.low, found.high)


def mean_figure(meaning: str, found: Mean) -> Figure:
    """A mean of shares: the interval of a share lies between 0 and 1."""
    return Figure(meaning, found.value, "share", found.n, max(found.low, 0.0), min(found.high, 1.0))


def points_figure(meaning: str, found: Mean | Difference, n: int | None = None) -> Figure:
    return Figure(meaning, found.value, "points", found.n if isinstance(found, Mean) else n, found.low, found.high)


def spread_figure(meaning: str, found: Spread) -> Figure:
    """`n` counts the groups."""
    return Figure(meaning, found.value, "spread", found.groups, found.low, found.high)


def percent(share: float) -> str:
    return f"{share:.0%}"


def points(difference: float) -> str:
    return f"{abs(difference) * 100:.0f} points"
