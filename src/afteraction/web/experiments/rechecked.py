"""What reading old data versions again found of a trial, as its ledger keeps it. Written by `rechecking`."""

import json
from collections.abc import Iterator
from typing import Any

from afteraction.web.experiments.found import Tampering
from afteraction.web.experiments.ledger import Kind
from afteraction.web.experiments.models import Experiment, LedgerEntry


def differing(experiment: Experiment) -> list[Tampering]:
    """The data versions that no longer say what they said: for `verify`, which reads no record itself."""
    return [
        Tampering("record", f"Data version {each['data_version']}, of which there is a look, {each['why']}")
        for each in entries(experiment)
    ]


def entries(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """What the entries of the ledger say; one whose text was spoilt is passed over, as its seal tells."""
    for entry in LedgerEntry.objects.filter(experiment=experiment, kind=Kind.RECHECKED).order_by("place"):
        try:
            said = json.loads(entry.content)
        except ValueError:
            continue
        if isinstance(said, dict) and {"protocol", "data_version", "why"} <= said.keys():
            yield said
