"""How often the verdicts on steps, attributes, behaviours, ages and claims are right, where the truth is known.

    python -m benchmarks.truth_effects --organisations 20 --deals 1500 6000 --folder FOLDER [--write]

One line per effect goes into FOLDER as it is found, so that a run that was stopped goes on where it was. --write puts
the table into benchmarks/README.md.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from afteraction.analysis.attributes import attribute_effects
from afteraction.analysis.behaviours import WENT_BACK, behaviour_effects
from afteraction.analysis.conduct import conduct
from afteraction.analysis.effect import Estimate
from afteraction.analysis.effects import Effect
from afteraction.analysis.intervals import false_discovery_q_values
from afteraction.analysis.step_effects import StepEffect, step_effects
from afteraction.analysis.verdict import Verdict, p_value, verdict
from afteraction.analysis.winning_later import WinningLater, winning_later
from afteraction.simulate import Organisation, default_organisation, null_effects
from afteraction.simulate.true_effects import step_truth
from afteraction.simulate.truth import truth_world
from afteraction.simulate.world import World
from benchmarks.truth_oracle import oracle
from benchmarks.truth_worlds import (
    TRUTH_DEALS,
    Seen,
    planted,
    seen,
    true_going_back,
    true_levels,
    true_winning_later,
    without_ways_back,
    world_behind,
)

README: Final = Path(__file__).parent / "README.md"
_BEGIN: Final = "<!-- effects against truth: written by the command -->"
_END: Final = "<!-- effects against truth: end -->"
_SECTION: Final = """## Effects against truth

    ./run python -m benchmarks.truth_effects --organisations 40 --deals 300 1500 6000 20000 --folder FOLDER --write

Simulated organisations with all traps on (`docs/simulation.md`): some with effects drawn from -20 to +20 points, the
default one, and one in which nothing helps. Power is the share of effects of 3 points or more that are called by their
sign; the oracle is the same estimator with the true confounders in their true form. `docs/statistics` has the methods.
"""
WORTH_FINDING: Final = 0.03
"""Power is measured on effects of at least 3 points."""
_NO_SOURCE: Final = ("industry", "country", "deal size")
"""Facts that do nothing to any deal."""


@dataclass(frozen=True)
class Found:
    """One effect of one organisation: what was found, and what is true (probabilities from -1 to 1).

    `told` is +1 or -1 where the verdict is that it helps or hurts, by the estimator and by the oracle.
    """

    kind: str
    organisation: str
    deals: int
    seed: int
    name: str
    truth: float
    verdict: str
    leak: bool = False
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    naive: float | None = None
    oracle: str | None = None


def steps_found(organisation: Organisation, label: str, deals: int, seed: int, known: Seen) -> Iterator[Found]:
    """The steps of one organisation beside the truth and the oracle."""
    rng = np.random.default_rng([deals, seed])
    effects = step_effects(known.frame, known.process, rng, earlier=())
    world = truth_world(organisation, seed, TRUTH_DEALS)
    by_oracle = _oracle(organisation, deals, seed, known, effects)
    for effect in effects:
        leak = organisation.steps[organisation.step_number(effect.step)].leak
        truth = 0.0
        if effect.landmark_days is not None and not leak:
            truth = step_truth(world, effect.step, effect.landmark_days).effect_points / 100
        yield _found("step", label, deals, seed, effect.step, truth, effect, leak, by_oracle.get(effect.step))


def attributes_found(organisation: Organisation, label: str, deals: int, seed: int, known: Seen) -> Iterator[Found]:
    """The attributes of which the truth can be had: those drawn on their own, and those that do nothing."""
    truths = true_levels(organisation, seed)
    for effect in attribute_effects(known.frame, np.random.default_rng([deals, seed])):
        truth = 0.0 if effect.attribute in _NO_SOURCE else truths.get((effect.attribute, effect.level))
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
    world = truth_world(organisation, seed, TRUTH_DEALS)
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
        ("nothing helps", without_ways_back(null_effects()), ("step", "behaviour")),
    )


def measure(deals: int, number: int) -> list[Found]:
    """Everything that is found on the organisations of one round, each with reps, deals and luck of its own."""
    found: list[Found] = []
    for place, (label, organisation, kinds) in enumerate(organisations(number)):
        seed = 10 * number + place
        known = seen(organisation, deals, seed)
        for kind in kinds:
            found += _ESTIMATORS[kind](organisation, label, deals, seed, known)
    return found


def table(found: Iterable[Found]) -> str:
    """Markdown: for each estimator and number of deals, how often it was right."""
    groups: dict[tuple[str, int], list[Found]] = {}
    for each in found:
        groups.setdefault((each.kind, each.deals), []).append(each)
    head = (
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
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    lines += [_row(kind, deals, group) for (kind, deals), group in sorted(groups.items())]
    return "\n".join(lines)


def _row(kind: str, deals: int, group: Sequence[Found]) -> str:
    causes = [each for each in group if not each.leak]
    estimated = [each for each in causes if each.low is not None and each.high is not None]
    called = [each for each in estimated if _sign(each.verdict)]
    null = [each for each in estimated if each.truth == 0]
    worth = [each for each in estimated if abs(each.truth) >= WORTH_FINDING]
    with_oracle = [each for each in worth if each.oracle is not None]
    leaks = [each for each in group if each.leak]
    organisations_seen = len({(each.organisation, each.seed) for each in group})
    cells = (
        kind,
        f"{deals:,}",
        str(organisations_seen),
        str(len(estimated)),
        _share([(each.low or 0.0) <= each.truth <= (each.high or 0.0) for each in estimated]),
        _share([bool(_sign(each.verdict)) for each in null]),
        _share([_sign(each.verdict) * each.truth < 0 for each in called]),
        _share([each.verdict == Verdict.LEAK for each in leaks]),
        _share([each.verdict == Verdict.LEAK for each in causes]),
        _share([_sign(each.verdict) * each.truth > 0 for each in worth]),
        _share([_sign(each.oracle or "") * each.truth > 0 for each in with_oracle]),
        _share([abs(each.naive or 0.0) >= WORTH_FINDING for each in null]),
    )
    return f"| {' | '.join(cells)} |"


def _sign(said: str) -> int:
    return {Verdict.HELPS.value: 1, Verdict.HURTS.value: -1}.get(said, 0)


def _share(flags: Sequence[bool]) -> str:
    return f"{np.mean(flags):.1%} of {len(flags)}" if flags else "–"


def kept(folder: Path) -> list[Found]:
    """What earlier runs found."""
    return [
        Found(**json.loads(line))
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=int, default=10, help="rounds of three organisations")
    parser.add_argument("--deals", type=int, nargs="+", default=[1_500, 6_000])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, asked.organisations + 1):
        for deals in asked.deals:
            path = asked.folder / f"{deals}-{number}.jsonl"
            if not path.exists():
                lines = [json.dumps(asdict(each)) for each in measure(deals, number)]
                path.write_text("\n".join(lines) + "\n", encoding="utf-8")
                print(f"{deals:,} deals, round {number}: {len(lines)} effects", flush=True)
    text = table(kept(asked.folder))
    print(text)
    if asked.write:
        _write(text)


def _write(text: str) -> None:
    page = README.read_text(encoding="utf-8")
    if _BEGIN not in page:
        page += f"\n{_SECTION}\n{_BEGIN}\n{_END}\n"
    before, rest = page.split(_BEGIN)
    after = rest.split(_END)[1]
    README.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
