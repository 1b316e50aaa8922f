"""The outside of the house whose faults are measured: a mail server and a feed server that misbehave when told to.

Both run in this process, in threads. What the mail server was handed, and what the feeds have published, is kept here:
it is what the house's own tables are held against.
"""

import socketserver
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from typing import Final

PATIENCE: Final = 120.0
"""Seconds for which a silent server holds a connection; whoever asked has long given up."""
MAIL_MOODS: Final = {
    "silent": "takes the connection and never says a word",
    "slow": "says each word after three seconds",
    "busy": "421 to everyone",
    "no sender": "451 to the sender",
    "greylisting": "450 to the recipient",
    "drops in DATA": "hangs up in the middle of the mail",
    "half answers": "says half a line and hangs up",
    "answer lost": "takes the mail and hangs up before it says so",
}
"""What a mail server may do wrong (RFC 5321, 4.2); the last one cannot be told from a mail that was not taken."""
FEED_MOODS: Final = {
    "silent": "never answers",
    "fails": "500",
    "half answers": "promises more than it sends",
    "drips": "a byte each second",
    "nonsense": "200 with what is no feed",
}
_WORDS: Final = ("opens a plant", "names a new chief", "buys a rival", "lays off staff", "raises a round", "is sued")


@dataclass(frozen=True)
class Mail:
    """A mail that was handed over whole; `answered` is whether its sender was told so."""

    to: str
    message_id: str
    answered: bool


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mood = ""

    def __init__(self, talk: type[socketserver.StreamRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), talk)
        self.port = int(self.server_address[1])
        self._over = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def be(self, mood: str) -> None:
        """From now on it behaves so; empty is well. Whoever waits for a silent one is hung up on."""
        self.mood = mood
        self._over.set()
        self._over = threading.Event()

    def keep_silent(self, until: Callable[[], bool] = lambda: False) -> None:
        over, end = self._over, time.monotonic() + PATIENCE
        while not over.wait(0.2) and time.monotonic() < end and not until():
            pass

    def handle_error(self, *_where: object) -> None:
        """Whoever talks to it may be killed."""


class MailServer(_Server):
    """Takes mail on this machine and forgets none."""

    def __init__(self) -> None:
        super().__init__(_MailTalk)
        self.taken: list[Mail] = []


class _MailTalk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        mood = self.server.mood
        if mood == "silent":
            self.server.keep_silent()
            return
        if mood == "busy":
            self._say("421 too busy")
            return
        self._say("220 here")
        self.to, said = "", {b"MAIL": "451 not now"} if mood == "no sender" else {}
        said |= {b"RCPT": "450 come back later"} if mood == "greylisting" else {}
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word in said:
                self._say(said[word])
            elif word == b"RCPT" and mood == "half answers":
                self.wfile.write(b"25")
                return
            elif word != b"DATA":
                self.to = line.decode().partition("<")[2].partition(">")[0] if word == b"RCPT" else self.to
                self._say("250 fine")
            elif not self._data(mood):
                return
            if word == b"QUIT":
                return

    def _data(self, mood: str) -> bool:
        """Whether the talk goes on."""
        self._say("354 go on")
        if mood == "drops in DATA":
            self.rfile.readline()
            return False
        return self._take(self.to, answered=mood != "answer lost")

    def _take(self, to: str, *, answered: bool) -> bool:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False  # cut off: not a mail
            lines.append(line)
        told = message_from_bytes(b"".join(lines))
        self.server.taken.append(Mail(to, str(told["Message-ID"]), answered))
        if answered:
            self._say("250 taken")
        return answered

    def _say(self, words: str) -> None:
        if self.server.mood == "slow":
            time.sleep(3)
        self.wfile.write(f"{words}\r\n".encode())


class FeedServer(_Server):
    """Feeds at `/0`, `/1`, …, whose items stay for good. `publish` adds one to each."""

    def __init__(self, feeds: int) -> None:
        super().__init__(_FeedTalk)
        self.items: list[list[str]] = [[] for _ in range(feeds)]

    def publish(self) -> None:
        for feed, items in enumerate(self.items):
            n = len(items)
            items.append(f"Company {(feed * 31 + n) % 997} {_WORDS[n % len(_WORDS)]}, {feed}-{n}")

    def content(self, feed: int) -> bytes:
        items = "".join(
            f"<item><guid>{feed}-{n}</guid><title>{title}</title><link>https://news.example/{feed}/{n}</link>"
            f"<description>What is said of {title}, and by whom.</description></item>"
            for n, title in enumerate(self.items[feed])
        )
        head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        return f"{head}<title>Feed {feed}</title>{items}</channel></rss>".encode()


class _FeedTalk(socketserver.StreamRequestHandler):
    server: FeedServer

    def handle(self) -> None:
        asked = self.rfile.readline().decode("latin-1").split()
        while self.rfile.readline() not in (b"\r\n", b""):
            pass
        if len(asked) < 2:
            return
        content = self.server.content(int(asked[1].strip("/")))
        mood = self.server.mood
        if mood == "silent":
            self.server.keep_silent()
        elif mood == "fails":
            self.wfile.write(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        elif mood == "half answers":
            self.wfile.write(_head(len(content)) + content[: len(content) // 2])
        elif mood == "drips":
            self.wfile.write(_head(len(content)))
            drip = iter(content)
            self.server.keep_silent(lambda: not self.wfile.write(bytes((next(drip),))))
        elif mood == "nonsense":
            self.wfile.write(_head(11) + b"<html><p>no")
        else:
            self.wfile.write(_head(len(content)) + content)


def _head(length: int) -> bytes:
    told = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {length}\r\nConnection: close"
    return f"{told}\r\n\r\n".encode()
