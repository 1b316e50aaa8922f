"""Hundreds of people at once, who think like people: a page is looked at for 5 to 15 seconds, the next click is theirs.

Most are signed in since yesterday, as browsers keep it; some sign in. Who is told that the server is busy does what the
page says: waits, and asks again, a few times.
"""

import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.load_many_data import Grown
from benchmarks.web_load_data import Place
from benchmarks.web_load_people import HABITS, MIX, WRITES, Account, Browser, Log, Person

PAUSE: Final = (5.0, 15.0)
SIGN_IN: Final = 20
"""Of so many people one signs in anew."""
SHARES: Final = {"largest": 0.6, "second": 0.2, "third": 0.1, "": 0.1}
"""Whose people they are; the organisation with the empty name has a record: imports and analyses run in it."""
_TRIES: Final = 5
_IDLE: Final = 20.0
"""Seconds after which a connection is no longer counted on: the server closes those that are idle for 30."""


class Patient(Browser):
    """Asks again when the server says so: a page does by itself, a form when its person presses again."""

    _asked = 0.0

    def _ask(self, page: str, method: str, path: str, body: Any, headers: Any) -> str:
        if time.monotonic() - self._asked > _IDLE:
            self._connection.close()  # the next request opens it again, as browsers do when the server has closed it
        self._asked = time.monotonic()
        text = super()._ask(page, method, path, body, headers)
        for _try in range(_TRIES):
            if not self.come_back:
                break
            time.sleep(self.come_back)
            text = super()._ask(page, method, path, body, headers)
        return text


class Thoughtful(Person):
    """Somebody with time to read."""

    arrive = 30.0

    def __init__(self, account: Account, browser: Browser, seed: int, until: float, writes: bool = False) -> None:
        super().__init__(account, browser, seed, until, writes)
        self._habits = HABITS[account.role] | WRITES

    def think(self) -> float:
        return self._rng.uniform(*PAUSE)


class Importer(Thoughtful):
    """Sales operations of the organisation with a record: a file every two minutes, then a version of the process."""

    arrive = 5.0

    def think(self) -> float:
        return 120.0

    def run(self) -> None:
        self._habits = {"bring": 1.0}
        super().run()

    def _bring(self) -> None:
        self._seed, self._imported, self._changed = self._rng.randrange(1_000_000, 9_999_999), False, False
        self._import_file()
        self._change_process()


def crowd(accounts: Sequence[Account], port: int, log: Log, until: float, seed: int) -> list[Person]:
    """These people, at work until `until`. They write too; imports and new processes are the importer's."""
    made: list[Person] = []
    for n, account in enumerate(accounts):
        browser = Patient(port, log, account.session)
        made.append(Thoughtful(account, browser, seed + n, until))
    for person in made:
        person.start()
    return made


def write_accounts(place: Place, people: int, grown: Sequence[Grown]) -> list[Account]:
    """People of every organisation in the mix of roles, most of them signed in already."""
    place.start_django()
    from afteraction.web.people.models import User

    rng = random.Random(7)
    folders = ["", *(each.folder for each in grown)]
    known: dict[tuple[str, str], list[User]] = {}
    for user in User.objects.filter(organisation__folder__in=folders).select_related("organisation").order_by("id"):
        known.setdefault((user.organisation.folder, str(user.role)), []).append(user)
    chosen = []
    for n in range(people):
        [folder] = rng.choices(list(SHARES), list(SHARES.values()))
        users = known[folder, MIX[n % len(MIX)]]
        user = users[rng.randrange(len(users))]
        session = signed_in(user) if n % SIGN_IN else ""
        chosen.append(Account(str(user.role), user.email, user.owner_name, session))
    return chosen


def signed_in(user: Any) -> str:
    """The key of a session in which somebody is signed in, as their browser keeps it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def importer(place: Place, port: int, log: Log, until: float) -> Person:
    """Who imports; `accounts.json` of the organisation with a record names the people of operations."""
    known = json.loads(Path(place.shared / "accounts.json").read_text(encoding="utf-8"))
    [email, owner] = known["operations"][0]
    return Importer(Account("operations", email, owner), Patient(port, log), 99, until)
