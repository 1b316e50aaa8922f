"""Whether a deal that has been open for long is still as likely to be won as it was at its start."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.deal_facts import SEGMENT
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effect import ENOUGH_OWNERS, FEWEST, standard_error
from afteraction.analysis.features import starts
from afteraction.errors import NotEnoughData

QUANTILES: Final = (0.5, 0.75, 0.9)
"""The ages looked at: those by which this share of the ended deals had ended."""
FORGOTTEN: Final = 0.1
"""At most this share of the deals open at an age may be open for longer than any deal took that ended: of those the
record cannot say how they end, and weights for deals not yet over say nothing of them either."""
LONG: Final = 0.75
"""A deal is long that outlives this share of them."""


@dataclass(frozen=True)
class WinningLater:
    """The chance of winning of deals still open at an age, less the same kinds of deals' at their start.

    All are probabilities, `difference` with its 95 % interval. `naive` is what the closed deals seem to say: the win
    rate of those that took longer than `age_days`, less that of those that did not. `n` deals were open at that age,
    which `quantile` of the ended deals did not outlive.
    """

    quantile: float
    age_days: float
    n: int
    at_start: float
    at_age: float
    difference: float
    low: float
    high: float
    naive: float


def winning_later(frame: DealFrame) -> tuple[WinningLater, ...] | NotEnoughData:
    """The difference at each of QUANTILES of the age at which deals end.

    Deals of one segment are compared with deals of the same segment, so that a segment in which everything takes
    longer does not pass for slowness. Open deals are weighted for as in `ended_weights`, at the start and at the age.
    """
    end = np.where(frame.open, frame.end, frame.closed)
    start = starts(frame)
    rows = np.flatnonzero(end > start)
    life, ended, won = (end - start)[rows], ~frame.open[rows], frame.won[rows]
    if min(np.count_nonzero(ended & won), np.count_nonzero(ended & ~won)) < FEWEST:
        return NotEnoughData("too few ended deals with both dates", f"{FEWEST} won and {FEWEST} other ones")
    stratum = frame.categories[SEGMENT].codes[rows] + 1 if SEGMENT in frame.categories else np.zeros(len(rows), int)
    ages = [(quantile, float(np.ceil(np.quantile(life[ended], quantile)))) for quantile in QUANTILES]
    followed = _Followed(life, (frame.end - start)[rows], ended, won, stratum, frame.owner.codes[rows])
    known = [(quantile, age) for quantile, age in ages if not _is_forgotten(followed, age)]
    if not known:
        beyond = np.count_nonzero(_beyond(followed))
        return NotEnoughData(
            f"{beyond:,} deals have been open for longer than any deal that ended took, and nobody knows how they end",
            "an end for the deals that are over",
        )
    found = tuple(each for quantile, age in known if (each := _at_age(followed, quantile, age)) is not None)
    return found or NotEnoughData("too few deals live long enough", f"{FEWEST} ended deals that were open at an age")


@dataclass(frozen=True)
class _Followed:
    life: Floats
    follow_up: Floats
    ended: Flags
    won: Flags
    stratum: Ints
    owner: Ints


def _beyond(deals: _Followed) -> Flags:
    """Deals that are open for longer than any took that ended."""
    return ~deals.ended & (deals.life > np.max(deals.life[deals.ended]))


def _is_forgotten(deals: _Followed, age: float) -> bool:
    open_then = (deals.life > age) & (deals.follow_up >= age)
    return bool(np.count_nonzero(_beyond(deals) & open_then) > FORGOTTEN * np.count_nonzero(open_then))


def _at_age(deals: _Followed, quantile: float, age: float) -> WinningLater | None:
    """Both sides are weighted means over the same deals, so their difference is one mean of contributions."""
    open_then = (deals.life > age) & (deals.follow_up >= age)
    known = open_then & deals.ended
    if np.count_nonzero(known) < FEWEST:
        return None
    # Segments with too few old deals are taken together.
    counts = np.bincount(deals.stratum[known], minlength=int(deals.stratum.max()) + 1)
    strata = np.where(counts[deals.stratum] < FEWEST, -1, deals.stratum)
    at_start, at_age, influence = 0.0, 0.0, np.zeros(len(deals.life))
    for stratum in np.unique(strata[open_then]):
        here = strata == stratum
        before, of_before = _mean_won(deals, here, 0.0)
        after, of_after = _mean_won(deals, here & open_then, age)
        share = np.count_nonzero(here & open_then) / np.count_nonzero(open_then)
        at_start, at_age = at_start + share * before, at_age + share * after
        influence += share * (of_after - of_before)
    owners = len(np.unique(deals.owner[deals.owner >= 0]))
    clustered = owners >= ENOUGH_OWNERS
    error = standard_error(influence, deals.owner if clustered else None)
    degrees = min(np.count_nonzero(known), owners if clustered else np.inf) - 1
    half = float(scipy.stats.t.ppf(0.975, degrees)) * error
    difference = at_age - at_start
    short = deals.ended & ~open_then
    return WinningLater(
        quantile,
        age,
        int(np.count_nonzero(open_then)),
        float(at_start),
        float(at_age),
        float(difference),
        float(difference - half),
        float(difference + half),
        float(np.mean(deals.won[known]) - np.mean(deals.won[short])) if short.any() else 0.0,
    )


def _mean_won(deals: _Followed, chosen: Flags, age: float) -> tuple[float, Floats]:
    """The chance of winning of some deals from an age on, and every deal's contribution to it (mean 0 over all)."""
    ended = deals.ended[chosen]
    weight = ended_weights(deals.life[chosen] - age, deals.follow_up[chosen] - age, ended)
    total = float(np.sum(weight))
    won = float(np.sum(weight * deals.won[chosen])) / total if total else 0.0
    influence = np.zeros(len(deals.life))
    if total:
        influence[chosen] = weight * (deals.won[chosen] - won) / total * len(influence)
    return won, influence
