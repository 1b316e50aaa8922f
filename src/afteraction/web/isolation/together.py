"""First migrations of apps: their tables are made together.

Django keeps every model rendered while it migrates, and renders again whatever is related to a table that it makes.
Here nearly everything is, by the organisation that it belongs to: the first start of an installation was busy with that
for 20 seconds.
"""

from copy import copy
from itertools import groupby
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel, Migration
from django.db.migrations.state import ProjectState


class TablesTogether(Migration):
    """A migration whose tables, where they stand one after the other, are all in the state before the first is made."""

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        for are_tables, operations in groupby(self.operations, lambda each: isinstance(each, CreateModel)):
            if not are_tables:
                part: Any = copy(self)
                part.operations = list(operations)
                project_state = Migration.apply(part, project_state, schema_editor)
                continue
            before = project_state.clone()
            project_state.__dict__.pop("apps", None)  # what is rendered is, next time, rendered once
            tables = list(operations)
            for table in tables:
                table.state_forwards(self.app_label, project_state)
            for table in tables:
                table.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state
