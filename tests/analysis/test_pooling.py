"""Partial pooling on organisations whose reps are known."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm
from threadpoolctl import threadpool_limits

from afteraction.analysis.arrays import Floats
from afteraction.analysis.pooling import Pool, Pooled, Posterior, pool


@dataclass(frozen=True)
class Known:
    """The deals of reps, and what these truly add, in logits."""

    deals: Pool
    skill: Floats

    def fit(self) -> Pooled:
        with threadpool_limits(1):
            return pool(self.deals)

    @property
    def contrasts(self) -> Floats:
        """What each rep adds beyond the average deal's rep."""
        return self.skill - self.deals.share @ self.skill


def organisation(
    seed: int, deals: int = 60, reps: int = 24, teams: int = 4, rep: float = 0.4, team: float = 0.2
) -> Known:
    """Reps with about so many deals each; `rep` and `team` are the spreads between them, in logits."""
    rng = np.random.default_rng(seed)
    team_of = (np.arange(reps) % teams).astype(np.int32)
    skill = rng.normal(0, rep, reps) + rng.normal(0, team, teams)[team_of]
    rep_of = np.repeat(np.arange(reps, dtype=np.int32), rng.poisson(deals, reps) + 1)
    offset = rng.normal(-0.8, 0.7, len(rep_of))
    won = (rng.random(len(rep_of)) < expit(offset + skill[rep_of])).astype(float)
    ones = np.ones((len(rep_of), 1))
    return Known(Pool(ones, np.array([-1], dtype=np.int32), offset, won, rep_of, team_of), skill)


def test_intervals_hold_what_reps_truly_add():
    held = []
    for seed in range(25):
        known = organisation(seed)
        reps = known.fit().reps
        held += [(reps.quantile(0.025) <= known.contrasts) & (known.contrasts <= reps.quantile(0.975))]
    assert 0.92 <= np.mean(held) <= 0.98


def test_estimates_are_closer_to_the_truth_than_reps_own_deals_are():
    ours, own = [], []
    for seed in range(8):
        known = organisation(seed, deals=25)
        found = known.fit()
        ours.append(np.mean((found.reps.mean - known.contrasts) ** 2))
        own.append(np.mean((found.own[0] - known.contrasts) ** 2))
    assert np.mean(ours) < 0.6 * np.mean(own)


def test_that_all_reps_are_equal_is_seldom_denied_where_they_are():
    denied = [organisation(seed, rep=0, team=0).fit().chance <= 0.05 for seed in range(40)]
    assert np.mean(denied) <= 0.1


def test_that_all_reps_are_equal_is_denied_where_they_clearly_are_not():
    assert all(organisation(seed, deals=150, rep=0.6).fit().chance < 0.001 for seed in range(3))


def test_the_fewer_deals_a_rep_has_the_more_the_rep_leans_on_the_others():
    known = organisation(3, deals=100, teams=1, rep=0.5, team=0)
    few = known.deals.rep != 0
    few |= np.cumsum(~few) <= 6  # the first rep keeps six deals
    parts = {name: getattr(known.deals, name)[few] for name in ("z", "offset", "won", "rep")}
    thin = Known(Pool(**parts, block=known.deals.block, team=known.deals.team), known.skill).fit()
    full = known.fit()

    def shrunk(found: Pooled) -> Floats:
        return np.abs(found.reps.mean / found.own[0])

    assert shrunk(thin)[0] < 0.5 * np.median(shrunk(full))
    assert thin.reps.quantile(0.975)[0] - thin.reps.quantile(0.025)[0] > 1.5 * (
        full.reps.quantile(0.975)[0] - full.reps.quantile(0.025)[0]
    )


def test_spreads_have_weights_that_add_up_and_one_team_has_no_spread():
    found = organisation(1, teams=1, team=0).fit()
    assert found.weights.sum() == pytest.approx(1)
    assert found.spreads.shape == (len(found.weights), 2)
    assert np.all(found.spreads[:, 1] < 1e-3)


def test_quantiles_of_a_mixture_are_where_its_distribution_says():
    mixture = Posterior(np.array([0.3, 0.7]), np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([[1.0, 2.0], [0.5, 2.0]]))
    at = mixture.quantile(0.9)
    first = 0.3 * norm.cdf(at[0], 0, 1) + 0.7 * norm.cdf(at[0], 1, 0.5)
    assert first == pytest.approx(0.9, abs=1e-6)
    assert at[1] == pytest.approx(norm.ppf(0.9, 1, 2), abs=1e-6)


def test_equal_deals_give_equal_results():
    one, other = organisation(2).fit(), organisation(2).fit()
    assert np.array_equal(one.reps.means, other.reps.means)
    assert one.chance == other.chance
