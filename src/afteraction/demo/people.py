"""Who can sign in to the demo: one person of every role who fits the record, and someone of another organisation."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from ibis import _

from afteraction.lake.engine import open_record
from afteraction.lake.home import Home
from afteraction.lake.store import Lake
from afteraction.web.people.models import Organisation, Role, Team, User

OUTSIDER = "outsider"


@dataclass(frozen=True)
class Person:
    """Someone who is to sign in, as `part`: a role, or `outsider`."""

    part: str
    role: Role
    name: str
    email: str
    team: str = ""
    owner_name: str = ""


@dataclass(frozen=True)
class SignIn:
    """How to become someone."""

    name: str
    email: str
    password: str


def cast(home: Home) -> list[Person]:
    """The people of the simulated organisation: the rep with the most open deals, their manager, and four around them.

    The rep and the manager are people of the record, so that their pages have something to say.
    """
    rep, manager = _rep_and_manager(home)
    at = rep["email"].partition("@")[2]
    return [
        Person("rep", Role.REP, rep["name"], rep["email"], rep["team"], rep["person_id"]),
        Person("manager", Role.MANAGER, manager["name"], f"{manager['person_id']}@{at}", rep["team"]),
        Person("marketing", Role.MARKETING, "Mira Castell", f"mira.castell@{at}"),
        Person("operations", Role.OPERATIONS, "Oskar Lindqvist", f"oskar.lindqvist@{at}"),
        Person("executive", Role.EXECUTIVE, "Helena Voss", f"helena.voss@{at}"),
        Person("admin", Role.ADMIN, "Adrian Holm", f"adrian.holm@{at}"),
    ]


def outsider() -> Person:
    """An admin of the other organisation: whoever may do everything there may see nothing here."""
    return Person(OUTSIDER, Role.ADMIN, "Riley Quinn", "riley.quinn@maventech.example")


@transaction.atomic
def make_people(people: Mapping[Person, Organisation], file: Path) -> dict[str, SignIn]:
    """Make these people and write how to sign in as each to `file`; who is there already keeps their password."""
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    made = {}
    for person, organisation in people.items():
        password = known.get(person.part, {}).get("password") or secrets.token_urlsafe(12)
        user = User.objects.filter(email=person.email).first() or User(email=person.email)
        user.organisation, user.name, user.role = organisation, person.name, person.role
        user.owner_name, user.team = person.owner_name, _team(organisation, person.team)
        user.set_password(password)
        user.save()
        made[person.part] = SignIn(person.name, person.email, password)
    told = {part: {"email": each.email, "password": each.password} for part, each in made.items()}
    draft = file.with_suffix(".writing")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    draft.replace(file)
    return made


def _team(organisation: Organisation, name: str) -> Team | None:
    return Team.objects.get_or_create(organisation=organisation, name=name)[0] if name else None


def _rep_and_manager(home: Home) -> tuple[dict[str, str], dict[str, str]]:
    record = open_record(home, Lake(home).snapshot())
    try:
        deals, people = record.tables["deals"], record.tables["people"]
        counted = deals.filter(deals.outcome == "open").group_by("owner").agg(open=_.count())
        reps = people.join(counted, people.person_id == counted.owner).order_by([counted.open.desc(), "person_id"])
        rep = reps.limit(1).to_pyarrow().to_pylist()[0]
        manager = people.filter(people.person_id == rep["manager"]).to_pyarrow().to_pylist()[0]
    finally:
        record.con.disconnect()
    return rep, manager
