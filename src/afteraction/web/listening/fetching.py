"""Asking the sources that are due, politely, many at a time; one that fails holds up no other.

1. Due sources are claimed: their next look is moved on by `LEASE`, and only who moved it asks. A worker that dies
   leaves them due again after that time. Of one host no more are claimed than can be asked in one go.
2. A thread asks the sources of one host, one after the other with a pause; threads know nothing of the database.
3. What they bring is kept here as it comes. When the time of this go is over, what was not begun is due again at once.
4. Understanding the new items is another job, once an organisation.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import SimpleQueue
from random import Random
from typing import Final
from urllib.parse import urlsplit

from django.db import DatabaseError, transaction
from django.db.models import Q

from afteraction.errors import Refused
from afteraction.web.jobs.services import enqueue
from afteraction.web.listening.asking import LIMITS, Heard, Unheard, ask
from afteraction.web.listening.feeds import read_feed
from afteraction.web.listening.keeping import keep_answer, keep_failure
from afteraction.web.listening.mailbox import read_mailbox
from afteraction.web.listening.models import Source
from afteraction.web.listening.reading import Reading
from afteraction.web.listening.tasks import understand
from afteraction.web.outside import Limits

LEASE: Final = timedelta(minutes=10)
BATCH: Final = 400
"""Sources of one go."""
OF_A_HOST: Final = 15
"""Of these at one host."""
AT_ONCE: Final = 24
"""Hosts that are asked at the same time."""
GAP: Final = 1.0
"""Seconds between two questions to one host."""
BUDGET: Final = 20.0
"""Seconds after which no question is begun, so that other jobs have their turn."""
log = logging.getLogger("afteraction.listening")


@dataclass(frozen=True)
class Pace:
    """How a go is paced; tests and benchmarks have other clocks and servers."""

    gap: float = GAP
    budget: float = BUDGET
    at_once: int = AT_ONCE
    limits: Limits = LIMITS


@dataclass(frozen=True)
class Outcome:
    """What came of asking: an answer with its reading (None: nothing changed), a failure, or neither: not begun."""

    source: Source
    heard: Heard | None = None
    reading: Reading | None = None
    failure: Unheard | None = None


def fetch_due(*, now: datetime, rng: Random | None = None, pace: Pace | None = None) -> int:
    """Asks the sources that are due and keeps what they say. Returns how many were asked.

    New items are stored with `story` empty; `tasks.understand` is put into the queue for each organisation with any.
    """
    claimed = _claim(now)
    return _fetch(claimed, now, rng or Random(), pace or Pace())  # noqa: S311 (it only spreads questions in time)


def fetch_one(*, source_id: int, now: datetime) -> None:
    """Asks one source at once, whether it is due or not. Should a worker be asking it too, the same is nothing new."""
    source = Source.objects.filter(pk=source_id, is_on=True, kind__in=(Source.Kind.FEED, Source.Kind.MAILBOX)).first()
    if source and _is_claimed(source, now):
        _fetch([source], now, Random(), Pace())  # noqa: S311 (it only spreads questions in time)


def _claim(now: datetime) -> list[Source]:
    # Asked in the future: the clock was put back since, and the next look would come as much too late.
    is_due = Q(next_at__lte=now) | Q(asked_at__gt=now)
    due = Source.objects.filter(is_due, is_on=True, kind__in=(Source.Kind.FEED, Source.Kind.MAILBOX))
    claimed: list[Source] = []
    at_host: dict[str, int] = defaultdict(int)
    with transaction.atomic():
        for source in due.order_by("next_at", "pk")[: BATCH * 4]:
            host = _host(source)
            if len(claimed) < BATCH and at_host[host] < OF_A_HOST and _is_claimed(source, now):
                at_host[host] += 1
                claimed.append(source)
    return claimed


def _is_claimed(source: Source, now: datetime) -> bool:
    # Compare and swap: only one of those who read this `next_at` moves it on.
    mine = Source.objects.filter(pk=source.pk, next_at=source.next_at)
    return bool(mine.update(next_at=now + LEASE))


def _host(source: Source) -> str:
    return urlsplit(source.address).hostname or ""


def _fetch(sources: Sequence[Source], now: datetime, rng: Random, pace: Pace) -> int:
    outcomes: SimpleQueue[Outcome] = SimpleQueue()
    by_host: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_host[_host(source)].append(source)
    asked, changed, until = 0, set(), time.monotonic() + pace.budget
    with ThreadPoolExecutor(pace.at_once, thread_name_prefix="listening") as pool:
        for group in by_host.values():
            pool.submit(_ask_host, group, until, pace, outcomes)
        for _ in sources:
            outcome = outcomes.get()
            asked += bool(outcome.heard or outcome.failure)
            if _keep(outcome, now, rng):
                changed.add(outcome.source.organisation_id)
    for organisation_id in sorted(changed):
        enqueue(understand, organisation_id=organisation_id)
    return asked


def _ask_host(group: Iterable[Source], until: float, pace: Pace, outcomes: "SimpleQueue[Outcome]") -> None:
    for number, source in enumerate(group):
        if number:
            time.sleep(pace.gap)
        outcomes.put(_asked(source, pace.limits) if time.monotonic() < until else Outcome(source))


def _asked(source: Source, limits: Limits) -> Outcome:
    try:
        if source.kind == Source.Kind.MAILBOX:
            reading, position = read_mailbox(source.address, source.secret, source.etag)
            return Outcome(source, Heard(b"", "", position, "", source.address, ""), reading)
        heard = ask(source.address, etag=source.etag, modified=source.modified, limits=limits)
        if heard.content is None:
            return Outcome(source, heard)
        reading = read_feed(heard.content, address=heard.address, content_type=heard.content_type)
        return Outcome(source, heard, reading)
    except Unheard as failure:
        return Outcome(source, failure=failure)
    except Refused as refused:
        return Outcome(source, failure=Unheard(refused.found))
    except Exception as error:  # a fault of ours that one source brings to light; the others are to be heard
        log.exception("source %s could not be read", source.pk)
        return Outcome(source, failure=Unheard(f"it could not be read ({type(error).__name__})"))


def _keep(outcome: Outcome, now: datetime, rng: Random) -> int:
    source = outcome.source
    try:
        if outcome.failure:
            keep_failure(source=source, unheard=outcome.failure, now=now, rng=rng)
        elif outcome.heard:
            return keep_answer(source=source, heard=outcome.heard, reading=outcome.reading, now=now, rng=rng)
        else:
            Source.objects.filter(pk=source.pk).update(next_at=source.next_at)
    except (DatabaseError, ValueError):  # removed meanwhile, or what came does not fit: the others are to be kept
        log.exception("what source %s said could not be kept", source.pk)
        failure = Unheard("what it said could not be kept")
        keep_failure(source=source, unheard=failure, now=now, rng=rng)
    return 0
