"""The audit trail: who changed what when, with what stood there before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model, Q

from afteraction.web.people.models import Organisation
from afteraction.web.people.selectors import people_of

PER_PAGE: Final = 50
_DONE: Final = {
    LogEntry.Action.CREATE: "created",
    LogEntry.Action.UPDATE: "changed",
    LogEntry.Action.DELETE: "deleted",
}
_UNTOLD: Final = frozenset({"id", "organisation", "created_at", "made_at", "password", "user", "is_superuser"})
"""Fields that say nothing to people: keys, what the head of an entry says already, and what nobody can change."""


@dataclass(frozen=True)
class Change:
    """A field with its value before and after; empty where there was none."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One change of one thing."""

    key: int
    at: datetime
    who: str
    done: str
    kind: str
    what: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class TrailPage:
    """Entries, newest first; `earlier` is the key to ask for the next page with, if there is one."""

    entries: tuple[Entry, ...]
    earlier: int | None


def trail(
    organisation: Organisation,
    *,
    before: int | None = None,
    who: str = "",
    actor: int | None = None,
    kind: int | None = None,
) -> TrailPage:
    """A page of the changes of an organisation, older than the entry `before`.

    By those whose name, address or team has `who`, or by one `actor`; of one `kind` of thing.
    """
    found = LogEntry.objects.filter(additional_data__organisation=organisation.pk).order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    if who:
        people = people_of(organisation, who).order_by().values("pk")
        found = found.filter(Q(actor__in=people) | Q(actor__isnull=True, actor_email__icontains=who))
    if actor is not None:
        found = found.filter(actor_id=actor)
    if kind is not None:
        found = found.filter(content_type_id=kind)
    entries = list(found.select_related("actor", "content_type")[: PER_PAGE + 1])
    shown = entries[:PER_PAGE]
    names = _names(shown)
    return TrailPage(
        tuple(_entry(each, names) for each in shown), shown[-1].pk if len(entries) > PER_PAGE and shown else None
    )


def kinds() -> list[tuple[int, str]]:
    """The kinds of things whose changes are kept: key and name."""
    from auditlog.registry import auditlog

    types = ContentType.objects.get_for_models(*auditlog.get_models())
    return sorted(((kind.pk, _capital(model._meta.verbose_name)) for model, kind in types.items()), key=lambda k: k[1])


def _entry(entry: LogEntry, names: Mapping[type[Model], Mapping[str, str]]) -> Entry:
    model = entry.content_type.model_class()
    told = {key: pair for key, pair in entry.changes_dict.items() if key not in _UNTOLD}
    changes = [_change(field, pair, names) for key, pair in told.items() if (field := _field(model, key)) is not None]
    return Entry(
        key=entry.pk,
        at=entry.timestamp,
        who=str(entry.actor) if entry.actor else entry.actor_email or "The system",
        done=_DONE.get(entry.action, "read"),
        kind=_capital(model._meta.verbose_name) if model else entry.content_type.model,
        what=entry.object_repr,
        changes=tuple(change for change in changes if change.before != change.after),
    )


def _change(field: Field[Any, Any], pair: list[str], names: Mapping[type[Model], Mapping[str, str]]) -> Change:
    before, after = ("" if value in ("None", None) else str(value) for value in pair)
    if field.choices:
        words = {str(value): str(word) for value, word in field.flatchoices}
        before, after = words.get(before, before), words.get(after, after)
    elif field.related_model is not None:
        known = names.get(field.related_model, {})
        before, after = known.get(before, before), known.get(after, after)
    elif field.get_internal_type() == "BooleanField":
        words = {"True": "yes", "False": "no"}
        before, after = words.get(before, before), words.get(after, after)
    elif field.get_internal_type() == "DateTimeField":
        before, after = before[:16], after[:16]  # to the minute, as the record keeps it: UTC
    return Change(_capital(field.verbose_name), before, after)


def _names(entries: Iterable[LogEntry]) -> dict[type[Model], dict[str, str]]:
    """How the things are called that entries refer to by their keys: one query for each kind of thing."""
    asked: dict[type[Model], set[str]] = {}
    for entry in entries:
        for key, pair in entry.changes_dict.items():
            field = _field(entry.content_type.model_class(), key)
            if field is not None and isinstance(field.related_model, type) and key not in _UNTOLD:
                asked.setdefault(field.related_model, set()).update(v for v in pair if str(v).isdigit())
    return {
        model: {str(each.pk): str(each) for each in model._default_manager.filter(pk__in=keys)}
        for model, keys in asked.items()
    }


def _field(model: type[Model] | None, key: str) -> Field[Any, Any] | None:
    """The field of that name; none when it has gone since, or only points back from other things."""
    if model is None:
        return None
    try:
        found = model._meta.get_field(key)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def _capital(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]
