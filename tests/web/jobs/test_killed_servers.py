"""The whole server is killed, pages, jobs and all, in the middle of something: after a restart it is done once."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.mail_server import MailServer, mail_server
from tests.web.jobs.processes import Installation, children, free_port, kill, until, working

from afteraction.lake.home import Home
from afteraction.lake.store import Lake
from afteraction.simulate import default_organisation, simulate_chunks, write_chunks

STATE = "SELECT state FROM data_import"
FORM = "application/x-www-form-urlencoded"
TOKEN = "a" * 32


@dataclass
class Site:
    """An installation that is served, and somebody who is signed in there."""

    here: Installation
    port: int
    session: str = ""
    process: "subprocess.Popen[bytes] | None" = None
    halves: list[socket.socket] = field(default_factory=list)

    def start(self) -> None:
        self.process = self.here.begin("serve", "--port", str(self.port), "--workers", "1")
        until(lambda: working(self.port))

    def kill(self) -> None:
        """As when memory runs out, or the power does: nobody can tell anybody."""
        assert self.process is not None
        everyone = children(self.process.pid)
        kill(self.process)
        for pid in everyone:
            os.kill(pid, signal.SIGKILL)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everyone))
        for connection in self.halves:
            connection.close()

    def post(self, path: str, body: bytes = b"", kind: str = FORM) -> Any:
        """The answer to what a page sends, after where it leads; JSON where it is."""
        asked = urllib.request.Request(
            f"http://localhost:{self.port}{path}", body, self.headers() | {"Content-Type": kind}
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:
            content = answer.read()
            return json.loads(content) if "json" in answer.headers["Content-Type"] else content

    def headers(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}

    def send_half(self, path: str, body: bytes) -> None:
        """Begins to send a file and gets no further than half of it."""
        told = {
            "Host": f"localhost:{self.port}",
            "Content-Type": "application/octet-stream",
            "Content-Length": len(body),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in (self.headers() | told).items())
        connection = socket.create_connection(("localhost", self.port))
        connection.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body[: len(body) // 2])
        self.halves.append(connection)


@pytest.fixture
def mail_port() -> int:
    return free_port()


@pytest.fixture
def site(tmp_path: Path, empty_home: Path, mail_port: int) -> Iterator[Site]:
    home = shutil.copytree(empty_home, tmp_path / "home")
    here = Installation(home, {"AFTERACTION_MAIL": f"smtp://127.0.0.1:{mail_port}"})
    key = here.python(
        "from django.test import Client\n"
        "from afteraction.web.people.models import Organisation, User\n"
        "o = Organisation.objects.create(name='Northwind')\n"
        "u = User.objects.create_user('ada@northwind.example', 'a', organisation=o, role='admin', name='Ada')\n"
        "c = Client()\n"
        "c.force_login(u, backend='allauth.account.auth_backends.AuthenticationBackend')\n"
        "print(c.cookies['sessionid'].value)"
    )
    made = Site(here, free_port(), key.split()[-1])
    yield made
    if made.process and made.process.poll() is None:
        made.kill()
    here.end()


def test_an_upload_and_its_import_whose_server_is_killed_are_done_once(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_chunks(simulate_chunks(default_organisation(), 400, 3), folder)
    site.start()
    links = site.post("/data/imports/")
    deals = (folder / "deals.csv").read_bytes()
    site.send_half(f"{links['files']}?name=deals.csv", deals)
    kept = site.here.home / "uploads" / "1" / "files"
    until(lambda: list(kept.glob(".deals.csv.*")))
    site.kill()
    assert site.here.value("SELECT count(*) FROM data_upload") == 0
    assert not (kept / "deals.csv").exists()

    site.start()
    for path in sorted(folder.glob("*.csv")):
        site.post(f"{links['files']}?name={path.name}", path.read_bytes(), "application/octet-stream")
    assert (kept / "deals.csv").read_bytes() == deals
    site.post(links["look"])
    until(lambda: site.here.value(STATE) == "ready")
    site.post(f"{links['page']}mapping/", b"then=start")
    until(lambda: "converting" in site.here.value("SELECT progress FROM data_import"))
    site.kill()
    assert site.here.value(STATE) == "running"

    site.start()
    until(lambda: site.here.value(STATE) == "done")
    until(lambda: site.here.jobs("follow_record") == [("SUCCESSFUL", 1)])
    assert [status for status, _tries in site.here.jobs("import_files")] == ["SUCCESSFUL"]
    assert [snapshot.version for snapshot in Lake(Home.at(site.here.home)).versions()] == [1]
    assert site.here.value("SELECT count(*) FROM deals_deal") == 400


def invite(site: Site) -> None:
    person = {"email": "nina@northwind.example", "name": "Nina", "role": "rep", "team": "", "owner_name": ""}
    site.post("/settings/people/invite/", urllib.parse.urlencode(person).encode())


def until_mailed_once(site: Site, server: MailServer) -> None:
    until(lambda: site.here.value("SELECT sent_at FROM people_invitation WHERE made_by_id IS NOT NULL"))
    time.sleep(1.5)  # in which a second one would come
    assert [mail["To"] for mail in server.mails] == ["nina@northwind.example"]
    assert [status for status, _tries in site.here.jobs("mail_invitation")] == ["SUCCESSFUL"]


@pytest.mark.faults
def test_an_invitation_is_mailed_once_though_server_and_mail_server_were_down(site: Site, mail_port: int) -> None:
    site.start()
    invite(site)
    until(lambda: site.here.value("SELECT mail_problem FROM people_invitation"))
    site.kill()
    with mail_server(mail_port) as server:
        site.here.change("UPDATE django_tasks_database_dbtaskresult SET run_after = enqueued_at")  # no minute is waited
        site.start()
        until_mailed_once(site, server)


@pytest.mark.faults
@pytest.mark.parametrize("moment", ["as soon as it is asked for", "while it is being handed over"])
def test_an_invitation_is_mailed_once_though_the_server_is_killed(site: Site, mail_port: int, moment: str) -> None:
    with mail_server(mail_port) as server:
        handing_over = moment.startswith("while")
        if handing_over:
            server.hold.clear()
        site.start()
        invite(site)
        if handing_over:
            assert server.asked.wait(60)
        site.kill()
        server.hold.set()
        site.start()
        until_mailed_once(site, server)
