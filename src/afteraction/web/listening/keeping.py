"""Keeping what was read: items once each, what could not be read beside them, and how the source stands."""

from datetime import datetime, timedelta
from random import Random
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction

from afteraction.web.listening.asking import Heard, Unheard
from afteraction.web.listening.models import Item, Source, Unreadable
from afteraction.web.listening.pace import next_look
from afteraction.web.listening.reading import Read, Reading

AHEAD: Final = timedelta(days=1)
"""So far a clock may be wrong. What is dated later was not published then."""
KEPT_UNREADABLE: Final = 200
"""What could not be read is kept so long that people see what they miss, not for ever."""


@transaction.atomic
def keep(*, source: Source, reading: Reading, now: datetime) -> int:
    """Stores what is new of a reading, without a story; returns how many items are. The same again is nothing new."""
    if not Source.objects.select_for_update().filter(pk=source.pk).exists():
        return 0  # removed while it was asked
    keys = [each.key for each in reading.items]
    known = set(Item.objects.filter(source=source, key__in=keys).values_list("key", flat=True))
    new = [_item(source, each, now) for each in reading.items if each.key not in known]
    Item.objects.bulk_create(new, ignore_conflicts=True)
    for each in reading.unreadable:
        Unreadable.objects.update_or_create(
            source=source, key=each.key, defaults={"trouble": each.trouble[:300], "heard_at": now}
        )
    if reading.unreadable:
        of_source = Unreadable.objects.filter(source=source).order_by("-heard_at", "-pk")
        too_many = of_source.values_list("pk", flat=True)[KEPT_UNREADABLE:]
        Unreadable.objects.filter(pk__in=list(too_many)).delete()
    changes = {"new_at": now} if new else {}
    Source.objects.filter(pk=source.pk).update(
        heard_at=now, failures=0, trouble=reading.trouble[:500], unread=len(reading.unreadable), **changes
    )
    return len(new)


def _item(source: Source, read: Read, now: datetime) -> Item:
    published, trouble = read.published_at, read.trouble
    if published and published > now + AHEAD:
        published, trouble = None, f"dated ahead of its time: {published:%Y-%m-%d}"
    return Item(
        organisation_id=source.organisation_id,
        source=source,
        key=read.key,
        title=_kept(read.title or read.text[:120]),
        text=_kept(read.text),
        url=read.url,
        language=read.language[:8],
        published_at=published,
        heard_at=now,
        trouble=trouble[:300],
    )


def _kept(text: str) -> str:
    """A text without what no database keeps: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


@transaction.atomic
def keep_answer(*, source: Source, heard: Heard, reading: Reading | None, now: datetime, rng: Random) -> int:
    """Stores what a feed answered, `reading` being None where nothing changed; returns how many items are new."""
    after = next_look(now, every=source.every, failures=0, wait=None, rng=rng)
    changes: dict[str, object] = {"next_at": after, "asked_at": now}
    new = 0
    if reading is None:
        Source.objects.filter(pk=source.pk).update(heard_at=now, failures=0, **changes)
    elif reading.leads_to:
        return _follow_page(source, reading.leads_to, now, rng)
    else:
        new = keep(source=source, reading=reading, now=now)
        changes |= {"etag": heard.etag, "modified": heard.modified}
        if reading.title and source.name == urlsplit(source.address).hostname:
            changes["name"] = reading.title[:200]
    if heard.moved_to and not _taken(source, heard.moved_to):
        changes["address"] = heard.moved_to
    Source.objects.filter(pk=source.pk).update(**changes)
    return new


def _follow_page(source: Source, address: str, now: datetime, rng: Random) -> int:
    """A web page was given that names its feed: the feed is asked from now on, at once."""
    if source.heard_at or address == source.address or _taken(source, address):
        keep_failure(source=source, unheard=Unheard("a web page instead of a feed"), now=now, rng=rng)
    else:
        Source.objects.filter(pk=source.pk).update(address=address, next_at=now, asked_at=now, failures=0, trouble="")
    return 0


def _taken(source: Source, address: str) -> bool:
    there = Source.objects.filter(organisation_id=source.organisation_id, kind=source.kind, address=address)
    return there.exclude(pk=source.pk).exists()


def keep_failure(*, source: Source, unheard: Unheard, now: datetime, rng: Random) -> None:
    """Says what was wrong and asks later. What is gone for good is not asked any more."""
    failures = source.failures + 1
    after = next_look(now, every=source.every, failures=failures, wait=unheard.wait, rng=rng)
    changes: dict[str, object] = {"is_on": False} if unheard.is_gone else {}
    Source.objects.filter(pk=source.pk).update(
        failures=failures, trouble=unheard.trouble[:500], asked_at=now, next_at=after, **changes
    )
