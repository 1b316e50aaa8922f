"""What the analysis proposes about a process whose truth is known: which steps to take out, which practices to add.

    python -m benchmarks.truth_proposals --runs 40 --deals 12000 [--write]

Each run is an organisation of its own (`truth_worlds.planted`): two steps in five do nothing, the others up to ±20
points. Two of its steps are taken off the paper, so that people do them unasked. --write puts the table into
benchmarks/README.md.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from afteraction.analysis.discovery import discover
from afteraction.analysis.step_effects import StepEffect, step_effects
from afteraction.analysis.unwritten import Unwritten, has_no_power, unwritten_practices
from afteraction.analysis.verdict import MATTERS, Verdict
from afteraction.errors import NotEnoughData
from afteraction.process.editing import without_step
from afteraction.simulate import Organisation
from afteraction.simulate.true_effects import step_truth
from afteraction.simulate.truth import truth_world
from afteraction.simulate.world import World
from benchmarks.page import write_section
from benchmarks.truth_found import markdown, share
from benchmarks.truth_worlds import TRUTH_DEALS, planted, seen

_BEGIN: Final = "<!-- truth of proposals: written by the command -->"
_END: Final = "<!-- truth of proposals: end -->"
_OFF_PAPER: Final = 2
_WORTH: Final = 0.03
"""Power is measured on effects of at least 3 points."""
_NOTHING: Final = 0.002
"""The truth is found by simulation: below this it is nothing."""


@dataclass(frozen=True)
class Judged:
    """A step on paper or a practice off it: what it truly does (probability), and whether a change is proposed."""

    on_paper: bool
    truth: float
    proposed: bool


def run(number: int, deals: int) -> list[Judged]:
    """What is proposed about one organisation, beside the truth."""
    organisation = planted(number)
    rng = np.random.default_rng([number, 31])
    with threadpool_limits(1):
        known = seen(organisation, deals, number)
        causes = [step.id for step in organisation.steps if not step.leak]
        off = rng.choice(causes, _OFF_PAPER, replace=False)
        paper = known.process
        for step in off:
            paper = without_step(paper, str(step))
        found = discover(known.tables, known.log, "followed")
        if isinstance(found, NotEnoughData):
            return []
        practices = unwritten_practices(known.tables, known.log, paper, found.process, rng)
        on_paper = step_effects(known.frame, known.process, rng, earlier=())
        truths = _Truths(organisation, truth_world(organisation, number, TRUTH_DEALS))
        return [*_steps(on_paper, frozenset(map(str, off)), truths), *_practices(practices, organisation, truths)]


@dataclass(frozen=True)
class _Truths:
    """What steps truly do."""

    organisation: Organisation
    world: World

    def of(self, step: str, effect: StepEffect) -> float | None:
        """In probability, at the landmark of the estimate; None where there is none, or the step is no cause."""
        if effect.landmark_days is None or self.organisation.steps[self.organisation.step_number(step)].leak:
            return None
        return step_truth(self.world, step, effect.landmark_days).effect_points / 100


def _steps(effects: Sequence[StepEffect], off: frozenset[str], truths: _Truths) -> Iterator[Judged]:
    for each in effects:
        true = truths.of(each.step, each) if each.step not in off else None
        if true is not None:
            yield Judged(True, true, has_no_power(each.verdict, each.low, each.high))


def _practices(practices: Sequence[Unwritten], organisation: Organisation, truths: _Truths) -> Iterator[Judged]:
    """Those that are steps of the organisation; its idle follow-ups do nothing at all."""
    by_activity = {step.activity: step.id for step in organisation.steps}
    for each in practices:
        step = by_activity.get(each.step.activities[0])
        true = truths.of(step, each.effect) if step is not None else 0.0
        if true is not None:
            yield Judged(False, true, each.effect.verdict is Verdict.HELPS)


def table(runs: int, deals: int, processes: int = 1) -> str:
    """What was proposed over so many organisations."""
    with Pool(processes) as pool:
        found = [each for judged in pool.starmap(run, [(n, deals) for n in range(runs)]) for each in judged]
    on = [each for each in found if each.on_paper]
    off = [each for each in found if not each.on_paper]
    small = MATTERS / 2
    rows = [
        ("steps that do next to nothing (within ±2.5 points): proposed to go", share(_of(on, 0, small))),
        ("steps that do 5 points or more, either way: proposed to go", share(_of(on, MATTERS, 1))),
        ("practices that bring 3 points or more: proposed as a step", share(_of(off, _WORTH, 1, helps=True))),
        ("practices that bring nothing or do harm: proposed as a step", share(_no_help(off))),
    ]
    return f"{runs} organisations of {deals:,} deals.\n\n" + markdown(("what it truly is", "proposed"), rows)


def _of(found: Sequence[Judged], low: float, high: float, helps: bool = False) -> list[bool]:
    return [each.proposed for each in found if low <= (each.truth if helps else abs(each.truth)) <= high]


def _no_help(found: Sequence[Judged]) -> list[bool]:
    return [each.proposed for each in found if each.truth <= _NOTHING]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--deals", type=int, default=12_000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    text = table(options.runs, options.deals, options.processes)
    print(text)
    if options.write:
        write_section(_BEGIN, _END, text)


if __name__ == "__main__":
    main()
