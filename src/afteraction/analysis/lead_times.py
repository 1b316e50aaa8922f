"""How long it takes until something happens to a lead, leads that are too young for it to have shown weighted for."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.lead_frame import LeadFrame
from afteraction.analysis.settled import weighted_quantile

What = Literal["worked", "accepted", "returned", "deal", "won"]
FEWEST: Final = 10
_Z: Final = 1.959963984540054


@dataclass(frozen=True)
class TimeTo:
    """The median days until something happens to a lead, among those to whom it happens within `horizon` days.

    Each of the `n` stands for those that are too young for it to have shown yet; with the 95 % interval. `so_far` is
    the plain median of all to whom it has happened, too short while young leads have shown their quick ends alone.
    """

    what: What
    n: int
    median: float
    low: float
    high: float
    horizon: float
    so_far: float


def times_to(frame: LeadFrame, horizon: float) -> tuple[TimeTo, ...]:
    """The median time to each thing that happened to FEWEST leads or more."""
    days: dict[What, Floats] = {
        "worked": frame.worked,
        "accepted": frame.accepted,
        "returned": frame.returned,
        "deal": frame.converted,
        "won": frame.won,
    }
    found = (_time_to(what, each - frame.created, frame.follow_up, horizon) for what, each in days.items())
    return tuple(one for one in found if one is not None)


def _time_to(what: What, time: Floats, follow_up: Floats, horizon: float) -> TimeTo | None:
    """The weighted median, with the interval that turns that of a share at the median around (Woodruff 1952).

    An event at t stands for 1 / G(t-) leads (`censoring.ended_weights`); the number of leads that the weights are worth
    is Kish's (1965).
    """
    happened = ~np.isnan(time) & (time <= horizon)
    n = int(happened.sum())
    if n < FEWEST:
        return None
    weight = ended_weights(np.nan_to_num(time), follow_up, happened)[happened]
    effective = weight.sum() ** 2 / np.sum(weight**2)
    half = _Z * 0.5 / float(np.sqrt(effective))
    levels = (0.5, max(0.5 - half, 0.0), min(0.5 + half, 1.0))
    median, low, high = (weighted_quantile(time[happened], weight, level) for level in levels)
    return TimeTo(what, n, median, low, high, horizon, float(np.nanmedian(time)))
