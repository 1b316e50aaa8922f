"""People of a sales organisation who click: each signs in, reads, follows links, and on some databases writes.

What a page needs beyond itself is asked for as a browser would: its static files once, and the pieces that load after.
"""

import html
import http.client
import random
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import quote, urlencode

from benchmarks.web_load_data import PASSWORD

THINK: Final = 2.0
"""Seconds that somebody looks at a page, on average; exponential."""
ARRIVE: Final = 10.0
MIX: Final = ("rep",) * 12 + ("manager",) * 3 + ("marketing", "operations", "operations", "executive", "admin")
"""Roles of twenty people."""
_LIST: Final = re.compile(r'<th scope="row" class="deal-name"><a href="([^"]+)">([^<]*)</a>')
_NEXT: Final = re.compile(r'rel="next" href="([^"]+)"')
_COUNT: Final = re.compile(r'hx-get="(/deals-count[^"]*)"')
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_STATIC: Final = re.compile(r'(?:href|src)="(/static/[^"#?]+)')
_SELECT: Final = re.compile(r'<select name="(\w+)".*?</select>', re.DOTALL)
_OPTION: Final = re.compile(r'<option value="([^"]+)"')
_SORTS: Final = ("name", "-amount", "amount", "-chance", "chance", "-created", "created", "-closed", "closed")
_INSIGHTS: Final = ("", "steps/", "qualification/", "time/", "boxes/", "chances/", "record/", "reps/")
_EVERYONE: Final = {
    "home": 8, "deals_page": 10, "filter": 12, "search": 8, "sort": 5, "further": 8, "deal": 24, "view": 3,
    "export": 0.3, "process": 4, "history": 1, "insight": 8, "claims": 3,
}  # fmt: skip
WRITES: Final = {"save_view": 3, "state_claim": 1}
HABITS: Final[dict[str, dict[str, float]]] = {
    "rep": _EVERYONE,
    "manager": _EVERYONE | {"insight": 16, "process": 8, "data": 2, "behind": 2},
    "marketing": _EVERYONE | {"insight": 16, "data": 4, "behind": 3},
    "operations": _EVERYONE
    | {"insight": 16, "process": 8, "history": 4, "text": 4, "data": 12, "behind": 4, "take": 1},
    "executive": _EVERYONE | {"home": 16, "insight": 24, "data": 3, "behind": 2, "take": 1},
    "admin": _EVERYONE | {"settings": 30, "insight": 12, "data": 8, "behind": 2, "text": 2},
}
"""What each role does, by how often."""


@dataclass(frozen=True)
class Asked:
    """One request: its page, what the server says it took, what its client waited, what went wrong, what the
    server computed, in ms; and when it was asked, in seconds of the clock that only goes forward."""

    page: str
    status: int
    server: float | None
    client: float
    error: str = ""
    computed: float | None = None
    at: float = 0.0


@dataclass
class Log:
    """Everything that was asked, by all people."""

    asked: list[Asked] = field(default_factory=list)

    def rows(self) -> list[dict[str, Any]]:
        return [asdict(each) for each in self.asked]


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in, or is signed in with the cookie `session`; `owner` is their name in the record."""

    role: str
    email: str
    owner: str = ""
    session: str = ""


class Browser:
    """A session: cookies, one open connection, the static files that are known already."""

    def __init__(self, port: int, log: Log, session: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {"sessionid": session} if session else {}
        self._static: set[str] = set()
        self._log = log

    def get(self, page: str, path: str, *, partial: bool = False) -> str:
        """Open a page; its text, empty where that went wrong."""
        text = self._ask(page, "GET", html.unescape(path), None, {"HX-Request": "true"} if partial else {})
        for name in dict.fromkeys(_STATIC.findall(text)):
            if name not in self._static:
                self._static.add(name)
                self._ask("static files", "GET", name, None, {})
        return text

    def post(self, page: str, path: str, token: str, fields: Mapping[str, str], follow: str = "") -> str:
        """Send a form; where the answer leads elsewhere that is opened too, as the page `follow`.

        Whoever was shown no page with a form, because the server was too busy for it, has none to send.
        """
        if not token and "csrftoken" not in self._cookies:
            return ""
        body = urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        return self.send(page, path, body, {"Content-Type": "application/x-www-form-urlencoded"}, follow)

    def send(self, page: str, path: str, body: bytes, headers: Mapping[str, str], follow: str = "") -> str:
        """Send any body."""
        text = self._ask(page, "POST", path, body, {"X-CSRFToken": self._cookies.get("csrftoken", ""), **headers})
        if self.led_to:
            return self.get(follow or page, self.led_to)
        return text

    led_to = ""
    come_back = 0.0
    """Seconds after which the server wants to be asked again, where it was too busy."""

    def _ask(self, page: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        began = time.perf_counter()
        self.led_to, self.come_back = "", 0.0
        at = time.monotonic()
        try:
            self._connection.request(method, path, body, {"Cookie": cookies, "Accept": "text/html", **headers})
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            self._log.asked.append(Asked(page, 0, None, _since(began), f"{type(error).__name__}: {error}", at=at))
            return ""
        waited = _since(began)
        for line in answer.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        told = re.search(r"app;dur=([\d.]+), cpu;dur=([\d.]+)", answer.headers.get("Server-Timing", ""))
        refused = answer.status == 422 and b"claim that says the same" in content  # two people had the same idea
        wrong = "" if answer.status < 400 or refused else f"{method} {path}"
        server, computed = map(float, told.groups()) if told else (None, None)
        self._log.asked.append(Asked(page, answer.status, server, waited, wrong, computed, at))
        if answer.status == 503:
            self.come_back = float(answer.headers.get("Retry-After", 0))
        self.led_to = answer.headers.get("Location", "") if answer.status in (302, 303) else ""
        return content.decode(errors="replace") if answer.status < 400 else ""


class Person(threading.Thread):
    """Somebody at work until `until`: thinks, then does one of the things that their role does."""

    def __init__(self, account: Account, browser: Browser, seed: int, until: float, writes: bool) -> None:
        super().__init__(daemon=True, name=account.email)
        self._account, self._browser, self._until = account, browser, until
        self._rng = random.Random(seed)
        self._seed, self._stated, self._changed, self._imported = seed, 0, False, False
        self._deals: list[tuple[str, str]] = []
        self._next = self._query = self._token = ""
        self._choices: dict[str, list[str]] = {}
        habits = HABITS[account.role] | (WRITES if writes else {})
        if writes and account.role == "operations":
            habits |= {"change_process": 0.5, "import_file": 1.5}
        self._habits = habits

    arrive = ARRIVE
    """Seconds within which everybody comes."""

    def think(self) -> float:
        """Seconds until the next click."""
        return self._rng.expovariate(1 / THINK)

    def run(self) -> None:
        time.sleep(self._rng.uniform(0, self.arrive))
        if self._account.session:
            self._home()
        else:
            self.sign_in()
        while True:
            pause = self.think()
            if time.monotonic() + pause > self._until:
                return
            time.sleep(pause)
            [what] = self._rng.choices(list(self._habits), list(self._habits.values()))
            act: Callable[[], None] = getattr(self, f"_{what}")
            act()

    def sign_in(self) -> None:
        """The form, then the password, then home."""
        text = self._browser.get("sign in: the form", "/accounts/login/")
        fields = {"login": self._account.email, "password": PASSWORD}
        self._browser.post("sign in: the password", "/accounts/login/", self._csrf(text), fields, "home")

    def _csrf(self, text: str) -> str:
        found = _TOKEN.search(text)
        return found.group(1) if found else ""

    # Reading

    def _home(self) -> None:
        self._browser.get("home", "/")

    def _list(self, page: str, query: str) -> None:
        text = self._browser.get(page, f"/deals/{query and '?'}{query}")
        self._query, self._token = query, self._csrf(text) or self._token
        self._deals = _LIST.findall(text) or self._deals
        following = _NEXT.search(text)
        self._next = html.unescape(following.group(1)).lstrip("?") if following else ""
        for select in _SELECT.finditer(text):
            values = [html.unescape(value) for value in _OPTION.findall(select.group(0))]
            self._choices[select.group(1)] = values
        if count := _COUNT.search(text):
            self._browser.get("deals: count", count.group(1), partial=True)

    def _mine(self) -> str:
        return urlencode({"owner": self._account.owner}) if self._account.owner and self._rng.random() < 0.5 else ""

    def _filter(self) -> None:
        if not self._choices:
            return self._deals_page()
        names = [name for name, values in self._choices.items() if values]
        asked: dict[str, str] = {}
        for name in self._rng.sample(names, min(len(names), self._rng.choice((1, 1, 2, 3)))):
            asked[name] = self._rng.choice(self._choices[name])
        if self._rng.random() < 0.2:
            low = self._rng.choice((1_000, 10_000, 50_000))
            asked |= {"low": str(low), "high": str(low * self._rng.choice((2, 10)))}
        if self._rng.random() < 0.2:
            asked |= {"date": self._rng.choice(("", "created", "closed")), "since": f"{self._year()}-01-01"}
        return self._list("deals: filtered", urlencode(asked))

    def _year(self) -> int:
        return self._rng.randint(time.gmtime().tm_year - 3, time.gmtime().tm_year)

    def _deals_page(self) -> None:
        self._list("deals", self._mine())

    def _search(self) -> None:
        if not self._deals:
            return self._deals_page()
        href, name = self._rng.choice(self._deals)
        words = html.unescape(name).split() or [href.rstrip("/").rpartition("/")[2]]
        word = self._rng.choice([*words, href.rstrip("/").rpartition("/")[2]])
        asked = word if self._rng.random() < 0.5 else word[: self._rng.randint(2, 5)]
        return self._list("deals: search", urlencode({"q": asked}))

    def _sort(self) -> None:
        kept = re.sub(r"(^|&)(sort|page)=[^&]*", "", self._query).lstrip("&")
        self._list("deals: sorted", f"{kept}{'&' if kept else ''}sort={self._rng.choice(_SORTS)}")

    def _further(self) -> None:
        if not self._next:
            return self._deals_page()
        return self._list("deals: next page", self._next)

    def _deal(self) -> None:
        if not self._deals:
            return self._deals_page()
        self._browser.get("deal", self._rng.choice(self._deals)[0])
        return None

    def _view(self) -> None:
        asked = {"outcome": "open", "sort": "-amount"} | ({"owner": self._account.owner} if self._account.owner else {})
        self._list("deals: saved view", urlencode(asked))

    def _export(self) -> None:
        [segment] = self._rng.sample(self._choices.get("segment") or [""], 1)
        asked = {"segment": segment, "outcome": "open", "low": "50000"} | self._own()
        self._browser.get("deals: CSV", f"/deals.csv?{urlencode(asked)}")

    def _own(self) -> dict[str, str]:
        return {"owner": self._account.owner} if self._account.owner else {}

    def _process(self) -> None:
        self._browser.get("process", "/process/")

    def _history(self) -> None:
        self._browser.get("process: versions", "/process/versions/")

    def _text(self) -> None:
        text = self._browser.get("process: text", "/process/text/")
        written = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
        if written and 'hx-post="/process/text/check/"' in text:
            body = {"text": html.unescape(written.group(1))}
            self._browser.post("process: check", "/process/text/check/", self._csrf(text), body)

    def _insight(self) -> None:
        tabs = _INSIGHTS[:-1] if self._account.role == "marketing" else _INSIGHTS
        tab = self._rng.choice(tabs)
        self._browser.get(f"insights: {tab.rstrip('/') or 'overview'}", f"/insights/{tab}")

    def _behind(self) -> None:
        text = self._browser.get("insights: steps", "/insights/steps/")
        links = re.findall(r'href="(/insights/steps/deals/[^"]+)"', text)
        if links:
            self._browser.get("insights: deals behind", self._rng.choice(links))

    def _claims(self) -> None:
        self._browser.get("claims", "/claims/")

    def _data(self) -> None:
        self._browser.get("data", "/data/")

    def _take(self) -> None:
        self._browser.get("insights: figures", "/insights/download/figures.json")

    def _settings(self) -> None:
        pages = {"organisation": "", "people": "people/", "roles": "roles/", "mail": "mail/", "trail": "trail/"}
        name = self._rng.choice([*pages, "people", "one person"])
        if name == "one person":
            text = self._browser.get("settings: people", f"/settings/people/?q={self._rng.choice('abcdeklmnrst')}")
            links = re.findall(r'href="(/settings/people/\d+/)"', text)
            if links:
                self._browser.get("settings: a person", self._rng.choice(links))
        else:
            self._browser.get(f"settings: {name}", f"/settings/{pages[name]}")

    # Writing

    def _save_view(self) -> None:
        fields = {"name": f"View {self._rng.randint(1, 5)}", "query": self._query}
        self._browser.post("save a view", "/deal-views/", self._token, fields, "deals")

    def _state_claim(self) -> None:
        text = self._browser.get("claims", "/claims/")
        subject = re.search(r'<select name="subject".*?</select>', text, re.DOTALL)
        if subject is None or self._stated >= 5:
            return
        self._stated += 1
        fields = {
            "sentence": f"What {self._account.email} says, {self._stated}",
            "subject": self._rng.choice(_OPTION.findall(subject.group(0))),
            "direction": self._rng.choice(("helps", "hurts", "none")),
        }
        self._browser.post("state a claim", "/claims/", self._csrf(text), fields, "claims")

    def _change_process(self) -> None:
        """A new version asks for an analysis."""
        text = self._browser.get("process: text", "/process/text/")
        written = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
        if written is None or self._changed:
            return
        self._changed = True
        body = html.unescape(written.group(1)).strip()
        fields = {"text": f"{body}\n# Looked through by {self._account.email}\n", "note": "Looked through"}
        self._browser.post("save the process", "/process/text/", self._csrf(text), fields, "process: versions")

    def _import_file(self) -> None:
        """Send a small file of new deals, look at what it means, and import it; once each."""
        if self._imported:
            return
        self._imported = True
        rows = "".join(
            f"LOAD-{self._seed}-{n},New deal {n},open,{1000 + n},2026-01-{n % 28 + 1:02}\n" for n in range(1, 201)
        )
        body = f"deal_id,name,outcome,amount,created_at\n{rows}".encode()
        self._browser.get("data", "/data/")
        made = self._browser.send("import: begin", "/data/imports/", b"", {})
        places = re.findall(r'"(files|look|page)": "([^"]+)"', made)
        if len(places) < 3:
            return
        where = dict(places)
        plain = {"Content-Type": "text/csv"}
        self._browser.send("import: send a file", f"{where['files']}?name={quote('new deals.csv')}", body, plain)
        text = self._browser.send("import: look", where["look"], b"", {}, "import: page")
        for _attempt in range(20):
            if 'value="start"' in text:
                form = re.search(r'action="([^"]+/mapping/?)"', text)
                path = form.group(1) if form else f"{where['page']}mapping/"
                self._browser.post("import: start", path, self._csrf(text), {"then": "start"}, "import: page")
                return
            time.sleep(1.0)
            text = self._browser.get("import: page", where["page"])


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def work(port: int, accounts: Sequence[Account], minutes: float, writes: bool) -> Log:
    """Have people work for some minutes; what they asked for."""
    log = Log()
    until = time.monotonic() + 60 * minutes
    people = [Person(each, Browser(port, log), n, until, writes) for n, each in enumerate(accounts)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return log
