"""What there is to know about connectors. Every query starts from one organisation."""

from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from afteraction.web.connectors.models import Connector, Run
from afteraction.web.data.models import Import
from afteraction.web.people.models import Organisation

RECENT: Final = 8
State = Import.State


@dataclass(frozen=True)
class Standing:
    """How a connector or folder stands: the name of a chip with its word, and a sentence on what to do, if anything."""

    chip: str
    word: str
    problem: str = ""
    import_key: int | None = None


def connector_of(organisation: Organisation, kind: str) -> Connector | None:
    """The connector of a kind."""
    return Connector.objects.filter(organisation=organisation, kind=kind).first()


def runs_of(organisation: Organisation, kind: str = "") -> "QuerySet[Run]":
    """The runs of all connectors of an organisation, or of one, newest first."""
    found = Run.objects.filter(connector__organisation=organisation).select_related("connector", "import_made")
    return (found.filter(connector__kind=kind) if kind else found).order_by("-id")


def standing(connector: Connector) -> Standing:
    """How a connector stands, by its last run and what became of it."""
    last = runs_of(connector.organisation, connector.kind).first()
    if last and last.state == Run.State.FETCHING:
        return Standing("running", "Fetching")
    if last and last.state == Run.State.FAILED:
        return Standing("failed", "Failed", last.message)
    made = last.import_made if last else None
    if made and made.state == State.READY:
        return Standing("waiting", "Waits for you", "Its columns need a person before anything is imported.", made.pk)
    if made and made.state in (State.REFUSED, State.FAILED):
        return Standing("failed", "Import refused", made.message, made.pk)
    if not connector.is_on:
        return Standing("deactivated", "Off")
    return Standing("active", "Connected") if last else Standing("waiting", "Not run yet")


def waiting(organisation: Organisation) -> list[Import]:
    """Imports that came by themselves and need a person: new headers, a doubt, a refusal. The newest first."""
    found = Import.objects.filter(organisation=organisation, state__in=(State.READY, State.REFUSED, State.FAILED))
    return list(found.exclude(source=Import.Source.PERSON).prefetch_related("files").order_by("-id"))


def folder_imports(organisation: Organisation) -> list[Import]:
    """The newest imports of the watched folder."""
    found = Import.objects.filter(organisation=organisation, source=Import.Source.FOLDER)
    return list(found.exclude(state__in=(State.ADDING, State.DISCARDED)).order_by("-id")[:RECENT])
