"""Cluster-robust errors: known special cases, and few clusters."""

import numpy as np
import pytest
from scipy.linalg import sqrtm
from scipy.stats import t as student
from scipy.stats import ttest_ind

from afteraction.analysis.cluster_inference import clustered_difference, clustered_regression
from afteraction.analysis.confidence_sequence import Look
from afteraction.errors import NotEnoughData


def test_equal_clusters_give_the_t_test_of_their_means():
    rng = np.random.default_rng(1)
    cluster = np.repeat(np.arange(12), 9)
    treated = cluster % 2 == 0
    y = rng.normal(size=12)[cluster] + rng.normal(size=108)
    look = clustered_difference(y, treated, cluster)
    means = y.reshape(12, 9).mean(axis=1)
    theirs = ttest_ind(means[::2], means[1::2])
    assert isinstance(look, Look)
    assert look.value / look.error == pytest.approx(theirs.statistic, rel=1e-10)
    assert look.freedom == pytest.approx(10)


def test_uneven_clusters_with_covariates_follow_the_formula_with_whole_matrices():
    rng = np.random.default_rng(2)
    cluster = rng.integers(0, 9, 120)
    x = np.column_stack([np.ones(120), cluster % 2, rng.normal(size=120)])
    y = rng.normal(size=120) + rng.normal(size=9)[cluster]
    found = clustered_regression(y, x, cluster)
    bread = np.linalg.inv(x.T @ x)
    residual = y - x @ bread @ x.T @ y
    off = np.eye(120) - x @ bread @ x.T
    meat, columns = np.zeros((3, 3)), []
    for each in range(9):
        rows = cluster == each
        root = np.linalg.pinv(sqrtm(off[np.ix_(rows, rows)]).real)
        score = x[rows].T @ root @ residual[rows]
        meat += np.outer(score, score)
        columns.append(off[:, rows] @ root @ x[rows] @ bread[:, 1])
    h = np.array(columns) @ np.array(columns).T
    assert found.error == pytest.approx(np.sqrt(np.diag(bread @ meat @ bread)), rel=1e-8)
    assert found.freedom[1] == pytest.approx(np.trace(h) ** 2 / np.sum(h**2), rel=1e-8)


def test_the_short_way_for_whole_clusters_is_the_long_way():
    rng = np.random.default_rng(5)
    cluster = rng.integers(0, 10, 200)
    x = np.column_stack([np.ones(200), cluster < 5])
    y = rng.normal(size=200)
    nearly = x + np.where(np.arange(200) == 7, 1e-12, 0)[:, None]
    short, long = clustered_regression(y, x, cluster), clustered_regression(y, nearly, cluster)
    assert short.error == pytest.approx(long.error, rel=1e-6)
    assert short.freedom == pytest.approx(long.freedom, rel=1e-6)


def test_ten_uneven_clusters_that_differ_much_are_nearly_covered():
    rng = np.random.default_rng(6)
    held = []
    for _round in range(600):
        cluster = np.sort(rng.choice(10, 300, p=rng.dirichlet(np.full(10, 5.0))))
        treated = np.isin(cluster, rng.permutation(10)[:5])
        y = 0.7 * rng.normal(size=10)[cluster] + rng.normal(size=300)
        look = clustered_difference(y, treated, cluster)
        assert isinstance(look, Look)
        held.append(abs(look.value) < look.error * student.ppf(0.975, look.freedom))
    assert 0.91 < np.mean(held) < 0.985  # the working model takes deals as independent


def test_one_cluster_in_an_arm_is_refused():
    cluster = np.repeat(np.arange(4), 5)
    assert isinstance(clustered_difference(np.arange(20.0), cluster == 0, cluster), NotEnoughData)
