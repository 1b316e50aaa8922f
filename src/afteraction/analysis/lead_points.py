"""The points score that marketing has today: criteria over what is known of a lead, each worth some points."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.lead_frame import LeadFrame


@dataclass(frozen=True)
class Criterion:
    """A fact and the values of it that bring points (may be negative); in words `name`."""

    name: str
    fact: str
    values: frozenset[str]
    points: float


Points = Sequence[Criterion]


def met(frame: LeadFrame, criterion: Criterion) -> Floats:
    """The points that a criterion brings each lead of a frame; a fact that the frame lacks brings none."""
    fact = frame.facts.get(criterion.fact)
    if fact is None:
        return np.zeros(len(frame))
    level = np.array([*(each in criterion.values for each in fact.levels), False])
    return np.where(level[fact.codes], criterion.points, 0.0)


def points(frame: LeadFrame, criteria: Points) -> Floats:
    """The points of each lead of a frame."""
    return np.sum([met(frame, each) for each in criteria], axis=0) if criteria else np.zeros(len(frame))
