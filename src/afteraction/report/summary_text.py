"""The findings of a study in a few lines, for the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.study import ProcessFindings, Study
from afteraction.analysis.win_rates import WinRates
from afteraction.errors import NotEnoughData


def print_summary(study: Study, console: Console, simulated: str = "") -> None:
    """Print what was found: the data, the five questions, every step, and what could not be told."""
    summary = study.summary
    if simulated:
        console.print(f"Simulated data. {simulated}", style="bold", markup=False)
    outcomes = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in summary.outcomes.items())
    console.print(f"Data version {summary.version}: {summary.deals:,} deals ({outcomes}), {summary.events:,} events.")
    if isinstance(study.win_rates, WinRates):
        rate = study.win_rates.overall.of_ended
        console.print(f"Won of ended: {rate.value:.1%} ({rate.low:.1%} to {rate.high:.1%}, n = {rate.n:,}).")
    for answer in study.health:
        console.print(
            Text.assemble((f"\n{answer.question} ", "bold"), f"{answer.answer.replace('_', ' ')}. ", answer.sentence)
        )
    if isinstance(study.process, NotEnoughData):
        console.print(f"\nNo process: {study.process.reason}. Needed: {study.process.needed}.", markup=False)
    else:
        console.print(_steps(study.process))


def _steps(findings: ProcessFindings) -> Table:
    source = "on paper" if findings.on_paper else "as followed"
    table = Table(
        title=f"\n{findings.process.name} ({source}): the average deal keeps {findings.fitness:.1%} of its rules"
    )
    for name in ("step", "done", "skipped", "late", "disordered", "effect on winning, in points"):
        table.add_column(name, justify="left" if name in ("step", "effect on winning, in points") else "right")
    effects = {effect.step: effect for effect in findings.effects}
    for step in findings.adherence.steps:
        counts = (f"{count:,}" for count in (step.done, step.skipped, step.late, step.out_of_order))
        table.add_row(Text(step.name), *counts, _effect(effects[step.step]))
    return table


def _effect(effect: StepEffect) -> str:
    said = effect.verdict.value.replace("_", " ").replace("cant", "can't")
    if effect.effect is None or effect.low is None or effect.high is None:
        return said
    span = f"{effect.low * 100:+.1f} to {effect.high * 100:+.1f}"
    return f"{effect.effect * 100:+.1f} ({span}, n = {effect.n:,}): {said}"
