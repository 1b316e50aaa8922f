"""What each deal of a trial came to: won, a stage reached, a step done by a horizon, or the days that it took.

A deal counts from the day its horizon has passed, whenever it ended (`late_outcomes`): counting what has ended so far
would praise whatever only speeds deals up. Larger is better: of days the fewer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Longs, Places
from afteraction.analysis.late_outcomes import Assigned, matured

MeasureKind = Literal["won", "stage", "step", "days_to_stage", "days_to_won"]


@dataclass(frozen=True)
class Outcome:
    """What is counted `horizon` days after a deal was assigned. `what` names the stage or the step."""

    kind: MeasureKind
    horizon: float
    what: str = ""

    @property
    def share(self) -> bool:
        return not self.kind.startswith("days")

    @property
    def key(self) -> str:
        """Under which `TrialDeals.first` has when it first happened."""
        return f"{'step' if self.kind == 'step' else 'stage'}: {self.what}"

    @property
    def scale(self) -> float:
        """The width of the range that values lie in: 1 of a share, the horizon of days."""
        return 1.0 if self.share else self.horizon


@dataclass(frozen=True)
class TrialDeals:
    """n deals as they were assigned, and what the record says of them. Times in days since the trial opened.

    - `new`: assigned to the new way; `at`: when the horizon begins
    - `unit`, `period`: the place of its rep or team in the protocol's list and the period, where these were drawn
    - `ended`: when it was won, lost or given up, NaN while open or gone from the record; `won`: how
    - `first`: when each stage was first entered and each step first done, by `Outcome.key`; NaN never
    - `chance`: of winning, as it was known before the trial began; NaN unknown
    """

    new: Flags
    at: Floats
    unit: Longs
    period: Longs
    ended: Floats
    won: Flags
    first: Mapping[str, Floats]
    chance: Floats

    def __len__(self) -> int:
        return len(self.at)

    def only(self, rows: Places | Flags) -> "TrialDeals":
        """The same of some of the deals."""
        return TrialDeals(
            self.new[rows], self.at[rows], self.unit[rows], self.period[rows], self.ended[rows], self.won[rows],
            {key: days[rows] for key, days in self.first.items()}, self.chance[rows],
        )  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """Which of n deals count, and what they came to: 1 or 0 of a share, days as a negative number."""

    counts: Flags
    value: Floats


def measured(outcome: Outcome, deals: TrialDeals, now: float) -> Measured:
    """What the deals came to as far as it is known on day `now`.

    A stage counts as reached where the deal was won, whatever stages it passed by. Days are those until it was reached
    or won, the horizon where neither was (a restricted mean; Royston & Parmar 2013), of deals that count alone.
    What was reached or done before the deal was assigned counts at once, in both arms alike.
    """
    counts, won = matured(Assigned(deals.at, deals.new, deals.ended, deals.won), outcome.horizon, now)
    if outcome.kind == "won":
        return Measured(counts, np.where(counts & won, 1.0, 0.0))
    when = np.where(deals.won, deals.ended, np.nan)
    if outcome.kind == "step":
        when = deals.first[outcome.key]
    elif outcome.kind != "days_to_won":
        when = np.fmin(when, deals.first[outcome.key])
    days = np.maximum(when - deals.at, 0.0)
    with np.errstate(invalid="ignore"):
        happened = days <= outcome.horizon
    value = np.where(happened, 1.0, 0.0) if outcome.share else -np.where(happened, days, outcome.horizon)
    return Measured(counts, np.where(counts, value, 0.0))
