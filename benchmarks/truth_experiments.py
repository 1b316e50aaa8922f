"""How often trials that are looked at every day for a year say what is not so, and what looking costs.

    python -m benchmarks.truth_experiments --rounds 1000 [--write]

--write puts the tables into benchmarks/README.md.
"""

import argparse
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import t as student

from afteraction.analysis.arm_difference import of_shares
from afteraction.analysis.arrays import Flags, Floats
from afteraction.analysis.cluster_inference import clustered_difference
from afteraction.analysis.confidence_sequence import Look, OpenEnded, UntilPlanned, sequence
from afteraction.analysis.experiment_power import Measure, Supply, drift, variance
from afteraction.analysis.late_outcomes import Assigned, matured, share_won_by
from afteraction.analysis.randomisation_inference import arrangements, rejected_at
from afteraction.analysis.stopping_rule import Decision, StoppingRule, decide
from afteraction.errors import NotEnoughData
from benchmarks.experiment_worlds import (
    ARRIVE,
    BASE,
    DAYS,
    FRACTIONS,
    HORIZON,
    LOOKS,
    Clusters,
    clustered,
    course,
    single,
)
from benchmarks.page import write_section
from benchmarks.truth_found import markdown, share

_BEGIN: Final = "<!-- truth of experiments: written by the command -->"
_END: Final = "<!-- truth of experiments: end -->"
SIZES: Final = ((8, 400, 0.25), (20, 1000, 0.14), (200, 4000, 0.05))
"""Clusters, deals, and a true effect that about four trials in five of that size show."""
LIKENESS: Final = 0.03
DRAWS: Final = 499
_PLAIN: Final = 1.959963984540054
_DEALS: Final = 1500
_EFFECT_OF_ONE: Final = 0.07


@dataclass(frozen=True)
class Year:
    """What a year of daily looks came to: whether the truth was excluded at any, whether 0 was, by one look at the end,
    and whether a plain test at 5 % excluded the truth on any day."""

    truth_excluded: bool
    found: bool
    found_at_end: bool
    plain_excluded: bool


def by_randomisation(world: Clusters, rng: np.random.Generator) -> Year:
    """Randomisation inference with alpha spent over the looks, beside one randomisation test at the end."""
    trial = clustered(world, rng)
    seen = course(trial, LIKENESS)
    arranged = arrangements(seen.treated, seen.stratum, rng, DRAWS)
    last = type(seen)(seen.total[-1:], seen.deals[-1:], seen.treated, seen.stratum, seen.likeness)
    truth = rejected_at(seen, FRACTIONS, arranged, world.effect) is not None
    zero = truth if not world.effect else rejected_at(seen, FRACTIONS, arranged, 0.0) is not None
    end = rejected_at(last, np.ones(1), arranged, 0.0) is not None
    return Year(truth, zero, end, not world.effect and _plain(_robust_looks(trial), 0.0))


def by_robust_errors(world: Clusters, rng: np.random.Generator) -> Year:
    """The sequence over CR2 errors, until the planned information."""
    looks = _robust_looks(clustered(world, rng))
    measure = Measure("won", BASE, world.effect or 1e-9, HORIZON, LIKENESS)
    planned = 1 / variance(measure, world.deals, Supply(1.0, DAYS, world.clusters, math.sqrt(0.1)))
    intervals = [each for each in sequence(looks, UntilPlanned(planned)) if not isinstance(each, NotEnoughData)]
    last = looks[-1]
    end = isinstance(last, Look) and abs(last.value) > last.error * float(student.ppf(0.975, last.freedom))
    return Year(
        any(not each.low <= world.effect <= each.high for each in intervals),
        any(not each.low <= 0 <= each.high for each in intervals),
        end,
        _plain(looks, world.effect),
    )


def _robust_looks(trial: object) -> list[Look | NotEnoughData]:
    day, cluster, won, treated = (getattr(trial, name) for name in ("day", "cluster", "won", "treated"))
    order = np.argsort(day, kind="stable")
    day, cluster, y, side = day[order], cluster[order], won[order].astype(np.float64), treated[cluster[order]]
    found: list[Look | NotEnoughData] = []
    for look in LOOKS:
        counts = slice(0, int(np.searchsorted(day, look - HORIZON, side="right")))
        if counts.stop < 20:
            found.append(NotEnoughData("too few deals count", "20 deals"))
        else:
            found.append(clustered_difference(y[counts], side[counts], cluster[counts]))
    return found


def _plain(looks: Sequence[Look | NotEnoughData], truth: float) -> bool:
    known = [look for look in looks if isinstance(look, Look)]
    return any(abs(look.value - truth) > look.error * float(student.ppf(0.975, look.freedom)) for look in known)


def clusters_table(rounds: int) -> str:
    """False positives, coverage and power by number of clusters."""
    rows = []
    ways: dict[str, Callable[[Clusters, np.random.Generator], Year]] = {
        "randomisation": by_randomisation,
        "CR2 errors": by_robust_errors,
    }
    for clusters, deals, true in SIZES:
        for name, way in ways.items():
            years = {}
            for effect in (0.0, true):
                rng = np.random.default_rng([clusters, round(effect * 100), len(name)])
                world = Clusters(clusters, deals, LIKENESS, effect)
                years[effect] = [way(world, rng) for _round in range(rounds)]
            none, some = years[0.0], years[true]
            power, at_end = (np.mean([getattr(y, of) for y in some]) for of in ("found", "found_at_end"))
            rows.append(
                (
                    f"{clusters}",
                    f"{deals:,}",
                    f"{true * 100:.0f} points",
                    name,
                    share([y.found for y in none]),
                    share([y.plain_excluded for y in none]),
                    share([not y.truth_excluded for y in none + some]),
                    f"{power:.1%}",
                    f"{at_end:.1%}",
                    f"{power / at_end:.2f}" if at_end else "–",
                )
            )
    head = ("clusters", "deals", "effect", "by", "false positives, daily looks", "the same, plain 95 % intervals",
            "sequences that hold the truth all year", "power", "power of one look at the end", "ratio")  # fmt: skip
    return markdown(head, rows)


def late_looks(deals: Assigned, way: str, days: Sequence[int]) -> list[Look | NotEnoughData]:
    """The looks of one way to treat what is not known yet, as `late_table` names them."""
    found: list[Look | NotEnoughData] = []
    for now in days:
        if way == "cumulative incidence":
            found.append(share_won_by(deals, HORIZON, now))
            continue
        counts, won = matured(deals, HORIZON, now)
        if way == "ended so far":
            counts, won = _ended(deals, now), deals.won
        found.append(of_shares(won[counts], deals.treated[counts]))
    return found


def _ended(deals: Assigned, now: float) -> Flags:
    found: Flags = deals.ended <= now
    return found


def late_table(rounds: int) -> str:
    """Whether an arm that only wins faster, not more, is called better."""
    planned = _DEALS / (4 * BASE * (1 - BASE))
    rows = []
    for way in ("ended so far", "horizon passed", "cumulative incidence"):
        for boundary in (UntilPlanned(planned), OpenEnded(planned / 2)):
            for effect, faster in ((0.0, True), (_EFFECT_OF_ONE, False)):
                rng = np.random.default_rng([len(way), round(effect * 100)])
                excluded, away = [], []
                for _round in range(rounds):
                    looks = late_looks(single(_DEALS, effect, rng, faster=faster), way, range(HORIZON + 1, DAYS + 1, 3))
                    intervals = [i for i in sequence(looks, boundary) if not isinstance(i, NotEnoughData)]
                    excluded.append(any(not i.low <= effect <= i.high for i in intervals))
                    middle = looks[len(looks) // 2]
                    away.append(middle.value - effect if isinstance(middle, Look) else np.nan)
                what = "as many, sooner" if faster else f"{effect:+.0%}"
                kind = "until the planned end" if isinstance(boundary, UntilPlanned) else "without an end"
                rows.append((way, kind, what, share([not each for each in excluded]), f"{np.nanmean(away) * 100:+.1f}"))
    head = ("what counts", "sequence", "wins of the new arm", "sequences that hold the truth all year",
            "mean error half-way, points")  # fmt: skip
    return markdown(head, rows)


def fast_looks(deals: Assigned) -> list[Look]:
    """`of_shares` of all LOOKS at once, from the first with enough in each arm."""
    counted = np.zeros((4, ARRIVE))
    kind = 2 * deals.treated + deals.won
    np.add.at(counted, (kind.astype(np.int64), deals.at.astype(np.int64)), 1.0)
    not_old, won_old, not_new, won_new = counted.cumsum(axis=1)
    enough = np.minimum.reduce([not_old, won_old, not_new, won_new]) >= 10
    old, new = won_old + not_old, won_new + not_new
    with np.errstate(all="ignore"):
        value: Floats = won_new / new - won_old / old
        error = np.sqrt(won_new * not_new / new**3 + won_old * not_old / old**3)
    return [Look(float(v), float(e)) for v, e in zip(value[enough], error[enough], strict=True)]


def futility_table(rounds: int) -> str:
    """Power at the planned size, and how much sooner a trial of nothing ends."""
    information = (drift(0.8) / _EFFECT_OF_ONE) ** 2
    one = (BASE * (1 - BASE) + (BASE + _EFFECT_OF_ONE) * (1 - BASE - _EFFECT_OF_ONE)) / 2
    deals = math.ceil(4 * one * information)
    rows = []
    for effect in (0.0, _EFFECT_OF_ONE):
        for name, futile in (("no", None), ("predictive power below 2 %", 0.02)):
            rng = np.random.default_rng([7, round(effect * 100)])
            rule = StoppingRule(information, futile=futile)
            ends = [run(fast_looks(single(deals, effect, rng)), rule) for _round in range(rounds)]
            rows.append(
                (
                    f"{effect:+.0%}",
                    f"{deals:,}",
                    name,
                    share([e[0] in (Decision.BENEFIT, Decision.ADOPT) for e in ends]),
                    share([e[0] == Decision.HARM for e in ends]),
                    share([e[2] for e in ends]),
                    f"{np.mean([e[1] for e in ends]):.0%}",
                )
            )
    head = ("true effect", "deals", "futility stop", "benefit", "harm", "beyond chance in one look at the end",
            "share of the planned deals at the decision")  # fmt: skip
    return markdown(head, rows)


def run(looks: list[Look], rule: StoppingRule) -> tuple[Decision, float, bool]:
    """The decision, the share of all deals that counted then, and what one look at the end would have said."""
    last = looks[-1]
    at_end = abs(last.value) > _PLAIN * last.error
    intervals = sequence(looks, UntilPlanned(rule.information))
    for place, (look, interval) in enumerate(zip(looks, intervals, strict=True)):
        if isinstance(interval, NotEnoughData):
            continue
        decided = decide(rule, look, interval, over=place == len(looks) - 1)
        if decided.decision != Decision.GO_ON:
            return decided.decision, (place + 1 + ARRIVE - len(looks)) / ARRIVE, at_end
    raise AssertionError("a trial that is over goes on")


def main() -> None:
    """Simulate, print or write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--only", choices=("clusters", "late", "futility"))
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    made = {"clusters": clusters_table, "late": late_table, "futility": futility_table}
    found = "\n\n".join(of(asked.rounds) for name, of in made.items() if asked.only in (None, name))
    if not asked.write:
        print(found)
        return
    write_section(_BEGIN, _END, found)


if __name__ == "__main__":
    main()
