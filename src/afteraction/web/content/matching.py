"""Uses of content that the record tells of: its own rows of uses, and touches that name a piece.

A touch names a piece where its subject holds the address of any version, the name of the file, or the whole title as
words (a title of one short word is no name: it stands in too many subjects). Run again it changes nothing.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import ibis
from django.db import transaction
from ibis import _

from afteraction.analysis.happened import happened
from afteraction.lake.engine import read_table
from afteraction.lake.schema import TABLES
from afteraction.lake.store import Lake
from afteraction.web.content.models import ContentState, DealRoles, Piece, PieceUse, PieceVersion
from afteraction.web.content.search import words_of
from afteraction.web.content.uses import count_uses, version_at
from afteraction.web.deals.mirror import LONGEST_ID, engine
from afteraction.web.people.models import Organisation

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_READ: Final = ("deals", "touches", "stage_changes", "people", "content", "content_uses")
_SHORTEST_TITLE: Final = 12
"""Letters from which a title of one word is a name."""
_SHORTEST_FILE: Final = 5
_MOST_ROLES: Final = 60
_BATCH: Final = 2_000
_NO_WORD: Final = re.compile(r"[\W_]+")
_SCHEME: Final = re.compile(r"^https?://(www\.)?", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """A use as the record tells of it."""

    piece: int
    deal_id: str
    source: str
    key: str
    at: datetime
    actor: str
    reader_role: str
    seconds: float | None


def match_uses(*, organisation: Organisation, now: datetime) -> int:
    """Brings pieces and uses in line with the newest data version; how many uses the record tells of."""
    snapshot = Lake(organisation.home).current()
    if snapshot is None:
        return 0
    with engine(organisation.home) as con:
        tables = {name: read_table(con, TABLES[name], snapshot.files(name), name) for name in _READ}
        tables = dict(happened(tables, snapshot.at, snapshot.none_after))
        known = _registered(organisation, tables["content"].to_pyarrow().to_pylist(), now)
        pieces = list(Piece.objects.filter(organisation=organisation).prefetch_related("versions"))
        found = [*_recorded(tables, known), *_named(tables, pieces)]
        roles, of_deals = _roles(con, tables)
    versions = {piece.pk: list(piece.versions.all()) for piece in pieces}
    with transaction.atomic():
        _keep(organisation, found, versions)
        DealRoles.objects.filter(organisation=organisation).delete()
        DealRoles.objects.bulk_create(
            [DealRoles(organisation=organisation, deal_id=deal, roles=those) for deal, those in of_deals.items()],
            batch_size=_BATCH,
        )
        ContentState.objects.update_or_create(
            organisation=organisation,
            defaults={"matched_version": snapshot.version, "matched_at": now, "roles": roles},
        )
    count_uses(versions)
    return len(found)


def names_of(title: str, addresses: Iterable[str], files: Iterable[str]) -> tuple[str, ...]:
    """What a piece is named by in a text: addresses and files as they stand, the title as words with blanks around."""
    found = [_SCHEME.sub("", each).rstrip("/").casefold() for each in addresses if each]
    names = (PurePosixPath(each.replace("\\", "/")).name.casefold() for each in files)
    found += [name for name in names if len(name) >= _SHORTEST_FILE]
    words = plain(title)
    if len(words.split()) > 1 or len(words) >= _SHORTEST_TITLE:
        found.append(f" {words} ")
    return tuple(dict.fromkeys(each for each in found if each))


def names(text: str, of: Sequence[str]) -> bool:
    """Whether a text holds any of the names of a piece."""
    bare, spaced = text.casefold(), f" {plain(text)} "
    return any(name in (spaced if name.startswith(" ") else bare) for name in of)


def plain(text: str) -> str:
    """The words of a text, without case and punctuation, one blank between."""
    return _NO_WORD.sub(" ", text.casefold()).strip()


def _registered(organisation: Organisation, rows: Iterable[Mapping[str, Any]], now: datetime) -> dict[str, int]:
    """The pieces of the record by its own ids. One that nobody registered waits as a draft for approval."""
    mine = Piece.objects.filter(organisation=organisation)
    known = dict(mine.exclude(record_id="").values_list("record_id", "pk"))
    untold = {plain(title): pk for pk, title in mine.filter(record_id="").values_list("pk", "title")}
    for row in rows:
        key, title = str(row["content_id"])[:LONGEST_ID], " ".join((row["title"] or row["content_id"]).split())[:160]
        if key in known:
            continue
        same = untold.pop(plain(title), None)
        if same is not None:
            mine.filter(pk=same).update(record_id=key)
            known[key] = same
            continue
        piece = Piece(
            organisation=organisation, record_id=key, title=title, kind=(row["kind"] or "")[:80], made_at=now,
            changed_at=now,
        )  # fmt: skip
        piece.search_words = words_of(piece)
        piece.save()
        PieceVersion.objects.create(piece=piece, number=1, note="Found in the record", at=now)
        known[key] = piece.pk
    return known


def _recorded(tables: Mapping[str, ibis.Table], known: Mapping[str, int]) -> Iterator[Found]:
    people = tables["people"].select("person_id", "role")
    rows = tables["content_uses"].left_join(people, "person_id").order_by("content_id", "deal_id", "at")
    for batch in rows.select("content_id", "deal_id", "at", "person_id", "role", "seconds").to_pyarrow().to_batches():
        for row in batch.to_pylist():
            piece = known.get(row["content_id"])
            if piece is None or len(row["deal_id"]) > LONGEST_ID:
                continue
            key = _short(f"{row['person_id'] or ''} {row['at'].isoformat()}")
            yield Found(piece, row["deal_id"], "record", key, row["at"], "", _role(row["role"]), row["seconds"])


def _named(tables: Mapping[str, ibis.Table], pieces: Sequence[Piece]) -> Iterator[Found]:
    """Touches that name a piece. The engine looks for a telling word of each name; which piece it is, is told here."""
    wanted = {
        piece.pk: names_of(
            piece.title, [v.address for v in piece.versions.all()], [v.reference for v in piece.versions.all()]
        )
        for piece in pieces
    }
    hints = sorted({_hint(name) for each in wanted.values() for name in each})
    if not hints:
        return
    touches = tables["touches"]
    subject = touches.subject.lower()
    maybe = touches.filter(subject.re_search("|".join(re.escape(hint) for hint in hints)))
    people = tables["people"].select("person_id", "role", person_side="side")
    rows = maybe.left_join(people, "person_id").order_by("touch_id")
    columns = ("touch_id", "deal_id", "at", "actor", "side", "subject", "role", "person_side")
    for batch in rows.select(*columns).to_pyarrow().to_batches():
        for row in batch.to_pylist():
            if len(row["deal_id"]) > LONGEST_ID:
                continue
            for pk, of in wanted.items():
                if names(row["subject"], of):
                    role = "" if row["person_side"] == "us" else _role(row["role"])
                    actor = "" if row["side"] == "buyer" else (row["actor"] or "")[:200]
                    yield Found(pk, row["deal_id"], "touch", _short(row["touch_id"]), row["at"], actor, role, None)


def _hint(name: str) -> str:
    """What a text must hold, in small letters, to hold a name: its longest word, or the name where it is no title."""
    return max(name.split(), key=len) if name.startswith(" ") else name


def _roles(con: "Backend", tables: Mapping[str, ibis.Table]) -> tuple[list[str], dict[str, list[str]]]:
    """The roles of buyers, the most common first; and those of the people in each open deal."""
    people = tables["people"].filter(_.role.notnull(), _.role != "", _.account_id.notnull(), _.team.isnull())
    common = people.group_by("role").agg(n=_.count()).order_by(_.n.desc(), "role").limit(_MOST_ROLES)
    still = tables["deals"].filter(_.outcome == "open", _.deal_id.length() <= LONGEST_ID).select("deal_id")
    met = tables["touches"].select("deal_id", "person_id").distinct().semi_join(still, "deal_id")
    pairs = met.join(people.select("person_id", "role"), "person_id").select("deal_id", "role").distinct()
    of_deals: dict[str, list[str]] = defaultdict(list)
    for row in con.to_pyarrow(pairs.order_by("deal_id", "role")).to_pylist():
        of_deals[row["deal_id"]].append(_role(row["role"]))
    return [_role(row["role"]) for row in con.to_pyarrow(common).to_pylist()], of_deals


def _keep(organisation: Organisation, found: Sequence[Found], versions: Mapping[int, list[PieceVersion]]) -> None:
    """The mirror of what the record tells: new rows are added, rows that it tells no more are removed."""
    of_piece: dict[int, dict[tuple[str, str, str], Found]] = defaultdict(dict)
    for each in found:
        of_piece[each.piece][each.deal_id, each.source, each.key] = each
    for piece, editions in versions.items():
        wanted = of_piece.get(piece, {})
        there = {
            (deal, source, key): pk
            for pk, deal, source, key in PieceUse.objects.filter(piece=piece, source__in=("record", "touch"))
            .values_list("pk", "deal_id", "source", "key")
            .iterator()
        }
        gone = [pk for key, pk in there.items() if key not in wanted]
        for start in range(0, len(gone), _BATCH):
            PieceUse.objects.filter(pk__in=gone[start : start + _BATCH]).delete()
        PieceUse.objects.bulk_create(
            (
                PieceUse(
                    organisation=organisation, piece_id=piece, deal_id=each.deal_id, source=each.source, key=each.key,
                    at=each.at, version=version_at(editions, each.at), actor=each.actor, reader_role=each.reader_role,
                    seconds=each.seconds,
                )
                for key, each in wanted.items()
                if key not in there
            ),
            batch_size=_BATCH,
        )  # fmt: skip


def _role(text: str | None) -> str:
    return " ".join((text or "").replace("\x00", "").split())[:120]


def _short(key: str) -> str:
    """A key as it is kept: itself, or its hash where it is long."""
    return key if len(key) <= 100 and "\x00" not in key else hashlib.sha256(key.encode()).hexdigest()
