"""How often a step is called faded that is as strong as ever, or never did anything; how often one that has faded.

    python -m benchmarks.truth_fading --rounds 200 [--write]

--write puts the table into benchmarks/README.md.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.power_over_time import Course, power_over_time
from benchmarks.fading_worlds import PROCESS, World, deals_of
from benchmarks.page import write_section
from benchmarks.truth_found import markdown, share

_BEGIN: Final = "<!-- truth of fading: written by the command -->"
_END: Final = "<!-- truth of fading: end -->"
WORLDS: Final[dict[str, World]] = {
    "1,500 deals, 15 points": World(1_500),
    "4,000 deals, 15 points": World(4_000),
    "10,000 deals, 15 points": World(10_000),
    "10,000 deals, 10 points": World(10_000, effect=0.10),
    "10,000 deals, 15 points, little by little": World(10_000, at_once=False),
    "4,000 deals, 15 points, 15 reps": World(4_000, reps=15),
}


@dataclass(frozen=True)
class Seen:
    """One step of one simulated organisation, and what was said of it."""

    world: str
    step: str
    course: Course


def seen(worlds: dict[str, World], rounds: int) -> Iterator[Seen]:
    """Every step of every world."""
    for name, world in worlds.items():
        rng = np.random.default_rng([*name.encode()])
        for _round in range(rounds):
            for found in power_over_time(deals_of(world, rng), PROCESS, (), rng):
                yield Seen(name, found.step if found.step in ("constant", "fading") else "never", found.course)


def table(rows: list[Seen]) -> str:
    """A row for each world."""
    head = (
        "deals, effect",
        "faded: called so (power)",
        "as strong as ever: called faded",
        "never any power: called faded",
        "as strong as ever: called kept",
        "organisations with a false alarm",
    )
    names = list(dict.fromkeys(row.world for row in rows))
    return markdown(head, (_row(name, [row for row in rows if row.world == name]) for name in names))


def _row(name: str, rows: list[Seen]) -> tuple[str, ...]:
    def called(step: str, course: Course) -> list[bool]:
        return [row.course is course for row in rows if row.step == step]

    steps = len(PROCESS.steps)
    alarms = [
        any(each.course is Course.FADED and each.step != "fading" for each in rows[first : first + steps])
        for first in range(0, len(rows), steps)
    ]
    return (
        name,
        share(called("fading", Course.FADED)),
        share(called("constant", Course.FADED)),
        share(called("never", Course.FADED)),
        share(called("constant", Course.KEPT)),
        share(alarms),
    )


def main() -> None:
    """Simulate, ask, print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    found = table(list(seen(WORLDS, asked.rounds)))
    if not asked.write:
        print(found)
        return
    write_section(_BEGIN, _END, found)


if __name__ == "__main__":
    main()
