"""Weights for deals whose end is known, so that they also stand for those that are still open."""

import numpy as np

from afteraction.analysis.arrays import Flags, Floats

_SMALLEST = 0.05
"""No ended deal stands for more than 20: beyond that the weights' variance costs more than their bias."""


def ended_weights(time: Floats, follow_up: Floats, ended: Flags) -> Floats:
    """Inverse-probability-of-censoring weights (Robins & Rotnitzky 1992); 0 for a deal that is still open.

    `time` is when a deal ended (anything where it did not), `follow_up` how long it could be watched, both since the
    same start (n each). A deal that ended at t stands for 1 / G(t-) deals, with G the Kaplan-Meier estimate of being
    watched beyond t. Assumes that when a deal began says nothing about how long it lasts.
    """
    seen = np.where(ended, time, follow_up)
    order = np.lexsort((~ended, seen))  # of one instant, ends come before what is cut off
    at_risk = len(seen) - np.arange(len(seen))
    watched = np.concatenate([[1.0], np.cumprod(1 - ~ended[order] / at_risk)])
    before = np.searchsorted(seen[order], np.where(ended, time, 0.0), side="left")
    return np.where(ended, 1 / np.maximum(watched[before], _SMALLEST), 0.0)
