"""How often what is said is right, where the truth is known: every estimator on simulated organisations.

    python -m benchmarks.truth --organisations 100 --deals 300 1000 3000 20000 --folder FOLDER [--write]

What is found goes into FOLDER round by round, so that a run that was stopped goes on where it was. --large limits the
rounds of more than 10,000 deals. --write puts the tables into benchmarks/README.md.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.page import write_section
from benchmarks.truth_business import business_found
from benchmarks.truth_effects import (
    EFFECT_HEAD,
    EFFECT_KINDS,
    NO_SOURCE,
    WORTH_FINDING,
    effect_row,
    effects_found,
    sign,
)
from benchmarks.truth_found import Found, find, kept, markdown, share
from benchmarks.truth_people import APART, APART_DEALS, apart_found, names_nobody, people_found

_BEGIN: Final = "<!-- truth: written by the command -->"
_END: Final = "<!-- truth: end -->"
_SECTION: Final = """## What is said beside what is true

    ./run python -m benchmarks.truth --organisations 43 --large 3 --deals 300 1000 3000 20000 --folder FOLDER --write

Every estimator on simulated organisations with all traps on (`docs/simulation.md`): effects from -20 to +20 points,
among them many that are nothing, and 10 to 120 reps. The truth is had by intervening in the simulated world, or from
many fresh deals of it. What is found is kept: a run that was stopped goes on where it was. `docs/statistics` has the
methods; `tests/truth` repeats a small part in every test run.

How to read the tables:

- *Power* is the share of effects of 3 points or more that are called by their sign. The oracle is the same estimator
  with the true confounders in their true form in the place of what the record knows. Few effects can be told with 3,000
  deals.
- *The same, pooled* are the values by segment that are given only where segments are said to differ. Where they do not
  in truth, that was a false alarm, and pooling does not undo it.
- *Skill of a rep* leans on all reps. Where all are alike, intervals hold the truth nearly always; where one is apart
  from many equals, its own interval is drawn to them. That is the price of naming nobody in an organisation of equals:
  a plain test that knows the true quality of every deal, and spares 20 equal reps in 95 % of organisations, has a power
  of 57 to 60 % for 10 points over 200 deals. Among reps who differ, as they do in life, there is nobody to spare; the
  oracle then tests at 5 %.
- *AUC, Brier, log loss, calibration of a model*: the intervals against the same model on fresh deals. A model that
  learned from few deals is itself not quite calibrated (its true slope is 1 ± 0.1 with a thousand deals), so that an
  interval around the true slope holds 1 somewhat less often than it holds the true slope.
- Figures of one organisation hang together (one large deal sways the yield of every group it is in), so shares move
  more from run to run than their numbers suggest.
"""
_LARGE: Final = 10_000
_INTERVALS: Final = {
    "rep": "skill of a rep, where reps differ",
    "team": "skill of a team, where reps differ",
    "rep, alike": "skill of a rep, where all are alike",
    "curve": "share won, lost, faded or open by a day",
    "stall": "share still in a stage after so long",
    "won of stalled": "chance of winning of those",
    "accuracy": "AUC, Brier, log loss, calibration of a model, on fresh deals",
    "calibration: slope": "calibration slope 1, when nothing drifts",
    "calibration: intercept": "calibration intercept 0, when nothing drifts",
    "yield": "yield of a kind of business",
    "yield, pooled": "the same, pooled",
    "yield against others": "yield against other business",
    "pursuit": "share of effort by outcome",
    "walk-away: effort": "walk-away: share of effort saved",
    "walk-away: wins": "walk-away: share of wins lost",
    "walk-away: value": "walk-away: share of value lost",
    "walk-away: gain": "walk-away: effort saved less wins lost",
}


def table(everything: Sequence[Found]) -> str:
    """All tables, in Markdown."""
    found = [_sorted_out(each) for each in everything]
    groups: dict[tuple[str, int], list[Found]] = {}
    for each in found:
        groups.setdefault((each.kind, each.deals), []).append(each)
    required = markdown(("required", "found", "asked for"), _required(found))
    effects = markdown(EFFECT_HEAD, _rows(groups, {kind: kind for kind in EFFECT_KINDS}))
    head = ("what", "deals", "organisations", "95 % intervals that hold the truth", "below it", "above it")
    return "\n\n".join((required, effects, markdown(head, _interval_rows(groups))))


def _sorted_out(each: Found) -> Found:
    """Under a kind of its own what other things are asked of."""
    if each.kind == "calibration":
        return replace(each, kind=f"calibration: {each.name}")
    if each.kind in ("rep", "team") and each.organisation == "chance only":
        return replace(each, kind=f"{each.kind}, alike")
    return each


def _rows(groups: Mapping[tuple[str, int], Sequence[Found]], kinds: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for kind in kinds:
        for _kind, deals in sorted(key for key in groups if key[0] == kind):
            yield effect_row(kind, deals, groups[kind, deals])


def _interval_rows(groups: Mapping[tuple[str, int], Sequence[Found]]) -> Iterator[tuple[str, ...]]:
    for kind, name in _INTERVALS.items():
        for _kind, deals in sorted(key for key in groups if key[0] == kind):
            group = [each for each in groups[kind, deals] if each.low is not None and each.high is not None]
            yield (
                name,
                f"{deals:,}",
                str(len({each.run for each in group})),
                share([each.holds for each in group]),
                share([(each.high or 0.0) < each.truth for each in group]).split(" ")[0],
                share([(each.low or 0.0) > each.truth for each in group]).split(" ")[0],
            )


def _required(found: Sequence[Found]) -> Iterator[tuple[str, str, str]]:
    """What was asked for, line by line, over organisations of all sizes."""
    kinds: dict[str, list[Found]] = {}
    for each in found:
        kinds.setdefault(each.kind, []).append(each)
    for kind in (*EFFECT_KINDS, *_INTERVALS):
        intervals = [each for each in kinds.get(kind, ()) if each.estimated and not each.leak]
        name = f"95 % intervals that hold the truth: {_INTERVALS.get(kind, kind)}"
        yield name, share([each.holds for each in intervals]), "92 to 98 %"
    judged = [each for kind in ("step", "attribute", "behaviour") for each in kinds.get(kind, ())]
    for kind in ("step", "attribute", "behaviour"):
        null = [e for e in kinds.get(kind, ()) if e.truth == 0 and not e.leak and e.estimated]
        yield (
            f"{kind}s that do nothing called helps or hurts",
            share([bool(sign(e.verdict)) for e in null]),
            "5 % at most",
        )
    called = [each for each in judged if sign(each.verdict)]
    wrong = [sign(each.verdict) * each.truth < 0 for each in called]
    yield "wrong signs among what is called helps or hurts", share(wrong), "1 % at most"
    leaks = [each for each in judged if each.leak]
    yield "leaks reported as leak", share([each.verdict == "leak" for each in leaks]), "95 % at least"
    yield "leaks called helps or hurts", share([bool(sign(each.verdict)) for each in leaks]), "never"
    worth = [e for e in kinds.get("step", ()) if e.oracle is not None and abs(e.truth) >= WORTH_FINDING]
    ours = share([sign(e.verdict) * e.truth > 0 for e in worth])
    oracle = share([sign(e.oracle or "") * e.truth > 0 for e in worth]).split(" ")[0]
    yield (
        f"steps worth {WORTH_FINDING:.0%} or more that are found",
        ours,
        f"the oracle's {oracle}, less a tenth at most",
    )
    same = [e for e in kinds.get("segments", ()) if e.truth == 0]
    yield (
        "steps that do nothing said to differ between segments",
        share([e.verdict == "differ" for e in same]),
        "5 % at most",
    )
    alike = [*kinds.get("rep, alike", ()), *kinds.get("team, alike", ())]
    yield "organisations of equal reps in which no rep or team is named", share(names_nobody(alike)), "95 % at least"
    differ = [each for each in kinds.get("rep", ()) if each.verdict in ("above", "below")]
    wrong = [(each.truth > 0) != (each.verdict == "above") for each in differ]
    yield "wrong signs among reps called above or below", share(wrong), "2.5 %, by their intervals"
    apart = kinds.get("apart", [])
    for label in sorted({each.organisation for each in apart}):
        these = [each for each in apart if each.organisation == label]
        said, oracle = (
            [one == ("above" if e.truth > 0 else "below") for e, one in pairs]
            for pairs in ([(e, e.verdict) for e in these], [(e, e.oracle) for e in these])
        )
        name = f"a rep {APART:.0%} apart over {APART_DEALS} deals, {label}, that is found"
        yield name, share(said), f"80 % at least; the oracle's {share(oracle).split(' ')[0]}"
    yield from _required_of_business(kinds.get("yield against others", ()))


def _required_of_business(against: Sequence[Found]) -> Iterator[tuple[str, str, str]]:
    nothing = [each for each in against if each.name.split(" ")[0] in NO_SOURCE]
    called = [each for each in against if each.verdict in ("above", "below") and each not in nothing]
    said = share([each.verdict in ("above", "below") for each in nothing])
    yield "kinds of business that do not matter called above or below", said, "5 % at most"
    wrong = [(each.truth > 1) != (each.verdict == "above") for each in called]
    yield "wrong signs among business called above or below", share(wrong), "1 % at most"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=int, default=10, help="rounds, each of several organisations")
    parser.add_argument("--first", type=int, default=1, help="the first round, to share the work among several runs")
    parser.add_argument("--deals", type=int, nargs="+", default=[300, 1_000, 3_000])
    parser.add_argument("--large", type=int, default=25, help=f"rounds of more than {_LARGE:,} deals")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for number in range(asked.first, asked.organisations + 1):
        _round(asked.folder, number, [n for n in asked.deals if n <= _LARGE or number <= asked.large])
    text = table(kept(asked.folder))
    print(text)
    if asked.write:
        write_section(_BEGIN, _END, text, section=_SECTION)


def _round(folder: Path, number: int, sizes: Sequence[int]) -> None:
    jobs = {"effects": effects_found, "people": people_found, "business": business_found}
    for deals in sizes:
        for name, finding in jobs.items():
            count = find(folder, f"{name}-{deals}-{number}", lambda f=finding, d=deals: list(f(d, number)))
            if count is not None:
                print(f"{name}, {deals:,} deals, round {number}: {count} figures", flush=True)
    find(folder, f"apart-{number}", lambda: list(apart_found(number)))


if __name__ == "__main__":
    main()
