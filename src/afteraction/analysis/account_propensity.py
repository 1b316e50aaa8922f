"""Which accounts to call next: the chance that an account buys within a horizon, learned from the organisation's wins.

An account buys (a new customer: switches) where it wins a deal within `horizon` days. The chance is for accounts
without an open deal: those with one are being worked already and are told apart (`Ranked.open_deal`).
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from afteraction.analysis.account_record import AccountRecord
from afteraction.analysis.arrays import Places
from afteraction.analysis.calibration import Accuracy, Measured
from afteraction.analysis.explanation import Factor
from afteraction.analysis.intervals import Rate
from afteraction.errors import NotEnoughData

HORIZON: Final = 180.0


@dataclass(frozen=True)
class LiftPoint:
    """Of the `n` accounts (each at a moment) with the highest chances, the share `top` of all, `won` bought.

    `lift` is their share of buyers over that of all, with a 95 % interval (bootstrap over accounts); 1 is no help.
    """

    top: float
    n: int
    won: int
    lift: Measured


@dataclass(frozen=True)
class KindEvidence:
    """What went with events of one kind.

    `after` is how many of the accounts with such an event in the last FRESH days bought within the horizon, `without`
    those without any event; `deals_after`, `deals_without` the same for a new deal having begun (None: none at all).
    `times` is by how much a fresh event multiplies the odds to buy, all else equal, by this kind's own record alone,
    with its 95 % interval (None where `refused` says why); `pooled` the value that the ranking uses, in which a rare
    kind leans on the others; `half_life` the days until half of that is gone (None where there is nothing to fade).
    `verdict`: more, fewer (q at most 5 % over all kinds), or cant_tell.
    """

    kind: str
    events: int
    accounts: int
    after: Rate | None
    without: Rate | None
    deals_after: Rate | None
    deals_without: Rate | None
    times: Measured | None
    q: float | None
    pooled: float
    half_life: float | None
    verdict: str
    refused: NotEnoughData | None = None


@dataclass(frozen=True)
class Learned:
    """A ranking learned from the record, and tested on what came after the `split`.

    Tested on `n_test` moments of accounts, of which `won_test` bought within the horizon; trained on those before.
    `lift` is the back-tested curve; `claims_lift` whether its top tenth is surely better than chance. `events_add` is
    how much of that tenth's lift is owed to trigger events (paired, with interval): only where it is surely above 0
    may events be said to help (`claims_events`).
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

    @property
    def top_tenth(self) -> LiftPoint:
        return next(each for each in self.lift if each.top == 0.1)

    @property
    def claims_lift(self) -> bool:
        return self.top_tenth.lift.low > 1

    @property
    def claims_events(self) -> bool:
        return self.events_add.low > 0


@dataclass(frozen=True)
class PriorWeight:
    """A stated weight: how a fresh event of a kind multiplies the odds to buy, and the days until half is gone."""

    kind: str
    times: float
    half_life: float


@dataclass(frozen=True)
class Opinion:
    """No record to learn from yet: `why` says what is missing. Chances come from stated weights, not from wins.

    `base_rate` is the share of accounts that bought within a horizon so far (`base_of` of them), or a stated one.
    """

    horizon: float
    why: NotEnoughData
    base_rate: float
    base_of: int
    weights: tuple[PriorWeight, ...]


@dataclass(frozen=True)
class Ranked:
    """An account's chance (0 to 1) to buy within the horizon, and why.

    `row` is its place in the record. `low` and `high` are the 95 % interval of the chance, None in an opinion.
    `factors` add up to `chance` less the average account's; `reasons` say them in sentences, the strongest first.
    """

    row: int
    account_id: str
    chance: float
    low: float | None
    high: float | None
    open_deal: bool
    factors: tuple[Factor, ...] = field(default=())
    reasons: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Ranking:
    """Accounts, those with the highest chance first, and what that rests on: `Learned`, or `Opinion`."""

    basis: Learned | Opinion
    accounts: tuple[Ranked, ...]


def rank_accounts(
    record: AccountRecord, rng: np.random.Generator, horizon: float = HORIZON, only: Places | None = None
) -> Ranking:
    """Learn, test on the later record, and rank the accounts as they stand at its end (`only`: some places of them).

    100,000 accounts with 3 years of record take seconds; reasons are written for the accounts asked for.
    """
    raise NotImplementedError
