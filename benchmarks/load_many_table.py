"""What a run of `load_many` found, as Markdown."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.listening_sources import markdown
from benchmarks.measure import Results, machine
from benchmarks.web_load import quantile

_SLOW: Final = frozenset({"sign in: the password"})
_MINUTE: Final = 60.0
_ALLOWED: Final = 150.0
Rows = Sequence[dict[str, Any]]


def page(folder: Path) -> str:
    """All tables of the run that is kept in a folder."""
    found = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return "\n".join([f"{machine()}.", "", *_made(folder), *_phases(found), "", *_pages(found), "", *_course(found)])


def _made(folder: Path) -> Iterator[str]:
    if (made := Results(folder / "made.json").summary("grown")) is None:
        return
    told = made.answer
    rows = told["rows"]
    yield (
        f"Making {rows:,} deals of several organisations took {made.seconds:,.0f} s "
        f"({rows / made.seconds:,.0f} deals/s); rows {told['table'] / rows:,.0f} and indexes "
        f"{told['indexes'] / rows:,.0f} bytes a deal."
    )
    yield ""


def _spans(found: dict[str, Any]) -> Iterator[tuple[str, float, float]]:
    times = found["times"]
    people, more = found["people"], found["more"]
    yield f"{people} people", times["began"], times["push"]
    if more:
        yield f"{people + more} people", times["push"], times["back"]
        yield "first minute after", times["back"], times["back"] + _MINUTE
        yield "second minute after", times["back"] + _MINUTE, times["end"]


def _phases(found: dict[str, Any]) -> Iterator[str]:
    """A row for each part of the run."""
    rows = []
    for name, begin, end in _spans(found):
        asked = [each for each in found["asked"] if begin <= each["at"] < end]
        served = _answered(asked)
        away = sum(each["status"] == 503 for each in asked)
        failed = sum(bool(each["error"]) and each["status"] != 503 for each in asked)
        told = [each for each in asked if each["status"] == 503]
        rows.append(
            (
                name,
                f"{len(asked):,}",
                f"{len(served) / (end - begin):.1f}",
                *(f"{quantile(served, 'server', q):.0f}" for q in (50, 95, 99)),
                *(f"{quantile(served, 'client', q):,.0f}" for q in (50, 95, 99, 100)),
                f"{away:,}",
                f"{quantile(told, 'client', 95):.0f}" if told else "–",
                f"{failed:,}",
            )
        )
    head = (
        *("part", "requests", "answered a second", "server: p50", "p95", "p99"),
        *("people waited: p50", "p95", "p99", "max", "told to come back", "after (p95)", "errors"),
    )
    steady, seconds = found["steady"], found["steady"]["seconds"]
    yield (
        f"**{found['deals']:,} deals, PostgreSQL.** Milliseconds; static files and the hash of passwords left out. "
        f"With {found['people']} people server, database and jobs computed {steady['ours'] / seconds:.2f} s a second, "
        f"everything on the machine {steady['busy'] / seconds:.2f}."
    )
    yield ""
    yield markdown(head, rows)


def _answered(asked: Rows) -> list[dict[str, Any]]:
    return [each for each in asked if 0 < each["status"] < 500 and each["page"] not in (*_SLOW, "static files")]


def _pages(found: dict[str, Any]) -> Iterator[str]:
    """Every kind of page while it was steady."""
    _name, begin, end = next(_spans(found))
    pages: dict[str, list[dict[str, Any]]] = {}
    for each in found["asked"]:
        if begin <= each["at"] < end:
            pages.setdefault(each["page"], []).append(each)
    rows, over = [], []
    for name in sorted(pages):
        served = [each for each in pages[name] if 0 < each["status"] < 500]
        if name not in _SLOW and quantile(served, "server", 95) > _ALLOWED:
            over.append(name)
        errors = sum(bool(each["error"]) and each["status"] != 503 for each in pages[name])
        rows.append(
            (
                name,
                f"{len(pages[name]):,}",
                *(f"{quantile(served, 'server', q):.0f}" for q in (50, 95, 99, 100)),
                f"{quantile(served, 'computed', 95):.0f}",
                *(f"{quantile(served, 'client', q):.0f}" for q in (50, 95)),
                f"{errors}",
            )
        )
    yield f"Pages with {found['people']} people; p95 over {_ALLOWED:g} ms: {', '.join(over) or 'none'}."
    yield ""
    head = ("page", "n", "p50", "p95", "p99", "max", "computing: p95", "people waited: p50", "p95", "errors")
    yield markdown(head, rows)


def _course(found: dict[str, Any]) -> Iterator[str]:
    """Memory, connections and queues in each part, and the jobs beside."""
    rows = []
    for name, begin, end in _spans(found):
        seen = [each for each in found["seen"] if begin <= each["at"] < end]
        if not seen:
            continue
        first, last = seen[0]["memory"], seen[-1]["memory"]
        rows.append(
            (
                name,
                *(f"{first[kind]:,.0f} → {last[kind]:,.0f}" for kind in first),
                f"{max(each['connections'] for each in seen)}",
                f"{max(each['busy'] for each in seen)}",
                f"{max(each['inside'] for each in seen):.0f}",
                f"{max(each['jobs_waiting'] for each in seen)}",
            )
        )
    kinds = tuple(found["seen"][0]["memory"]) if found["seen"] else ()
    yield (
        "Memory of their own (MiB, first and last look of each part), and the most that was seen of connections, "
        "queries at work, requests inside, jobs waiting. Metrics did not answer "
        f"{found['unanswered']} times."
    )
    yield ""
    yield markdown(("part", *kinds, "connections", "at work", "requests inside", "jobs waiting"), rows)
    yield ""
    jobs = sorted(found["jobs"].items(), key=lambda each: -each[1]["median"] * each[1]["n"])[:12]
    yield "Jobs beside them, those that took most:"
    yield ""
    yield markdown(
        ("job", "n", "median, s", "longest, s", "failed"),
        [(n, f"{j['n']:.0f}", f"{j['median']:.1f}", f"{j['most']:.1f}", f"{j['failed']:.0f}") for n, j in jobs],
    )
