"""Looks: what each data version says of a trial, made once by a job and never replaced.

1. The deals that are assigned by now are read as the newest data version has them, up to the record's last moment.
2. The chance of winning of those that no look had before is worked out by a model of what had ended before the trial,
   and kept for good: facts that change later change nothing.
3. What is seen, with what all looks before saw, gives the result and what the locked rule says.
4. The look is written, and an entry of the ledger seals it, in one transaction. The SHA-256 over the deals as they were
   read is part of it, so that a data version that was edited afterwards shows (`rechecking`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from django.db import transaction

from afteraction.analysis.stopping_rule import Decision
from afteraction.analysis.trial_record import chances_before, known_until, recorded
from afteraction.analysis.trial_result import TrialResult, rule_says, trial_result
from afteraction.errors import NotEnoughData, Refused
from afteraction.lake.store import Lake
from afteraction.report.version import OpenVersion, open_version
from afteraction.web.experiments import kept, settled
from afteraction.web.experiments.analysing import Frame, activities_of, frame_of, plan_of
from afteraction.web.experiments.assigning import assigned_deals
from afteraction.web.experiments.clock import end_where_over
from afteraction.web.experiments.drawing import Drawing, drawing_of
from afteraction.web.experiments.exploring import explored
from afteraction.web.experiments.ledger import Kind, append
from afteraction.web.experiments.models import Experiment, ExperimentDecision, Look, Protocol
from afteraction.web.experiments.selectors import protocol_in_force
from afteraction.web.people.models import Organisation

_DIGITS: Final = 6
LOOKED_AT: Final = (Experiment.State.RUNNING, Experiment.State.ENDED)
UNDECIDED: Final = ("", Decision.GO_ON.value)
"""What the rule says while nothing is to be decided."""


def look(protocol: Protocol, now: datetime) -> Look | None:
    """The look of a locked protocol at the newest data version; the same again where it was made before.

    None before there is data, or before the first deal was assigned. `now` is when it is made; what is known is
    known up to the last moment of the record (`Look.at`). Raises `Refused` where the protocol does not fit its hash.
    """
    newest = Lake(protocol.experiment.organisation.home).current()
    if newest is None:
        return None
    made = protocol.looks.filter(data_version=newest.version).first()
    if made is not None:
        return made
    if not protocol.assignments.exclude(arm="").exists():
        return None
    with open_version(protocol.experiment.organisation.home.folder, newest.version) as opened:
        until = known_until(opened.record.tables, opened.log)
        earlier = protocol.looks.order_by("-at", "-id").first()
        if until is None or (earlier is not None and until < earlier.at):
            return None  # an older export was imported last: nothing new is known
        return look_in(opened, protocol, newest.version, until, now)


def look_in(opened: OpenVersion, protocol: Protocol, version: int, until: datetime, now: datetime) -> Look:
    """The look at a data version that is open, as it is known until a moment, after the looks that were made before."""
    drawing = drawing_of(protocol)
    assigned = assigned_deals(protocol)
    earlier = list(protocol.looks.filter(at__lte=until).order_by("at", "id"))
    activities = kept.activities_in(earlier) or activities_of(protocol, drawing.document)
    chances = _chances(opened, drawing, assigned, earlier)
    frame = read_frame(opened, drawing, assigned, activities, {**kept.chances_in(earlier), **chances}, until)
    result = _result(protocol, drawing, frame, until, earlier)
    content = kept.as_kept(result) | {
        "frame": frame.sha,
        "deals": len(frame.ids),
        "activities": activities,
        "chances": chances,
        "exploratory": explored(drawing, frame, _days(drawing, until)),
    }
    return _keep(protocol, version, until, now, content, rule_says(result))


def read_frame(
    opened: OpenVersion,
    drawing: Drawing,
    assigned: pa.Table,
    activities: dict[str, list[str]],
    chances: dict[str, float],
    until: datetime,
) -> Frame:
    """The deals that are assigned, as a data version has them."""
    ids = list(map(str, assigned["deal_id"].to_pylist()))
    found = recorded(opened.record.tables, opened.log, ids, activities, drawing.begins(0))
    return frame_of(drawing, assigned, found, chances, until)


def _chances(opened: OpenVersion, drawing: Drawing, assigned: pa.Table, earlier: Sequence[Look]) -> dict[str, float]:
    """The chances of the deals that no look had before; none where there is too little to learn from."""
    known = kept.chances_in(earlier)
    first = not earlier
    new = [each for each in map(str, assigned["deal_id"].to_pylist()) if each not in known]
    if not new or not drawing.document.adjusted or not (first or known):
        return {}
    found = chances_before(opened.record.tables, opened.log, new, drawing.begins(0))
    if isinstance(found, NotEnoughData):
        return {}
    return {key: round(chance, _DIGITS) for key, chance in found.items()}


def _result(
    protocol: Protocol, drawing: Drawing, frame: Frame, until: datetime, earlier: Sequence[Look]
) -> TrialResult:
    extended = protocol.decisions.filter(kind=ExperimentDecision.Kind.EXTEND).exists()
    past = [kept.past_of(each) for each in earlier]
    return trial_result(plan_of(drawing), frame.deals, _days(drawing, until), past, extended=extended)


def _days(drawing: Drawing, moment: datetime) -> float:
    return float((moment - drawing.begins(0)).total_seconds() / 86_400)


@transaction.atomic
def _keep(protocol: Protocol, version: int, until: datetime, now: datetime, content: dict[str, Any], says: str) -> Look:
    """Writes a look and seals it; of two workers that made the same one the first is kept."""
    experiment = Experiment.objects.select_for_update().get(pk=protocol.experiment_id)
    made = protocol.looks.filter(data_version=version).first()
    if made is not None:
        return made
    made = Look.objects.create(
        protocol=protocol, data_version=version, at=until, made_at=now, result=content, rule_says=says
    )
    append(experiment, Kind.LOOKED, settled.of_look(made), now)
    return made


def look_at_trials(*, organisation: Organisation, now: datetime) -> list[Look]:
    """The looks of all trials of an organisation at its newest data version, those that were made before included.

    A trial that its rule stopped is not looked at any more until it is decided; one whose time has passed is, until
    the rule has spoken. A protocol that no longer fits its hash is passed over: its page says so.
    """
    found = []
    waiting = Experiment.objects.filter(organisation=organisation, state__in=LOOKED_AT).select_related("organisation")
    for experiment in waiting.order_by("pk"):
        protocol = protocol_in_force(experiment)
        if protocol is None or _spoken(experiment, protocol):
            continue
        try:
            made = look(protocol, now)
        except Refused:
            continue
        if made is not None:
            found.append(made)
            end_where_over(experiment=experiment, now=now)
    return found


def _spoken(experiment: Experiment, protocol: Protocol) -> bool:
    """Whether a trial waits for its decision, with what the rule says of it."""
    last = protocol.looks.order_by("-at", "-id").first()
    return experiment.state == Experiment.State.ENDED and last is not None and last.rule_says not in UNDECIDED
