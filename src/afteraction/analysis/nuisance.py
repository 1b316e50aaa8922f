"""The deals that are compared, and the models of who did it and who won that a fair comparison of them takes."""

from dataclasses import dataclass, replace

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.logistic import Sample, cross_fit, z_scores

FOLDS = 5
RELEVANT = 1.0
"""A column whose coefficient in a model of winning is not this many standard errors from 0 is not adjusted for."""
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


def relevant(comparison: Comparison) -> Comparison:
    """The same deals, with those columns alone that predict winning beside the thing itself and the owner.

    What sways only who does it need not be adjusted for, and costs precision where it is (Brookhart et al. 2006; the
    choice by the model of the outcome follows Shortreed & Ertefaie 2017). Of a lenient bar little confounding slips
    through: what is dropped is worth less than a standard error (docs/statistics/effects.md).
    """
    groups, group = np.unique(comparison.owner, return_inverse=True)
    order = np.argsort(group, kind="stable").astype(np.int32)
    z = _behind(np.column_stack([np.ones(len(comparison)), comparison.did]), comparison.x, order)
    nothing = np.zeros(len(order), dtype=np.int32)
    won, weight = comparison.won[order].astype(float), comparison.weight[order]
    sample = Sample(z, won, weight, nothing, group[order].astype(np.int32), 1, len(groups))
    # As standardised columns under a ridge of 1, so that rare ones are not shrunk to nothing by their scale.
    variance = np.var(comparison.x, axis=0)
    ridge = np.concatenate([[0.0, 1.0], np.where(variance > 0, variance, 1.0)])
    return replace(comparison, x=comparison.x[:, np.abs(z_scores(sample, ridge)[2:]) > RELEVANT])


def cross_fitted(comparison: Comparison, rng: np.random.Generator) -> Nuisance:
    """Logistic models with a random intercept per owner; winning is modelled on each side, censored deals weighted."""
    n = len(comparison)
    fold = rng.permutation(n) % FOLDS
    order = np.lexsort((comparison.owner, fold)).astype(np.int32)
    owners, owner = np.unique(comparison.owner, return_inverse=True)
    did, won, weight = comparison.did[order], comparison.won[order], comparison.weight[order]
    z = _behind(np.ones((n, 1)), comparison.x, order)
    folds, groups = fold[order].astype(np.int32), owner[order].astype(np.int32)

    def probabilities(y: Flags, weights: Floats) -> Floats:
        sample = Sample(z, y.astype(float), weights, folds, groups, FOLDS, len(owners))
        found = np.empty(n)
        found[order] = cross_fit(sample)
        return found

    return Nuisance(probabilities(did, np.ones(n)), probabilities(won, weight * did), probabilities(won, weight * ~did))


def _behind(first: Floats, x: Floats, order: Ints) -> Floats:
    """The rows of both, side by side in that order, without a second copy of x on the way."""
    width = first.shape[1]
    z = np.empty((len(order), width + x.shape[1]))
    for begin in range(0, len(order), _BLOCK):
        rows = order[begin : begin + _BLOCK]
        z[begin : begin + len(rows), :width] = first[rows]
        z[begin : begin + len(rows), width:] = x[rows]
    return z
