"""Whether what is said of leads is so: invented leads whose truth is known.

    python -m benchmarks.truth_leads [--rounds 400] [--write]

--write puts the table into benchmarks/README.md.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from afteraction.analysis.attribution import Rule, attribute
from afteraction.analysis.lead_comparison import Comparison, compare
from afteraction.analysis.lead_curves import curves
from afteraction.analysis.lead_drift import TOLERANCE, watch
from afteraction.analysis.lead_frame import SOURCE
from afteraction.analysis.lead_score import LeadScore, fit
from afteraction.analysis.lead_times import times_to
from benchmarks.lead_frames import frame_of, paths_of
from benchmarks.lead_worlds import MEDIAN_DAYS, SPREAD, leads
from benchmarks.page import write_section
from benchmarks.truth_found import markdown, share

BEGIN: Final = "<!-- truth of leads: written by the command -->"
END: Final = "<!-- truth of leads: end -->"
Row = tuple[str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    rng = np.random.default_rng(1)
    parts: Sequence[Callable[[np.random.Generator, int], list[Row]]] = (curve_rows, time_rows, source_rows, score_rows)
    rows = [row for part in (*parts, drift_rows, credit_rows) for row in part(rng, chosen.rounds)]
    text = markdown(("what", "found", "in truth"), rows)
    sys.stdout.write(text + "\n")
    if chosen.write:
        write_section(BEGIN, END, text)


def _by(days: float) -> float:
    """The share of those ever won that is won by a day."""
    return float(norm.cdf(np.log(days / MEDIAN_DAYS) / SPREAD))


def curve_rows(rng: np.random.Generator, rounds: int) -> list[Row]:
    """Records in which a third of the leads is too young."""
    held, naive = [], []
    for _round in range(rounds):
        seen = frame_of(leads(rng, 400, [0.25], days=180.0))
        for day, one in zip((30.0, 90.0), curves(seen, "won").reached(np.array([30.0, 90.0])), strict=True):
            held.append(one.low <= 0.25 * _by(day) <= one.high)
        naive.append(np.mean(~np.isnan(seen.won)))
    return [
        ("95 % intervals of the share won by day 30 and 90 that hold the truth", share(held), "95 %"),
        ("the plain share won so far, for the share ever won", f"{np.mean(naive):.1%}", "25.0%"),
    ]


def time_rows(rng: np.random.Generator, rounds: int) -> list[Row]:
    truth = MEDIAN_DAYS * np.exp(SPREAD * norm.ppf(_by(90.0) / 2))
    held, found, naive = [], [], []
    for _round in range(rounds):
        one = next(o for o in times_to(frame_of(leads(rng, 600, [0.3], days=120.0)), 90.0) if o.what == "won")
        held.append(one.low <= truth <= one.high)
        found.append(one.median)
        naive.append(one.so_far)
    return [
        ("95 % intervals of the median days to a win within 90 that hold it", share(held), "95 %"),
        ("median days: ours, and the plain one", f"{np.mean(found):.1f}, {np.mean(naive):.1f}", f"{truth:.1f}"),
    ]


def source_rows(rng: np.random.Generator, rounds: int) -> list[Row]:
    held, flagged, alike = [], [], []
    for _round in range(rounds // 4):
        quality = rng.beta(8, 40, 20)
        seen = frame_of(leads(rng, 3_000, quality, days=600.0))
        found = compare(seen, seen.facts[SOURCE], horizon=180.0)
        truth = quality * _by(180.0)
        if isinstance(found, Comparison):
            for one in found.groups:
                true = truth[int(one.group.split()[1])]
                held.append(one.share.low <= true <= one.share.high)
                if one.verdict != "cant_tell":
                    flagged.append((one.verdict == "above") == (true > truth.mean()))
        same = frame_of(leads(rng, 2_000, [0.17] * 40, days=600.0))
        equal = compare(same, same.facts[SOURCE], horizon=180.0)
        if isinstance(equal, Comparison):
            alike.append(any(one.verdict != "cant_tell" for one in equal.groups))
    return [
        ("95 % intervals of the share won of 20 sources, pooled, that hold it", share(held), "95 %"),
        ("sources called above or below that are", share(flagged), ""),
        ("records of 40 equal campaigns in which any is called different", share(alike), "none"),
    ]


def score_rows(rng: np.random.Generator, rounds: int) -> list[Row]:
    slope, level, ranks, oracle, alarms = [], [], [], [], []
    for _round in range(max(rounds // 8, 10)):
        world = leads(rng, 6_000, [0.05, 0.15, 0.35], days=540.0, fit=0.8)
        found = fit(frame_of(world), horizon=90.0)
        if isinstance(found, LeadScore):
            slope.append(found.accuracy.slope.low <= 1 <= found.accuracy.slope.high)
            level.append(found.accuracy.intercept.low <= 0 <= found.accuracy.intercept.high)
            ranks.append(found.accuracy.auc.value)
            alarms.append(found.promises.alarm is not None)
            chance = world.won_by(90.0)
            some = rng.integers(len(chance), size=(2, 40_000))
            pair = chance[some[0]] * (1 - chance[some[1]])
            higher = (chance[some[0]] > chance[some[1]]) + 0.5 * (chance[some[0]] == chance[some[1]])
            oracle.append(np.average(higher, weights=pair))
    return [
        ("records in which slope 1 lies in the score's interval of calibration", share(slope), "95 %"),
        ("records in which intercept 0 does", share(level), "95 %"),
        ("area under the curve; by the true chances", f"{np.mean(ranks):.3f}", f"{np.mean(oracle):.3f}"),
        ("records without drift in which its alarm rings", share(alarms), "5 % at most"),
    ]


def drift_rows(rng: np.random.Generator, rounds: int) -> list[Row]:
    edge, within, late = [], [], []
    for _round in range(rounds):
        chance = rng.beta(2, 18, 5_000)
        edge.append(watch(chance, rng.random(5_000) < expit(logit(chance) + TOLERANCE)).alarm is not None)
        within.append(watch(chance, rng.random(5_000) < chance).alarm is not None)
        found = watch(chance, rng.random(5_000) < expit(logit(chance) - 0.7))
        late.append(found.alarm or 5_000)
    return [
        (
            "scores off by all that is tolerated: alarms in 5,000 leads, looked at after each",
            share(edge),
            "5 % at most",
        ),
        ("scores that are right: alarms", share(within), "5 % at most"),
        ("scores twice too high: leads until the alarm, median", f"{np.median(late):,.0f}", ""),
    ]


def credit_rows(rng: np.random.Generator, rounds: int) -> list[Row]:
    """Four channels, the second works, the last is met by those who would buy anyway."""
    names = ("no effect", "effect of 1.5 logits", "no effect", "taken by those who buy anyway")
    shares: dict[Rule, list[Any]] = {rule: [] for rule in Rule}
    for _round in range(max(rounds // 20, 5)):
        world = leads(rng, 20_000, [0.08], days=540.0, touch_effects=[0.0, 1.5, 0.0, 0.0], intent=1.0)
        found = attribute(paths_of(world), rng, draws=2)
        for one in found.rules:
            shares[one.rule].append([credit.share.value for credit in one.credits])
    rows = []
    for rule, each in shares.items():
        mean = np.mean(each, axis=0)
        said = ", ".join(f"{value:.0%}" for value in mean)
        rows.append((f"credit by {rule.value}: to {'; '.join(names)}", said, "all of what touches add: the second"))
    return rows


if __name__ == "__main__":
    main()
