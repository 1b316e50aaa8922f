"""Comparisons of paired voices and weighted shares beside statsmodels."""

import numpy as np
import pytest
from tests.peers.installed import peer

from afteraction.analysis.calibration import wilson
from afteraction.analysis.paired_voices import paired_difference
from afteraction.analysis.weighted_share import standard_error

pytestmark = pytest.mark.filterwarnings("ignore:::statsmodels")


def test_the_exact_p_value_is_that_of_statsmodels():
    tables = peer("statsmodels.stats.contingency_tables")
    rng = np.random.default_rng(0)
    for share in (0.1, 0.3, 0.5):
        one, other = rng.random(150) < share, rng.random(150) < 0.3
        cells = [[np.sum(one & other), np.sum(one & ~other)], [np.sum(~one & other), np.sum(~one & ~other)]]
        assert paired_difference(one, other).p == pytest.approx(tables.mcnemar(cells, exact=True).pvalue, abs=1e-9)


def test_wilson_limits_are_those_of_statsmodels():
    proportion = peer("statsmodels.stats.proportion")
    for count, n in ((0, 12), (7, 40), (40, 40)):
        found = wilson(count / n, n)
        assert (found.low, found.high) == pytest.approx(
            proportion.proportion_confint(count, n, method="wilson"), abs=1e-9
        )


def test_the_error_of_a_weighted_mean_is_that_of_statsmodels_with_and_without_clusters():
    sm = peer("statsmodels.api")
    rng = np.random.default_rng(1)
    value, weight, owner = rng.integers(-1, 2, 300) * 1.0, rng.gamma(2, size=300), rng.integers(0, 25, 300)
    model = sm.WLS(value, np.ones(300), weights=weight)
    plain = model.fit(cov_type="HC0").bse[0]
    together = model.fit(cov_type="cluster", cov_kwds={"groups": owner, "use_correction": False}).bse[0]
    assert standard_error(value, weight) == pytest.approx(plain, abs=1e-9)
    assert standard_error(value, weight, owner) == pytest.approx(together, abs=1e-9)
