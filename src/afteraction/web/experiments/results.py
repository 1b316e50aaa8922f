"""The result of a trial on its page: its looks, what the rule says, the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.safestring import SafeString

from afteraction.web.experiments.deciding import Standing, standing_of
from afteraction.web.experiments.drawing import Drawing, drawing_of
from afteraction.web.experiments.figures import figure_for_page
from afteraction.web.experiments.models import Experiment, ExperimentDecision, Look, Protocol
from afteraction.web.experiments.result_forms import DecisionForm
from afteraction.web.experiments.selectors import protocol_in_force
from afteraction.web.experiments.services import answers_for
from afteraction.web.experiments.shown import LookShown, first_look_on, shown
from afteraction.web.people.models import User


@dataclass(frozen=True)
class Result:
    """All of it. `newest` is None before the first look, `first_on` when one can be made at the earliest."""

    protocol: Protocol
    drawing: Drawing
    looks: tuple[Look, ...]
    newest: LookShown | None
    figure: SafeString
    first_on: datetime
    decisions: tuple[ExperimentDecision, ...]
    standing: Standing | None
    earlier: tuple["Earlier", ...]


@dataclass(frozen=True)
class Earlier:
    """A version of the protocol that another one took the place of, with its last look."""

    protocol: Protocol
    why: str
    newest: LookShown | None


def result_block(user: User, experiment: Experiment, form: DecisionForm | None = None) -> dict[str, Any]:
    """The context of experiments/result.html, as `result` there; empty before the protocol is locked."""
    found = result_of(experiment)
    if found is None:
        return {}
    decides = found.standing is not None and answers_for(user, experiment)
    return {
        "found": found,
        "form": form or (DecisionForm(found.standing) if decides and found.standing is not None else None),
        "decides": decides,
    }


def result_of(experiment: Experiment) -> Result | None:
    """The result as it stands; None before the protocol is locked. Raises `Refused` as `drawing_of` does."""
    protocol = protocol_in_force(experiment)
    if protocol is None:
        return None
    drawing = drawing_of(protocol)
    looks = tuple(protocol.looks.order_by("at", "id"))
    return Result(
        protocol=protocol,
        drawing=drawing,
        looks=looks,
        newest=shown(drawing, looks[-1]) if looks else None,
        figure=figure_for_page(drawing, looks) if looks else SafeString(""),
        first_on=first_look_on(drawing),
        decisions=decisions_of(experiment),
        standing=standing_of(experiment),
        earlier=_earlier(experiment, protocol),
    )


def decisions_of(experiment: Experiment) -> tuple[ExperimentDecision, ...]:
    """What was decided, newest first."""
    found = ExperimentDecision.objects.filter(protocol__experiment=experiment)
    return tuple(found.select_related("look", "process_version", "protocol"))


def _earlier(experiment: Experiment, newest: Protocol) -> tuple[Earlier, ...]:
    """The versions that ran before, newest first: what they showed stays beside the result for ever."""
    locked: Sequence[Protocol] = list(
        experiment.protocols.exclude(locked_at=None).filter(version__lte=newest.version).order_by("-version")
    )
    found = []
    for later, earlier in pairwise(locked):
        look = earlier.looks.order_by("-at", "-id").first()
        found.append(Earlier(earlier, later.why, shown(drawing_of(earlier), look) if look is not None else None))
    return tuple(found)
