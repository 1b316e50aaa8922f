"""The effect of one thing on winning: doubly robust, cross-fitted, with censored deals and deals in clusters.

The estimand is the difference in the probability of being won between having done it by the landmark and not, among
deals that were open then, standardised over what was known of them (design of the study: Hernán & Robins 2020, ch. 13
and 17; the landmark removes immortal time: Anderson, Cain & Gelber 1983).
"""

from dataclasses import dataclass

import numpy as np

from afteraction.analysis.arrays import Floats, Ints
from afteraction.analysis.nuisance import Comparison, Nuisance, adjusted
from afteraction.errors import NotEnoughData

OVERLAP = 0.025
"""Where doing it is likelier than 1 - this or less likely than this, there is nobody to compare with."""
ENOUGH_OWNERS = 30
"""From here on intervals allow for deals of one owner being alike; with fewer clusters that estimate is unreliable."""
FEWEST = 25
"""Ended deals on each side, and won and not won ones together, below which nothing is said."""
SEPARATES = 0.9
"""A difference between the shares of won and of other deals that did it which no cause was seen to reach."""


@dataclass(frozen=True)
class Estimate:
    """An effect in probability, from -1 to 1, with what it rests on.

    `rate_did` and `rate_not` are the standardised probabilities of winning with and without; `naive` is the plain
    difference among ended deals. `compared` of `n` deals have somebody to be compared with; `effective` is how many
    equally weighted deals the smaller side is worth (Kish 1965). `degrees` of freedom has the standard error: those of
    the smaller side, or of the owners where it rests on them. `influence` is each compared deal's contribution, with
    mean 0, and `rows` says which deals of the comparison these are.
    """

    effect: float
    standard_error: float
    degrees: float
    rate_did: float
    rate_not: float
    naive: float
    n: int
    did: int
    compared: int
    owners: int
    clustered: bool
    effective: float
    influence: Floats
    rows: Ints


def estimate(comparison: Comparison, rng: np.random.Generator) -> Estimate | NotEnoughData:
    """The effect, adjusted for what is relevant, its models cross-fitted; `rng` draws the folds."""
    return too_little(comparison) or augmented(comparison, adjusted(comparison, rng))


def too_little(comparison: Comparison) -> NotEnoughData | None:
    """Why nothing can be said, or None: too few deals, or none that did it and yet ended otherwise."""
    ended, won = comparison.weight > 0, comparison.won
    counts = {
        "ended deals that did it": int(np.sum(ended & comparison.did)),
        "ended deals that did not": int(np.sum(ended & ~comparison.did)),
        "won deals": int(np.sum(ended & comparison.won)),
        "deals that ended without a win": int(np.sum(ended & ~comparison.won)),
    }
    short = {name: count for name, count in counts.items() if count < FEWEST}
    if not short:
        did_of_won, did_of_others = (float(np.mean(comparison.did[ended & these])) for these in (won, ~won))
        if abs(did_of_won - did_of_others) < SEPARATES:
            return None
        return NotEnoughData(
            f"{did_of_won:.0%} of won deals and {did_of_others:.0%} of the others had it at the landmark: it goes along"
            " with the outcome nearly without exception, as only what is noted because of it does",
            "deals that had it and were not won, and deals that did not have it and were",
        )
    reason = "only " + ", ".join(f"{count} {name}" for name, count in short.items()) + " at the landmark"
    return NotEnoughData(reason, f"at least {FEWEST} of each")


def augmented(comparison: Comparison, nuisance: Nuisance) -> Estimate | NotEnoughData:
    """Augmented inverse-probability weighting, the weights normalised within each side.

    Robins, Rotnitzky & Zhao (1994); cross-fitted as in Chernozhukov et al. (2018, sec. 5.1):
    ψ = m₁ - m₀ + d w (y - m₁) / π - (1 - d) w (y - m₀) / (1 - π).
    """
    kept = np.flatnonzero((nuisance.propensity > OVERLAP) & (nuisance.propensity < 1 - OVERLAP))
    did, weight, won = comparison.did[kept], comparison.weight[kept], comparison.won[kept].astype(float)
    propensity = nuisance.propensity[kept]
    weight_did, weight_not = did * weight / propensity, ~did * weight / (1 - propensity)
    effective = min(_effective(weight_did), _effective(weight_not))
    if effective < FEWEST:
        return NotEnoughData(
            f"the deals on one side are worth only {effective:.0f} once they stand for all {len(comparison)}",
            f"at least {FEWEST} ended deals on each side that might as well have been on the other",
        )
    rate_did, influence_did = _side(nuisance.won_if_did[kept], won, weight_did)
    rate_not, influence_not = _side(nuisance.won_if_not[kept], won, weight_not)
    influence = influence_did - influence_not
    owner = comparison.owner[kept]
    owners = len(np.unique(owner[owner >= 0]))
    clustered = owners >= ENOUGH_OWNERS
    alone = standard_error(influence, None)
    error = standard_error(influence, owner) if clustered else alone
    ended_did, ended_not = (comparison.weight > 0) & comparison.did, (comparison.weight > 0) & ~comparison.did
    return Estimate(
        effect=rate_did - rate_not,
        standard_error=error,
        degrees=(min(effective, owners) if error > alone else effective) - 1,
        rate_did=rate_did,
        rate_not=rate_not,
        naive=float(np.mean(comparison.won[ended_did]) - np.mean(comparison.won[ended_not])),
        n=len(comparison),
        did=int(np.sum(comparison.did)),
        compared=len(kept),
        owners=owners,
        clustered=clustered,
        effective=effective,
        influence=influence,
        rows=kept.astype(np.int32),
    )


def _effective(weight: Floats) -> float:
    total = float(np.sum(weight))
    return total**2 / float(np.sum(weight**2)) if total else 0.0


def _side(predicted: Floats, won: Floats, weight: Floats) -> tuple[float, Floats]:
    """The standardised rate of one side, and each deal's contribution to it."""
    residual = won - predicted
    correction = np.sum(weight * residual) / np.sum(weight)
    mean = float(np.mean(predicted))
    influence = predicted - mean + weight / np.mean(weight) * (residual - correction)
    return mean + float(correction), influence


def standard_error(influence: Floats, owner: Ints | None) -> float:
    """Of the mean of contributions that are independent between owners (Liang & Zeger 1986), or between deals.

    A deal whose owner is not known (-1) is on its own. Of the two the larger counts (Angrist & Pischke 2009, sec.
    8.2.3): models that know the owners leave sums by owner that are too small where an owner has few deals.
    """
    n = len(influence)
    alone = float(np.std(influence, ddof=1) / np.sqrt(n))
    if owner is None:
        return alone
    known = owner >= 0
    sums = np.bincount(owner[known], weights=influence[known])
    sums = np.concatenate([sums[np.bincount(owner[known]) > 0], influence[~known]])
    return max(alone, float(np.sqrt(np.sum(sums**2) * len(sums) / (len(sums) - 1)) / n))
