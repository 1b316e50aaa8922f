"""What moves the outcome of deals, as far as a record can tell: everything that is found from one frame of deals."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import ibis
import numpy as np
from threadpoolctl import threadpool_limits

from afteraction.analysis.adherence import Judgement
from afteraction.analysis.arrays import Floats
from afteraction.analysis.attributes import AttributeEffect
from afteraction.analysis.behaviours import BehaviourEffect
from afteraction.analysis.boxes import Boxes, boxes
from afteraction.analysis.claim import Judgement as ClaimJudgement
from afteraction.analysis.claims import judge_claims
from afteraction.analysis.competing_risks import CompetingRisks, competing_risks
from afteraction.analysis.deal_frame import DealFrame, deal_frame
from afteraction.analysis.effort import effort, value
from afteraction.analysis.event_log import EventLog
from afteraction.analysis.folklore import FOLKLORE
from afteraction.analysis.grounds import grounds
from afteraction.analysis.likely_deals import ExplainedDeal, likely_deals
from afteraction.analysis.qualification import Qualification, qualification
from afteraction.analysis.rep_skill import RepSkill, rep_skill
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.walk_away import WalkAway, moment_days, walk_away, walk_away_moments
from afteraction.analysis.win_probability import WinProbability, win_probability
from afteraction.analysis.winning_later import WinningLater, winning_later
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

NO_PROCESS: Final = Process("no process", 1, (), ())
"""What deals are held against of which only beginning and end are on record."""


@dataclass(frozen=True)
class OutcomeFindings:
    """What moves the outcome. `frame` holds the deals that all of it rests on, `process` their stages and steps.

    `likely` are open deals with the highest and the lowest chance, explained. A part that the record cannot support is
    a NotEnoughData in its place, an effect or a claim says so itself.
    """

    frame: DealFrame
    process: Process
    steps: tuple[StepEffect, ...]
    behaviours: tuple[BehaviourEffect, ...]
    attributes: tuple[AttributeEffect, ...]
    claims: tuple[ClaimJudgement, ...]
    win_probability: WinProbability | NotEnoughData
    likely: tuple[ExplainedDeal, ...]
    reps: RepSkill | NotEnoughData
    boxes: Boxes | NotEnoughData
    competing_risks: CompetingRisks | NotEnoughData
    winning_later: tuple[WinningLater, ...] | NotEnoughData
    qualification: Qualification | NotEnoughData
    walk_away: tuple[WalkAway, ...]


def outcome_findings(
    tables: Mapping[str, ibis.Table],
    log: EventLog,
    process: Process | None,
    judgement: Judgement | None,
    rng: np.random.Generator,
) -> OutcomeFindings:
    """Find everything. `judgement` holds the deals against the process; without one there are no boxes."""
    with threadpool_limits(1):  # the many small matrices lose ten times what a large one gains by more threads
        return _found(tables, log, process or NO_PROCESS, judgement, rng)


def _found(
    tables: Mapping[str, ibis.Table],
    log: EventLog,
    held: Process,
    judgement: Judgement | None,
    rng: np.random.Generator,
) -> OutcomeFindings:
    frame = deal_frame(tables, log, held)
    found = grounds(tables, log, held, frame, rng)
    win = win_probability(frame, held, crm_probability(tables, log, frame))
    known = isinstance(win, WinProbability)
    spent = effort(tables, log, frame, moment_days(frame, walk_away_moments(frame, held) if known else ()))
    worth = value(tables, frame)
    return OutcomeFindings(
        frame=frame,
        process=held,
        steps=found.steps,
        behaviours=found.behaviours,
        attributes=found.attributes,
        claims=judge_claims(FOLKLORE, found, rng),
        win_probability=win,
        likely=likely_deals(frame, held, win) if isinstance(win, WinProbability) else (),
        reps=rep_skill(frame, held, win) if isinstance(win, WinProbability) else win,
        boxes=_boxes(frame, held, judgement, found.steps, win),
        competing_risks=competing_risks(frame, held),
        winning_later=winning_later(frame),
        qualification=qualification(frame, held, spent, worth, win.excluded if isinstance(win, WinProbability) else ()),
        walk_away=walk_away(frame, held, win, spent, worth) if isinstance(win, WinProbability) else (),
    )


def crm_probability(tables: Mapping[str, ibis.Table], log: EventLog, frame: DealFrame) -> Floats | None:
    """The CRM's own probability of every deal of the frame, NaN where it gives none; None if it never does."""
    deals = tables["deals"].filter(ibis._.crm_probability.notnull()).select("deal_id", "crm_probability")
    found = log.cases.join(deals, "deal_id").select("deal_no", "crm_probability").to_pyarrow()
    if not len(found):
        return None
    by_number = np.full(int(frame.deal_no.max(initial=-1)) + 1, np.nan)
    by_number[found["deal_no"].to_numpy()] = found["crm_probability"].to_numpy()
    return by_number[frame.deal_no]


def _boxes(
    frame: DealFrame,
    process: Process,
    judgement: Judgement | None,
    effects: tuple[StepEffect, ...],
    win: WinProbability | NotEnoughData,
) -> Boxes | NotEnoughData:
    if judgement is None:
        return NotEnoughData("no step was due in any deal", "a process with steps, and touches or stage changes")
    chances = win.expected if isinstance(win, WinProbability) else np.full(len(frame), np.nan)
    # With the steps that were given up since: deals of earlier versions are judged by theirs.
    asked = replace(process, steps=judgement.versions.steps)
    return boxes(frame, asked, judgement.states, effects, chances)
