"""A whole installation goes into one file and comes back with every figure."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests import django_home
from tests.recorded import Record
from tests.web.jobs.processes import Installation

from afteraction.errors import Refused
from afteraction.process.check import check_text
from afteraction.report.version import open_version
from afteraction.web.insights.saving import write_results
from afteraction.web.upkeep.backup import backup
from afteraction.web.upkeep.last_backup import last_backup


@pytest.fixture
def filled(empty_home: Path, record: Record, tmp_path: Path) -> Installation:
    """An installation with a record, the rows of a few people, and what is made again from the rest."""
    home = shutil.copytree(empty_home, tmp_path / "home")
    shutil.copytree(record.home, home, dirs_exist_ok=True)
    (home / "cache" / "junk").mkdir(parents=True)
    with closing(sqlite3.connect(home / "database.sqlite3")) as database, database:
        database.executemany(
            "INSERT INTO people_organisation (name, folder, created_at) VALUES (?, ?, '2026-01-01')",
            [("Northwind", ""), ("Contoso", "contoso")],
        )
    shutil.copytree(record.home, home / "organisations" / "contoso")
    return Installation(home)


def figures(home: Path, record: Record, into: Path) -> object:
    into.mkdir()
    with open_version(home) as opened:
        write_results(opened, check_text(record.process).process, into)
    return json.loads((into / "figures.json").read_text())


def close(one: object, other: object) -> bool:
    """Equal but for the last digits, which depend on the order in which rows are read."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(close(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(close, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-9, abs=1e-12)
    return one == other


@pytest.mark.skipif(bool(django_home.DATABASE), reason="the same on any database")
def test_every_row_file_and_figure_comes_back(filled: Installation, record: Record, tmp_path: Path) -> None:
    filled.run("backup", str(tmp_path / "b.tar.zst"))
    noted = last_backup(filled.home)
    assert noted is not None
    assert (noted.path, noted.bytes) == (str(tmp_path / "b.tar.zst"), (tmp_path / "b.tar.zst").stat().st_size)
    fresh = Installation(tmp_path / "fresh")
    told = fresh.run("restore", str(tmp_path / "b.tar.zst"))
    assert "the home: data version 1" in told
    assert "organisations/contoso: data version 1" in told
    assert fresh.ask("SELECT name FROM people_organisation ORDER BY 1") == [("Contoso",), ("Northwind",)]
    assert (fresh.home / "secret-key").read_text() == (filled.home / "secret-key").read_text()
    assert (fresh.home / "secret-key").stat().st_mode & 0o777 == 0o600
    assert not (fresh.home / "cache").exists()
    assert last_backup(fresh.home) is None  # it has none of its own yet
    assert close(figures(fresh.home, record, tmp_path / "figures"), record.figures)
    refused(fresh, "restore", str(tmp_path / "b.tar.zst"), told="expected: an empty home")


def test_a_backup_goes_to_a_new_file_outside_the_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "home"
    (tmp_path / "there").touch()
    for to, found in ((tmp_path / "home" / "b", "in the home itself"), (tmp_path / "there", "is there already")):
        with pytest.raises(Refused, match=found):
            backup(to=to, recipients=[], now=datetime.now(UTC))


def refused(installation: Installation, *arguments: str, told: str) -> None:
    with pytest.raises(AssertionError) as failed:
        installation.run(*arguments)
    assert told in str(failed.value)


@pytest.mark.skipif(not django_home.DATABASE, reason="needs PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_postgresql_comes_back_into_an_empty_database(tmp_path: Path) -> None:
    from django.db import connection

    from afteraction.web.people.models import Organisation, Team
    from afteraction.web.upkeep import databases

    organisation = Organisation.objects.create(name="Nørd\t\\N & 'Söhne'", folder="")
    Team.objects.create(organisation=organisation, name="Ost")
    (tmp_path / "dumped").mkdir()
    rows = databases.dump(tmp_path / "dumped")
    assert (rows["people_organisation"], rows["people_team"]) == (1, 1)
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS restored")
        cursor.execute("CREATE DATABASE restored")
    address = django_home.DATABASE.rpartition("/")[0] + "/restored"
    target = Installation(tmp_path / "home", {"AFTERACTION_DATABASE": address})
    code = (
        "from pathlib import Path; from afteraction.web.upkeep import databases as d; "
        f"d.load(Path({str(tmp_path / 'dumped')!r})); print(d.counts()); "
        "from afteraction.web.people.models import Organisation as O, Team; "
        "print([*O.objects.values_list('name')], O.objects.create(name='next', folder='next').pk)"
    )
    told = target.python(code)
    assert "'people_team': 1" in told
    assert repr((organisation.name,)) in told
    assert str(organisation.pk + 1) in told.split()  # numbers go on where they were
    refused(target, "manage", "shell", "--no-imports", "-c", code, told="expected: an empty one")


@pytest.mark.skipif(not django_home.DATABASE, reason="needs PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_an_installation_moves_from_sqlite_to_postgresql(filled: Installation, tmp_path: Path) -> None:
    from django.db import connection

    made = (
        "from afteraction.web.people.models import *; o = Organisation.objects.first(); "
        "t = Team.objects.create(organisation=o, name='Ost'); "
        "print(User.objects.create(organisation=o, email='a@x.example', name='A', role='rep', team=t).pk)"
    )
    user = filled.python(made).split()[-1]
    filled.run("backup", str(tmp_path / "b.tar.zst"))
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS moved")
        cursor.execute("CREATE DATABASE moved")
    address = django_home.DATABASE.rpartition("/")[0] + "/moved"
    target = Installation(tmp_path / "fresh", {"AFTERACTION_DATABASE": address})
    target.run("restore", str(tmp_path / "b.tar.zst"))
    told = target.python(
        "from afteraction.web.people.models import *; u = User.objects.select_related('team').get(); "
        "print(u.pk, u.email, u.team.name, [str(o.created_at.date()) for o in Organisation.objects.all()]); "
        "print('next', Organisation.objects.create(name='next', folder='next').pk)"
    )
    assert f"{user} a@x.example Ost ['2026-01-01', '2026-01-01']" in told
    assert "next 3" in told
