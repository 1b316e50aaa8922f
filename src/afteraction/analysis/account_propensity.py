"""Which accounts to call next: the chance that an account buys within a horizon, learned from the organisation's wins.

An account buys (a new one: switches to us) where a deal with it is won within `horizon` days. The model learns from
accounts without an open deal; one that has a deal open is worked already, and marked so (`Ranked.open_deal`).
Only what was on record before a moment tells of it; the test is on moments after all that was learned.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from afteraction.analysis.account_kinds import KindEvidence, kind_evidence
from afteraction.analysis.account_lift import TENTH, LiftPoint, lift_curve, lift_gain
from afteraction.analysis.account_model import AccountModel, train
from afteraction.analysis.account_moments import FRESH, Moments, first_day, moments, sampled
from afteraction.analysis.account_opinion import Opinion, opinion
from afteraction.analysis.account_reasons import Ranked, by_model, by_opinion
from afteraction.analysis.account_record import AccountRecord
from afteraction.analysis.arrays import Floats, Places
from afteraction.analysis.backtest import TESTED
from afteraction.analysis.calibration import Accuracy, Measured, accuracy
from afteraction.analysis.win_model import FEWEST_TO_TRAIN
from afteraction.analysis.win_probability import FEWEST_TO_TEST
from afteraction.errors import NotEnoughData

HORIZON: Final = 180.0
_MOST_TO_TEST: Final = 300_000
"""Moments that a ranking is tested on, of accounts drawn at random: more would narrow no interval that matters."""
_FEWEST_TRAINED: Final = 1.25
"""Horizons of record before the split, so that outcomes were known when the tested model was trained."""


@dataclass(frozen=True)
class Backtest:
    """Moments after the `split` (days) with the chance that a model of the time before gave (n), with and without
    trigger events."""

    split: float
    trained: AccountModel
    won_train: int
    rows: Moments
    chance: Floats
    without_events: Floats


@dataclass(frozen=True)
class Learned:
    """A ranking learned from the record, and tested on what came after the `split`.

    Tested on `n_test` moments of accounts, of which `won_test` bought within the horizon; trained on `n_train` before.
    `base_rate` is the share that bought among the tested. `lift` is the back-tested curve, and `claims_lift` whether
    its top tenth is surely better than chance. `events_add` is how much of that tenth's lift is owed to trigger
    events (paired, with interval): only where it is surely above 0 may events be said to help (`claims_events`).
    `model` was trained on everything.
    """

    horizon: float
    split: date
    n_train: int
    won_train: int
    n_test: int
    won_test: int
    base_rate: float
    accuracy: Accuracy
    lift: tuple[LiftPoint, ...]
    events_add: Measured
    kinds: tuple[KindEvidence, ...]
    notes: tuple[str, ...]
    model: AccountModel = field(repr=False)

    @property
    def top_tenth(self) -> LiftPoint:
        return next(each for each in self.lift if each.top == TENTH)

    @property
    def claims_lift(self) -> bool:
        return self.top_tenth.lift.low > 1

    @property
    def claims_events(self) -> bool:
        return self.events_add.low > 0


@dataclass(frozen=True)
class Ranking:
    """Accounts, those with the highest chance first, and what that rests on: `Learned`, or `Opinion`."""

    basis: Learned | Opinion
    accounts: tuple[Ranked, ...]


def rank_accounts(
    record: AccountRecord, rng: np.random.Generator, horizon: float = HORIZON, only: Places | None = None
) -> Ranking:
    """Learn, test on the later record, and rank the accounts as they stand at its end (`only`: some places of them).

    Where there is too little to learn from and to test on, the ranking is an `Opinion`. Reasons are written for every
    account asked for: ask for those with fresh events.
    """
    basis = learn(record, rng, horizon)
    chosen = np.arange(len(record)) if only is None else np.asarray(only, dtype=np.int64)
    if isinstance(basis, NotEnoughData):
        said = opinion(record, horizon, basis)
        return Ranking(said, by_opinion(said, record, chosen))
    return Ranking(basis, by_model(basis.model, record, chosen))


def learn(record: AccountRecord, rng: np.random.Generator, horizon: float = HORIZON) -> Learned | NotEnoughData:
    """What the record teaches, with its test."""
    tested = backtest(record, rng, horizon)
    if isinstance(tested, NotEnoughData):
        return tested
    rows, bought = tested.rows, tested.rows.bought
    everything = sampled(record, moments(record, _first(record), record.end, horizon, rng), rng)
    model = train(record, everything, record.end, with_events=True)
    lift = lift_curve(tested.chance, bought, rows.account, rows.cohort, rng)
    add = lift_gain(tested.chance, tested.without_events, bought, rows.account, rows.cohort, rng)
    found = accuracy(tested.chance, bought, np.ones(len(rows)), rows.account)
    return Learned(
        horizon=horizon,
        split=(record.origin + np.timedelta64(int(tested.split * 86_400), "s")).astype("datetime64[D]").item(),
        n_train=tested.trained.n,
        won_train=tested.won_train,
        n_test=len(rows),
        won_test=int(bought.sum()),
        base_rate=float(bought.mean()),
        accuracy=found,
        lift=lift,
        events_add=add,
        kinds=kind_evidence(record, model, everything, horizon, rng),
        notes=tuple(_notes(lift, add, found)),
        model=model,
    )


def backtest(record: AccountRecord, rng: np.random.Generator, horizon: float = HORIZON) -> Backtest | NotEnoughData:
    """The chances that models of the time before a split gave to the moments after it whose horizon is over.

    The split leaves the latest TESTED of the time to test on; outcomes are learned as they were known on that day.
    """
    first, last = _first(record), record.end - horizon
    split = last - TESTED * (last - first)
    if split - first < _FEWEST_TRAINED * horizon:
        return NotEnoughData(
            f"deals and trigger events are both on record for {record.end - first_day(record):.0f} days",
            f"{FRESH + horizon * (1 + _FEWEST_TRAINED / (1 - TESTED)):.0f} days, to see what comes of accounts within"
            f" {horizon:g} days and to test it on later ones",
        )
    past = sampled(record, moments(record, first, split, horizon, rng), rng)
    later = moments(record, split, record.end, horizon, rng)
    later = later.select(_some(later, len(record), rng) & (later.at <= last))
    short = _too_little(record, past, later, horizon)
    if short is not None:
        return short
    models = [train(record, past, split, with_events=each) for each in (True, False)]
    chances = [each.chances(record, later.account, later.at)[0] for each in models]
    return Backtest(split, models[0], _buyers(past), later, chances[0], chances[1])


def _first(record: AccountRecord) -> float:
    """The first day to learn from: before, even fresh events could not all have been heard."""
    return first_day(record) + FRESH


def _some(rows: Moments, accounts: int, rng: np.random.Generator) -> Places:
    """The moments of as many accounts, at random, as make up what is tested at most."""
    share = min(_MOST_TO_TEST / max(len(rows), 1), 1.0)
    return np.asarray((rng.random(accounts) < share)[rows.account])


def _too_little(record: AccountRecord, past: Moments, later: Moments, horizon: float) -> NotEnoughData | None:
    won, tested = _buyers(past), _buyers(later)
    with_events = len(np.unique(record.events.account[record.events.at <= past.at.max(initial=-np.inf)]))
    if won < FEWEST_TO_TRAIN or len(past) - int(past.bought.sum()) < FEWEST_TO_TRAIN:
        return NotEnoughData(
            f"only {won} accounts bought within {horizon:g} days of a moment to learn from",
            f"at least {FEWEST_TO_TRAIN}, and as many moments without",
        )
    if with_events < FEWEST_TO_TRAIN:
        return NotEnoughData(
            f"only {with_events} accounts had trigger events in the time to learn from", f"at least {FEWEST_TO_TRAIN}"
        )
    if tested < FEWEST_TO_TEST:
        return NotEnoughData(
            f"only {tested} accounts bought in the later time, on which the ranking would be tested",
            f"at least {FEWEST_TO_TEST}",
        )
    return None


def _buyers(rows: Moments) -> int:
    return len(np.unique(rows.account[rows.bought]))


def _notes(lift: tuple[LiftPoint, ...], add: Measured, found: Accuracy) -> list[str]:
    notes = []
    if next(each for each in lift if each.top == TENTH).lift.low <= 1:
        notes.append("on the later record the top tenth is not surely better than accounts taken at random")
    if add.low <= 0:
        notes.append("trigger events do not surely add to what fit and history say")
    if found.slope.high < 1:
        notes.append("high and low chances were too bold on the later record")
    return notes


__all__ = ["HORIZON", "Backtest", "Learned", "Opinion", "Ranked", "Ranking", "backtest", "learn",
           "rank_accounts"]  # fmt: skip
