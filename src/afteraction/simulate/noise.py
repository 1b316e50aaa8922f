"""Everything that is left to chance once a deal is open.

It is drawn before anything is decided, so that two worlds that differ in one thing (a step done or not, one rep or
another) can share all the rest.
"""

from dataclasses import dataclass

from afteraction.simulate.arrays import Floats, stream
from afteraction.simulate.organisation import Organisation

CONTENT_USES = 3


@dataclass(frozen=True)
class Noise:
    """Uniform numbers on (0, 1), but for `stage_time` and `paperwork` (exponential) and `pace` (normal)."""

    stage_time: Floats
    stage_end: Floats
    pace: Floats
    paperwork: Floats
    skipped: Floats
    back: Floats
    back_stage: Floats
    back_when: Floats
    step: Floats
    ending: Floats
    content: Floats


def draw_noise(organisation: Organisation, seed: int, block: int, deals: int) -> Noise:
    """The noise of one block of deals."""
    rng = stream(seed, "noise", block)
    stages, steps = len(organisation.stages), len(organisation.steps)
    return Noise(
        stage_time=rng.standard_exponential((deals, stages)),
        stage_end=rng.random((deals, stages)),
        pace=rng.standard_normal(deals),
        paperwork=rng.standard_exponential(deals),
        skipped=rng.random((deals, stages)),
        back=rng.random(deals),
        back_stage=rng.random(deals),
        back_when=rng.random((deals, 2)),
        step=rng.random((deals, steps)),
        ending=rng.random((deals, 4)),
        content=rng.random((deals, CONTENT_USES, 3)),
    )
