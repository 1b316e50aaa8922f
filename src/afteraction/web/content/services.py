"""What may be done with pieces: registered, approved, changed, renewed as the next version, retired, rated."""

from datetime import datetime
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.content import tasks
from afteraction.web.content.models import Piece, PieceVersion, Rating
from afteraction.web.content.search import words_of
from afteraction.web.content.writing import Place, Words, checked, write
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

MOST: Final = 5_000
"""Pieces of one organisation: a library that nobody can look through is none."""


def may_own(user: User, piece: Piece) -> bool:
    """Whether someone may change a piece: whoever answers for content, in its organisation."""
    return user.organisation_id == piece.organisation_id and may(user, Right.OWN_LEADS)


@transaction.atomic
def register(*, by: User, words: Words, place: Place, now: datetime, owner: User | None = None) -> Piece:
    """Registers a piece, in use at once: who registers it answers for it. Its uses are looked for in the record.

    Raises `Refused` with everything that is wrong, for who may not, and where one of the same title is in use.
    """
    _check(by)
    kept, there = checked(words, place)
    mine = Piece.objects.filter(organisation=by.organisation)
    if mine.filter(title__iexact=kept.title).exclude(state=Piece.State.RETIRED).exists():
        raise Refused(
            f"a piece called “{kept.title}” already", "another title, or a new version of that one", "open that one"
        )
    if mine.count() >= MOST:
        raise Refused(f"{MOST:,} pieces", "fewer", "retire those that nobody uses")
    piece = Piece(
        organisation=by.organisation, owner=_owner(by, owner), state=Piece.State.IN_USE, registered_by=by, made_at=now,
        changed_at=now,
    )  # fmt: skip
    write(piece, kept, there)
    piece.search_words = words_of(piece)
    piece.save()
    _version(piece, by, "Registered", now)
    enqueue(tasks.match_uses, organisation_id=piece.organisation_id)
    return piece


@transaction.atomic
def change(*, by: User, piece: Piece, words: Words, now: datetime, owner: User | None = None) -> Piece:
    """Changes what a piece is and which deals it is for; where it is changes with a new version."""
    locked = _locked(by, piece)
    place = Place(locked.address, locked.reference, locked.text, locked.valid_until)
    kept, there = checked(words, place, record_id=locked.record_id)
    write(locked, kept, there)
    locked.owner, locked.changed_at = _owner(by, owner), now
    locked.search_words = words_of(locked)
    locked.save()
    enqueue(tasks.match_uses, organisation_id=locked.organisation_id)
    return locked


@transaction.atomic
def renew(*, by: User, piece: Piece, place: Place, note: str, now: datetime) -> Piece:
    """Makes the next version: another place, or another date. Raises `Refused` where nothing is new."""
    locked = _locked(by, piece)
    if locked.state == Piece.State.RETIRED:
        raise Refused("a piece that is retired", "one in use", "register it anew")
    same = Words(locked.title, locked.kind, locked.stage, locked.segment, locked.buyer_role)
    _words, there = checked(same, place, record_id=locked.record_id)
    if there == Place(locked.address, locked.reference, locked.text, locked.valid_until):
        raise Refused(f"what version {locked.version} says already", "another place or date", "change it, then save")
    write(locked, same, there)
    locked.version, locked.changed_at = locked.version + 1, now
    locked.search_words = words_of(locked)
    locked.save()
    _version(locked, by, note, now)
    enqueue(tasks.match_uses, organisation_id=locked.organisation_id)
    return locked


@transaction.atomic
def approve(*, by: User, piece: Piece, now: datetime) -> Piece:
    """Takes a piece that the record brought, or that was retired, into use. Raises `Refused` where it is already."""
    locked = _locked(by, piece)
    if locked.state == Piece.State.IN_USE:
        raise Refused("a piece in use", "one that waits for approval, or is retired")
    locked.state, locked.retired_because, locked.changed_at = Piece.State.IN_USE, "", now
    locked.owner = locked.owner or by
    locked.save(update_fields=["state", "retired_because", "changed_at", "owner"])
    return locked


@transaction.atomic
def retire(*, by: User, piece: Piece, reason: str, now: datetime) -> Piece:
    """Takes a piece out of use: links to it lead nowhere, what it did stays. Raises `Refused` without a reason."""
    locked = _locked(by, piece)
    if not reason.strip():
        raise Refused("no reason", "why nobody should use it any more", "say it in a sentence")
    locked.state, locked.retired_because, locked.changed_at = Piece.State.RETIRED, reason.strip()[:300], now
    locked.save(update_fields=["state", "retired_because", "changed_at"])
    return locked


def rate(*, by: User, piece: Piece, useful: bool, now: datetime, comment: str = "") -> Rating:
    """What someone says of a piece under their name; said again it takes the place of what they said before."""
    if by.organisation_id != piece.organisation_id or not may(by, Right.SEE_LEADS):
        raise Refused("a piece of another organisation", "one of your own")
    text = " ".join(comment.replace("\x00", "").split())[:300]
    rating, _new = Rating.objects.update_or_create(
        piece=piece,
        person=by,
        defaults={"useful": useful, "comment": text, "version": piece.version, "at": now},
    )
    return rating


def _version(piece: Piece, by: User, note: str, now: datetime) -> None:
    PieceVersion.objects.create(
        piece=piece, number=piece.version, address=piece.address, reference=piece.reference, text=piece.text,
        valid_until=piece.valid_until, note=" ".join(note.split())[:300], by=by, at=now,
    )  # fmt: skip


def _owner(by: User, owner: User | None) -> User:
    if owner is not None and owner.organisation_id != by.organisation_id:
        raise Refused("somebody of another organisation", "a colleague")
    return owner or by


def _locked(by: User, piece: Piece) -> Piece:
    _check(by)
    locked = Piece.objects.select_for_update().filter(pk=piece.pk, organisation=by.organisation).first()
    if locked is None:
        raise Refused("a piece of another organisation", "one of your own")
    return locked


def _check(by: User) -> None:
    if not may(by, Right.OWN_LEADS):
        raise Refused("somebody who does not answer for content", "marketing, a manager or sales operations", "ask one")
