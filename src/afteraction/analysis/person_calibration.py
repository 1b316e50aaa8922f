"""Whether the chances that a person states before the outcome mean what they say.

Of deals to which they gave 70 %, seven in ten should be won. Each deal counts once, however often its chance was
stated: its statements share its weight. Deals without a decision count as not won.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy
from scipy.special import expit, logit

from afteraction.analysis.arrays import Flags, Floats, Places
from afteraction.analysis.calibration import Measured, accuracy
from afteraction.analysis.intervals import Rate, rate
from afteraction.errors import NotEnoughData

FEWEST_DEALS: Final = 10
"""Ended deals with a stated chance, below which nothing is said of a person."""
FEWEST_FOR_SCORES: Final = 20
"""Ended deals below which the size of errors is not told."""
FEWEST_FOR_SLOPE: Final = 50
"""The same for the slope, which asks for more."""
_OF_EACH_FOR_SCORES: Final = 3
"""Deals that were won, and that were not. Few, as to ask for more would set apart people by their luck."""
_OF_EACH_FOR_SLOPE: Final = 10
_SURE: Final = 0.01
"""Where logits are taken, stated chances below this or above one less this are moved to it: nobody is that sure."""
_BANDS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_FURTHEST: Final = 30.0


@dataclass(frozen=True)
class StatedBand:
    """Deals whose mean stated chance lies from `low` to below `high`: the mean of these, and how many were won."""

    low: float
    high: float
    stated: float
    won: Rate


@dataclass(frozen=True)
class Scores:
    """The Brier score (mean squared error, lower is better), and how much better it is than always the base rate.

    `skill` is 1 - score / score of always stating `base_rate`: 0 is no better than that, below 0 worse.
    """

    brier: Measured
    skill: Measured
    base_rate: float


@dataclass(frozen=True)
class Slope:
    """Cox's recalibration: `in_large` 0 and `slope` 1 are perfect; a slope below 1 means too extreme chances."""

    in_large: Measured
    slope: Measured


@dataclass(frozen=True)
class PersonCalibration:
    """The stated chances of one person, or team, beside what happened.

    `over_confidence` is the mean stated less the share won, in probability: above 0 more was promised than came. All
    intervals hold 95 %; deals are independent, statements on one deal are not.
    """

    statements: int
    deals: int
    won: Rate
    stated: float
    over_confidence: Measured
    scores: Scores | NotEnoughData
    slope: Slope | NotEnoughData
    bands: tuple[StatedBand, ...]


def person_calibration(
    stated: Floats, won: Flags, deal: Places, base_rate: float | None = None
) -> PersonCalibration | NotEnoughData:
    """The calibration of statements (n): chance from 0 to 1, whether the deal was won, and the number of the deal.

    `base_rate` is what someone who knows nothing of the deal would state, such as the organisation's win rate; without
    it these deals' own. Raises ValueError for chances outside 0 to 1.
    """
    if len(stated) and not bool(np.all((stated >= 0) & (stated <= 1))):
        raise ValueError("found chances outside 0 to 1, or none; expected probabilities")
    _deals, first, place = np.unique(deal, return_index=True, return_inverse=True)
    outcome = won[first].astype(np.float64)
    n, wins = len(outcome), int(outcome.sum())
    if n < FEWEST_DEALS:
        return NotEnoughData(f"only {n} deals with a stated chance have ended", f"at least {FEWEST_DEALS} such deals")
    weight = 1 / np.bincount(place)[place]

    def by_deal(value: Floats) -> Floats:
        return np.bincount(place, weight * value).astype(np.float64)

    chance = by_deal(stated)
    return PersonCalibration(
        statements=len(stated),
        deals=n,
        won=rate(wins, n),
        stated=float(chance.mean()),
        over_confidence=_over_confidence(chance, outcome),
        scores=_scores(by_deal((stated - outcome[place]) ** 2), outcome, base_rate),
        slope=_slope(stated, outcome, weight, place),
        bands=_bands(chance, outcome),
    )


def _over_confidence(chance: Floats, outcome: Floats) -> Measured:
    """Mean stated less won, with the wider of two intervals.

    Student's t over the deals' differences is right for any way of stating chances, but vanishes when all deals ended
    alike and got the same chance. The score interval (Rao 1948; Wilson's, should all chances be equal) never does.
    """
    apart = chance - outcome
    value = float(apart.mean())
    half = _half(apart - value)
    low, high = _score_limits(chance, outcome)
    return Measured(value, min(max(value - half, -1.0), low), max(min(value + half, 1.0), high))


def _score_limits(chance: Floats, outcome: Floats) -> tuple[float, float]:
    """The mean over-confidences, by a common shift of all logits, that the outcomes do not rule out."""
    score, z = logit(np.clip(chance, _SURE, 1 - _SURE)), float(scipy.stats.t.ppf(0.975, len(chance) - 1))

    def surprise(shift: float, sign: float) -> float:
        true = expit(score + shift)
        return float(np.sum(outcome - true) - sign * z * np.sqrt(np.sum(true * (1 - true))))

    limits = []
    for sign in (-1.0, 1.0):
        low, high = surprise(-_FURTHEST, sign), surprise(_FURTHEST, sign)
        shift = (
            scipy.optimize.brentq(surprise, -_FURTHEST, _FURTHEST, args=(sign,))
            if low > 0 > high
            else _FURTHEST * -sign
        )
        limits.append(float(np.mean(chance - expit(score + shift))))
    return min(limits), max(limits)


def _scores(error: Floats, outcome: Floats, base_rate: float | None) -> Scores | NotEnoughData:
    """Brier 1950, Mon. Weather Rev. 78:1; the skill as in Murphy 1973, J. Appl. Meteorol. 12:215; delta method."""
    if refused := _too_few(outcome, FEWEST_FOR_SCORES, _OF_EACH_FOR_SCORES):
        return refused
    brier = float(error.mean())
    base = float(outcome.mean()) if base_rate is None else base_rate
    # Where the base rate is these deals' own, it is where its score is least, so that its error adds nothing here.
    reference = (outcome - base) ** 2
    usual = float(reference.mean())
    influence = -(error - brier) / usual + brier * (reference - usual) / usual**2
    skill, half, half_skill = 1 - brier / usual, _half(error - brier), _half(influence)
    return Scores(
        Measured(brier, max(brier - half, 0.0), min(brier + half, 1.0)),
        Measured(skill, skill - half_skill, min(skill + half_skill, 1.0)),
        base,
    )


def _slope(stated: Floats, outcome: Floats, weight: Floats, deal: Places) -> Slope | NotEnoughData:
    """`stated` and `weight` are those of the statements, `deal` their places in `outcome`."""
    if refused := _too_few(outcome, FEWEST_FOR_SLOPE, _OF_EACH_FOR_SLOPE):
        return refused
    kept = np.clip(stated, _SURE, 1 - _SURE)
    if float(np.ptp(kept)) == 0:
        return NotEnoughData(
            f"every deal was given the same chance, {kept[0]:.0%}", "chances that differ between deals"
        )
    found = accuracy(kept, outcome[deal] > 0, weight, deal)
    return Slope(found.intercept, found.slope)


def _too_few(outcome: Floats, deals: int, of_each: int) -> NotEnoughData | None:
    won, n = int(outcome.sum()), len(outcome)
    if n >= deals and min(won, n - won) >= of_each:
        return None
    return NotEnoughData(
        f"{n} deals have ended, of which {won} were won",
        f"at least {deals} deals, of them {of_each} that were won and {of_each} that were not",
    )


def _bands(chance: Floats, outcome: Floats) -> tuple[StatedBand, ...]:
    band = np.minimum(np.searchsorted(_BANDS, chance, side="right"), len(_BANDS) - 1)
    return tuple(
        StatedBand(
            _BANDS[number - 1],
            _BANDS[number],
            float(chance[band == number].mean()),
            rate(int(outcome[band == number].sum()), int(np.sum(band == number))),
        )
        for number in range(1, len(_BANDS))
        if (band == number).any()
    )


def _half(influence: Floats) -> float:
    """Half a 95 % interval of a mean, from what each independent deal contributes."""
    n = len(influence)
    return float(scipy.stats.t.ppf(0.975, n - 1) * np.sqrt(np.sum(influence**2) / (n - 1) / n))
