"""When a source is asked again: at its pace, less often while it fails, never before it wants to be."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

LONGEST: Final = timedelta(days=1)
_STEPS: Final = 12
"""Doublings after which the longest pause is reached from any pace; more would only overflow."""


def next_look(now: datetime, *, every: int, failures: int, wait: timedelta | None, rng: Random) -> datetime:
    """When to ask again: `every` minutes later, doubled by each of the `failures` in a row after the first.

    At most a day, unless the pace is slower. Chance moves it by a twentieth, after a failure by a quarter, so that
    what was asked or failed together does not come back together. `wait` is what the server asked for (Retry-After).
    """
    pace = timedelta(minutes=every)
    if failures:
        pause = min(pace * (1 << min(failures - 1, _STEPS)), max(LONGEST, pace)) * rng.uniform(0.75, 1.25)
    else:
        pause = pace * rng.uniform(0.95, 1.05)
    return now + max(pause, (wait or timedelta()) * rng.uniform(1.0, 1.1))
