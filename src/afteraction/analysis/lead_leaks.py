"""Facts of leads that no score may use: they say where a lead stands today, or were noted because of the outcome."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from afteraction.analysis.deal_frame import Category, DealFrame
from afteraction.analysis.features import AMOUNT
from afteraction.analysis.lead_frame import LeadFrame
from afteraction.analysis.leaky_facts import LeftOut, leaky_facts

_STATE_OF_TODAY: Final = re.compile(
    r"status|stage|lifecycle|convert|conversion|owner|closed|won\b|opportunit|reason|score|rating|returned|qualified"
)


def lead_leaks(frame: LeadFrame, horizon: float) -> tuple[LeftOut, ...]:
    """Facts that no score may use: a lead's state of today, and whatever was noted because of the outcome."""
    said = [name for name in (*frame.facts, *frame.numbers) if _STATE_OF_TODAY.search(name.casefold())]
    found = [LeftOut(name, "it says where the lead stands today, not what was known when it came in") for name in said]
    facts = {name: one for name, one in frame.facts.items() if name not in said}
    deals = _as_deals(frame, horizon, facts)
    found += [each for each in leaky_facts(deals) if each.fact != AMOUNT]
    for name, values in frame.numbers.items():
        if name not in said:
            leaks = leaky_facts(replace(deals, categories={}, amount=values))
            found += [LeftOut(name, each.reason) for each in leaks]
    return tuple(found)


def _as_deals(frame: LeadFrame, horizon: float, facts: Mapping[str, Category]) -> DealFrame:
    """The leads as if they were deals that are won, lost (dead, or not won by the horizon) or open."""
    n = len(frame)
    won = frame.won <= frame.created + horizon
    ended = won | ~np.isnan(frame.dead) | (frame.follow_up >= horizon)
    outcome = np.where(won, 2, np.where(ended, 1, 0)).astype(np.int32)
    nobody = Category(np.full(n, -1, dtype=np.int32), ())
    return DealFrame(
        deal_no=np.arange(n, dtype=np.int32),
        deal_id=frame.lead_id,
        owner=nobody,
        team=nobody,
        outcome=Category(outcome, ("open", "lost", "won")),
        created=frame.created,
        closed=np.where(ended, np.minimum(frame.created + horizon, frame.end), np.nan),
        end=frame.end,
        amount=np.full(n, np.nan),
        categories=facts,
        entered=np.empty((n, 0)),
        done=np.empty((n, 0)),
        size=nobody,
        lost_reason=nobody,
        origin=frame.origin,
    )
