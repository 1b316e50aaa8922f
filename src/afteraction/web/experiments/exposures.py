"""What a deal's arm asks for, shown on the deal: who was shown it first and when, and what they tell of having done it.

Everyone who opens the deal is shown it, and the first time is kept. Only those who work on the deal tell: its owner,
and the manager of its team. What is shown says what to do, never what is hoped for: not which way is the new one, nor
what is measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from afteraction.errors import Refused
from afteraction.report.text import clean
from afteraction.web.deals.models import Deal
from afteraction.web.deals.selectors import as_of
from afteraction.web.experiments.assigning import arm_of_deal
from afteraction.web.experiments.document import Arm
from afteraction.web.experiments.drawing import drawing_of
from afteraction.web.experiments.models import Assignment, Experiment, Exposure
from afteraction.web.experiments.selectors import protocol_in_force
from afteraction.web.people.models import Role, User

Followed = Exposure.Followed


@dataclass(frozen=True)
class Asked:
    """What a trial asks for on a deal: the arm with its instructions, until when, what this person told, if they may.

    `exposure` is None for who has not been shown it yet.
    """

    experiment: Experiment
    deal: Deal
    assignment: Assignment
    arm: Arm
    until: datetime
    may_tell: bool
    exposure: Exposure | None = None


def is_asked(deal: Deal, now: datetime) -> bool:
    """Whether a trial asks for something on a deal now."""
    return any(True for _row in _assigned(deal, now))


def asked_of(user: User, deal: Deal, now: datetime) -> tuple[Asked, ...]:
    """What the running trials ask for on a deal now. Nobody is noted as having been shown it."""
    told = Exposure.objects.filter(person=user, deal_id=deal.deal_id)
    seen = {each.protocol_id: each for each in told}
    return tuple(
        Asked(row.protocol.experiment, deal, row, arm, until, may_tell(user, deal), seen.get(row.protocol_id))
        for row, arm, until in _assigned(deal, now)
    )


@transaction.atomic
def show(*, user: User, deal: Deal, now: datetime) -> tuple[Asked, ...]:
    """What the running trials ask for on a deal, and the record that this person was shown it, the first time."""
    rows = [
        Exposure(
            protocol=each.assignment.protocol, deal_id=deal.deal_id, person=user, arm=each.arm.key, at=now,
            as_owner=owns(user, deal),
        )
        for each in asked_of(user, deal, now)
        if each.exposure is None
    ]  # fmt: skip
    Exposure.objects.bulk_create(rows, ignore_conflicts=True)
    return asked_of(user, deal, now)


@transaction.atomic
def tell(*, user: User, experiment: Experiment, deal: Deal, followed: str, now: datetime, why: str = "") -> Asked:
    """Notes that a deal was done as asked, or the other way and why; with nothing (`followed` empty) it is taken back.

    Raises `Refused` for an answer that there is not, for who does not work on the deal, and where nothing is asked.
    """
    if followed not in Followed.values:
        raise Refused(f"the answer “{followed}”", "yes, other or nothing", "tap one of the two")
    if not may_tell(user, deal):
        raise Refused("somebody who does not work on this deal", "its owner, or the manager of its team", "ask them")
    asked = next((each for each in show(user=user, deal=deal, now=now) if each.experiment.pk == experiment.pk), None)
    if asked is None or asked.exposure is None:
        raise Refused(
            "a deal of which this trial asks nothing now", "one that it does", "look at the page of the trial"
        )
    row = asked.exposure
    row.followed, row.told_at = followed, now if followed else None
    row.why = clean(why).strip()[:300] if followed == Followed.OTHER else ""
    row.save(update_fields=["followed", "told_at", "why"])
    return asked


def owns(user: User, deal: Deal) -> bool:
    """Whether a deal is someone's own."""
    return bool(user.owner_name) and user.owner_name == deal.owner


def may_tell(user: User, deal: Deal) -> bool:
    """Whether someone works on a deal: it is theirs, or of the team that they manage."""
    leads = user.role == Role.MANAGER and user.team is not None and user.team.name == deal.team
    return user.organisation_id == deal.organisation_id and (owns(user, deal) or leads)


def _assigned(deal: Deal, now: datetime) -> Iterator[tuple[Assignment, Arm, datetime]]:
    """The arms of an open deal in the trials that run, as long as its horizon has not passed, as the record has it."""
    if deal.outcome != "open":
        return
    known = min(as_of(deal.organisation) or now, now)
    running = Experiment.objects.filter(organisation=deal.organisation_id, state=Experiment.State.RUNNING)
    for experiment in running.select_related("organisation").order_by("pk"):
        protocol = protocol_in_force(experiment)
        row = None if protocol is None else arm_of_deal(protocol, deal)
        if protocol is None or row is None:
            continue
        try:
            document = drawing_of(protocol).document
        except Refused:
            continue  # a protocol that was tampered with asks for nothing; the page of the trial says so
        row.protocol = protocol
        until = row.at + timedelta(days=document.primary.horizon)
        if known < until:
            yield row, next(arm for arm in document.arms if arm.key == row.arm), until
