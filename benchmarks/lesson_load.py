"""Lessons as a server answers about them: 5,000 of them on the pages of open deals, 20,000 searched.

    python -m benchmarks.lesson_load --database sqlite
    python -m benchmarks.lesson_load --database postgresql

Each piece of a page is asked for in this process through Django's whole stack, for random open deals and by people of
several roles; what is measured is the time from the request to the last byte of the answer. Deals have no events here:
reading those of one deal is part of the page of a deal, which `benchmarks.web_load` measures.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from afteraction.simulate.lesson_words import COMPETITORS, SEGMENTS, SOURCES, STAGES, TOPICS
from afteraction.simulate.lessons import lesson_text
from benchmarks.page import write_section
from benchmarks.review_load import ALLOWED
from benchmarks.truth_found import markdown
from benchmarks.web_load_server import postgres

if TYPE_CHECKING:
    from afteraction.web.people.models import Organisation, User

_BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
_DEALS: Final = 20_000
_OPEN: Final = 2_000
_ANSWERS: Final = 20_000
_REPS: Final = 200
_AT_ONCE: Final = 5_000
_START, _END = "<!-- lesson load: {} -->", "<!-- lesson load: end of {} -->"


_SECTION: Final = """### Lessons as a server answers about them: {0}

    ./run python -m benchmarks.lesson_load --database {0} --write
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--lessons", type=int, default=5_000, help="on the pages")
    parser.add_argument("--searched", type=int, default=20_000, help="where lessons are searched")
    parser.add_argument("--asked", type=int, default=100, help="times that each piece is asked for")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)  # PostgreSQL, which does not run as root, must get at its part of it
        os.environ |= {"AFTERACTION_HOME": str(folder / "home"), "DJANGO_SETTINGS_MODULE": "afteraction.web.settings"}
        server = None
        if chosen.database == "postgresql":
            server = stack.enter_context(postgres(folder / "postgresql-data"))
            os.environ["AFTERACTION_DATABASE"] = server.url
        (folder / "home").mkdir(parents=True, exist_ok=True)
        import django

        django.setup()
        from afteraction.web.people.bootstrap import prepare_database

        prepare_database()
        rng = np.random.default_rng(5)
        rows = list(_measured(rng, chosen.lessons, chosen.searched, chosen.asked, server))
    text = markdown(("work", "n", "median, ms", "95 of 100 within, ms"), rows)
    print(text)
    if chosen.write:
        start, end = _START.format(chosen.database), _END.format(chosen.database)
        write_section(start, end, text, section=_SECTION.format(chosen.database))


def _measured(
    rng: np.random.Generator, lessons: int, searched: int, asked: int, server: Any
) -> Iterator[tuple[str, str, str, str]]:
    for scoped in (True, False):
        organisation, people = _make(rng, lessons, f"{lessons}-{scoped}", scoped)
        if server:
            server.analyse()
        which = f"{lessons:,} lessons, {'most with a scope' if scoped else 'none with a scope'}"
        yield from _jobs(organisation, which)
        yield from _pieces(rng, organisation, people, asked, which)
    organisation, _people = _make(rng, searched, f"{searched}", True)
    if server:
        server.analyse()
    yield from _searches(rng, organisation, asked, searched)


def _jobs(organisation: "Organisation", which: str) -> Iterator[tuple[str, str, str, str]]:
    from django.utils import timezone

    from afteraction.web.lessons.ranking import learn_from_answers
    from afteraction.web.lessons.similar import find_pairs

    for name, job in (("near duplicates", find_pairs), ("learning from answers", learn_from_answers)):
        began = time.perf_counter()
        job(organisation=organisation, now=timezone.now())  # type: ignore[operator]
        yield f"job: {name}; {which}", "1", f"{(time.perf_counter() - began) * 1_000:,.0f}", ""


def _pieces(
    rng: np.random.Generator, organisation: "Organisation", people: "dict[str, User]", asked: int, which: str
) -> Iterator[tuple[str, str, str, str]]:
    from django.test import Client

    from afteraction.web.deals.models import Deal
    from afteraction.web.lessons.models import Lesson

    deals = list(Deal.objects.filter(organisation=organisation, outcome="open").values_list("deal_id", flat=True))
    lessons = list(Lesson.objects.filter(organisation=organisation).values_list("pk", flat=True)[:1_000])

    def a_deal() -> str:
        return deals[int(rng.integers(len(deals)))]

    def some_text() -> dict[str, str]:
        title, _stop, text = lesson_text(rng, int(rng.integers(len(TOPICS)))).partition(". ")
        return {"title": title, "text": text}

    asking: dict[str, tuple[tuple[str, ...], Callable[[Client], Any]]] = {
        "lessons on a deal": (
            ("rep", "manager", "executive"), lambda client: client.post("/lessons/on-deal", {"deal": a_deal()}),
        ),
        "lessons on the home page": (("rep",), lambda client: client.post("/lessons/on-own-deals")),
        "home page": (("rep",), lambda client: client.get("/")),
        "an answer": (
            ("rep",),
            lambda client: client.post(
                f"/lessons/{lessons[int(rng.integers(len(lessons)))]}/say", {"deal": a_deal(), "said": "used"}
            ),
        ),
        "near duplicates": (("manager",), lambda client: client.get("/lessons/duplicates/")),
        "lessons like the one being written": (("rep",), lambda client: client.get("/lessons/alike", some_text())),
    }  # fmt: skip
    for name, (roles, ask) in asking.items():
        took = []
        for role in roles:
            client = Client(SERVER_NAME="localhost")
            client.force_login(people[role], backend=_BACKEND)
            ask(client)  # what a process does once, such as reading templates, is not what a page takes
            for _each in range(asked):
                began = time.perf_counter()
                answer = ask(client)
                took.append((time.perf_counter() - began) * 1_000)
                if answer.status_code != 200:
                    raise SystemExit(f"found {answer.status_code} for {name}; expected 200")
        yield _row(f"{name}; {which}", took)


def _searches(
    rng: np.random.Generator, organisation: "Organisation", asked: int, lessons: int
) -> Iterator[tuple[str, str, str, str]]:
    from afteraction.web.lessons.search import find

    kinds: dict[str, Callable[[list[str]], str]] = {
        "a word": lambda said: said[0],
        "three words": lambda said: " ".join(said[:3]),
        "the first letters of two words": lambda said: " ".join(word[:3] for word in said[:2]),
        "one letter": lambda said: said[0][:1],
    }
    for name, search in kinds.items():
        took = []
        for _each in range(2 * asked):
            said = [w for w in lesson_text(rng, int(rng.integers(len(TOPICS)))).replace(".", "").split() if len(w) > 3]
            rng.shuffle(said)
            began = time.perf_counter()
            found = find(organisation, search(said))
            _shown = list(found[:50]) if found is not None else []
            took.append((time.perf_counter() - began) * 1_000)
        yield _row(f"search by {name}; {lessons:,} lessons", took)


def _row(name: str, took: list[float]) -> tuple[str, str, str, str]:
    high = float(np.quantile(took, 0.95))
    return name, f"{len(took):,}", f"{np.median(took):.0f}", f"{high:.0f}{' ✗' if high > ALLOWED else ''}"


def _make(rng: np.random.Generator, lessons: int, name: str, scoped: bool) -> "tuple[Organisation, dict[str, User]]":
    """An organisation with deals, lessons, the deals behind them and answers."""
    from django.utils import timezone

    from afteraction.web.deals.models import Deal
    from afteraction.web.lessons.models import Lesson, LessonDeal, LessonUse
    from afteraction.web.lessons.search import words_of
    from afteraction.web.people.models import Organisation, Role, User

    now = timezone.now()
    organisation = Organisation.objects.create(name=f"Load {name}", folder=f"load-{name.lower()}")
    people = User.objects.bulk_create(
        [
            User(
                email=f"{number}-{name}@load.example", name=f"Person {number}", organisation=organisation,
                role=(Role.MANAGER, Role.EXECUTIVE)[number] if number < 2 else Role.REP,
                owner_name="" if number < 2 else f"rep-{number}", password="!",
            )
            for number in range(_REPS + 2)
        ]
    )  # fmt: skip

    def one(names: tuple[str, ...], chance: float) -> str:
        return str(rng.choice(names)) if rng.random() < chance else ""

    deals = [
        Deal(
            organisation=organisation, deal_id=f"deal-{n}", name=f"Deal {n}", account_name=f"Account {n // 3}",
            owner=f"rep-{n % _REPS + 2}", outcome="open" if n < _OPEN else ("won", "lost")[n % 2],
            stage=STAGES[n % 4], segment=SEGMENTS[n % 3], competitor=one(COMPETITORS, 0.5), source=SOURCES[n % 3],
            amount=float(rng.lognormal(10.2, 1)), currency="EUR", last_event_at=now,
        )
        for n in range(_DEALS)
    ]  # fmt: skip
    Deal.objects.bulk_create(deals, batch_size=_AT_ONCE)
    share = 0.4 if scoped else 0.0
    made = []
    for _n in range(lessons):
        topic = int(rng.integers(len(TOPICS)))
        title, _stop, text = lesson_text(rng, topic).partition(". ")
        each = Lesson(
            organisation=organisation, title=title, text=text, state=("tested", "in_use", "kept")[int(rng.integers(3))],
            step=one((TOPICS[topic].name,), share), stage=one((STAGES[TOPICS[topic].stage],), 1.5 * share),
            segment=one(SEGMENTS, share), competitor=one(COMPETITORS, share / 2), made_at=now, changed_at=now,
        )  # fmt: skip
        each.search_words = words_of(each)
        made.append(each)
    Lesson.objects.bulk_create(made, batch_size=_AT_ONCE)
    LessonDeal.objects.bulk_create(
        [
            LessonDeal(lesson=each, deal_id=f"deal-{int(n)}", added_at=now)
            for each in made
            for n in rng.choice(np.arange(_OPEN, _DEALS), size=3, replace=False)
        ],
        batch_size=_AT_ONCE,
    )
    answers = {(int(rng.integers(lessons)), int(rng.integers(_DEALS))) for _n in range(_ANSWERS)}
    LessonUse.objects.bulk_create(
        [
            LessonUse(
                lesson=made[lesson], organisation=organisation, deal_id=f"deal-{deal}", person=people[deal % _REPS + 2],
                said=("used", "not_useful", "wrong", "")[int(rng.choice(4, p=(0.3, 0.3, 0.05, 0.35)))], shown_at=now,
                said_at=now, fit={"stage_now": 1.0},
            )
            for lesson, deal in answers
        ],
        batch_size=_AT_ONCE,
    )  # fmt: skip
    return organisation, {"manager": people[0], "executive": people[1], "rep": people[2]}


if __name__ == "__main__":
    main()
