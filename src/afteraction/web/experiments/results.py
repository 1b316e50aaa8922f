"""The result of a trial on its page: its looks, what the rule says, the decision."""

from typing import Any

from afteraction.web.experiments.models import Experiment
from afteraction.web.people.models import User


def result_block(user: User, experiment: Experiment) -> dict[str, Any]:
    """The context of experiments/result.html, as `result` there."""
    return {}
