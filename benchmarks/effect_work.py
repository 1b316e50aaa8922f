"""The work that is measured, one process each: `python -m benchmarks.effect_work TOOL WORK DEALS`."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from afteraction.analysis.arrays import Ints
from afteraction.analysis.effect import Estimate, augmented
from afteraction.analysis.exposure import Exposure, compare
from afteraction.analysis.landmark import landmark_days
from afteraction.analysis.nuisance import FOLDS, Comparison, cross_fitted
from afteraction.analysis.pooling import Pool, pool
from afteraction.analysis.shrinkage import FREE
from afteraction.analysis.step_effects import step_effects
from benchmarks.effect_data import PROCESS, STEPS_PER_STAGE, organisation, reps
from benchmarks.measure import report

OWNERS = 1_000
OPEN = 0.15
REPS = 2_000
SEED = 0


def comparisons(deals: int) -> Iterator[Comparison]:
    """The deals at the landmark of each step; all have ended, and nobody is known to own any."""
    frame = organisation(deals)
    for step in range(len(PROCESS.steps)):
        start, done = frame.entered[:, step // STEPS_PER_STAGE], frame.done[:, step]
        landmark = landmark_days(done - start) or 0.0
        others = tuple(other for other in range(len(PROCESS.steps)) if other != step)
        yield compare(frame, Exposure(start, landmark, done <= start + landmark, steps=others))[1]


def same_estimate(effect: Callable[[Comparison], tuple[float, float]], deals: int) -> tuple[float, Any, float]:
    """Steps one after the other on one core, the matrices being there."""
    began, seconds, answer, columns = time.perf_counter(), 0.0, [], []
    with threadpool_limits(1):
        for comparison in comparisons(deals):
            started = time.perf_counter()
            answer.append(effect(comparison))
            seconds += time.perf_counter() - started
            columns.append(comparison.x.shape[1])
    return seconds, {"effects": answer, "columns": float(np.mean(columns))}, time.perf_counter() - began - seconds


def ours(comparison: Comparison) -> tuple[float, float]:
    found = augmented(comparison, cross_fitted(comparison, np.random.default_rng(SEED)))
    assert isinstance(found, Estimate)
    return found.effect, found.standard_error


def folds(deals: int) -> list[tuple[Ints, Ints]]:
    """The rows to learn from and the rows to predict, fold by fold, as `estimate` draws them."""
    fold = np.random.default_rng(SEED).permutation(deals) % FOLDS
    return [
        (np.flatnonzero(fold != k).astype(np.int32), np.flatnonzero(fold == k).astype(np.int32)) for k in range(FOLDS)
    ]


def doubleml(comparison: Comparison) -> tuple[float, float]:
    """DoubleML's interactive regression model with scikit-learn's logistic regression."""
    from doubleml import DoubleMLData, DoubleMLIRM
    from sklearn.linear_model import LogisticRegression

    data = DoubleMLData.from_arrays(comparison.x, comparison.won.astype(float), comparison.did.astype(float))
    logistic = LogisticRegression(max_iter=1_000)
    model = DoubleMLIRM(data, logistic, logistic, normalize_ipw=True, draw_sample_splitting=False)
    model.set_sample_splitting(folds(len(comparison)))
    model.fit()
    return float(model.coef[0]), float(model.se[0])


def econml(comparison: Comparison) -> tuple[float, float]:
    """EconML's doubly robust learner of an average effect with scikit-learn's logistic regression."""
    from econml.dr import LinearDRLearner
    from sklearn.linear_model import LogisticRegression

    logistic = LogisticRegression(max_iter=1_000)
    learner = LinearDRLearner(
        model_propensity=logistic, model_regression=logistic, discrete_outcome=True, cv=folds(len(comparison))
    )
    learner.fit(comparison.won.astype(float), comparison.did.astype(int), W=comparison.x, inference="statsmodels")
    found = learner.effect_inference()
    return float(found.point_estimate[0]), float(found.stderr[0])


def all_steps(deals: int) -> tuple[float, Any, float]:
    """`step_effects` as the product calls it: owners, open deals, three landmarks a step, all cores."""
    began = time.perf_counter()
    frame = organisation(deals, owners=OWNERS, open_share=OPEN)
    started = time.perf_counter()
    found = step_effects(frame, PROCESS, np.random.default_rng(0))
    return time.perf_counter() - started, {"verdicts": [str(each.verdict) for each in found]}, started - began


def rep_skill(deals: int) -> tuple[float, Any, float]:
    """Partial pooling of 2,000 reps."""
    began = time.perf_counter()
    sample = reps(deals, REPS)
    block = np.full(sample.z.shape[1], 0, dtype=np.int32)
    block[0] = FREE
    team = np.zeros(REPS, dtype=np.int32)
    started = time.perf_counter()
    found = pool(Pool(sample.z, block, np.zeros(deals), sample.y, sample.group, team))
    spread = float(found.weights @ found.spreads[:, 0])
    return time.perf_counter() - started, {"spread": spread}, started - began


WORK: Mapping[tuple[str, str], Callable[[int], tuple[float, Any, float]]] = {
    ("Afteraction", "same estimate"): lambda deals: same_estimate(ours, deals),
    ("DoubleML", "same estimate"): lambda deals: same_estimate(doubleml, deals),
    ("EconML", "same estimate"): lambda deals: same_estimate(econml, deals),
    ("Afteraction", "all steps"): all_steps,
    ("Afteraction", "rep skill"): rep_skill,
}


if __name__ == "__main__":
    tool, work, number = sys.argv[1:]
    seconds, answer, reading = WORK[tool, work](int(number))
    report(seconds, answer, reading)
