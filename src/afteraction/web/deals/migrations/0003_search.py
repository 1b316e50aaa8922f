"""What deals are searched in: an FTS5 table on SQLite, a GIN index on PostgreSQL."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from afteraction.web.deals.search import POSTGRESQL_SCHEMA, SQLITE_SCHEMA


def make(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE_SCHEMA if sqlite else POSTGRESQL_SCHEMA:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("deals", "0002_chances_choices_and_saved_views")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
