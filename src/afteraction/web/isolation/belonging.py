"""To whom the rows of a table belong, as its model declares it: an organisation, through another row, or everyone.

A model with a key `organisation` belongs to that one. Any other belongs where the row belongs that its first required
key leads to: the answer of a review where the review does. What belongs to no organisation has to be named here, with
the reason; a test fails for a table that is neither.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.apps import apps
from django.db.models import ForeignKey, Model

SHARED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "auth.Group": "Django's groups, which are not used: roles are in the code",
        "auth.Group_permissions": "as above",
        "auth.Permission": "the names of rights, the same everywhere",
        "contenttypes.ContentType": "the names of the models",
        "sessions.Session": "found by a secret of the browser, before anyone knows who asks; signed, says only who",
        "socialaccount.SocialApp": "the provider of single sign-on, one for the installation",
        "django_tasks_database.DBTaskResult": "the queue, which workers read before they know whose job is next",
        "jobs.Worker": "the processes of the installation",
        "jobs.Schedule": "what comes round, for all organisations at once",
    }
)
"""Models whose rows belong to no organisation, and why."""
SHARED_TABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "django_migrations": "which migrations have been made",
        "shared_cache": "counts for limits of attempts, by keys that name no row",
    }
)
"""Tables without a model."""
_ORGANISATION: Final = "people.Organisation"
_OF_ROW: Final[Mapping[str, str]] = MappingProxyType(
    {
        _ORGANISATION: "id",
        # Every model that is traced says there whose it is: `Traced` of people/models.py.
        "auditlog.LogEntry": "(additional_data ->> 'organisation')::bigint",
    }
)
"""Where the number of the organisation stands in rows that have no key to it."""


@dataclass(frozen=True)
class Belonging:
    """Whose the rows of `table` are: `number` is an SQL expression for the organisation, or `key` leads to the row of
    `parent` (by its column `parent_key`) that says so. Neither where they are shared.
    """

    label: str
    table: str
    number: str = ""
    key: str = ""
    parent: str = ""
    parent_key: str = ""

    @property
    def is_shared(self) -> bool:
        return not self.number and not self.key


class BelongsNowhere(Exception):
    """A model that neither leads to an organisation nor is declared as shared."""


def every_table() -> Iterator[Belonging]:
    """All tables of models, those that join two others among them. Raises `BelongsNowhere`."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield belonging(model)


def belonging(model: type[Model]) -> Belonging:
    """Whose the rows of a model are. Raises `BelongsNowhere`, with what to do."""
    label, table = model._meta.label, model._meta.db_table
    if label in SHARED:
        return Belonging(label, table)
    if label in _OF_ROW:
        return Belonging(label, table, number=_OF_ROW[label])
    keys = [each for each in model._meta.concrete_fields if isinstance(each, ForeignKey) and not each.null]
    for each in keys:
        if each.related_model._meta.label == _ORGANISATION:
            return Belonging(label, table, number=each.column)
    for each in keys:
        if each.related_model._meta.label not in SHARED:
            target = str(each.target_field.column)
            return Belonging(label, table, key=each.column, parent=each.related_model._meta.db_table, parent_key=target)
    raise BelongsNowhere(
        f"found {label}, which leads to no organisation; expected a required key `organisation` or to a row that has "
        "one; add it, or name the model in isolation/belonging.py as shared, with the reason"
    )
