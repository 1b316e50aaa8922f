"""Everything that a record has to say of its leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import ibis
import numpy as np
from threadpoolctl import threadpool_limits

from afteraction.analysis.attribution import Attribution, attribute
from afteraction.analysis.attribution_paths import lead_paths
from afteraction.analysis.fetch import fetch_count
from afteraction.analysis.lead_frame import CAMPAIGN, CHANNEL, CONTENT, MONTH, SOURCE, LeadFrame, lead_frame
from afteraction.analysis.lead_months import Months, by_month
from afteraction.analysis.lead_outcomes import Became, what_became
from afteraction.analysis.lead_score import LeadScore, fit
from afteraction.errors import NotEnoughData

FACTS: Final = (SOURCE, CAMPAIGN, CONTENT)


@dataclass(frozen=True)
class LeadFindings:
    """What became of the `leads` that have a date (`undated` have none), by each of FACTS that is on record (by month
    where none is), month by month at the same age, who is given the credit, and how good a score is."""

    leads: int
    undated: int
    by: tuple[Became, ...]
    months: Months | NotEnoughData
    attribution: Attribution | NotEnoughData
    score: LeadScore | NotEnoughData


def lead_findings(tables: Mapping[str, ibis.Table], rng: np.random.Generator) -> LeadFindings | NotEnoughData | None:
    """Find everything; None where the record has no leads at all."""
    if not fetch_count(tables["leads"].count()):
        return None
    frame = lead_frame(tables)
    if isinstance(frame, NotEnoughData):
        return frame
    with threadpool_limits(1):  # small matrices, which lose by more threads
        return _found(tables, frame, rng)


def _found(tables: Mapping[str, ibis.Table], frame: LeadFrame, rng: np.random.Generator) -> LeadFindings:
    by = [what_became(frame, fact) for fact in FACTS if fact in frame.facts] or [what_became(frame, MONTH)]
    return LeadFindings(
        leads=len(frame),
        undated=frame.undated,
        by=tuple(each for each in by if isinstance(each, Became)),
        months=by_month(frame),
        attribution=attribute(lead_paths(tables, frame, CHANNEL), rng),
        score=fit(frame, tables),
    )
