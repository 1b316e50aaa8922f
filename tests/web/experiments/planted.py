"""What addresses of trials name, in the first organisation, with the secret word in every text of theirs."""

from tests.cast import Cast
from tests.web.experiments.trials import LOCKED, document, locked

from afteraction.web.experiments.models import Experiment, Protocol
from afteraction.web.experiments.services import draft, save_plan


def plant_trials(cast: Cast, secret: str) -> None:
    """A trial that the manager owns and the executive sponsors, locked; and a plan of theirs that could be signed."""
    arms = [
        {"key": "old", "name": f"{secret} as usual", "instructions": f"{secret} as you do."},
        {"key": "new", "name": f"{secret} anew", "instructions": f"Try {secret}."},
    ]
    written = document(hypothesis=f"{secret} wins.", arms=arms)
    locked(cast, written)
    plan = draft(by=cast.manager, title=f"{secret} planned", question=f"Would {secret} help?", now=LOCKED)
    save_plan(
        by=cast.manager, experiment=plan, answers={}, document=written, question=plan.question, sponsor=cast.executive,
        now=LOCKED,
    )  # fmt: skip


def locked_protocol(cast: Cast) -> Protocol:
    """The one that is locked."""
    return Protocol.objects.select_related("experiment").get(
        experiment__organisation=cast.organisation, locked_at__isnull=False
    )


def planned_trial(cast: Cast) -> Experiment:
    """The one that is being planned."""
    return Experiment.objects.get(organisation=cast.organisation, state=Experiment.State.DRAFT)
