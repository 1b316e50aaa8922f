"""Deals that came into a trial beside its plan: how many by week, how many were planned by now, when enough will be."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from afteraction.web.experiments.drawing import Drawing

_WEEK: Final = timedelta(weeks=1)
_FAR: Final = timedelta(weeks=520)
FEWEST: Final = 10
"""Deals planned by now below which nobody is told that a trial is behind."""


@dataclass(frozen=True)
class Recruited:
    """`counts` deals came in by the ends of `weeks`; `planned` until now of `target` in all, evenly over the plan.

    `enough_on`: when there will be as many as planned, if they come as they came; None before the first and where that
    is more than ten years away.
    """

    weeks: tuple[datetime, ...]
    counts: tuple[int, ...]
    planned: float
    target: int
    opens: datetime
    closes: datetime
    known: datetime
    enough_on: date | None

    @property
    def so_far(self) -> int:
        return self.counts[-1] if self.counts else 0

    @property
    def behind(self) -> bool:
        """Fewer than planned by more than the chance of independent arrivals (two standard deviations of Poisson)."""
        return self.planned >= FEWEST and self.so_far < self.planned - 2 * math.sqrt(self.planned)


def recruited(drawing: Drawing, at: Sequence[datetime], known: datetime) -> Recruited:
    """Deals by the moments at which they came in (sorted), the record being known up to a moment."""
    start = datetime.combine(drawing.document.starts_on, time(), UTC)
    target, closes = drawing.document.plan.deals, drawing.closes
    until = max(min(known, closes), start)
    ends = [start + n * _WEEK for n in range(1, math.ceil((until - start) / _WEEK) + 1)]
    weeks = tuple(min(end, until) for end in ends)
    counts, place = list[int](), 0
    for n, end in enumerate(weeks):
        last = n == len(weeks) - 1
        while place < len(at) and (last or at[place] <= end):
            place += 1
        counts.append(place)
    elapsed, whole = until - start, closes - start
    enough = None
    if at and elapsed > timedelta(0):
        needed = elapsed * (target / len(at))
        enough = (start + needed).date() if needed < _FAR else None
    return Recruited(weeks, tuple(counts), target * (elapsed / whole), target, start, closes, known, enough)


@dataclass(frozen=True)
class RecruitingChart:
    """The drawing: the plan as a straight line, what came as another, today; axes with their words."""

    plan: str
    came: str
    now_x: float
    last: tuple[float, float]
    grid: tuple[tuple[float, str], ...]
    days: tuple[tuple[float, str, str], ...]
    spoken: str
    width: int = 420
    height: int = 190
    left: int = 44
    right: int = 404
    bottom: int = 160


def recruiting_chart(found: Recruited) -> RecruitingChart:
    """Draws deals that came in, beside the plan."""
    left, right, top, bottom = 44, 404, 16, 160
    whole = (found.closes - found.opens) / timedelta(days=1)
    most = max(found.target, found.so_far, 1)

    def x(moment: datetime) -> float:
        share = (moment - found.opens) / timedelta(days=1) / whole
        return round(left + min(max(share, 0.0), 1.0) * (right - left), 1)

    def y(count: float) -> float:
        return round(bottom - count / most * (bottom - top), 1)

    points = [(left, y(0)), *((x(week), y(count)) for week, count in zip(found.weeks, found.counts, strict=True))]
    now = min(max(found.known, found.opens), found.closes)
    return RecruitingChart(
        plan=f"{left},{y(0)} {right},{y(found.target)}",
        came=" ".join(f"{across},{up}" for across, up in points),
        now_x=x(now),
        last=points[-1],
        grid=tuple((y(most * part), f"{most * part:,.0f}") for part in (0.0, 0.5, 1.0)),
        days=(
            (left, "start", f"{found.opens:%-d %b %Y}"),
            (right, "end", f"{found.closes - timedelta(days=1):%-d %b %Y}"),
        ),
        spoken=f"{found.so_far:,} deals came in; {found.planned:,.0f} were planned by now, {found.target:,} in all.",
    )
