"""A trial in which everything has happened."""

from datetime import timedelta
from typing import Any

from tests.cast import Cast
from tests.web.experiments.trials import START, begin_many, locked, moment

from afteraction.web.experiments import settled
from afteraction.web.experiments.assigning import assign
from afteraction.web.experiments.ledger import Kind, append
from afteraction.web.experiments.models import (
    Experiment,
    ExperimentDecision,
    Exposure,
    Look,
    Protocol,
)
from afteraction.web.experiments.services import end
from afteraction.web.experiments.verifying import verify
from afteraction.web.experiments.watching import settle_exposures
from afteraction.web.insights.models import ProcessVersion

LATER = moment(START + timedelta(days=20))


def whole(cast: Cast) -> Protocol:
    """A trial in which everything has happened: signed, assigned, shown, looked at, ended, decided, handed over."""
    protocol = locked(cast)
    experiment = protocol.experiment
    begin_many(cast.organisation, 12)
    assign(experiment=experiment, now=LATER)
    unit = protocol.assignments.order_by("unit").first()
    assert unit is not None
    Exposure.objects.create(protocol=protocol, deal_id=unit.unit, person=cast.rep, arm=unit.arm, at=LATER)
    settle_exposures(experiment=experiment, now=LATER)
    look = Look.objects.create(
        protocol=protocol, data_version=1, at=LATER, made_at=LATER, result={"value": 0.25, "n": 12}, rule_says="go on"
    )
    append(experiment, Kind.LOOKED, settled.of_look(look), LATER)
    end(experiment=experiment, because="the planned end", now=LATER)
    version = ProcessVersion.objects.create(organisation=cast.organisation, number=1, text="name: new")
    decision = ExperimentDecision.objects.create(
        protocol=protocol, look=look, kind="adopt", rule_said="adopt", reason="It helps.", name="Piet Jansen", at=LATER,
        by=cast.manager, process_version=version,
    )  # fmt: skip
    append(experiment, Kind.DECIDED, settled.of_decision(decision), LATER)
    Experiment.objects.filter(pk=experiment.pk).update(state=Experiment.State.DECIDED)
    return Protocol.objects.select_related("experiment__organisation").get(pk=protocol.pk)


def settled_whole(cast: Cast, on_commit: Any) -> Protocol:
    """The same, with what is done after each commit."""
    with on_commit(execute=True):
        made = whole(cast)
    assert verify(made.experiment) == []
    return made
