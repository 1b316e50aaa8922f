"""`afteraction manage rebuild_index`: make the mirror of deals again from the lake."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from afteraction.errors import Refused
from afteraction.web.deals.index import refresh_index
from afteraction.web.people.models import Organisation


class Command(BaseCommand):
    help = "Makes the mirror of deals in the database again from the data of each organisation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", help="Name of the one organisation to do; by default all.")

    def handle(self, *_args: Any, **options: Any) -> None:
        organisations = Organisation.objects.order_by("name")
        if name := options["organisation"]:
            known = ", ".join(organisations.values_list("name", flat=True)) or "none yet"
            organisations = organisations.filter(name=name)
            if not organisations:
                raise CommandError(f"Found: no organisation {name!r}. Expected: one of {known}.")
        for organisation in organisations:
            try:
                done = refresh_index(organisation=organisation, rebuild=True)
            except Refused as refused:
                raise CommandError(f"{organisation}: {refused}") from refused
            text = f"data version {done.version}, {done.deals:,} deals" if done.version else "no data yet"
            left_out = f", {done.left_out:,} left out: their ids are too long" if done.left_out else ""
            self.stdout.write(f"{organisation}: {text}{left_out}")
