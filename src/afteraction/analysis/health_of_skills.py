"""Do we support the skills behind it?"""

from datetime import timedelta
from typing import Final

import ibis
from ibis import _

from afteraction.analysis.adherence import Adherence
from afteraction.analysis.discipline import discipline, moments
from afteraction.analysis.fetch import fetch_row
from afteraction.analysis.health_answer import (
    ALIKE,
    ENOUGH_DEALS,
    HALF,
    MOSTLY,
    Evidence,
    Figure,
    HealthAnswer,
    Reply,
    count_figure,
    points,
    points_figure,
    spread_figure,
)
from afteraction.analysis.intervals import rate
from afteraction.analysis.spread import Mean, Moments, Spread, simple_mean, spread

QUESTION: Final = "Do we support the skills behind it?"
MANY: Final = 1 / 3
"""When a third of the reps cannot do a step, it is no matter of single reps but of how it is taught."""
FIRST_DEALS: Final = 10
"""The deals in which a rep is new; what comes later shows what was learned."""
NEW: Final = timedelta(days=180)
"""A rep whose first deal lies this long after the start of the record began within it; older ones may have sold
before."""
ENOUGH_NEW: Final = 5
"""New reps that it takes to speak of new reps."""


def do_we_support_the_skills(evidence: Evidence) -> HealthAnswer:
    """Which steps many reps fail at, how far reps are apart, and whether new reps get better.

    A rep fails at a step when even the upper limit of the share they keep is below MOSTLY. Yes: no step at which MANY
    fail, and reps are ALIKE. No: MANY fail at more than HALF of the required steps. Partly: otherwise.
    """
    missing = (
        *evidence.missing(4),
        "no record of coaching or training: whether support was given is inferred from what reps do",
    )
    tested = failing_reps(evidence.adherence) if evidence.adherence else {}
    if not tested or evidence.states is None:
        sentence = "No required step was due in enough deals of any rep, so skills do not show."
        change = (
            f"Owners of deals, required steps, and reps with at least {ENOUGH_DEALS} deals in which a step was due."
        )
        return HealthAnswer(QUESTION, Reply.CANNOT_TELL, sentence, {}, change, missing)
    values = discipline(evidence.tables, evidence.log, evidence.states).cache()
    names = {step.step: step.name for step in evidence.adherence.steps} if evidence.adherence else {}
    figures = {
        f"reps_failing_{step}": count_figure(f"reps who fail at {names[step]}", failing, of)
        for step, (failing, of) in tested.items()
    }
    # The step that most reps fail at comes first, as it is the one to begin with.
    widely = sorted(
        (s for s, (failing, of) in tested.items() if failing >= MANY * of), key=lambda s: -_share(tested[s])
    )
    meaning = "required steps at which a third of the reps fail"
    figures["steps_many_fail"] = count_figure(meaning, len(widely), len(tested))
    figures |= _differences(evidence, values)
    differ, learned = figures.get("spread_between_reps"), figures.get("learned_by_new_reps")
    said = f"At {len(widely)} of {len(tested)} required steps a third of the reps or more fail"
    if widely:
        said += f": {', '.join(names[step] for step in widely)}"
    if learned is not None and learned.low is not None and learned.high is not None:
        better = "get better" if learned.low > 0 else "get worse" if learned.high < 0 else "do not change for certain"
        said += f". New reps {better} after their first {FIRST_DEALS} deals"
    if len(widely) > HALF * len(tested):
        answer, change = (
            Reply.NO,
            f"Practice and coaching of {names[widely[0]]} first, until fewer than a third of the reps fail at it.",
        )
    elif not widely and differ is not None and differ.value <= ALIKE:
        answer, change = (
            Reply.YES,
            f"A step at which a third of the reps fail, or reps more than {points(ALIKE)} apart.",
        )
    else:
        answer = Reply.PARTLY
        change = f"No step at which a third of the reps fail, and reps within {points(ALIKE)} of each other."
    return HealthAnswer(QUESTION, answer, f"{said}.", figures, change, missing)


def _share(failing: tuple[int, int]) -> float:
    return failing[0] / failing[1]


def failing_reps(adherence: Adherence) -> dict[str, tuple[int, int]]:
    """For each required step how many reps certainly fail at it, of those in enough of whose deals it was due."""
    tested: dict[str, tuple[int, int]] = {}
    for step in adherence.steps:
        counts = [rep.steps[step.step] for rep in adherence.by_owner if step.required and step.step in rep.steps]
        shares = [rate(kept, due) for due, kept in counts if due >= ENOUGH_DEALS]
        if shares:
            tested[step.step] = (sum(share.high < MOSTLY for share in shares), len(shares))
    return tested


def _differences(evidence: Evidence, values: ibis.Table) -> dict[str, Figure]:
    figures = {}
    by_owner = moments(values.filter(_.owner.notnull()), "owner")
    differ = spread([rep for rep in by_owner.values() if rep.n >= ENOUGH_DEALS])
    if isinstance(differ, Spread):
        figures["spread_between_reps"] = spread_figure("standard deviation between reps, chance taken out", differ)
    if (learned := _learned(evidence, values)) is not None:
        meaning = f"kept per deal after a new rep's first {FIRST_DEALS} deals, less in those"
        figures["learned_by_new_reps"] = points_figure(meaning, learned)
    return figures


def _learned(evidence: Evidence, values: ibis.Table) -> Mean | None:
    """The mean over new reps of what each keeps later less what they kept in their first deals (paired)."""
    if evidence.summary.from_ is None:
        return None
    begun = ibis.literal(evidence.summary.from_ + NEW, "timestamp('UTC')")
    in_order = ibis.window(group_by="owner", order_by=["started_at", "deal_no"])
    deals = values.filter(_.owner.notnull()).mutate(
        nth=ibis.row_number().over(in_order), began=_.started_at.min().over(ibis.window(group_by="owner"))
    )
    new = deals.filter(_.began >= begun)
    reps = new.group_by("owner").agg(
        deals=_.count(),
        first=_.share.mean(where=_.nth < FIRST_DEALS),
        later=_.share.mean(where=_.nth >= FIRST_DEALS),
    )
    changes = reps.filter(_.deals >= FIRST_DEALS + FIRST_DEALS // 2).mutate(change=_.later - _.first)
    row = fetch_row(changes.agg(n=_.count(), total=_.change.sum(), squares=(_.change * _.change).sum()))
    if row["n"] < ENOUGH_NEW:
        return None
    learned = simple_mean(Moments(row["n"], row["total"], row["squares"]))
    return learned if isinstance(learned, Mean) else None
