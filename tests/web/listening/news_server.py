"""A server of news on this machine that says what its script says, byte by byte: also what no honest server does."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

FEED = b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Trade press</title>
<item><guid>1</guid><title>Initech names a new CFO</title><link>https://news.example/1</link>
<pubDate>Mon, 02 Mar 2026 09:00:00 GMT</pubDate><description>Ada Winter starts in May.</description></item>
</channel></rss>"""


@dataclass(frozen=True)
class Request:
    """What the server was asked; names of headers in small letters."""

    path: str
    headers: Mapping[str, str]


Script = Callable[[Request, socket.socket], None]


def answer(content: bytes = FEED, status: str = "200 OK", kind: str = "application/rss+xml", **headers: str) -> Script:
    """Says this, as an honest server does. Underscores in names of headers stand for hyphens."""

    def say(_request: Request, to: socket.socket) -> None:
        length = {"Content-Length": str(len(content))} | {n.replace("_", "-"): v for n, v in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in ({"Content-Type": kind} | length).items())
        to.sendall(f"HTTP/1.1 {status}\r\n{head}Connection: close\r\n\r\n".encode() + content)

    return say


@dataclass
class NewsServer:
    """A server that runs. `scripts` by path; `asked` is everything it was asked."""

    port: int
    scripts: dict[str, Script]
    asked: list[Request] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [each.path for each in self.asked]


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, request_queue_size = True, True, 256

    def handle_error(self, *_about: Any) -> None:
        """Whoever asked may have hung up."""


@contextmanager
def news_server(scripts: dict[str, Script] | None = None) -> Iterator[NewsServer]:
    """Runs a server until the block ends. A path without a script is a 404."""
    told = NewsServer(0, scripts if scripts is not None else {})

    class Talk(socketserver.StreamRequestHandler):
        timeout = 30

        def handle(self) -> None:
            first = self.rfile.readline().decode("latin-1").split()
            headers = {}
            while (line := self.rfile.readline().strip()) and b":" in line:
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            if len(first) > 1:
                request = Request(first[1], headers)
                told.asked.append(request)
                script = told.scripts.get(request.path) or answer(b"", "404 Not Found")
                with suppress(OSError):  # the asker hung up, which is what many tests are about
                    script(request, self.connection)

    server = _Listener(("127.0.0.1", 0), Talk)
    told.port = int(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
