"""The open deals that are most and least likely to be won, each explained by its own factors."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.explanation import Explanation, explain
from afteraction.analysis.win_probability import WinProbability
from afteraction.process.model import Process

SHOWN: Final = 3
"""Deals at each end."""


@dataclass(frozen=True)
class ExplainedDeal:
    """An open deal, by its id, and why it has the chance that it has today."""

    deal_id: str
    explanation: Explanation


def likely_deals(
    frame: DealFrame, process: Process, win: WinProbability, each: int = SHOWN
) -> tuple[ExplainedDeal, ...]:
    """The `each` open deals with the highest chance and as many with the lowest, from the highest to the lowest.

    Of equal chances the earlier deals of the frame come first. Fewer than that where not so many are open.
    """
    known = np.flatnonzero(~np.isnan(win.today))
    ranked = known[np.argsort(-win.today[known], kind="stable")]
    if len(ranked) > 2 * each:
        ranked = np.concatenate([ranked[:each], ranked[-each:]])
    explained = [(int(row), explain(frame, process, win, int(row))) for row in ranked]
    return tuple(
        ExplainedDeal(str(frame.deal_id[row].as_py()), why) for row, why in explained if isinstance(why, Explanation)
    )
