"""A protocol is signed by two, owner and sponsor, each under the hash that they were shown: then it is locked."""

from datetime import datetime

from django.db import transaction
from pydantic import ValidationError

from afteraction.errors import Refused
from afteraction.web.experiments import receipts, settled
from afteraction.web.experiments.answers import problems_of
from afteraction.web.experiments.document import canonical, digest_of, read_document
from afteraction.web.experiments.ledger import Kind, append
from afteraction.web.experiments.models import Experiment, Protocol, Signature
from afteraction.web.experiments.selectors import protocol_in_draft
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may


def part_of(user: User, experiment: Experiment) -> str:
    """As what someone signs; empty for everyone else."""
    if user.organisation_id != experiment.organisation_id or not may(user, Right.OWN_TRIALS):
        return ""
    parts = {experiment.owner_id: Signature.Part.OWNER, experiment.sponsor_id: Signature.Part.SPONSOR}
    return str(parts.get(user.pk, ""))


def waits_for(user: User, experiment: Experiment) -> bool:
    """Whether a protocol is whole, and waits for this person's signature."""
    draft = protocol_in_draft(experiment)
    part = part_of(user, experiment)
    if draft is None or not draft.text or not part:
        return False
    return not draft.signatures.filter(part=part).exists()


@transaction.atomic
def sign(*, by: User, experiment: Experiment, digest: str, now: datetime) -> Protocol:
    """Signs the protocol that is being written; the second signature locks it, and the trial runs from then on.

    `digest` is the hash that the signer was shown. The caller has made sure that it is them (`confirming.py`). Raises
    `Refused` for who is neither owner nor sponsor, for another text than the one that was shown, for one that is not
    whole, and for a first day that has passed.
    """
    locked = Experiment.objects.select_for_update().get(pk=experiment.pk)
    protocol = protocol_in_draft(locked)
    part = part_of(by, locked)
    if not part:
        raise Refused(f"{by}", "the owner or the sponsor of the trial", "ask one of them")
    if protocol is None or not protocol.text or locked.state in (Experiment.State.DECIDED, Experiment.State.WITHDRAWN):
        raise Refused("no protocol that can be signed", "one that is whole and not locked", "finish the plan first")
    if locked.sponsor_id is None or locked.owner_id is None or locked.owner_id == locked.sponsor_id:
        raise Refused("no sponsor", "two different people, owner and sponsor", "name a sponsor in the plan")
    _as_shown(protocol, digest, now)
    signature, made = Signature.objects.get_or_create(
        protocol=protocol,
        part=part,
        defaults={"person": by, "name": str(by), "digest": protocol.digest, "at": now},
    )
    if made:
        append(locked, Kind.SIGNED, settled.of_signature(signature), now)
        if protocol.signatures.count() == len(Signature.Part):
            _lock(locked, protocol, now)
        receipts.ask_for(locked)
    return protocol


def _as_shown(protocol: Protocol, digest: str, now: datetime) -> None:
    try:
        document = read_document(protocol.document)
    except ValidationError as error:
        wrong = "; ".join(problems_of(error))
        raise Refused(f"a plan that makes no sense: {wrong}", "one that can be decided", "correct the plan") from error
    if not digest == protocol.digest == digest_of(protocol.text) or canonical(document) != protocol.text:
        raise Refused(
            "another text than the one that you were shown: it was changed meanwhile",
            "the same hash on both sides",
            "read it again, then sign",
        )
    if document.starts_on < now.date():
        raise Refused(
            f"a first day, {document.starts_on:%-d %b %Y}, that has passed", "one to come", "change the first day"
        )


def _lock(experiment: Experiment, protocol: Protocol, now: datetime) -> None:
    protocol.experiment = experiment
    protocol.locked_at = now
    protocol.save(update_fields=["locked_at"])
    experiment.state, experiment.changed_at = Experiment.State.RUNNING, now
    experiment.save(update_fields=["state", "changed_at"])
    append(experiment, Kind.LOCKED, settled.of_protocol(protocol), now)
