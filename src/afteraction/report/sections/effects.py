"""The section on what each step does to the chance of winning."""

from typing import Final

from afteraction.analysis.study import ProcessFindings
from afteraction.analysis.verdict import Verdict
from afteraction.errors import NotEnoughData
from afteraction.report.document import Block, Notice, Section
from afteraction.report.sections.cells import refusal
from afteraction.report.sections.effect_parts import Manner, Named, effect_figure, effect_finding, effect_refusals
from afteraction.report.wording import listed

_STEPS: Final = Manner(
    id="step-effects",
    thing="step",
    things="steps",
    more=("helps", "help"),
    less=("hurts", "hurt"),
    did="did it",
    reading="Compared are deals that were open the same time after entering the stage and alike in what was known of "
    "them then; the dot is how much more often those were won that had done the step, the line its 95% interval. In "
    "the shaded zone an effect is too small to matter. The cross is what the plain win rates seem to say: where it is "
    "far from the dot, they mislead. A cause that the record does not know can still be behind an effect.",
)
_VERDICTS: Final = (
    (Verdict.HELPS, "measurably helps", "measurably help"),
    (Verdict.HURTS, "hurts", "hurt"),
    (Verdict.NO_EFFECT, "has no effect that matters", "have no effect that matters"),
    (Verdict.LEAK, "follows the decision", "follow the decision"),
    (Verdict.CANT_TELL, "cannot be told yet", "cannot be told yet"),
)


def effect_section(findings: ProcessFindings | NotEnoughData, period: str) -> Section:
    """The effect of each step, where it can be told."""
    title = "What each step does"
    if isinstance(findings, NotEnoughData):
        return Section("effects", title, blocks=(refusal("what each step does", findings),))
    names = {step.id: step.name or step.id for step in findings.process.steps}
    named = [Named(names[one.step], one) for one in findings.effects]
    figure = effect_figure(named, _STEPS, period)
    blocks: list[Block] = [figure] if figure else []
    if leaks := [one.name for one in named if one.effect.verdict == Verdict.LEAK]:
        blocks.append(_leak_notice(leaks))
    blocks += effect_refusals(named)
    return Section("effects", title, effect_finding(named, _STEPS, _VERDICTS), tuple(blocks))


def _leak_notice(leaks: list[str]) -> Notice:
    one = len(leaks) == 1
    return Notice(
        f"Not a cause: {listed(leaks)}",
        f"{'This step comes' if one else 'These steps come'} after the decision, so nearly every deal that has "
        f"{'it' if one else 'one'} was won. The plain win rate makes {'it' if one else 'them'} look like the best "
        "thing one can do.",
    )
