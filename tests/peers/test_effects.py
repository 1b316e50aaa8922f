"""Effects, survival and intervals beside independent implementations given the same data.

Where a peer computes the same formula the figures are equal but for rounding; where it normalises otherwise they are
within a tenth of a standard error.
"""

import ibis
import numpy as np
import pyarrow as pa
import pytest
from tests.peers.installed import peer

from afteraction.analysis.aalen_johansen import cumulative_incidence
from afteraction.analysis.calibration import accuracy
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.effect import Estimate, augmented, standard_error
from afteraction.analysis.intervals import difference, false_discovery_q_values, rate
from afteraction.analysis.logistic import Sample, coefficients, cross_fit, fit
from afteraction.analysis.nuisance import Comparison, Nuisance, cross_fitted
from afteraction.analysis.survival import durations

# Peers warn of their own use of other libraries, and matplotlib is loaded with them.
pytestmark = pytest.mark.filterwarnings("ignore")


def expit(score):
    return 1 / (1 + np.exp(-score))


@pytest.fixture(scope="module")
def deals():
    """Deals of 40 owners with confounders; a fifth are still open and the others stand for them."""
    rng = np.random.default_rng(5)
    n = 4_000
    x, owner = rng.normal(size=(n, 5)), np.sort(rng.integers(0, 40, n)).astype(np.int32)
    did = rng.random(n) < expit(0.7 * x[:, 0] - 0.3 * x[:, 1])
    won = rng.random(n) < expit(0.5 * x[:, 0] + 0.4 * did - 0.3 + rng.normal(0, 0.4, 40)[owner])
    seen = np.clip(0.6 + 0.3 * np.tanh(x[:, 2]), 0.1, 1.0)
    weight = np.where(rng.random(n) < seen, 1 / seen, 0.0)
    return Comparison(did, won, weight, x, owner)


@pytest.fixture(scope="module")
def ended(deals):
    """The same deals, all of them ended and each by itself."""
    return Comparison(deals.did, deals.won, np.ones(len(deals)), deals.x, np.zeros(len(deals), dtype=np.int32))


@pytest.fixture(scope="module")
def nuisance(deals):
    """Models that are wrong, so that the augmentation has something to correct; all within the overlap."""
    score = 0.4 * deals.x[:, 0] + 0.1 * deals.x[:, 3]
    return Nuisance(expit(0.5 * deals.x[:, 0]), expit(score + 0.2), expit(score - 0.2))


@pytest.fixture(scope="module")
def known(nuisance):
    """Makes a classifier that gives predictions made elsewhere for the row whose number is in the first column."""
    sklearn = peer("sklearn.base")

    class Known(sklearn.ClassifierMixin, sklearn.BaseEstimator):
        """`others` are given where the last column is 1, or, with `did`, after training on deals that did not."""

        def __init__(self, predictions=None, others=None, did=None):
            self.predictions, self.others, self.did = predictions, others, did

        def fit(self, x, y, **_options):
            self.classes_ = np.array([0, 1])
            self.did_not_ = self.did is not None and not self.did[x[:, 0].astype(int)].any()
            return self

        def predict_proba(self, x):
            rows = x[:, 0].astype(int)
            p = self.predictions[rows]
            if self.did is not None:
                p = self.others[rows] if self.did_not_ else p
            elif self.others is not None:
                p = np.where(x[:, -1] > 0.5, self.others[rows], p)
            return np.column_stack([1 - p, p])

        def predict(self, x):
            return self.predict_proba(x)[:, 1] > 0.5

    return Known


def test_the_effect_is_that_of_doubleml_given_the_same_models(ended, nuisance):
    doubleml = peer("doubleml")
    dummy = peer("doubleml.utils").DMLDummyClassifier()
    data = doubleml.DoubleMLData.from_arrays(ended.x, ended.won.astype(float), ended.did.astype(float))
    model = doubleml.DoubleMLIRM(data, dummy, dummy, normalize_ipw=True, score="ATE")
    given = {"ml_m": nuisance.propensity, "ml_g1": nuisance.won_if_did, "ml_g0": nuisance.won_if_not}
    model.fit(external_predictions={"d": {name: values[:, None] for name, values in given.items()}})
    ours = augmented(ended, nuisance)
    assert ours.compared == len(ended)
    assert ours.effect == pytest.approx(model.coef[0], abs=1e-10)
    # DoubleML takes the sum of the weights as known, we as estimated.
    assert ours.standard_error == pytest.approx(model.se[0], rel=0.01)


def test_the_effect_is_that_of_econml_given_the_same_models(ended, nuisance, known):
    learner = peer("econml.dr").LinearDRLearner(
        model_propensity=known(nuisance.propensity),
        model_regression=known(nuisance.won_if_not, nuisance.won_if_did),
        discrete_outcome=True,
        cv=2,
        min_propensity=0.001,
    )
    rows = np.arange(len(ended), dtype=float)[:, None]
    learner.fit(ended.won.astype(int), ended.did.astype(int), W=rows, inference="statsmodels")
    theirs = learner.effect_inference()
    ours = augmented(ended, nuisance)
    assert abs(ours.effect - theirs.point_estimate[0]) < 0.1 * ours.standard_error
    # Its weights are not normalised, and as the propensity is wrong they do not add up to the number of deals.
    assert ours.standard_error == pytest.approx(theirs.stderr[0], rel=0.05)


def test_open_deals_are_stood_for_as_in_doublemls_model_of_missing_outcomes(deals, nuisance, known):
    """Its weights are not normalised; they need not be where the models' weighted residuals add up to nothing."""
    doubleml = peer("doubleml")
    rows = np.arange(len(deals), dtype=float)[:, None]
    ended = deals.weight > 0
    won_if_did, won_if_not = (
        p + np.average(deals.won - p, weights=side * deals.weight / propensity)
        for p, side, propensity in (
            (nuisance.won_if_did, deals.did, nuisance.propensity),
            (nuisance.won_if_not, ~deals.did, 1 - nuisance.propensity),
        )
    )
    data = doubleml.DoubleMLSSMData.from_arrays(rows, np.where(ended, deals.won, 0.0), deals.did * 1.0, s=ended * 1.0)
    model = doubleml.DoubleMLSSM(
        data,
        ml_g=known(won_if_did, won_if_not, deals.did),
        ml_pi=known(np.where(ended, 1 / np.maximum(deals.weight, 1), 0.5)),
        ml_m=known(nuisance.propensity),
        score="missing-at-random",
    )
    model.fit()
    ours = augmented(deals, nuisance)
    assert ours.compared == len(deals)
    assert ours.effect == pytest.approx(model.coef[0], abs=1e-10)
    everyone_alone = standard_error(ours.influence, None)
    assert everyone_alone == pytest.approx(model.se[0], rel=0.05)


def test_the_whole_estimate_is_that_of_doubleml_with_the_same_folds(ended):
    doubleml = peer("doubleml")
    logistic = peer("sklearn.linear_model").LogisticRegression(tol=1e-10, max_iter=1_000)
    data = doubleml.DoubleMLData.from_arrays(ended.x, ended.won.astype(float), ended.did.astype(float))
    model = doubleml.DoubleMLIRM(data, logistic, logistic, normalize_ipw=True, draw_sample_splitting=False)
    fold = np.random.default_rng(3).permutation(len(ended)) % 5
    model.set_sample_splitting([(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(5)])
    model.fit()
    ours = augmented(ended, cross_fitted(ended, np.random.default_rng(3)))
    assert isinstance(ours, Estimate)
    assert abs(ours.effect - model.coef[0]) < 1e-3 * ours.standard_error
    assert ours.standard_error == pytest.approx(model.se[0], rel=0.01)


def test_standard_errors_are_the_larger_of_those_of_statsmodels_clustered_by_owner_and_not(deals, nuisance):
    sm = peer("statsmodels.api")
    ours = augmented(deals, nuisance)
    assert ours.clustered
    owner = deals.owner[ours.rows]
    alike = ours.influence + 0.3 * np.sin(owner)  # deals of an owner that have something in common
    alike -= alike.mean()
    for influence in (ours.influence, alike):
        mean = sm.OLS(influence, np.ones(len(influence)))
        clustered = mean.fit(cov_type="cluster", cov_kwds={"groups": owner}).bse[0]
        expected = max(clustered, mean.fit().bse[0])
        assert standard_error(influence, owner) == pytest.approx(expected, rel=1e-10)
    assert clustered > 1.2 * mean.fit().bse[0]
    assert ours.standard_error == standard_error(ours.influence, owner)


def sample(rows, groups, folds=1, seed=0):
    rng = np.random.default_rng(seed)
    fold = np.sort(rng.integers(0, folds, rows))
    group = rng.integers(0, groups, rows)
    group = group[np.lexsort((group, fold))].astype(np.int32)
    z = np.column_stack([np.ones(rows), rng.normal(size=(rows, 3)), rng.random((rows, 4)) < 0.2]).astype(float)
    score = z @ rng.normal(0, 0.6, 8) + rng.normal(0, 0.7, groups)[group]
    weight = np.where(rng.random(rows) < 0.2, 0.0, rng.uniform(0.5, 3, rows))
    y = (rng.random(rows) < expit(score)).astype(float)
    return Sample(z, y, weight, fold.astype(np.int32), group, folds, groups)


@pytest.mark.parametrize("rows", [300, 60_000])
def test_a_logistic_fit_is_that_of_scikit_learn(rows):
    given = sample(rows, 1)
    model = peer("sklearn.linear_model").LogisticRegression(C=1 / 2.5, solver="newton-cholesky", tol=1e-12)
    model.fit(given.z[:, 1:], given.y, sample_weight=given.weight)
    assert fit(given, ridge=2.5).beta == pytest.approx(np.append(model.intercept_, model.coef_), abs=1e-6)


def test_a_fit_with_intercepts_per_group_is_scikit_learns_with_a_penalised_column_per_group():
    given, spread = sample(2_000, 30), 0.4
    dummies = (given.group[:, None] == np.arange(30)) * np.sqrt(spread)
    model = peer("sklearn.linear_model").LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-12)
    model.fit(np.hstack([given.z[:, 1:], dummies]), given.y, sample_weight=given.weight)
    ours = fit(given, ridge=1.0, spread=spread)
    assert ours.beta == pytest.approx(np.append(model.intercept_, model.coef_[0, :7]), abs=1e-6)
    assert ours.intercepts == pytest.approx(model.coef_[0, 7:] * np.sqrt(spread), abs=1e-6)


def test_a_fit_without_penalty_is_that_of_statsmodels():
    sm = peer("statsmodels.api")
    given = sample(1_000, 1)
    model = sm.GLM(given.y, given.z, family=sm.families.Binomial(), freq_weights=given.weight).fit(tol=1e-12)
    assert fit(given, ridge=1e-9).beta == pytest.approx(model.params, abs=1e-6)


def test_a_cross_fit_is_scikit_learn_on_the_other_folds():
    given = sample(3_000, 1, folds=5)
    expected = np.empty(3_000)
    for fold in range(5):
        model = peer("sklearn.linear_model").LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-12)
        others, these = given.fold != fold, given.fold == fold
        model.fit(given.z[others, 1:], given.y[others], sample_weight=given.weight[others])
        expected[these] = model.predict_proba(given.z[these, 1:])[:, 1]
    assert cross_fit(given) == pytest.approx(expected, abs=1e-5)


def test_weights_of_ended_deals_are_those_of_lifelines_estimate_of_being_watched():
    lifelines = peer("lifelines")
    rng = np.random.default_rng(2)
    time, follow_up = rng.exponential(30, 500), rng.uniform(10, 90, 500)
    ended = time <= follow_up
    watched = lifelines.KaplanMeierFitter().fit(np.minimum(time, follow_up), ~ended)
    before = watched.predict(time[ended] - 1e-9).to_numpy()
    assert before.min() > 0.05
    weights = ended_weights(np.where(ended, time, np.nan), follow_up, ended)
    assert weights[ended] == pytest.approx(1 / before, rel=1e-9)
    assert not weights[~ended].any()


def test_quartiles_of_durations_and_their_intervals_are_those_of_lifelines():
    lifelines = peer("lifelines")
    rng = np.random.default_rng(4)
    days, over = np.round(rng.exponential(20, 300), 1), rng.random(300) < 0.6
    theirs = lifelines.KaplanMeierFitter().fit(days, over)
    low, high = (theirs.confidence_interval_.iloc[:, [place]] for place in (0, 1))
    found = durations(ibis.memtable(pa.table({"kind": ["a"] * 300, "days": days, "over": over})), ["kind"])["a",]
    for ours, share in ((found.lower_quartile, 0.75), (found.median, 0.5), (found.upper_quartile, 0.25)):
        assert ours.days == theirs.percentile(share)
        for bound, curve in ((ours.low, low), (ours.high, high)):
            reached = lifelines.utils.qth_survival_time(share, curve)
            assert bound == (reached if np.isfinite(reached) else None)


def test_cumulative_incidence_is_that_of_lifelines():
    lifelines = peer("lifelines")
    rng = np.random.default_rng(6)
    time, cause = rng.exponential(20, 400), rng.choice([-1, 0, 1, 2], 400, p=[0.3, 0.3, 0.2, 0.2]).astype(np.int32)
    ours = cumulative_incidence(time, cause, 3)
    for end in range(3):
        theirs = lifelines.AalenJohansenFitter(calculate_variance=True).fit(time, cause + 1, event_of_interest=end + 1)
        shares = theirs.cumulative_density_.iloc[:, 0].reindex(ours.time, method="ffill").to_numpy()
        assert ours.share[:, end] == pytest.approx(shares, abs=1e-9)
        variances = theirs.variance_.reindex(ours.time, method="ffill").to_numpy().ravel()
        assert ours.variance[:, end] == pytest.approx(variances, rel=1e-6, abs=1e-12)


def test_q_values_are_those_of_statsmodels():
    multitest = peer("statsmodels.stats.multitest")
    p = np.random.default_rng(1).beta(0.5, 2, 40)
    assert false_discovery_q_values(list(p)) == pytest.approx(multitest.multipletests(p, method="fdr_bh")[1])


@pytest.mark.parametrize(("count", "n"), [(0, 7), (3, 10), (499, 500), (12, 12)])
def test_intervals_of_rates_are_those_of_statsmodels(count, n):
    proportion = peer("statsmodels.stats.proportion")
    found = rate(count, n)
    assert (found.low, found.high) == pytest.approx(proportion.proportion_confint(count, n, method="wilson"), abs=1e-12)
    apart = difference(found, rate(4, 9))
    expected = proportion.confint_proportions_2indep(count, n, 4, 9, method="newcomb", compare="diff")
    assert (apart.low, apart.high) == pytest.approx(expected, abs=1e-9)


def test_the_accuracy_of_probabilities_is_that_of_scikit_learn_and_statsmodels():
    metrics, curves, sm = peer("sklearn.metrics"), peer("sklearn.calibration"), peer("statsmodels.api")
    rng = np.random.default_rng(9)
    score = rng.normal(0, 1.2, 2_000)
    p, won, weight = expit(0.8 * score), rng.random(2_000) < expit(score + 0.1), rng.uniform(0.5, 3, 2_000)
    found = accuracy(p, won, weight)
    assert found.auc.value == pytest.approx(metrics.roc_auc_score(won, p, sample_weight=weight))
    assert found.brier.value == pytest.approx(metrics.brier_score_loss(won, p, sample_weight=weight))
    assert found.log_loss.value == pytest.approx(metrics.log_loss(won, p, sample_weight=weight))
    logit = np.log(p / (1 - p))
    binomial = {"family": sm.families.Binomial(), "freq_weights": weight}
    slope = sm.GLM(won * 1.0, sm.add_constant(logit), **binomial).fit(tol=1e-12).params[1]
    intercept = sm.GLM(won * 1.0, np.ones(2_000), offset=logit, **binomial).fit(tol=1e-12).params[0]
    assert (found.slope.value, found.intercept.value) == pytest.approx((slope, intercept), abs=1e-6)
    share, predicted = curves.calibration_curve(won, p, n_bins=10, strategy="quantile")
    equal = accuracy(p, won, np.ones(2_000)).curve
    assert [band.won.value for band in equal] == pytest.approx(share, abs=1e-9)
    assert [band.predicted for band in equal] == pytest.approx(predicted, abs=1e-9)


def test_coefficients_and_their_covariance_are_those_of_statsmodels():
    sm = peer("statsmodels.api")
    given = sample(1_000, 1)
    model = sm.GLM(given.y, given.z, family=sm.families.Binomial(), freq_weights=given.weight).fit(tol=1e-12)
    beta, covariance = coefficients(given, ridge=1e-9)
    assert beta == pytest.approx(model.params, abs=1e-3 * model.bse.min())
    assert covariance == pytest.approx(model.cov_params(), rel=2e-3, abs=1e-6)
