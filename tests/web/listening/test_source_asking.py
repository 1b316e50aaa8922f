"""Asking feeds: politely, within limits, nowhere inside; servers that stall, lie, redirect and never end."""

import gzip
import socket
import time
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import urllib3.util.connection
from tests.web.listening.news_server import FEED, NewsServer, Request, answer, news_server

from afteraction.errors import Refused
from afteraction.web import outside
from afteraction.web.listening.asking import Heard, Unheard, ask, feed_address
from afteraction.web.outside import Limits

QUICK = Limits(connect=0.5, read=0.3, whole=0.6, largest=1 << 20)


@pytest.fixture
def server() -> Iterator[NewsServer]:
    with news_server() as running:
        yield running


@pytest.fixture(autouse=True)
def _this_machine_is_outside(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard is on; 127.0.0.1, where the servers are, counts as outside, and nothing else of the inside does."""
    settings.ALLOW_PRIVATE = False
    really = outside._is_outside
    monkeypatch.setattr(outside, "_is_outside", lambda ip: ip == "127.0.0.1" or really(ip))


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where connections were made to."""
    made: list[str] = []
    really = urllib3.util.connection.create_connection

    def create(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        made.append(address[0])
        return really(address, *args, **kwargs)

    monkeypatch.setattr(urllib3.util.connection, "create_connection", create)
    return made


def quick(url: str, **known: str) -> Heard:
    return ask(url, limits=QUICK, **known)


def test_what_did_not_change_is_not_sent_again(server: NewsServer) -> None:
    def script(request: Request, to: socket.socket) -> None:
        same = request.headers.get("if-none-match") == '"v1"' and request.headers.get("if-modified-since") == "Mon"
        say = answer(b"", "304 Not Modified") if same else answer(ETag='"v1"', Last_Modified="Mon")
        say(request, to)

    server.scripts["/"] = script
    heard = quick(server.url("/"))
    assert (heard.content, heard.etag, heard.modified) == (FEED, '"v1"', "Mon")
    assert quick(server.url("/"), etag='"v1"', modified="Mon").content is None


def test_a_feed_that_is_packed_is_unpacked(server: NewsServer) -> None:
    server.scripts["/"] = answer(gzip.compress(FEED), Content_Encoding="gzip")
    assert quick(server.url("/")).content == FEED


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        ("429 Too Many", {"Retry_After": "120"}, timedelta(seconds=120)),
        ("503 Busy", {"Retry_After": "7200"}, timedelta(hours=2)),
        ("503 Busy", {"Retry_After": "999999999"}, timedelta(days=1)),
        ("503 Busy", {"Retry_After": "when I like"}, None),
        ("500 Fault", {}, None),
        ("404 None", {}, None),
    ],
)
def test_a_server_that_wants_time_says_how_much(
    server: NewsServer, status: str, headers: dict[str, str], wait: timedelta | None
) -> None:
    server.scripts["/"] = answer(b"", status, **headers)
    with pytest.raises(Unheard, match=status[:3]) as unheard:
        quick(server.url("/"))
    assert (unheard.value.wait, unheard.value.is_gone) == (wait, False)


def test_what_is_gone_for_good_says_so(server: NewsServer) -> None:
    server.scripts["/"] = answer(b"", "410 Gone")
    with pytest.raises(Unheard) as unheard:
        quick(server.url("/"))
    assert unheard.value.is_gone


def test_a_feed_that_moved_for_good_is_followed_and_its_new_address_told(server: NewsServer) -> None:
    server.scripts |= {
        "/old": answer(b"", "301 Moved", Location="/new"),
        "/new": answer(),
        "/now": answer(b"", "302 Found", Location="/new"),
    }
    assert quick(server.url("/old")).moved_to == server.url("/new")
    assert quick(server.url("/now")).moved_to == ""


def test_a_ring_of_redirects_ends(server: NewsServer) -> None:
    server.scripts["/"] = answer(b"", "302 Found", Location="/")
    with pytest.raises(Unheard, match="more than 5 times"):
        quick(server.url("/"))


@pytest.mark.parametrize(
    "to",
    ["http://10.0.0.8/", "http://169.254.169.254/latest", "http://[::1]/", "http://0.0.0.0/", "http://[64:ff9b::a00:1]/",
     "http://2130706434/", "https://192.168.1.1/", "file:///etc/passwd", "gopher://x/", "ftp://x/", "http://u:p@x/"],
)  # fmt: skip
def test_a_redirect_to_the_inside_is_refused_and_nothing_sent_there(
    server: NewsServer, to: str, connected: list[str]
) -> None:
    server.scripts["/"] = answer(b"", "302 Found", Location=to)
    with pytest.raises(Unheard, match=r"inner network|none of the web"):
        quick(server.url("/"))
    assert set(connected) == {"127.0.0.1"}


def test_a_name_server_that_changes_its_answer_leads_nowhere_else(
    server: NewsServer, monkeypatch: pytest.MonkeyPatch, connected: list[str]
) -> None:
    server.scripts["/"] = answer()
    really, answers, asked = socket.getaddrinfo, iter(["127.0.0.1", "10.0.0.8"]), []

    def resolve(host: str, *args: Any, **kwargs: Any) -> Any:
        if host == "news.test":
            asked.append(host)
            host = next(answers)
        return really(host, *args, **kwargs)

    monkeypatch.setattr(outside.socket, "getaddrinfo", resolve)
    assert quick(server.url("/", "news.test")).content == FEED
    assert asked == ["news.test"]  # looked up once: what was looked at is what was connected to
    with pytest.raises(Unheard, match="inner network"):
        quick(server.url("/", "news.test"))
    assert connected == ["127.0.0.1"]


def stall(_request: Request, to: socket.socket) -> None:
    to.recv(1)


def drip_head(_request: Request, to: socket.socket) -> None:
    to.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(100):
        to.sendall(b"x")
        time.sleep(0.05)


def drip_body(_request: Request, to: socket.socket) -> None:
    to.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    for _ in range(100):
        to.sendall(b"x")
        time.sleep(0.05)


def endless(_request: Request, to: socket.socket) -> None:
    to.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    for _ in range(1 << 14):
        to.sendall(b"\0" * (1 << 17))  # two gigabytes, if somebody takes them


def endless_head(_request: Request, to: socket.socket) -> None:
    to.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(1 << 20):
        to.sendall(f"X-{number}: y\r\n".encode())


def announces_more(_request: Request, to: socket.socket) -> None:
    to.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + FEED)


def no_http(_request: Request, to: socket.socket) -> None:
    to.sendall(b"\x16\x03\x01 garbage\r\n\r\n")


def broken_chunks(_request: Request, to: socket.socket) -> None:
    to.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nno number\r\n")


BOMB = gzip.compress(b"\0" * (1 << 28), 9)
FAULTS: dict[str, tuple[Any, str]] = {
    "stalls": (stall, "did not answer in time"),
    "drips its head": (drip_head, "did not answer in time"),
    "drips its body": (drip_body, "did not answer in time"),
    "serves gigabytes": (endless, "above 1,048,576 bytes"),
    "has a head without end": (endless_head, "broke off|cannot be reached"),
    "announces more than it sends": (announces_more, "broke off"),
    "hangs up": (lambda _r, to: to.close(), "broke off"),
    "speaks no HTTP": (no_http, "broke off"),
    "breaks its chunks": (broken_chunks, "broke off"),
    "packs a bomb": (answer(BOMB, Content_Encoding="gzip"), "above 1,048,576 bytes"),
    "packs what is no archive": (answer(b"nothing", Content_Encoding="gzip"), "cannot be reached"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_that_misbehaves_costs_little_time_and_memory(server: NewsServer, fault: str) -> None:
    script, trouble = FAULTS[fault]
    server.scripts["/"] = script
    began = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(Unheard, match=trouble):
            quick(server.url("/"))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < 3


def test_a_body_longer_than_announced_ends_where_it_was_announced(server: NewsServer) -> None:
    server.scripts["/"] = answer(FEED + b"more", Content_Length=str(len(FEED)))
    assert quick(server.url("/")).content == FEED


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unheard, match="cannot be reached"):
        quick(f"http://127.0.0.1:{port}/")
    with pytest.raises(Unheard, match="no address"):
        quick("http://nobody.invalid/")


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        (" news.example/feed ", "https://news.example/feed"),
        ("feed://news.example/a", "https://news.example/a"),
        ("http://News.example", "http://news.example/"),
        ("https://bücher.example/x#top", "https://xn--bcher-kva.example/x"),
        ("https://x.example:8443/a?b=c", "https://x.example:8443/a?b=c"),
    ],
)
def test_addresses_are_kept_in_one_form(typed: str, url: str) -> None:
    assert feed_address(typed) == url


@pytest.mark.parametrize("typed", ["", "ftp://x.example", "https://", "https://u:p@x.example", "a b",
                                   "https://x.example:99999", "https://[", "x" * 3000, "http://a..b/",
                                   f"http://{'a' * 64}.example/", "http://..."])  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        feed_address(typed)
