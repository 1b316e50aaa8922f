"""Effects and rep skill beside other implementations: `python -m benchmarks.effects [--deals N…] [--peers]`."""

import argparse
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Results, Run, machine, run
from benchmarks.page import write_section

BEGIN, END = "<!-- effects:begin -->", "<!-- effects:end -->"
OURS = "Afteraction"
PEERS = ("DoubleML", "EconML")
SAME, ALL, REPS = "same estimate", "all steps", "rep skill"
REP_DEALS = 500_000
CLOSE = 0.1
"""Standard errors by which a peer's estimate may differ."""
_SECTION = """## Effects of steps and skill of reps

    ./run python -m benchmarks.effects --deals 100000 1000000 --peers

The organisation is made as arrays ([effect_data.py](effect_data.py)). For the same estimate every tool gets the same
matrices, the same five folds and one core: logistic models of the step and of winning, penalised alike, then the doubly
robust mean with its standard error. DoubleML models winning on each side as we do; EconML fits one model of winning
instead of two. The row of the whole is what the product does: a random intercept per rep in every model, weights for
open deals, three landmarks a step, segments, intervals clustered by rep, all cores.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--peers", action="store_true", help="measure DoubleML and EconML too")
    parser.add_argument("--runs", type=int, default=1, help="of each measurement; the table has medians")
    parser.add_argument("--limit", type=float, default=3600, help="seconds after which one measurement is ended")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()) / "afteraction-benchmarks",
        help="holds results; delete it to start again",
    )
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    results = Results(chosen.folder / "effects.json")
    tools = (OURS, *(PEERS if chosen.peers else ()))
    for row in _rows(chosen.deals, tools):
        while len(results.of(_name(*row))) < chosen.runs:
            made = run("benchmarks.effect_work", *row, limit=chosen.limit)
            results.add(_name(*row), made)
            print(_name(*row), made.trouble or f"{made.seconds:.2f} s, {made.peak_mb:,.0f} MB", flush=True)
            if made.trouble:
                break
    for deals in chosen.deals:
        _agree(results, deals, tools)
    write_section(BEGIN, END, "\n".join(_table(results, chosen.deals, tools)), section=_SECTION)


def _rows(sizes: Sequence[int], tools: Sequence[str]) -> list[tuple[str, str, int]]:
    estimates = [(tool, SAME, deals) for deals in sizes for tool in tools]
    return [*estimates, *((OURS, ALL, deals) for deals in sizes), (OURS, REPS, REP_DEALS)]


def _name(tool: str, work: str, deals: int) -> str:
    return f"{tool}: {work}: {deals}"


def _differences(results: Results, deals: int, tool: str) -> tuple[float, float] | None:
    """The largest differences from our effects, and of standard errors from ours, both in our standard errors."""
    ours, theirs = (results.summary(_name(each, SAME, deals)) for each in (OURS, tool))
    if ours is None or theirs is None or ours.trouble or theirs.trouble:
        return None
    pairs = list(zip(ours.answer["effects"], theirs.answer["effects"], strict=True))
    return max(abs(a[0] - b[0]) / a[1] for a, b in pairs), max(abs(a[1] - b[1]) / a[1] for a, b in pairs)


def _agree(results: Results, deals: int, tools: Sequence[str]) -> None:
    """Stop when a peer found something else."""
    for tool in tools[1:]:
        apart = _differences(results, deals, tool)
        if apart and max(apart) > CLOSE:
            raise SystemExit(f"{tool} differs by {max(apart):.3f} standard errors at {deals:,} deals")


def _table(results: Results, sizes: Sequence[int], tools: Sequence[str]) -> list[str]:
    packages = ("numpy", "scipy", *(("doubleml", "econml", "scikit-learn") if len(tools) > 1 else ()))
    said = ", ".join(f"{name} {version(name)}" for name in packages)
    lines = [
        f"{machine()}; {said}. Every measurement in a process of its own. The last column is the largest difference of",
        "any of the 20 effects, and of any standard error, from ours, in our standard errors.",
        "",
        "| work | tool | seconds | beside ours | peak memory, MB | difference |",
        "|---|---|---|---|---|---|",
    ]
    for deals in sizes:
        ours = results.summary(_name(OURS, SAME, deals))
        for tool in tools:
            made = results.summary(_name(tool, SAME, deals))
            apart = _differences(results, deals, tool) if tool != OURS else None
            columns = f", {ours.answer['columns']:.0f} columns" if ours and not ours.trouble else ""
            label = f"20 steps × {deals:,} deals{columns}: the same estimate on one core"
            lines.append(_line(label, tool, made, ours, f"{apart[0]:.3f}, {apart[1]:.3f}" if apart else "–"))
    for deals in sizes:
        made = results.summary(_name(OURS, ALL, deals))
        lines.append(_line(f"20 steps × {deals:,} deals, 1,000 reps: the whole, all cores", OURS, made, None, "–"))
    made = results.summary(_name(OURS, REPS, REP_DEALS))
    lines.append(_line(f"skill of 2,000 reps over {REP_DEALS:,} deals", OURS, made, None, "–"))
    return lines


def _line(label: str, tool: str, made: Run | None, ours: Run | None, apart: str) -> str:
    if made is None or made.trouble:
        return f"| {label} | {tool} | {made.trouble if made else '–'} | – | – | – |"
    beside = f"× {made.seconds / ours.seconds:.1f}" if ours and not ours.trouble and tool != OURS else "–"
    return f"| {label} | {tool} | {made.seconds:.2f} | {beside} | {made.peak_mb:,.0f} | {apart} |"


if __name__ == "__main__":
    main()
