"""Watches: what somebody listens for, tried on what was heard already, and what they found since.

A watch finds trigger events; one that asks for words or competitors alone also finds stories about no account of ours.
Groups are joined by *and*, what stands within a group by *or*: funding or expansion, at one of these segments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.listening.correcting import account_named
from afteraction.web.listening.kinds import KINDS, word_of
from afteraction.web.listening.models import Item, Story, TriggerEvent, Watch
from afteraction.web.listening.selectors import events_for, with_sources
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

PAST: Final = timedelta(days=365)
"""How far back a watch is tried."""
LOOKED_THROUGH: Final = 5_000
"""The newest events and stories that a watch is tried on: an answer comes at once whatever was heard."""
SHOWN: Final = 50
_MOST: Final = 50
_LONGEST: Final = 100
WATCHES: Final = 100


@dataclass(frozen=True)
class Terms:
    """What a watch asks for. `accounts` are ids, `kinds` as kinds.py has them, the others as people say them."""

    accounts: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Terms":
        """As a watch keeps them, or as they are sent; spaces around go, and what is there twice. Raises `Refused`."""
        found: dict[str, tuple[str, ...]] = {}
        for each in fields(cls):
            texts = [" ".join(str(text).replace("\x00", "").split()) for text in kept.get(each.name) or ()]
            limit = 300 if each.name == "accounts" else _LONGEST
            found[each.name] = tuple(dict.fromkeys(text[:limit] for text in texts if text))
            if len(found[each.name]) > _MOST:
                raise Refused(f"{len(found[each.name])} {each.name}", f"at most {_MOST}", "make two watches of it")
        unknown = [kind for kind in found["kinds"] if kind not in KINDS]
        if unknown:
            raise Refused(f"the kind “{unknown[0]}”", f"one of {', '.join(KINDS)}", "choose one")
        return cls(**found)

    def kept(self) -> dict[str, list[str]]:
        """As a watch keeps them."""
        return {name: list(values) for name, values in asdict(self).items() if values}

    @property
    def any_account(self) -> bool:
        """Whether it also finds stories that are about none of our accounts."""
        return bool(self.words or self.competitors) and not (self.accounts or self.segments or self.roles or self.kinds)

    def in_words(self, names: Mapping[str, str]) -> str:
        """As a sentence; `names` are those of accounts by their ids."""
        parts = []
        if self.kinds:
            parts.append(_or([word_of(each).lower() for each in self.kinds]))
        if self.accounts:
            parts.append(f"at {_or([names.get(each, each) for each in self.accounts])}")
        if self.segments:
            parts.append(f"in {_or(self.segments)}")
        if self.competitors:
            parts.append(f"about {_or(self.competitors)} or their customers")
        if self.roles:
            parts.append(f"about a {_or(self.roles)}")
        if self.words:
            parts.append(f"with the words {_or([f'“{each}”' for each in self.words])}")
        said = ", ".join(parts)
        return (said[:1].upper() + said[1:]) if self.kinds or not said else f"Anything {said}"


@dataclass(frozen=True)
class Found:
    """What a watch finds: a story, and the event that it is of one of our accounts, where it is of any."""

    story: Story
    event: TriggerEvent | None

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.event.at if self.event else self.story.at


@dataclass(frozen=True)
class Tried:
    """What a watch would have found: the newest of `count`, from `since` on."""

    found: tuple[Found, ...]
    count: int
    since: datetime


def try_terms(user: User, terms: Terms, *, now: datetime, since: datetime | None = None) -> Tried:
    """What a watch finds among what was heard; nothing where it asks for nothing."""
    since = since or now - PAST
    if not terms.kept():
        return Tried((), 0, since)
    events = _events(user, terms, since)
    found = [Found(event.story, event) for event in with_sources(events.order_by("-at", "-pk"))[:SHOWN]]
    count = events.count()
    if terms.any_account:
        stories = _stories(user, terms, since)
        found += [Found(story, None) for story in stories.order_by("-at", "-pk")[:SHOWN]]
        count += stories.count()
    found.sort(key=lambda each: each.at, reverse=True)
    return Tried(tuple(found[:SHOWN]), count, since)


def _events(user: User, terms: Terms, since: datetime) -> "QuerySet[TriggerEvent]":
    newest = events_for(user).filter(at__gte=since).order_by("-at", "-pk").values("pk")[:LOOKED_THROUGH]
    events = events_for(user).filter(pk__in=list(newest.values_list("pk", flat=True)))
    deals = Deal.objects.filter(organisation=user.organisation_id).exclude(account_id="").values("account_id")
    if terms.kinds:
        events = events.filter(kind__in=terms.kinds)
    if terms.accounts:
        events = events.filter(account_id__in=terms.accounts)
    if terms.segments:
        events = events.filter(account_id__in=deals.filter(segment__in=terms.segments))
    if terms.competitors:
        theirs = Q(account_id__in=deals.filter(competitor__in=terms.competitors))
        events = events.filter(theirs | _told(terms.competitors, "story__"))
    if terms.roles:
        events = events.filter(_any("sentence", terms.roles) | _any("story__title", terms.roles))
    if terms.words:
        events = events.filter(_told(terms.words, "story__") | _any("sentence", terms.words))
    return events


def _stories(user: User, terms: Terms, since: datetime) -> "QuerySet[Story]":
    stories = Story.objects.filter(organisation=user.organisation_id, at__gte=since)
    newest = stories.order_by("-at", "-pk").values_list("pk", flat=True)[:LOOKED_THROUGH]
    stories = stories.filter(pk__in=list(newest), events=None)
    for group in (terms.competitors, terms.words):
        if group:
            stories = stories.filter(_told(group, ""))
    return stories.prefetch_related("items__source")


def _told(texts: Sequence[str], story: str) -> Exists:
    """Whether an item of the story says one of these; asked story by story, so that no other items are read."""
    return Exists(Item.objects.filter(_any("title", texts) | _any("text", texts), story=OuterRef(f"{story}pk")))


def _any(field: str, texts: Sequence[str]) -> Q:
    found = Q()
    for text in texts:
        found |= Q(**{f"{field}__icontains": text})
    return found


def watches_of(user: User) -> "QuerySet[Watch]":
    """Someone's own watches; nobody else sees them."""
    return Watch.objects.filter(organisation=user.organisation_id, owner=user).order_by("name", "pk")


def save_watch(
    *, by: User, name: str, terms: Terms, now: datetime, watch: Watch | None = None, by_mail: bool = True,
    is_on: bool = True,
) -> Watch:  # fmt: skip
    """Makes a watch, or changes one's own. Raises `Refused` with what is missing."""
    if not may(by, Right.LISTEN):
        raise Refused("someone who may not", "somebody who listens", "ask an admin")
    words = " ".join(name.replace("\x00", "").split())[:160]
    if not words:
        raise Refused("no name", "what to call the watch", "name it")
    if not terms.kept():
        raise Refused("a watch for nothing", "a kind, an account, a segment, a competitor, a role or a word", "say one")
    if watch is not None and watch.owner_id != by.pk:
        raise Refused("a watch of somebody else", "one of yours", "make your own")
    if watch is None and watches_of(by).count() >= WATCHES:
        raise Refused(f"{WATCHES} watches", "fewer", "take one away that finds nothing")
    held = watch or Watch(organisation=by.organisation, owner=by, made_at=now)
    held.name, held.terms, held.by_mail, held.is_on, held.changed_at = words, terms.kept(), by_mail, is_on, now
    held.save()
    return held


def remove_watch(*, by: User, watch: Watch) -> None:
    """Takes one's own watch away."""
    if watch.owner_id != by.pk:
        raise Refused("a watch of somebody else", "one of yours")
    watch.delete()


def accounts_in(by: User, lines: Sequence[str]) -> tuple[str, ...]:
    """The ids of accounts written as people do, one a line. Raises `Refused` that names every one not known."""
    wanted = [line.strip() for line in lines if line.strip()]
    found = {line: account_named(by.organisation, line) for line in wanted[: _MOST + 1]}
    unknown = [line for line, account in found.items() if account is None]
    if unknown:
        raise Refused(f"no account “{'”, “'.join(unknown)}”", "accounts with a deal on record", "write them as there")
    return tuple(account[0] for account in found.values() if account)


def names_of(user: User, ids: Sequence[str]) -> dict[str, str]:
    """The names of accounts by their ids."""
    deals = Deal.objects.filter(organisation=user.organisation_id, account_id__in=ids)
    return {key: name or key for key, name in deals.values_list("account_id", "account_name")}


def _or(texts: Sequence[str]) -> str:
    shown = list(texts[:4]) + ([f"{len(texts) - 4} more"] if len(texts) > 4 else [])
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
