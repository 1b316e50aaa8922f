"""What becomes of lessons whose effect is known: kept, retired or neither, and after how many deals.

    python -m benchmarks.truth_lessons --runs 400 [--write]

--write puts the table into benchmarks/README.md.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from typing import Final

import numpy as np

from afteraction.analysis.intervals import rate
from afteraction.analysis.lesson_evidence import Decision, Look, Plan, Shown, follow, next_look
from afteraction.errors import NotEnoughData
from benchmarks.lesson_use_worlds import LessonWorld, simulate_uses
from benchmarks.page import write_section

_BEGIN: Final = "<!-- truth of lessons: written by the command -->"
_END: Final = "<!-- truth of lessons: end -->"
_DEALS: Final = 1_400
_WEEK: Final = 7.0
_PLAN: Final = Plan()
WORLDS: Final = (
    ("useful, +15 points", LessonWorld(0.15)),
    ("useless", LessonWorld(0.0)),
    ("harmful, −15 points", LessonWorld(-0.15)),
    ("useful, not chosen by anything", LessonWorld(0.15, choice=0.0)),
    ("useless, not chosen by anything", LessonWorld(0.0, choice=0.0)),
    ("useless, strongly chosen", LessonWorld(0.0, choice=1.2)),
    ("useless, used late", LessonWorld(0.0, waits=15.0)),
)


@dataclass(frozen=True)
class Life:
    """One lesson followed week by week: the last look, None where it never came; `naive` the plain difference."""

    decision: Decision | None
    deals: int
    needed: int
    effect: float
    low: float
    high: float
    naive: float


def live(world: LessonWorld, seed: int, plan: Plan = _PLAN) -> Life:
    """Follows a lesson until it is decided, looking every week as the nightly job would look every day."""
    rng = np.random.default_rng(seed)
    uses = simulate_uses(world, _DEALS, rng)
    done: list[tuple[float, float]] = []
    look = None
    for day in np.arange(_WEEK, uses.shown.shown[-1], _WEEK):
        followed = follow(uses.until(float(day)))
        if isinstance(followed, NotEnoughData):
            continue
        found = next_look(followed, plan, done, rng)
        if isinstance(found, Look):
            look = found
            done.append((found.fraction, found.bound))
            if found.decision is not Decision.GO_ON:
                break
    if look is None:
        return Life(None, 0, 0, np.nan, np.nan, np.nan, np.nan)
    return Life(
        look.decision, look.deals, look.needed, look.estimate.effect, look.low, look.high, _naive(uses.until(day))
    )


def _naive(shown: Shown) -> float:
    """What everybody else reports: the win rate of ended deals that ever used it less that of the others."""
    ended, used = ~np.isnan(shown.closed), ~np.isnan(shown.used)
    return float(np.mean(shown.won[ended & used]) - np.mean(shown.won[ended & ~used]))


def lives(world: LessonWorld, runs: int, processes: int = 2) -> list[Life]:
    """So many lessons of one kind."""
    with Pool(processes) as pool:
        return pool.starmap(live, [(world, 1_000 + run) for run in range(runs)], chunksize=8)


def table(runs: int) -> str:
    """The table of README."""
    lines = [
        "| lesson | kept | retired | neither | deals: mean (95 % below) | formula | effect, mean | plain difference |",
        "|---|---|---|---|---|---|---|---|",
        *(_line(name, lives(world, runs)) for name, world in WORLDS),
    ]
    return "\n".join(lines)


def _line(name: str, found: Sequence[Life]) -> str:
    decided = [each for each in found if each.decision is not None]
    deals = np.array([each.deals for each in decided])
    cells = [
        name,
        _share(found, Decision.HELPS),
        _share(found, Decision.HARMFUL, Decision.NO_USE),
        _share(found, Decision.CANT_TELL, None, Decision.GO_ON),
        f"{deals.mean():.0f} ({np.quantile(deals, 0.95):.0f})",
        f"{np.mean([each.needed for each in decided]):.0f}",
        f"{100 * np.mean([each.effect for each in decided]):+.1f}",
        f"{100 * np.mean([each.naive for each in decided]):+.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def _share(found: Sequence[Life], *decisions: Decision | None) -> str:
    of = rate(sum(each.decision in decisions for each in found), len(found))
    return f"{of.value:.1%} ({of.low:.1%} to {of.high:.1%})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    text = table(options.runs)
    print(text)
    if options.write:
        write_section(_BEGIN, _END, text)


if __name__ == "__main__":
    main()
