"""What every step of the process does to the chance of winning, as far as the record can tell."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from afteraction.analysis.covariates import known_at, matrix, steps_done
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effect import OVERLAP, Comparison, Estimate, estimate
from afteraction.analysis.intervals import false_discovery_q_values
from afteraction.analysis.landmark import Population, landmark_days, population
from afteraction.analysis.leaks import Leak, find_leak
from afteraction.analysis.verdict import Verdict, deals_needed, e_value, interval, p_value, verdict
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

_DROPPED = 0.1
"""A warning is given from this share of deals without overlap, or without a known end, on."""


@dataclass(frozen=True)
class StepEffect:
    """The verdict on one step. Effects, intervals and rates are probabilities from -1 to 1.

    `n` deals were open `landmark_days` after entering the stage; `did` of them had done the step. Where nothing can be
    estimated, `refused` says why and the figures are None. `naive_difference` is what the plain win rates say.
    """

    step: str
    stage: str
    verdict: Verdict
    landmark_days: float | None = None
    n: int = 0
    did: int = 0
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    q: float | None = None
    rate_did: float | None = None
    rate_not: float | None = None
    naive_difference: float | None = None
    e_value: float | None = None
    deals_needed: int | None = None
    compared: int = 0
    warnings: tuple[str, ...] = ()
    refused: NotEnoughData | None = None
    leak: Leak | None = None


@dataclass(frozen=True)
class _Attempt:
    step: int
    landmark: float | None
    leak: Leak | None
    result: Estimate | NotEnoughData
    warnings: tuple[str, ...] = ()


def step_effects(frame: DealFrame, process: Process, rng: np.random.Generator) -> tuple[StepEffect, ...]:
    """The effect of each step, in the order of the process; false discoveries are limited over all of them."""
    stages = [process.stages.index(step.stage) for step in process.steps]
    leaks = [find_leak(frame, stage, step) for step, stage in enumerate(stages)]
    others = [step for step, leak in enumerate(leaks) if leak is None]

    def attempt(step: int, step_rng: np.random.Generator) -> _Attempt:
        if leaks[step]:
            nothing = NotEnoughData("the step follows the decision", "nothing: it is no cause")
            return _Attempt(step, None, leaks[step], nothing)
        return _attempt(frame, step, stages[step], [other for other in others if other != step], step_rng)

    # Steps side by side, each on one thread: its matrices are too small for more.
    with threadpool_limits(1), ThreadPoolExecutor(os.cpu_count()) as pool:
        attempts = list(pool.map(attempt, range(len(stages)), rng.spawn(len(stages))))
    return _judged(process, attempts)


def comparison(frame: DealFrame, people: Population, step: int, others: Sequence[int]) -> Comparison:
    """Deals at a step's landmark, with everything that is adjusted for."""
    columns = known_at(frame, people.rows, people.start)
    columns += steps_done(frame, people.rows, people.start, people.landmark, others)
    did = frame.done[people.rows, step] <= people.start + people.landmark
    return Comparison(did, people.won, people.weight, matrix(columns, len(people.rows)), frame.owner.codes[people.rows])


def _attempt(frame: DealFrame, step: int, stage: int, others: Sequence[int], rng: np.random.Generator) -> _Attempt:
    start = frame.entered[:, stage]
    landmark = landmark_days(frame.done[:, step] - start)
    if landmark is None:
        return _Attempt(step, None, None, NotEnoughData("nobody did it in its stage", "deals in which it was done"))
    people = population(frame, start, landmark)
    compared = comparison(frame, people, step, others)
    result = estimate(compared, rng)
    return _Attempt(step, landmark, None, result, tuple(_warnings(people, result)))


def _warnings(people: Population, result: Estimate | NotEnoughData) -> list[str]:
    if isinstance(result, NotEnoughData):
        return []
    found = []
    alone = 1 - result.compared / result.n
    if alone >= _DROPPED:
        found.append(f"{alone:.0%} of deals had less than {OVERLAP:.1%} chance of doing otherwise and are left out")
    unknown = 1 - float(np.mean(people.ended))
    if unknown >= _DROPPED:
        found.append(f"{unknown:.0%} of deals are still open; those that ended stand for them")
    if not result.clustered:
        found.append(f"with {result.owners} owners the interval takes deals as independent")
    return found


def _judged(process: Process, attempts: Sequence[_Attempt]) -> tuple[StepEffect, ...]:
    estimated = [a.result for a in attempts if isinstance(a.result, Estimate)]
    q_values = iter(false_discovery_q_values([p_value(each) for each in estimated]))
    effects = []
    for attempt in attempts:
        step, result = process.steps[attempt.step], attempt.result
        if isinstance(result, NotEnoughData):
            said = Verdict.LEAK if attempt.leak else Verdict.CANT_TELL
            effects.append(StepEffect(step.id, step.stage, said, attempt.landmark, refused=result, leak=attempt.leak))
            continue
        q = next(q_values)
        low, high = interval(result)
        said = verdict(result, q)
        effects.append(
            StepEffect(
                step=step.id,
                stage=step.stage,
                verdict=said,
                landmark_days=attempt.landmark,
                n=result.n,
                did=result.did,
                effect=result.effect,
                low=low,
                high=high,
                q=q,
                rate_did=result.rate_did,
                rate_not=result.rate_not,
                naive_difference=result.naive,
                e_value=e_value(result.rate_did, result.rate_not) if said in (Verdict.HELPS, Verdict.HURTS) else None,
                deals_needed=deals_needed(result) if said is Verdict.CANT_TELL else None,
                compared=result.compared,
                warnings=attempt.warnings,
            )
        )
    return tuple(effects)
