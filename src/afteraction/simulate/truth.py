"""The truth about an organisation, found by intervening in it.

Everything is computed on fresh deals of the same organisation with the same reps, followed to their end. An effect is
the mean difference of the chance of winning between two worlds that share all noise, so it is far more precise than a
difference between two samples. Points are percentage points of the chance of winning.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np

from afteraction.simulate import reasons
from afteraction.simulate.accounts import draw_accounts
from afteraction.simulate.calendar import work_calendar
from afteraction.simulate.course import take_course
from afteraction.simulate.deals import draw_deals
from afteraction.simulate.ending import LOST, NO_DECISION, WON
from afteraction.simulate.noise import draw_noise
from afteraction.simulate.organisation import Organisation
from afteraction.simulate.roster import draw_roster
from afteraction.simulate.trigger_table import WINDOW_DAYS
from afteraction.simulate.true_effects import (
    LevelTruth,
    RepTruth,
    StepTruth,
    TeamTruth,
    going_back_points,
    level_truths,
    rep_truths,
    step_truth,
    team_truths,
)
from afteraction.simulate.world import World, live

TRUTH_DEALS = 100_000
_LEVEL_DEALS = 20_000
_TRUTH_BLOCK = 1_000_000
"""A block of random numbers that no record ever reaches."""


@dataclass(frozen=True)
class TriggerTruth:
    """Deals come `lift` times as often in the `window_days` after an event; it makes those better by `win_logits`."""

    kind: str
    lift: float
    win_logits: float
    window_days: float


@dataclass(frozen=True)
class ReasonTruth:
    """Why deals were not won, in truth and as the CRM has it: shares of the deals that name a reason."""

    true: Mapping[str, float]
    recorded: Mapping[str, float]


@dataclass(frozen=True)
class LeadTruth:
    """Conversion by campaign (chances), and what the log of the hours to the first answer does to its logit."""

    conversion: Mapping[str, float]
    logits_per_log_hour: float


@dataclass(frozen=True)
class Truth:
    """What is true of an organisation with the reps of `seed`. `outcomes` are shares of deals followed to their end."""

    seed: int
    deals_simulated: int
    outcomes: Mapping[str, float]
    steps: tuple[StepTruth, ...]
    reps: tuple[RepTruth, ...]
    teams: tuple[TeamTruth, ...]
    levels: tuple[LevelTruth, ...]
    going_back_points: float
    triggers: tuple[TriggerTruth, ...]
    lost_reasons: ReasonTruth
    leads: LeadTruth
    helpful_content: str
    organisation: Organisation

    def step(self, step_id: str) -> StepTruth:
        return self.steps[self.organisation.step_number(step_id)]

    def as_json(self) -> str:
        """The truth as text, the organisation's parameters included."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, default=_plain) + "\n"


def find_truth(
    organisation: Organisation, seed: int, landmarks: Mapping[str, float] | None = None, deals: int | None = None
) -> Truth:
    """The truth about an organisation with the reps of this seed.

    `landmarks` sets the landmark (days after entering the stage) of some steps; by default it is the delay by which
    90 % of those who ever did the step had done it, in whole days. `deals` is how many deals the computation
    follows, TRUTH_DEALS unless said otherwise.
    """
    deals = TRUTH_DEALS if deals is None else deals
    world = truth_world(organisation, seed, deals)
    chosen = landmarks or {}
    outcome = world.ending.outcome
    causes = reasons.true_causes(world)
    names = {"won": WON, "lost": LOST, "no_decision": NO_DECISION}
    return Truth(
        seed=seed,
        deals_simulated=deals,
        outcomes={name: float(np.mean(outcome == code)) for name, code in names.items()},
        steps=tuple(step_truth(world, step.id, chosen.get(step.id)) for step in organisation.steps),
        reps=rep_truths(world),
        teams=team_truths(world),
        levels=level_truths(truth_world(organisation, seed, min(deals, _LEVEL_DEALS))),
        going_back_points=going_back_points(world),
        triggers=tuple(TriggerTruth(kind.name, kind.lift, kind.effect, WINDOW_DAYS) for kind in organisation.triggers),
        lost_reasons=ReasonTruth(reasons.shares(causes), reasons.shares(reasons.recorded_reasons(world, causes))),
        leads=LeadTruth(
            {campaign.name: campaign.converts for campaign in organisation.leads.campaigns},
            -organisation.leads.faster / organisation.leads.response_spread**2,
        ),
        helpful_content=organisation.content.helpful,
        organisation=organisation,
    )


def truth_world(organisation: Organisation, seed: int, deals: int) -> World:
    """Fresh deals of the organisation with the reps of this seed."""
    calendar = work_calendar(organisation.calendar, organisation.end, organisation.years)
    roster = draw_roster(organisation, calendar, seed)
    accounts = draw_accounts(organisation, deals, seed)
    numbers = np.arange(deals)
    drawn = draw_deals(organisation, roster, accounts, calendar, seed, _TRUTH_BLOCK, numbers, (0.0, 1.0))
    noise = draw_noise(organisation, seed, _TRUTH_BLOCK, deals)
    return live(take_course(organisation, roster, calendar, drawn, noise))


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no plain form")
