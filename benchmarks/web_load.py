"""The web application under load: 20 people of a sales organisation click for 5 minutes in a home of a million deals.

    python -m benchmarks.web_load --database sqlite
    python -m benchmarks.web_load --database postgresql

Home, index and analysis are made once and kept; people read on SQLite, and read and write on PostgreSQL.
"""

import argparse
import contextlib
import json
import math
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.measure import Results, Run, machine, run
from benchmarks.page import README, write_section
from benchmarks.web_load_data import STEPS, Place
from benchmarks.web_load_people import MIX, Account, work
from benchmarks.web_load_server import Postgres, busy_seconds, clock_ticks, postgres, serving

START, END = "<!-- web load: written by the command -->", "<!-- web load: end -->"
DATABASES: Final = ("sqlite", "postgresql")
_NAMES: Final = {"sqlite": "SQLite, reading", "postgresql": "PostgreSQL, reading and writing"}
_MADE: Final = {
    "record": "simulating and importing the record",
    "people": "people, teams, the process",
    "index": "first index of all deals",
    "analysis": "the analysis",
}
_ALLOWED: Final = 150.0
_SLOW: Final = frozenset({"sign in: the password"})
"""Made slow on purpose: the hash of a password."""


def main() -> None:
    chosen = _arguments()
    shared = chosen.folder / str(chosen.deals)
    shared.mkdir(parents=True, exist_ok=True)
    with _database(chosen.database, shared) as server:
        place = Place(shared, shared / chosen.database, chosen.deals, server.url if server else "")
        make(place, chosen.database)
        if server:
            server.analyse()
        if chosen.minutes:
            print(f"{chosen.people} people, {chosen.minutes:g} minutes on {chosen.database}", flush=True)
            _load(place, chosen, server)
    table = _page(shared, chosen.deals)
    print(table)
    if chosen.page:
        write_section(START, END, table, page=chosen.page)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deals", type=int, default=1_000_000, help="of about 14 events each")
    parser.add_argument("--people", type=int, default=len(MIX), help="who click at the same time")
    parser.add_argument("--minutes", type=float, default=5, help="for so long; 0 makes the home alone")
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()) / "afteraction-web-load",
        help="holds homes and results; delete it to start again",
    )
    parser.add_argument("--page", type=Path, default=README, help="where the table is written, between its markers")
    return parser.parse_args()


@contextlib.contextmanager
def _database(name: str, shared: Path) -> Iterator[Postgres | None]:
    if name == "sqlite":
        yield None
        return
    with postgres(shared / "postgresql-data") as server:
        yield server


def make(place: Place, database: str) -> None:
    """Make what is not there yet, each part by a process of its own that is measured."""
    place.home.mkdir(parents=True, exist_ok=True)
    results = Results(place.shared / "made.json")
    for step in STEPS:
        row = f"{database}: {step}"
        if (done := results.summary(row)) and not done.trouble:
            continue
        print(f"{row} ...", flush=True)
        made = run("benchmarks.web_load_data", step, *_arguments_of(place), limit=math.inf)
        if made.trouble:
            raise SystemExit(f"{row}: {made.trouble}")
        results.add(row, made)
        print(f"{row}: {made.seconds:.0f} s, {made.peak_mb:,.0f} MB", flush=True)


def _arguments_of(place: Place) -> Sequence[object]:
    return (place.shared, place.home, place.deals, *([place.database] if place.database else []))


def _load(place: Place, chosen: argparse.Namespace, server: Postgres | None) -> None:
    accounts = _accounts(place, chosen.people)
    with serving(place.environment(), place.shared / f"{chosen.database}.log") as (port, pid):
        ours = [pid, os.getpid(), *([server.pid] if server else [])]
        began, busy, used = time.perf_counter(), busy_seconds(), clock_ticks(ours)
        log = work(port, accounts, chosen.minutes, writes=server is not None)
        seconds = time.perf_counter() - began
        busy, used = busy_seconds() - busy, clock_ticks(ours) - used
    cores = len(os.sched_getaffinity(0))
    found = {
        "asked": log.rows(),
        "people": chosen.people,
        "seconds": seconds,
        "ours": used / (seconds * cores),
        "others": max(0.0, busy - used) / (seconds * cores),
    }
    draft = place.shared / f"{chosen.database}.writing"
    draft.write_text(json.dumps(found), encoding="utf-8")
    draft.rename(place.shared / f"{chosen.database}.json")


def _accounts(place: Place, people: int) -> list[Account]:
    """Reps and managers of the record, and the others, in the mix of a sales organisation."""
    known = json.loads((place.shared / "accounts.json").read_text(encoding="utf-8"))
    taken = dict.fromkeys(MIX, 0)
    found = []
    for n in range(people):
        role = MIX[n % len(MIX)]
        email, owner = known[role][taken[role] % len(known[role])]
        taken[role] += 1
        found.append(Account(role, email, owner))
    return found


def _page(shared: Path, deals: int) -> str:
    results = Results(shared / "made.json")
    first = results.summary("sqlite: record") or results.summary("postgresql: record")
    rows = first.answer if first else {}
    events = rows.get("stage_changes", 0) + rows.get("touches", 0)
    lines = [
        f"{machine()}. {deals:,} deals, {events:,} events.",
        "",
        "| made once | SQLite | PostgreSQL |",
        "|---|---|---|",
    ]
    for step in STEPS:
        cells = [_made(step, results.summary(f"{name}: {step}"), deals) for name in DATABASES]
        lines.append(f"| {_MADE[step]} | {' | '.join(cells)} |")
    for name in DATABASES:
        path = shared / f"{name}.json"
        if path.exists():
            lines += ["", *_run_table(name, json.loads(path.read_text(encoding="utf-8")))]
    return "\n".join(lines)


def _made(step: str, made: Run | None, deals: int) -> str:
    if made is None:
        return "–"
    if step == "analysis" and not made.answer["made"]:
        return "the same results, shown"
    speed = f", {deals / made.seconds:,.0f} deals/s" if step == "index" else ""
    return f"{made.seconds:,.0f} s ({made.peak_mb:,.0f} MB{speed})"


def _run_table(name: str, found: dict[str, Any]) -> Iterator[str]:
    asked = found["asked"]
    pages: dict[str, list[dict[str, Any]]] = {}
    for each in asked:
        pages.setdefault(each["page"], []).append(each)
    over = [page for page, rows in pages.items() if page not in _SLOW and quantile(rows, "server", 95) > _ALLOWED]
    every = [each for each in asked if each["page"] not in _SLOW]
    said = f"all within {_ALLOWED:g} ms" if not over else f"over {_ALLOWED:g} ms: {', '.join(sorted(over))}"
    yield (
        f"**{_NAMES[name]}**: {found['people']} people, {found['seconds'] / 60:.1f} minutes, {len(asked):,} requests "
        f"({len(asked) / found['seconds']:.1f} a second), p95 {quantile(every, 'server', 95):.0f} ms; {said}. "
        f"The server, its database, its worker and the people used {found['ours']:.0%} of the machine, other programs "
        f"{found['others']:.0%}."
    )
    yield ""
    yield "| page | n | p50 | p95 | p99 | max | computing: p95 | people waited: p50 | p95 | errors |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for page in sorted(pages):
        rows = pages[page]
        figures = [f"{quantile(rows, 'server', q):.0f}" for q in (50, 95, 99, 100)]
        figures.append(f"{quantile(rows, 'computed', 95):.0f}")
        figures += [f"{quantile(rows, 'client', q):.0f}" for q in (50, 95)]
        errors = sum(bool(each["error"]) for each in rows)
        yield f"| {page} | {len(rows):,} | {' | '.join(figures)} | {errors} |"


def quantile(rows: Sequence[dict[str, Any]], kind: str, percent: float) -> float:
    """A quantile that was seen, in ms; 0 where the server told none."""
    told = [each[kind] for each in rows if each.get(kind) is not None]
    return float(np.percentile(told, percent, method="higher")) if told else 0.0


if __name__ == "__main__":
    main()
