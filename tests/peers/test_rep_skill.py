"""Partially pooled differences between reps beside a mixed logistic regression with the same spreads."""

import numpy as np
import pytest
from scipy.special import expit
from tests.peers.installed import peer

from afteraction.analysis.pooling import Pool, pool

pytestmark = pytest.mark.filterwarnings("ignore:::statsmodels", "ignore:Laplace fitting did not converge")
REPS, TEAMS, DEALS = 60, 6, 9_000


def test_reps_given_the_spread_are_those_of_statsmodels_mixed_model():
    """statsmodels looks for the spreads in another way, so it is given ours: as the scale of its columns."""
    sm = peer("statsmodels.api")
    rng = np.random.default_rng(3)
    team = np.repeat(np.arange(TEAMS), REPS // TEAMS).astype(np.int32)
    rep = np.sort(rng.integers(0, REPS, DEALS)).astype(np.int32)
    z = np.column_stack([np.ones(DEALS), rng.normal(size=DEALS)])
    logits = rng.normal(0, 0.35, REPS) + rng.normal(0, 0.3, TEAMS)[team]
    won = (rng.random(DEALS) < expit(z @ [-0.4, 0.6] + logits[rep])).astype(float)
    ours = pool(Pool(z, np.full(2, -1, dtype=np.int32), np.zeros(DEALS), won, rep, team))

    likeliest = int(np.argmax(ours.weights))
    of_rep, of_team = ours.spreads[likeliest]
    columns = np.hstack(
        [of_rep * (rep[:, None] == np.arange(REPS)), of_team * (team[rep][:, None] == np.arange(TEAMS))]
    )
    kinds = np.repeat([0, 1], [REPS, TEAMS])
    theirs = sm.BinomialBayesMixedGLM(won, z, columns, kinds, vcp_p=1e-4, fe_p=1e3).fit_map(rng=1)
    # From its parameters (two of z, two spreads, reps, teams) to each rep's difference from the average deal's.
    contrast = np.zeros((REPS, 4 + REPS + TEAMS))
    contrast[:, 4 : 4 + REPS] = of_rep * np.eye(REPS)
    contrast[np.arange(REPS), 4 + REPS + team] = of_team
    contrast -= np.bincount(rep) / DEALS @ contrast
    deviation = np.sqrt(np.einsum("kq,qr,kr->k", contrast, theirs.cov_params(), contrast))

    assert np.abs(ours.reps.means[likeliest] - contrast @ theirs.params).max() < 0.02 * deviation.min()
    assert ours.reps.deviations[likeliest] == pytest.approx(deviation, rel=0.02)
