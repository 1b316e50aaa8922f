"""The table of growth, and what it says: the exponent of time and memory in the number of events."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.measure import Run

NEARLY = 1.1
"""An exponent up to this passes for linear: at ten times the size it is a quarter more than ten times the cost."""


@dataclass(frozen=True)
class Exponent:
    """The slope of log(cost) over log(events), with a 95 % interval where more than two sizes were measured."""

    n: int
    slope: float
    low: float | None
    high: float | None

    @property
    def verdict(self) -> str:
        """Whether growth is linear or better, worse, or cannot be told."""
        if self.low is None or self.high is None:
            return "too few sizes to say"
        if self.high <= NEARLY:
            return "linear or better"
        if self.low > 1:
            return "worse than linear"
        return "linear or better within the interval" if self.slope <= 1 else "cannot be told from linear"

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"{self.slope:.2f} (n = {self.n})"
        return f"{self.slope:.2f} ({self.low:.2f} to {self.high:.2f}, n = {self.n})"


def exponent(costs: Mapping[int, float]) -> Exponent | None:
    """Least squares through log(cost) over log(events), the interval from Student's t with n - 2 degrees of freedom.

    Draper & Smith (1998), Applied Regression Analysis, 1.4. None with fewer than two sizes.
    """
    points = [(math.log(events), math.log(cost)) for events, cost in costs.items() if cost > 0]
    n = len(points)
    if n < 2:
        return None
    mean_x, mean_y = (sum(each) / n for each in zip(*points, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _y in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    if n == 2:
        return Exponent(n, slope, None, None)
    from scipy.stats import t  # not where processes are started: they would count its memory as theirs

    left = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    half = float(t.ppf(0.975, n - 2)) * math.sqrt(left / (n - 2) / spread)
    return Exponent(n, slope, slope - half, slope + half)


def growth_table(works: Mapping[str, str], sizes: Mapping[int, Mapping[str, Run]]) -> Iterator[str]:
    """The lines of both tables. `sizes`: by the number of events what each work took."""
    yield "| work | events | seconds | seconds per million | memory, MB | MB per million |"
    yield "|---|--:|--:|--:|--:|--:|"
    for work, text in works.items():
        for events, made in sizes.items():
            if work in made:
                yield f"| {text} | {events:,} | {' | '.join(_cells(made[work], events / 1e6))} |"
    yield ""
    yield "| work | time grows with events to the power of | | memory | |"
    yield "|---|---|---|---|---|"
    for work, text in works.items():
        whole = {events: made[work] for events, made in sizes.items() if work in made and not made[work].trouble}
        time = exponent({events: made.seconds for events, made in whole.items()})
        memory = exponent({events: made.peak_mb for events, made in whole.items()})
        if time and memory:
            yield f"| {text} | {time} | {time.verdict} | {memory} | {memory.verdict} |"


def _cells(made: Run, millions: float) -> Sequence[str]:
    if made.trouble:
        return made.trouble, "–", f"{made.peak_mb:,.0f}", f"{made.peak_mb / millions:,.0f}"
    return (
        f"{made.seconds:,.2f}",
        f"{made.seconds / millions:.3f}",
        f"{made.peak_mb:,.0f}",
        f"{made.peak_mb / millions:,.0f}",
    )
