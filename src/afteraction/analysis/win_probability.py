"""The chance that a deal is won, as it stands on entering each stage: trained on the past, tested on the future.

The model knows the deal, not the rep, and nothing that became known later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import expit

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.backtest import other_time, out_of_time, split_day, training_days
from afteraction.analysis.calibration import Accuracy, Measured, accuracy, brier_gain
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.features import Moment, Snapshot, snapshot
from afteraction.analysis.leaky_facts import LeftOut, leaky_facts
from afteraction.analysis.shrinkage import unshrunken
from afteraction.analysis.win_model import WinModel, followed, train, training_rows
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

START = Moment(None)
FEWEST_TO_TEST = 10
"""Won deals, and deals that ended otherwise, below which predictions are not tested."""
_SET_AT_THE_END = 0.9
"""From this share of ended deals at 0 or 1 on, the CRM writes its probability when it knows the outcome."""


@dataclass(frozen=True)
class StageAccuracy:
    """Predictions on entering a stage (None: when the deal began), tested on deals that did so after the split."""

    stage: str | None
    n_train: int
    base_rate: float
    accuracy: Accuracy


@dataclass(frozen=True)
class Comparison:
    """Another way to predict, beside ours on the same deals. `gain`: by how much our Brier score is lower.

    Where it cannot be tested `note` says why and the figures are None.
    """

    name: str
    theirs: Accuracy | None
    ours: Accuracy | None
    gain: Measured | None
    note: str = ""


@dataclass(frozen=True)
class WinProbability:
    """How good the win probability is, and the probabilities themselves.

    `overall` takes every entry into a stage after the split as one prediction, intervals allowing for a deal's several
    entries; `by_stage` has a row per stage that could be tested. Both rest on models trained on `n_train` deals that
    had ended by the `split`, and tested on `n_test` deals. `out_of_time` has for each moment the probability of every
    deal of the frame (NaN where there is none) by a model that knew only what had happened before; `expected` that at
    the deal's start, for the first deals of the record by a model of later ones. `today` is that of open deals now.
    `models` were trained on everything.
    """

    overall: Accuracy
    by_stage: tuple[StageAccuracy, ...]
    comparisons: tuple[Comparison, ...]
    n_train: int
    n_test: int
    split: date
    training_days: tuple[float, ...]
    excluded: tuple[LeftOut, ...]
    out_of_time: Mapping[Moment, Floats]
    expected: Floats
    today: Floats
    models: Mapping[Moment, WinModel]
    notes: tuple[str, ...]

    @property
    def auc(self) -> float:
        return self.overall.auc.value

    @property
    def brier(self) -> float:
        return self.overall.brier.value

    @property
    def log_loss(self) -> float:
        return self.overall.log_loss.value

    @property
    def calibration_slope(self) -> float:
        return self.overall.slope.value

    @property
    def left_out(self) -> frozenset[str]:
        """The names of the facts that are not used."""
        return frozenset(each.fact for each in self.excluded)


@dataclass(frozen=True)
class _Test:
    """Predictions of one moment by the model of the split, beside what is known of the outcome."""

    moment: Moment
    model: WinModel
    rows: Ints
    weight: Floats
    won: Flags
    ours: Floats
    plain: Floats
    base_rate: float

    @property
    def enough(self) -> bool:
        ended = self.weight > 0
        wins = int(np.sum(ended & self.won))
        return min(wins, int(ended.sum()) - wins) >= FEWEST_TO_TEST


def win_probability(frame: DealFrame, process: Process, crm: Floats | None = None) -> WinProbability | NotEnoughData:
    """Train and test the win probability. `crm` is the CRM's own, from 0 to 1, for each deal of the frame (or NaN)."""
    excluded = leaky_facts(frame)
    left_out = frozenset(each.fact for each in excluded)
    moments = [START, *(Moment(stage) for stage in range(len(process.stages)))]
    known = {moment: snapshot(frame, process, moment, left_out) for moment in moments}
    split = split_day(frame, known[START])
    if isinstance(split, NotEnoughData):
        return split
    tests = [test for moment in moments if (test := _tested(frame, known[moment], moment, split)) and test.enough]
    at_stages = [test for test in tests if test.moment != START] or tests
    if not at_stages:
        return NotEnoughData(
            "too few deals that began after the split have ended to test on",
            f"at least {FEWEST_TO_TEST} won and {FEWEST_TO_TEST} other deals",
        )
    days = training_days(frame, known[START], split)
    models = {moment: model for moment in moments if isinstance(model := train(frame, known[moment], np.inf), WinModel)}
    overall = _together(at_stages, [test.ours for test in at_stages])
    comparisons = (*_simpler(at_stages), *([] if crm is None else [_against_crm(frame, at_stages, crm)]))
    return WinProbability(
        overall=overall,
        by_stage=tuple(_of_stage(process, test) for test in tests),
        comparisons=comparisons,
        n_train=max(test.model.n for test in tests),
        n_test=len(np.unique(np.concatenate([test.rows[test.weight > 0] for test in at_stages]))),
        split=(frame.origin + np.timedelta64(int(split * 86_400), "s")).astype("datetime64[D]").item(),
        training_days=days,
        excluded=excluded,
        out_of_time={moment: out_of_time(frame, known[moment], days) for moment in moments},
        expected=other_time(frame, known[START], days),
        today=_today(frame, known, models),
        models=models,
        notes=tuple(_notes(frame, overall, comparisons)),
    )


def _tested(frame: DealFrame, known: Snapshot, moment: Moment, split: float) -> _Test | None:
    model = train(frame, known, split)
    if isinstance(model, NotEnoughData):
        return None
    past, weight = training_rows(frame, known, split)
    training, future = known.select(past), known.select(known.at >= split)
    won = frame.won[training.rows].astype(float)
    plain = unshrunken(model.encoding.matrix(training), won, weight)
    return _Test(
        moment=moment,
        model=model,
        rows=future.rows,
        weight=followed(frame, future.rows, future.at, frame.end),
        won=frame.won[future.rows],
        ours=model.probability(future),
        plain=expit(model.encoding.matrix(future) @ plain),
        base_rate=float(np.average(won, weights=weight)),
    )


def _together(tests: Sequence[_Test], probabilities: Sequence[Floats]) -> Accuracy:
    return accuracy(np.concatenate(probabilities), *_outcomes(tests))


def _outcomes(tests: Sequence[_Test]) -> tuple[Flags, Floats, Ints]:
    return (
        np.concatenate([test.won for test in tests]),
        np.concatenate([test.weight for test in tests]),
        np.concatenate([test.rows for test in tests]),
    )


def _of_stage(process: Process, test: _Test) -> StageAccuracy:
    stage = None if test.moment.stage is None else process.stages[test.moment.stage]
    return StageAccuracy(stage, test.model.n, test.base_rate, accuracy(test.ours, test.won, test.weight))


def _simpler(tests: Sequence[_Test]) -> list[Comparison]:
    """The stage's win rate so far, and logistic regression on the same columns without shrinkage."""
    ours = [test.ours for test in tests]
    overall, outcomes = _together(tests, ours), _outcomes(tests)
    others = {
        "win rate of the stage so far": [np.full(len(test.rows), test.base_rate) for test in tests],
        "plain logistic regression": [test.plain for test in tests],
    }
    return [
        Comparison(
            name, _together(tests, other), overall, brier_gain(np.concatenate(ours), np.concatenate(other), *outcomes)
        )
        for name, other in others.items()
    ]


def _against_crm(frame: DealFrame, tests: Sequence[_Test], crm: Floats) -> Comparison:
    """The CRM's probability of ended deals is the last it gave, so ours is that of the last stage the deal entered."""
    name = "the CRM's probability"
    ours = np.full(len(frame), np.nan)
    weight = np.zeros(len(frame))
    for test in tests:  # in the order of the stages
        ours[test.rows], weight[test.rows] = test.ours, test.weight
    rows = np.flatnonzero((weight > 0) & ~np.isnan(crm))
    won, theirs = frame.won[rows], crm[rows]
    if min(won.sum(), (~won).sum()) < FEWEST_TO_TEST:
        return Comparison(name, None, None, None, f"it is on record for {len(rows)} of the tested deals")
    settled = float(np.mean((theirs <= 0) | (theirs >= 1)))
    if settled >= _SET_AT_THE_END:
        note = f"it stands at 0 or 1 for {settled:.0%} of the tested deals: it was written when the outcome was known"
        return Comparison(name, None, None, None, note)
    if np.ptp(theirs) == 0:
        return Comparison(name, None, None, None, f"it is {theirs[0]:.0%} for every deal")
    return Comparison(
        name,
        accuracy(theirs, won, weight[rows]),
        accuracy(ours[rows], won, weight[rows]),
        brier_gain(ours[rows], theirs, won, weight[rows]),
    )


def _today(frame: DealFrame, known: Mapping[Moment, Snapshot], models: Mapping[Moment, WinModel]) -> Floats:
    found = np.full(len(frame), np.nan)
    for moment, model in models.items():  # in the order of the stages: the last one entered stands
        still_open = known[moment].select(frame.open[known[moment].rows])
        found[still_open.rows] = model.probability(still_open)
    return found


def _notes(frame: DealFrame, overall: Accuracy, comparisons: Iterable[Comparison]) -> list[str]:
    found = []
    base = next(iter(comparisons)).gain
    if base is not None and base.low <= 0:
        found.append("on the tested deals it is not surely better than the stage's win rate alone")
    if overall.intercept.low > 0 or overall.intercept.high < 0:
        more = "more" if overall.intercept.value > 0 else "less"
        found.append(f"{more} was won after the split than the time before led to expect")
    if overall.slope.high < 1:
        found.append("differences between deals turned out smaller than predicted")
    undated = int(np.sum(~frame.open & np.isnan(frame.closed)))
    if undated:
        found.append(f"{undated} ended deals without a closing date are left out")
    return found
