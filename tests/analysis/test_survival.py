import warnings

import ibis
import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import CensoredData, ecdf

from afteraction.analysis.survival import durations


def spells(days, over):
    return ibis.memtable(pa.table({"kind": ["a"] * len(days), "days": days, "over": over}))


@pytest.mark.parametrize(
    ("n", "censored", "digits"), [(1, 0.0, 3), (10, 0.0, 3), (40, 0.4, 3), (300, 0.5, 0), (7, 1.0, 3)]
)
def test_quartiles_and_their_intervals_are_those_of_kaplan_and_meier(n, censored, digits):
    rng = np.random.default_rng(n)
    days, over = np.round(rng.exponential(10, n), digits), rng.random(n) >= censored
    found = durations(spells(days, over), ["kind"])["a",]
    assert (found.n, found.over) == (n, over.sum())
    survival = ecdf(CensoredData(uncensored=days[over], right=days[~over])).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the band does not exist where the curve is 1 or 0
        band = survival.confidence_interval(method="log-log")
    low = np.where(survival.probabilities == 0, 0, band.low.probabilities)
    for quartile, level in ((found.lower_quartile, 0.75), (found.median, 0.5), (found.upper_quartile, 0.25)):
        for ours, curve in (
            (quartile.days, survival.probabilities),
            (quartile.low, low),
            (quartile.high, band.high.probabilities),
        ):
            reached = survival.quantiles[np.nan_to_num(curve, nan=1.0) <= level + 1e-9]
            assert ours == (pytest.approx(reached[0]) if len(reached) else None)


def test_the_interval_of_the_median_holds_the_truth_95_times_in_100():
    rng = np.random.default_rng(8)
    trials, n = 600, 60
    days, censored_at = rng.exponential(10, (trials, n)), rng.uniform(0, 40, (trials, n))
    frame = pa.table(
        {
            "trial": np.repeat(np.arange(trials), n),
            "days": np.minimum(days, censored_at).ravel(),
            "over": (days <= censored_at).ravel(),
        }
    )
    truth = 10 * np.log(2)
    found = durations(ibis.memtable(frame), ["trial"]).values()
    held = [d.median.low <= truth and (d.median.high is None or truth <= d.median.high) for d in found]
    assert len(held) == trials
    assert 0.93 < np.mean(held) < 0.98


def test_what_is_not_over_has_no_median():
    found = durations(spells([1.0, 2.0], [False, False]), ["kind"])["a",]
    assert (found.n, found.over, found.median.days, found.median.low) == (2, 0, None, None)


def test_no_spells_have_no_duration():
    assert durations(spells([1.0], [True]).filter(ibis._.days < 0), ["kind"]) == {}
