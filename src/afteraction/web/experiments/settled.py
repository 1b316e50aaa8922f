"""What the entries of the ledger say: made from rows when they are settled, and again whenever they are verified."""

import hashlib
from collections.abc import Iterable
from typing import Any

from afteraction.web.experiments.ledger import sha_of
from afteraction.web.experiments.models import Assignment, Experiment, ExperimentDecision, Look, Protocol, Signature


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


def of_batch(protocol: Protocol, rows: Iterable[Assignment], **also: Any) -> dict[str, Any]:
    """Deals that came into arms together: how many, and the SHA-256 over all that is kept of each. Kind.ASSIGNED.

    `also` names what else the entry keeps, such as data_version=7. The rows' `batch` is the place of the entry.
    """
    settled = sorted(
        [
            *(row.unit, row.cluster, row.period, row.stratum, row.place, row.arm, row.left_out),
            *(row.began, row.at, row.late),
        ]
        for row in rows
    )
    kept = {"protocol": protocol.version, "digest": protocol.digest, "count": len(settled)}
    return kept | {"rows": sha_of({"rows": settled}), **also}


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
