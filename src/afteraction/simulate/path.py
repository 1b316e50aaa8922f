"""The way of a deal through the stages: when it entered each, in which it ended, and when.

No step has a say here: steps change how a deal ends, not when. That is what makes the truth of a step exact, because
the deals that are still open at a landmark are the same whether or not the step was done.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from afteraction.simulate.arrays import Flags, Floats, Ints, logit
from afteraction.simulate.calendar import WorkCalendar
from afteraction.simulate.deals import Deals
from afteraction.simulate.noise import Noise
from afteraction.simulate.organisation import Organisation
from afteraction.simulate.roster import Roster


@dataclass(frozen=True)
class Path:
    """Working times, infinite for what never happened. `entered` and `recorded` are deals × stages.

    `last` is the stage a deal ends in, `decided` when it is decided in truth, `closed` when the CRM hears of it.
    `back` is the stage from which a deal went back one stage, at `back_at`, to return at `again_at`; -1 for none.
    """

    entered: Floats
    recorded: Flags
    last: Ints
    decided: Floats
    closed: Floats
    back: Ints
    back_at: Floats
    again_at: Floats


def walk(
    organisation: Organisation, deals: Deals, quality: Floats, roster: Roster, noise: Noise, calendar: WorkCalendar
) -> Path:
    """Take every deal through the stages to its end.

    Stage k lasts m_k + d_k · pace · E^(1/shape) working days with E ~ Exp(1), and is the deal's last with chance
    expit(logit leave_k - w · quality): competing Weibull hazards of one shape, moving on against ending here. The last
    stage ends by a decision whose hazard is constant on the decision clock, which runs faster at a quarter's end.
    """
    stages = organisation.stages
    pace = np.array([s.pace for s in organisation.segments])[deals.segment]
    pace = pace * np.exp(organisation.pace_spread * noise.pace)
    entered = np.full((len(deals), len(stages)), np.inf)
    decided, last = np.full(len(deals), np.inf), np.zeros(len(deals), dtype=np.int64)
    now, alive = deals.created.copy(), np.ones(len(deals), dtype=np.bool_)
    for k, stage in enumerate(stages):
        entered[alive, k] = now[alive]
        last[alive] = k
        days = stage.days * pace
        if k == len(stages) - 1:
            ends = calendar.decided(now + stage.minimum_days, days * noise.stage_time[:, k])
            leaves = alive
        else:
            ends = now + stage.minimum_days + days * noise.stage_time[:, k] ** (1 / stage.shape) + 0.05
            chance = expit(logit(stage.leave) - organisation.quality_on_progress * quality)
            leaves = alive & (noise.stage_end[:, k] < chance)
        decided[leaves] = ends[leaves]
        now, alive = np.where(alive, ends, now), alive & ~leaves

    _enter_after_the_fact(deals, entered, last, decided)
    lag = np.where(deals.after_the_fact, 0.3, 0.4 + (organisation.record.paperwork_days - 0.4) * noise.paperwork)
    careless = 1.0 - organisation.people.tidiness * np.tanh(roster.discipline[deals.owner])
    skipped = noise.skipped < (organisation.record.stage_skipped * careless)[:, None]
    skipped[:, 0] = False
    recorded = np.isfinite(entered) & (~skipped | deals.after_the_fact[:, None])
    back, back_at, again_at = _went_back(organisation, noise, entered, recorded, last, decided, deals.after_the_fact)
    return Path(entered, recorded, last, decided, decided + lag, back, back_at, again_at)


def _enter_after_the_fact(deals: Deals, entered: Floats, last: Ints, decided: Floats) -> None:
    """Deals that are entered when they are decided stand in the last stage at once, and close within the day."""
    late = deals.after_the_fact
    entered[late] = np.inf
    entered[late, -1] = deals.created[late]
    last[late] = entered.shape[1] - 1
    decided[late] = deals.created[late] + 0.05


def _went_back(
    organisation: Organisation, noise: Noise, entered: Floats, recorded: Flags, last: Ints, decided: Floats, skip: Flags
) -> tuple[Ints, Floats, Floats]:
    """Which deals went back a stage, and when: within their time in the third stage or a later one.

    From which stage is settled beforehand and does not look at how far the deal will come: going back early would
    otherwise foretell an early end that nothing else foretells.
    """
    rows, stages = np.arange(len(last)), entered.shape[1]
    stage = 2 + (noise.back_stage * (stages - 2)).astype(np.int64)
    possible = (stage <= last) & recorded[rows, stage] & recorded[rows, stage - 1] & ~skip
    went = possible & (noise.back < organisation.record.went_back)
    start = entered[rows, stage]
    following = np.concatenate([entered[:, 1:], np.full((len(last), 1), np.inf)], axis=1)[rows, stage]
    stay = np.minimum(following, decided) - start
    with np.errstate(invalid="ignore"):
        back_at = np.where(went, start + (0.15 + 0.35 * noise.back_when[:, 0]) * stay, np.inf)
        again_at = np.where(went, start + (0.55 + 0.35 * noise.back_when[:, 1]) * stay, np.inf)
    return np.where(went, stage, -1), back_at, again_at
