"""A million leads here: how long an import takes to be followed, and what pages take.

    python -m benchmarks.lead_load --database sqlite --write
    python -m benchmarks.lead_load --database postgresql --write

Leads with their changes are written into a lake, followed as after an import, changed by the hundredth, and followed
again. Then pages are asked for in this process through Django's whole stack, by a rep, a manager and marketing.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from afteraction.lake.schema import TABLES
from afteraction.lake.store import Lake
from afteraction.lake.writer import open_writer
from benchmarks.page import write_section
from benchmarks.truth_found import markdown
from benchmarks.web_load_server import postgres

if TYPE_CHECKING:
    from afteraction.lake.home import Home
    from afteraction.web.people.models import Organisation, User

_BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
_START, _END = "<!-- lead load: {} -->", "<!-- lead load: end of {} -->"
_SECTION: Final = """### A million leads: {0}

    ./run python -m benchmarks.lead_load --database {0} --write
"""
_REPS: Final = 500
_TEAMS: Final = 50
_SOURCES: Final = ("Website", "Event", "Webinar", "Partner", "Referral", "Outbound")
_CAMPAIGNS: Final = tuple(f"Campaign {n}" for n in range(60))
_REASONS: Final = ("unreachable", "no need", "no budget", "wrong person", "duplicate")
_STATUSES: Final = ("new", "offered", "attempted", "accepted", "returned")
_LAST: Final = datetime(2026, 3, 24, 9, tzinfo=UTC)
_DAYS: Final = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=40, help="times that each page is asked for")
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
        organisation, people = _people()
        rows = [*_jobs(organisation, chosen.leads, server), *_pages(people, chosen.asked)]
    text = markdown(("work", "n", "median, ms", "95 of 100 within, ms"), rows)
    print(text)
    if chosen.write:
        start, end = _START.format(chosen.database), _END.format(chosen.database)
        write_section(start, end, text, section=_SECTION.format(chosen.database))


def _people() -> "tuple[Organisation, dict[str, User]]":
    from afteraction.web.people.models import Organisation, Role, Team, User

    organisation = Organisation.objects.create(name="Load", folder="")
    teams = Team.objects.bulk_create(Team(organisation=organisation, name=f"Team {n}") for n in range(_TEAMS))
    reps = User.objects.bulk_create(
        User(
            email=f"rep{n}@load.example",
            name=f"Rep {n}",
            organisation=organisation,
            role=Role.REP,
            team=teams[n % _TEAMS],
            owner_name=f"P{n}",
        )
        for n in range(_REPS)
    )
    others = {
        role: User.objects.create(
            email=f"{role}@load.example",
            name=str(role),
            organisation=organisation,
            role=role,
            team=teams[0] if role == Role.MANAGER else None,
        )
        for role in (Role.MANAGER, Role.MARKETING, Role.ADMIN)
    }
    return organisation, {"rep": reps[0], **{str(role): person for role, person in others.items()}}


def _tables(rng: np.random.Generator, n: int) -> dict[str, pa.Table]:
    """n leads over `_DAYS` days with up to four changes each; those of the last month are still on their way."""
    age = np.sort(rng.uniform(0, _DAYS, n))[::-1]
    created = np.datetime64(_LAST.replace(tzinfo=None), "us") - (age * 86_400e6).astype("timedelta64[us]")
    ids = np.char.add("L", np.arange(n).astype(str))
    leads = {
        "lead_id": ids,
        "source": np.array(_SOURCES)[rng.integers(len(_SOURCES), size=n)],
        "campaign": np.array(_CAMPAIGNS)[rng.integers(len(_CAMPAIGNS), size=n)],
        "created_at": created,
        "person": np.char.add("Person ", np.arange(n).astype(str)),
        "account": np.char.add("Account ", (np.arange(n) // 3).astype(str)),
    }
    steps = np.minimum(rng.integers(1, 6, size=n), np.where(age < 30, rng.integers(1, 5, size=n), 5))
    actor = np.char.add("P", rng.integers(_REPS, size=n).astype(str))
    reason = np.array(_REASONS)[rng.integers(len(_REASONS), size=n)]
    parts = []
    for step, status in enumerate(_STATUSES):
        rows = np.flatnonzero(steps > step)
        at = created[rows] + np.timedelta64(1, "h") * (1 + 30 * step)
        parts.append(
            pa.table(
                {
                    "lead_id": ids[rows],
                    "at": at,
                    "status": np.full(len(rows), status),
                    "actor": pa.array(actor[rows], mask=np.full(len(rows), step == 0)),
                    "reason": pa.array(reason[rows], mask=np.full(len(rows), step != 4)),
                }
            )
        )
    return {"leads": pa.table(leads), "lead_changes": pa.concat_tables(parts)}


def _canonical(name: str, table: pa.Table) -> pa.Table:
    schema = TABLES[name].arrow
    columns = [
        table[field.name].cast(field.type) if field.name in table.column_names else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _import(home: "Home", tables: dict[str, pa.Table]) -> None:
    with home.staging() as folder, open_writer(Lake(home)) as writer:
        for name, table in tables.items():
            place = folder / f"{name}.parquet"
            pq.write_table(_canonical(name, table), place)
            writer.merge(name, [place])
        writer.commit("load")


def _jobs(organisation: "Organisation", n: int, server: Any) -> Iterator[tuple[str, str, str, str]]:
    from afteraction.web.leads.figures import keep_figures
    from afteraction.web.leads.index import refresh_leads
    from afteraction.web.leads.keeping import keep_leads
    from afteraction.web.leads.models import Lead

    tables = _tables(np.random.default_rng(3), n)
    home = organisation.home
    _import(home, tables)
    now = _LAST + timedelta(hours=1)
    yield _job(
        f"job: {n:,} leads followed for the first time", lambda: refresh_leads(organisation=organisation, now=now)
    )
    if server:
        server.analyse()
    assert Lead.objects.count() == n
    some = pa.table({
        "lead_id": tables["leads"]["lead_id"].take(pa.array(np.arange(0, n, 100))),
        "at": pa.array([now - timedelta(minutes=5)] * len(range(0, n, 100)), pa.timestamp("us", "UTC")),
        "status": ["accepted"] * len(range(0, n, 100)),
    })  # fmt: skip
    _import(home, {"lead_changes": some})
    yield _job("job: the hundredth of them changed", lambda: refresh_leads(organisation=organisation, now=now))
    yield _job("job: the clocks, owners and deals looked at", lambda: keep_leads(organisation=organisation, now=now))
    yield _job("job: where they die, and promises", lambda: keep_figures(organisation=organisation, now=now))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield "peak memory of these jobs, MiB", "1", f"{peak:,.0f}", ""


def _job(name: str, do: Callable[[], object]) -> tuple[str, str, str, str]:
    began = time.perf_counter()
    do()
    return name, "1", f"{(time.perf_counter() - began) * 1_000:,.0f}", ""


_PAGES: Final = {
    "the inbox": ("rep", "/leads/"),
    "all leads, of a rep": ("rep", "/leads/all/"),
    "all leads, of a manager": ("manager", "/leads/all/"),
    "all leads": ("marketing", "/leads/all/"),
    "leads by state, source and reason": ("marketing", "/leads/all/?state=dead&source=Event&reason=no+need"),
    "leads by a rare combination": ("marketing", "/leads/all/?state=accepted&campaign=Campaign+7&team=Team+3"),
    "leads by a part of a name": ("marketing", "/leads/all/?q=Person+99123"),
    "counted": ("marketing", "/leads-count?source=Event"),
    "came back": ("marketing", "/leads/returned/"),
    "where they die": ("marketing", "/leads/deaths/"),
    "home": ("rep", "/"),
}


def _pages(people: "dict[str, User]", asked: int) -> Iterator[tuple[str, str, str, str]]:
    from django.test import Client

    for name, (role, path) in _PAGES.items():
        client = Client(SERVER_NAME="localhost")
        client.force_login(people[role], backend=_BACKEND)
        took = []
        for n in range(asked + 1):
            began = time.perf_counter()
            answer = client.get(path)
            if answer.status_code != 200:
                raise SystemExit(f"found {answer.status_code} for {name}; expected 200")
            if n:  # what a process does once is not what a page takes
                took.append((time.perf_counter() - began) * 1_000)
        yield name, str(len(took)), f"{np.median(took):,.0f}", f"{np.quantile(took, 0.95):,.0f}"


if __name__ == "__main__":
    main()
