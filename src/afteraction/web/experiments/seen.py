"""The step that tells the arms of a trial apart, and in which deals the record shows it.

It comes from the process as it would be: the step that is added (or becomes required) there is the new way's, one that
is taken out the old way's. Without another process it is the one step that the words of one arm name and those of the
other do not. The step that is measured is never it: doing it is the outcome.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow.compute as pc
from django.db import transaction

from afteraction.process.check import check_text
from afteraction.process.diff import ChangeKind, diff
from afteraction.process.model import Process, Step
from afteraction.web.deals.models import IndexState
from afteraction.web.deals.record import times_of
from afteraction.web.experiments.document import Arm, ProtocolDocument
from afteraction.web.experiments.drawing import drawing_of
from afteraction.web.experiments.models import Protocol, StepDone

_NEW = (ChangeKind.STEP_ADDED, ChangeKind.REQUIRED)


@dataclass(frozen=True)
class TellingStep:
    """A step that belongs to one arm: its key there, what it is called, and the activities that count as doing it."""

    arm: str
    name: str
    activities: tuple[str, ...]


def telling_step(protocol: Protocol, document: ProtocolDocument) -> TellingStep | None:
    """The step that only one arm asks for; None where the record cannot tell the arms apart."""
    before = _process_before(protocol)
    if before is None:
        return None
    after = check_text(protocol.experiment.new_process).process if protocol.experiment.new_process else None
    found = list(_by_process(before, after, document) if after else _by_words(before, document))
    measured = document.primary.what if document.primary.kind == "step" else None
    found = [(arm, step) for arm, step in found if measured not in (step.id, step.name or step.id)]
    if len({arm.key for arm, _step in found}) != 1:
        return None
    arm, step = found[0]
    return TellingStep(arm.key, step.name or step.id, step.activities)


def _process_before(protocol: Protocol) -> Process | None:
    """The process on paper when the protocol was locked; the oldest where all are newer."""
    versions = protocol.experiment.organisation.process_versions.order_by("number")
    there = versions.filter(made_at__lte=protocol.locked_at).last() if protocol.locked_at else None
    there = there or versions.first()
    return None if there is None else check_text(there.text).process


def _by_process(before: Process, after: Process, document: ProtocolDocument) -> Iterator[tuple[Arm, Step]]:
    old, new = document.arms
    for change in diff(before, after):
        if change.kind is ChangeKind.STEP_REMOVED:
            yield old, before.step(change.subject)
        elif change.kind in _NEW:
            step = after.step(change.subject)
            if change.kind is ChangeKind.STEP_ADDED or step.required:
                yield new, step


def _by_words(before: Process, document: ProtocolDocument) -> Iterator[tuple[Arm, Step]]:
    words = [f"{arm.name} {arm.instructions}".casefold() for arm in document.arms]
    for step in before.steps:
        names = {step.id.casefold(), (step.name or step.id).casefold()}
        named = [any(name in said for name in names) for said in words]
        if named[0] != named[1]:
            yield document.arms[named[1]], step


@transaction.atomic
def see_steps(*, protocol: Protocol) -> int:
    """Keeps for every deal of a protocol when its telling step was first done; how many have it. Idempotent."""
    drawing = drawing_of(protocol)
    step = telling_step(protocol, drawing.document)
    organisation = protocol.experiment.organisation
    state = IndexState.objects.filter(organisation=organisation).first()
    if step is None or state is None:
        return 0
    counts_from = dict(protocol.assignments.exclude(arm="").values_list("unit", "at"))
    rows = times_of(organisation.home, state.version, step.activities)
    rows = rows.filter(pc.field("deal_id").isin(list(counts_from))) if counts_from else rows.slice(0, 0)
    first: dict[str, StepDone] = {}
    for deal_id, at in zip(*(rows[name].to_pylist() for name in ("deal_id", "at")), strict=True):
        if at >= counts_from[deal_id] and (deal_id not in first or at < first[deal_id].at):
            first[deal_id] = StepDone(protocol=protocol, deal_id=deal_id, at=at)
    _keep(protocol, list(first.values()))
    return len(first)


def _keep(protocol: Protocol, rows: Sequence[StepDone]) -> None:
    protocol.steps_done.all().delete()
    StepDone.objects.bulk_create(rows, batch_size=1_000)
