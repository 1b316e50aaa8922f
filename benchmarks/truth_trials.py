"""How often whole trials say what is not so: every design, from the deals to what the locked rule decides at each look.

    python -m benchmarks.truth_trials --rounds 300 [--write]

--write puts the table into benchmarks/README.md. The intervals by themselves, looked at daily: `truth_experiments`.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.stats import t as student

from afteraction.analysis.stopping_rule import Decided, Decision
from afteraction.analysis.trial_estimate import Found
from afteraction.analysis.trial_plan import TrialPlan
from afteraction.analysis.trial_result import PastLook, TrialResult, trial_result
from benchmarks.page import write_section
from benchmarks.trial_worlds import ASSIGN, HORIZON, World, made
from benchmarks.truth_found import markdown, share

_BEGIN: Final = "<!-- truth of trials: written by the command -->"
_END: Final = "<!-- truth of trials: end -->"
END: Final = ASSIGN + HORIZON
EVERY: Final = 14.0
WORLDS: Final = (
    ("deals, adjusted", World("deals", 1300, known=0.25), 0.07),
    ("8 reps", World("units", 400, 8), 0.25),
    ("20 reps", World("units", 1000, 20), 0.14),
    ("200 reps", World("units", 4000, 200), 0.05),
    ("10 reps by turns", World("turns", 1200, 10), 0.08),
    ("14 reps step by step", World("steps", 1600, 14, likeness=0.01, trend=0.1), 0.13),
)
"""A trial, and a true effect that about four of five trials of that size show by one look at the end."""


@dataclass(frozen=True)
class Course:
    """What a trial came to: what the rule decided, after what share of the planned time, whether any interval left out
    the truth, whether one look at the end left out 0, and whether the guardrail stopped it."""

    decision: Decision
    time: float
    truth_excluded: bool
    found_at_end: bool
    guarded: bool


def course(world: World, effect: float, planned: float, rng: np.random.Generator, every: float = EVERY) -> Course:
    """A trial with that true effect, planned for another, looked at every so often until its rule decides."""
    plan, deals = made(replace(world, effect=effect), rng, planned=planned)
    past: list[PastLook] = []
    decided: tuple[Decision, float, bool] | None = None
    excluded = False
    for day in [*np.arange(HORIZON + every, END, every), END]:
        result = trial_result(plan, deals.only(deals.at <= day), float(day), past)
        past.append(result.past)
        found = result.found
        excluded |= isinstance(found, Found) and not found.interval.low <= effect <= found.interval.high
        says = result.decided
        if decided is None and isinstance(says, Decided) and says.decision != Decision.GO_ON:
            decided = says.decision, result.fraction, any(each.hurt for each in result.guards)
    last = trial_result(plan, deals, END)
    decision, time, guarded = decided or (Decision.REJECT, 1.0, False)
    return Course(decision, time, excluded, _excludes_nothing(plan, last), guarded)


def _excludes_nothing(plan: TrialPlan, only: TrialResult) -> bool:
    """Whether a fixed sample at the end shows an effect: by t, or by what else might have been drawn."""
    found = only.found
    if not isinstance(found, Found):
        return False
    if plan.method == "randomisation":
        return not found.interval.low <= 0 <= found.interval.high
    return abs(found.look.value) > found.look.error * float(student.ppf(0.975, found.look.freedom))


def table(rounds: int, worlds: Sequence[tuple[str, World, float]] = WORLDS) -> str:
    """A row for each design."""
    rows = []
    for number, (name, world, true) in enumerate(worlds):
        rng = np.random.default_rng([number, 4])
        none = [course(world, 0.0, true, rng) for _round in range(rounds)]
        some = [course(world, true, true, rng) for _round in range(rounds)]
        helped = [each.decision in (Decision.BENEFIT, Decision.ADOPT) for each in some]
        power, at_end = float(np.mean(helped)), float(np.mean([each.found_at_end for each in some]))
        rows.append(
            (
                name,
                f"{world.deals:,}",
                f"{true * 100:.0f} points",
                share([each.decision in (Decision.BENEFIT, Decision.ADOPT) for each in none]),
                share([not each.truth_excluded for each in none + some]),
                f"{power:.0%}",
                f"{at_end:.0%}",
                f"{power / at_end:.2f}" if at_end else "–",
                share([each.guarded for each in none]),
                f"{np.mean([each.time for each in none]):.0%}",
                f"{np.mean([each.time for each in some]):.0%}",
            )
        )
    head = ("drawn", "deals", "effect", "adopted though nothing is there", "intervals that hold the truth all year",
            "adopted where it is", "one look at the end shows it", "ratio", "stopped by a guardrail for nothing",
            "share of the time, nothing there", "share of the time, where it is")  # fmt: skip
    return markdown(head, rows)


def main() -> None:
    """Simulate, print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    found = table(asked.rounds)
    if not asked.write:
        print(found)
        return
    write_section(_BEGIN, _END, found)


if __name__ == "__main__":
    main()
