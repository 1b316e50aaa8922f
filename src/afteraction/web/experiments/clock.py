"""The clock of trials: after each import and every hour, deals that began come into arms, and trials that are over end.

A trial that is locked runs: its first day opens it for deals that begin from then on. It ends when its rule says so at
a look, or when every deal that it assigned can have its outcome: by the record, which may lag behind the calendar.
Where no import comes for two weeks after that, the calendar ends it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from afteraction.analysis.stopping_rule import Decision
from afteraction.errors import Refused
from afteraction.web.deals.selectors import as_of
from afteraction.web.experiments.assigning import Course, assign
from afteraction.web.experiments.drawing import drawing_of
from afteraction.web.experiments.models import Experiment, ExperimentDecision, Protocol
from afteraction.web.experiments.seen import see_steps
from afteraction.web.experiments.selectors import protocol_in_force
from afteraction.web.experiments.services import end
from afteraction.web.people.models import Organisation

LONGEST_WAIT: Final = timedelta(days=14)


@dataclass(frozen=True)
class Followed:
    """What the clock did for one trial; `refused` says why nobody could be assigned."""

    experiment: Experiment
    course: Course
    ended: bool
    refused: str = ""


def follow_trials(*, organisation: Organisation, now: datetime) -> list[Followed]:
    """Assigns the deals of every running trial of an organisation, and ends those that are over. Idempotent."""
    running = Experiment.objects.filter(organisation=organisation, state=Experiment.State.RUNNING).order_by("pk")
    return [follow_trial(experiment=each, now=now) for each in running.select_related("organisation")]


def follow_trial(*, experiment: Experiment, now: datetime) -> Followed:
    """The same for one trial. One whose protocol was tampered with assigns nobody, and shows so on its page."""
    protocol = protocol_in_force(experiment)
    if protocol is None:
        return Followed(experiment, Course(), ended=False)
    try:
        course = assign(experiment=experiment, now=now)
        see_steps(protocol=protocol)
    except Refused as refused:
        return Followed(experiment, Course(), ended=False, refused=str(refused))
    return Followed(experiment, course, ended=end_where_over(experiment=experiment, now=now))


def end_where_over(*, experiment: Experiment, now: datetime) -> bool:
    """Ends a trial that its rule has stopped, or that is over; whether it did. To be called after each look too."""
    protocol = protocol_in_force(experiment)
    because = "" if protocol is None else _over(protocol, now)
    if because:
        end(experiment=experiment, because=because, now=now)
        experiment.refresh_from_db(fields=["state", "changed_at"])
    return because != ""


def _over(protocol: Protocol, now: datetime) -> str:
    """Why a protocol is over; empty while it is not."""
    looks = protocol.looks.order_by("-at", "-id")
    extended = protocol.decisions.filter(kind=ExperimentDecision.Kind.EXTEND).order_by("-at").first()
    if extended is not None:
        looks = looks.filter(made_at__gt=extended.at)
    last = looks.first()
    if last is not None and last.rule_says not in ("", Decision.GO_ON):
        return f"its rule says: {last.rule_says}"
    drawing = drawing_of(protocol)
    known = min(as_of(protocol.experiment.organisation) or now, now)
    if known >= drawing.over:
        return "every deal has had its time"
    if now >= drawing.over + LONGEST_WAIT:
        return "its time has passed, and no newer record came"
    return ""
