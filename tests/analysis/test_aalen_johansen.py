from math import exp, log, sqrt

import numpy as np
import pytest

from afteraction.analysis.aalen_johansen import band, cumulative_incidence

Z = 1.959963984540054


def by_the_book(time, cause, causes):
    """Every sum written out, time by time: F_k, its variance and what goes on."""
    times = sorted({t for t, c in zip(time, cause, strict=True) if c >= 0})
    n = {t: sum(other >= t for other in time) for t in times}
    d = {(t, k): sum(o == t and c == k for o, c in zip(time, cause, strict=True)) for t in times for k in range(causes)}
    total = {t: sum(d[t, k] for k in range(causes)) for t in times}
    survival, before, incidence = {}, {}, {}
    running, shares = 1.0, [0.0] * causes
    for t in times:
        before[t] = running
        shares = [share + running * d[t, k] / n[t] for k, share in enumerate(shares)]
        running *= 1 - total[t] / n[t]
        survival[t], incidence[t] = running, list(shares)
    rows = []
    for t in times:
        variances = []
        for k in range(causes):
            found = 0.0
            for j in (each for each in times if each <= t):
                gap = incidence[t][k] - incidence[j][k]
                if n[j] > total[j]:
                    found += gap**2 * total[j] / (n[j] * (n[j] - total[j]))
                found += before[j] ** 2 * d[j, k] * (n[j] - d[j, k]) / n[j] ** 3
                found -= 2 * gap * before[j] * d[j, k] / n[j] ** 2
            variances.append(found)
        rows.append((t, n[t], survival[t], incidence[t], variances))
    return rows


@pytest.mark.parametrize(("n", "digits", "open_share"), [(1, 2, 0.0), (12, 0, 0.3), (60, 1, 0.5), (200, 0, 0.2)])
def test_incidence_and_its_variance_are_those_of_the_textbook(n, digits, open_share):
    rng = np.random.default_rng(n)
    time = np.round(rng.exponential(8, n), digits)
    cause = np.where(rng.random(n) < open_share, -1, rng.integers(0, 3, n)).astype(np.int32)
    found = cumulative_incidence(time, cause, 3)
    expected = by_the_book(time.tolist(), cause.tolist(), 3)
    assert found.time.tolist() == [row[0] for row in expected]
    assert found.at_risk.tolist() == [row[1] for row in expected]
    assert found.remaining == pytest.approx([row[2] for row in expected])
    assert found.share.ravel() == pytest.approx(np.array([row[3] for row in expected]).ravel())
    assert found.variance.ravel() == pytest.approx(np.array([row[4] for row in expected]).ravel(), abs=1e-14)


def test_without_censoring_shares_and_variances_are_those_of_counting():
    rng = np.random.default_rng(4)
    time, cause = rng.exponential(5, 300), rng.integers(0, 2, 300).astype(np.int32)
    found = cumulative_incidence(time, cause, 2)
    share = np.array([np.mean((time <= t) & (cause == 1)) for t in found.time])
    assert found.share[:, 1] == pytest.approx(share)
    assert found.variance[:, 1] == pytest.approx(share * (1 - share) / 300)


def test_the_ways_to_end_and_going_on_make_up_all_deals():
    rng = np.random.default_rng(5)
    cause = rng.integers(-1, 3, 400).astype(np.int32)
    found = cumulative_incidence(rng.exponential(5, 400), cause, 3)
    assert found.share.sum(axis=1) + found.remaining == pytest.approx(1.0)


def test_a_band_is_symmetric_for_the_complementary_log_log():
    rng = np.random.default_rng(6)
    cause = rng.integers(-1, 2, 80).astype(np.int32)
    found = cumulative_incidence(rng.exponential(5, 80), cause, 2)
    read = band(found, found.share[:, 0], found.variance[:, 0], 0.0, np.array([6.0]))
    place = np.searchsorted(found.time, 6.0, side="right") - 1
    value, error = found.share[place, 0], sqrt(found.variance[place, 0])
    width = Z * error / (value * abs(log(value)))
    assert read.share[0] == value
    assert (read.low[0], read.high[0]) == pytest.approx((value ** exp(width), value ** exp(-width)))


def test_before_anything_happened_a_band_is_not_certain_of_nothing():
    found = cumulative_incidence(np.array([5.0, 6.0, 7.0, 8.0]), np.array([0, 0, -1, 0], dtype=np.int32), 1)
    read = band(found, found.share[:, 0], found.variance[:, 0], 0.0, np.array([1.0]))
    assert (read.share[0], read.low[0]) == (0.0, 0.0)
    assert read.high[0] == pytest.approx(Z**2 / (4 + Z**2))


def test_a_band_holds_the_truth_95_times_in_100():
    """Two constant hazards: F_1(t) = h1 / h (1 - exp(-h t))."""
    rng = np.random.default_rng(7)
    held, hazard, of_one = [], 0.2, 0.15
    at = np.array([2.0, 5.0, 10.0])
    truth = of_one / hazard * (1 - np.exp(-hazard * at))
    for _trial in range(400):
        end, followed = rng.exponential(1 / hazard, 120), rng.uniform(0, 15, 120)
        cause = np.where(end > followed, -1, rng.random(120) > of_one / hazard).astype(np.int32)
        found = cumulative_incidence(np.minimum(end, followed), cause, 2)
        read = band(found, found.share[:, 0], found.variance[:, 0], 0.0, at)
        held.append((read.low <= truth) & (truth <= read.high))
    assert np.all(np.abs(np.mean(held, axis=0) - 0.95) < 0.035)


def test_an_end_that_never_came_is_bounded_by_all_that_ended_otherwise():
    found = cumulative_incidence(np.arange(1.0, 201.0), np.ones(200, dtype=np.int32), 2)
    read = band(found, found.share[:, 0], found.variance[:, 0], 0.0, np.array([100.0, 300.0]))
    assert (read.share, read.low) == (pytest.approx([0.0, 0.0]), pytest.approx([0.0, 0.0]))
    assert read.high == pytest.approx(Z**2 / (200 + Z**2))
