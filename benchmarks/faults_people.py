"""People who write while the house has faults, and the ledger of what they asked for and what they were told.

Each write has words of its own that are found again in the end. What is sent with a key
(`Idempotency-Key`), or is the same twice, is tried again when the connection breaks or the server fails, as a program
would; a form is sent once.
"""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

THINK: Final = 1.0
"""Seconds between two writes of a person, on average; exponential."""
TIMEOUT: Final = 15.0
ENDURANCE: Final = 240.0
"""Seconds for which a write is tried again before its person gives up."""
DEALS_OF_AN_IMPORT: Final = 8
_TOKEN: Final = "a" * 32
_HELD_UP: Final = (429, 500, 502, 503, 504)


@dataclass
class Entry:
    """A write: `state` is asked until its person was told that it was done, or refused."""

    kind: str
    key: str
    state: str = "asked"
    told: str = ""
    tries: int = 0


@dataclass
class Ledger:
    """All writes, also in a file as they come."""

    path: Path
    entries: list[Entry] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, kind: str, key: str) -> Entry:
        entry = Entry(kind, key)
        with self._lock:
            self.entries.append(entry)
        self.note(entry)
        return entry

    def note(self, entry: Entry) -> None:
        line = {"at": round(time.time(), 3), **vars(entry)}
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(line)}\n")

    def of(self, kind: str, *states: str) -> list[str]:
        """The keys of a kind in some states."""
        with self._lock:
            return [each.key for each in self.entries if each.kind == kind and each.state in states]


class GivenUp(Exception):
    """A write that its person stopped trying."""


class Client:
    """One person's way into the house."""

    def __init__(self, port: int, account: Mapping[str, str]) -> None:
        self._port, self.account = port, account

    def once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """One request; status 0 where the connection broke, or nothing came."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            return 0, f"{type(error).__name__}: {error}".encode()
        finally:
            connection.close()

    def api(
        self, method: str, path: str, content: object = None, *, key: str = "", entry: Entry | None = None
    ) -> tuple[int, Any]:
        """A request that is sent until it is answered. Raises `GivenUp` when that takes too long."""
        headers = {"Authorization": f"Bearer {self.account['token']}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        body = content if isinstance(content, bytes) else json.dumps(content).encode() if content is not None else None
        if isinstance(content, bytes):
            headers["Content-Type"] = "application/octet-stream"
        end = time.monotonic() + ENDURANCE
        while True:
            status, told = self.once(method, f"/api/v1{path}", body, headers)
            if entry:
                entry.tries += 1
            if status and status not in _HELD_UP:
                return status, json.loads(told) if told else None
            if time.monotonic() > end:
                raise GivenUp(f"{status} {told[:200]!r}")
            time.sleep(random.uniform(0.3, 1.5))

    def form(self, path: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        """A form of a page, sent once."""
        cookies = f"sessionid={self.account['session']}; csrftoken={_TOKEN}"
        headers = {"Cookie": cookies, "X-CSRFToken": _TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
        return self.once("POST", path, urlencode(fields).encode(), headers)


class People:
    """Everybody who writes. `stop` has each end after the write that it is at."""

    def __init__(self, port: int, made: Mapping[str, Any], ledger: Ledger, seed: int, folder: Path) -> None:
        self.ledger, self._folder = ledger, folder
        self._clients = {name: Client(port, account) for name, account in made["accounts"].items()}
        self._leads, self._sources = list(made["leads"]), made["sources"]
        self._seed, self._stopping = seed, threading.Event()
        self._threads: list[threading.Thread] = []
        self._claims: list[dict[str, str]] = []
        self._numbers, self._lock = iter(range(10**9)), threading.Lock()
        self.proposal = 0
        self.probe = self._clients["operations"]

    def start(self) -> None:
        status, made = self._clients["operations"].api(
            "POST", "/proposals", {"kind": "question", "title": "Why?", "what": "Why now?", "reason": "To know."}
        )
        assert status == 201, made
        self.proposal = made["id"]
        work = {name: self._of_a_rep for name in self._clients if name.startswith("rep")}
        work |= {"operations": self._import, "admin": self._invite, "manager": self._of_a_manager}
        for number, (name, do) in enumerate(work.items()):
            rng = random.Random(self._seed * 1_000 + number)
            thread = threading.Thread(target=self._go_on, args=(do, self._clients[name], rng), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(ENDURANCE * 3)

    def _go_on(self, do: Callable[[Client, random.Random], None], client: Client, rng: random.Random) -> None:
        while not self._stopping.wait(rng.expovariate(1 / THINK)):
            do(client, rng)

    def number(self) -> int:
        with self._lock:
            return next(self._numbers)

    def _of_a_rep(self, client: Client, rng: random.Random) -> None:
        (self._lesson, self._lesson, self._form, self._lead, self._review, self._comment)[rng.randrange(6)](client)

    def _of_a_manager(self, client: Client, rng: random.Random) -> None:
        (self._lesson, self._comment, self._claim, self._look)[rng.randrange(4)](client)

    def _keyed(self, client: Client, kind: str, words: str, path: str, content: object, *, method: str = "POST") -> Any:
        """A write that is tried again with its key; what was answered, None where it was refused or given up."""
        entry = self.ledger.ask(kind, words)
        try:
            status, told = client.api(method, path, content, key=f"{kind}-{words}".replace(" ", "-"), entry=entry)
        except GivenUp as why:
            entry.told = str(why)
            self.ledger.note(entry)
            return None
        done = status < 400
        entry.state, entry.told = ("done" if done else "refused"), "" if done else f"{status} {json.dumps(told)[:300]}"
        self.ledger.note(entry)
        return told if done else None

    def _lesson(self, client: Client) -> None:
        self.write_lesson(client)

    def write_lesson(self, client: Client) -> bool:
        """A lesson by the API; whether it was taken."""
        title = f"Lesson {self.number()}"
        content = {"title": title, "text": f"Do as {title} says."}
        return self._keyed(client, "lesson", title, "/lessons", content) is not None

    def _form(self, client: Client) -> None:
        title = f"Lesson {self.number()} on paper"
        entry = self.ledger.ask("lesson", title)
        status, told = client.form("/lessons/new", {"title": title, "text": "Do it.", "owner": "", "deals": ""})
        entry.tries = 1
        entry.state = "done" if status == 302 else "asked"
        entry.told = "" if status == 302 else f"{status} {told[:80]!r}"
        self.ledger.note(entry)

    def _comment(self, client: Client) -> None:
        words = f"Comment {self.number()}"
        self._keyed(client, "comment", words, f"/proposals/{self.proposal}/comments", {"text": words})

    def _lead(self, client: Client) -> None:
        with self._lock:
            if not self._leads:
                return
            key = self._leads.pop()
        if self._keyed(client, "accept", str(key), f"/leads/{key}/acceptance", None, method="PUT") is not None:
            self._keyed(client, "attempt", str(key), f"/leads/{key}/attempts", {"way": "call", "reached": True})

    def _review(self, client: Client) -> None:
        try:
            _status, found = client.api("GET", "/reviews?state=due&mine=true&limit=1")
        except GivenUp:
            return
        if not found.get("items"):
            return
        key, words = found["items"][0]["id"], f"Review {self.number()}"
        entry = self.ledger.ask("review", words)
        try:
            answer = {"fields": {"happened": words, "unknown": True}}
            status, told = client.api("PUT", f"/reviews/{key}/answer", answer, entry=entry)
            if status < 400:
                status, told = client.api("POST", f"/reviews/{key}/finish", entry=entry)
        except GivenUp as why:
            entry.told = str(why)
        else:
            entry.state = "done" if status < 400 else "refused"
            entry.told = "" if status < 400 else f"{status} {json.dumps(told)[:300]}"
        self.ledger.note(entry)

    def _claim(self, client: Client) -> None:
        if not self._claims:
            try:
                _status, found = client.api("GET", "/claim-subjects")
            except GivenUp:
                return
            self._claims = [
                {"kind": each["kind"], "name": each["name"], "level": each["level"], "direction": direction}
                for direction in ("helps", "hurts", "none")
                for each in found["items"]
            ]
            return
        words = f"Claim {self.number()}"
        self._keyed(client, "claim", words, "/claims", {"sentence": words, **self._claims.pop(0)})

    def _look(self, _client: Client) -> None:
        """Somebody of operations waits for news."""
        for key in self._sources:
            self._clients["operations"].form(f"/listening/sources/{key}/look/", {})

    def _invite(self, client: Client, _rng: random.Random) -> None:
        email = f"guest{self.number()}@house.example"
        self._keyed(client, "mail", email, "/people", {"email": email, "name": "A guest", "role": "executive"})

    def _import(self, client: Client, _rng: random.Random) -> None:
        """A small file of new deals, from the first request to the end of its job."""
        number = self.number()
        entry = self.ledger.ask("import", str(number))
        try:
            entry.state, entry.told = self._imported(client, number, entry)
        except GivenUp as why:
            entry.told = str(why)
        self.ledger.note(entry)

    def _imported(self, client: Client, number: int, entry: Entry) -> tuple[str, str]:
        path = self._folder / "imports" / f"{number}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(_deals(number), encoding="utf-8")
        status, made = client.api("POST", "/data/imports", key=f"import-{number}", entry=entry)
        if status >= 400:
            return "refused", f"{status} {json.dumps(made)[:300]}"
        at = f"/data/imports/{made['id']}"
        entry.told = str(made["id"])
        status, told = client.api("PUT", f"{at}/files/deals.csv", path.read_bytes(), entry=entry)
        for step, waits in (("look", "looking"), ("start", "waiting running")):
            if status >= 400:
                return "refused", f"{made['id']} {status} {json.dumps(told)[:300]}"
            status, told = client.api("POST", f"{at}/{step}", key=f"{step}-{number}", entry=entry)
            end = time.monotonic() + ENDURANCE
            while status < 400 and told["state"] in waits.split():
                if time.monotonic() > end:
                    raise GivenUp(f"{made['id']} {told['state']}")
                time.sleep(1)
                status, told = client.api("GET", at, entry=entry)
        if status < 400 and told["state"] == "done":
            return "done", str(made["id"])
        return "refused", f"{made['id']} {status} {json.dumps(told)[:300]}"


def _deals(number: int) -> str:
    head = "deal_id,name,owner,amount,currency,created_at,closed_at,outcome,stage"
    rows = (
        f"import-{number}-{n},Deal {number}-{n},nobody,{1_000 + n},EUR,2024-01-0{n + 1}T08:00:00Z,,open,Qualify"
        for n in range(DEALS_OF_AN_IMPORT)
    )
    return "\n".join([head, *rows, ""])
