"""What there is to read of content. Every query starts from the organisation of who asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet

from afteraction.analysis.intervals import Rate, rate
from afteraction.web.content.models import (
    ContentRequest,
    ContentState,
    EffectDeals,
    Insight,
    Piece,
    PieceUse,
    Rating,
    RequestNotice,
    RequestVote,
)
from afteraction.web.content.search import find
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.deals.selectors import as_of
from afteraction.web.insights.selectors import newest_results
from afteraction.web.people.models import Organisation, User

PER_PAGE: Final = 25
LATELY_DAYS: Final = 90
"""How long a piece may go unused before that is said of it, while deals that it is for came by."""
FEWEST_FITTING: Final = 5
"""Deals that a piece was for lately, below which nobody can be blamed for not using it."""
STATES: Final = {"": "In use", "draft": "To be approved", "retired": "Retired", "all": "All"}
FILTERS: Final = ("kind", "stage", "segment", "buyer_role")


@dataclass(frozen=True)
class PieceList:
    """Which pieces are asked for: in which state, of which kind, for which deals, whose, with which words."""

    state: str = ""
    kind: str = ""
    stage: str = ""
    segment: str = ""
    buyer_role: str = ""
    whose: str = ""
    search: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> "PieceList":
        """The list that an address asks for; what cannot be read is left out."""
        state, whose = str(query.get("state", "")), str(query.get("whose", ""))
        told = {name: str(query.get(name, ""))[:200] for name in FILTERS}
        return cls(
            state=state if state in STATES else "",
            whose=whose if whose == "mine" else "",
            search=str(query.get("search", "")).strip()[:200],
            **told,
        )

    def query(self, **changed: str) -> str:
        """The list as the query of an address, with some of it changed."""
        return urlencode({name: value for name, value in (vars(self) | changed).items() if value})


def pieces_of(user: User) -> "QuerySet[Piece]":
    """Every piece of someone's organisation."""
    return Piece.objects.filter(organisation=user.organisation)


def piece_of(user: User, key: int) -> Piece | None:
    """A piece that someone may open."""
    return pieces_of(user).select_related("owner", "organisation").filter(pk=key).first()


def pieces_for(user: User, asked: PieceList) -> "QuerySet[Piece]":
    """The pieces that someone asks for, those used most first. A piece for any deal is for each stage and segment."""
    found = _narrowed(user, asked)
    if asked.state != "all":
        found = found.filter(state=asked.state or Piece.State.IN_USE)
    return found.select_related("owner").order_by("-deals", "title", "pk")


def counts_of(user: User, asked: PieceList) -> dict[str, int]:
    """How many pieces each state has of those that are asked for otherwise."""
    rows = _narrowed(user, asked).aggregate(
        all=Count("pk"), **{state.value: Count("pk", filter=Q(state=state)) for state in Piece.State}
    )
    return {state: rows[state or "in_use"] for state in STATES}


def page_of(found: "QuerySet[Piece]", number: str | None) -> Any:
    """A page of pieces."""
    return Paginator(found, PER_PAGE).get_page(number)


def choices_of(user: User) -> dict[str, list[str]]:
    """The values that pieces have for each filter."""
    return {name: sorted(set(pieces_of(user).exclude(**{name: ""}).values_list(name, flat=True))) for name in FILTERS}


def roles_of(user: User) -> list[str]:
    """The roles of buyers that the record and the pieces know."""
    state = ContentState.objects.filter(organisation=user.organisation).first()
    said = pieces_of(user).exclude(buyer_role="").values_list("buyer_role", flat=True)
    return list(dict.fromkeys([*(state.roles if state else ()), *said]))


def ratings_of(pieces: Sequence[int]) -> dict[int, Rate]:
    """How many of those who rated each piece find it useful."""
    rows = Rating.objects.filter(piece__in=list(pieces)).order_by().values("piece")
    counted = rows.annotate(n=Count("pk"), useful=Count("pk", filter=Q(useful=True)))
    return {row["piece"]: rate(row["useful"], row["n"]) for row in counted}


@dataclass(frozen=True)
class Readers:
    """A role of buyers by whom a piece was read, in so many deals."""

    role: str
    deals: int


def readers_of(piece: Piece, most: int = 8) -> list[Readers]:
    """By which roles a piece was read, as far as the record or a colleague says so."""
    rows = piece.uses.exclude(reader_role="").order_by().values("reader_role")
    counted = rows.annotate(n=Count("deal_id", distinct=True)).order_by("-n", "reader_role")[:most]
    return [Readers(row["reader_role"], row["n"]) for row in counted]


@dataclass(frozen=True)
class UseLine:
    """A use with its deal; `deal` is None where it is not on record (any more)."""

    use: PieceUse
    deal: Deal | None


def uses_of(piece: Piece, number: str | None) -> tuple[Any, list[UseLine]]:
    """A page of the uses of a piece, the newest first."""
    page = Paginator(piece.uses.select_related("person").order_by("-at", "-id"), PER_PAGE).get_page(number)
    rows = list(page.object_list)
    known = _deals(piece.organisation_id, [row.deal_id for row in rows])
    return page, [UseLine(row, known.get(row.deal_id)) for row in rows]


def behind(piece: Piece, side: str, most: int = 200) -> tuple[int, list[Deal]]:
    """The deals that an effect compares, those that had the piece in time or those that had not: how many, and some."""
    kept = EffectDeals.objects.filter(piece=piece).first()
    keys = [] if kept is None else kept.had if side == "had" else kept.had_not
    known = _deals(piece.organisation_id, keys[:most])
    return len(keys), [known[key] for key in keys[:most] if key in known]


@dataclass(frozen=True)
class Stale:
    """A piece that is outdated, or that nobody used though deals that it is for came by."""

    piece: Piece
    days: int
    fits: int


def outdated(user: User, *, today: date) -> list[Piece]:
    """Pieces in use whose date has passed, the longest first."""
    found = pieces_of(user).filter(state=Piece.State.IN_USE, valid_until__lt=today)
    return list(found.select_related("owner").order_by("valid_until", "pk"))


def expiring(user: User, *, today: date, within: timedelta = timedelta(days=30)) -> list[Piece]:
    """Pieces in use whose date will pass soon."""
    found = pieces_of(user).filter(state=Piece.State.IN_USE, valid_until__gte=today, valid_until__lte=today + within)
    return list(found.select_related("owner").order_by("valid_until", "pk"))


def unused(user: User, *, now: datetime) -> tuple[list[Stale], list[Piece]]:
    """Pieces that were not used lately though deals that they are for came by, and those of which this cannot be told.

    Days are counted to the end of the record: a record that stands still makes no piece unused.
    """
    until = min(as_of(user.organisation) or now, now)
    since = until - timedelta(days=LATELY_DAYS)
    lying = pieces_of(user).filter(state=Piece.State.IN_USE).select_related("owner")
    lying = lying.filter(Q(last_used_at=None) | Q(last_used_at__lt=since)).order_by("title", "pk")
    told, untold = [], []
    for piece in lying:
        fits = int(piece.figures.get("fits", 0))
        began = max(piece.made_at, piece.last_used_at or piece.made_at)
        if fits >= FEWEST_FITTING:
            told.append(Stale(piece, max((until - (piece.last_used_at or began)).days, 0), fits))
        else:
            untold.append(piece)
    return sorted(told, key=lambda each: (-each.fits, each.piece.title)), untold


def requests_for(user: User, *, state: str = "open") -> "QuerySet[ContentRequest]":
    """What was asked for, those with most votes first."""
    found = ContentRequest.objects.filter(organisation=user.organisation)
    if state:
        found = found.filter(state=state)
    found = found.annotate(n_votes=Count("votes", distinct=True), n_deals=Count("deals", distinct=True))
    return found.select_related("asked_by", "piece", "answered_by").order_by("-n_votes", "-asked_at", "-pk")


def request_of(user: User, key: int) -> ContentRequest | None:
    """A request that someone may open."""
    return requests_for(user, state="").filter(pk=key).first()


def voted_by(user: User) -> set[int]:
    """The open requests that someone voted for."""
    mine = RequestVote.objects.filter(person=user, request__organisation=user.organisation)
    return set(mine.values_list("request", flat=True))


def deals_of_request(request: ContentRequest) -> list[Deal]:
    """The deals that something is asked for."""
    known = _deals(request.organisation_id, request.deals.values_list("deal_id", flat=True))
    return sorted(known.values(), key=lambda deal: (-(deal.amount or 0), deal.deal_id))


def unseen_answers(user: User) -> list[RequestNotice]:
    """Answers to what someone asked or voted for, that they have not looked at."""
    found = RequestNotice.objects.filter(person=user, seen_at=None, request__organisation=user.organisation)
    return list(found.select_related("request__piece", "request__answered_by").order_by("-told_at")[:5])


def insights_of(user: User) -> "QuerySet[Insight]":
    """The drafts of insight pieces, the newest first."""
    found = Insight.objects.filter(organisation=user.organisation).select_related("made_by", "checked_by", "piece")
    return found.order_by("-made_at", "-pk")


def insight_of(user: User, key: int) -> Insight | None:
    """A draft that someone may open."""
    return insights_of(user).filter(pk=key).first()


def to_follow(organisation: Organisation, *, taps_before: datetime) -> tuple[bool, bool]:
    """Whether the record has to be read for uses, and whether effects have to be measured anew."""
    index = IndexState.objects.filter(organisation=organisation, version__gt=0).first()
    state = ContentState.objects.filter(organisation=organisation).first()
    if index is not None and (state is None or state.matched_version != index.version):
        return True, False
    shown = newest_results(organisation)
    if shown is None or state is None or not Piece.objects.filter(organisation=organisation).exists():
        return False, False
    if state.measured_version != shown.analysis.data_version or state.measured_at is None:
        return False, True
    told = PieceUse.objects.filter(organisation=organisation, at__gt=state.measured_at, source__in=("tap", "link"))
    return False, state.measured_at < taps_before and told.exists()


def _narrowed(user: User, asked: PieceList) -> "QuerySet[Piece]":
    found = find(user.organisation, asked.search) if asked.search else None
    pieces = found if found is not None else pieces_of(user)
    if asked.kind:
        pieces = pieces.filter(kind=asked.kind)
    for name in ("stage", "segment", "buyer_role"):
        value = getattr(asked, name)
        if value:
            pieces = pieces.filter(**{f"{name}__in": ("", value)})
    return pieces.filter(owner=user) if asked.whose == "mine" else pieces


def _deals(organisation: int, keys: Any) -> dict[str, Deal]:
    deals = Deal.objects.filter(organisation=organisation, deal_id__in=list(keys))
    return {deal.deal_id: deal for deal in deals.order_by(F("last_event_at").desc(nulls_last=True))}
