"""Deals old enough that nearly all of their kind have ended.

Losses come sooner than wins. Of young deals mostly the losses are known, and whoever has only young ones would look
bad.
"""

from typing import Final

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.features import Snapshot
from afteraction.analysis.win_model import followed

SETTLED: Final = 0.9
"""The share of deals that have ended by the age from which on deals count."""


def settled_age(frame: DealFrame, known: Snapshot) -> float:
    """The days after the moment of a snapshot by which `SETTLED` of the deals had ended; 0 if none has."""
    weight = followed(frame, known.rows, known.at, frame.end)
    ended = weight > 0
    if not ended.any():
        return 0.0
    days = np.maximum(frame.closed[known.rows] - known.at, 0.0)
    return weighted_quantile(days[ended], weight[ended], SETTLED)


def weighted_quantile(values: Floats, weights: Floats, level: float) -> float:
    """The smallest value up to which lies that share of the weight."""
    order = np.argsort(values)
    place = np.cumsum(weights[order]) / np.sum(weights)
    return float(values[order][min(int(np.searchsorted(place, level)), len(values) - 1)])
