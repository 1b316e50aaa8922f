"""What the choice of columns costs where it is hardest: adjusting for all of them beside those that predict winning.

    python -m benchmarks.truth_adjustment --rounds 400 [--write]

The thing does nothing; forty columns, as in the product. --write puts the table into benchmarks/README.md.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import Final

import numpy as np
from scipy.special import expit
from threadpoolctl import threadpool_limits

from afteraction.analysis.arrays import Floats
from afteraction.analysis.effect import Estimate, augmented
from afteraction.analysis.nuisance import Comparison, cross_fitted, relevant
from afteraction.analysis.verdict import interval
from benchmarks.page import write_section
from benchmarks.truth_found import markdown, share

_BEGIN: Final = "<!-- truth of adjustment: written by the command -->"
_END: Final = "<!-- truth of adjustment: end -->"
COLUMNS: Final = 40
LARGE: Final = 10_000
"""From here on a quarter of the rounds."""


@dataclass(frozen=True)
class World:
    """What `columns` together do to having it and to winning: standard deviations in logits, shared equally by them."""

    columns: int
    having: float
    winning: float
    apart: bool = False
    """Half of the columns sway having it alone, the other half winning alone."""

    def draw(self, n: int, rng: np.random.Generator) -> Comparison:
        x = rng.normal(size=(n, COLUMNS))
        each = np.zeros(COLUMNS)
        each[: self.columns] = 1 / np.sqrt(self.columns)
        first = np.arange(COLUMNS) < self.columns / 2
        having, winning = (each * first, each * ~first) if self.apart else (each, each)
        did = rng.random(n) < expit(self.having * (x @ having) - 0.3)
        won = rng.random(n) < expit(self.winning * (x @ winning) - 0.5)
        return Comparison(did, won, np.ones(n), x, np.full(n, -1, dtype=np.int32))


WORLDS: Final[Mapping[str, World]] = {
    "half sway having it, the others winning": World(40, 0.8, 0.8, apart=True),
    "four sway both": World(4, 0.8, 0.8),
    "all sway both a little": World(40, 0.8, 0.8),
    "all sway both, winning very little": World(40, 0.8, 0.4),
    "four sway having it much, winning a little": World(4, 1.2, 0.2),
    "four sway having it much, winning very little": World(4, 1.2, 0.1),
}
CHOICES: Final[Mapping[str, Callable[[Comparison], Comparison]]] = {"all": lambda given: given, "chosen": relevant}


@dataclass(frozen=True)
class Said:
    """Of one round: the estimate, its standard error, and its interval. The truth is 0."""

    effect: float
    error: float
    low: float
    high: float


def said(world: World, n: int, seed: int) -> dict[str, Said]:
    """The estimates by name of the choice; one that was refused is missing."""
    found = {}
    with threadpool_limits(1):
        given = world.draw(n, np.random.default_rng([n, seed]))
        for name, choose in CHOICES.items():
            chosen = choose(given)
            result = augmented(chosen, cross_fitted(chosen, np.random.default_rng(seed)))
            if isinstance(result, Estimate):
                found[name] = Said(result.effect, result.standard_error, *interval(result))
    return found


def rows(rounds: int, deals: list[int]) -> Iterator[tuple[str, ...]]:
    with ProcessPoolExecutor() as pool:
        for name, world in WORLDS.items():
            for n in deals:
                times = rounds // 4 if n >= LARGE else rounds
                found = list(pool.map(said, repeat(world), repeat(n), range(times)))
                for choice in CHOICES:
                    yield name, f"{n:,}", choice, *_figures([each[choice] for each in found if choice in each])


def _figures(found: list[Said]) -> tuple[str, ...]:
    effects: Floats = np.array([each.effect for each in found])
    lean, of_lean = 100 * np.mean(effects), 196 * np.std(effects, ddof=1) / np.sqrt(len(effects))
    return (
        f"{lean:+.2f} ± {of_lean:.2f}",
        f"{100 * np.sqrt(np.mean(effects**2)):.2f}",
        f"{100 * np.mean([each.error for each in found]):.2f}",
        share([each.low <= 0 <= each.high for each in found]),
    )


def main() -> None:
    """Simulate, ask, print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--deals", type=int, nargs="+", default=[300, 1_000, 3_000, 20_000])
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    head = ("columns", "deals", "adjusted for", "lean", "error", "its standard error", "intervals that hold the truth")
    found = markdown(head, rows(asked.rounds, asked.deals))
    if not asked.write:
        print(found)
        return
    write_section(_BEGIN, _END, found)


if __name__ == "__main__":
    main()
