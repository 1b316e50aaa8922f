"""Steps that follow the decision: paperwork that looks like a cause of winning because it is its result.

A cause lies anywhere between entering its stage and the end of the deal. What follows the decision lies close to the
end, and nearly always on the same side of it. Both signs together are taken as proof, one alone is not.
"""

from dataclasses import dataclass

import numpy as np

from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.intervals import rate
from afteraction.process.model import Process

_LATE = 0.6
"""Median place between entering the stage (0) and the end (1) from which on a step lies at the end."""
_ONE_SIDED = 0.8
"""The share of those who did it that ended the same way; the lower end of its interval must exceed `_SURELY`."""
_SURELY = 0.6
_STRONGER = 3.0
"""How much larger the odds of that end are among those who did it than among all who entered the stage."""
_FAR_STRONGER = 5.0
"""Where that end is so rare that even paperwork is not nearly one-sided, the odds must be so much larger, by the lower
end of the interval. No cause was seen to reach that in simulated organisations, and hardly a leak that did not."""
_AFTER_END = 0.5
"""The share of occurrences at or after the end that proves it alone."""


@dataclass(frozen=True)
class Leak:
    """Why a step is taken to follow the decision, in figures (shares from 0 to 1)."""

    outcome: str
    share: float
    position: float
    after_end: float
    n: int

    @property
    def reason(self) -> str:
        if self.after_end >= _AFTER_END:
            return f"{self.after_end:.0%} of {self.n} deals that have it had ended before"
        return (
            f"{self.share:.0%} of {self.n} deals that have it were {self.outcome}, and it lies near the end: "
            f"at {self.position:.0%} of the way from entering the stage"
        )


def find_leaks(frame: DealFrame, process: Process) -> tuple[Leak | None, ...]:
    """For each step of the process the leak that it is, or None."""
    return tuple(find_leak(frame, process.stages.index(each.stage), step) for step, each in enumerate(process.steps))


def find_leak(frame: DealFrame, stage: int, step: int) -> Leak | None:
    """Whether a step (by the positions of its stage and itself in the process) follows the decision."""
    start, done = frame.entered[:, stage], frame.done[:, step]
    reached = ~frame.open & ~np.isnan(start) & (frame.closed > start)
    did = reached & ~np.isnan(done)
    if not did.any():
        return None
    after_end = float(np.mean(done[did] >= frame.closed[did]))
    for outcome, ended_so in (("won", frame.won), ("not won", ~frame.won)):
        these = did & ended_so
        if not these.any():
            continue
        share = rate(int(these.sum()), int(did.sum()))
        position = float(np.median((done[these] - start[these]) / (frame.closed[these] - start[these])))
        leak = Leak(outcome, share.value, position, after_end, share.n)
        usual = float(np.mean(ended_so[reached]))
        stronger = share.value * (1 - usual) >= _STRONGER * usual * (1 - share.value)
        one_sided = share.value >= _ONE_SIDED and share.low > _SURELY and stronger
        far_stronger = share.low * (1 - usual) >= _FAR_STRONGER * usual * (1 - share.low)
        if after_end >= _AFTER_END or ((one_sided or far_stronger) and position >= _LATE):
            return leak
    return None
