"""The deals that are compared, and the models of who did it and who won that a fair comparison of them takes."""

from dataclasses import dataclass

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.logistic import Sample, cross_fit

FOLDS = 5
_BLOCK = 4096


@dataclass(frozen=True)
class Comparison:
    """n deals that were open at the landmark.

    `did` by then, or not; `won` in the end; `weight` as `ended_weights` gives it; `x` (n × q) what is adjusted for;
    `owner` (n) numbers owners from 0, -1 where none is known.
    """

    did: Flags
    won: Flags
    weight: Floats
    x: Floats
    owner: Ints

    def __len__(self) -> int:
        return len(self.did)


@dataclass(frozen=True)
class Nuisance:
    """For each deal, by models that have not seen it: the probability of doing it, and of winning with and without."""

    propensity: Floats
    won_if_did: Floats
    won_if_not: Floats


def cross_fitted(comparison: Comparison, rng: np.random.Generator) -> Nuisance:
    """Logistic models with a random intercept per owner; winning is modelled on each side, censored deals weighted."""
    n = len(comparison)
    fold = rng.permutation(n) % FOLDS
    order = np.lexsort((comparison.owner, fold)).astype(np.int32)
    owners, owner = np.unique(comparison.owner, return_inverse=True)
    did, won, weight = comparison.did[order], comparison.won[order], comparison.weight[order]
    z = _with_intercept(comparison.x, order)
    folds, groups = fold[order].astype(np.int32), owner[order].astype(np.int32)

    def probabilities(y: Flags, weights: Floats) -> Floats:
        sample = Sample(z, y.astype(float), weights, folds, groups, FOLDS, len(owners))
        found = np.empty(n)
        found[order] = cross_fit(sample)
        return found

    return Nuisance(probabilities(did, np.ones(n)), probabilities(won, weight * did), probabilities(won, weight * ~did))


def _with_intercept(x: Floats, order: Ints) -> Floats:
    """The rows of x in that order behind a column of ones, without a second copy of them on the way."""
    z = np.empty((len(order), 1 + x.shape[1]))
    z[:, 0] = 1.0
    for first in range(0, len(order), _BLOCK):
        rows = order[first : first + _BLOCK]
        z[first : first + len(rows), 1:] = x[rows]
    return z
