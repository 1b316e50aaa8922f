"""Asking many sources: each in its time, none in the way of another, and all of it kept once."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast
from tests.web.listening.news_server import FEED, NewsServer, Request, answer, news_server
from tests.web.listening.test_source_asking import FAULTS, QUICK
from tests.web.listening.test_source_feeds import BOMBS, SCRIPTS, rss

from afteraction.web import outside
from afteraction.web.listening import fetching
from afteraction.web.listening.fetching import Pace, fetch_due, fetch_one
from afteraction.web.listening.models import Item, Source, Unreadable
from afteraction.web.listening.pace import next_look
from afteraction.web.listening.tasks import understand

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
AT_ONCE = Pace(gap=0.0, budget=20.0, at_once=16, limits=QUICK)


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewsServer]:
    """A server that every name below .test leads to."""
    settings.ALLOW_PRIVATE = True
    really = socket.getaddrinfo

    def resolve(host: str, *args: Any, **kwargs: Any) -> Any:
        return really("127.0.0.1" if str(host).endswith(".test") else host, *args, **kwargs)

    monkeypatch.setattr(outside.socket, "getaddrinfo", resolve)
    with news_server() as running:
        yield running


def source(cast: Cast, address: str, **about: Any) -> Source:
    fields = {"name": "A feed", "next_at": NOW, "made_at": NOW} | about
    return Source.objects.create(organisation=cast.organisation, address=address, **fields)


def go(now: datetime = NOW, pace: Pace = AT_ONCE) -> int:
    return fetch_due(now=now, rng=Random(1), pace=pace)


def test_a_source_that_is_due_is_heard_and_its_items_kept_once(cast: Cast, server: NewsServer) -> None:
    server.scripts["/"] = answer(ETag='"1"')
    made = source(cast, server.url("/"), name="127.0.0.1")
    assert go() == 1
    assert go() == 0  # not due again
    Source.objects.update(next_at=NOW, etag="")
    assert go() == 1
    item = Item.objects.get()
    assert (item.title, item.text, item.url) == (
        "Initech names a new CFO",
        "Ada Winter starts in May.",
        "https://news.example/1",
    )
    assert (item.source, item.story, item.organisation) == (made, None, cast.organisation)
    assert item.published_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    made.refresh_from_db()
    assert (made.name, made.heard_at, made.new_at, made.etag) == ("Trade press", NOW, NOW, '"1"')
    assert made.next_at is not None
    assert abs(made.next_at - NOW - timedelta(hours=1)) < timedelta(minutes=4)
    (job,) = DBTaskResult.objects.filter(task_path=understand.module_path)
    assert job.args_kwargs["kwargs"] == {"organisation_id": cast.organisation.pk}


def test_a_source_that_was_asked_by_a_clock_that_was_ahead_is_asked_when_it_is_put_back(
    cast: Cast, server: NewsServer
) -> None:
    server.scripts["/"] = answer()
    source(cast, server.url("/"), next_at=NOW + timedelta(days=1))
    assert go() == 0
    assert go(NOW + timedelta(days=1)) == 1
    assert go() == 1
    assert go() == 0


def test_what_did_not_change_is_asked_for_with_what_is_known(cast: Cast, server: NewsServer) -> None:
    server.scripts["/"] = answer(b"", "304 Not Modified")
    source(cast, server.url("/"), etag='"7"', modified="Mon, 02 Mar 2026 09:00:00 GMT", failures=2)
    assert go() == 1
    assert server.asked[0].headers["if-none-match"] == '"7"'
    made = Source.objects.get()
    assert (made.failures, made.heard_at, made.etag) == (0, NOW, '"7"')


def test_every_kind_of_fault_is_told_and_holds_up_no_other(
    cast: Cast, server: NewsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, (fault, (script, _)) in enumerate(FAULTS.items()):
        server.scripts[f"/{place}"] = script
        source(cast, server.url(f"/{place}", f"bad{place}.test"), name=fault)
    for place, (bomb, xml) in enumerate(BOMBS.items()):
        server.scripts[f"/bomb{place}"] = answer(xml.encode())
        source(cast, server.url(f"/bomb{place}", f"bomb{place}.test"), name=bomb)
    server.scripts["/fine"] = answer()
    server.scripts["/scripts"] = answer(
        rss(
            "".join(f"<item><guid>{n}</guid><title><![CDATA[{text}]]></title></item>" for n, text in enumerate(SCRIPTS))
        )
    )
    for path in ("fine", "scripts"):
        source(cast, server.url(f"/{path}", f"{path}.test"), name=path)
    source(cast, server.url("/fault", "fault.test"), name="a fault of ours")
    server.scripts["/fault"] = answer(b"<fault/>")
    really = fetching.read_feed

    def faulty(content: bytes, **about: str) -> Any:
        if content == b"<fault/>":
            raise ZeroDivisionError
        return really(content, **about)

    monkeypatch.setattr(fetching, "read_feed", faulty)
    began = time.monotonic()
    assert go() == Source.objects.count()
    assert time.monotonic() - began < 10
    heard = Source.objects.filter(failures=0)
    assert sorted(heard.values_list("name", flat=True)) == ["fine", "scripts"]
    assert not Source.objects.filter(failures=1, trouble="").exists()
    assert Item.objects.count() == 1 + len(SCRIPTS)
    assert not Item.objects.filter(title__contains="<").exists()


def test_what_could_not_be_read_is_kept_beside_the_items(cast: Cast, server: NewsServer) -> None:
    broken = "<item><guid>2</guid></item><item><title>x</title><pubDate>soon</pubDate></item>"
    server.scripts["/"] = answer(FEED.replace(b"</channel>", broken.encode() + b"</channel>"))
    source(cast, server.url("/"))
    go()
    assert [each.trouble for each in Unreadable.objects.all()] == [
        f"an item without title and text: {server.url('/2')}"
    ]
    assert Item.objects.get(title="x").trouble == "a date that cannot be read: soon"
    assert Source.objects.get().unread == 1


def test_what_cannot_be_stored_holds_up_no_other(
    cast: Cast, server: NewsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = fetching.keep_answer

    def refuses(*, source: Source, **about: Any) -> int:
        if source.name == "evil":
            "\ud800".encode()
        return keep(source=source, **about)

    monkeypatch.setattr(fetching, "keep_answer", refuses)
    server.scripts["/"] = answer(FEED)
    source(cast, server.url("/", "a.test"), name="evil")
    source(cast, server.url("/", "b.test"), name="good")
    go()
    assert Source.objects.get(name="evil").trouble == "what it said could not be kept"
    assert Item.objects.filter(source__name="good").exists()


def test_an_item_that_is_dated_ahead_is_told_and_has_no_date(cast: Cast, server: NewsServer) -> None:
    server.scripts["/"] = answer(FEED.replace(b"02 Mar 2026", b"09 Mar 2026"))
    source(cast, server.url("/"))
    go()
    item = Item.objects.get()
    assert (item.published_at, item.trouble) == (None, "dated ahead of its time: 2026-03-09")


def test_one_that_fails_is_asked_less_and_less_often_and_never_before_it_wants_to_be(
    cast: Cast, server: NewsServer
) -> None:
    server.scripts["/"] = answer(b"", "503 Busy", Retry_After="7200")
    source(cast, server.url("/"))
    go()
    made = Source.objects.get()
    assert made.next_at is not None
    assert (made.failures, made.trouble) == (1, "its server is out of order (status 503)")
    assert timedelta(hours=2) <= made.next_at - NOW <= timedelta(hours=2, minutes=15)


def test_the_pause_doubles_with_chance_and_ends_at_a_day() -> None:
    rng = Random(1)
    for failures, hours in ((0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 24), (60, 24), (10_000, 24)):
        pauses = [next_look(NOW, every=60, failures=failures, wait=None, rng=rng) - NOW for _ in range(200)]
        middle = sum(pauses, timedelta()) / 200
        assert abs(middle / timedelta(hours=hours) - 1) < 0.05
        assert len(set(pauses)) > 100


def test_what_is_gone_for_good_is_not_asked_any_more(cast: Cast, server: NewsServer) -> None:
    server.scripts["/"] = answer(b"", "410 Gone")
    source(cast, server.url("/"))
    go()
    assert not Source.objects.get().is_on
    assert go(NOW + timedelta(days=9)) == 0


def test_a_feed_that_moved_for_good_keeps_its_items_under_its_new_address(cast: Cast, server: NewsServer) -> None:
    server.scripts |= {"/old": answer(b"", "308 Moved", Location="/new"), "/new": answer()}
    source(cast, server.url("/old"))
    go()
    assert Source.objects.get().address == server.url("/new")
    source(cast, server.url("/old"), next_at=NOW)
    go()
    assert Source.objects.filter(address=server.url("/old")).exists()  # the new one is taken


def test_the_address_of_a_site_becomes_that_of_its_feed(cast: Cast, server: NewsServer) -> None:
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'
    server.scripts |= {"/": answer(page, kind="text/html"), "/feed": answer()}
    source(cast, server.url("/"))
    assert (go(), go()) == (1, 1)
    assert (Source.objects.get().address, Item.objects.count()) == (server.url("/feed"), 1)
    server.scripts["/feed"] = answer(page, kind="text/html")
    Source.objects.update(next_at=NOW)
    go()
    assert Source.objects.get().trouble == "a web page instead of a feed"


def test_one_host_is_asked_one_question_at_a_time_and_no_more_than_is_polite(
    cast: Cast, server: NewsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    talking, most = [0], [0]

    def script(request: Request, to: socket.socket) -> None:
        talking[0] += 1
        most[0] = max(most[0], talking[0])
        time.sleep(0.01)
        talking[0] -= 1
        answer()(request, to)

    monkeypatch.setattr(fetching, "OF_A_HOST", 5)
    for number in range(8):
        server.scripts[f"/{number}"] = script
        source(cast, server.url(f"/{number}", "one.test"))
    began = time.monotonic()
    assert go(pace=Pace(gap=0.05, limits=QUICK)) == 5
    assert time.monotonic() - began >= 4 * 0.05
    assert most == [1]
    assert go() == 3


def test_what_was_not_begun_when_the_time_is_over_is_due_again(cast: Cast, server: NewsServer) -> None:
    server.scripts["/"] = answer()
    source(cast, server.url("/"))
    assert go(pace=Pace(budget=0.0, limits=QUICK)) == 0
    assert Source.objects.get().next_at == NOW
    assert server.asked == []


def test_a_source_that_somebody_is_asking_is_asked_by_nobody_else(cast: Cast, server: NewsServer) -> None:
    server.scripts["/"] = answer()
    made = source(cast, server.url("/"))
    seen = Source.objects.get()
    Source.objects.update(next_at=NOW + fetching.LEASE)
    assert not fetching._is_claimed(seen, NOW)
    assert go() == 0
    fetch_one(source_id=made.pk, now=NOW)
    assert Item.objects.count() == 1
    assert go(NOW + timedelta(days=1)) == 1  # and it is due again after its time


def test_paused_sources_files_and_webhooks_are_not_asked(cast: Cast, server: NewsServer) -> None:
    source(cast, server.url("/"), is_on=False)
    source(cast, "", kind=Source.Kind.WEBHOOK)
    assert go() == 0


def test_a_source_that_is_removed_while_it_is_asked_is_no_trouble(cast: Cast, server: NewsServer) -> None:
    server.scripts["/"] = answer()
    source(cast, server.url("/"))
    (claimed,) = fetching._claim(NOW)
    claimed.delete()
    claimed.pk = 999
    assert fetching._fetch([claimed], NOW, Random(1), AT_ONCE) == 1
    assert Item.objects.count() == 0
