"""The deals that are compared, and the models of who did it and who won that a fair comparison of them takes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.logistic import Sample, coefficients, cross_fit

FOLDS = 5
REPEATS = 3
"""Cross-fittings that are averaged: an answer hangs less on how deals fell into folds (Chernozhukov et al. 2018)."""
SETTLED = 20_000
"""From so many deals on the folds sway little beside the interval: one cross-fitting does."""
RELEVANT = 1.0
"""A column whose coefficient in a model of winning is not this many standard errors from 0 is not adjusted for."""
NEARLY = 0.9
"""A correlation with the thing itself above which a column is always adjusted for."""
_VARIES = 1e-9
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


def adjusted(comparison: Comparison, rng: np.random.Generator) -> Nuisance:
    """The models of what is relevant, averaged over several cross-fittings; `rng` draws the folds."""
    chosen = relevant(comparison)
    return averaged([cross_fitted(chosen, rng) for _ in range(REPEATS if len(chosen) < SETTLED else 1)])


def averaged(several: Sequence[Nuisance]) -> Nuisance:
    """The mean of what several cross-fittings say of each deal. None of their models had seen it."""
    return Nuisance(
        np.mean([each.propensity for each in several], axis=0),
        np.mean([each.won_if_did for each in several], axis=0),
        np.mean([each.won_if_not for each in several], axis=0),
    )


def relevant(comparison: Comparison) -> Comparison:
    """The same deals, with those columns alone that predict winning beside the thing itself and the owner.

    What sways only who does it need not be adjusted for, and costs precision where it is (Brookhart et al. 2006; the
    choice by the model of the outcome follows Shortreed & Ertefaie 2017). Columns go one after the other, the least
    worth first, each judged without those gone before: of several that say the same one stays. A column that is nearly
    the thing itself always stays, for nobody could be compared then, and that has to be seen.
    """
    groups, group = np.unique(comparison.owner, return_inverse=True)
    order = np.argsort(group, kind="stable").astype(np.int32)
    z = _behind(np.column_stack([np.ones(len(comparison)), comparison.did]), comparison.x, order)
    nothing = np.zeros(len(order), dtype=np.int32)
    won, weight = comparison.won[order].astype(float), comparison.weight[order]
    sample = Sample(z, won, weight, nothing, group[order].astype(np.int32), 1, len(groups))
    # As standardised columns under a ridge of 1, so that rare ones are not shrunk to nothing by their scale.
    variance = np.var(comparison.x, axis=0)
    varies, nearly = variance > _VARIES, _nearly(comparison)
    beta, covariance = coefficients(sample, np.concatenate([[0.0, 1.0], np.where(varies, variance, 1.0)]))
    left = worth_keeping(beta[2:], covariance[2:, 2:], varies & ~nearly) | nearly
    return replace(comparison, x=comparison.x[:, left])


def worth_keeping(beta: Floats, covariance: Floats, asked: Flags) -> Flags:
    """Backward elimination by Wald's z from one fit: of the columns `asked` about, those that are worth keeping (q).

    A column that goes is held at 0 in the quadratic approximation of the likelihood at its maximum, which changes the
    others and their covariance as a fit without it would. The others of the q stay in the model.
    """
    beta, covariance, kept = beta.copy(), covariance.copy(), asked.copy()
    while kept.any():
        places = np.flatnonzero(kept)
        size = np.abs(beta[places]) / np.sqrt(covariance[places, places])
        least = places[np.argmin(size)]
        if size.min() > RELEVANT:
            break
        kept[least] = False
        shared = covariance[:, least] / covariance[least, least]
        beta = beta - shared * beta[least]
        covariance = covariance - np.outer(shared, covariance[least])
    return kept


def _nearly(comparison: Comparison) -> Flags:
    """Columns that are the thing itself but for a few deals, by their correlation (q)."""
    did, x = comparison.did - np.mean(comparison.did), comparison.x
    spread = np.sqrt(np.var(x, axis=0) * np.var(comparison.did))
    with_it = did @ x / len(did)
    return np.asarray(np.abs(with_it) > NEARLY * np.maximum(spread, _VARIES))


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
