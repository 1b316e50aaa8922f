"""How time and memory grow with events: `python -m benchmarks.growth [--events N…] --folder F`, see README.md."""

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.growth_table import growth_table
from benchmarks.measure import Results, Run, machine, run
from benchmarks.page import README, write_section

# Nothing heavy is imported here: a process counts the memory of the one that started it as its own.
START, END = "<!-- growth: written by the command -->", "<!-- growth: end -->"
WORKS = {
    "simulating": "simulating the record, into files",
    "importing": "merging them into the lake, as one data version",
    "encoding": "the log from the lake's files: encoded, sorted and kept",
    "from files": "graph, variants and 20 rules, from the lake's files",
    "from the log": "graph, variants and 20 rules, from the kept log",
    "analyze": "`afteraction analyze --json`, from the kept log",
    "changing": "merging a change of 1 % of the deals into the lake",
    "encoding after": "the log after that change, from the log before it",
    "encoding anew": "the log after that change, from nothing",
}
"""In this order: each finds what those before it left."""
MB_A_MILLION, MB_BESIDE = 200, 1500
"""Disk that is needed at the most: simulated files, two states of the lake, two logs, and what is spilled."""


def main() -> None:
    chosen = _arguments()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    found: dict[int, Results] = {}
    for events in sorted(chosen.events):
        found[events] = Results(chosen.folder / f"{events}.json")
        _measure(chosen.folder / str(events), events, found[events], chosen)
        table = _page(found)
        (chosen.folder / "table.md").write_text(table, encoding="utf-8")
        if chosen.write:
            write_section(START, END, table, page=chosen.page)
    print(_page(found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000, 5_000_000], help="sizes, one by one")
    parser.add_argument("--works", nargs="+", choices=WORKS, default=list(WORKS), help="measure these alone")
    parser.add_argument("--runs", type=int, default=1, help="of each measurement; the table has medians")
    parser.add_argument("--limit", type=float, default=6 * 3600, help="seconds after which one measurement is ended")
    parser.add_argument("--keep", action="store_true", help="keep a size's record when all is measured; some GB")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()) / "afteraction-growth",
        help="holds records and results; what is in it is not measured again",
    )
    parser.add_argument("--write", action="store_true", help="write the table into the page")
    parser.add_argument("--page", type=Path, default=README, help="which has markers for it")
    return parser.parse_args()


def _measure(home: Path, events: int, results: Results, chosen: argparse.Namespace) -> None:
    """Whatever of a size is not measured yet; then its record goes, unless it is to be kept."""
    missing = [work for work in WORKS if work in chosen.works and _wants_more(results, work, chosen.runs)]
    if missing:
        _refuse_small_disk(home, events)
        _measure_all(home, events, results, missing, chosen)
    if not chosen.keep and not any(_wants_more(results, work, 1) for work in chosen.works):
        shutil.rmtree(home, ignore_errors=True)


def _measure_all(home: Path, events: int, results: Results, missing: Sequence[str], chosen: argparse.Namespace) -> None:
    """Do in order what is to be measured, and before it what that needs and a stopped run has not left."""
    print(f"{events:,} events", flush=True)
    left = home / "left.json"
    there = json.loads(left.read_text(encoding="utf-8")) if left.exists() else []
    for work in [*WORKS][: [*WORKS].index(missing[-1]) + 1]:
        if work not in missing and (work in there or work not in _NEEDED):
            continue
        while work not in there or (work in missing and _wants_more(results, work, chosen.runs)):
            made = run("benchmarks.growth_work", work, home, events, limit=chosen.limit)
            print(f"  {work}: {made.trouble or f'{made.seconds:.2f} s, {made.peak_mb:,.0f} MB'}", flush=True)
            if work in missing:
                results.add(work, made)
            if made.trouble and work in _NEEDED:
                return  # nothing that comes later has what it needs
            there = [*there, work]
            left.write_text(json.dumps(there), encoding="utf-8")


_NEEDED = ("simulating", "importing", "encoding", "changing")
"""What must be done for the rest to be measured, where it was removed after a size had been measured."""


def _wants_more(results: Results, work: str, runs: int) -> bool:
    made = results.of(work)
    return len(made) < runs and not any(each.trouble for each in made)


def _refuse_small_disk(home: Path, events: int) -> None:
    used = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) if home.exists() else 0
    needed = (events / 1e6 * MB_A_MILLION + MB_BESIDE) * 1e6 - used
    free = shutil.disk_usage(home.parent).free
    if free < needed:
        raise SystemExit(
            f"found {free / 1e9:,.1f} GB free below {home.parent}, expected {needed / 1e9:,.1f} GB "
            f"for {events:,} events; next: name another --folder, make room, or leave out the size"
        )


def _page(found: dict[int, Results]) -> str:
    sizes = {}
    for events, results in found.items():
        made = {work: summary for work in WORKS if (summary := results.summary(work)) is not None}
        sizes[_exactly(events, made)] = made
    head = [
        f"{machine()}; "
        + ", ".join(f"{name} {version(name)}" for name in ("duckdb", "numba", "numpy", "pyarrow"))
        + ".",
        "Every measurement in a process of its own, which has loaded its compiled functions; memory is that of the",
        "whole process at its peak. The rules are those of the table above, without bounds in time.",
        "",
    ]
    return "\n".join([*head, *growth_table(WORKS, sizes)])


def _exactly(events: int, made: dict[str, Run]) -> int:
    """How many events a record really has; as many as were wanted where that is not known."""
    known = made.get("encoding")
    return int(known.answer["events"]) if known is not None and not known.trouble and known.answer else events


if __name__ == "__main__":
    main()
