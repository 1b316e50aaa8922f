"""How many of the risks that are recognised were planted, and how many of the planted ones are recognised.

    python -m benchmarks.truth_risks --rounds 40 [--write]

--write puts the table into benchmarks/README.md.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.good_risks import Kind, good_risks
from afteraction.analysis.intervals import rate
from benchmarks.page import write_section
from benchmarks.risk_worlds import MODELS, Model, make_world

_BEGIN: Final = "<!-- truth of good risks: written by the command -->"
_END: Final = "<!-- truth of good risks: end -->"
GOOD: Final = "good"


@dataclass(frozen=True)
class Hits:
    """Of one kind of risk in some worlds: recognised rightly, recognised, planted and tellable, planted at all."""

    right: int = 0
    recognised: int = 0
    tellable: int = 0
    planted: int = 0
    deals: int = 0

    def __add__(self, other: "Hits") -> "Hits":
        return Hits(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def precision(self) -> float:
        return self.right / self.recognised if self.recognised else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.tellable if self.tellable else 1.0


def found_in(model: Model, rounds: int) -> dict[str, Hits]:
    """What is recognised in some worlds of a model, by kind, and as `good`: reasonable risks of any kind."""
    total = {name: Hits() for name in (GOOD, *Kind)}
    for number in range(rounds):
        world = make_world(model, np.random.default_rng([number, MODELS.index(model)]))
        found = good_risks(world.deals, world.chance)
        can = np.any([world.planted[kind] & found.judged[kind] for kind in Kind], axis=0)
        rows = {kind: (found.flags(kind), world.planted[kind], found.judged[kind]) for kind in Kind}
        for name, (flags, truth, judged) in {GOOD: (found.good, world.good, can), **rows}.items():
            counted = (flags & truth, flags, truth & judged, truth)
            total[name] += Hits(*(int(each.sum()) for each in counted), len(world.deals))
    return total


def table(rounds: int, models: Sequence[Model] = MODELS) -> str:
    """The table of README: all good risks a world, then each kind over all worlds."""
    found = {model.name: found_in(model, rounds) for model in models}
    lines = [
        "| histories | recognised | precision | planted, could be told | recall | could be told, of planted |",
        "|---|---|---|---|---|---|",
        *(_line(name, hits[GOOD]) for name, hits in found.items()),
    ]
    of_kinds = {kind: sum((hits[kind] for hits in found.values()), Hits()) for kind in Kind}
    lines += [_line(f"all, {kind.replace('_', ' ')}", hits) for kind, hits in of_kinds.items()]
    return "\n".join(lines)


def _line(name: str, hits: Hits) -> str:
    if not hits.planted:
        most = rate(hits.recognised, hits.deals).high
        false = f"{hits.recognised / hits.deals:.2%} of {hits.deals:,} deals (at most {most:.2%})"
        return f"| {name} | {hits.recognised:,} | false alarms: {false} | – | – | – |"
    told = f"{hits.tellable / hits.planted:.0%} of {hits.planted:,}"
    return (
        f"| {name} | {hits.recognised:,} | {_of(hits.right, hits.recognised)} | {hits.tellable:,} | "
        f"{_of(hits.right, hits.tellable)} | {told} |"
    )


def _of(count: int, n: int) -> str:
    if not n:
        return "–"
    found = rate(min(count, n), n)
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    text = table(options.rounds)
    print(text)
    if options.write:
        write_section(_BEGIN, _END, text)


if __name__ == "__main__":
    main()
