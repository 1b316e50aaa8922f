"""What may be done with connectors: set up, test, switch, run, remove; what a run does when it is done or fails."""

import shutil
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.connectors import tasks
from afteraction.web.connectors.address import clean_address
from afteraction.web.connectors.client import AskedToWait, Client, Declined, Unanswered
from afteraction.web.connectors.fetching import Position, content_of, files_of
from afteraction.web.connectors.hubspot import HubSpot
from afteraction.web.connectors.models import CRONS, Connector, Run
from afteraction.web.connectors.salesforce import Salesforce
from afteraction.web.connectors.sealing import seal, unseal
from afteraction.web.connectors.source import Source
from afteraction.web.data import services as data
from afteraction.web.data.models import Import
from afteraction.web.data.selectors import UNDER_WAY
from afteraction.web.isolation.scope import within
from afteraction.web.jobs.schedule import following
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation, User

OVERLAP: Final = timedelta(minutes=10)
"""How far a run reads back behind the beginning of the last one: clocks differ, and searches see changes late."""


def connect(
    *, by: User, kind: Connector.Kind, address: str, client_id: str, secret: str, every: str, now: datetime
) -> Connector:
    """Connects a CRM, or changes how. An empty `secret` keeps the one that is there, but only for the same address:
    whoever could send it elsewhere could read it. Raises `Refused`.
    """
    cleaned = clean_address(address)
    before = Connector.objects.filter(organisation=by.organisation, kind=kind).first()
    if not secret and (before is None or before.address != cleaned):
        raise Refused("no secret", "the secret that belongs to this address", "enter the secret as well")
    given = {"secret": seal(secret), "secret_given_at": now} if secret else {}
    connector = before or Connector(organisation=by.organisation, kind=kind)
    for name, value in {"address": cleaned, "client_id": client_id, "every": every, "tested": {}, **given}.items():
        setattr(connector, name, value)
    connector.next_at = following(CRONS[every], now) if connector.is_on else None
    connector.save()
    return connector


def switch(*, connector: Connector, on: bool, now: datetime) -> None:
    """Lets a connector run by its schedule, or not."""
    connector.is_on, connector.next_at = on, following(CRONS[connector.every], now) if on else None
    connector.save(update_fields=["is_on", "next_at"])


@transaction.atomic
def remove(*, connector: Connector) -> None:
    """Forgets a connector and its secret. What it brought stays."""
    for run in connector.runs.all():
        shutil.rmtree(run.folder, ignore_errors=True)
    connector.delete()


def source_of(connector: Connector) -> Source:
    """The CRM of a connector, with its secret in hand. Raises `Refused` when that cannot be opened."""
    client, secret = Client(connector.address), unseal(connector.secret)
    if connector.kind == Connector.Kind.SALESFORCE:
        return Salesforce(client, connector.client_id, secret)
    return HubSpot(client, secret)


def test(*, connector: Connector, now: datetime) -> None:
    """Signs in and asks for a little of everything; `connector.tested` tells what came of it."""
    try:
        found = source_of(connector).test()
        told = {"message": "", "objects": [asdict(each) for each in found]}
    except Refused as refused:
        told = {"message": str(refused), "objects": []}
    except (AskedToWait, Unanswered, Declined) as error:
        told = {"message": str(error), "objects": []}
    connector.tested = {"at": now.isoformat(), **told}
    connector.save(update_fields=["tested"])


@transaction.atomic
def begin_run(*, connector: Connector, now: datetime) -> Run:
    """Begins fetching what is new. Raises `Refused` while an earlier run has not come to its end."""
    Connector.objects.select_for_update().get(pk=connector.pk)
    last = connector.runs.select_related("import_made").order_by("-id").first()
    if last and last.state == Run.State.FETCHING:
        raise Refused("a run that is under way", "one at a time", "wait until it has ended")
    if last and last.import_made and last.import_made.state in (*UNDER_WAY, Import.State.READY, Import.State.ADDING):
        raise Refused("an import of the last run that has not ended", "one at a time", "see the import on page Data")
    run = Run.objects.create(connector=connector, began_at=now, since=_since(connector))
    enqueue(tasks.fetch_run, run_id=run.pk)
    return run


def begin_due(*, now: datetime) -> list[Run]:
    """Begins the runs that are due, each once however many workers ask at the same moment."""
    begun = []
    for connector in Connector.objects.filter(is_on=True, next_at__lte=now):
        mine = Connector.objects.filter(pk=connector.pk, next_at=connector.next_at)
        if mine.update(next_at=following(CRONS[connector.every], now)):
            try:
                with within(connector.organisation_id):
                    begun.append(begin_run(connector=connector, now=now))
            except Refused:
                continue  # the page shows what the last run waits for
    return begun


def hand_over(*, run: Run, position: Position, now: datetime) -> None:
    """Makes an import of what a run has fetched. May be done again after a kill in the middle."""
    source_objects = source_of(run.connector).whole
    news = [name for name in files_of(run.folder) if not _is_whole(name, source_objects)]
    if run.import_made is None and not news:
        _end(run, Run.State.NOTHING, position, now)
        return
    if run.import_made is None:
        with transaction.atomic():
            organisation: Organisation = run.connector.organisation
            source = Import.Source(run.connector.kind)
            run.import_made = data.begin_by_itself(organisation=organisation, source=source)
            run.save(update_fields=["import_made"])
    if run.import_made.state == Import.State.ADDING:
        for name in files_of(run.folder):
            chunks = content_of(run.folder, name)
            data.add_file(import_=run.import_made, name=f"{name}.jsonl", chunks=chunks)
        data.look(import_=run.import_made)
    _end(run, Run.State.FETCHED, position, now)


def fail(*, run: Run, message: str, now: datetime) -> None:
    """Ends a run without an import; the next one reads the same again."""
    _end(run, Run.State.FAILED, Position(), now, message)


def _end(run: Run, state: Run.State, position: Position, now: datetime, message: str = "") -> None:
    told = {"rows": position.rows, "unread": position.unread, "message": message, "ended_at": now}
    Run.objects.filter(pk=run.pk, state=Run.State.FETCHING).update(state=state, **told)
    shutil.rmtree(run.folder, ignore_errors=True)


def _since(connector: Connector) -> datetime | None:
    """Where the next run goes on: shortly before the newest one began whose rows are in the record."""
    for run in connector.runs.select_related("import_made").order_by("-id"):
        imported = run.import_made is not None and run.import_made.state == Import.State.DONE
        if imported or run.state == Run.State.NOTHING:
            return run.began_at - OVERLAP
    return None


def _is_whole(file: str, whole: frozenset[str]) -> bool:
    """Whether a file is of objects that are always read in full: HubSpot's owners come with their teams, and so on."""
    return file in whole or file in ("owner_teams", "pipeline_stages")
