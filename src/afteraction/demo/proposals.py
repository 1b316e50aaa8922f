"""Changes of the process that people of the demo proposed, in every state that does not change the process itself."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from afteraction.process.editing import with_changed_step, without_step
from afteraction.process.model import Process
from afteraction.process.rewriting import rewritten
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.insights.selectors import process_in
from afteraction.web.people.models import Organisation, Role, User
from afteraction.web.proposals import answering, services
from afteraction.web.proposals.models import Proposal
from afteraction.web.proposals.writing import Wish

_DAY: Final = timedelta(days=1)


def make_proposals(organisation: Organisation, rep: User, manager: User) -> None:
    """One that waits, one that is overdue, one that is tried, one adopted, one declined. Does nothing when done."""
    newest = organisation.process_versions.first()
    process = process_in(newest.text) if newest is not None else None
    proposed = Proposal.objects.filter(organisation=organisation, origin=Proposal.Origin.PERSON)
    if newest is None or process is None or proposed.exists():
        return
    now = timezone.now()
    people = {each.role: each for each in organisation.users.order_by("-pk")}
    marketing, operations = people[Role.MARKETING], people[Role.OPERATIONS]
    _adopted(rep, manager, now)
    _declined(newest, process, rep, operations, now)
    _tried(newest, process, manager, operations, now)
    _overdue(marketing, rep, now)
    _waiting(newest, process, rep, (manager, marketing), now)


def _adopted(rep: User, manager: User, now: datetime) -> None:
    wish = Wish(
        kind=Proposal.Kind.QUESTION,
        title="Before every demo",
        what="“Who else will have to say yes, and what do they need to see?”",
        reason="Simulated: in three deals of mine somebody turned up at the end who had never seen the product.",
        expected_points=2,
    )
    made = services.propose(by=rep, wish=wish, now=now - 40 * _DAY)
    services.support(by=manager, proposal=made, on=True, now=now - 38 * _DAY)
    answering.adopt(
        by=manager, proposal=made, words="Simulated: asked from now on; it costs nothing.", now=now - 30 * _DAY
    )


def _declined(newest: ProcessVersion, process: Process, rep: User, operations: User, now: datetime) -> None:
    step = next((one for one in process.steps if one.id == "legal_review"), process.steps[-1])
    wish = Wish(
        text=rewritten(newest.text, without_step(process, step.id)),
        base=newest.number,
        reason="Simulated: nobody of the buyers I talk to asks for it, and it takes a week.",
    )
    made = services.propose(by=rep, wish=wish, now=now - 25 * _DAY)
    reason = (
        "Simulated: the record cannot tell yet what it does, and without it we signed twice what we could not keep."
    )
    answering.decline(by=operations, proposal=made, reason=reason, now=now - 20 * _DAY)


def _tried(newest: ProcessVersion, process: Process, manager: User, operations: User, now: datetime) -> None:
    step = next((one for one in process.steps if one.id == "close_plan"), process.steps[-1])
    edited = with_changed_step(
        process, step.id, name=step.name, required=True, within=7 * _DAY, before=step.before
    )  # fmt: skip
    if edited == process:
        return
    wish = Wish(
        title="A plan to close that both sides have signed, in the first week",
        text=rewritten(newest.text, edited),
        base=newest.number,
        reason="Simulated: deals with such a plan seem calmer, and we do not know whether it is the plan.",
        expected_points=4,
    )
    made = services.propose(by=manager, wish=wish, now=now - 12 * _DAY)
    answering.try_it(by=operations, proposal=made, now=now - 6 * _DAY)


def _overdue(marketing: User, rep: User, now: datetime) -> None:
    wish = Wish(
        kind=Proposal.Kind.SCRIPT,
        title="Opening a call with someone from a webinar",
        what="“You asked about the second part last week. What made you ask?”",
        reason="Simulated: those who were at a webinar get the same first call as everybody else, and say so.",
    )
    made = services.propose(by=marketing, wish=wish, now=now - 19 * _DAY)
    services.support(by=rep, proposal=made, on=True, now=now - 18 * _DAY)


def _waiting(newest: ProcessVersion, process: Process, rep: User, others: tuple[User, ...], now: datetime) -> None:
    timed = [one for one in process.steps if one.within is not None and one.within >= 4 * _DAY]
    step = next((one for one in timed if one.id == "discovery_call"), timed[0] if timed else None)
    if step is None or step.within is None:
        return
    sooner = timedelta(days=step.within.days // 2)
    edited = with_changed_step(
        process, step.id, name=step.name, required=step.required, within=sooner, before=step.before
    )  # fmt: skip
    wish = Wish(
        text=rewritten(newest.text, edited),
        base=newest.number,
        reason="Simulated: after a week they have talked to two others, and we start from nothing.",
        expected_points=3,
    )
    made = services.propose(by=rep, wish=wish, now=now - 4 * _DAY)
    for number, each in enumerate(others):
        services.support(by=each, proposal=made, on=True, now=now - (3 - number) * _DAY)
    said = "Simulated: I would try it with half of the teams before I ask everybody for it."
    services.comment(by=others[0], proposal=made, text=said, now=now - 2 * _DAY)
