"""What the kind of deal goes along with: each value of each fact that is known when a deal starts.

An attribute is nothing that anyone does: its effect says which deals are won more often, all else that is known being
equal, not what to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.deal_facts import SIZE
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effect import FEWEST
from afteraction.analysis.effects import Effect, Question, find_effects
from afteraction.analysis.exposure import Exposure
from afteraction.analysis.features import AMOUNT, starts
from afteraction.analysis.leaky_facts import leaky_facts
from afteraction.analysis.win_rates import KINDS
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

    Compared are all deals of which the fact is known, from their start on; the other facts are adjusted for.
    A fact with more than KINDS values, or a single one, is not asked about; one that is noted because of the outcome is
    refused, as it may well hide an effect.
    """
    asked = list(_asked(frame))
    found = find_effects(frame, [question for _name, _level, question in asked], rng)
    return tuple(
        AttributeEffect(name, level, **vars(effect))
        for (name, level, _question), effect in zip(asked, found, strict=True)
    )


def _asked(frame: DealFrame) -> Iterator[tuple[str, str, Question]]:
    start = starts(frame)
    unfit = {each.fact: each.reason for each in leaky_facts(frame)}
    for name, category in {**frame.categories, SIZE: frame.size}.items():
        known = category.codes >= 0
        counts = np.bincount(category.codes[known], minlength=len(category.levels))
        if not 2 <= np.count_nonzero(counts) <= KINDS:
            continue
        same = frozenset({name, AMOUNT} if name == SIZE else {name})
        reason = next((unfit[fact] for fact in same if fact in unfit), None)
        for code in np.sort(np.argsort(-counts, kind="stable")[:_LEVELS]):
            if counts[code] < FEWEST:
                continue
            exposure = Exposure(start, 0.0, category.codes == code, known, leave_out=same)
            refused = NotEnoughData(reason, "the fact as it was noted when the deal began") if reason else None
            yield name, category.levels[code], Question(refused or exposure, in_segments=False)
