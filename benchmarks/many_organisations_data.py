"""The organisations of `many_organisations`, and a pass of what comes round, each in a process of its own."""

import os
import random
import shutil
import sys
import time
from pathlib import Path
from typing import Final

from benchmarks.load_many_people import signed_in
from benchmarks.measure import report
from benchmarks.web_load_data import PASSWORD, Place, record

DEALS: Final = 60
"""Of each organisation."""
VISITED: Final = 100
"""Organisations, drawn by the seed."""
SEED: Final = 20261126
PARTS: Final = ("admin", "manager", "operations", "rep", "executive")


def address(number: int, part: str) -> str:
    """Whom one signs in as."""
    return f"{part}@organisation{number}.example"


def make(place: Place, count: int) -> int:
    """As many organisations as are asked for, those that are there already among them; how many are new."""
    place.start_django()
    from django.contrib.auth.hashers import make_password

    from afteraction.web.deals.index import refresh_index
    from afteraction.web.deals.models import IndexState
    from afteraction.web.isolation.scope import within
    from afteraction.web.people.bootstrap import prepare_database
    from afteraction.web.people.models import Organisation, Role, User

    prepare_database()
    record(place)
    password = make_password(PASSWORD)
    ready = set(IndexState.objects.filter(version__gt=0).values_list("organisation__folder", flat=True))
    missing = [number for number in range(count) if f"organisation-{number}" not in ready]
    for number in missing:
        folder = f"organisation-{number}"
        organisation, _ = Organisation.objects.get_or_create(folder=folder, defaults={"name": f"Organisation {number}"})
        if not organisation.home.lake.exists():
            draft = organisation.home.folder / "lake.copying"
            shutil.rmtree(draft, ignore_errors=True)
            shutil.copytree(place.home / "lake", draft, copy_function=os.link)
            draft.rename(organisation.home.lake)
        people = [
            User(
                email=address(number, part),
                name=part.title(),
                role=Role(part),
                organisation=organisation,
                password=password,
            )
            for part in PARTS
        ]
        User.objects.bulk_create(people, ignore_conflicts=True)
        with within(organisation.pk):
            refresh_index(organisation=organisation)
    return len(missing)


def sign_in(place: Place, count: int) -> list[str]:
    """Sessions of an admin of each organisation that is visited: so many passwords at once would be refused."""
    place.start_django()
    from afteraction.web.people.models import User

    numbers = random.Random(SEED).sample(range(count), min(VISITED, count))
    return [signed_in(User.objects.get(email=address(number, "admin"))) for number in numbers]


def schedule(place: Place) -> dict[str, tuple[float, int]]:
    """Runs everything that comes round once: its seconds, and the jobs that it put into the queue."""
    place.start_django()
    from django.utils.module_loading import import_string
    from django_tasks_db.models import DBTaskResult

    from afteraction.web.jobs.schedule import declared

    found = {}
    DBTaskResult.objects.all().delete()
    for each in declared():
        began, before = time.monotonic(), DBTaskResult.objects.count()
        import_string(each.task_path).call()
        found[each.name] = (time.monotonic() - began, DBTaskResult.objects.count() - before)
    DBTaskResult.objects.all().delete()
    return found


def main() -> None:
    what, shared, database, count = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    place = Place(shared, shared / "home", DEALS, database)
    began = time.monotonic()
    answer: object
    match what:
        case "make":
            answer = make(place, count)
        case "sign in":
            answer = sign_in(place, count)
        case _:
            answer = schedule(place)
    report(time.monotonic() - began, answer)


if __name__ == "__main__":
    main()
