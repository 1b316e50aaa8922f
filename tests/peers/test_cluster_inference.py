"""Cluster-robust and heteroscedasticity-consistent errors beside statsmodels."""

import numpy as np
import pytest
from tests.peers.installed import peer

from afteraction.analysis.arm_difference import adjusted
from afteraction.analysis.cluster_inference import clustered_regression
from afteraction.analysis.confidence_sequence import Look

pytestmark = pytest.mark.filterwarnings("ignore:::statsmodels")


def test_cluster_robust_errors_are_those_of_statsmodels():
    sm = peer("statsmodels.api")
    rng = np.random.default_rng(1)
    cluster = rng.integers(0, 25, 600)
    x = np.column_stack([np.ones(600), cluster % 2, rng.normal(size=600)])
    y = x @ [0.3, 0.1, 0.5] + rng.normal(size=25)[cluster] + rng.normal(size=600)
    ours = clustered_regression(y, x, cluster)
    theirs = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": cluster})
    assert ours.slope == pytest.approx(theirs.params, rel=1e-9)
    assert ours.stata == pytest.approx(theirs.bse, rel=1e-9)


def test_the_adjusted_difference_is_that_of_statsmodels_with_hc2():
    sm = peer("statsmodels.api")
    rng = np.random.default_rng(2)
    treated, before = rng.random(300) < 0.4, rng.normal(size=(300, 2))
    y = before @ [0.5, -0.2] + 0.3 * treated + rng.normal(size=300)
    centred = before - before.mean(axis=0)
    theirs = sm.OLS(y, np.column_stack([np.ones(300), treated, centred, centred * treated[:, None]])).fit(
        cov_type="HC2"
    )
    ours = adjusted(y, treated, before)
    assert isinstance(ours, Look)
    assert ours.value == pytest.approx(theirs.params[1], rel=1e-9)
    assert ours.error == pytest.approx(theirs.bse[1], rel=1e-9)
