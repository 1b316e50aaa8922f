"""Thousands of small organisations on one PostgreSQL installation: what a page, the schedule and the doctor take.

    python -m benchmarks.many_organisations --organisations 3000 --folder FOLDER --write

They are made once and kept in the folder: each with five people, a record of its own (whose files are the same on disk)
and its index. Measured are a few of them first, then all: what grows from one to the other grows with organisations.
"""

import argparse
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.load_many_watch import descendants_named, memory
from benchmarks.many_organisations_data import DEALS
from benchmarks.measure import Results, Run, machine, run
from benchmarks.page import write_section
from benchmarks.web_load_data import Place
from benchmarks.web_load_people import Browser, Log
from benchmarks.web_load_server import postgres, serving

START, END = "<!-- many organisations: written by the command -->", "<!-- many organisations: end -->"
PAGES: Final = {"home": "/", "deals": "/deals/", "deals that are open": "/deals/?outcome=open", "people": "/settings/"}
_DATA: Final = "benchmarks.many_organisations_data"


def main() -> None:
    chosen = _arguments()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    few = max(1, min(chosen.few, chosen.organisations // 10))
    results = Results(chosen.folder / "results.json")
    with postgres(chosen.folder / "postgresql-data") as server:
        place = Place(chosen.folder, chosen.folder / "home", DEALS, server.url)
        for count in (few, chosen.organisations):
            if results.summary(_row(count)) is None:
                print(f"{count:,} organisations ...", flush=True)
                _made(run(_DATA, "make", place.shared, place.database, count, limit=math.inf))
                server.analyse()
                results.add(_row(count), _measured(place, count))
    table = page([(count, results.summary(_row(count))) for count in (few, chosen.organisations)])
    print(table)
    if chosen.write:
        write_section(START, END, table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=int, default=3000)
    parser.add_argument("--few", type=int, default=30, help="measured first, to compare with")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "afteraction-many-organisations")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    return parser.parse_args()


def _row(count: int) -> str:
    return f"{count} organisations"


def _made(done: Run) -> Run:
    if done.trouble:
        raise SystemExit(f"found:    {done.trouble}\nexpected: a run to its end\nnext:     run it again, it goes on")
    return done


def _measured(place: Place, count: int) -> Run:
    """Pages of organisations by chance, then what comes round for all of them, then the doctor, in seconds."""
    told: dict[str, Any] = {}
    sessions = _made(run(_DATA, "sign in", place.shared, place.database, count, limit=math.inf)).answer
    with serving(place.environment(), place.shared / "server.log") as (port, pid):
        told["pages"] = _visit(port, sessions)
        told["memory"] = memory({"server": [pid]})["server"]
        told["files"] = sum(map(_open_files, _family(pid)))
    scheduled = _made(run(_DATA, "schedule", place.shared, place.database, count, limit=math.inf))
    told |= {"schedule": scheduled.answer, "worker": scheduled.peak_mb}
    command = [sys.executable, "-m", "afteraction", "doctor", "--home", str(place.home)]
    began = time.monotonic()
    subprocess.run(command, env=os.environ | place.environment(), check=False, stdout=subprocess.DEVNULL)
    return Run(time.monotonic() - began, answer=told)


def _visit(port: int, sessions: Iterable[str]) -> dict[str, list[float]]:
    """Milliseconds of each page, for one person of each of these organisations."""
    log = Log()
    for session in sessions:
        browser = Browser(port, log, session)
        for name, path in PAGES.items():
            browser.get(name, path)
    took: dict[str, list[float]] = {}
    for asked in log.asked:
        if asked.status >= 400 or asked.error:
            raise SystemExit(
                f"{asked.page} was answered with {asked.status} {asked.error}; expected a page; see server.log"
            )
        if asked.page != "static files":
            took.setdefault(asked.page, []).append(asked.client)
    return took


def _family(pid: int) -> list[int]:
    """A process, those that it started, and so on."""
    return [pid, *(each for child in descendants_named(pid, "") for each in _family(child))]


def _open_files(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0  # it has ended meanwhile


def page(measured: Sequence[tuple[int, Run | None]]) -> str:
    """What was found, as a table."""
    columns = [_values(made) for _count, made in measured if made is not None]
    names = dict.fromkeys(name for values in columns for name in values)
    head = ["", *(f"{count:,} organisations" for count, _made in measured)]
    rows = [[name, *(values.get(name, "–") for values in columns)] for name in names]
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join([f"{machine()}; PostgreSQL with policies; five people and {DEALS} deals each.", "", *lines])


def _values(made: Run) -> dict[str, str]:
    told = made.answer
    values = {
        f"{name}: median and p95, ms": f"{statistics.median(took):.0f}, {_p95(took):.0f}"
        for name, took in told["pages"].items()
    }
    passed: dict[str, tuple[float, int]] = told["schedule"]
    slowest = max(passed, key=lambda name: passed[name][0])
    total, jobs = (sum(each[n] for each in passed.values()) for n in (0, 1))
    return values | {
        "one pass of all that comes round": f"{total:.1f} s, puts {jobs:,} jobs into the queue",
        "the slowest of it": f"{passed[slowest][0]:.1f} s ({slowest})",
        "memory of the server": f"{told['memory']:,.0f} MB",
        "memory of that pass at most": f"{told['worker']:,.0f} MB",
        "files that the server has open": f"{told['files']:,}",
        "doctor": f"{made.seconds:.1f} s",
    }


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[max(0, math.ceil(0.95 * len(values)) - 1)]


if __name__ == "__main__":
    main()
