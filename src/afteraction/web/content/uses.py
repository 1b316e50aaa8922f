"""Uses that people tell of: one tap on a deal, links that were made for one; and how often pieces were used."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, F, Max
from django.urls import reverse

from afteraction.errors import Refused
from afteraction.web.content.models import DealLink, Piece, PieceUse, PieceVersion
from afteraction.web.deals.models import Deal
from afteraction.web.isolation.scope import across_organisations, within
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

ROLE: Final = 120
_LENGTH: Final = 43
"""Characters of 32 bytes in base64 for addresses."""
LINK_DAYS: Final = 180
SAID_OF_LINKS: Final = (
    "Of whoever opens it we keep that it was opened, how often and on which day last: no name, no address, no device, "
    "no cookie. Filters of mail servers open links too, so an opening is a sign and no proof that somebody read it."
)


def use(*, by: User, piece: Piece, deal: Deal, now: datetime, reader_role: str = "") -> PieceUse:
    """Somebody says that they used a piece in a deal, for which role of the buyer where they know. Again: corrected.

    Raises `Refused` for a piece that is not in use, and for anything of another organisation.
    """
    _same_organisation(by, piece, deal)
    if piece.state != Piece.State.IN_USE:
        raise Refused(f"a piece that is {piece.get_state_display().lower()}", "one in use", "choose another")
    told, _new = PieceUse.objects.update_or_create(
        piece=piece, source=PieceUse.Source.TAP, deal_id=deal.deal_id, key=str(by.pk),
        defaults={"person": by, "actor": by.owner_name[:200], "reader_role": role_of(reader_role)},
        create_defaults={
            "organisation": by.organisation, "at": now, "version": piece.version, "person": by,
            "actor": by.owner_name[:200], "reader_role": role_of(reader_role),
        },
    )  # fmt: skip
    count_uses([piece.pk])
    return told


def take_back(*, by: User, piece: Piece, deal: Deal) -> None:
    """Somebody did not use it after all; of their own word alone."""
    _same_organisation(by, piece, deal)
    PieceUse.objects.filter(piece=piece, source=PieceUse.Source.TAP, deal_id=deal.deal_id, key=str(by.pk)).delete()
    count_uses([piece.pk])


def make_link(*, by: User, piece: Piece, deal: Deal, now: datetime, reader_role: str = "") -> tuple[DealLink, str]:
    """A link to a piece for one deal, with its address, which is shown once.

    Raises `Refused` for a piece without a web address, or that is not in use, or no longer valid.
    """
    _same_organisation(by, piece, deal)
    if piece.state != Piece.State.IN_USE or not piece.address:
        raise Refused("a piece that leads to no web address, or is not in use", "one in use with an address")
    last = min(now.date() + timedelta(days=LINK_DAYS), piece.valid_until or now.date() + timedelta(days=LINK_DAYS))
    if last < now.date():
        raise Refused(f"a piece that was valid until {piece.valid_until}", "one that is valid", "ask for a new version")
    token = secrets.token_urlsafe(32)
    link = DealLink.objects.create(
        organisation=by.organisation, piece=piece, deal_id=deal.deal_id, token_hash=_hash(token),
        reader_role=role_of(reader_role), made_by=by, made_at=now, ends_on=last,
    )  # fmt: skip
    return link, f"{settings.ADDRESS}{reverse('content-open', args=[token])}"


def open_link(token: str, *, counts: bool, now: datetime) -> str | None:
    """Where a link leads, and that it was opened; None for any link that leads nowhere, whatever the reason.

    With `counts` false, as where a browser only looks ahead, nothing is kept. The first opening is a use of the piece.
    """
    if len(token) != _LENGTH:
        return None
    known = DealLink.objects.filter(token_hash=_hash(token), ends_on__gte=now.date()).select_related("piece")
    with across_organisations("the link to a piece of content: a secret names nobody until it is found"):
        link = known.first()
    if link is None or link.piece.state != Piece.State.IN_USE or not link.piece.address:
        return None
    with within(link.organisation_id):
        return _opened(link, counts=counts, now=now)


def _opened(link: DealLink, *, counts: bool, now: datetime) -> str:
    if counts:
        DealLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_on=now.date())
        _use, first = PieceUse.objects.get_or_create(
            piece=link.piece, source=PieceUse.Source.LINK, deal_id=link.deal_id, key=str(link.pk),
            defaults={
                "organisation_id": link.organisation_id, "at": now, "version": link.piece.version,
                "person": link.made_by, "reader_role": link.reader_role,
            },
        )  # fmt: skip
        if first:
            count_uses([link.piece_id])
    return link.piece.address


def count_uses(pieces: Iterable[int]) -> None:
    """Counts the deals of pieces anew, and when each was used last."""
    keys = list(pieces)
    uses = PieceUse.objects.filter(piece__in=keys).order_by().values("piece")
    counted = {row["piece"]: row for row in uses.annotate(n=Count("deal_id", distinct=True), last=Max("at"))}
    found = list(Piece.objects.filter(pk__in=keys).only("pk", "deals", "last_used_at"))
    for piece in found:
        row = counted.get(piece.pk)
        piece.deals, piece.last_used_at = (row["n"], row["last"]) if row else (0, None)
    Piece.objects.bulk_update(found, ["deals", "last_used_at"], batch_size=500)


def version_at(versions: Sequence[PieceVersion], at: datetime) -> int:
    """Which version was the newest then; the first one for uses that are older than what is known of it."""
    return max((each.number for each in versions if each.at <= at), default=1)


def role_of(text: str) -> str:
    """A role of a buyer as it is kept."""
    return " ".join(text.replace("\x00", "").split())[:ROLE]


def _same_organisation(by: User, piece: Piece, deal: Deal) -> None:
    if {piece.organisation_id, deal.organisation_id} != {by.organisation_id} or not may(by, Right.SEE_LEADS):
        raise Refused("something of another organisation", "your own", "open one of your deals")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
