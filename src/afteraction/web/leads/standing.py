"""Where a lead stands, between its row and `life`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from afteraction.web.leads.life import Place, S, Standing
from afteraction.web.leads.models import Lead

_SAME: Final = (
    *("next_at", "since", "handed_at", "owned_at", "due_at", "answered_at", "answer_minutes", "accepted_at"),
    *("level", "reason", "deal_id"),
)
COLUMNS: Final = ("state", "owner_id", "queue_id", *_SAME)
WRITTEN: Final = ("state", "owner", "queue", *_SAME)
"""The fields that a standing is saved in."""
T = TypeVar("T")


def standing_from(row: Mapping[str, Any]) -> Standing:
    """The standing of a row, given by its columns."""
    same = {name: row[name] for name in _SAME}
    return Standing(S(row["state"]), Place(row["owner_id"], row["queue_id"]), **same)


def standing_of(lead: Lead) -> Standing:
    """Where a lead stands."""
    return standing_from(vars(lead))


def put(lead: Lead, standing: Standing) -> None:
    """Put a lead where it stands now, without saving it."""
    lead.state = standing.state.value
    lead.owner_id, lead.queue_id = standing.place.owner, standing.place.queue
    for name in _SAME:
        setattr(lead, name, getattr(standing, name))


def write_standing(lead: Lead, standing: Standing) -> None:
    """Put a lead where it stands now, and save that."""
    put(lead, standing)
    lead.save(update_fields=WRITTEN)


def batched(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in parts of this size: a database takes so many keys in one question."""
    for first in range(0, len(items), size):
        yield items[first : first + size]
