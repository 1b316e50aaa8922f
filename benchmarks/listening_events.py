"""Items to trigger events: a million of them, and how often what is said of them is so.

    python -m benchmarks.listening_events [--items 1000000] [--accounts 100000] [--truth-only] [--write]

Real items are read where the folder of real data is (AFTERACTION_SHARED_DATA); --write puts the tables into
benchmarks/README.md.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from typing import Any, Final

from afteraction.analysis.news_accounts import AccountNames, account_names
from afteraction.analysis.news_reading import read_news
from afteraction.analysis.news_stories import Stories
from benchmarks.listening_texts import Paper, names
from benchmarks.listening_truth import rows as truth_rows
from benchmarks.listening_truth import share
from benchmarks.measure import machine
from benchmarks.page import write_section
from benchmarks.truth_found import markdown

BEGIN: Final = "<!-- listening events: written by the command -->"
END: Final = "<!-- listening events: end -->"
_CHUNK: Final = 2_000
_WORKERS: Final = 2
Seen = tuple[int, str, tuple[tuple[str, str], ...], tuple[str, ...]]
_known: list[tuple[Paper, AccountNames]] = []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--truth-only", action="store_true")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    parts = [markdown(("of what", "precision", "recall"), truth_rows())]
    if not chosen.truth_only:
        parts = [machine() + "\n\n" + markdown(("what", "found"), load_rows(chosen.items, chosen.accounts)), *parts]
    text = "\n\n".join(parts)
    sys.stdout.write(text + "\n")
    if chosen.write:
        write_section(BEGIN, END, text)


def _read(first: int) -> tuple[float, float, list[Seen]]:
    """Reads a part of the items; what making and reading them took in seconds of this process."""
    paper, known = _known[0]
    begin = time.process_time()
    items = [paper.item(number) for number in range(first, first + _CHUNK)]
    made = time.process_time()
    seen: list[Seen] = []
    for item in items:
        told = read_news(item.title, item.text, known, language=item.language)
        events = tuple((each.account, each.kind) for each in told.events if each.confidence >= 0.5)
        seen.append((told.signature, told.language, events, told.named))
    return made - begin, time.process_time() - made, seen


def load_rows(items: int, accounts: int) -> Iterator[Sequence[str]]:
    """Two processes read, the first one finds the stories."""
    begin = time.perf_counter()
    _known[:] = [(Paper(accounts), account_names(names(accounts)))]
    yield f"seconds to make the index of {accounts:,} accounts (name and domain)", f"{time.perf_counter() - begin:.1f}"
    paper = _known[0][0]
    read_news("Warm", "up", _known[0][1])
    stories, making, reading, finding = Stories(), 0.0, 0.0, 0.0
    merged, retold, old, named, events = [0, 0], [0, 0], [0, 0], [0, 0, 0], [0, 0, 0]
    first_of: dict[int, int] = {}
    with get_context("fork").Pool(_WORKERS) as pool:
        begin = time.perf_counter()
        for part, (made, took, seen) in enumerate(pool.imap(_read, range(0, items, _CHUNK))):
            making, reading = making + made, reading + took
            truths = [paper.item(part * _CHUNK + n) for n in range(len(seen))]
            start = time.process_time()
            found = []
            for (mark, *_rest), truth in zip(seen, truths, strict=True):
                same = stories.find(mark, truth.at)
                stories.put(mark, same.story if same else truth.story, truth.at)
                found.append(same)
            finding += time.process_time() - start
            for same, truth, (_mark, _language, said, who) in zip(found, truths, seen, strict=True):
                is_retold = truth.story in first_of
                first_of.setdefault(truth.story, 0)
                merged[0] += same is not None and same.story == truth.story
                merged[1] += same is not None
                retold[0] += is_retold and same is not None and same.story == truth.story
                retold[1] += is_retold
                if is_retold and (truth.at - paper.item(truth.story).at).days > 21:
                    old[0] += same is not None and same.is_old
                    old[1] += 1
                _count(named, set(who), {truth.account} - {""})
                _count(events, set(said), {(truth.account, truth.kind)} if truth.account and truth.kind else set())
        wall = time.perf_counter() - begin
        used = reading + finding
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield "items", f"{items:,}"
    yield "items a second on two cores: reading and finding stories", f"{2 * items / used:,.0f}"
    yield (
        "processor time of an item, microseconds: reading; finding its story",
        f"{reading / items * 1e6:.0f}; {finding / items * 1e6:.0f}",
    )
    yield "seconds by the clock, with making all items twice and counting, beside other work", f"{wall:,.0f}"
    yield "processor time of making them, seconds", f"{making:,.0f}"
    yield "memory at the peak, MB: the process with the stories; each that reads", f"{peak:,.0f}; {child:,.0f}"
    yield "merged items that were put to the right story", share(*merged)
    yield "items that tell an earlier story and were put to it", share(*retold)
    yield "of those told again more than 21 days later, known as old", share(*old)
    yield "accounts named, precision; recall", f"{share(named[0], named[1])}; {share(named[0], named[2])}"
    yield (
        "events (account and kind), precision; recall",
        f"{share(events[0], events[1])}; {share(events[0], events[2])}",
    )


def _count(counts: list[int], found: set[Any], true: set[Any]) -> None:
    counts[0] += len(found & true)
    counts[1] += len(found)
    counts[2] += len(true)


if __name__ == "__main__":
    main()
