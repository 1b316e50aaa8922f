"""The plan of a trial on its page: what will be tried, how it is judged, who signed."""

from typing import Any

from afteraction.web.experiments import selectors
from afteraction.web.experiments.models import Experiment
from afteraction.web.people.models import User


def plan_block(user: User, experiment: Experiment) -> dict[str, Any]:
    """The context of experiments/plan.html, as `plan` there."""
    return {"protocol": selectors.protocol_in_force(experiment), "draft": selectors.protocol_in_draft(experiment)}
