"""Tables that are made together are those that Django makes one after the other."""

from copy import copy

import pytest
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from afteraction.web.isolation.together import TablesTogether

pytestmark = pytest.mark.django_db(transaction=True)


def sql_of(migration: Migration, before: ProjectState, apply: object) -> list[str]:
    """What a database would be told."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        apply(migration, before.clone(), editor)  # type: ignore[operator]
    return [line for line in editor.collected_sql if not line.startswith("--")]


@pytest.mark.parametrize("app", ["reviews", "walls"])
def test_the_database_is_told_the_same(app: str) -> None:
    loader = MigrationExecutor(connection).loader
    [key] = [each for each in loader.disk_migrations if each[0] == app and each[1].startswith("0001")]
    migration = loader.disk_migrations[key]
    assert isinstance(migration, TablesTogether)
    before = loader.project_state(key, at_end=False)
    one_by_one = sql_of(copy(migration), before, Migration.apply)
    assert one_by_one
    assert sql_of(migration, before, TablesTogether.apply) == one_by_one
