"""The ledger of an experiment: a chain of entries, each sealed with a key over its content and the entry before.

The key comes from the installation's secret key, which the database does not hold: whoever can only write to the
database cannot make an entry that fits. Every entry is also noted in a file outside of the database (`anchor.py`), and
mailed to owner and sponsor (`receipts.py`); `verifying.verify(experiment)` tells what no longer fits. What that
protects against and what not: docs/decisions/0008.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from afteraction.web.experiments import anchor
from afteraction.web.experiments.models import Experiment, LedgerEntry
from afteraction.web.experiments.seals import sealed, written


class Kind(StrEnum):
    """What an entry settles. Its content is made by `settled.py`, from the row that says the same."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    LOCKED = "locked"
    HANDED = "handed"
    ASSIGNED = "assigned"
    EXPOSED = "exposed"
    LOOKED = "looked"
    RECHECKED = "rechecked"
    ENDED = "ended"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


@transaction.atomic
def append(experiment: Experiment, kind: str, content: Mapping[str, Any], now: datetime) -> LedgerEntry:
    """The next entry of the chain, in the transaction of what it settles; noted outside once that is committed.

    `content` is what `settled.py` makes of the row: `append(trial, Kind.LOOKED, settled.of_look(look), now)`.
    """
    Experiment.objects.select_for_update().get(pk=experiment.pk)  # two at once would both follow the same entry
    last = LedgerEntry.objects.filter(experiment=experiment).order_by("-place").first()
    entry = LedgerEntry(
        experiment=experiment,
        place=last.place + 1 if last else 1,
        kind=str(kind),
        content=as_text(content),
        at=now,
        previous=last.digest if last else "",
    )
    entry.digest = seal_of(entry)
    entry.save(force_insert=True)
    organisation = experiment.organisation
    transaction.on_commit(lambda: anchor.note(organisation, experiment.pk, now))
    return entry


def as_text(content: Mapping[str, Any]) -> str:
    """The one text of a content, whichever database it went through: keys sorted, whole numbers without a point."""
    return json.dumps(
        _plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=written
    )


def sha_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of that text: what an entry keeps of something long."""
    return hashlib.sha256(as_text(content).encode()).hexdigest()


def seal_of(entry: LedgerEntry, secret: str | None = None) -> str:
    """The HMAC-SHA-256 over an entry and the one before: what `digest` has to be. `secret`: an earlier secret key."""
    said = [entry.experiment_id, entry.place, entry.kind, written(entry.at), entry.previous, entry.content]
    return sealed(json.dumps(said, ensure_ascii=False), secret)


def _plain(value: Any) -> Any:
    """Without what databases change: PostgreSQL gives 2.0 back as 2.0 and 1e20 as a whole number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
