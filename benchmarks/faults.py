"""Faults: whether a house under load loses anything, or does anything twice, while it is killed, stopped and starved.

    python -m benchmarks.faults --minutes 30 --seed 1 --database postgresql --write
    python -m benchmarks.faults --minutes 30 --seed 1 --database sqlite --write

People write, with a ledger outside; faults are drawn from a table by the seed, one after the other. After each one the
house has to serve again: pages answer, jobs are done, and somebody's write is taken. In the end everything that anybody
was told is held against what is there. `--only WORDS` draws only from the faults whose names contain them.
"""

import argparse
import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from benchmarks import faults_checks as checks
from benchmarks.faults_house import PATIENCE, House, house
from benchmarks.faults_kinds import Fault, Stage, here
from benchmarks.faults_outside import FeedServer, MailServer
from benchmarks.faults_people import Ledger, People
from benchmarks.measure import machine
from benchmarks.page import write_section
from benchmarks.truth_found import markdown

_FEEDS: Final = 5
_BETWEEN: Final = (3.0, 10.0)
"""Seconds from when the house serves again to the next fault."""
_SETTLE: Final = 600.0
_SOUND: Final = (
    "Nothing else is wrong: no job is left, nothing lies in staging, the record is that of a home without faults, the "
    "database is sound, the doctor finds nothing wrong."
)
_SECTION: Final = """### Faults: {0}

    ./run python -m benchmarks.faults --minutes 30 --seed 1 --database {0} --write
"""
_START, _END = "<!-- faults: {} -->", "<!-- faults: end of {} -->"


@dataclass(frozen=True)
class Happened:
    """A fault: when it came, how long it lasted, how long the house then took to serve."""

    kind: str
    at: float
    lasted: float
    back: float


def main() -> int:
    chosen = _arguments()
    _clear(chosen.folder)
    chosen.folder.chmod(0o755)  # PostgreSQL, which does not run as root, must get at its part of it
    mail, feeds = MailServer(), FeedServer(_FEEDS)
    mail.start()
    feeds.start()
    with house(chosen.folder, chosen.database, mail.port) as made:
        made.make(f"http://127.0.0.1:{feeds.port}/ {_FEEDS}")
        made.start()
        ledger = Ledger(chosen.folder / "ledger.jsonl")
        accounts = json.loads((chosen.folder / "accounts.json").read_text(encoding="utf-8"))
        people = People(made.port, accounts, ledger, chosen.seed, chosen.folder)
        stage = Stage(made, mail, feeds, random.Random(chosen.seed))
        people.start()
        happened = list(_faults(stage, people, chosen))
        _settle(made, people)
        made.run("benchmarks.faults_home", "told", str(chosen.folder))
        told = json.loads((chosen.folder / "told.json").read_text(encoding="utf-8"))
        rows = list(checks.writes(ledger, told, mail, feeds))
        wrong = [*stage.found, *checks.the_rest(made, told)]
    made.disk.unmount()
    page = _page(chosen, happened, rows, wrong, checks.refusals(ledger))
    (chosen.folder / "result.md").write_text(page, encoding="utf-8")
    print(page)
    if chosen.write:
        start, end = _START.format(chosen.database), _END.format(chosen.database)
        write_section(start, end, page, section=_SECTION.format(chosen.database))
    return int(bool(wrong) or any(row.lost or row.twice for row in rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1, help="draws the faults, and what people do")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--only", default="", help="words of the faults to draw from, with commas")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "afteraction-faults")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    return parser.parse_args()


def _clear(folder: Path) -> None:
    if (folder / "disk").is_mount():
        raise SystemExit(f"found a disk mounted at {folder}/disk; expected none; umount it, or name another --folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _drawn(stage: Stage, chosen: argparse.Namespace, rng: random.Random) -> Iterator[Fault]:
    """Faults without end, each kind as often as the others, in an order that hangs on the seed alone."""
    words = [each.strip() for each in chosen.only.split(",") if each.strip()]
    found = [each for each in here(chosen.database, stage.house) if not words or any(w in each.name for w in words)]
    if not found:
        raise SystemExit(f"found no fault with {chosen.only}; expected part of a name in benchmarks/faults_kinds.py")
    while True:
        yield from rng.sample(found, len(found))


def _faults(stage: Stage, people: People, chosen: argparse.Namespace) -> Iterator[Happened]:
    began, log = time.monotonic(), (chosen.folder / "faults.jsonl").open("a", encoding="utf-8")
    rng = random.Random(chosen.seed)
    drawn = _drawn(stage, chosen, rng)
    with log:
        while time.monotonic() < began + chosen.minutes * 60:
            pause, fault = rng.uniform(*_BETWEEN), next(drawn)
            lasts = rng.uniform(*fault.lasts)
            stage.rng = random.Random(rng.random())  # what one fault draws changes nothing for the next
            time.sleep(pause)
            stage.feeds.publish()
            print(f"{time.monotonic() - began:6.0f} s  {fault.name}", flush=True)
            start = time.monotonic()
            with fault.on(stage):
                time.sleep(lasts)
            ended = time.monotonic()
            _serves_again(stage.house, people)
            told = Happened(fault.name, round(start - began, 1), round(ended - start, 1), time.monotonic() - ended)
            log.write(f"{json.dumps(asdict(told))}\n")
            log.flush()
            yield told


def _serves_again(made: House, people: People) -> None:
    """Pages answer, a worker lives, and a write of somebody is taken."""
    made.wait()
    if not people.write_lesson(people.probe):
        raise SystemExit(f"found a house that takes no write after {PATIENCE:.0f} s; see {made.folder}")


def _settle(made: House, people: People) -> None:
    """Everybody ends what they are at; what waits for a later try is tried, until nothing is left to do."""
    people.stop()
    end = time.monotonic() + _SETTLE
    while time.monotonic() < end:
        made.run("benchmarks.faults_home", "hurry")
        for _ in range(20):
            time.sleep(2)
            if made.is_idle():
                return
    print("jobs are left", flush=True)


def _page(
    chosen: argparse.Namespace,
    happened: Sequence[Happened],
    rows: Sequence[checks.Row],
    wrong: Sequence[str],
    refused: "dict[str, int]",
) -> str:
    lines = [
        f"{machine()}. {chosen.database}, seed {chosen.seed}, {chosen.minutes:g} minutes, {len(happened)} faults.",
        "",
    ]
    lines += [_kinds(happened), "", _writes(rows), ""]
    lines += [f"Wrong: {each}" for each in wrong] or [_SOUND]
    lines += [f"Refused {count} times: {why}" for why, count in refused.items()]
    for row in rows:  # named, so that they can be looked for
        lines += [
            f"{row.kind}, {what}: {', '.join(keys[:5])}"
            for what, keys in (("lost", row.lost), ("twice", row.twice))
            if keys
        ]
    return "\n".join(lines)


def _kinds(happened: Sequence[Happened]) -> str:
    found: dict[str, list[float]] = {}
    for each in happened:
        found.setdefault(each.kind, []).append(each.back)
    rows = [
        (kind, str(len(times)), f"{statistics.median(times):.1f}", f"{max(times):.1f}")
        for kind, times in sorted(found.items())
    ]
    return markdown(("fault", "times", "seconds until it serves and takes a write: median", "most"), rows)


def _writes(rows: Sequence[checks.Row]) -> str:
    cells = [
        tuple(map(str, (row.kind, row.done, row.refused, row.unanswered, len(row.lost), len(row.twice), row.note)))
        for row in rows
    ]
    return markdown(("what was asked for", "told to be done", "refused", "not answered", "lost", "twice", ""), cells)


if __name__ == "__main__":
    raise SystemExit(main())
