"""Load and soak: 200 people, ten million deals, PostgreSQL, imports, analyses and listening; then four times that.

    python -m benchmarks.load_many --deals 10000000 --people 200 --minutes 15 --push 4 --folder FOLDER --write

The index is made once and kept in the folder; `--minutes 0` makes it alone. A run: `--people` work for `--minutes`;
then so many more come that there are `--push` times as many, for `--push-minutes`; then these go, and two minutes more
are looked at.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.listening_sources import feeds_of
from benchmarks.load_many_data import base_of, organisations
from benchmarks.load_many_people import crowd, importer, write_accounts
from benchmarks.load_many_table import page
from benchmarks.load_many_watch import Watch, allow_many_files, descendants_named
from benchmarks.measure import Results, run
from benchmarks.page import write_section
from benchmarks.web_load import make
from benchmarks.web_load_data import Place
from benchmarks.web_load_people import Log
from benchmarks.web_load_server import Postgres, busy_seconds, clock_ticks, end, postgres, serving

START, END = "<!-- load of many: written by the command -->", "<!-- load of many: end -->"
AFTER: Final = 120.0
"""Seconds that are looked at after the push."""
TOKEN: Final = "a token for the metrics of a benchmark"
FEEDS: Final = 60
_BYTES: Final = 3_200
"""Of one deal on disk while it is made, as measured with 100,000 and a million: rows, indexes, columns, events,
evidence, and what sorting needs meanwhile."""
_LEFT: Final = 6 * 2**30
"""Bytes of the disk that stay free."""


def main() -> None:
    chosen = _arguments()
    folder = chosen.folder / str(chosen.deals)
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_full_disk(folder, chosen.deals)
    allow_many_files()
    with postgres(folder / "postgresql-data") as server:
        place = Place(folder, folder / "home", base_of(chosen.deals), server.url)
        _make(place, chosen.deals, server)
        if chosen.minutes:
            _load(place, chosen, server)
    if (folder / "run.json").exists():
        table = page(folder)
        print(table)
        if chosen.write:
            write_section(START, END, table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deals", type=int, default=10_000_000)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--push", type=float, default=4, help="times as many people; 1 leaves the push out")
    parser.add_argument("--push-minutes", type=float, default=5)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "afteraction-load-many")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    return parser.parse_args()


def _refuse_full_disk(folder: Path, deals: int) -> None:
    """Says beforehand where the disk is too small; what was made already takes nothing more."""
    if Results(folder / "made.json").summary("grown"):
        return
    needed, free = deals * _BYTES + _LEFT, shutil.disk_usage(folder).free
    if needed > free:
        raise SystemExit(
            f"{folder} has {free / 2**30:.0f} GiB left; expected {needed / 2**30:.0f} GiB for {deals:,} deals of "
            f"{_BYTES:,} bytes; name another --folder, or fewer --deals"
        )


def _make(place: Place, deals: int, server: Postgres) -> None:
    """The organisation with a record by the product, then the others from it."""
    results = Results(place.shared / "made.json")
    make(place, "postgresql")
    if results.summary("grown"):
        return
    print("the other organisations ...", flush=True)
    grown = run(
        "benchmarks.load_many_data", place.shared, place.home, place.deals, place.database, deals, limit=math.inf
    )
    if grown.trouble:
        raise SystemExit(f"the other organisations: {grown.trouble}")
    Results(place.shared / "made.json").add("grown", grown)
    server.analyse()


@dataclass(frozen=True)
class _Running:
    port: int
    kinds: dict[str, list[int]]


@contextmanager
def _running(place: Place, server: Postgres) -> Iterator[_Running]:
    """The product as people start it, a second job worker, and feeds to listen to."""
    told = place.environment() | {"AFTERACTION_METRICS_TOKEN": TOKEN, "AFTERACTION_ALLOW_PRIVATE": "yes"}
    with feeds_of(FEEDS * 2) as feeds, serving(told, place.shared / "server.log") as (port, pid):
        _listen(place, feeds)
        with (place.shared / "worker.log").open("wb") as log:
            command = [sys.executable, "-m", "afteraction", "work", "--home", str(place.home)]
            worker = subprocess.Popen(command, env=os.environ | told, stdout=log, stderr=subprocess.STDOUT)
        try:
            pages = descendants_named(pid, "application_server")
            jobs = [*descendants_named(pid, "afteraction work"), worker.pid]
            yield _Running(port, {"pages": pages, "jobs": jobs, "PostgreSQL": [server.pid]})
        finally:
            end(worker)


def _listen(place: Place, port: int) -> None:
    """Feeds for every organisation, each asked every five minutes; the port is another one in every run."""
    place.start_django()
    from django.utils import timezone

    from afteraction.web.listening.models import Source
    from afteraction.web.people.models import Organisation

    now = timezone.now()
    Source.objects.all().delete()
    Source.objects.bulk_create(
        Source(
            organisation=organisation,
            name=f"Feed {n}",
            address=f"http://127.0.0.1:{port}/{n}",
            every=5,
            next_at=now,
            made_at=now,
        )
        for organisation in Organisation.objects.order_by("id")
        for n in range(FEEDS)
    )


def _load(place: Place, chosen: argparse.Namespace, server: Postgres) -> None:
    more = round(chosen.people * (chosen.push - 1))
    accounts = write_accounts(place, chosen.people + more, organisations(chosen.deals))
    with _running(place, server) as running:
        log = Log()
        watch = Watch(running.kinds, server.url, running.port, TOKEN)
        watch.start()
        began, busy = time.monotonic(), busy_seconds()
        every = [pid for pids in running.kinds.values() for pid in pids]
        used = clock_ticks(every)
        push = began + 60 * chosen.minutes
        back = push + (60 * chosen.push_minutes if more else 0)
        over = back + (AFTER if more else 0)
        print(f"{chosen.people} people", flush=True)
        people = crowd(accounts[: chosen.people], running.port, log, over, 1_000)
        people.append(importer(place, running.port, log, over))
        people[-1].start()
        time.sleep(max(0.0, push - time.monotonic()))
        steady = {"busy": busy_seconds() - busy, "ours": clock_ticks(every) - used}
        if more:
            print(f"{more} more", flush=True)
            people += crowd(accounts[chosen.people :], running.port, log, back, 5_000)
        for person in people:
            person.join()
        seen = watch.end()
        found = {
            "asked": log.rows(),
            "seen": seen,
            "unanswered": watch.unanswered,
            "times": {"began": began, "push": push, "back": back, "end": over},
            "people": chosen.people,
            "more": more,
            "deals": chosen.deals,
            "steady": steady | {"seconds": push - began},
            "jobs": _jobs(),
        }
        draft = place.shared / "run.writing"
        draft.write_text(json.dumps(found), encoding="utf-8")
        draft.rename(place.shared / "run.json")


def _jobs() -> dict[str, dict[str, float]]:
    """Jobs that ended in the last hour, by name: how many, how long at the median, how many failed."""
    from datetime import timedelta
    from statistics import median

    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    found: dict[str, list[float]] = {}
    failed: dict[str, int] = {}
    for job in DBTaskResult.objects.filter(finished_at__gte=timezone.now() - timedelta(hours=1)):
        name = job.task_path.rpartition(".")[2]
        failed[name] = failed.get(name, 0) + (job.status == "FAILED")
        found.setdefault(name, []).append((job.finished_at - job.started_at).total_seconds() if job.started_at else 0.0)
    return {
        n: {"n": len(took), "median": median(took), "most": max(took), "failed": failed[n]} for n, took in found.items()
    }


if __name__ == "__main__":
    main()
