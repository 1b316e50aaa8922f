"""Listening: the accounts to call, trigger events and what became of them, one's own watches."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404
from django.utils import timezone
from ninja import Field, Query, Schema

from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.listening import acting, correcting
from afteraction.web.listening.models import ListeningResult, TriggerEvent, Watch
from afteraction.web.listening.selectors import Asked, events_for, ranked_for, result_of
from afteraction.web.listening.watching import Terms, remove_watch, save_watch, try_terms, watches_of

part = Part("listening")
Said = Literal["", "call", "later", "not_relevant", "done"]


class RankedOut(Schema):
    """An account to call, and why. Without an interval the chance is an opinion by stated weights, not learned."""

    place: int
    account_id: str
    account: str
    owner: str = Field(description="Who has its newest deal on record.")
    segment: str
    chance: float = Field(description="Of buying within the horizon, from 0 to 1.")
    low: float | None
    high: float | None
    n: int | None = Field(description="From how many moments of accounts it was learned; null for an opinion.")
    reasons: list[str] = Field(description="Sentences, the strongest first.")


class RankedList(Schema):
    """The accounts to call, the first on top."""

    items: list[RankedOut]
    opinion: bool = Field(description="Whether the order is by stated weights, for there is too little to learn from.")
    basis: str


class RankedQuery(Schema):
    """Which accounts."""

    state: Said = Field("", description="What was said of their events; empty: those that wait.")
    kind: str = Field("", max_length=40)
    mine: bool = False
    limit: int = Field(50, ge=1, le=200)


class SourceOut(Schema):
    """An item that tells an event's story."""

    source: str
    title: str
    url: str


class TriggerEventOut(Schema):
    """A trigger event: a story about an account, and the sentence that shows it."""

    id: int
    account_id: str
    account: str
    kind: str
    title: str
    sentence: str
    confidence: float
    at: datetime
    told: int = Field(description="How many items tell the same story.")
    sources: list[SourceOut]
    said: str
    why: str
    again_on: date | None
    said_by: str | None
    deal_id: str
    lead_id: int | None


class TriggerEventPage(PageEnds):
    """A page of trigger events, the newest read first."""

    items: list[TriggerEventOut]


class TriggerEventQuery(PageQuery):
    """Which events."""

    account_id: str = Field("", max_length=300)
    kind: str = Field("", max_length=40)
    said: Said | None = None


class SayIn(Body):
    """What becomes of an event."""

    said: Said
    why: str = Field("", max_length=300, description="Needed for `not_relevant`.")
    again_on: date | None = Field(None, description="The day on which a `later` one comes back.")


class CorrectIn(Body):
    """What was read wrongly: the right kind, the right account, or that it is none of yours."""

    kind: str = Field("", max_length=40)
    account_id: str = Field("", max_length=300)
    none_of_ours: bool = False


class TermsIn(Body):
    """What a watch asks for: all groups must hold, of each group anything."""

    accounts: list[str] = Field([], max_length=50)
    segments: list[str] = Field([], max_length=50)
    competitors: list[str] = Field([], max_length=50)
    roles: list[str] = Field([], max_length=50)
    kinds: list[str] = Field([], max_length=50)
    words: list[str] = Field([], max_length=50)


class WatchIn(Body):
    """A watch."""

    name: str = Field(min_length=1, max_length=160)
    terms: TermsIn
    by_mail: bool = True
    is_on: bool = True


class WatchOut(Schema):
    """One of your watches."""

    id: int
    name: str
    terms: dict[str, list[str]]
    by_mail: bool
    is_on: bool


class WatchList(Schema):
    """Your watches."""

    items: list[WatchOut]


class TriedOut(Schema):
    """What a watch would have found."""

    count: int
    since: datetime
    titles: list[str] = Field(description="Of the newest.")


@part.get("/listening/accounts", scope=Scope.LISTENING_READ, answer=RankedList)
def list_accounts_to_call(request: ApiRequest, asked: Query[RankedQuery]) -> RankedList:
    """List the accounts to call, the first on top."""
    user = request.user
    narrowed = Asked(state=asked.state, kind=asked.kind, whose="mine" if asked.mine else "")
    rows = ranked_for(user, narrowed, now=timezone.now())[: asked.limit]
    result = result_of(user.organisation, ListeningResult.Kind.RANKING)
    figures = result.figures if result else {}
    names = set(RankedOut.model_fields)
    return RankedList(
        items=[RankedOut(**{name: getattr(each, name) for name in names}) for each in rows],
        opinion=bool(figures.get("opinion", True)),
        basis=str(figures.get("words", "")),
    )


@part.get("/listening/events", scope=Scope.LISTENING_READ, answer=TriggerEventPage)
def list_trigger_events(request: ApiRequest, asked: Query[TriggerEventQuery]) -> TriggerEventPage:
    """List trigger events."""
    found = events_for(request.user).prefetch_related("story__items__source")
    if asked.account_id:
        found = found.filter(account_id=asked.account_id)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.said is not None:
        found = found.filter(said=asked.said)
    page = rows_of(found, asked)
    return TriggerEventPage(items=[_event_out(each) for each in page.rows], **page.ends)


@part.get("/listening/events/{int:key}", scope=Scope.LISTENING_READ, answer=TriggerEventOut)
def get_trigger_event(request: ApiRequest, key: int) -> TriggerEventOut:
    """Get a trigger event."""
    return _event_out(_event(request, key))


@part.put("/listening/events/{int:key}/outcome", scope=Scope.LISTENING_WRITE, answer=TriggerEventOut)
def say_of_trigger_event(request: ApiRequest, key: int, asked: SayIn) -> TriggerEventOut:
    """Say what becomes of a trigger event."""
    acting.say(
        by=request.user, event=_event(request, key), said=asked.said, now=timezone.now(), why=asked.why,
        again_on=asked.again_on,
    )  # fmt: skip
    return _event_out(_event(request, key))


@part.put("/listening/events/{int:key}/correction", scope=Scope.LISTENING_WRITE, answer=TriggerEventOut)
def correct_trigger_event(request: ApiRequest, key: int, asked: CorrectIn) -> TriggerEventOut:
    """Correct the kind or the account of a trigger event; what comes next is read by that."""
    event, now = _event(request, key), timezone.now()
    if asked.kind:
        correcting.correct_kind(by=request.user, event=event, kind=asked.kind)
    if asked.none_of_ours:
        correcting.not_ours(by=request.user, event=event, now=now)
    elif asked.account_id:
        correcting.correct_account(by=request.user, event=event, account_id=asked.account_id, now=now)
    return _event_out(_event(request, key))


@part.get("/listening/watches", scope=Scope.LISTENING_READ, answer=WatchList)
def list_watches(request: ApiRequest) -> WatchList:
    """List your watches."""
    return WatchList(items=[_watch_out(each) for each in watches_of(request.user)])


@part.post("/listening/watches", scope=Scope.LISTENING_WRITE, answer=WatchOut, status=201)
def make_watch(request: ApiRequest, asked: WatchIn) -> Made:
    """Make a watch."""
    made = save_watch(
        by=request.user, name=asked.name, terms=Terms.read(asked.terms.model_dump()), now=timezone.now(),
        by_mail=asked.by_mail, is_on=asked.is_on,
    )  # fmt: skip
    return Made(_watch_out(made), 201, f"/api/v1/listening/watches/{made.pk}")


@part.post("/listening/watches/trial", scope=Scope.LISTENING_READ, answer=TriedOut, keyed=False)
def try_watch(request: ApiRequest, asked: TermsIn) -> TriedOut:
    """See what a watch would have found in the last year."""
    tried = try_terms(request.user, Terms.read(asked.model_dump()), now=timezone.now())
    return TriedOut(count=tried.count, since=tried.since, titles=[each.story.title for each in tried.found])


@part.get("/listening/watches/{int:key}", scope=Scope.LISTENING_READ, answer=WatchOut)
def get_watch(request: ApiRequest, key: int) -> WatchOut:
    """Get one of your watches."""
    return _watch_out(_watch(request, key))


@part.put("/listening/watches/{int:key}", scope=Scope.LISTENING_WRITE, answer=WatchOut)
def change_watch(request: ApiRequest, key: int, asked: WatchIn) -> WatchOut:
    """Change one of your watches."""
    changed = save_watch(
        by=request.user, name=asked.name, terms=Terms.read(asked.terms.model_dump()), now=timezone.now(),
        watch=_watch(request, key), by_mail=asked.by_mail, is_on=asked.is_on,
    )  # fmt: skip
    return _watch_out(changed)


@part.delete("/listening/watches/{int:key}", scope=Scope.LISTENING_WRITE, answer=None, status=204)
def delete_watch(request: ApiRequest, key: int) -> Made:
    """Take one of your watches away."""
    remove_watch(by=request.user, watch=_watch(request, key))
    return Made(None, 204)


def _event(request: ApiRequest, key: int) -> TriggerEvent:
    found = events_for(request.user).prefetch_related("story__items__source").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _watch(request: ApiRequest, key: int) -> Watch:
    found = watches_of(request.user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _event_out(event: TriggerEvent) -> TriggerEventOut:
    same = set(TriggerEventOut.model_fields) - {"id", "title", "told", "sources", "said_by"}
    told: dict[str, Any] = {name: getattr(event, name) for name in same}
    sources = [SourceOut(source=str(i.source), title=i.title, url=i.url) for i in event.story.items.all()[:20]]
    return TriggerEventOut(
        id=event.pk, title=event.story.title, told=event.story.told, sources=sources,
        said_by=str(event.said_by) if event.said_by else None, **told,
    )  # fmt: skip


def _watch_out(watch: Watch) -> WatchOut:
    return WatchOut(
        id=watch.pk, name=watch.name, terms=Terms.read(watch.terms).kept(), by_mail=watch.by_mail, is_on=watch.is_on
    )
