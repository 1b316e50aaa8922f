"""Did acting on trigger events pay: accounts where someone acted within days, beside comparable ones where nobody did.

The same estimator as for the effect of a step (effect.py): doubly robust, cross-fitted, among accounts that might as
well have been on the other side.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.account_record import AccountRecord
from afteraction.analysis.arrays import Floats, Places
from afteraction.errors import NotEnoughData

WITHIN: Final = 14.0
"""Days after an event within which acting counts; the horizon begins behind them, for both sides."""


@dataclass(frozen=True)
class ActingPaid:
    """By how much acting changed the chance to buy within the horizon: `effect` with its 95 % interval, from -1 to 1.

    Of `n` events `acted` were acted upon within `within` days; `compared` have somebody to be compared with. `rate_did`
    and `rate_not` are the standardised shares that bought, `naive` the plain difference. `verdict`: helps, hurts,
    no_effect (the interval lies within 5 points) or cant_tell. `e_value`: how strong a hidden reason would have to be.
    """

    verdict: str
    effect: float
    low: float
    high: float
    rate_did: float
    rate_not: float
    naive: float
    n: int
    acted: int
    compared: int
    accounts: int
    within: float
    horizon: float
    e_value: float | None
    notes: tuple[str, ...]


def acting_paid(
    record: AccountRecord,
    account: Places,
    at: Floats,
    rng: np.random.Generator,
    horizon: float = 180.0,
    within: float = WITHIN,
) -> ActingPaid | NotEnoughData:
    """`account` and `at` (n each) are the accounts (places) and days on which someone acted on an event there.

    Only events that found no open deal at the account count, the first in `within` days. Refused where nobody is
    comparable, or too few.
    """
    raise NotImplementedError
