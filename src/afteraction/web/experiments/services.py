"""What may be done with experiments until they run: drafted, planned, signed, changed, ended and withdrawn."""

from datetime import datetime
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.experiments.ledger import Kind, append
from afteraction.web.experiments.models import Experiment, Protocol
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

TITLE: Final = 160


@transaction.atomic
def draft(
    *, by: User, title: str, question: str = "", new_process: str = "", sponsor: User | None = None, now: datetime
) -> Experiment:
    """An experiment to be planned, owned by whoever drafts it, with an empty first protocol.

    `new_process` is the text of the process as it would be (a proposal's), empty where no step changes. Raises
    `Refused` for who may not own trials, and without a title.
    """
    if not may(by, Right.OWN_TRIALS):
        raise Refused(f"{by}, who may not own trials", "a manager, sales operations or an executive", "ask one of them")
    text = title.strip()
    if not text:
        raise Refused("no title", "what the trial is called", "name it so that a colleague knows what is tried")
    experiment = Experiment.objects.create(
        organisation=by.organisation,
        title=text[:TITLE],
        question=question.strip()[:1000],
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
def end(*, experiment: Experiment, because: str, now: datetime) -> None:
    """A trial that runs waits for its decision from now on: nobody is assigned any more. Once is enough."""
    locked = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if locked.state != Experiment.State.RUNNING:
        return
    locked.state, locked.changed_at = Experiment.State.ENDED, now
    locked.save(update_fields=["state", "changed_at"])
    append(locked, Kind.ENDED, {"because": because}, now)
