"""How often the intervals of the reviews hold what is true: simulated voices, buyers and people.

    python -m benchmarks.truth_reviews --rounds 2000 [--write]

--write puts the table into benchmarks/README.md.
"""

import argparse
from collections.abc import Iterator
from typing import Final

import numpy as np

from afteraction.analysis.agreement import Agreement, Level, agreement
from afteraction.analysis.calibration import Measured
from afteraction.analysis.intervals import Rate
from afteraction.analysis.paired_voices import PairedDifference, paired_difference
from afteraction.analysis.person_calibration import PersonCalibration, Scores, Slope, person_calibration
from afteraction.analysis.response_weights import ResponseWeights, corrected, response_weights
from afteraction.analysis.weighted_share import WeightedShare
from benchmarks.page import write_section
from benchmarks.review_worlds import NAMED_MORE, invited_buyers, person, two_voices, who_says_price
from benchmarks.truth_found import Found, markdown, share

_BEGIN: Final = "<!-- truth of reviews: written by the command -->"
_END: Final = "<!-- truth of reviews: end -->"
_LARGE: Final = 400_000
_BOLD: Final = {"well calibrated": 0.0, "bold": 0.8}


def agreements_found(rounds: int) -> Iterator[Found]:
    """Alpha of two voices."""
    rng = np.random.default_rng(1)
    truth = agreement(two_voices(np.random.default_rng(0), _LARGE)[0], Level.NOMINAL, rng)
    for deals in (20, 60, 300):
        for number in range(rounds):
            found = agreement(two_voices(rng, deals)[0], Level.NOMINAL, rng)
            if isinstance(found, Agreement) and isinstance(truth, Agreement):
                yield _found("α of two voices", deals, number, truth.value, found)


def paired_found(rounds: int) -> Iterator[Found]:
    """How much more often one voice says price."""
    rng = np.random.default_rng(2)
    for deals in (20, 60, 300):
        for number in range(rounds):
            found = paired_difference(*who_says_price(rng, deals))
            if isinstance(found, PairedDifference):
                yield _found("one voice less another", deals, number, NAMED_MORE, found)


def answers_found(rounds: int) -> Iterator[Found]:
    """The share of buyers who say price, as it is among those who answered and weighted."""
    rng = np.random.default_rng(3)
    truth = float(np.mean(invited_buyers(np.random.default_rng(0), _LARGE)[0]))
    for deals in (200, 600, 3_000):
        for number in range(rounds):
            price, answered, words, numbers = invited_buyers(rng, deals)
            weights = response_weights(answered, words, numbers)
            if isinstance(weights, ResponseWeights):
                found = corrected(price, weights)
                yield _found("share of buyers, not weighted", deals, number, truth, found.plain)
                yield _found("share of buyers, weighted", deals, number, truth, found.weighted)


def people_found(rounds: int) -> Iterator[Found]:
    """Over-confidence, scores and slopes."""
    rng = np.random.default_rng(4)
    for name, bold in _BOLD.items():
        truth = person_calibration(*person(np.random.default_rng(0), _LARGE, bold))
        for deals in (12, 25, 60, 200):
            for number in range(rounds):
                found = person_calibration(*person(rng, deals, bold), 0.4)
                if isinstance(found, PersonCalibration) and isinstance(truth, PersonCalibration):
                    yield from _person_found(name, deals, number, found, truth)


def _person_found(
    name: str, deals: int, number: int, found: PersonCalibration, truth: PersonCalibration
) -> Iterator[Found]:
    yield _found(f"over-confidence, {name}", deals, number, truth.over_confidence.value, found.over_confidence)
    if isinstance(found.scores, Scores) and isinstance(truth.scores, Scores):
        yield _found(f"Brier score, {name}", deals, number, truth.scores.brier.value, found.scores.brier)
    if isinstance(found.slope, Slope) and isinstance(truth.slope, Slope):
        yield _found(f"slope, {name}", deals, number, truth.slope.slope.value, found.slope.slope)
        yield _found(f"in the large, {name}", deals, number, truth.slope.in_large.value, found.slope.in_large)


def _found(
    kind: str,
    deals: int,
    number: int,
    truth: float,
    found: Agreement | PairedDifference | Measured | Rate | WeightedShare,
) -> Found:
    return Found(kind, "simulated", deals, number, kind, truth, effect=found.value, low=found.low, high=found.high)


def table(found: list[Found]) -> str:
    """One row for each figure and number of deals."""
    groups: dict[tuple[str, int], list[Found]] = {}
    for each in found:
        groups.setdefault((each.kind, each.deals), []).append(each)
    kinds = list(dict.fromkeys(each.kind for each in found))
    head = ("what", "deals", "95 % intervals that hold the truth", "mean error", "mean width")
    return markdown(
        head,
        (
            (
                kind,
                f"{deals:,}",
                share([each.holds for each in group]),
                f"{np.mean([(each.effect or 0.0) - each.truth for each in group]):+.3f}",
                f"{np.mean([(each.high or 0.0) - (each.low or 0.0) for each in group]):.3f}",
            )
            for (kind, deals), group in sorted(groups.items(), key=lambda item: (kinds.index(item[0][0]), item[0][1]))
        ),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2_000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    kinds = (agreements_found, paired_found, answers_found, people_found)
    text = table([each for kind in kinds for each in kind(asked.rounds)])
    print(text)
    if asked.write:
        write_section(_BEGIN, _END, text)


if __name__ == "__main__":
    main()
