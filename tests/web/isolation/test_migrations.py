"""Migrations that the version before can live with: it still answers while they are made, and until it is restarted."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from afteraction.web.isolation.expanding import AddIndexBeside, RemoveIndexBeside

MARK = "second_step"
"""An attribute of a migration with what must be done apart: why the version before can live with it all the same."""


def ours() -> Iterator[migrations.Migration]:
    """The migrations of our apps after the first of each."""
    labels = {each.label for each in apps.get_app_configs() if each.name.startswith("afteraction.")}
    for (label, _name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if label in labels and not migration.initial and any(of == label for of, _before in migration.dependencies):
            yield migration


def in_the_way(operation: Operation, made_here: set[str]) -> str:
    """Why the version before cannot live with an operation, or has to wait for it; empty where it can."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        inner = (in_the_way(each, made_here) for each in operation.database_operations)
        return next((why for why in inner if why), "")
    table = str(getattr(operation, "model_name", "")).lower()
    if table in made_here or isinstance(operation, AddIndexBeside | RemoveIndexBeside):
        return ""
    if isinstance(operation, migrations.AddField):
        field = operation.field
        fills_itself = field.null or field.has_db_default() or isinstance(field, models.ManyToManyField)
        return "" if fills_itself else "rows that the version before adds have no value for it: null, or a db_default"
    if isinstance(operation, migrations.AddIndex):
        return "writing waits while it is made: AddIndexBeside, in a migration that is not atomic"
    if isinstance(operation, migrations.CreateModel | migrations.AlterModelOptions | migrations.AlterModelManagers):
        return ""
    return "it changes or takes away what the version before uses: expand now, contract in a later version"


def problems(migration: migrations.Migration) -> list[str]:
    """What in a migration needs a mark."""
    made_here = {each.name.lower() for each in migration.operations if isinstance(each, migrations.CreateModel)}
    told = [(each, in_the_way(each, made_here)) for each in migration.operations]
    return [f"{migration}: {each.describe()}: {why}" for each, why in told if why]


def test_the_version_before_can_live_with_every_migration() -> None:
    unmarked = [told for each in ours() if not getattr(each, MARK, "") for told in problems(each)]
    assert not unmarked, "\n".join([*unmarked, f"or say in the attribute {MARK} why it can be"])


def test_a_mark_stands_only_where_it_is_needed_and_says_why() -> None:
    marked = [each for each in ours() if hasattr(each, MARK)]
    assert [str(each) for each in marked if not problems(each) or len(getattr(each, MARK)) < 20] == []


@pytest.mark.django_db(transaction=True)
def test_an_index_is_made_beside_those_who_write() -> None:
    before = ProjectState.from_apps(apps)
    after = before.clone()
    operation = AddIndexBeside("screen", models.Index(fields=["name"], name="made_beside_others"))
    operation.state_forwards("walls", after)
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("walls", editor, before, after)
        operation.database_backwards("walls", editor, after, before)


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (migrations.AddField("deal", "note", models.TextField()), "null, or a db_default"),
        (migrations.AddField("deal", "note", models.TextField(null=True)), ""),
        (migrations.AddField("deal", "note", models.TextField(db_default="")), ""),
        (migrations.AddField("new", "note", models.TextField()), ""),
        (migrations.RemoveField("deal", "name"), "expand now, contract in a later version"),
        (migrations.RenameField("deal", "name", "title"), "expand now"),
        (migrations.AlterField("deal", "name", models.TextField()), "expand now"),
        (migrations.RunPython(migrations.RunPython.noop), "expand now"),
        (migrations.AddIndex("deal", models.Index(fields=["name"], name="deal_by_name")), "AddIndexBeside"),
        (AddIndexBeside("deal", models.Index(fields=["name"], name="deal_by_name")), ""),
        (migrations.DeleteModel("deal"), "expand now"),
    ],
)
def test_what_can_be_lived_with_is_told_from_what_cannot(operation: Operation, why: str) -> None:
    told = in_the_way(operation, {"new"})
    assert why in told
    assert bool(told) == bool(why)
