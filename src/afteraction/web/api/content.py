"""Content: the library, one piece with what it does, and saying that a piece was used in a deal."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404
from django.utils import timezone
from ninja import Field, Query, Schema

from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Part
from afteraction.web.api.scopes import Scope
from afteraction.web.content import selectors, uses
from afteraction.web.content.models import Piece
from afteraction.web.content.selectors import PieceList
from afteraction.web.deals.selectors import deal_for

part = Part("content")


class ContentQuery(PageQuery):
    """Which pieces."""

    state: Literal["in_use", "draft", "retired"] | None = Field(None, description="Without one, those in use.")
    kind: str = Field("", max_length=80)
    stage: str = Field("", max_length=200, description="Those for this stage, or for any.")
    segment: str = Field("", max_length=200, description="Those for this segment, or for any.")
    buyer_role: str = Field("", max_length=120, description="Those for this role of a buyer, or for any.")
    search: str = Field("", max_length=200)


class UseIn(Body):
    """Whether you used a piece in a deal, and which role of the buyer read it."""

    deal_id: str = Field(min_length=1, max_length=300)
    used: bool = Field(True, description="False takes back what you said.")
    reader_role: str = Field("", max_length=120)


class PieceOut(Schema):
    """A piece of content."""

    id: int
    title: str
    kind: str
    address: str
    reference: str = Field(description="The name of its file.")
    stage: str
    segment: str
    buyer_role: str
    owner: str | None
    state: str
    version: int
    valid_until: date | None
    deals: int = Field(description="In how many deals it was used.")
    last_used_at: datetime | None
    changed_at: datetime


class ReadersOut(Schema):
    """A role of buyers by whom a piece was read, in so many deals."""

    role: str
    deals: int


class PieceDetail(PieceOut):
    """A piece with what is known of it."""

    text: str
    effect: dict[str, Any] = Field(
        description="What it does to winning: verdict, effect with its interval, n, or `refused` with the reason."
    )
    data_version: int | None = Field(description="The one that the effect is about.")
    useful: int = Field(description="Colleagues who find it useful.")
    rated: int = Field(description="Colleagues who rated it.")
    readers: list[ReadersOut]


class PiecePage(PageEnds):
    """A page of pieces, the newest first."""

    items: list[PieceOut]


@part.get("/content", scope=Scope.CONTENT_READ, answer=PiecePage)
def list_content(request: ApiRequest, asked: Query[ContentQuery]) -> PiecePage:
    """List pieces of content, the newest first."""
    wanted = PieceList(
        state="" if asked.state in (None, "in_use") else str(asked.state), kind=asked.kind, stage=asked.stage,
        segment=asked.segment, buyer_role=asked.buyer_role, search=asked.search.strip(),
    )  # fmt: skip
    page = rows_of(selectors.pieces_for(request.user, wanted), asked)
    return PiecePage(items=[PieceOut(**_fields(each)) for each in page.rows], **page.ends)


@part.get("/content/{int:key}", scope=Scope.CONTENT_READ, answer=PieceDetail)
def get_content(request: ApiRequest, key: int) -> PieceDetail:
    """Get a piece of content with its effect, its readers and what colleagues say of it."""
    piece = _piece(request, key)
    rated = selectors.ratings_of([piece.pk]).get(piece.pk)
    return PieceDetail(
        **_fields(piece),
        text=piece.text,
        effect=piece.effect,
        data_version=piece.data_version,
        useful=rated.count if rated else 0,
        rated=rated.n if rated else 0,
        readers=[ReadersOut(role=each.role, deals=each.deals) for each in selectors.readers_of(piece)],
    )


@part.put("/content/{int:key}/use", scope=Scope.CONTENT_WRITE, answer=None, status=204, refused=409)
def use_content(request: ApiRequest, key: int, asked: UseIn) -> None:
    """Say that you used a piece in a deal, or take that back."""
    piece, deal = _piece(request, key), deal_for(request.user, asked.deal_id)
    if deal is None:
        raise Http404
    if asked.used:
        uses.use(by=request.user, piece=piece, deal=deal, now=timezone.now(), reader_role=asked.reader_role)
    else:
        uses.take_back(by=request.user, piece=piece, deal=deal)


def _piece(request: ApiRequest, key: int) -> Piece:
    found = selectors.piece_of(request.user, key)
    if found is None:
        raise Http404
    return found


def _fields(piece: Piece) -> dict[str, Any]:
    told = {name: getattr(piece, name) for name in set(PieceOut.model_fields) - {"id", "owner"}}
    return told | {"id": piece.pk, "owner": str(piece.owner) if piece.owner else None}
