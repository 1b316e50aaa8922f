"""How often the interval of a leading measure holds what is true, and how often what leads to nothing is called a lead.

    python -m benchmarks.truth_leading --rounds 400 [--write]

--write puts the table into benchmarks/README.md.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from afteraction.analysis.leading_measures import Lead, LeadingMeasures, LeadVerdict, leading_measures
from benchmarks.leading_worlds import MEASURES, World, truth, weekly_work
from benchmarks.page import write_section
from benchmarks.truth_found import markdown, share

_BEGIN: Final = "<!-- truth of leading measures: written by the command -->"
_END: Final = "<!-- truth of leading measures: end -->"
WORLDS: Final[dict[str, World]] = {
    "reps are alike": World(30),
    "good reps are busy reps": World(30, levels=1.0),
    "quarters end with more of everything": World(30, levels=1.0, season=0.5),
    "busy weeks have more of everything": World(30, levels=1.0, season=0.5, busy=0.5),
    "busy spells last for weeks": World(30, levels=1.0, season=0.5, busy=0.5, lasting=0.8),
}
SIZES: Final = (15, 40, 150)
LIFTS: Final = (0.0, 0.05)
_CALLED: Final = (LeadVerdict.PRECEDES, LeadVerdict.PRECEDES_FEWER)


@dataclass(frozen=True)
class Seen:
    """A measure of one simulated organisation: what is true of it, and what was found."""

    world: str
    reps: int
    lift: float
    measure: str
    truth: float
    found: Lead


def seen(rounds: int) -> Iterator[Seen]:
    """Every world at every size, with meetings that lead to nothing and with meetings that lead to wins."""
    for place, (name, world) in enumerate(WORLDS.items()):
        for reps in SIZES:
            for lift in LIFTS:
                rng = np.random.default_rng([place, reps, round(lift * 1000)])
                for _round in range(rounds):
                    here = replace(world, reps=reps, lift=lift)
                    yield from _of(name, here, leading_measures(weekly_work(here, rng)))


def _of(name: str, world: World, found: object) -> Iterator[Seen]:
    if isinstance(found, LeadingMeasures):
        for lead in found.leads:
            true = truth(world, lead.measure)
            if true is not None and lead.more_wins is not None:
                yield Seen(name, world.reps, world.lift, lead.measure, true, lead)


def table(rows: list[Seen]) -> str:
    """A row for each world, size and lift: meetings, and the two measures that lead to nothing."""
    groups: dict[tuple[str, int, float], list[Seen]] = {}
    for row in rows:
        groups.setdefault((row.world, row.reps, row.lift), []).append(row)
    head = (
        "how reps work", "reps", "true: wins by 10 more meetings", "95 % intervals that hold it", "called a lead",
        "mean error", "mean width", "intervals of what leads to nothing that hold 0",
        "what leads to nothing, called a lead",
    )  # fmt: skip
    return markdown(head, (_row(key, group) for key, group in groups.items()))


def _row(key: tuple[str, int, float], group: list[Seen]) -> tuple[str, ...]:
    meetings = [row for row in group if row.measure == MEASURES[0]]
    nothing = [row for row in group if row.measure in MEASURES[1:3]]
    error = [(row.found.more_wins or 0.0) - row.truth for row in meetings]
    return (
        key[0],
        f"{key[1]:,}",
        f"{meetings[0].truth * 10:+.2f}",
        share([_holds(row) for row in meetings]),
        share([row.found.verdict in _CALLED for row in meetings]),
        f"{np.mean(error) * 10:+.3f}",
        f"{np.mean([(row.found.high or 0.0) - (row.found.low or 0.0) for row in meetings]) * 10:.2f}",
        share([_holds(row) for row in nothing]),
        share([row.found.verdict in _CALLED for row in nothing]),
    )


def _holds(row: Seen) -> bool:
    low, high = row.found.low, row.found.high
    return low is not None and high is not None and low <= row.truth <= high


def main() -> None:
    """Simulate, estimate, print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    found = table(list(seen(asked.rounds)))
    if not asked.write:
        print(found)
        return
    write_section(_BEGIN, _END, found)


if __name__ == "__main__":
    main()
