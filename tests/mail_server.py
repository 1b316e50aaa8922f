"""A mail server of the least kind, for real connections (RFC 5321): what it takes is in `mails`."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on this machine. `answer` is what it says to a recipient; while `hold` is clear it says nothing."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Talk)
        self.port = int(self.server_address[1])
        self.mails: list[EmailMessage] = []
        self.answer = b"250 fine"
        self.asked, self.hold = threading.Event(), threading.Event()
        self.hold.set()

    def handle_error(self, *_where: Any) -> None:
        """Whoever talks to it may be killed."""


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say(b"220 here")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"RCPT":
                self.server.asked.set()
                self.server.hold.wait(60)
                self._say(self.server.answer)
            elif word == b"DATA":
                self._say(b"354 go on")
                self._take()
            elif word == b"QUIT":
                self._say(b"221 bye")
                return
            else:
                self._say(b"250 fine")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return  # cut off: not a mail
            lines.append(line)
        self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self._say(b"250 taken")

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")


@contextmanager
def mail_server(port: int = 0) -> Iterator[MailServer]:
    """One that answers while the block runs."""
    with MailServer(port) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()
