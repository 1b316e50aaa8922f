"""By how much larger an effect must be, where few clusters are drawn, for randomisation inference to show it.

    python -m benchmarks.power_of_few --rounds 1000 [--write]

--write puts the table into benchmarks/README.md; `experiment_power.RANDOMISED` holds its last column.
"""

import argparse
from statistics import NormalDist
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.experiment_power import drift
from afteraction.analysis.randomisation_inference import ClusterCourse, arrangements, rejected_at
from benchmarks.page import write_section
from benchmarks.truth_found import markdown, share

_BEGIN: Final = "<!-- power of few: written by the command -->"
_END: Final = "<!-- power of few: end -->"
CLUSTERS: Final = (8, 10, 12, 16, 20, 30, 40)
LOOKS: Final = 20
DRAWS: Final = 499
POWER: Final = 0.8
BETWEEN: Final = 0.5
"""The share of the variance of a cluster's mean at the end that no deal of the same cluster takes away."""
_DEALS: Final = 50.0
_TRIED: Final = (1.0, 1.2, 1.45)
_NORMAL: Final = NormalDist()


def power(clusters: int, factor: float, rounds: int) -> float:
    """How often a trial of even clusters finds an effect of `factor` times what many clusters need for POWER.

    Means of clusters are a level plus a sum that is known ever better, at LOOKS looks. The same clusters for each
    factor, so that powers differ by it alone.
    """
    rng = np.random.default_rng([clusters, 7])
    effect = factor * drift(POWER) * np.sqrt(4 / clusters)
    times = np.arange(1, LOOKS + 1) / LOOKS
    found = 0
    for _round in range(rounds):
        level = rng.normal(0, np.sqrt(BETWEEN), clusters)
        steps = rng.normal(0, np.sqrt((1 - BETWEEN) / LOOKS), (LOOKS, clusters)).cumsum(axis=0)
        treated = rng.permutation(clusters) < clusters // 2
        mean: Floats = level + steps / times[:, None] + effect * treated
        deals = np.repeat(_DEALS * times[:, None] * LOOKS, clusters, axis=1)
        course = ClusterCourse(mean * deals, deals, treated, np.zeros(clusters, dtype=np.int64), 1.0)
        arranged = arrangements(treated, course.stratum, rng, DRAWS)
        found += rejected_at(course, times, arranged, 0.0) is not None
    return found / rounds


def needed(powers: list[float]) -> float:
    """The factor at which POWER is reached: a straight line in the quantiles of the powers tried."""
    quantiles = [_NORMAL.inv_cdf(min(max(each, 0.01), 0.99)) for each in powers]
    slope, start = np.polyfit(_TRIED, quantiles, 1)
    return float((_NORMAL.inv_cdf(POWER) - start) / slope)


def table(rounds: int) -> str:
    """Power by clusters and factor."""
    rows = []
    for clusters in CLUSTERS:
        powers = [power(clusters, factor, rounds) for factor in _TRIED]
        shown = [share([True] * round(each * rounds) + [False] * round((1 - each) * rounds)) for each in powers]
        rows.append((f"{clusters}", *shown, f"{max(needed(powers), 1.0):.2f}"))
    head = ("clusters", *(f"power at {factor:g} times the effect" for factor in _TRIED), "times for 80 %")
    return markdown(head, rows)


def main() -> None:
    """Simulate, print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    found = table(asked.rounds)
    if not asked.write:
        print(found)
        return
    write_section(_BEGIN, _END, found)


if __name__ == "__main__":
    main()
