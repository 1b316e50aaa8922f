"""The sales process as the organisation has it on paper."""

from datetime import timedelta

from afteraction.process.model import Process, Step
from afteraction.simulate.organisation import Organisation


def process_on_paper(organisation: Organisation) -> Process:
    """The process that the reps are asked to follow: the organisation's stages and steps."""
    known = {step.id for step in organisation.steps}
    return Process(
        name=f"{organisation.name} sales process",
        version=1,
        stages=organisation.stage_names,
        steps=tuple(
            Step(
                id=step.id,
                stage=step.stage,
                activities=(step.activity,),
                buyer=step.buyer,
                required=step.required,
                before=tuple(other for other in step.before if other in known),
                within=None if step.within_days is None else timedelta(days=step.within_days),
                role=step.role,
                exit=step.exit,
                name=step.name,
            )
            for step in organisation.steps
        ),
    )
