"""What the kind of deal goes along with: each value of each fact that is known when a deal starts.

An attribute is nothing that anyone does: its effect says which deals are won more often, all else that is known being
equal, not what to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags
from afteraction.analysis.covariates import AMOUNT
from afteraction.analysis.deal_facts import SIZE
from afteraction.analysis.deal_frame import Category, DealFrame
from afteraction.analysis.effect import FEWEST
from afteraction.analysis.effects import Effect, Question, find_effects
from afteraction.analysis.exposure import Exposure
from afteraction.analysis.intervals import rate_if_any
from afteraction.analysis.win_rates import KINDS, LEAK
from afteraction.errors import NotEnoughData

_LEVELS: Final = 10
"""The most values of one fact that are judged, the most common ones."""


@dataclass(frozen=True)
class _OfAttribute:
    attribute: str
    level: str


@dataclass(frozen=True)
class AttributeEffect(Effect, _OfAttribute):
    """What goes along with one value (`level`) of one fact, against all its other values, from the deal's start on."""


def attribute_effects(frame: DealFrame, rng: np.random.Generator) -> tuple[AttributeEffect, ...]:
    """The effect of each value of each fact; false discoveries are limited over all of them.

    Compared are all deals of which the fact is known, from their creation on; the other facts are adjusted for.
    A fact with more than KINDS values, or a single one, is not asked about.
    """
    asked = list(_asked(frame))
    found = find_effects(frame, [question for _name, _level, question in asked], rng)
    return tuple(
        AttributeEffect(name, level, **vars(effect))
        for (name, level, _question), effect in zip(asked, found, strict=True)
    )


def _asked(frame: DealFrame) -> Iterator[tuple[str, str, Question]]:
    for name, category in {**frame.categories, SIZE: frame.size}.items():
        known = category.codes >= 0
        counts = np.bincount(category.codes[known], minlength=len(category.levels))
        if not 2 <= np.count_nonzero(counts) <= KINDS:
            continue
        leak = _noted_because_of_the_outcome(frame, known)
        for code in np.sort(np.argsort(-counts, kind="stable")[:_LEVELS]):
            if counts[code] >= FEWEST:
                yield name, category.levels[code], _question(frame, name, category, int(code), known, leak)


def _question(
    frame: DealFrame, name: str, category: Category, code: int, known: Flags, leak: NotEnoughData | None
) -> Question:
    same = frozenset({name, AMOUNT} if name == SIZE else {name})
    exposure = Exposure(frame.created, 0.0, category.codes == code, known, leave_out=same)
    return Question(leak or exposure, follows=leak is not None, in_segments=False)


def _noted_because_of_the_outcome(frame: DealFrame, known: Flags) -> NotEnoughData | None:
    """A fact that is on record for won deals much more or less often than for the others says nothing about it."""
    ended = ~frame.open
    won = rate_if_any(int(np.sum(known & frame.won)), int(np.sum(frame.won)))
    other = rate_if_any(int(np.sum(known & ended & ~frame.won)), int(np.sum(ended & ~frame.won)))
    if won is None or other is None or abs(won.value - other.value) <= LEAK:
        return None
    return NotEnoughData(
        f"it is on record for {won.value:.0%} of the won deals and {other.value:.0%} of the others, so it was noted "
        "because of how the deal ended",
        "the fact noted when the deal is created",
    )
