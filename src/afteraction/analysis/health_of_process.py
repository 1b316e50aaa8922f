"""Do we have a process?"""

from collections.abc import Mapping
from typing import Final

import ibis
from ibis import _

from afteraction.analysis.discovery import Discovered
from afteraction.analysis.fetch import fetch_count, fetch_row
from afteraction.analysis.health_answer import (
    HALF,
    MOSTLY,
    Evidence,
    Figure,
    HealthAnswer,
    Reply,
    count_figure,
    percent,
    rate_figure,
)
from afteraction.analysis.intervals import Rate, rate, rate_if_any
from afteraction.analysis.variants import SHOWN, Variants
from afteraction.process.model import STAGE_ACTIVITY, Process

QUESTION: Final = "Do we have a process?"
ENOUGH_PER_WAY: Final = 10
"""Ten deals could each go a way of their own and still take only ten ways."""


def do_we_have_a_process(evidence: Evidence) -> HealthAnswer:
    """Whether there is one on paper, and whether deals take a common way.

    Yes: it is on paper and MOSTLY all ended deals keep to the order of its stages. Partly: at least HALF of them do, on
    paper or not. No: fewer do. Without stages, what counts is the order of the steps of a process on paper, else the
    deals that take one of the commonest ways: an order that was found in the same record is kept by construction.
    """
    figures = _figures(evidence)
    common = next((figures[name] for name, _words in _measures(evidence) if name in figures), None)
    missing = evidence.missing(1)
    if evidence.process is None or common is None:
        said = "There is a process on paper, but" if evidence.on_paper else "No process file was given, and"
        sentence = f"{said} the record shows no way that deals take: it has too few dated events."
        change = "Import stage history and activities; give a process file with --process."
        return HealthAnswer(QUESTION, Reply.CANNOT_TELL, sentence, figures, change, missing)
    what = next(words for name, words in _measures(evidence) if name in figures)
    shown = f"{percent(common.value)} of the {common.n:,} {what}"
    if common.value < HALF:
        answer = Reply.NO
        sentence = f"Deals take no common way: only {shown}."
        change = (
            f"A process that at least {percent(HALF)} of the deals follow: fewer stages, or stages that match the work."
        )
    elif not evidence.on_paper:
        answer = Reply.PARTLY
        sentence = f"People follow a common way, but nobody has written it down: {shown}."
        change = "Write it down: run `afteraction discover`, agree on the result, and give it with --process."
    elif common.value < MOSTLY:
        answer = Reply.PARTLY
        sentence = f"There is a process on paper, and only {shown}."
        change = (
            f"At least {percent(MOSTLY)} of the deals in order, or a process whose stages are those that deals need."
        )
    else:
        answer = Reply.YES
        sentence = f"There is a process on paper, and {shown}."
        change = f"Fewer than {percent(MOSTLY)} of the deals in order."
    return HealthAnswer(QUESTION, answer, sentence, figures, change, missing)


def _measures(evidence: Evidence) -> list[tuple[str, str]]:
    """The figures that may say whether there is a common way, the best first."""
    stages = ("deals_in_stage_order", "ended deals go through the stages in order")
    steps = ("deals_in_step_order", "ended deals do nothing out of order")
    ways = ("deals_in_common_ways", f"deals take one of the {SHOWN} commonest ways")
    return [stages, steps if evidence.on_paper else ways]


def _figures(evidence: Evidence) -> dict[str, Figure]:
    figures = {"on_paper": count_figure("processes on paper", int(evidence.on_paper))}
    if evidence.process is not None:
        if found := stage_order_kept(evidence, evidence.process):
            figures["deals_in_stage_order"] = rate_figure("ended deals that skip no stage and never go back", found)
        if found := _step_order_kept(evidence):
            figures["deals_in_step_order"] = rate_figure("ended deals that do nothing out of order", found)
        if found := _touches_in_steps(evidence, evidence.process):
            figures["touches_in_steps"] = rate_figure("touches that are a step of the process", found)
    if isinstance(evidence.variants, Variants):
        ways = evidence.variants
        if ways.deals >= ENOUGH_PER_WAY * SHOWN:
            common = rate(sum(way.deals for way in ways.top[:SHOWN]), ways.deals)
            figures["deals_in_common_ways"] = rate_figure(f"deals that take one of the {SHOWN} commonest ways", common)
        figures["ways_for_half"] = count_figure(
            "different ways that it takes to cover half of the deals", ways.half, ways.deals
        )
        figures["ways"] = count_figure("different ways that deals take", ways.variants, ways.deals)
    if isinstance(evidence.discovered, Discovered):
        found_steps = evidence.discovered.process.steps
        required = sum(step.required for step in found_steps)
        figures["steps_found"] = count_figure(
            "steps that deals usually have", len(found_steps), evidence.discovered.deals
        )
        figures["required_steps_found"] = count_figure(
            "steps that nearly all deals have", required, evidence.discovered.deals
        )
    return figures


def stage_order_kept(evidence: Evidence, process: Process) -> Rate | None:
    """Ended deals that begin in the first stage and move on by one stage at a time, of those that enter any.

    None without stage changes. Stages that the record never mentions are passed over.
    """
    stages = _stage_positions(evidence, process)
    if not stages:
        return None
    moves = evidence.log.variant_events.filter(_.activity.isin(list(stages)))
    moves = moves.mutate(stage=_.activity.cases(*stages.items()))
    in_order = ibis.window(group_by="variant", order_by="pos")
    steps = moves.mutate(step=_.stage - _.stage.lag().over(in_order).fill_null(-1))
    kept = steps.group_by("variant").agg(kept=_.step.isin([0, 1]).all())
    ended = evidence.log.variants.mutate(ended=_.deals - _.open)
    row = fetch_row(kept.join(ended, "variant").agg(kept=_.ended.sum(where=_.kept), all=_.ended.sum()))
    return rate_if_any(row["kept"] or 0, row["all"] or 0)


def _stage_positions(evidence: Evidence, process: Process) -> Mapping[int, int]:
    numbers = evidence.log.activity_numbers()
    known = [numbers[STAGE_ACTIVITY + stage] for stage in process.stages if STAGE_ACTIVITY + stage in numbers]
    return {number: position for position, number in enumerate(known)}


def _step_order_kept(evidence: Evidence) -> Rate | None:
    """Ended deals that do none of their steps out of order, of those that do any step."""
    if evidence.states is None:
        return None
    cases = evidence.log.cases.select("deal_no", "deal_id").join(
        evidence.tables["deals"].filter(_.outcome != "open"), "deal_id"
    )
    done = evidence.states.filter(_.done).group_by("deal_no").agg(broken=_.out_of_order.any())
    row = fetch_row(done.semi_join(cases, "deal_no").agg(kept=(~_.broken).sum(), all=_.count()))
    return rate_if_any(row["kept"] or 0, row["all"])


def _touches_in_steps(evidence: Evidence, process: Process) -> Rate | None:
    numbers = evidence.log.activity_numbers()
    steps = [numbers[a] for step in process.steps for a in step.activities if a in numbers]
    touches = evidence.log.events.anti_join(evidence.log.activities.filter(_.is_stage), "activity")
    return rate_if_any(fetch_count(touches.filter(_.activity.isin(steps)).count()), fetch_count(touches.count()))
