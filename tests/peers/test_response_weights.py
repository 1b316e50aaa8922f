"""The chance of answering beside scikit-learn (the same penalty) and statsmodels (next to none)."""

import numpy as np
import pytest
from scipy.special import expit
from tests.peers.installed import peer

from afteraction.analysis.response_weights import response_coefficients

pytestmark = pytest.mark.filterwarnings("ignore:::statsmodels")


def _invited(n):
    rng = np.random.default_rng(n)
    z = np.column_stack([np.ones(n), rng.normal(size=(n, 4)), rng.random((n, 2)) < 0.3])
    return z, rng.random(n) < expit(z @ [-0.8, 0.5, -0.3, 0.0, 0.2, 1.0, -0.6])


@pytest.mark.parametrize("n", [300, 25_000])
@pytest.mark.parametrize("ridge", [0.3, 5.0])
def test_coefficients_are_those_of_scikit_learn_with_the_same_penalty(n, ridge):
    linear = peer("sklearn.linear_model")
    z, answered = _invited(n)
    model = linear.LogisticRegression(C=1 / ridge, solver="newton-cholesky", tol=1e-13, max_iter=200)
    model.fit(z[:, 1:], answered)
    ours = response_coefficients(z, answered, ridge)
    assert ours == pytest.approx([model.intercept_[0], *model.coef_[0]], abs=1e-9)


def test_without_a_penalty_coefficients_are_those_of_statsmodels():
    sm = peer("statsmodels.api")
    z, answered = _invited(2_000)
    theirs = sm.Logit(answered.astype(float), z).fit(disp=False, method="newton", tol=1e-14)
    assert response_coefficients(z, answered, 0.0) == pytest.approx(theirs.params, abs=1e-9)
