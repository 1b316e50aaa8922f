"""How often before and after is right where no lot was drawn, and how often nothing is called an effect.

    python -m benchmarks.truth_before_after --rounds 1000 [--write]

--write puts the tables into benchmarks/README.md.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from afteraction.analysis.before_after import BeforeAfter, NotParallel, difference_in_differences
from afteraction.analysis.synthetic_control import PoorFit, SyntheticControl, synthetic_control
from benchmarks.before_after_worlds import World, course_of, panel_of
from benchmarks.page import write_section
from benchmarks.truth_found import markdown, share

_BEGIN: Final = "<!-- truth of before and after: written by the command -->"
_END: Final = "<!-- truth of before and after: end -->"
WORLDS: Final[dict[str, World]] = {
    "3 changed, 3 others": World(3, 3, deals=40),
    "3 changed, 12 others": World(3, 12, deals=40),
    "8 changed, 12 others": World(8, 12, deals=20),
    "8 changed, 12 others, uneven": World(8, 12, deals=20, uneven=True),
    "20 changed, 40 others": World(20, 40),
    "60 changed, 140 others": World(60, 140),
    "20 and 40, in three groups, effect grows": World(20, 40, staggered=True, grows=True),
    "20 and 40, good and bad times": World(20, 40, spells=0.08),
}
DIVERGING: Final[dict[str, World]] = {
    "20 and 40, apart by 0.3 points a period": World(20, 40, apart=0.003),
    "20 and 40, apart by 1 point a period": World(20, 40, apart=0.01),
    "60 and 140, apart by 0.3 points a period": World(60, 140, apart=0.003),
    "60 and 140, apart by 1 point a period": World(60, 140, apart=0.01),
    "8 and 12, apart by 1 point a period": World(8, 12, deals=20, apart=0.01),
}
MIXTURES: Final[dict[str, World]] = {
    "1 changed, 20 others": World(1, 20, deals=60, before=18),
    "1 changed, 20 others, effect": World(1, 20, deals=60, before=18, effect=0.15),
    "1 changed, 40 others, effect": World(1, 40, deals=60, before=18, effect=0.15),
    "1 changed, 20 others, apart by half a point a period": World(1, 20, deals=60, before=18, apart=0.005),
    "1 changed, 20 others, apart by 1 point a period": World(1, 20, deals=60, before=18, apart=0.01),
}
EFFECTS: Final = (0.0, 0.1)


@dataclass(frozen=True)
class Seen:
    """One simulated organisation: what was true, what was found (None: refused)."""

    world: str
    truth: float
    found: BeforeAfter | None
    diverged: bool


def seen(worlds: dict[str, World], effects: tuple[float, ...], rounds: int) -> Iterator[Seen]:
    """Every world, with each effect."""
    for name, world in worlds.items():
        for effect in effects:
            rng = np.random.default_rng([*name.encode(), round(effect * 100)])
            for _round in range(rounds):
                panel, truth = panel_of(replace(world, effect=effect), rng)
                found = difference_in_differences(panel)
                kept = found if isinstance(found, BeforeAfter) else None
                yield Seen(f"{name}|{effect * 100:+.0f}", truth, kept, isinstance(found, NotParallel))


def table(rows: list[Seen]) -> str:
    """A row for each world and effect."""
    groups: dict[str, list[Seen]] = {}
    for row in rows:
        groups.setdefault(row.world, []).append(row)
    head = ("units", "effect in points", "refused: moved apart before", "shown to be parallel",
            "if parallel, interval holds it", "interval that is given holds it", "called an effect", "mean error",
            "mean width")  # fmt: skip
    return markdown(head, (_row(name, group) for name, group in groups.items()))


def _row(name: str, group: list[Seen]) -> tuple[str, ...]:
    known = [(row, row.found) for row in group if row.found is not None]
    if not known:
        return (*name.split("|"), share([row.diverged for row in group]), *("–" for _each in range(6)))
    return (
        *name.split("|"),
        share([row.diverged for row in group]),
        share([row.found is not None and row.found.parallel for row in group]),
        share([found.effect.low <= row.truth <= found.effect.high for row, found in known]),
        share([found.low <= row.truth <= found.high for row, found in known]),
        share([row.found is not None and row.found.verdict in ("helps", "hurts") for row in group]),
        f"{np.mean([found.effect.value - row.truth for row, found in known]) * 100:+.1f}",
        f"{np.mean([found.high - found.low for _row, found in known]) * 100:.0f}",
    )


def mixtures(rounds: int) -> str:
    """One changed unit beside one that is put together from the others."""
    head = (
        "units",
        "effect in points",
        "refused: poor fit, or its own trend",
        "interval holds it",
        "called an effect",
        "mean error",
        "mean width",
    )
    return markdown(head, (_mixture(name, world, rounds) for name, world in MIXTURES.items()))


def _mixture(name: str, world: World, rounds: int) -> tuple[str, ...]:
    rng = np.random.default_rng([*name.encode()])
    drawn = [course_of(world, rng) for _round in range(rounds)]
    rows = [(synthetic_control(course), truth) for course, truth in drawn]
    known = [(found, truth) for found, truth in rows if isinstance(found, SyntheticControl)]
    return (
        name,
        f"{world.effect * 100:+.0f}",
        share([isinstance(found, PoorFit) for found, _truth in rows]),
        share([found.low <= truth <= found.high for found, truth in known]),
        share([isinstance(found, SyntheticControl) and found.verdict != "cant_tell" for found, _truth in rows]),
        f"{np.mean([found.effect - truth for found, truth in known]) * 100:+.1f}",
        f"{np.mean([found.high - found.low for found, _truth in known]) * 100:.0f}",
    )


def main() -> None:
    """Simulate, estimate, print or write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    parts = (
        "**Moving alike**\n\n" + table(list(seen(WORLDS, EFFECTS, asked.rounds))),
        "**Moving apart all along**\n\n" + table(list(seen(DIVERGING, EFFECTS, asked.rounds))),
        "**Put together from others**\n\n" + mixtures(asked.rounds),
    )
    found = "\n\n".join(parts)
    if not asked.write:
        print(found)
        return
    write_section(_BEGIN, _END, found)


if __name__ == "__main__":
    main()
