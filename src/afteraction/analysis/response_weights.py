"""Weights that let the buyers who answered speak for all who were invited.

If unhappy buyers answer less often, the answers are too kind. What the record knows of every invited deal predicts who
answers; a buyer who was unlikely to answer stands for more of those who did not. That removes the part of the bias that
the record can see, and no more (missing at random, given the record: Little & Rubin 2019, ch. 3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Places
from afteraction.analysis.intervals import Rate, rate
from afteraction.analysis.logistic import Sample, fit
from afteraction.analysis.weighted_share import WeightedShare, effective_n, weighted_share
from afteraction.errors import NotEnoughData

FEWEST_OF_EACH: Final = 20
"""Invited deals that answered, and that did not, below which nothing can be said about who answers."""
TRIM: Final = 5.0
"""No weight is larger than this many times the mean one (Potter 1990, Proc. Survey Res. Meth. ASA, 225)."""
RIDGE: Final = 1.0
_RARE: Final = 10
"""Deals below which a word of a fact is taken together with other rare ones."""
_CONVERGED: Final = 1e-7


@dataclass(frozen=True)
class Balance:
    """A fact among those who answered less that among all invited, in standard deviations, as is and weighted."""

    fact: str
    before: float
    after: float


@dataclass(frozen=True)
class ResponseWeights:
    """A weight for each invited deal (n), 0 for those without an answer; those above 0 have the mean 1.

    `propensity` (n) is the chance of answering. `largest` is the largest weight before `trimmed` ones were cut to TRIM
    times the mean. `effective` equally weighted answers would say as much as the `answered` ones.
    """

    weight: Floats
    propensity: Floats
    answered: int
    invited: int
    effective: float
    trimmed: int
    largest: float
    balance: tuple[Balance, ...]


@dataclass(frozen=True)
class Corrected:
    """A share of those who answered as it is, and weighted for those who did not; `moved` is weighted less plain."""

    plain: Rate
    weighted: WeightedShare
    moved: float


def response_weights(
    answered: Flags,
    words: Mapping[str, Sequence[str]],
    numbers: Mapping[str, Floats],
    sampling: Floats | None = None,
    ridge: float = RIDGE,
) -> ResponseWeights | NotEnoughData:
    """Weights from what the record knows of each invited deal (n): facts in words, and in numbers, NaN where unknown.

    `sampling` (n) are the weights of a draw of the deals that were invited at all; they multiply. The stabilised
    weight of an answer is the overall response rate over the deal's own (Robins, Hernán & Brumback 2000,
    Epidemiology 11:550; Särndal & Lundström 2005, ch. 6).
    """
    yes, n = int(answered.sum()), len(answered)
    if min(yes, n - yes) < FEWEST_OF_EACH:
        return NotEnoughData(
            f"{yes} of {n} invited deals answered",
            f"at least {FEWEST_OF_EACH} that did and {FEWEST_OF_EACH} that did not",
        )
    names, z = design(words, numbers, n)
    propensity = response_propensity(z, answered, ridge)
    drawn = np.ones(n) if sampling is None else sampling
    raw = np.where(answered, drawn * np.average(answered, weights=drawn) / propensity, 0.0)
    weight, trimmed, largest = _trimmed(raw, answered)
    return ResponseWeights(
        weight, propensity, yes, n, effective_n(weight), trimmed, largest, _balance(names, z, weight, answered, drawn)
    )


def corrected(yes: Flags, weights: ResponseWeights, cluster: Places | None = None) -> Corrected:
    """The share of answers with `yes`, as it is and weighted; `yes` and `cluster` have an entry per invited deal (n).

    The interval takes the weights as known, which makes it rather too wide than too narrow (Lunceford & Davidian 2004,
    Statist. Med. 23:2937, sec. 3.3).
    """
    gave = weights.weight > 0
    plain = rate(int(yes[gave].sum()), weights.answered)
    found = weighted_share(
        yes[gave].astype(np.float64), weights.weight[gave], None if cluster is None else cluster[gave]
    )
    return Corrected(plain, found, found.value - plain.value)


def response_propensity(z: Floats, answered: Flags, ridge: float = RIDGE) -> Floats:
    """The chance of answering by a logistic regression on z (n × q, first column ones), ridge on all but the first."""
    return 1 / (1 + np.exp(-z @ response_coefficients(z, answered, ridge)))


def response_coefficients(z: Floats, answered: Flags, ridge: float = RIDGE) -> Floats:
    """The coefficients (q) that maximise Σ log-likelihood - ridge / 2 Σ β²."""
    n = len(answered)
    none = np.zeros(n, dtype=np.int32)
    sample = Sample(z, answered.astype(np.float64), np.ones(n), none, none, 1, 1)
    return fit(sample, ridge, spread=1.0, enough=_CONVERGED).beta


def design(words: Mapping[str, Sequence[str]], numbers: Mapping[str, Floats], n: int) -> tuple[tuple[str, ...], Floats]:
    """What answering is predicted from, of n deals: names and a matrix (n × q), its first column ones.

    Numbers are in standard deviations from their mean, those unknown at the mean and marked so in a column of their
    own; of words each has a column, rare ones share one. Facts that are the same for all deals have none.
    """
    names, columns = ["all"], []
    for fact, values in numbers.items():
        unknown = np.isnan(values)
        if not unknown.all() and (spread := float(np.nanstd(values))) > 0:
            names.append(fact)
            columns.append(np.where(unknown, 0.0, (values - np.nanmean(values)) / spread))
        if unknown.any() and not unknown.all():
            names.append(f"{fact} unknown")
            columns.append(unknown.astype(np.float64))
    for fact, given in words.items():
        levels, code, count = np.unique(np.array(given, dtype=str), return_inverse=True, return_counts=True)
        rare = count < _RARE
        kept = [(str(levels[place]) or "unknown", code == place) for place in np.flatnonzero(~rare)]
        if rare.any():
            kept.append(("another", rare[code]))
        if len(kept) > 1:
            names += [f"{fact} {level}" for level, _flag in kept]
            columns += [flag.astype(np.float64) for _level, flag in kept]
    return tuple(names), np.column_stack([np.ones(n), *columns])


def _trimmed(raw: Floats, answered: Flags) -> tuple[Floats, int, float]:
    """The weights with mean 1 and none above TRIM, how many were cut, and the largest one before."""
    scaled = raw / np.mean(raw[answered])
    cut = np.minimum(scaled, TRIM)
    return cut / np.mean(cut[answered]), int(np.sum(scaled > TRIM)), float(scaled.max())


def _balance(names: Sequence[str], z: Floats, weight: Floats, answered: Flags, drawn: Floats) -> tuple[Balance, ...]:
    """How far those who answered are from all who were invited (Austin 2009, Statist. Med. 28:3083)."""
    target = np.average(z, axis=0, weights=drawn)
    spread = np.sqrt(np.average((z - target) ** 2, axis=0, weights=drawn))
    plain = (np.average(z, axis=0, weights=answered * drawn) - target)[1:] / spread[1:]
    weighted = (np.average(z, axis=0, weights=weight) - target)[1:] / spread[1:]
    return tuple(
        Balance(name, float(before), float(after))
        for name, before, after in zip(names[1:], plain, weighted, strict=True)
    )
