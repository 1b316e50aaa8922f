"""Invented accounts as the analysis reads them."""

import numpy as np

from afteraction.analysis.account_record import AccountRecord, dated
from afteraction.analysis.deal_frame import Category
from benchmarks.listening_worlds import SEGMENTS, World


def record_of(world: World) -> AccountRecord:
    """A world as its organisation has it on record at its end."""
    k = len(world.segment)
    opened, order = dated(world.deal_account, world.opened, k)
    over = np.isfinite(world.closed)
    ended, by_end = dated(world.deal_account[over], world.closed[over], k)
    touched = world.touch_at <= world.days
    touches, _ = dated(world.touch_account[touched], world.touch_at[touched], k)
    events, by_event = dated(world.event_account, world.event_at, k)
    return AccountRecord(
        account_id=tuple(f"A{n}" for n in range(k)),
        facts={"segment": Category(world.segment.astype(np.int32), SEGMENTS)},
        since=np.full(k, -np.inf),
        opened=opened,
        closing=world.closed[order],
        ended=ended,
        won=world.won[over][by_end],
        touches=touches,
        events=events,
        kind=world.event_kind[by_event].astype(np.int32),
        confidence=world.confidence[by_event],
        kinds=tuple(kind.name for kind in world.kinds),
        origin=np.datetime64("2023-01-01", "us"),
        end=world.days,
    )
