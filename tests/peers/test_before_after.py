"""Difference in differences and a broken course beside statsmodels."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from benchmarks.before_after_worlds import World, panel_of
from tests.peers.installed import peer

from afteraction.analysis.before_after import BeforeAfter, difference_in_differences
from afteraction.analysis.before_after_cells import conventional_error, stacks_of
from afteraction.analysis.interrupted_series import Interrupted, interrupted_series

pytestmark = pytest.mark.filterwarnings("ignore:::statsmodels")


def test_estimate_and_clustered_error_are_those_of_least_squares_over_deals():
    smf = peer("statsmodels.formula.api")
    rng = np.random.default_rng(5)
    panel, _truth = panel_of(World(6, 9, before=6, after=4, deals=8, uneven=True), rng)
    panel = replace(panel, gap=1)
    rows = []
    for unit, period in np.ndindex(panel.deals.shape):
        if period == 5:
            continue  # the gap
        after = period if unit < 6 and period >= 6 else 0
        won, lost = int(panel.total[unit, period]), int(panel.deals[unit, period] - panel.total[unit, period])
        rows += [(unit, period, after, y) for y, times in ((1.0, won), (0.0, lost)) for _each in range(times)]
    deals = pd.DataFrame(rows, columns=["unit", "period", "after", "y"])
    dummies = " + ".join(f"I((after == {period}) * 1.0)" for period in range(6, 10))
    fit = smf.ols(f"y ~ C(unit) + C(period) + {dummies}", deals).fit(
        cov_type="cluster", cov_kwds={"groups": deals.unit}
    )
    shares = deals[deals.after > 0].groupby("after").size().to_numpy() / (deals.after > 0).sum()
    weights = np.array([*np.zeros(len(fit.params) - 4), *shares])
    theirs = fit.t_test(weights)
    found = difference_in_differences(panel)
    assert isinstance(found, BeforeAfter)
    assert found.effect.value == pytest.approx(float(theirs.effect[0]), abs=1e-10)
    assert found.conventional == pytest.approx(float(theirs.sd[0, 0]), rel=1e-8)
    assert conventional_error(stacks_of(panel)[0]) == found.conventional


def test_the_step_and_its_error_are_those_of_statsmodels():
    sm = peer("statsmodels.api")
    rng = np.random.default_rng(10)
    deals = rng.integers(50, 200, 30).astype(float)
    total = rng.binomial(deals.astype(int), 0.3).astype(float)
    found = interrupted_series(deals, total, 18)
    assert isinstance(found, Interrupted)
    time = np.arange(30) - 18
    x = np.column_stack([np.ones(30), time, time >= 0, time * (time >= 0)])
    fit = sm.WLS(total / deals, x, weights=deals).fit(
        cov_type="HAC", cov_kwds={"maxlags": int(4 * (30 / 100) ** (2 / 9)), "use_correction": True}, use_t=True
    )
    assert found.step == pytest.approx(fit.params[2])
    assert (found.low, found.high) == pytest.approx(tuple(fit.conf_int()[2]))
