"""Thousands of feeds on one machine, for `listening_sources`: most answer, some are slow, ill, gone or stall.

    python -m benchmarks.listening_server --feeds 5000

Prints its port as the first line and serves on 127.0.0.1 until it is ended.
"""

import argparse
import asyncio
import random
from contextlib import suppress
from typing import Final

CHANGED: Final = 0.4
"""Share of questions before which a feed got a new item."""
ILL: Final = {"stalls": 0.005, "busy": 0.02, "gone": 0.005, "missing": 0.02, "faulty": 0.01}
"""Shares of feeds that never answer, want to be left alone for half an hour, are gone (410), 404, or break off."""
_ITEMS: Final = 25
_WORDS: Final = ("names a new CFO", "acquires a rival", "opens a plant", "lays off staff", "raises a round", "is sued")


class Feeds:
    """What each feed holds: its number of items so far, and what is wrong with it."""

    def __init__(self, feeds: int) -> None:
        self.rng = random.Random(1)
        self.items = [_ITEMS] * feeds
        marks = [kind for kind, share in ILL.items() for _ in range(round(share * feeds))]
        self.ill = marks + [""] * (feeds - len(marks))
        self.rng.shuffle(self.ill)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one question."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            feed = int(head.split()[1].strip("/"))
            if self.ill[feed] == "stalls":
                await asyncio.sleep(60)
            await asyncio.sleep(self.rng.lognormvariate(-1.9, 0.8))  # a median of 150 ms, one in fifty above 0.8 s
            writer.write(self.answer(feed, head))
            await writer.drain()
        writer.close()

    def answer(self, feed: int, head: str) -> bytes:
        """What a feed says."""
        match self.ill[feed]:
            case "busy":
                return b"HTTP/1.1 503 Busy\r\nRetry-After: 1800\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            case "gone":
                return b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            case "missing":
                return b"HTTP/1.1 404 None\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            case "faulty":
                return b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<rss"
        if self.rng.random() < CHANGED:
            self.items[feed] += 1
        tag = f'"{self.items[feed]}"'
        if f"If-None-Match: {tag}\r\n" in head:
            return b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
        content = self.content(feed).encode()
        told = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: {tag}\r\nContent-Length: {len(content)}"
        return f"{told}\r\nConnection: close\r\n\r\n".encode() + content

    def content(self, feed: int) -> str:
        """The newest items of a feed, as a paper would write them: about 18 KB."""
        last = self.items[feed]
        items = "".join(
            f"<item><guid>{feed}-{n}</guid><title>Company {(feed * 31 + n) % 997} {_WORDS[n % 6]}</title>"
            f"<link>https://news.example/{feed}/{n}</link><pubDate>Mon, 02 Mar 2026 09:00:00 GMT</pubDate>"
            f"<description><![CDATA[<p>{'What happened there, and who says so. ' * 12}</p>]]></description></item>"
            for n in range(last, last - _ITEMS, -1)
        )
        head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        return f"{head}<title>Feed {feed}</title>{items}</channel></rss>"


async def serve(feeds: int) -> None:
    """Serves until it is ended."""
    server = await asyncio.start_server(Feeds(feeds).talk, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=5_000)
    asyncio.run(serve(parser.parse_args().feeds))


if __name__ == "__main__":
    main()
