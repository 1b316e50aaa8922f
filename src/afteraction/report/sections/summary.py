"""The first section: headline figures, where to look first, and the five health questions."""

from collections.abc import Iterator
from typing import Final

from afteraction.analysis.adherence import StepAdherence
from afteraction.analysis.intervals import Rate, rate
from afteraction.analysis.quality import DataQuality, Severity
from afteraction.analysis.stage_times import AllStageTimes
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.study import ProcessFindings, Study
from afteraction.analysis.verdict import Verdict
from afteraction.analysis.win_rates import WinRates
from afteraction.report.document import Block, KeyFigure, KeyFigures, Pointer, Pointers, Section
from afteraction.report.sections.adherence import overall_kept
from afteraction.report.sections.cells import with_interval
from afteraction.report.sections.health import health_block
from afteraction.report.wording import days, interval, many, percent, points

_MOST: Final = 4
_OFTEN_SKIPPED: Final = 0.1  # share of skips from which on a step is worth pointing at


def summary_section(study: Study) -> Section:
    """Headline figures, what to look at first, and the answers to the five questions."""
    blocks: list[Block] = [KeyFigures(figures)] if (figures := tuple(_figures(study))) else []
    if pointers := _pointers(study):
        blocks.append(Pointers("Where to look first", tuple(pointers[:_MOST])))
    blocks.append(health_block(study.health))
    return Section("summary", "Summary", blocks=tuple(blocks))


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
    elif study.summary.deals:
        said.append("How the process is followed cannot be told: the record has no events to hold against one.")
    return " ".join(said) or "The record holds no deal that has ended and no event yet, so there is little to report."


def _figures(study: Study) -> Iterator[KeyFigure]:
    summary = study.summary
    yield KeyFigure("Deals that ended", f"{summary.ended:,}", f"of {summary.deals:,} in the record")
    if isinstance(study.win_rates, WinRates):
        won = study.win_rates.overall.of_ended
        yield _rate_figure("Win rate", won, f"of {many(won.n, 'deal')} that ended")
    if isinstance(study.process, ProcessFindings):
        findings = study.process
        if kept := overall_kept(findings.adherence):
            due = sum(step.due for step in findings.adherence.steps if step.required)
            yield _rate_figure("Required steps kept", kept, f"{due:,} were due")
        among = f"{many(findings.deals, 'deal')}, open ones too"
        yield KeyFigure("Fitness", percent(findings.fitness), "mean share of the rules a deal keeps", among)
    if isinstance(study.stage_times, AllStageTimes):
        waiting = [s.stalled.deals for s in study.stage_times.stages if s.stalled and s.stalled.deals]
        if waiting:
            stalled = rate(sum(each.count for each in waiting), sum(each.n for each in waiting))
            share = f"{percent(stalled.value)} of {stalled.n:,}"
            yield KeyFigure("Open deals stalled", f"{stalled.count:,}", share, "longer in stage than 9 of 10 won deals")


def _rate_figure(name: str, rate: Rate, basis: str) -> KeyFigure:
    return KeyFigure(name, percent(rate.value), f"95% interval {interval(rate.low, rate.high)}", basis)


def _most_skipped(findings: ProcessFindings) -> StepAdherence | None:
    due = [step for step in findings.adherence.steps if step.required and step.due]
    worst = max(due, key=lambda step: step.skipped / step.due, default=None)
    return worst if worst and worst.skipped >= _OFTEN_SKIPPED * worst.due else None


def _pointers(study: Study) -> list[Pointer]:
    """What is most worth a look, the most useful first: effects, skips, stalled deals, a bad record."""
    found: list[Pointer | None] = []
    if isinstance(study.process, ProcessFindings):
        found += [_helpful(study.process), _harmful(study.process), _skipped(study.process)]
    if isinstance(study.stage_times, AllStageTimes):
        found.append(_stalled(study.stage_times))
    found.append(_flaw(study.quality))
    return [pointer for pointer in found if pointer]


def _helpful(findings: ProcessFindings) -> Pointer | None:
    """The step that helps and that deals go without: the one with the most wins left lying."""
    done = _done(findings)
    helps = [one for one in findings.effects if one.verdict == Verdict.HELPS and one.step in done]
    if not helps:
        return None
    best = max(helps, key=lambda one: (one.effect or 0) * (done[one.step].n - done[one.step].count))
    rate_done = done[best.step]
    return Pointer(
        f"{_step_name(findings, best)} helps, and {percent(1 - rate_done.value)} of deals do without",
        f"Among comparable deals it goes with {_points(best)} of win probability. "
        f"{rate_done.n - rate_done.count:,} deals that reached {best.stage} did not have it.",
        "step-effects",
    )


def _harmful(findings: ProcessFindings) -> Pointer | None:
    done = _done(findings)
    hurts = [one for one in findings.effects if one.verdict == Verdict.HURTS and one.step in done]
    if not hurts:
        return None
    worst = min(hurts, key=lambda one: (one.effect or 0) * done[one.step].count)
    return Pointer(
        f"{_step_name(findings, worst)} hurts, and {percent(done[worst.step].value)} of deals have it",
        f"Among comparable deals it goes with {_points(worst)} of win probability.",
        "step-effects",
    )


def _skipped(findings: ProcessFindings) -> Pointer | None:
    worst = _most_skipped(findings)
    if worst is None:
        return None
    skipped = rate(worst.skipped, worst.due)
    return Pointer(
        f"{worst.name} is skipped in {percent(skipped.value)} of deals",
        f"It is required in {worst.stage}, and was skipped in {skipped.count:,} of {skipped.n:,} deals in which it was "
        f"due ({interval(skipped.low, skipped.high)}). Train it, or take it off the paper.",
        "adherence-by-step",
    )


def _stalled(times: AllStageTimes) -> Pointer | None:
    waiting = [(s.stage, s.stalled.days, s.stalled.deals) for s in times.stages if s.stalled and s.stalled.deals]
    count = sum(deals.count for _stage, _days, deals in waiting)
    if not count:
        return None
    stage, longest, _deals = max(waiting, key=lambda each: each[2].count)
    return Pointer(
        f"{many(count, 'open deal')} {'has' if count == 1 else 'have'} stalled",
        f"Most of them in {stage}, for longer than the {days(longest)} by which nine of ten won deals had left it. "
        "Move them on or let them go.",
        "stalled",
    )


def _flaw(quality: DataQuality) -> Pointer | None:
    severe = [finding for finding in quality.findings if finding.severity == Severity.HIGH]
    if not severe:
        return None
    worst = severe[0]
    return Pointer(f"{worst.title}: {percent(worst.share.value)}", f"{worst.meaning} {worst.action}", "quality")


def _done(findings: ProcessFindings) -> dict[str, Rate]:
    return {step.step: rate(step.done, step.entered) for step in findings.adherence.steps if step.entered}


def _step_name(findings: ProcessFindings, effect: StepEffect) -> str:
    return findings.process.step(effect.step).name or effect.step


def _points(effect: StepEffect) -> str:
    return f"{points(effect.effect or 0)} points ({points(effect.low or 0)} to {points(effect.high or 0)})"
