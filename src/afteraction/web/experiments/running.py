"""The course of a trial on its page: who was assigned, what they were shown."""

from typing import Any

from afteraction.web.experiments.models import Experiment
from afteraction.web.people.models import User


def running_block(user: User, experiment: Experiment) -> dict[str, Any]:
    """The context of experiments/running.html, as `running` there."""
    return {}
