"""`migrate`, as Django has it; on PostgreSQL it waits for others instead of stopping them, then makes the policies."""

from typing import Any, Final

from django.core.management.commands import migrate
from django.db import connections

from afteraction.web.isolation import policies
from afteraction.web.isolation.patience import waiting_politely
from afteraction.web.isolation.scope import across_organisations

_ASKED_ALONE: Final = ("check_unapplied", "plan", "prune")
"""Options with which Django's command changes no table."""


class Command(migrate.Command):
    """Also where tables are made for tests: whoever has tables has their policies."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return
        with (
            across_organisations("migrating: tables change for everyone at once"),
            waiting_politely(connection) as again,
        ):
            again(lambda: super(Command, self).handle(*args, **options))
            if not any(options.get(name) for name in _ASKED_ALONE):
                change = policies.install if policies.are_wanted(connection) else policies.remove
                again(lambda: change(connection))
