"""The section on what each step does to the chance of winning."""

from collections.abc import Sequence
from typing import Final, get_args

from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.study import ProcessFindings
from afteraction.analysis.verdict import MATTERS, Verdict
from afteraction.errors import NotEnoughData
from afteraction.report.charts.effects import Effect, Finding, effect_dots
from afteraction.report.document import Block, Cell, Figure, Notice, Section, Table
from afteraction.report.sections.cells import NOTHING, refusal
from afteraction.report.wording import days, each, listed, many, percent, points

_WORDS: Final = {
    Verdict.HELPS: "helps",
    Verdict.HURTS: "hurts",
    Verdict.NO_EFFECT: "no effect",
    Verdict.LEAK: "follows the decision",
    Verdict.CANT_TELL: "can’t tell",
}
_READING: Final = (
    "Compared are deals that were open the same time after entering the stage and alike in what was known of them "
    "then; the dot is how much more often those were won that had done the step, the line its 95% interval. In the "
    "shaded zone an effect is too small to matter. The cross is what the plain win rates seem to say: where it is far "
    "from the dot, they mislead. A cause that the record does not know can still be behind an effect."
)


def effect_section(findings: ProcessFindings | NotEnoughData, period: str) -> Section:
    """The effect of each step, where it can be told."""
    title = "What each step does"
    if isinstance(findings, NotEnoughData):
        return Section("effects", title, blocks=(refusal("what each step does", findings),))
    names = {step.id: step.name or step.id for step in findings.process.steps}
    effects = findings.effects
    known = [one for one in effects if one.verdict in get_args(Finding) and one.effect is not None]
    known.sort(key=lambda one: -(one.effect or 0))
    blocks: list[Block] = []
    if known:
        blocks.append(_figure(known, effects, names, period))
    leaks = [names[one.step] for one in effects if one.verdict == Verdict.LEAK]
    if leaks:
        blocks.append(_leak_notice(leaks))
    refused: dict[NotEnoughData, list[str]] = {}
    for one in effects:
        if one.refused and one.verdict != Verdict.LEAK:
            refused.setdefault(one.refused, []).append(names[one.step])
    blocks += [refusal(f"the effect of {listed(steps, 6)}", missing) for missing, steps in refused.items()]
    return Section("effects", title, _finding(effects), tuple(blocks))


def _finding(effects: Sequence[StepEffect]) -> str:
    counts = {verdict: sum(one.verdict == verdict for one in effects) for verdict in Verdict}
    said = [f"{counts[verdict]} {words}" for verdict, words in (
        (Verdict.HELPS, "measurably help"), (Verdict.HURTS, "hurt"), (Verdict.NO_EFFECT, "have no effect that matters"),
        (Verdict.LEAK, "follow the decision"), (Verdict.CANT_TELL, "cannot be told yet"),
    ) if counts[verdict]]  # fmt: skip
    return f"Of {many(len(effects), 'step')}: {', '.join(said)}." if said else ""


def _leak_notice(leaks: list[str]) -> Notice:
    one = len(leaks) == 1
    return Notice(
        f"Not a cause: {listed(leaks)}",
        f"{'This step comes' if one else 'These steps come'} after the decision, so nearly every deal that has "
        f"{'it' if one else 'one'} was won. The plain win rate makes {'it' if one else 'them'} look like the best "
        "thing one can do.",
    )


def _figure(known: Sequence[StepEffect], effects: Sequence[StepEffect], names: dict[str, str], period: str) -> Figure:
    rows = [
        Effect(names[one.step], one.effect, one.low, one.high, one.naive_difference, _as_finding(one.verdict))
        for one in known
        if one.effect is not None and one.low is not None and one.high is not None
    ]
    title = _title(rows)
    return Figure(
        id="step-effects",
        title=title,
        basis=f"difference in the probability of winning, in points, {period} · 95% intervals · at most 5% "
        "false alarms over all steps",
        picture=effect_dots(rows, MATTERS),
        in_words=f"The effect of each step on winning. {title}. "
        + each([f"{row.name} {points(row.effect)} points ({points(row.low)} to {points(row.high)})" for row in rows]),
        reading=_READING,
        table=_table(effects, names),
    )


def _as_finding(verdict: Verdict) -> Finding:
    findings: dict[Verdict, Finding] = {
        Verdict.HELPS: "helps",
        Verdict.HURTS: "hurts",
        Verdict.NO_EFFECT: "no_effect",
    }
    return findings.get(verdict, "cant_tell")


def _title(rows: Sequence[Effect]) -> str:
    helps = [f"{row.name} ({points(row.effect)})" for row in rows if row.finding == "helps"]
    hurts = [f"{row.name} ({points(row.effect)})" for row in rows if row.finding == "hurts"]
    if not helps and not hurts:
        return "Whether any single step helps cannot be told from these deals"
    said = [f"{listed(helps)} {'helps' if len(helps) == 1 else 'help'}"] if helps else []
    said += [f"{listed(hurts)} {'hurts' if len(hurts) == 1 else 'hurt'}"] if hurts else []
    return f"{'; '.join(said)}, in points of win probability"


def _table(effects: Sequence[StepEffect], names: dict[str, str]) -> Table:
    def row(one: StepEffect) -> tuple[Cell, ...]:
        return (
            Cell(names[one.step]),
            Cell(_WORDS[one.verdict]),
            NOTHING if one.landmark_days is None else Cell(days(one.landmark_days), one.landmark_days),
            Cell(f"{one.n:,}", one.n),
            Cell(f"{one.did:,}", one.did),
            *(NOTHING if value is None else Cell(percent(value), value) for value in (one.rate_did, one.rate_not)),
            NOTHING if one.effect is None else Cell(points(one.effect), one.effect),
            NOTHING
            if one.low is None or one.high is None
            else Cell(f"{points(one.low)} to {points(one.high)}", one.low),
            NOTHING if one.naive_difference is None else Cell(points(one.naive_difference), one.naive_difference),
            NOTHING if one.e_value is None else Cell(f"{one.e_value:.1f}", one.e_value),
            NOTHING if one.deals_needed is None else Cell(f"{one.deals_needed:,}", one.deals_needed),
            Cell("; ".join(one.warnings) or "–"),
        )

    columns = ("step", "verdict", "by", "deals", "did it", "won with", "won without", "effect, points", "95% interval",
               "naive", "E-value", "deals to settle it", "warnings")  # fmt: skip
    note = (
        "Won with and without are standardised to the same mix of deals. E-value: how strongly a hidden cause would "
        "have to be tied to both the step and winning to explain the effect away."
    )
    return Table(
        "The effect of each step", columns, tuple(map(row, effects)), (False, False, *(True,) * 10, False), note
    )
