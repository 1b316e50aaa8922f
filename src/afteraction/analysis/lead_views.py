"""The two sides' view of a lead's quality side by side: what marketing passed, what sales accepted, what was won."""

from dataclasses import dataclass

import numpy as np

from afteraction.analysis.agreement import Agreement, Level, agreement
from afteraction.analysis.arrays import Flags
from afteraction.analysis.calibration import Measured, accuracy
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.intervals import Rate, rate_if_any
from afteraction.analysis.lead_curves import WATCHED, curves, ends, judging_age
from afteraction.analysis.lead_frame import LeadFrame
from afteraction.errors import NotEnoughData


@dataclass(frozen=True)
class View:
    """Leads on which the two sides agree or not: how many, how many were worked, and what was won by the horizon."""

    marketing_passed: bool
    sales_accepted: bool
    leads: int
    worked: Rate | None
    won: Measured | None


@dataclass(frozen=True)
class TwoViews:
    """The two sides' view of quality, on the `leads` that sales has judged: accepted (or made a deal of) or returned.

    `views` are the four ways of agreeing and disagreeing, `kept_by_sales` the share of passed leads that sales
    accepted, `agreement` Krippendorff's alpha. `marketing_tells` and `sales_tells` are how often each side's word puts
    a lead that is won within `horizon` days above one that is not (area under the curve; 0.5 is chance).
    """

    leads: int
    horizon: float | None
    views: tuple[View, ...]
    kept_by_sales: Rate | None
    agreement: Agreement | NotEnoughData
    marketing_tells: Measured | None
    sales_tells: Measured | None


def two_views(frame: LeadFrame, passed: Flags, rng: np.random.Generator) -> TwoViews | NotEnoughData:
    """Marketing's view (`passed`, one flag per lead of the frame: as the agreement or the points say) beside sales'."""
    accepted = ~np.isnan(frame.accepted) | frame.is_deal
    judged = accepted | ~np.isnan(frame.returned)
    if not judged.any():
        return NotEnoughData("sales has neither accepted nor returned any lead", "lead_changes with such statuses")
    one, passed, accepted = frame.only(judged), passed[judged], accepted[judged]
    horizon = judging_age(one, "won")
    voices = [(float(p), float(a)) for p, a in zip(passed, accepted, strict=True)]
    views = tuple(
        _view(one, yes, taken, (passed == yes) & (accepted == taken), horizon)
        for yes in (True, False)
        for taken in (True, False)
    )
    return TwoViews(
        leads=len(one),
        horizon=horizon,
        views=views,
        kept_by_sales=rate_if_any(int(np.sum(passed & accepted)), int(passed.sum())),
        agreement=agreement(voices, Level.NOMINAL, rng),
        marketing_tells=_tells(one, passed, horizon),
        sales_tells=_tells(one, accepted, horizon),
    )


def _view(one: LeadFrame, yes: bool, taken: bool, these: Flags, horizon: float | None) -> View:
    found = curves(one, "won", these)
    known = horizon is not None and found.watched(horizon) >= WATCHED
    won = found.reached(np.array([horizon]))[0] if known else None
    worked = int(np.sum(~np.isnan(one.worked[these])))
    return View(yes, taken, int(these.sum()), rate_if_any(worked, int(these.sum())), won)


def _tells(one: LeadFrame, said: Flags, horizon: float | None) -> Measured | None:
    if horizon is None:
        return None
    time, cause = ends(one, "won")
    won = (cause == 0) & (time <= horizon)
    known = won | (cause == 1) | (one.follow_up >= horizon)
    weight = ended_weights(np.minimum(time, horizon), one.follow_up, known)
    if min(won.sum(), (known & ~won).sum()) < WATCHED or said.all() or not said.any():
        return None
    return accuracy(np.where(said, 0.75, 0.25), won, weight).auc
