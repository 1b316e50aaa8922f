"""Process engine beside pm4py: `python -m benchmarks.process_engine [--events N…] [--peers]`, see README.md."""

import argparse
import json
import math
import tempfile
from collections.abc import Collection, Iterator
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Results, Run, machine, run
from benchmarks.page import README, write_section

# Nothing heavy is imported here: a process counts the memory of the one that started it as its own.
START, END = "<!-- process engine: written by the command -->", "<!-- process engine: end -->"
OURS = "Afteraction"
PEERS = ("pm4py pandas", "pm4py polars")
WORKS = {
    "columns": "reading the columns of the lake's files (the limit)",
    "preparing": "preparing the log from the lake's files; pm4py: reading and formatting",
    "opening": "opening the prepared log of the data version",
    "graph": "directly-follows graph",
    "ways counted": "variants and how many deals took each",
    "ways": "variants, with their outcomes and durations",
    "rules by variant": "20 rules: what breaks which, by variant, and by how many deals",
    "rules by deal": "20 rules: which deals break which",
    "rules": "20 rules, every violation of every deal; pm4py: which deals break which",
    "timed": "20 rules with bounds in time, every violation",
    "rules once": "20 rules: which deals break which, from the lake's files, nothing kept",
    "rules by deal from files": "20 rules: which deals break which, with preparing",
    "rules from files": "20 rules, every violation, with preparing",
    "timed from files": "20 rules with bounds in time, with preparing",
}
PEERS_WORK = ("preparing", "graph", "ways counted", "rules")
SAME = {
    "ways": "ways counted",
    "rules by variant": "rules",
    "rules by deal": "rules",
    "rules once": "rules",
    "rules by deal from files": "rules",
    "rules from files": "rules",
}
"""Work of ours whose answer must be that of another."""


def main() -> None:
    chosen = _arguments()
    sizes = []
    for events in chosen.events:
        print(f"{events:,} events: making or finding them", flush=True)
        folder = chosen.folder / str(events)
        made = run("benchmarks.process_data", folder, events, limit=math.inf)
        if made.trouble:
            raise SystemExit(made.trouble)
        results = Results(folder / "results.json")
        for turn in range(1, chosen.runs + 1):  # in turns, so that a slow minute of the machine falls on all alike
            for tool, work in _rows(chosen.peers, chosen.works):
                if _wants_more(results, f"{tool}: {work}", turn):
                    made = run("benchmarks.process_work", tool, work, folder, limit=chosen.limit)
                    results.add(f"{tool}: {work}", made)
                    said = made.trouble or f"{made.seconds:.2f} s, {made.peak_mb:,.0f} MB"
                    print(f"  {tool}: {work}: {said}", flush=True)
        _compare(results)
        sizes.append((json.loads((folder / "made.json").read_text(encoding="utf-8")), results))
    write_section(START, END, _page(sizes, chosen.peers), page=chosen.page)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000], help="how many, for one table each")
    parser.add_argument("--peers", action="store_true", help="measure pm4py too")
    parser.add_argument("--works", nargs="+", choices=WORKS, default=list(WORKS), help="measure these alone")
    parser.add_argument("--runs", type=int, default=3, help="of each measurement; the table has medians")
    parser.add_argument("--limit", type=float, default=1800, help="seconds after which one measurement is ended")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()) / "afteraction-benchmarks",
        help="holds data and results; delete it to start again",
    )
    parser.add_argument("--page", type=Path, default=README, help="where the table is written, between its markers")
    return parser.parse_args()


def _rows(peers: bool, works: Collection[str]) -> Iterator[tuple[str, str]]:
    yield from ((OURS, work) for work in WORKS if work in works)
    if peers:
        yield from ((tool, work) for tool in PEERS for work in PEERS_WORK if work in works)


def _wants_more(results: Results, row: str, runs: int) -> bool:
    made = results.of(row)
    return len(made) < runs and not any(each.trouble for each in made)


def _compare(results: Results) -> None:
    """Stop when a peer, or a second run, found something else."""
    for work in PEERS_WORK:
        rows = [f"{tool}: {work}" for tool in (OURS, *PEERS)]
        rows += [f"{OURS}: {each}" for each, same in SAME.items() if same == work]
        answers = {row: made.answer for row in rows for made in results.of(row) if not made.trouble}
        different = {row for row, answer in answers.items() if answer != next(iter(answers.values()))}
        if different:
            raise SystemExit(f"different results of {', '.join(sorted(answers))}: {answers}")


def _page(sizes: list[tuple[dict[str, int], Results]], peers: bool) -> str:
    tools = [OURS, *(PEERS if peers else ())]
    packages = ["duckdb", "ibis-framework", *(["pm4py", "pandas", "polars"] if peers else [])]
    lines = [
        f"{machine()}; {', '.join(f'{name} {version(name)}' for name in packages)}.",
        "Seconds (and megabytes of memory at the peak), medians; every measurement in a process of its own. Where",
        "both finished, their results were equal. Unless it says otherwise, work starts from the prepared log, or from",
        "pm4py's formatted table; what that took before is in the row of preparing.",
    ]
    for found, results in sizes:
        said = ", ".join(f"{number:,} {what}" for what, number in found.items())
        lines += ["", f"**{said}**", "", f"| work | {' | '.join(tools)} |", f"|---|{'---|' * len(tools)}"]
        for work, text in WORKS.items():
            cells = [_cell(results.summary(f"{tool}: {work}")) for tool in tools]
            lines.append(f"| {text} | {' | '.join(cells)} |")
        if peers:
            lines += ["", *_times(results)]
    return "\n".join(lines)


def _times(results: Results) -> Iterator[str]:
    """How many times as fast as the faster of pm4py's modes twenty rules are."""
    modes = []
    for tool in PEERS:
        made = [results.summary(f"{tool}: {work}") for work in ("preparing", "rules")]
        if all(each is not None and not each.trouble for each in made):
            modes.append([each.seconds for each in made if each is not None])
    compared = {
        "rules once": ("from the lake's files to which deals break which", [sum(mode) for mode in modes]),
        "rules by deal from files": ("the same with keeping the log", [sum(mode) for mode in modes]),
        "rules from files": ("with keeping it and every violation of every deal", [sum(mode) for mode in modes]),
        "rules by deal": ("from the prepared log to which deals break which", [mode[1] for mode in modes]),
        "rules": ("from the prepared log to every violation", [mode[1] for mode in modes]),
        "rules by variant": ("from the prepared log by variant", [mode[1] for mode in modes]),
    }
    said = []
    for work, (text, theirs) in compared.items():
        ours = results.summary(f"{OURS}: {work}")
        if ours is not None and not ours.trouble and theirs:
            said.append(f"{text} {min(theirs) / ours.seconds:.0f} times ({min(theirs):.1f} s to {ours.seconds:.2f} s)")
    if said:
        yield f"Twenty rules, beside the faster mode of pm4py: {'; '.join(said)}."


def _cell(made: Run | None) -> str:
    if made is None:
        return "–"
    if made.trouble:
        return f"{made.trouble} ({made.peak_mb:,.0f} MB)"
    return f"{made.seconds:.2f} ({made.peak_mb:,.0f} MB)"


if __name__ == "__main__":
    main()
