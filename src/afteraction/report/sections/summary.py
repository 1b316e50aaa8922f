"""The first section: headline figures, where to look first, and the five health questions."""

from typing import Final

from afteraction.analysis.adherence import StepAdherence
from afteraction.analysis.intervals import rate
from afteraction.analysis.quality import Severity
from afteraction.analysis.stage_times import AllStageTimes
from afteraction.analysis.study import ProcessFindings, Study
from afteraction.analysis.verdict import Verdict
from afteraction.analysis.win_rates import WinRates
from afteraction.report.document import Answers, Block, KeyFigure, KeyFigures, Pointer, Pointers, Section
from afteraction.report.sections.adherence import overall_kept
from afteraction.report.sections.cells import with_interval
from afteraction.report.sections.health import health_answers
from afteraction.report.wording import interval, many, percent, points

_MOST: Final = 4
_OFTEN_SKIPPED: Final = 0.1  # share of skips from which on a step is worth pointing at


def summary_section(study: Study) -> Section:
    """Headline figures, what to look at first, and the answers to the five questions."""
    blocks: list[Block] = [KeyFigures(figures)] if (figures := tuple(_figures(study))) else []
    if pointers := _pointers(study):
        blocks.append(Pointers("Where to look first", tuple(pointers[:_MOST])))
    blocks.append(Answers(health_answers(study.health)))
    return Section("summary", "Summary", headline(study), tuple(blocks))


def headline(study: Study) -> str:
    """The report in two or three sentences."""
    said = []
    if isinstance(study.win_rates, WinRates):
        overall = study.win_rates.overall
        said.append(f"Of {many(overall.ended, 'deal')} that ended, {with_interval(overall.of_ended)} were won.")
    if isinstance(study.process, ProcessFindings):
        kept = overall_kept(study.process.adherence)
        if kept:
            said.append(
                f"The required steps of the process were kept in {percent(kept.value)} of the cases they were due."
            )
        if worst := _most_skipped(study.process):
            share = percent(worst.skipped / worst.due)
            said.append(f"Skipped most: {worst.name}, in {share} of the deals.")
    return " ".join(said) or "The record holds no deal that has ended and no event yet, so there is little to report."


def _figures(study: Study) -> list[KeyFigure]:
    figures = []
    if isinstance(study.win_rates, WinRates):
        overall = study.win_rates.overall
        won = overall.of_ended
        figures.append(
            KeyFigure("Win rate", percent(won.value), f"95% interval {interval(won.low, won.high)}",
                      f"of {many(overall.ended, 'deal')} that ended")
        )  # fmt: skip
    if isinstance(study.process, ProcessFindings):
        findings = study.process
        if kept := overall_kept(findings.adherence):
            due = sum(step.due for step in findings.adherence.steps if step.required)
            figures.append(
                KeyFigure("Required steps kept", percent(kept.value), f"95% interval {interval(kept.low, kept.high)}",
                          f"{due:,} were due")
            )  # fmt: skip
        figures.append(
            KeyFigure("Fitness", percent(findings.fitness), "of its rules kept by the average deal",
                      f"{many(findings.deals, 'deal')}, open ones too")
        )  # fmt: skip
    if isinstance(study.stage_times, AllStageTimes):
        waiting = [s.stalled.deals for s in study.stage_times.stages if s.stalled and s.stalled.deals]
        if waiting:
            stalled = rate(sum(each.count for each in waiting), sum(each.n for each in waiting))
            figures.append(
                KeyFigure("Open deals stalled", f"{stalled.count:,}", f"{percent(stalled.value)} of {stalled.n:,}",
                          "longer in stage than 9 of 10 won deals")
            )  # fmt: skip
    return figures


def _most_skipped(findings: ProcessFindings) -> StepAdherence | None:
    due = [step for step in findings.adherence.steps if step.required and step.due]
    worst = max(due, key=lambda step: step.skipped / step.due, default=None)
    return worst if worst and worst.skipped >= _OFTEN_SKIPPED * worst.due else None


def _pointers(study: Study) -> list[Pointer]:
    """What is most worth a look, the most useful first: effects, skips, stalled deals, a bad record."""
    pointers = []
    if isinstance(study.process, ProcessFindings):
        pointers += _from_effects(study.process)
        if worst := _most_skipped(study.process):
            skipped = rate(worst.skipped, worst.due)
            pointers.append(
                Pointer(f"{worst.name} is skipped in {percent(skipped.value)} of deals",
                        f"It is required in {worst.stage}, and was skipped in {skipped.count:,} of {skipped.n:,} deals in "
                        f"which it was due ({interval(skipped.low, skipped.high)}). Train it, or take it off the paper.",
                        "adherence-by-step")
            )  # fmt: skip
    if isinstance(study.stage_times, AllStageTimes):
        waiting = [(s.stage, s.stalled) for s in study.stage_times.stages if s.stalled and s.stalled.deals]
        count = sum(stalled.deals.count for _stage, stalled in waiting if stalled.deals)
        if count:
            stage, most = max(waiting, key=lambda pair: pair[1].deals.count if pair[1].deals else 0)
            pointers.append(
                Pointer(f"{many(count, 'open deal')} {'has' if count == 1 else 'have'} stalled",
                        f"Most of them in {stage}, for longer than {most.days:.0f} days, by which nine of ten won deals had "
                        "left it. Move them on or let them go.", "stalled")
            )  # fmt: skip
    severe = [finding for finding in study.quality.findings if finding.severity == Severity.HIGH]
    if severe:
        pointers.append(
            Pointer(f"{severe[0].title}: {percent(severe[0].share.value)}", f"{severe[0].meaning} {severe[0].action}",
                    "quality")
        )  # fmt: skip
    return pointers


def _from_effects(findings: ProcessFindings) -> list[Pointer]:
    """A step that helps and that many deals do without; a step that hurts."""
    done = {step.step: rate(step.done, step.entered) for step in findings.adherence.steps if step.entered}
    names = {step.id: step.name or step.id for step in findings.process.steps}
    known = [one for one in findings.effects if one.effect is not None and one.step in done]
    helps = [one for one in known if one.verdict == Verdict.HELPS]
    hurts = [one for one in known if one.verdict == Verdict.HURTS]
    pointers = []
    if helps:
        # The wins that are left lying: the effect times the deals that went without.
        best = max(helps, key=lambda one: (one.effect or 0) * (1 - done[one.step].value) * done[one.step].n)
        without = done[best.step].n - done[best.step].count
        pointers.append(
            Pointer(f"{names[best.step]} helps, and {percent(1 - done[best.step].value)} of deals do without",
                    f"Among comparable deals it goes with {points(best.effect or 0)} points of win probability "
                    f"({points(best.low or 0)} to {points(best.high or 0)}). {without:,} deals that reached {best.stage} "
                    "did not have it.", "step-effects")
        )  # fmt: skip
    if hurts:
        worst = min(hurts, key=lambda one: (one.effect or 0) * done[one.step].count)
        pointers.append(
            Pointer(f"{names[worst.step]} hurts, and {percent(done[worst.step].value)} of deals have it",
                    f"Among comparable deals it goes with {points(worst.effect or 0)} points of win probability "
                    f"({points(worst.low or 0)} to {points(worst.high or 0)}).", "step-effects")
        )  # fmt: skip
    return pointers
