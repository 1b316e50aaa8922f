"""Trials: the list, one with its protocols, and its ledger. They are planned, signed and decided on pages."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404
from ninja import Field, Query, Schema

from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.requests import ApiRequest
from afteraction.web.api.routes import Part
from afteraction.web.api.scopes import Scope
from afteraction.web.experiments import selectors
from afteraction.web.experiments.ledger import Kind
from afteraction.web.experiments.models import Experiment, LedgerEntry, Protocol
from afteraction.web.experiments.verifying import verify

part = Part("trials")
State = Literal["draft", "running", "ended", "decided", "withdrawn"]


class TrialsQuery(PageQuery):
    """Which trials."""

    state: State | None = None


class TrialOut(Schema):
    """A trial."""

    id: int
    title: str
    question: str
    state: str
    owner: str | None
    sponsor: str | None
    made_at: datetime
    changed_at: datetime


class TrialPage(PageEnds):
    """A page of trials, the newest first."""

    items: list[TrialOut]


class SignatureOut(Schema):
    """Someone who stands by a protocol."""

    part: str = Field(description="`owner` or `sponsor`.")
    name: str
    digest: str = Field(description="The hash under which they signed.")
    at: datetime


class ProtocolOut(Schema):
    """A version of a protocol."""

    version: int
    document: dict[str, Any] = Field(description="What it says; while it is being written, as far as it is.")
    text: str = Field(description="Its canonical text, which is hashed; empty while something is missing.")
    digest: str = Field(description="The SHA-256 of the text.")
    locked_at: datetime | None
    why: str = Field(description="Why it takes the place of the one before.")
    signatures: list[SignatureOut]


class FoundOut(Schema):
    """Something that is not as it was settled."""

    kind: str
    words: str
    grave: bool = Field(description="No accident explains it.")


class TrialDetail(TrialOut):
    """A trial with every version of its protocol, and whether it is still what was settled."""

    protocols: list[ProtocolOut]
    tampered: list[FoundOut] = Field(description="Computed anew for this answer; empty where everything fits.")


class EntryOut(Schema):
    """An entry of the ledger."""

    place: int
    kind: str
    content: str = Field(description="What was settled, as its text; empty where it names single deals and people.")
    at: datetime
    previous: str = Field(description="The seal of the entry before.")
    digest: str = Field(description="Its seal: an HMAC with a key of the installation.")


class EntryPage(PageEnds):
    """A page of a ledger, the newest entries first."""

    items: list[EntryOut]


@part.get("/trials", scope=Scope.TRIALS_READ, answer=TrialPage)
def list_trials(request: ApiRequest, asked: Query[TrialsQuery]) -> TrialPage:
    """List trials, the newest first."""
    found = selectors.experiments_for(request.user)
    page = rows_of(found.filter(state=asked.state) if asked.state else found, asked)
    return TrialPage(items=[TrialOut(**_fields(each)) for each in page.rows], **page.ends)


@part.get("/trials/{int:key}", scope=Scope.TRIALS_READ, answer=TrialDetail)
def get_trial(request: ApiRequest, key: int) -> TrialDetail:
    """Get a trial with its protocols, and whether it is still what was settled."""
    trial = _trial(request, key)
    protocols = trial.protocols.prefetch_related("signatures").order_by("-version")
    return TrialDetail(
        **_fields(trial),
        protocols=[_protocol(each) for each in protocols],
        tampered=[FoundOut(kind=each.kind, words=each.words, grave=each.grave) for each in verify(trial)],
    )


@part.get("/trials/{int:key}/protocols/{int:version}", scope=Scope.TRIALS_READ, answer=ProtocolOut)
def get_protocol(request: ApiRequest, key: int, version: int) -> ProtocolOut:
    """Get a version of a protocol."""
    found = _trial(request, key).protocols.filter(version=version).first()
    if found is None:
        raise Http404
    return _protocol(found)


@part.get("/trials/{int:key}/ledger", scope=Scope.TRIALS_READ, answer=EntryPage)
def get_trial_ledger(request: ApiRequest, key: int, asked: Query[PageQuery]) -> EntryPage:
    """Get what was settled of a trial, the newest first."""
    page = rows_of(_trial(request, key).ledger.all(), asked)
    return EntryPage(items=[_entry(each) for each in page.rows], **page.ends)


def _entry(entry: LedgerEntry) -> EntryOut:
    told = {name: getattr(entry, name) for name in ("place", "kind", "at", "previous", "digest")}
    # Whose deal is in which arm, and who told what, is for those who may see that deal.
    return EntryOut(**told, content="" if entry.kind in (Kind.ASSIGNED, Kind.EXPOSED) else entry.content)


def _trial(request: ApiRequest, key: int) -> Experiment:
    found = selectors.experiment_for(request.user, key)
    if found is None:
        raise Http404
    return found


def _fields(trial: Experiment) -> dict[str, Any]:
    people = {name: str(who) if (who := getattr(trial, name)) else None for name in ("owner", "sponsor")}
    return (
        {name: getattr(trial, name) for name in ("title", "question", "state", "made_at", "changed_at")}
        | people
        | {"id": trial.pk}
    )


def _protocol(protocol: Protocol) -> ProtocolOut:
    signatures = sorted(protocol.signatures.all(), key=lambda each: each.at)
    document = protocol.document if isinstance(protocol.document, dict) else {}
    return ProtocolOut(
        **{name: getattr(protocol, name) for name in ("version", "text", "digest", "locked_at", "why")},
        document=document,
        signatures=[SignatureOut.from_orm(each) for each in signatures],
    )
