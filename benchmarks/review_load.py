"""The pages of reviews over 200,000 reviews and 60,000 buyer answers, as a server answers them.

    python -m benchmarks.review_load --database sqlite
    python -m benchmarks.review_load --database postgresql

Each page is asked for in this process through Django's whole stack (sessions, rights, queries, templates), by people of
every role and for random reviews, teams and months; what is measured is the time from the request to the last byte of
the answer. The deals have no events: reading those of one deal is part of the load of the page of a deal, which
`benchmarks.web_load` measures. The jobs that make the figures over all reviews are timed as a whole.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.page import README, write_section
from benchmarks.review_load_data import Made, make
from benchmarks.web_load_server import postgres

ALLOWED: Final = 150.0
"""Milliseconds in which 95 of 100 answers must be there."""
_ASKED: Final = 40
_BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
START, END = "<!-- review load: {} -->", "<!-- review load: end of {} -->"


def main() -> None:
    chosen = _arguments()
    with ExitStack() as stack:
        folder = Path(chosen.folder or stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # PostgreSQL, which does not run as root, must get at its part of it
        os.environ |= {"AFTERACTION_HOME": str(folder / "home"), "DJANGO_SETTINGS_MODULE": "afteraction.web.settings"}
        server = None
        if chosen.database == "postgresql":
            server = stack.enter_context(postgres(folder / "postgresql-data"))
            os.environ["AFTERACTION_DATABASE"] = server.url
        (folder / "home").mkdir(parents=True, exist_ok=True)
        import django

        django.setup()
        made = make(chosen.reviews, chosen.answers)
        if server:
            server.analyse()
        table = _measure(made, np.random.default_rng(1))
    print(table)
    if chosen.page:
        start, end = START.format(chosen.database), END.format(chosen.database)
        write_section(start, end, table, page=chosen.page)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--reviews", type=int, default=200_000)
    parser.add_argument("--answers", type=int, default=60_000)
    parser.add_argument("--folder", type=Path, help="where everything is made and kept; by default nothing is kept")
    parser.add_argument("--page", type=Path, default=README, help="the page whose table is written")
    return parser.parse_args()


def _measure(made: Made, rng: np.random.Generator) -> str:
    """Every page, then the jobs, as a table."""
    from django.utils import timezone

    from afteraction.web.reviews.account import keep_account
    from afteraction.web.reviews.across import keep_agreement
    from afteraction.web.reviews.opening import open_reviews

    jobs = []
    for name, job in (
        ("opening what ended (nothing new)", open_reviews),
        ("counting reviews", keep_account),
        ("measuring agreement", keep_agreement),
    ):
        began = time.perf_counter()
        job(organisation=made.organisation, now=timezone.now())  # type: ignore[operator]
        jobs.append((name, time.perf_counter() - began))
    rows = [_page(made, name, roles, address, rng) for name, roles, address in _pages(made)]
    lines = ["| page | answers | median, ms | 95 of 100 within, ms |", "|---|--:|--:|--:|"]
    lines += [
        f"| {name} | {n} | {middle:.0f} | {high:.0f}{' ✗' if high > ALLOWED else ''} |"
        for name, n, middle, high in rows
    ]
    lines += ["", "| job | seconds |", "|---|--:|", *(f"| {name} | {seconds:.1f} |" for name, seconds in jobs)]
    return "\n".join(lines)


Address = Callable[[np.random.Generator], str]
_EVERYONE: Final = ("rep", "manager", "operations", "executive", "admin")


def _pages(made: Made) -> Iterator[tuple[str, Sequence[str], Address]]:
    def any_review(rng: np.random.Generator) -> str:
        return f"/reviews/{made.reviews[int(rng.integers(len(made.reviews)))]}/"

    def listed(what: str) -> Address:
        def address(rng: np.random.Generator) -> str:
            whose = ("all", "team")[int(rng.integers(2))]
            return f"/reviews/?whose={whose}&what={what}"

        return address

    def behind(rng: np.random.Generator) -> str:
        state = ("done", "overdue", "skipped", "due")[int(rng.integers(4))]
        month = made.months[int(rng.integers(len(made.months)))]
        team = made.teams[int(rng.integers(len(made.teams)))]
        which = (f"month={month}", f"team={team}", f"team={team}&month={month}", "")[int(rng.integers(4))]
        return f"/reviews/accountability/reviews/?state={state}&{which}".replace(" ", "+")

    yield "home", _EVERYONE, lambda _rng: "/"
    for what in ("due", "overdue", "waiting", "done", "skipped"):
        yield f"list of reviews: {what}", _EVERYONE, listed(what)
    yield "one review", _EVERYONE, any_review
    yield "accountability", _EVERYONE, lambda _rng: "/reviews/accountability/"
    yield "reviews behind a number", _EVERYONE, behind
    yield "who says what", _EVERYONE, lambda _rng: "/reviews/agreement/"
    yield (
        "reviews behind a difference",
        ("manager", "operations", "admin"),
        lambda _rng: "/reviews/agreement/reviews/?pair=rep-buyer&driver=price&which=only_one",
    )
    yield "drivers", _EVERYONE, lambda _rng: "/reviews/drivers/"
    yield "lost reasons", ("operations", "admin"), lambda _rng: "/reviews/drivers/reasons/"
    yield "calibration", ("rep", "manager"), lambda _rng: "/reviews/calibration/"
    yield "buyers", _EVERYONE, lambda _rng: "/reviews/buyers/"
    yield "answers of buyers", _EVERYONE, lambda _rng: "/reviews/buyers/answers/"


def _page(made: Made, name: str, roles: Sequence[str], address: Address, rng: np.random.Generator) -> Any:
    from django.test import Client

    took = []
    for role in roles:
        client = Client(SERVER_NAME="localhost")
        client.force_login(made.people[role], backend=_BACKEND)
        client.get(address(rng))  # what a process does once, such as reading templates, is not what a page takes
        for _each in range(_ASKED):
            path = address(rng)
            began = time.perf_counter()
            answer = client.get(path)
            took.append((time.perf_counter() - began) * 1_000)
            if answer.status_code != 200:
                raise SystemExit(f"found {answer.status_code} at {path} for {role}; expected 200")
    return name, len(took), float(np.median(took)), float(np.quantile(took, 0.95))


if __name__ == "__main__":
    main()
