"""Do we use it, consistently?"""

from datetime import timedelta
from typing import Final

import ibis
from ibis import _

from afteraction.analysis.discipline import discipline, moments
from afteraction.analysis.health_answer import (
    ALIKE,
    ENOUGH_DEALS,
    HALF,
    MOSTLY,
    Evidence,
    Figure,
    HealthAnswer,
    Reply,
    mean_figure,
    percent,
    points,
    points_figure,
    rate_figure,
    spread_figure,
)
from afteraction.analysis.intervals import rate_if_any
from afteraction.analysis.spread import Mean, Moments, Spread, clustered_mean, mean_difference, spread

QUESTION: Final = "Do we use it, consistently?"
PERIOD: Final = timedelta(days=182)
"""The trend compares the last half year with the one before: longer than a sales cycle, short enough to act on."""


def do_we_use_it(evidence: Evidence) -> HealthAnswer:
    """How much of what is required ended deals keep, and whether that depends on whose deals they are.

    Yes: MOSTLY kept, and reps are ALIKE. No: less than HALF kept. Partly: otherwise. A process that was found in the
    same record is kept by construction; then only the difference between reps tells, and the answer is never yes.
    """
    missing = evidence.missing(2)
    kept = _kept(evidence)
    if kept is None:
        sentence = "No ended deal was due to do a step that the process requires, so nothing can be said about its use."
        change = "A process file with required steps, and the activities that show them, for deals that have ended."
        return HealthAnswer(QUESTION, Reply.CANNOT_TELL, sentence, {}, change, missing)
    everybody, reps, values = kept
    figures = _figures(evidence, everybody, reps, values)
    differ = figures.get("spread_between_reps")
    reps_said = _reps_said(differ)
    if not evidence.on_paper:
        sentence = f"Nobody wrote the process down, so using it cannot be told from habit{reps_said}."
        answer = Reply.CANNOT_TELL if differ is None else Reply.NO if (differ.low or 0) > ALIKE else Reply.PARTLY
        change = "A process file: deals are then held against what was agreed, not against what they do anyway."
        return HealthAnswer(QUESTION, answer, sentence, figures, change, missing)
    sentence = f"The average ended deal keeps {percent(everybody.value)} of what is required of it{reps_said}."
    alike = differ is not None and differ.value <= ALIKE
    if everybody.value < HALF:
        answer, change = Reply.NO, f"At least {percent(HALF)} kept. Begin with the step that is skipped most."
    elif everybody.value >= MOSTLY and alike:
        answer, change = Reply.YES, f"Less than {percent(MOSTLY)} kept, or reps more than {points(ALIKE)} apart."
    else:
        answer = Reply.PARTLY
        change = f"At least {percent(MOSTLY)} kept, and reps within {points(ALIKE)} of each other."
    return HealthAnswer(QUESTION, answer, sentence, figures, change, missing)


def _reps_said(differ: Figure | None) -> str:
    if differ is None:
        return ""
    of = f" of {differ.n:,}" if differ.n is not None else ""
    around = "" if differ.low is None or differ.high is None else f" ({points(differ.low)} to {points(differ.high)})"
    return f"; a typical rep{of} is {points(differ.value)}{around} away from the mean, chance taken out"


def _kept(evidence: Evidence) -> tuple[Mean, list[Moments], ibis.Table] | None:
    """The share kept over all deals, by rep, and per deal; None where too little was due."""
    if evidence.states is None:
        return None
    values = discipline(evidence.tables, evidence.log, evidence.states).cache()
    by_owner = moments(values, "owner")
    alone = by_owner.pop(None, None)
    everybody = clustered_mean(list(by_owner.values()), alone)
    return (everybody, list(by_owner.values()), values) if isinstance(everybody, Mean) else None


def _figures(evidence: Evidence, everybody: Mean, reps: list[Moments], values: ibis.Table) -> dict[str, Figure]:
    figures = {"kept_per_deal": mean_figure("required steps that the average ended deal keeps", everybody)}
    if evidence.adherence is not None:
        required = [step for step in evidence.adherence.steps if step.required]
        if found := rate_if_any(sum(step.kept for step in required), sum(step.due for step in required)):
            figures["kept_of_due"] = rate_figure("required steps kept, of those due, over all deals", found)
    if evidence.fitness is not None:
        deals = evidence.summary.deals
        figures["fitness"] = Figure("rules of all kinds that the average deal keeps", evidence.fitness, "share", deals)
    differ = spread([rep for rep in reps if rep.n >= ENOUGH_DEALS])
    if isinstance(differ, Spread):
        figures["spread_between_reps"] = spread_figure("standard deviation between reps, chance taken out", differ)
    if (change := _trend(evidence, values)) is not None:
        figures["change_in_half_a_year"] = points_figure(
            "kept per deal, deals that ended in the last half year less those of the half year before", change
        )
    return figures


def _trend(evidence: Evidence, values: ibis.Table) -> Mean | None:
    if evidence.summary.to is None:
        return None
    until = ibis.literal(evidence.summary.to, "timestamp('UTC')")
    recent, before = (until - ibis.interval(days=number * PERIOD.days) for number in (1, 2))
    halves = values.mutate(half=ibis.cases((_.ended_at > recent, "recent"), (_.ended_at > before, "before")))
    found = moments(halves.filter(_.half.notnull()), "half")
    if len(found) < 2 or min(half.n for half in found.values()) < ENOUGH_DEALS:
        return None
    change = mean_difference(found["recent"], found["before"])
    return change if isinstance(change, Mean) else None
