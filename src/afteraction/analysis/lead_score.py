"""The chance that a lead becomes revenue within a horizon: calibrated, tested on later leads, with its reasons.

Trained on past leads as they stood at some ages (nothing that became known later is used); young leads are censored and
weighted for, not counted as failures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import ibis
import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.calibration import Accuracy, Measured
from afteraction.analysis.explanation import Factor
from afteraction.analysis.lead_frame import LeadFrame
from afteraction.analysis.lead_points import Points
from afteraction.analysis.leaky_facts import LeftOut
from afteraction.analysis.win_model import WinModel
from afteraction.errors import NotEnoughData

HORIZON: Final = 90.0


@dataclass(frozen=True)
class PointsAccuracy:
    """The points score of marketing on the same leads: what its points meant in training, tested on the later ones.

    `gain`: by how much the chance's Brier score is lower than that of the points (paired, with interval).
    """

    accuracy: Accuracy
    gain: Measured


@dataclass(frozen=True)
class LeadScore:
    """A trained score: the chance to be won within `horizon` days of scoring.

    `accuracy` is on the `n_test` leads that came in after the `split`, by a model of the `n_train` before; `points`
    beside it where given. `model` was trained on everything and is what `score` uses. `left_out` are facts not used.
    """

    horizon: float
    split: date
    n_train: int
    n_test: int
    base_rate: float
    accuracy: Accuracy
    points: PointsAccuracy | None
    model: WinModel
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Scored:
    """A lead's chance to be won within the horizon, and why: `factors` add up to `probability` less `average`.

    `words` says it in a sentence. `parts` are the same on the scale of log-odds: a start and one number for each thing
    that is known; their sum is the `total`, the log-odds of `probability`.
    """

    lead_id: str
    probability: float
    average: float
    factors: tuple[Factor, ...]
    words: str
    parts: Mapping[str, float]
    total: float


def fit(
    frame: LeadFrame,
    tables: Mapping[str, ibis.Table] | None = None,
    horizon: float = HORIZON,
    points: Points | None = None,
) -> LeadScore | NotEnoughData:
    """Train and test the score. `tables` bring what leads did until scoring (lead_touches); None without them."""
    raise NotImplementedError


def score(
    fitted: LeadScore,
    frame: LeadFrame,
    tables: Mapping[str, ibis.Table] | None = None,
    rows: Sequence[int] | None = None,
) -> list[Scored]:
    """Score leads of a frame as they stand at its end; `rows` are places in it, by default all that are still open."""
    raise NotImplementedError


def chances(fitted: LeadScore, frame: LeadFrame, tables: Mapping[str, ibis.Table] | None = None) -> Floats:
    """The chance of every lead that is still open at the end of a frame; NaN of the others."""
    return np.full(len(frame), np.nan)
