"""A trial as its locked protocol has it, as far as the analysis needs it: design, measures, rule and time."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.analysis.cluster_inference import FEW_CLUSTERS
from afteraction.analysis.confidence_sequence import ALPHA
from afteraction.analysis.randomisation_inference import arrangements
from afteraction.analysis.randomised_orders import orders_of_steps, orders_of_turns
from afteraction.analysis.stopping_rule import StoppingRule
from afteraction.analysis.trial_measures import Outcome

TrialDesign = Literal["deals", "units", "turns", "steps"]
"""What was drawn: each deal; reps or teams, for good; which period of a unit goes which way; when each unit starts."""
Method = Literal["deals", "cluster-robust", "randomisation"]


@dataclass(frozen=True)
class GuardPlan:
    """A measure that must not get worse by more than `worst`, with its name."""

    name: str
    outcome: Outcome
    worst: float


@dataclass(frozen=True)
class TrialPlan:
    """What is locked.

    - `design`, and for all but deals: `way` (G × P) of each unit in each period as drawn (True: new; P is 1 where units
      go one way for good), `stratum` (G) within which units were drawn
    - `assign_days` in which deals are assigned as planned, `extend_days` in which they may be after that
    - `period_days` of each period
    - `rule`: its information is the most there may be, with the extension
    - `likeness`: the intraclass correlation that was planned with; `seed` of all draws, the same at every look
    """

    design: TrialDesign
    primary: Outcome
    guards: tuple[GuardPlan, ...]
    rule: StoppingRule
    assign_days: float
    extend_days: float
    adjusted: bool
    likeness: float = 0.0
    way: Flags = field(default_factory=lambda: np.empty((0, 1), dtype=np.bool_))
    stratum: Longs = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    period_days: float = 0.0
    seed: int = 0
    alpha: float = ALPHA

    @property
    def units(self) -> int:
        return len(self.way)

    @property
    def method(self) -> Method:
        """CR2 errors do not hold for few clusters, so below FEW_CLUSTERS what else might have been drawn decides.

        That also holds for any number of units that go both ways, and needs no model of how their periods are alike.
        """
        if self.design == "deals":
            return "deals"
        return "cluster-robust" if self.design == "units" and self.units >= FEW_CLUSTERS else "randomisation"

    def fraction(self, now: float, outcome: Outcome) -> float:
        """The share of the deals of the longest course that counts by plan on day `now`, were they to come evenly."""
        passed = (now - outcome.horizon) / (self.assign_days + self.extend_days)
        return min(max(passed, 0.0), 1.0)

    def complete(self, now: float, outcome: Outcome) -> int:
        """How many periods are over for good on day `now`."""
        return int(max(now - outcome.horizon, 0.0) // self.period_days) if self.period_days else 0

    @cached_property
    def drawn(self) -> Floats | Longs | Flags:
        """What might have been drawn, as drawn first: what `arrangements` and the `orders_of_…` of the design give."""
        rng = np.random.default_rng(self.seed)
        if self.design == "turns":
            return orders_of_turns(self.units, self.way.shape[1], rng)
        if self.design == "steps":
            return orders_of_steps(self.start, rng)
        return arrangements(self.way[:, 0], self.stratum, rng)

    @property
    def start(self) -> Longs:
        """Of a stepped roll-out: the first period in which each unit goes the new way; P where none."""
        first: Longs = np.where(self.way.any(axis=1), self.way.argmax(axis=1), self.way.shape[1]).astype(np.int64)
        return first
