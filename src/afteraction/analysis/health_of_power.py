"""Do we know the power of each step?"""

from collections.abc import Sequence
from typing import Final

from afteraction.analysis.health_answer import (
    MOSTLY,
    Evidence,
    Figure,
    HealthAnswer,
    Reply,
    count_figure,
    percent,
    points,
)
from afteraction.analysis.intervals import minimum_detectable_difference
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.verdict import Verdict

QUESTION: Final = "Do we know the power of each step?"
TELLING: Final = 0.1
"""A single step that changes the chance of winning by 10 points is a strong one. A record that could not show even
that says little about steps."""


def do_we_know_the_power(evidence: Evidence) -> HealthAnswer:
    """For how many steps the record tells whether they help.

    Yes: MOSTLY all steps have a verdict other than "cannot tell". Partly: some have. No: none has, though the deals
    were there to compare. Cannot tell: no step could be compared at all.
    """
    effects = evidence.effects
    missing = evidence.missing(3)
    if not effects:
        sentence = "There are no steps to judge."
        change = "A process file with steps, and the activities that show them."
        return HealthAnswer(QUESTION, Reply.CANNOT_TELL, sentence, {}, change, missing)
    settled = [effect for effect in effects if effect.verdict is not Verdict.CANT_TELL]
    compared = [effect for effect in effects if effect.refused is None]
    figures = _figures(evidence, settled, compared)
    shown = f"{len(settled)} of {len(effects)} steps"
    if len(settled) >= MOSTLY * len(effects):
        answer, sentence = Reply.YES, f"For {shown} the record tells whether they help."
        change = "A new step, or one that everybody or nobody does: without a comparison its power cannot be known."
    elif settled:
        answer, sentence = Reply.PARTLY, f"For {shown} the record tells whether they help; for the others it cannot."
        change = _next(evidence)
    elif compared:
        answer, sentence = Reply.NO, f"For none of the {len(effects)} steps the record tells whether it helps."
        change = _next(evidence)
    else:
        answer = Reply.CANNOT_TELL
        sentence = "No step could be compared: too few ended deals with and without it, or all ended the same way."
        reasons = sorted({effect.refused.needed for effect in effects if effect.refused})
        change = f"Needed: {'; '.join(reasons)}."
    return HealthAnswer(QUESTION, answer, sentence, figures, change, missing)


def _figures(evidence: Evidence, settled: Sequence[StepEffect], compared: Sequence[StepEffect]) -> dict[str, Figure]:
    effects = evidence.effects
    counts = {
        "steps": ("steps of the process", len(effects)),
        "steps_compared": ("steps with enough deals that did and did not do them", len(compared)),
        "steps_settled": ("steps with a verdict", len(settled)),
    }
    for verdict, meaning in (
        (Verdict.HELPS, "steps that help to win"),
        (Verdict.HURTS, "steps that hurt"),
        (Verdict.NO_EFFECT, "steps without an effect worth having"),
        (Verdict.LEAK, "steps that follow the decision"),
    ):
        counts[f"steps_{verdict.value}"] = (meaning, sum(effect.verdict is verdict for effect in effects))
    figures = {name: count_figure(meaning, value, len(effects)) for name, (meaning, value) in counts.items()}
    detectable = {effect.step: found for effect in compared if (found := detectable_difference(effect)) is not None}
    telling = sum(found <= TELLING for found in detectable.values())
    meaning = f"steps for which a difference of {points(TELLING)} would be seen four times in five"
    figures["steps_that_could_tell"] = count_figure(meaning, telling, len(effects))
    for effect in compared:
        if effect.step in detectable:
            meaning = (
                f"smallest difference in win rate that would be seen for {_name(evidence, effect)}, four times in five"
            )
            figures[f"detectable_{effect.step}"] = Figure(meaning, detectable[effect.step], "points", effect.n)
    return figures


def detectable_difference(effect: StepEffect) -> float | None:
    """The smallest difference in the win rate that this many deals with and without the step would show, 80 % power.

    From the numbers of deals at the landmark and the win rate without the step, not from the effect that was found:
    power worked out from the effect found is the p-value in another guise (Hoenig & Heisey 2001).
    """
    base = effect.rate_not if effect.rate_not is not None else 0.5
    base = min(max(base, 0.0), 1.0)
    return minimum_detectable_difference(effect.did, effect.n - effect.did, min(base, 1 - base))


def _name(evidence: Evidence, effect: StepEffect) -> str:
    named = evidence.process.step(effect.step).name if evidence.process else ""
    return named or effect.step


def _next(evidence: Evidence) -> str:
    """Which step the next deals would settle."""
    open_ones = [
        e
        for e in evidence.effects
        if e.verdict is Verdict.CANT_TELL and e.deals_needed is not None and e.refused is None
    ]
    if not open_ones:
        return f"More ended deals with and without each step, until {percent(MOSTLY)} of the steps have a verdict."
    nearest = min(open_ones, key=lambda effect: (effect.deals_needed or 0, effect.step))
    name = _name(evidence, nearest)
    return f"About {nearest.deals_needed:,} more deals would settle {name}, the step that is nearest to a verdict."
