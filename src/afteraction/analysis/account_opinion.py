"""Stated weights of trigger events, for as long as there is no record to learn from. An opinion, and called one.

Nothing here was measured: kinds that bring new needs or free a customer from a supplier weigh more. Anyone may state
other weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from afteraction.analysis.account_moments import events_of
from afteraction.analysis.account_record import AccountRecord
from afteraction.analysis.arrays import Floats, Places
from afteraction.errors import NotEnoughData

BASE_RATE: Final = 0.02
"""Stated, where not even the share of accounts that bought so far is known."""
_FEWEST_WINS: Final = 10


@dataclass(frozen=True)
class PriorWeight:
    """How a fresh event of a kind multiplies the odds to buy, and the days until half of that (in logits) is gone."""

    times: float
    half_life: float


WEIGHTS: Final[Mapping[str, PriorWeight]] = MappingProxyType(
    {
        "supplier_failure": PriorWeight(2.5, 60.0),
        "contract_end": PriorWeight(2.5, 90.0),
        "leadership_change": PriorWeight(2.0, 120.0),
        "funding": PriorWeight(1.8, 120.0),
        "acquisition": PriorWeight(1.6, 120.0),
        "expansion": PriorWeight(1.6, 120.0),
        "legislation": PriorWeight(1.4, 180.0),
        "job_openings": PriorWeight(1.4, 60.0),
        "product_launch": PriorWeight(1.3, 60.0),
        "scandal": PriorWeight(1.2, 60.0),
        "layoffs": PriorWeight(0.9, 90.0),
    }
)
OTHER: Final = PriorWeight(1.2, 60.0)
"""Of a kind that has no stated weight."""


@dataclass(frozen=True)
class Opinion:
    """No record to learn from yet: `why` says what is missing. Chances come from stated weights, not from wins.

    `base_rate` is the share of accounts that bought in a horizon so far, over `base_of` accounts and horizons; where
    that is not known (`base_of` 0), a stated one. `weights` are those of the kinds on record.
    """

    horizon: float
    why: NotEnoughData
    base_rate: float
    base_of: int
    weights: Mapping[str, PriorWeight]


def opinion(
    record: AccountRecord, horizon: float, why: NotEnoughData, weights: Mapping[str, PriorWeight] = WEIGHTS
) -> Opinion:
    """Chances by stated weights. What the record has of wins tells the level alone."""
    rows = len(record) * record.end / horizon
    known = len(record.wins.at) >= _FEWEST_WINS and rows >= 1
    base = min(len(record.wins.at) / rows, 0.5) if known else BASE_RATE
    return Opinion(
        horizon, why, base, int(rows) if known else 0, {kind: weights.get(kind, OTHER) for kind in record.kinds}
    )


def event_logits(said: Opinion, record: AccountRecord, account: Places, at: Floats) -> Floats:
    """By how many logits the events of each kind raise the log-odds by what is stated (n × kinds); the strongest one
    of a kind counts."""
    row, place = events_of(record, account, at)
    kind = record.kind[place]
    stated = [said.weights[name] for name in record.kinds]
    half = np.array([each.half_life for each in stated])
    logits = np.log(np.array([each.times for each in stated]))
    left = record.confidence[place] * np.exp2(-(at[row] - record.events.at[place]) / half[kind]) if len(kind) else 0.0
    strongest = np.zeros(len(account) * len(record.kinds))
    np.maximum.at(strongest, row * len(record.kinds) + kind, left)
    return np.asarray(strongest.reshape(len(account), -1) * logits)
