"""Which trials someone may see: all of their organisation."""

from django.db.models import QuerySet

from afteraction.web.experiments.models import Experiment, Protocol
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may


def experiments_for(user: User) -> "QuerySet[Experiment]":
    """The trials of someone's organisation."""
    if not may(user, Right.PROPOSE):
        return Experiment.objects.none()
    return Experiment.objects.filter(organisation=user.organisation).select_related("organisation", "owner", "sponsor")


def experiment_for(user: User, key: int) -> Experiment | None:
    """A trial that someone may read."""
    return experiments_for(user).filter(pk=key).first()


def protocol_in_force(experiment: Experiment) -> Protocol | None:
    """The newest protocol that both signed: what the trial runs by; None before the first."""
    return experiment.protocols.exclude(locked_at=None).order_by("-version").first()


def protocol_in_draft(experiment: Experiment) -> Protocol | None:
    """The protocol that is being written, where there is one."""
    return experiment.protocols.filter(locked_at=None).order_by("-version").first()
