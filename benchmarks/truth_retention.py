"""Whether retention is measured and forecast as it is: invented people whose memory is known.

    python -m benchmarks.truth_retention [--rounds 150] [--write]

--write puts the tables into benchmarks/README.md.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.calibration import Accuracy, Measured
from afteraction.analysis.retention import (
    RECENT_DAYS,
    Retention,
    corrected,
    correction,
    forecast_accuracy,
    retention_of_many,
)
from benchmarks.learner_worlds import WORLDS, Learned, World, learned
from benchmarks.page import write_section
from benchmarks.truth_found import markdown, share

BEGIN: Final = "<!-- truth of retention: written by the command -->"
END: Final = "<!-- truth of retention: end -->"
DAYS: Final = 120
_FROM: Final = 56
"""From this day on, forecasts are corrected by what was known a week at a time, and judged on that week."""
_WEEK: Final = 7
_MANY: Final = 400


@dataclass(frozen=True)
class Judged:
    """How good the forecasts of the later answers are: by FSRS alone, corrected, and by the truth itself."""

    world: str
    n: int
    recalled: float
    alone: float
    fsrs: Accuracy
    mean: float
    ours: Accuracy
    oracle: float


def judged(world: World, rng: np.random.Generator, people: int, cards: int) -> Judged:
    """Forecasts of one world, each week's corrected by the answers before that week, and judged on it."""
    found = learned(world, rng, people, cards, DAYS)
    later = found.day >= _FROM
    answers, ours = found.answers.among(later), found.answers.forecast.copy()
    for first in range(_FROM, DAYS, _WEEK):
        past = (found.day < first) & (found.day >= first - RECENT_DAYS)
        week = (found.day >= first) & (found.day < first + _WEEK)
        by = correction(found.answers.forecast[past], found.answers.right[past])
        ours[week] = corrected(found.answers.forecast[week], by)
    ours = ours[later]
    return Judged(
        world=world.name,
        n=len(answers),
        recalled=float(np.mean(answers.right)),
        alone=float(np.mean(answers.forecast)),
        fsrs=_accuracy(answers.forecast, found, later),
        mean=float(np.mean(ours)),
        ours=_accuracy(ours, found, later),
        oracle=_accuracy(found.truth[later], found, later).log_loss.value,
    )


def _accuracy(forecast: Floats, found: Learned, chosen: np.ndarray) -> Accuracy:
    accuracy = forecast_accuracy(forecast, found.answers.right[chosen], found.answers.person[chosen])
    if not isinstance(accuracy, Accuracy):
        raise SystemExit(f"found: {accuracy.reason}; expected: {accuracy.needed}; next: more people or cards")
    return accuracy


def forecasts(worlds: tuple[World, ...], people: int, cards: int) -> str:
    """The table of forecasts: one row a world and kind of forecast."""
    return markdown(
        ("how people remember", "answers", "forecast by", "forecast", "remembered", "slope (95 %)", "excess log loss"),
        (
            (each.world, f"{each.n:,}", name, f"{mean:.1%}", f"{each.recalled:.1%}", _slope(by.slope),
             f"{by.log_loss.value - each.oracle:+.4f}")
            for number, world in enumerate(worlds)
            for each in [judged(world, np.random.default_rng(number), people, cards)]
            for name, mean, by in (("FSRS", each.alone, each.fsrs), ("corrected", each.mean, each.ours))
        ),
    )  # fmt: skip


def _slope(slope: Measured) -> str:
    return f"{slope.value:.2f} ({slope.low:.2f} to {slope.high:.2f})"


def intervals(worlds: tuple[World, ...], rounds: int) -> str:
    """The table of measured retention: how often its interval holds what such people remember."""
    return markdown(
        ("how people remember", "people", "answers", "95 % intervals that hold the truth", "mean error", "mean width"),
        _interval_rows(worlds, rounds),
    )


def _interval_rows(worlds: tuple[World, ...], rounds: int) -> Iterator[tuple[str, ...]]:
    for number, world in enumerate(worlds):
        rng = np.random.default_rng(100 + number)
        truth = float(np.mean(learned(world, rng, _MANY, 12, 60).truth))
        for people in (6, 20):
            found = [retention_of_many(learned(world, rng, people, 12, 60).answers) for _round in range(rounds)]
            told = [each for each in found if isinstance(each, Retention)]
            yield (
                world.name,
                str(people),
                f"{np.mean([each.n for each in told]):,.0f}",
                share([each.measured.low <= truth <= each.measured.high for each in told]),
                f"{np.mean([each.measured.value for each in told]) - truth:+.3f}",
                f"{np.mean([each.measured.high - each.measured.low for each in told]):.3f}",
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    text = f"{forecasts(WORLDS, 60, 40)}\n\n{intervals(WORLDS[:5], asked.rounds)}"
    print(text)
    if asked.write:
        write_section(BEGIN, END, text)


if __name__ == "__main__":
    main()
