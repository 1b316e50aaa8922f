"""How often the interval of coaching's effect holds what is true, and how often nothing is called an effect.

    python -m benchmarks.truth_coaching --rounds 1000 [--write]

--write puts the table into benchmarks/README.md.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from afteraction.analysis.coaching_effect import CoachingEffect, coaching_effect
from benchmarks.coaching_worlds import World, coached_reps
from benchmarks.page import write_section
from benchmarks.truth_found import markdown, share

_BEGIN: Final = "<!-- truth of coaching: written by the command -->"
_END: Final = "<!-- truth of coaching: end -->"
WORLDS: Final[dict[str, World]] = {
    "anyone is coached": World(30),
    "those of a low level are coached": World(30, chosen="low level"),
    "whoever had a bad quarter is coached": World(30, chosen="bad quarter"),
    "whoever has the worst record is coached": World(30, chosen="record"),
    "anyone, good and bad times last": World(30, spells=0.4),
    "bad quarter, good and bad times last": World(30, chosen="bad quarter", spells=0.4),
    "the effect grows": World(30, grows=True),
}
SIZES: Final = (15, 30, 100)
EFFECTS: Final = (0.0, 0.1)


@dataclass(frozen=True)
class Seen:
    """One simulated organisation: what was true, what was found."""

    world: str
    reps: int
    planted: float
    truth: float
    found: CoachingEffect | None
    naive: float


def seen(rounds: int) -> Iterator[Seen]:
    """Every world at every size, without an effect and with one."""
    for place, (name, world) in enumerate(WORLDS.items()):
        for reps in SIZES:
            for effect in EFFECTS:
                rng = np.random.default_rng([place, reps, round(effect * 100)])
                for _round in range(rounds):
                    panel, truth = coached_reps(replace(world, reps=reps, effect=effect), rng)
                    found = coaching_effect(panel)
                    kept = found if isinstance(found, CoachingEffect) else None
                    yield Seen(name, reps, effect, truth, kept, kept.after - kept.before if kept else np.nan)


def table(rows: list[Seen]) -> str:
    """A row for each world, size and effect."""
    groups: dict[tuple[str, int, float], list[Seen]] = {}
    for row in rows:
        groups.setdefault((row.world, row.reps, row.planted), []).append(row)
    head = ("whom managers coach", "reps", "true effect", "95 % intervals that hold it", "called an effect",
            "mean error", "after less before, mean error", "mean width")  # fmt: skip
    return markdown(head, (_row(key, group) for key, group in groups.items()))


def _row(key: tuple[str, int, float], group: list[Seen]) -> tuple[str, ...]:
    known = [(row, row.found) for row in group if row.found is not None]
    return (
        key[0],
        f"{key[1]:,}",
        f"{np.mean([row.truth for row, _ in known]) * 100:+.1f} points",
        share([found.effect.low <= row.truth <= found.effect.high for row, found in known]),
        share([found.verdict in ("helps", "hurts") for _, found in known]),
        f"{np.mean([found.effect.value - row.truth for row, found in known]) * 100:+.1f}",
        f"{np.mean([row.naive - row.truth for row, _ in known]) * 100:+.1f}",
        f"{np.mean([found.effect.high - found.effect.low for _, found in known]) * 100:.0f}",
    )


def main() -> None:
    """Simulate, estimate, print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    found = table(list(seen(asked.rounds)))
    if not asked.write:
        print(found)
        return
    write_section(_BEGIN, _END, found)


if __name__ == "__main__":
    main()
