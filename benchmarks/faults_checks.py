"""What is held against each other in the end: the ledger outside, and what the house holds."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.faults_house import House
from benchmarks.faults_outside import FeedServer, MailServer
from benchmarks.faults_people import DEALS_OF_AN_IMPORT, Ledger

WORDS: Final = ("lesson", "comment", "claim", "review", "accept", "attempt")
"""Kinds of writes that are found again by their words alone."""


@dataclass(frozen=True)
class Row:
    """A kind of write: how many were told to be done, how many of these are gone, how many are there twice."""

    kind: str
    done: int
    refused: int
    unanswered: int
    lost: list[str]
    twice: list[str]
    note: str = ""


def writes(ledger: Ledger, told: Mapping[str, Any], mail: MailServer, feeds: FeedServer) -> Iterator[Row]:
    """A row for each kind of write."""
    for kind in WORDS:
        done, there = ledger.of(kind, "done"), told[kind]
        yield _row(ledger, kind, [key for key in done if not there.get(key)], _twice(there))
    lessons = [key for key, count in told["lesson"].items() if told["trail"].get(key) != count]
    yield Row("trail of lessons", len(told["lesson"]), 0, 0, lessons, _twice(told["trail"]))
    yield _mails(ledger, told, mail)
    yield _imports(ledger, told)
    published = [title for items in feeds.items for title in items]
    missing = [title for title in published if not told["item"].get(title)]
    yield Row("news heard", len(published), 0, 0, missing, _twice(told["item"]))


def _row(ledger: Ledger, kind: str, lost: list[str], twice: list[str], note: str = "") -> Row:
    counts = [len(ledger.of(kind, state)) for state in ("done", "refused", "asked")]
    return Row(kind, *counts, lost, twice, note)


def _twice(there: Mapping[str, int]) -> list[str]:
    return sorted(key for key, count in there.items() if count > 1)


def _mails(ledger: Ledger, told: Mapping[str, Any], mail: MailServer) -> Row:
    """Everyone who was invited has the mail; a second one only where the first was not answered or its end not kept,
    and then under the same Message-ID, by which it is known.
    """
    ids: dict[str, set[str]] = {}
    for each in mail.taken:
        ids.setdefault(each.to, set()).add(each.message_id)
    lost = [key for key in ledger.of("mail", "done") if key not in ids or key not in told["sent"]]
    again = len(mail.taken) - len(ids)
    twice = sorted(to for to, found in ids.items() if len(found) > 1)
    return _row(ledger, "mail", lost, twice + _twice(told["mail"]), f"{again} handed over again, same Message-ID")


def _imports(ledger: Ledger, told: Mapping[str, Any]) -> Row:
    """An import is there whole, in the index of deals too, or not at all."""
    entries = [each for each in ledger.entries if each.kind == "import"]
    lost, twice = [], []
    for each in entries:
        there = sum(told["index"].get(f"import-{each.key}-{n}", 0) for n in range(DEALS_OF_AN_IMPORT))
        if there != DEALS_OF_AN_IMPORT and (there or each.state == "done"):
            lost.append(f"{each.key}: {there} of {DEALS_OF_AN_IMPORT}")
        if there > DEALS_OF_AN_IMPORT:
            twice.append(each.key)
    stuck = [key for key, (state, _m) in told["import"].items() if state in ("looking", "waiting", "running")]
    return _row(ledger, "import", lost + [f"stuck: {key}" for key in stuck], twice)


def the_rest(house: House, told: Mapping[str, Any]) -> Iterator[str]:
    """Everything else that is wrong in the end."""
    for name, count in told["jobs"].items():
        if name.rpartition(" ")[2] in ("READY", "RUNNING"):
            yield f"{count} jobs left: {name}"
    for path in told["staging"]:
        yield f"left in staging: {path}"
    yield from _record_differs(house, told)
    yield from _integrity(house)
    yield from _doctor(house)


def _record_differs(house: House, told: Mapping[str, Any]) -> Iterator[str]:
    """A home that is given the same files, without any fault, holds the same."""
    files = [house.folder / "files"]
    there = {key.rsplit("-", 1)[0].removeprefix("import-") for key in told["index"] if key.startswith("import-")}
    files += [house.folder / "imports" / f"{number}.csv" for number in sorted(there)]
    house.run("benchmarks.faults_home", "again", str(house.folder), *map(str, files))
    expected = json.loads((house.folder / "again.json").read_text(encoding="utf-8"))
    for name, found in told["record"].items():
        if list(found) != list(expected[name]):
            yield f"table {name}: {found[0]} rows ({found[1]}), in a home without faults {expected[name][0]}"


def _integrity(house: House) -> Iterator[str]:
    if house.postgres is None:
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(house.home / "database.sqlite3")) as database:
            for check in ("integrity_check", "foreign_key_check"):
                rows = database.execute(f"PRAGMA {check}").fetchall()
                if rows and rows != [("ok",)]:
                    yield f"PRAGMA {check}: {rows[:5]}"
        return
    program = house.postgres.program("pg_amcheck")
    where = urlsplit(house.postgres.url)
    asked = [str(program), "--install-missing", "--heapallindexed", "--host", str(where.hostname)]
    asked += ["--port", str(where.port), "--username", "postgres", where.path.strip("/")]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"pg_amcheck: {(done.stdout + done.stderr)[:500]}"


def _doctor(house: House) -> Iterator[str]:
    file = house.folder / "doctor.json"
    asked = [sys.executable, "-m", "afteraction", "doctor", "--json", str(file)]
    done = subprocess.run(asked, env=house.environment, capture_output=True, text=True, check=False)
    if done.returncode:
        found = json.loads(file.read_text(encoding="utf-8"))["findings"] if file.exists() else []
        wrong = [f"{each['check']}: {each['found']}" for each in found if each["state"] == "wrong"]
        yield f"doctor: {'; '.join(wrong) or done.stderr[-300:]}"


def refusals(ledger: Ledger) -> Counter[str]:
    """Why writes were refused: nothing of what is sent should be."""
    refused = [each for each in ledger.entries if each.state == "refused"]
    return Counter(f"{each.kind}: {re.sub(r'[0-9][0-9.]*', 'N', each.told)[:300]}" for each in refused)
