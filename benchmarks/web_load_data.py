"""What the load benchmark looks at: a home with its record, people, index of deals and one finished analysis.

`python -m benchmarks.web_load_data STEP FOLDER HOME DEALS [DATABASE_URL]` makes one part of it, unless it is there.
FOLDER keeps what both databases share: the record, and the results once they were made.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq

from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES
from afteraction.lake.store import Lake
from afteraction.lake.writer import open_writer
from afteraction.process.write import process_text
from afteraction.simulate import Organisation as Simulated
from afteraction.simulate import default_organisation, simulate_chunks
from benchmarks.measure import report

if TYPE_CHECKING:
    from afteraction.web.people.models import Organisation, Team

STEPS: Final = ("record", "people", "index", "analysis")
SEED: Final = 12
PASSWORD: Final = "a phrase for the benchmark"
DOMAIN: Final = "load.example"
_TABLES: Final = ("deals", "stage_changes", "touches", "accounts", "people")
_DEALS_OF_A_REP: Final = 2_000
_REPS_OF_A_TEAM: Final = 10


@dataclass(frozen=True)
class Place:
    """Where a home is made, how large, and in which database (empty: an SQLite file in the home)."""

    shared: Path
    home: Path
    deals: int
    database: str = ""

    def start_django(self) -> None:
        """Django for this home, in this process."""
        os.environ |= self.environment()
        import django

        from afteraction.web.isolation.scope import work_across

        django.setup()
        work_across("a benchmark makes its data")

    def environment(self) -> dict[str, str]:
        """What a process of this home has to be told."""
        told = {"AFTERACTION_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "afteraction.web.settings"}
        return told | ({"AFTERACTION_DATABASE": self.database} if self.database else {})


def record(place: Place) -> dict[str, int]:
    """Simulate the deals once and import them into a lake; each home gets a copy of it. Answers rows by table."""
    source = Home.at(place.shared / "record")
    process = source.folder / "process.yaml"
    if not process.exists():
        shutil.rmtree(source.folder, ignore_errors=True)
        written = _simulate(source, place.deals)
        process.write_text(written, encoding="utf-8")
    if not Home.at(place.home).lake.exists():
        draft = place.home / "lake.copying"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source.lake, draft)
        draft.rename(place.home / "lake")
    return dict(Lake(source).snapshot().rows)


def people(place: Place) -> dict[str, int]:
    """Every rep of the record with their team, a manager for each team, and the others; the process on paper."""
    place.start_django()
    from django.contrib.auth.hashers import make_password

    from afteraction.web.insights.models import ProcessVersion
    from afteraction.web.people.bootstrap import prepare_database
    from afteraction.web.people.models import Organisation, Role, Team, User

    prepare_database()
    organisation, _ = Organisation.objects.get_or_create(folder="", defaults={"name": "Load"})
    ours = [row for row in _people(place) if row["role"] in ("Sales rep", "Sales manager")]
    names = {row["team"] for row in ours}
    teams = {name: Team.objects.get_or_create(organisation=organisation, name=name)[0] for name in names}
    password = make_password(PASSWORD)

    def user(email: str, name: str, role: Role, team: "Team | None" = None, owner: str = "") -> User:
        return User(
            email=email,
            name=name,
            role=role,
            team=team,
            owner_name=owner,
            organisation=organisation,
            password=password,
        )

    made = [
        user(row["email"].lower(), row["name"], Role.REP, teams[row["team"]], row["person_id"])
        if row["role"] == "Sales rep"
        else user(row["email"].lower(), row["name"], Role.MANAGER, teams[row["team"]])
        for row in ours
    ]
    others = (Role.MARKETING, Role.OPERATIONS, Role.EXECUTIVE, Role.ADMIN)
    made += [user(f"{role}.{n}@{DOMAIN}", f"{role.label} {n}", role) for role in others for n in range(1, 6)]
    User.objects.bulk_create(made, ignore_conflicts=True)
    roles: dict[str, list[tuple[str, str]]] = {}
    for each in made:
        roles.setdefault(str(each.role), []).append((each.email, each.owner_name))
    (place.shared / "accounts.json").write_text(json.dumps(roles), encoding="utf-8")
    text = (place.shared / "record" / "process.yaml").read_text(encoding="utf-8")
    ProcessVersion.objects.get_or_create(organisation=organisation, number=1, defaults={"text": text})
    return {"people": User.objects.count(), "teams": len(teams)}


def index(place: Place) -> dict[str, int]:
    """Mirror the record. Answers the rows that were written."""
    place.start_django()
    from afteraction.web.deals.index import refresh_index

    done = refresh_index(organisation=_organisation())
    return {"deals": done.deals, "written": done.written}


def analysis(place: Place) -> dict[str, Any]:
    """Make the results with the product's own job, or show those that were made for the other database."""
    place.start_django()
    from django.utils import timezone

    from afteraction.web.deals.chances import show_evidence
    from afteraction.web.insights import services
    from afteraction.web.insights.models import Analysis

    asked = services.ask_for_analysis(organisation=_organisation())
    assert asked is not None
    kept, results = place.shared / "results", services.folder_of(asked)
    if kept.exists():
        shutil.copytree(kept, results, dirs_exist_ok=True)
        folder = f"results/{asked.pk}"
        show_evidence(organisation=asked.organisation, folder=folder, version=asked.data_version)
        Analysis.objects.filter(pk=asked.pk).update(
            state=Analysis.State.DONE, folder=folder, done_at=timezone.now(), message=""
        )
        return {"made": False}
    services.analyse(analysis=asked)
    asked.refresh_from_db()
    if asked.state != Analysis.State.DONE:
        raise SystemExit(f"the analysis is {asked.state}: {asked.message}")
    draft = kept.with_suffix(".copying")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(results, draft)
    draft.rename(kept)
    return {"made": True}


def _organisation() -> "Organisation":
    from afteraction.web.people.models import Organisation

    return Organisation.objects.get(folder="")


def _world(deals: int) -> Simulated:
    """The default organisation with as many reps as so many deals need."""
    organisation = default_organisation()
    reps = max(2 * _REPS_OF_A_TEAM, deals // _DEALS_OF_A_REP)
    return replace(organisation, people=replace(organisation.people, reps=reps, teams=reps // _REPS_OF_A_TEAM))


def _simulate(home: Home, deals: int) -> str:
    """Fill the lake of `home`; returns the text of the process on paper."""
    world = _world(deals)
    with home.staging() as staging:
        for number, chunk in enumerate(simulate_chunks(world, deals, SEED, tables=_TABLES)):
            for name, table in chunk.tables.items():
                pq.write_table(table.select(TABLES[name].names), staging / f"{name}-{number:05}.parquet")
        with open_writer(Lake(home)) as writer:
            for name in _TABLES:
                writer.merge(name, sorted(staging.glob(f"{name}-*.parquet")))
            writer.commit(f"{deals} simulated deals")
    return process_text(chunk.process, "The process on paper of a simulated organisation.")


def _people(place: Place) -> list[dict[str, Any]]:
    lake = Lake(Home.at(place.home))
    columns = ["person_id", "name", "email", "role", "team"]
    return [row for file in lake.snapshot().files("people") for row in pq.read_table(file, columns=columns).to_pylist()]


def main() -> None:
    step, shared, home, deals, *database = sys.argv[1:]
    work: dict[str, Callable[[Place], Any]] = {"record": record, "people": people, "index": index, "analysis": analysis}
    place = Place(Path(shared), Path(home), int(deals), *database)
    started = time.perf_counter()
    answer = work[step](place)
    report(time.perf_counter() - started, json.loads(json.dumps(answer)))


if __name__ == "__main__":
    main()
