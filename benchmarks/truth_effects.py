"""What is said of steps, attributes, behaviours, ages and segments, where the truth is known."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from afteraction.analysis.attributes import attribute_effects
from afteraction.analysis.behaviours import WENT_BACK, behaviour_effects
from afteraction.analysis.conduct import conduct
from afteraction.analysis.effect import Estimate
from afteraction.analysis.effects import Effect
from afteraction.analysis.heterogeneity import BySegment
from afteraction.analysis.intervals import false_discovery_q_values
from afteraction.analysis.step_effects import StepEffect, step_effects
from afteraction.analysis.verdict import Verdict, p_value, verdict
from afteraction.analysis.winning_later import WinningLater, winning_later
from afteraction.simulate import Organisation, default_organisation, null_effects
from afteraction.simulate.true_effects import StepTruth, step_truth
from afteraction.simulate.truth import truth_world
from afteraction.simulate.world import World
from benchmarks.truth_found import Found, share
from benchmarks.truth_oracle import oracle
from benchmarks.truth_worlds import (
    TRUTH_DEALS,
    Seen,
    enough_to_know,
    planted,
    planted_ways_back,
    seen,
    true_going_back,
    true_levels,
    true_winning_later,
    without_ways_back,
    world_behind,
)

WORTH_FINDING: Final = 0.03
"""Power is measured on effects of at least 3 points."""
NO_SOURCE: Final = ("industry", "country", "deal size")
"""Facts that do nothing to any deal."""


def steps_found(organisation: Organisation, label: str, deals: int, seed: int, known: Seen) -> Iterator[Found]:
    """The steps of one organisation beside the truth and the oracle."""
    rng = np.random.default_rng([deals, seed])
    effects = step_effects(known.frame, known.process, rng, earlier=())
    world = truth_world(organisation, seed, TRUTH_DEALS)
    by_oracle = _oracle(organisation, deals, seed, known, effects)
    for effect in effects:
        leak = organisation.steps[organisation.step_number(effect.step)].leak
        true = None if effect.landmark_days is None or leak else step_truth(world, effect.step, effect.landmark_days)
        truth = true.effect_points / 100 if true else 0.0
        yield _found("step", label, deals, seed, effect.step, truth, effect, leak, by_oracle.get(effect.step))
        if true and effect.by_segment:
            yield from _segments_found(label, deals, seed, effect.by_segment, true)


def _segments_found(label: str, deals: int, seed: int, found: BySegment, truth: StepTruth) -> Iterator[Found]:
    """A step in each segment, and whether segments are said to differ (the truth: how far they do at most)."""
    truths = {name: points / 100 for name, points in truth.effect_by_segment.items()}
    for each in found.segments:
        name = f"{truth.step} {each.segment}"
        figures = (each.effect, each.low, each.high)
        yield Found("step in a segment", label, deals, seed, name, truths[each.segment], "", False, *figures)
        if each.pooled is not None:
            figures = (each.pooled, each.pooled_low, each.pooled_high)
            yield Found("the same, pooled", label, deals, seed, name, truths[each.segment], "", False, *figures)
    judged = [truths[each.segment] for each in found.segments]
    said = "differ" if found.differ else ""
    yield Found("segments", label, deals, seed, truth.step, max(judged) - min(judged), said)


def attributes_found(organisation: Organisation, label: str, deals: int, seed: int, known: Seen) -> Iterator[Found]:
    """The attributes of which the truth can be had: those drawn on their own, and those that do nothing."""
    truths = true_levels(organisation, seed)
    for effect in attribute_effects(known.frame, np.random.default_rng([deals, seed])):
        truth = 0.0 if effect.attribute in NO_SOURCE else truths.get((effect.attribute, effect.level))
        if truth is not None:
            name = f"{effect.attribute} {effect.level}"
            yield _found("attribute", label, deals, seed, name, truth, effect)


def behaviours_found(organisation: Organisation, label: str, deals: int, seed: int, known: Seen) -> Iterator[Found]:
    """The behaviours, which do nothing here, but for going back."""
    worked = conduct(known.tables, known.log, known.process, known.frame)
    world = truth_world(organisation, seed, TRUTH_DEALS)
    for effect in behaviour_effects(known.frame, known.process, worked, np.random.default_rng([deals, seed])):
        truth = 0.0
        if effect.behaviour == WENT_BACK and effect.landmark_days is not None:
            truth = true_going_back(world, effect.landmark_days)
        yield _found("behaviour", label, deals, seed, effect.behaviour, truth, effect)


def ages_found(organisation: Organisation, label: str, deals: int, seed: int, known: Seen) -> Iterator[Found]:
    """The chance of winning of deals open at an age, less at their start."""
    world = truth_world(organisation, seed, enough_to_know(deals))
    later = winning_later(known.frame)
    for each in later if isinstance(later, tuple) else ():
        yield _age(each, label, deals, seed, world)


def _age(each: WinningLater, label: str, deals: int, seed: int, world: World) -> Found:
    told = Verdict.HELPS if each.low > 0 else Verdict.HURTS if each.high < 0 else Verdict.CANT_TELL
    return Found(
        "age",
        label,
        deals,
        seed,
        f"open after {each.quantile:.0%}",
        true_winning_later(world, each.age_days),
        told.value,
        effect=each.difference,
        low=each.low,
        high=each.high,
        naive=each.naive,
    )


def _found(
    kind: str,
    label: str,
    deals: int,
    seed: int,
    name: str,
    truth: float,
    effect: Effect,
    leak: bool = False,
    by_oracle: str | None = None,
) -> Found:
    figures = (effect.effect, effect.low, effect.high, effect.naive_difference)
    return Found(kind, label, deals, seed, name, truth, effect.verdict.value, leak, *figures, by_oracle)


def _oracle(
    organisation: Organisation, deals: int, seed: int, known: Seen, effects: Sequence[StepEffect]
) -> dict[str, str]:
    """The oracle's verdicts on the steps that were estimated."""
    world = world_behind(organisation, deals, seed)
    rng = np.random.default_rng([deals, seed, 1])
    estimates = {}
    for number, effect in enumerate(effects):
        if effect.effect is not None and effect.landmark_days is not None:
            stage = known.process.stages.index(effect.stage)
            with threadpool_limits(1):
                result = oracle(known.frame, world, number, stage, effect.landmark_days, rng)
            if isinstance(result, Estimate):
                estimates[effect.step] = result
    q_values = false_discovery_q_values([p_value(each) for each in estimates.values()])
    return {step: verdict(each, q).value for (step, each), q in zip(estimates.items(), q_values, strict=True)}


_ESTIMATORS: Final[dict[str, Callable[[Organisation, str, int, int, Seen], Iterator[Found]]]] = {
    "step": steps_found,
    "attribute": attributes_found,
    "behaviour": behaviours_found,
    "age": ages_found,
}


def organisations(number: int) -> tuple[tuple[str, Organisation, tuple[str, ...]], ...]:
    """The organisations of one round, and which estimators are tried on each."""
    return (
        ("planted", planted(number), ("step", "age")),
        ("default", default_organisation(), ("step", "attribute")),
        ("nothing helps", planted_ways_back(without_ways_back(null_effects()), number), ("step", "behaviour")),
    )


def effects_found(deals: int, number: int) -> Iterator[Found]:
    """Everything that is found on the organisations of one round, each with reps, deals and luck of its own."""
    for place, (label, organisation, kinds) in enumerate(organisations(number)):
        seed = 10 * number + place
        known = seen(organisation, deals, seed)
        for kind in kinds:
            yield from _ESTIMATORS[kind](organisation, label, deals, seed, known)


EFFECT_KINDS: Final = ("step", "step in a segment", "the same, pooled", "attribute", "behaviour", "age")
EFFECT_HEAD: Final = (
    "what",
    "deals",
    "organisations",
    "effects",
    "95 % intervals that hold the truth",
    "null ones called helps or hurts",
    "wrong sign of those called",
    "leaks found",
    "causes called a leak",
    "power",
    "oracle's power",
    "plain difference of null ones is 3 points or more",
)


def effect_row(kind: str, deals: int, group: Sequence[Found]) -> tuple[str, ...]:
    """How often an estimator was right, of so many deals."""
    causes = [each for each in group if not each.leak]
    estimated = [each for each in causes if each.estimated]
    called = [each for each in estimated if sign(each.verdict)]
    null = [each for each in estimated if each.truth == 0]
    worth = [each for each in estimated if abs(each.truth) >= WORTH_FINDING]
    with_oracle = [each for each in worth if each.oracle is not None]
    leaks = [each for each in group if each.leak]
    return (
        kind,
        f"{deals:,}",
        str(len({each.run for each in group})),
        str(len(estimated)),
        share([each.holds for each in estimated]),
        share([bool(sign(each.verdict)) for each in null]),
        share([sign(each.verdict) * each.truth < 0 for each in called]),
        share([each.verdict == Verdict.LEAK for each in leaks]),
        share([each.verdict == Verdict.LEAK for each in causes]),
        share([sign(each.verdict) * each.truth > 0 for each in worth]),
        share([sign(each.oracle or "") * each.truth > 0 for each in with_oracle]),
        share([abs(each.naive or 0.0) >= WORTH_FINDING for each in null]),
    )


def sign(said: str) -> int:
    return {Verdict.HELPS.value: 1, Verdict.HURTS.value: -1}.get(said, 0)
