"""What the entries of the ledger say: made from rows when they are settled, and again whenever they are verified."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Model

from afteraction.web.experiments.ledger import sha_of
from afteraction.web.experiments.models import (
    Assignment,
    Experiment,
    ExperimentDecision,
    Exposure,
    Look,
    Protocol,
    Signature,
)
from afteraction.web.experiments.seals import written

_PLACES: Final = frozenset({"id", "protocol_id", "batch"})


def of_signature(signature: Signature) -> dict[str, Any]:
    """Who signed which text as what. Kind.SIGNED."""
    return {
        "protocol": signature.protocol.version,
        "part": signature.part,
        "person": signature.person_id,
        "name": signature.name,
        "digest": signature.digest,
        "at": signature.at,
    }


def of_protocol(protocol: Protocol) -> dict[str, Any]:
    """A protocol that both signed, with what the experiment says beside it. Kind.LOCKED."""
    experiment = protocol.experiment
    return {
        "protocol": protocol.version,
        "text": protocol.text,
        "digest": protocol.digest,
        "locked_at": protocol.locked_at,
        "why": protocol.why,
        **of_experiment(experiment),
    }


def of_experiment(experiment: Experiment) -> dict[str, Any]:
    """What an experiment is about and who answers for it."""
    return {
        "title": experiment.title,
        "question": experiment.question,
        "owner": experiment.owner_id,
        "sponsor": experiment.sponsor_id,
        "new_process": hashlib.sha256(experiment.new_process.encode()).hexdigest(),
    }


def of_batch(protocol: Protocol, rows: Sequence[Assignment], **also: Any) -> dict[str, Any]:
    """Units that came into arms together, in the order of their keys. Kind.ASSIGNED.

    `also` names what else the entry keeps, such as data_version=7. The rows' `batch` is the place of the entry.
    """
    return {"protocol": protocol.version, "digest": protocol.digest, **_table(rows, columns_of(Assignment)), **also}


def of_exposures(protocol: Protocol, rows: Sequence[Exposure], until: datetime) -> dict[str, Any]:
    """Who was shown what until a moment, and what they told of it. Kind.EXPOSED."""
    return {"protocol": protocol.version, "until": until, **_table(rows, columns_of(Exposure))}


def columns_of(model: type[Model]) -> tuple[str, ...]:
    """The columns that an entry keeps of each row: all but those that say where the row stands."""
    return tuple(each.attname for each in model._meta.concrete_fields if each.attname not in _PLACES)


def _table(rows: Sequence[Model], columns: Sequence[str]) -> dict[str, Any]:
    kept = sorted([written(getattr(row, name)) for name in columns] for row in rows)
    return {"columns": list(columns), "rows": kept}


def of_look(look: Look) -> dict[str, Any]:
    """A look, its result as the SHA-256 of what is kept. Kind.LOOKED."""
    return {
        "protocol": look.protocol.version,
        "data_version": look.data_version,
        "at": look.at,
        "made_at": look.made_at,
        "result": sha_of(look.result),
        "rule_says": look.rule_says,
    }


def of_decision(decision: ExperimentDecision) -> dict[str, Any]:
    """A decision beside what the rule said. Kind.DECIDED."""
    version = decision.process_version
    return {
        "protocol": decision.protocol.version,
        "look": decision.look.data_version if decision.look else None,
        "kind": decision.kind,
        "rule_said": decision.rule_said,
        "against_rule": decision.against_rule,
        "reason": decision.reason,
        "name": decision.name,
        "at": decision.at,
        "process_version": version.number if version else None,
        "process": hashlib.sha256(version.text.encode()).hexdigest() if version else None,
    }
