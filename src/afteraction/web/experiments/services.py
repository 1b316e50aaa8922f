"""What may be done with experiments until they run: drafted, planned, signed, changed, ended and withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.experiments import receipts
from afteraction.web.experiments.answers import answers_of
from afteraction.web.experiments.document import ProtocolDocument, canonical, digest_of, read_document
from afteraction.web.experiments.ledger import Kind, append
from afteraction.web.experiments.models import Experiment, Protocol
from afteraction.web.experiments.selectors import protocol_in_draft, protocol_in_force
from afteraction.web.experiments.settled import of_experiment
from afteraction.web.experiments.wording import question_in, reason_in, title_in
from afteraction.web.people.models import Organisation, Role, User
from afteraction.web.people.roles import Right, may

WHO_MAY: Final = "a manager, sales operations, an executive or an admin"


@transaction.atomic
def draft(
    *, by: User, title: str, question: str = "", new_process: str = "", sponsor: User | None = None, now: datetime
) -> Experiment:
    """An experiment to be planned, owned by whoever drafts it, with an empty first protocol.

    `new_process` is the text of the process as it would be (a proposal's), empty where no step changes. The same form
    sent twice is one: the draft that is there. Raises `Refused` for who may not own trials, and without a title or with
    one that does not fit.
    """
    if not may(by, Right.OWN_TRIALS):
        raise Refused(f"{by}, who may not own trials", WHO_MAY, "ask one of them")
    text, asked = title_in(title), question_in(question)
    Organisation.objects.select_for_update().get(pk=by.organisation_id)  # so that of two at once one is the second
    there = Experiment.objects.filter(
        organisation=by.organisation, title=text, question=asked, new_process=new_process, owner=by, made_by=by,
        state=Experiment.State.DRAFT,
    ).first()  # fmt: skip
    if there is not None:
        return there
    experiment = Experiment.objects.create(
        organisation=by.organisation,
        title=text,
        question=asked,
        new_process=new_process,
        owner=by,
        sponsor=sponsor,
        made_by=by,
        made_at=now,
        changed_at=now,
    )
    Protocol.objects.create(experiment=experiment, version=1)
    return experiment


@transaction.atomic
def save_plan(
    *,
    by: User,
    experiment: Experiment,
    answers: Mapping[str, Any],
    document: ProtocolDocument | None,
    now: datetime,
    title: str = "",
    question: str = "",
    sponsor: User | None = None,
) -> Protocol:
    """Keeps what is written of a plan. With a `document` it is whole and can be signed; without, `answers` are kept.

    Any change takes back the signatures that are under it. Title, question and sponsor stay as they are once a protocol
    was locked. Raises `Refused` for who does not answer for it, where nothing is being written, and for a sponsor who
    is the owner or may not own trials.
    """
    locked = _locked(by, experiment)
    protocol = protocol_in_draft(locked)
    if protocol is None or locked.state in (Experiment.State.DECIDED, Experiment.State.WITHDRAWN):
        raise Refused(
            "a protocol that is locked", "one that is being written", "begin a new version of it, with a reason"
        )
    before = (protocol.digest, of_experiment(locked))
    if protocol.version == 1:
        locked.title, locked.question = title_in(title) if title.strip() else locked.title, question_in(question)
        if sponsor != locked.sponsor:
            locked.sponsor = _may_sponsor(sponsor, locked.owner)
    text = canonical(document) if document else ""
    protocol.document = document.model_dump(mode="json") if document else {"answers": dict(answers)}
    protocol.text, protocol.digest = text, digest_of(text) if text else ""
    locked.changed_at = now
    locked.save(update_fields=["title", "question", "sponsor", "changed_at"])
    protocol.save(update_fields=["document", "text", "digest"])
    if before != (protocol.digest, of_experiment(locked)):
        take_back_signatures(protocol=protocol, now=now)
    return protocol


def take_back_signatures(*, protocol: Protocol, now: datetime) -> None:
    """What was signed is no longer what is written. The ledger keeps that it was signed."""
    gone, _each = protocol.signatures.all().delete()
    if gone:
        append(protocol.experiment, Kind.UNSIGNED, {"protocol": protocol.version, "because": "it was changed"}, now)


@transaction.atomic
def new_version(*, by: User, experiment: Experiment, why: str, now: datetime) -> Protocol:
    """A draft of the next protocol, beginning as the one in force, which runs until the new one is signed.

    Signed, it restarts the clock: its deals are drawn anew, and what came of the old version stays beside its result.
    Raises `Refused` without a reason, for who does not answer for the trial, and where there is nothing to change.
    """
    locked = _locked(by, experiment)
    newest = protocol_in_force(locked)
    if locked.state not in (Experiment.State.RUNNING, Experiment.State.ENDED) or newest is None:
        raise Refused(
            f"a trial that is {locked.get_state_display().lower()}",
            "one that runs, or waits for a decision",
            "change the plan itself, or plan another trial",
        )
    if protocol_in_draft(locked) is not None:
        raise Refused("a new version that is being written already", "one at a time", "finish it, or drop it")
    reason = reason_in(why, "why the protocol is changed", "write it in a sentence: it stays beside the result")
    document = {"answers": answers_of(read_document(newest.document))}
    locked.changed_at = now
    locked.save(update_fields=["changed_at"])
    return Protocol.objects.create(experiment=locked, version=newest.version + 1, document=document, why=reason)


@transaction.atomic
def drop_version(*, by: User, experiment: Experiment, now: datetime) -> None:
    """A new version that is not wanted after all; the one in force goes on. Raises `Refused` where there is none."""
    locked = _locked(by, experiment)
    protocol = protocol_in_draft(locked)
    if protocol is None or protocol.version == 1:
        raise Refused("no new version that is being written", "one to drop", "withdraw the trial instead")
    take_back_signatures(protocol=protocol, now=now)
    protocol.delete()


@transaction.atomic
def hand_over(*, by: User, experiment: Experiment, owner: User, sponsor: User, now: datetime) -> None:
    """Others answer for a trial from now on. Signatures of those before them stay with what they signed.

    Raises `Refused` where one of them may not own trials, or both are the same.
    """
    locked = _locked(by, experiment)
    if not may(owner, Right.OWN_TRIALS) or owner.organisation_id != locked.organisation_id:
        raise Refused(f"{owner}, who may not own trials", WHO_MAY, "choose one of them")
    locked.owner, locked.sponsor, locked.changed_at = owner, _may_sponsor(sponsor, owner), now
    locked.save(update_fields=["owner", "sponsor", "changed_at"])
    draft = protocol_in_draft(locked)
    if draft is not None:
        take_back_signatures(protocol=draft, now=now)
    append(locked, Kind.HANDED, {"owner": owner.pk, "sponsor": sponsor.pk, "by": str(by)}, now)


@transaction.atomic
def withdraw(*, by: User, experiment: Experiment, why: str, now: datetime) -> None:
    """Ends a trial without a decision; what came of it stays readable. Raises `Refused` without a reason."""
    locked = _locked(by, experiment)
    if locked.state in (Experiment.State.DECIDED, Experiment.State.WITHDRAWN):
        raise Refused(f"a trial that is {locked.get_state_display().lower()}", "one that is not over", "leave it")
    reason = reason_in(why, "why it is withdrawn", "write it in a sentence")
    locked.state, locked.changed_at = Experiment.State.WITHDRAWN, now
    locked.save(update_fields=["state", "changed_at"])
    append(locked, Kind.WITHDRAWN, {"why": reason, "by": str(by)}, now)
    receipts.ask_for(locked)


@transaction.atomic
def end(*, experiment: Experiment, because: str, now: datetime) -> None:
    """A trial that runs waits for its decision from now on: nobody is assigned any more. Once is enough."""
    locked = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if locked.state != Experiment.State.RUNNING:
        return
    locked.state, locked.changed_at = Experiment.State.ENDED, now
    locked.save(update_fields=["state", "changed_at"])
    append(locked, Kind.ENDED, {"because": because}, now)
    receipts.ask_for(locked)


def answers_for(by: User, experiment: Experiment) -> bool:
    """Whether someone may change, sign and withdraw a trial: its owner, its sponsor, and admins."""
    if by.organisation_id != experiment.organisation_id or not may(by, Right.OWN_TRIALS):
        return False
    return by.pk in (experiment.owner_id, experiment.sponsor_id) or by.role == Role.ADMIN


def _locked(by: User, experiment: Experiment) -> Experiment:
    locked = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if not answers_for(by, locked):
        raise Refused(f"{by}, who does not answer for this trial", "its owner or sponsor", "ask one of them")
    return locked


def _may_sponsor(sponsor: User | None, owner: User | None) -> User | None:
    if sponsor is None:
        return None
    if sponsor == owner:
        raise Refused("an owner who is the sponsor too", "two different people", "choose another sponsor")
    if not may(sponsor, Right.OWN_TRIALS) or (owner and sponsor.organisation_id != owner.organisation_id):
        raise Refused(f"{sponsor}, who may not sponsor trials", WHO_MAY, "choose one of them")
    return sponsor
