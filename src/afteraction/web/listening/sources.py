"""What may be done with sources: say where is listened, hand in files, take in what is posted, stop listening."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.connectors.sealing import seal
from afteraction.web.isolation.scope import across_organisations
from afteraction.web.jobs.services import enqueue
from afteraction.web.listening.asking import feed_address
from afteraction.web.listening.json_items import read_json
from afteraction.web.listening.keeping import keep
from afteraction.web.listening.mail import read_mail
from afteraction.web.listening.mailbox import Mailbox
from afteraction.web.listening.markup import tidy
from afteraction.web.listening.models import Source
from afteraction.web.listening.opml import Outline, as_opml, read_opml
from afteraction.web.listening.reading import Reading
from afteraction.web.listening.source_tasks import fetch_source, fetch_sources
from afteraction.web.listening.tables import read_table
from afteraction.web.listening.tasks import understand
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may

MOST: Final = 5_000
"""Sources of one organisation: as many as one worker asks every hour."""
EVERY: Final = {15: "every 15 minutes", 60: "every hour", 360: "every 6 hours", 1440: "once a day"}
HANDED_IN: Final = "Handed in"
FILE_KINDS: Final = ".eml and .csv files, and OPML lists of feeds"
Kind = Source.Kind


@dataclass(frozen=True)
class Listed:
    """What came of a list of feeds: how many were added and known before, and what was refused, each with why."""

    added: int
    known: int
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class HandedIn:
    """What came of a file: new items, those known before, and what could not be read in it."""

    new: int
    known: int
    unreadable: tuple[str, ...]


def add_feed(*, by: User, address: str, name: str = "", now: datetime) -> Source:
    """Listens to a feed, from now on. Raises `Refused` for what is no address, or is listened to already."""
    _must_own(by)
    url = feed_address(address)
    _check_room(by.organisation, 1)
    if Source.objects.filter(organisation=by.organisation, kind=Kind.FEED, address=url).exists():
        raise Refused(f"{url}, which is listened to already", "a feed that is not on the list")
    source = _feed(by.organisation, name, url, now)
    source.save()
    enqueue(fetch_source, source_id=source.pk)
    return source


@transaction.atomic
def add_list(*, by: User, content: bytes, now: datetime) -> Listed:
    """Listens to the feeds of an OPML list. Addresses that are none are told, and the others added."""
    _must_own(by)
    outlines = read_opml(content)
    known = set(Source.objects.filter(organisation=by.organisation, kind=Kind.FEED).values_list("address", flat=True))
    before, refused = len(known), []
    new: list[Source] = []
    found = 0
    for outline in outlines:
        try:
            url = feed_address(outline.address)
        except Refused as error:
            refused.append((outline.name or outline.address[:100], f"{error.found} is not {error.expected}"))
            continue
        found += 1
        if url not in known:
            known.add(url)
            new.append(_feed(by.organisation, outline.name, url, now))
    _check_room(by.organisation, len(known) - before)
    for source in new:  # one by one, so that the audit trail has each
        source.save()
    if new:
        enqueue(fetch_sources)
    return Listed(len(new), found - len(new), tuple(refused))


def list_of(user: User) -> bytes:
    """The feeds of an organisation as an OPML list."""
    feeds = Source.objects.filter(organisation=user.organisation_id, kind=Kind.FEED).order_by("name", "pk")
    return as_opml((Outline(each.name, each.address) for each in feeds), f"Feeds of {user.organisation}")


def add_mailbox(*, by: User, host: str, user: str, password: str, folder: str, name: str, now: datetime) -> Source:
    """Reads alert mails from a mailbox. The password is kept encrypted. Raises `Refused` for what cannot be one."""
    _must_own(by)
    problems = []
    server, _, port = host.strip().partition(":")
    host_name = _host_name(server)
    if not host_name or any(each.isspace() or each in "/@?#" for each in server):
        problems.append("no name of a mail server")
    if port and not (port.isdecimal() and 0 < int(port) < 65536):
        problems.append(f"no port: {port}")
    if not user.strip() or not (user + folder + password).isprintable() or not password:
        problems.append("no name or password, or one with characters that cannot be typed")
    if problems:
        raise Refused("; ".join(problems), "a server like imap.example, a name and a password", "check the fields")
    box = Mailbox(host_name, user.strip(), folder.strip() or "INBOX", int(port or 993))
    _check_room(by.organisation, 1)
    if Source.objects.filter(organisation=by.organisation, kind=Kind.MAILBOX, address=str(box)).exists():
        raise Refused(f"{box.user} at {server}, which is read already", "a mailbox that is not on the list")
    source = Source.objects.create(
        organisation=by.organisation,
        kind=Kind.MAILBOX,
        name=tidy(name)[:200] or box.user[:200],
        address=str(box),
        secret=seal(password),
        next_at=now,
        made_at=now,
    )
    enqueue(fetch_source, source_id=source.pk)
    return source


def add_webhook(*, by: User, name: str, now: datetime) -> tuple[Source, str]:
    """A source that other programs post to, and its token, which nobody can be told again."""
    _must_own(by)
    words = tidy(name)[:200]
    if not words:
        raise Refused("no name", "who will post to it", "name the program or service")
    _check_room(by.organisation, 1)
    token = secrets.token_urlsafe(32)
    source = Source.objects.create(
        organisation=by.organisation, kind=Kind.WEBHOOK, name=words, secret=_digest(token), made_at=now
    )
    return source, token


def new_token(*, by: User, source: Source) -> str:
    """Another token for a webhook; the one before opens nothing from now on."""
    _must_own(by)
    token = secrets.token_urlsafe(32)
    Source.objects.filter(pk=source.pk, kind=Kind.WEBHOOK).update(secret=_digest(token))
    return token


def webhook_of(key: int, token: str) -> Source | None:
    """The webhook that a token opens."""
    with across_organisations("the token of a webhook: a secret names nobody until it is found"):
        source = Source.objects.filter(pk=key, kind=Kind.WEBHOOK).first()
    return source if source and secrets.compare_digest(source.secret, _digest(token)) else None


def take_in(*, source: Source, content: Any, now: datetime) -> HandedIn:
    """Keeps what was posted to a webhook, as parsed JSON. The same again is nothing new. Raises `Refused`."""
    if not source.is_on:
        raise Refused("a webhook that is paused", "one that is on", "switch it on under Listening, Sources")
    return _keep(source, read_json(content), now)


def hand_in(*, by: User, name: str, content: bytes, now: datetime) -> HandedIn:
    """Keeps what is in a file: an alert mail (.eml) or a table (.csv). The same file again is nothing new."""
    _must_own(by)
    suffix = PurePath(name).suffix.lower()
    if suffix not in (".eml", ".csv", ".tsv"):
        raise Refused(f"a file of the kind {suffix or 'that its name does not tell'}", FILE_KINDS, "save it as one")
    reading = read_mail(content) if suffix == ".eml" else read_table(content, name)
    return _keep(files_of(by.organisation, now=now), reading, now)


def files_of(organisation: Organisation, *, now: datetime) -> Source:
    """The source that files belong to which are handed in without another one."""
    about = {"name": HANDED_IN, "made_at": now}
    return Source.objects.get_or_create(organisation=organisation, kind=Kind.FILES, address="files:", defaults=about)[0]


def switch(*, by: User, source: Source, is_on: bool, now: datetime) -> None:
    """Pauses a source, or has it listened to again, at once."""
    _must_own(by)
    source.is_on = is_on
    if is_on:
        source.failures, source.trouble = 0, ""
        source.next_at = now if source.kind in (Kind.FEED, Kind.MAILBOX) else None
    source.save(update_fields=["is_on", "failures", "trouble", "next_at"])
    if source.next_at and is_on:
        enqueue(fetch_source, source_id=source.pk)


def change(*, by: User, source: Source, name: str, every: int) -> None:
    """Another name, another pace. Raises `Refused` for no name and for a pace that is not offered."""
    _must_own(by)
    words = tidy(name)[:200]
    if not words or every not in EVERY:
        raise Refused(f"{name!r}, every {every} minutes", "a name, and one of the paces offered")
    source.name, source.every = words, every
    source.save(update_fields=["name", "every"])


def look_now(*, by: User, source: Source) -> None:
    """Has a source asked without waiting for its time."""
    _must_own(by)
    enqueue(fetch_source, source_id=source.pk)


def remove(*, by: User, source: Source) -> None:
    """Forgets a source with its items; trigger events that were found in them stay."""
    _must_own(by)
    source.delete()


def _keep(source: Source, reading: Reading, now: datetime) -> HandedIn:
    new = keep(source=source, reading=reading, now=now)
    Source.objects.filter(pk=source.pk).update(asked_at=now)
    if new:
        enqueue(understand, organisation_id=source.organisation_id)
    return HandedIn(new, len(reading.items) - new, tuple(_troubles(reading)))


def _troubles(reading: Reading) -> Iterable[str]:
    if reading.trouble:
        yield reading.trouble
    yield from (each.trouble for each in (*reading.unreadable, *reading.items) if each.trouble)


def _feed(organisation: Organisation, name: str, url: str, now: datetime) -> Source:
    shown = tidy(name)[:200] or urlsplit(url).hostname or url[:200]
    return Source(organisation=organisation, kind=Kind.FEED, name=shown, address=url, next_at=now, made_at=now)


def _check_room(organisation: Organisation, more: int) -> None:
    there = Source.objects.filter(organisation=organisation).count()
    if there + more > MOST:
        raise Refused(f"{there + more:,} sources", f"at most {MOST:,}", "remove some that nobody needs")


def _must_own(by: User) -> None:
    if not may(by, Right.OWN_SOURCES):
        raise Refused(
            f"{by} is no owner of sources", "marketing, sales operations or an administrator", "ask one of them"
        )


def _host_name(typed: str) -> str:
    """The name of a host as name servers have it; nothing for what can be none."""
    try:
        return typed.encode("idna").decode()
    except UnicodeError:
        return ""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
