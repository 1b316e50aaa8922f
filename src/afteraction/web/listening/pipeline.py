"""From item to trigger event: items that tell the same become a story, and a story of an account an event.

A job takes the items that no story has yet, some at a time; killed at any moment it goes on with what is left:

1. The story of each item is found or made, and the item put to it where it still has none.
2. The events of the story are made where they are not there: one an account and kind, as the rules found them.

What people corrected is never undone: events are known by what was *found*, and keep what holds.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from auditlog.context import disable_auditlog
from django.db import transaction
from django.db.models import F, Q

from afteraction.web.listening.correcting import AGAIN
from afteraction.web.listening.models import AccountName, Item, Story, TriggerEvent
from afteraction.web.listening.understanding import Mention, Reader, Understood, reader_of
from afteraction.web.people.models import Organisation

AT_ONCE: Final = 500
MOST_ASKED: Final = 60
"""Names that wait for an answer; more would be answered by nobody."""
_AHEAD: Final = timedelta(days=1)
"""How far in the future a date of publication may lie; a later one is a mistake of the source."""


def understand_items(*, organisation: Organisation, now: datetime) -> int:
    """Reads the items that are new; how many trigger events that made."""
    reader: Reader | None = None
    made = 0
    last = 0
    while items := _waiting(organisation, last):
        reader = reader or reader_of(organisation, now)
        last = items[-1].pk
        for item, found in zip(items, reader.read(items), strict=True):
            made += _keep(organisation, item, found, reader, now)
    return made


def understand_name(*, organisation: Organisation, text: str, now: datetime) -> int:
    """Reads again what was heard with a name in it, now that it is known what it means; how many events that made."""
    said = Q(title__icontains=text) | Q(text__icontains=text)
    held = Item.objects.filter(organisation=organisation, heard_at__gte=now - AGAIN).filter(said).exclude(story=None)
    reader, made = reader_of(organisation, now), 0
    for items in _in_parts(list(held.select_related("story").order_by("pk")[:10_000])):
        for item, found in zip(items, reader.read(items, again=True), strict=True):
            assert item.story is not None  # noqa: S101  # the others are left out
            made += sum(_event(organisation, item.story, each, now) for each in found.mentions)
    return made


def _waiting(organisation: Organisation, last: int) -> list[Item]:
    return list(Item.objects.filter(organisation=organisation, story=None, pk__gt=last).order_by("pk")[:AT_ONCE])


def _in_parts(items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    return (items[first : first + AT_ONCE] for first in range(0, len(items), AT_ONCE))


@transaction.atomic
def _keep(organisation: Organisation, item: Item, found: Understood, reader: Reader, now: datetime) -> int:
    story = _story(organisation, item, found, now)
    if story is None:
        return 0
    reader.put(found, story.pk, _at(item, now))
    _ask(organisation, found, now)
    return sum(_event(organisation, story, each, now) for each in found.mentions)


def _story(organisation: Organisation, item: Item, found: Understood, now: datetime) -> Story | None:
    """The story of an item, with the item put to it; None where another job was faster."""
    at = _at(item, now)
    story = Story.objects.filter(organisation=organisation, pk=found.story).first() if found.story else None
    is_new = story is None
    if story is None:
        title = item.title or item.text[:200] or str(item.source)
        story = Story.objects.create(organisation=organisation, title=title[:500], at=at)
    mine = Item.objects.filter(pk=item.pk, story=None)
    if not mine.update(story=story, signature=found.signature, language=item.language or found.language):
        if is_new:
            story.delete()
        return None
    if not is_new:
        Story.objects.filter(pk=story.pk).update(told=F("told") + 1)
        Story.objects.filter(pk=story.pk, at__gt=at).update(at=at)
    return story


def _event(organisation: Organisation, story: Story, mention: Mention, now: datetime) -> int:
    """Makes an event of a story, unless it is there; whether it was made."""
    with disable_auditlog():  # nobody said anything
        _event, made = TriggerEvent.objects.get_or_create(
            organisation=organisation,
            story=story,
            account_found=mention.account_id,
            kind_found=mention.kind,
            defaults={
                "account_id": mention.account_id,
                "account": mention.account[:300],
                "name_found": mention.name[:300],
                "kind": mention.kind,
                "confidence": mention.confidence,
                "sentence": mention.sentence,
                "people": list(mention.people),
                "at": min(story.at, now),
            },
        )
    return int(made)


def _ask(organisation: Organisation, found: Understood, now: datetime) -> None:
    """Names that could mean several accounts are asked about, once: what was answered is not asked again."""
    if not found.ambiguous:
        return
    waiting = AccountName.objects.filter(organisation=organisation, asked=True)
    if waiting.order_by().values("text").distinct().count() >= MOST_ASKED:
        return
    for text, accounts in found.ambiguous:
        known = AccountName.objects.filter(organisation=organisation, text=text[:300], asked=False)
        if known.filter(Q(by__isnull=False) | Q(account_id="")).exists():
            continue
        with disable_auditlog():
            for account_id in accounts:
                AccountName.objects.update_or_create(
                    organisation=organisation,
                    text=text[:300],
                    account_id=account_id,
                    defaults={"asked": True},
                    create_defaults={"kind": AccountName.Kind.NAME, "asked": True, "at": now},
                )


def _at(item: Item, now: datetime) -> datetime:
    """When an item was published; when it was heard, where the source does not say, or says the future."""
    published = item.published_at
    return published if published is not None and published <= now + _AHEAD else item.heard_at
