"""Partial pooling: how reps differ in the logit of winning, each leaning on its team and on all as far as it is thin.

Deal i of rep r in team t is won with logit  o_i + z_i'β + a_t + b_r,  with a_t ~ N(0, τ_team²), b_r ~ N(0, τ_rep²) and
β shrunk block by block. The likelihood is expanded around its mode (penalised quasi-likelihood; Breslow & Clayton
1993), after which a rep is a handful of sums and everything else costs reps, not deals. The two τ are not fixed at
their estimates: results are averaged over their posterior, flat in τ (Gelman 2006), so that intervals know that the
spread between people is itself uncertain, and do not vanish where it is estimated as nothing.
"""

from dataclasses import dataclass

import numpy as np
import scipy
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit, ndtr

from afteraction.analysis.arrays import Floats, Ints
from afteraction.analysis.shrinkage import FREE, fit

_STEPS = 8
_WIDEST = 2.0
"""The largest τ considered, in logits: one rep in three would win 7 times as often, in odds, as the average."""
_NOTHING = 1e-4
_NEGLIGIBLE = 1e-5
"""Pairs of τ with less than this share of the best one's posterior are left out."""


@dataclass(frozen=True)
class Pool:
    """n deals to learn from, sorted by rep. `team` is that of each of k reps; reps and teams are numbered from 0."""

    z: Floats
    block: Ints
    offset: Floats
    won: Floats
    rep: Ints
    team: Ints

    @property
    def reps(self) -> int:
        return len(self.team)

    @property
    def share(self) -> Floats:
        """Each rep's share of the deals."""
        return np.bincount(self.rep, minlength=self.reps) / len(self.rep)


@dataclass(frozen=True)
class Posterior:
    """What is known of k groups' differences from the average deal's rep, in logits: a mixture of m normals each.

    `weights` (m), `means` and `deviations` (m × k).
    """

    weights: Floats
    means: Floats
    deviations: Floats

    @property
    def mean(self) -> Floats:
        return np.asarray(self.weights @ self.means)

    def quantile(self, level: float) -> Floats:
        """The quantile of each group (k), by bisection."""
        low = np.min(self.means - 8 * self.deviations, axis=0)
        high = np.max(self.means + 8 * self.deviations, axis=0)
        for _step in range(50):
            middle = (low + high) / 2
            below = self.weights @ ndtr((middle - self.means) / self.deviations) < level
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray((low + high) / 2)


@dataclass(frozen=True)
class Pooled:
    """The result. `score` is each deal's logit with an average rep; `spreads` (m × 2) are the pairs (τ_rep, τ_team)
    with their posterior `weights` (m). `own` is what reps' own deals say without pooling: mean and deviation (k).
    `chance` is the p-value of all reps being equal."""

    score: Floats
    reps: Posterior
    teams: Posterior
    spreads: Floats
    weights: Floats
    own: tuple[Floats, Floats]
    chance: float


@dataclass(frozen=True)
class _Expanded:
    """The log-likelihood around its mode as a quadratic, by rep: its curvature in the rep's logit, in that and β, and
    in β; `target` and `beta_target` are curvature times mode. `within` is the curvature in β that reps leave."""

    rep: Floats
    cross: Floats
    target: Floats
    within: Floats
    within_target: Floats


@dataclass(frozen=True)
class _Given:
    """Everything for one pair of τ: log marginal likelihood, β with its Cholesky factor, and the reps' logits given β
    as mean + slope'β, with what is independent between them (`alone`) and what teams share (1 / `team_precision`)."""

    likelihood: float
    beta: Floats
    factor: tuple[Floats, bool]
    constant: Floats
    slope: Floats
    pull: Floats
    alone: Floats
    team_precision: Floats

    @property
    def logits(self) -> Floats:
        return np.asarray(self.constant - self.slope @ self.beta)


def pool(deals: Pool) -> Pooled:
    """Fit. The cost is that of a few regressions of n deals on the columns of z."""
    first = fit(deals.z, deals.won, np.ones(len(deals.won)), deals.block, deals.offset)
    precision = np.where(deals.block == FREE, 1e-6, 1 / np.append(first.variances, 1.0)[deals.block])
    beta, logits = first.beta, np.zeros(deals.reps)
    pairs = _pairs(np.linspace(0, _WIDEST, 9), _team_range(deals, np.linspace(0, _WIDEST, 5)))
    for _step in range(_STEPS):
        expanded = _expand(deals, beta, logits)
        pairs = _narrowed(deals, expanded, precision, pairs, (7, 5))
        best = max((_given(deals, expanded, precision, *pair) for pair in pairs), key=lambda g: g.likelihood)
        moved = max(np.max(np.abs(best.beta - beta)), np.max(np.abs(best.logits - logits)))
        beta, logits = best.beta, best.logits
        if moved < 3e-3:
            break
    expanded = _expand(deals, beta, logits)
    pairs = _narrowed(deals, expanded, precision, pairs, (19, 9))
    found = [_given(deals, expanded, precision, *pair) for pair in pairs]
    likelihoods = np.array([each.likelihood for each in found])
    weights = np.exp(likelihoods - likelihoods.max())
    kept = np.flatnonzero(weights > _NEGLIGIBLE)
    weights = weights[kept] / weights[kept].sum()
    found = [found[n] for n in kept]
    alone = np.arange(deals.reps, dtype=np.int32)
    free = _given(deals, expanded, precision, 10 * _WIDEST, _NOTHING)
    average = float(deals.share @ logits)
    return Pooled(
        score=deals.offset + deals.z @ beta + average,
        reps=_posterior(deals, found, weights, alone),
        teams=_posterior(deals, found, weights, deals.team),
        spreads=np.array(pairs)[kept],
        weights=weights,
        own=_contrasts(deals, free, alone),
        chance=_chance(
            likelihoods.max() - _given(deals, expanded, precision, _NOTHING, _NOTHING).likelihood, deals.team.max() > 0
        ),
    )


def _expand(deals: Pool, beta: Floats, logits: Floats) -> _Expanded:
    probability = expit(deals.offset + deals.z @ beta + logits[deals.rep])
    curvature, residual = probability * (1 - probability), deals.won - probability
    scaled = deals.z * curvature[:, None]
    starts = np.searchsorted(deals.rep, np.arange(deals.reps))
    present = np.diff(starts, append=len(deals.rep)) > 0
    cross = np.zeros((deals.reps, deals.z.shape[1]))
    cross[present] = np.add.reduceat(scaled, starts[present], axis=0)
    rep = np.asarray(np.bincount(deals.rep, curvature, deals.reps), dtype=np.float64)
    target = np.bincount(deals.rep, residual, deals.reps) + rep * logits + cross @ beta
    beta_target = deals.z.T @ residual + scaled.T @ (deals.z @ beta) + cross.T @ logits
    shares = np.divide(cross, rep[:, None], out=np.zeros_like(cross), where=present[:, None])
    return _Expanded(rep, cross, target, scaled.T @ deals.z - shares.T @ cross, beta_target - shares.T @ target)


def _given(deals: Pool, expanded: _Expanded, precision: Floats, rep_spread: float, team_spread: float) -> _Given:
    """Integrate the reps out, then the teams, then β: a linear mixed model (Searle et al. 1992, ch. 7)."""
    known = expanded.rep > 0
    curvature = np.where(known, expanded.rep, 1.0)
    weight = np.where(known, 1 / (1 / curvature + rep_spread**2), 0.0)
    mode = np.where(known, expanded.target / curvature, 0.0)
    columns = np.where(known[:, None], expanded.cross / curvature[:, None], 0.0)
    teams = int(deals.team.max()) + 1
    of_team = (deals.team[:, None] == np.arange(teams)).astype(np.float64)
    team_columns = of_team.T @ (weight[:, None] * columns)
    team_mode = of_team.T @ (weight * mode)
    team_precision = of_team.T @ weight + 1 / team_spread**2
    left = expanded.within + (columns.T * weight) @ columns - (team_columns.T / team_precision) @ team_columns
    right = expanded.within_target + columns.T @ (weight * mode) - team_columns.T @ (team_mode / team_precision)
    factor = cho_factor(left + np.diag(precision))
    beta = cho_solve(factor, right)
    likelihood = (
        np.sum(np.log(weight[known]))
        - np.sum(np.log(team_precision * team_spread**2))
        - 2 * np.sum(np.log(np.diag(factor[0])))
        - (weight @ mode**2 - np.sum(team_mode**2 / team_precision) - right @ beta)
    ) / 2
    pull = rep_spread**2 * weight  # how far a rep's own deals pull it away from its team
    return _Given(
        likelihood=float(likelihood),
        beta=beta,
        factor=factor,
        constant=(1 - pull) * (team_mode / team_precision)[deals.team] + pull * mode,
        slope=(1 - pull)[:, None] * (team_columns / team_precision[:, None])[deals.team] + pull[:, None] * columns,
        pull=pull,
        alone=rep_spread**2 * (1 - pull),
        team_precision=team_precision,
    )


def _contrasts(deals: Pool, given: _Given, group: Ints) -> tuple[Floats, Floats]:
    """Mean and deviation of each group's logit, averaged over its deals, less that of the average deal.

    Groups are reps or teams. What all share, as the intercept, cancels.
    """
    share, groups, teams = deals.share, int(group.max()) + 1, len(given.team_precision)
    total = np.bincount(group, share, groups)
    within = share / np.where(total > 0, total, 1.0)[group]
    within = np.where(total[group] > 0, within, 1 / np.bincount(group, minlength=groups)[group])
    team = np.zeros(groups, dtype=np.int64)
    team[group] = deals.team
    logits = given.logits
    mean = np.bincount(group, within * logits, groups) - share @ logits
    slope = np.zeros((groups, given.slope.shape[1]))
    np.add.at(slope, group, within[:, None] * given.slope)
    slope -= share @ given.slope
    own = np.bincount(group, within * (1 - given.pull), groups)
    all_teams = np.bincount(deals.team, share * (1 - given.pull), teams)
    variance = (
        np.bincount(group, within * (within - 2 * share) * given.alone, groups)
        + share**2 @ given.alone
        + (own**2 - 2 * own * all_teams[team]) / given.team_precision[team]
        + np.sum(all_teams**2 / given.team_precision)
        + np.einsum("kq,qk->k", slope, cho_solve(given.factor, slope.T))
    )
    return mean, np.sqrt(np.maximum(variance, 1e-12))


def _posterior(deals: Pool, found: list[_Given], weights: Floats, group: Ints) -> Posterior:
    pairs = [_contrasts(deals, given, group) for given in found]
    return Posterior(weights, np.array([mean for mean, _deviation in pairs]), np.array([d for _mean, d in pairs]))


def _team_range(deals: Pool, spreads: Floats) -> Floats:
    """Without teams there is no spread between them to look for; one team is as none."""
    return spreads if deals.team.max() > 0 else np.zeros(1)


def _pairs(rep: Floats, team: Floats) -> list[tuple[float, float]]:
    return [(max(float(r), _NOTHING), max(float(t), _NOTHING)) for r in rep for t in team]


def _chance(gain: float, with_teams: bool) -> float:
    """The p-value of a gain in log-likelihood by one or two variances, which cannot be negative (Self & Liang 1987)."""
    statistic = 2 * max(float(gain), 0.0)
    if statistic == 0:
        return 1.0
    one, two = float(scipy.stats.chi2.sf(statistic, 1)), float(scipy.stats.chi2.sf(statistic, 2))
    return one / 2 + two / 4 if with_teams else one / 2


def _narrowed(
    deals: Pool, expanded: _Expanded, precision: Floats, pairs: list[tuple[float, float]], points: tuple[int, int]
) -> list[tuple[float, float]]:
    """A grid of so many points over the part of another grid that holds nearly all of the posterior, and its rim."""
    likelihoods = np.array([_given(deals, expanded, precision, *pair).likelihood for pair in pairs])
    kept = np.array(pairs)[likelihoods > likelihoods.max() - 8]
    axes = []
    for axis, number in enumerate(points):
        values = np.unique(np.array(pairs)[:, axis])
        step = float(np.max(np.diff(values))) if len(values) > 1 else 0.0
        low, high = max(float(kept[:, axis].min()) - step, 0.0), float(kept[:, axis].max()) + step
        axes.append(np.linspace(low, high, number) if step else values)
    return _pairs(axes[0], axes[1])
