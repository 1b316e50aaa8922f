"""5,000 sources asked every hour by one worker, which must not fall behind.

    python -m benchmarks.listening_sources --write

A server on this machine has the feeds, on a thousand hosts of five and under some that are shared by hundreds; most
answer in a fifth of a second, some are ill (`listening_server`). First all are due at once, as after an outage. Then
an hour goes by, minute by minute: the clock is the real one while the worker asks, and jumps to the next minute when
nothing is due any more. Late is how long after its time a source was asked.
"""

import argparse
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any, Final

from benchmarks.measure import machine
from benchmarks.page import write_section
from benchmarks.truth_found import markdown

_START, _END = "<!-- listening sources: written by the command -->", "<!-- listening sources: end -->"
_FIRST: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)


class Worker:
    """One worker with a clock that jumps over the time in which it has nothing to do."""

    def __init__(self, now: datetime) -> None:
        self.now, self.busy, self.longest, self.asked = now, 0.0, 0.0, 0
        self.late: list[float] = []
        self.rng = Random(1)

    def go(self) -> int:
        """One job; how many sources it asked."""
        from afteraction.web.listening.fetching import fetch_due
        from afteraction.web.listening.models import Source

        due = dict(Source.objects.filter(is_on=True, next_at__lte=self.now).values_list("pk", "next_at"))
        began = time.monotonic()
        asked = fetch_due(now=self.now, rng=self.rng)
        took = time.monotonic() - began
        done = Source.objects.filter(pk__in=due, asked_at=self.now).values_list("pk", flat=True)
        self.late += [(self.now - due[key]).total_seconds() + took / 2 for key in done]
        self.busy, self.longest, self.asked = self.busy + took, max(self.longest, took), self.asked + asked
        self.now += timedelta(seconds=took)
        return asked

    def go_until(self, end: datetime) -> int:
        """Works minute by minute until `end`; the most sources that were due when a minute began."""
        from afteraction.web.listening.models import Source

        backlog = 0
        while self.now < end:
            backlog = max(backlog, Source.objects.filter(is_on=True, next_at__lte=self.now - _MINUTE).count())
            minute = self.now.replace(second=0, microsecond=0) + _MINUTE
            while self.go() and Source.objects.filter(is_on=True, next_at__lte=self.now).exists():
                pass
            self.now = max(self.now, minute)
        return backlog


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=5_000)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, feeds_of(chosen.feeds) as port:
        _prepare(Path(folder), chosen.feeds, port)
        text = f"{machine()}\n\n{markdown(('what', 'figure'), rows(chosen.minutes))}"
    print(text)
    if chosen.write:
        write_section(_START, _END, text)


@contextmanager
def feeds_of(feeds: int) -> Iterator[int]:
    """The server, in a process of its own, and its port."""
    command = [sys.executable, "-m", "benchmarks.listening_server", "--feeds", str(feeds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def _prepare(folder: Path, feeds: int, port: int) -> None:
    home = {"AFTERACTION_HOME": str(folder), "AFTERACTION_ALLOW_PRIVATE": "yes"}
    os.environ |= home | {"DJANGO_SETTINGS_MODULE": "afteraction.web.settings"}
    import django

    django.setup()
    from afteraction.web.listening.models import Source
    from afteraction.web.people.bootstrap import prepare_database
    from afteraction.web.people.models import Organisation

    prepare_database()
    _lead_here()
    organisation = Organisation.objects.create(name="Load", folder="")
    hosts = [f"h{n % (feeds // 5)}.test" if n % 25 else f"shared{n % 3}.test" for n in range(feeds)]
    Source.objects.bulk_create(
        Source(
            organisation=organisation,
            name=f"Feed {n}",
            address=f"http://{host}:{port}/{n}",
            next_at=_FIRST,
            made_at=_FIRST,
        )
        for n, host in enumerate(hosts)
    )


def _lead_here() -> None:
    """Names below .test lead to this machine, and to no other."""
    really = socket.getaddrinfo

    def resolve(host: Any, *about: Any, **more: Any) -> Any:
        return really("127.0.0.1" if str(host).endswith(".test") else host, *about, **more)

    socket.getaddrinfo = resolve


def rows(minutes: int) -> list[tuple[str, str]]:
    """All at once, then an hour."""
    from afteraction.web.listening.models import Item, Source

    first = Worker(_FIRST)
    while first.go():
        pass
    items = Item.objects.count()
    # From here on each has its own minute, as after a day of asking.
    rng = Random(2)
    begin = first.now.replace(second=0, microsecond=0) + _MINUTE
    spread = list(Source.objects.filter(is_on=True))
    for source in spread:
        source.next_at = begin + timedelta(seconds=rng.uniform(0, 3_600))
    Source.objects.bulk_update(spread, ["next_at"], batch_size=500)
    hour = Worker(begin)
    cpu = time.process_time()
    backlog = hour.go_until(begin + minutes * _MINUTE)
    cpu = time.process_time() - cpu
    late = quantiles(hour.late, n=100)
    return [
        ("sources due at once", f"{Source.objects.count():,}"),
        ("until all were asked, s", f"{first.busy:,.0f}"),
        (f"asked in the {minutes} minutes after", f"{hour.asked:,}"),
        ("new items in them", f"{Item.objects.count() - items:,}"),
        ("share of that time the worker was busy", f"{hour.busy / (minutes * 60):.0%}"),
        ("its processor time, s", f"{cpu:,.0f}"),
        ("longest job, s", f"{hour.longest:.1f}"),
        ("late, median, s", f"{median(hour.late):.0f}"),
        ("late, 99 of 100 within, s", f"{late[98]:.0f}"),
        ("late, at most, s", f"{max(hour.late):.0f}"),
        ("most sources overdue by a minute when one began", f"{backlog:,}"),
        ("in trouble in the end", f"{Source.objects.filter(failures__gt=0).count():,}"),
        ("memory at the peak, MiB", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f}"),
    ]


if __name__ == "__main__":
    main()
