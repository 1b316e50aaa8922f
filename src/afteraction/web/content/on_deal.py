"""Content on a deal: at most three pieces that fit it now and why, those used in it, and one tap to say "I used this".

A piece fits by the stage that the deal is in, its segment, and the roles of the buyer's people as far as the record
tells them. One that is outdated, was used here already, or was found to cost wins is not suggested.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q

from afteraction.analysis.intervals import Rate
from afteraction.report.wording import interval, listed
from afteraction.web.content.findings import effect_of, in_short
from afteraction.web.content.models import DealLink, DealRoles, Piece, PieceUse
from afteraction.web.content.selectors import ratings_of
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User

SHOWN: Final = 3
_LOOKED_AT: Final = 200
"""Pieces that fit by their scope and are put in order: those used most."""
_BY: Final = {"stage": 4.0, "buyer_role": 3.0, "segment": 2.0}
_HELPS: Final = 3.0
_HALF: Final = 0.5


@dataclass(frozen=True)
class Fitting:
    """A piece for a deal, with the reasons in words, the strongest first."""

    piece: Piece
    reasons: tuple[str, ...]
    score: float


@dataclass(frozen=True)
class Used:
    """A piece that was used in the deal: by whom, read by which roles, and whether this person said so themselves."""

    piece: Piece
    uses: tuple[PieceUse, ...]
    mine: bool

    @property
    def roles(self) -> str:
        """By whom it was read, in words; empty where nobody tells."""
        return listed(list(dict.fromkeys(use.reader_role for use in self.uses if use.reader_role)))

    @property
    def told_by(self) -> str:
        """What tells of it, in words."""
        return listed(list(dict.fromkeys(use.get_source_display().lower() for use in self.uses)))


@dataclass(frozen=True)
class OnDeal:
    """What is shown on a deal: pieces that fit now, those used, links made for it, and the roles to choose from."""

    deal: Deal
    fitting: tuple[Fitting, ...]
    used: tuple[Used, ...]
    links: tuple[DealLink, ...]
    roles: tuple[str, ...]
    more: int


def on_deal(user: User, deal: Deal, *, today: date) -> OnDeal:
    """The pieces for a deal, and those that were used in it. For a deal that has ended none are suggested."""
    uses = PieceUse.objects.filter(organisation=user.organisation, deal_id=deal.deal_id).order_by("at", "pk")
    of_piece: dict[int, list[PieceUse]] = {}
    for use in uses.select_related("piece", "person"):
        of_piece.setdefault(use.piece_id, []).append(use)
    used = tuple(
        Used(each[0].piece, tuple(each), any(one.source == "tap" and one.person_id == user.pk for one in each))
        for each in of_piece.values()
    )
    known = DealRoles.objects.filter(organisation=user.organisation, deal_id=deal.deal_id).first()
    roles = tuple(known.roles) if known else ()
    fitting: Sequence[Fitting] = ()
    if deal.outcome == "open":
        fitting = fits(deal, roles, without=list(of_piece), today=today)
    links = DealLink.objects.filter(organisation=user.organisation, deal_id=deal.deal_id).select_related("piece")
    return OnDeal(
        deal, tuple(fitting[:SHOWN]), used, tuple(links.order_by("-made_at", "-pk")[:10]), roles,
        max(len(fitting) - SHOWN, 0),
    )  # fmt: skip


def fits(deal: Deal, roles: Sequence[str], *, without: Sequence[int], today: date) -> list[Fitting]:
    """All pieces that fit a deal, the best first."""
    found = Piece.objects.filter(organisation=deal.organisation_id, state=Piece.State.IN_USE).exclude(pk__in=without)
    found = found.filter(Q(valid_until=None) | Q(valid_until__gte=today))
    found = found.filter(stage__in=["", deal.stage], segment__in=["", deal.segment])
    if roles:
        found = found.filter(buyer_role__in=["", *roles])
    pieces = list(found.order_by("-deals", "pk")[:_LOOKED_AT])
    rated = ratings_of([piece.pk for piece in pieces])
    fitting = [
        Fitting(piece, tuple(_reasons(piece, roles, rated.get(piece.pk))), _score(piece, rated.get(piece.pk)))
        for piece in pieces
        if piece.effect.get("verdict") != "hurts"
    ]
    return sorted(fitting, key=lambda each: (-each.score, -each.piece.deals, each.piece.pk))


def _score(piece: Piece, rated: Rate | None) -> float:
    """What it is made for counts most, then whether it was found to help, then what colleagues say of it."""
    told = sum(weight for name, weight in _BY.items() if getattr(piece, name))
    if piece.effect.get("verdict") == "helps":
        told += _HELPS
    if rated is not None:  # the middle of the interval: one voice moves it little
        told += (rated.low + rated.high) / 2 - _HALF
    return told


def _reasons(piece: Piece, roles: Sequence[str], rated: Rate | None) -> Iterator[str]:
    if piece.stage:
        yield f"It is for {piece.stage}, where this deal is"
    if piece.buyer_role:
        met = piece.buyer_role in roles
        yield f"It is for {piece.buyer_role}, {'whom this deal has met' if met else 'if there is one in this deal'}"
    if piece.segment:
        yield f"It is for {piece.segment}"
    if not (piece.stage or piece.buyer_role or piece.segment):
        yield "It is for any deal"
    found = effect_of(piece.effect)
    if found is not None and found.verdict in ("helps", "no_effect"):
        yield in_short(piece.effect)
    elif piece.deals:
        yield f"Used in {piece.deals:,} deal{'' if piece.deals == 1 else 's'}; whether it helps cannot be told yet"
    else:
        yield "Nobody has used it yet"
    if rated is not None:
        yield f"{rated.count:,} of {rated.n:,} colleagues find it useful ({interval(rated.low, rated.high)})"
