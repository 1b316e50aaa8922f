"""Alert mails from a mailbox: a server of the least kind, over TLS, that behaves or not."""

import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from tests.web.connectors.fakes import certificate

from afteraction.errors import Refused
from afteraction.web.connectors.sealing import seal
from afteraction.web.listening import mailbox
from afteraction.web.listening.asking import Unheard
from afteraction.web.listening.mailbox import Mailbox, read_mailbox

MAILS = {n: f"Subject: Mail {n}\r\nMessage-ID: <{n}>\r\n\r\nText {n}".encode() for n in (3, 5, 9)}
Say = Callable[[bytes], None]


class Box(socketserver.ThreadingTCPServer):
    """Speaks as much of IMAP as is asked for here. `announce` makes every mail as large as it says."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, pem: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.mails, self.validity, self.announce = dict(MAILS), 7, 0
        self.greeting, self.lines = b"* OK here\r\n", list[str]()
        self.address = str(Mailbox("localhost", "news@x.example", "INBOX", int(self.server_address[1])))

    def handle_error(self, *_about: Any) -> None:
        """Whoever asked may have hung up."""

    def answer(self, line: str, say: Say) -> None:
        self.lines.append(line)
        tag, _, order = line.partition(" ")
        if order.startswith("LOGIN") and '"right"' not in order:
            say(f"{tag} NO wrong\r\n".encode())
            return
        if order.startswith(("SELECT", "EXAMINE")):
            say(f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] is\r\n".encode())
        if found := re.match(r"UID SEARCH UID (\d+):\*", order):
            after = [n for n in self.mails if n >= int(found[1])] or list(self.mails)[-1:]
            say(f"* SEARCH {' '.join(map(str, after))}\r\n".encode())
        if found := re.match(r"UID FETCH (\d+) \((RFC822.SIZE|BODY.PEEK\[\])\)", order):
            content = self.mails[int(found[1])]
            size = self.announce or len(content)
            if found[2] == "RFC822.SIZE":
                say(f"* 1 FETCH (UID {found[1]} RFC822.SIZE {len(content)})\r\n".encode())
            else:
                say(f"* 1 FETCH (UID {found[1]} BODY[] {{{size}}}\r\n".encode() + content + b")\r\n")
        say(f"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n".encode())


class _Talk(socketserver.StreamRequestHandler):
    server: Box

    def handle(self) -> None:
        with suppress(OSError):
            self.wfile.write(self.server.greeting)
            while line := self.rfile.readline().decode().strip():
                self.server.answer(line, self.wfile.write)


@contextmanager
def running(pem: Path) -> Iterator[Box]:
    with Box(pem) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def box(pem: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    settings.ALLOW_PRIVATE = True
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setattr(mailbox, "WHOLE", 2.0)
    with running(pem) as server:
        yield server


def read(box: Box, position: str = "", password: str = "right") -> tuple[list[str], str]:
    reading, after = read_mailbox(box.address, seal(password), position)
    return [each.title or each.trouble for each in (*reading.items, *reading.unreadable)], after


def test_only_new_mails_are_read_and_none_is_marked(box: Box) -> None:
    assert read(box) == (["Mail 3", "Mail 5", "Mail 9"], "7:9")
    assert read(box, "7:9") == ([], "7:9")
    assert read(box, "7:3") == (["Mail 5", "Mail 9"], "7:9")
    orders = " ".join(box.lines)
    assert "EXAMINE" in orders
    assert "STORE" not in orders


def test_a_mailbox_that_was_made_anew_is_read_from_its_beginning(box: Box) -> None:
    box.validity = 8
    assert read(box, "7:9") == (["Mail 3", "Mail 5", "Mail 9"], "8:9")


def test_a_long_mailbox_is_read_piece_by_piece_and_the_newest_at_first(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MAILS", 2)
    assert read(box) == (["Mail 5", "Mail 9"], "7:9")
    assert read(box, "7:1") == (["Mail 3", "Mail 5"], "7:5")


def test_a_mail_that_is_too_large_or_none_is_told_and_the_others_read(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LARGEST", 100)
    box.mails |= {5: b"Subject: " + b"x" * 200, 6: b"no mail"}
    assert read(box)[0] == [
        "Mail 3",
        "Mail 9",
        "a mail of 209 bytes is too large",
        "mail 6: a file without the head of a mail",
    ]


def test_a_wrong_password_says_so(box: Box) -> None:
    with pytest.raises(Unheard, match="does not accept the name and the password"):
        read(box, password="wrong")


@pytest.mark.parametrize("greeting", [b"", b"220 mail\r\n", b"* BYE\r\n", b"* " + b"x" * 2_000_000])
def test_a_server_that_does_not_speak_imap_is_told_in_its_time(box: Box, greeting: bytes) -> None:
    box.greeting = greeting
    with pytest.raises(Unheard, match=r"did not answer in time|did not speak"):
        read(box)


def test_a_mail_that_is_announced_without_end_is_not_waited_for(box: Box) -> None:
    box.announce = 1 << 40
    with pytest.raises(Unheard, match="did not speak"):
        read(box)


def test_a_server_of_the_inside_or_without_a_trusted_certificate_is_not_spoken_to(
    box: Box, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Unheard, match="certificate"):
        read(box)
    settings.ALLOW_PRIVATE = False
    with pytest.raises(Refused, match="inner network"):
        read(box)
    assert box.lines == []
