"""Stated chances beside scikit-learn and statsmodels."""

import numpy as np
import pytest
from scipy.special import expit, logit
from tests.peers.installed import peer

from afteraction.analysis.person_calibration import person_calibration

pytestmark = pytest.mark.filterwarnings("ignore:::statsmodels")


def test_scores_and_slopes_are_those_of_scikit_learn_and_statsmodels():
    metrics, sm = peer("sklearn.metrics"), peer("statsmodels.api")
    rng = np.random.default_rng(0)
    deal = np.repeat(np.arange(120), rng.integers(1, 5, 120))
    logits = rng.normal(-0.5, 1, 120)
    won = (rng.random(120) < expit(logits))[deal]
    stated = np.clip(expit(logits[deal] + rng.normal(0.3, 0.6, len(deal))), 0.02, 0.98)
    weight = 1 / np.bincount(deal)[deal]
    found = person_calibration(stated, won, deal)

    brier = metrics.brier_score_loss(won, stated, sample_weight=weight)
    assert found.scores.brier.value == pytest.approx(brier, abs=1e-9)
    base = metrics.brier_score_loss(won, np.full(len(won), np.average(won, weights=weight)), sample_weight=weight)
    assert found.scores.skill.value == pytest.approx(1 - brier / base, abs=1e-9)

    score, binomial = logit(stated), sm.families.Binomial()
    slope = sm.GLM(won * 1.0, sm.add_constant(score), binomial, freq_weights=weight).fit(tol=1e-14)
    in_large = sm.GLM(won * 1.0, np.ones(len(won)), binomial, offset=score, freq_weights=weight).fit(tol=1e-14)
    assert found.slope.slope.value == pytest.approx(slope.params[1], abs=1e-7)
    assert found.slope.in_large.value == pytest.approx(in_large.params[0], abs=1e-7)
