"""The section on the record itself: how much there is, from when, how full, and what is wrong with it."""

from collections.abc import Sequence
from typing import Final

from afteraction.analysis.quality import DataQuality, Finding, Severity
from afteraction.analysis.summary import ColumnFilled, DataSummary
from afteraction.lake.schema import TABLES
from afteraction.report.document import (
    Answer,
    Answers,
    Block,
    Cell,
    KeyFigure,
    KeyFigures,
    Notice,
    Prose,
    Section,
    Table,
    Tone,
)
from afteraction.report.sections.cells import number, share, with_interval
from afteraction.report.wording import many, percent

_TONES: Final = {Severity.HIGH: Tone.POOR, Severity.MEDIUM: Tone.FAIR, Severity.LOW: Tone.PLAIN}
_QUESTIONS: Final = "the five questions it matters for"


def record_section(summary: DataSummary, period: str, simulated: str) -> Section:
    """How much there is; `simulated` says that the data is made up, or is empty."""
    outcomes = summary.outcomes
    figures = [
        KeyFigure("Deals", f"{summary.deals:,}", f"{summary.ended:,} ended", period),
        KeyFigure(
            "Won", f"{outcomes['won']:,}", f"lost {outcomes['lost']:,}", f"no decision {outcomes['no_decision']:,}"
        ),
        KeyFigure("Still open", f"{outcomes['open']:,}"),
        KeyFigure("Events", f"{summary.events:,}", "touches and stage changes"),
        KeyFigure("Accounts", f"{summary.accounts:,}"),
        KeyFigure("Reps", f"{summary.owners:,}", "owners of deals"),
        KeyFigure("Leads", f"{summary.leads:,}"),
        KeyFigure("Data version", f"{summary.version}"),
    ]
    blocks: list[Block] = [Notice("This data is simulated", simulated)] if simulated else []
    blocks += [KeyFigures(tuple(figures)), _columns(summary.columns)]
    return Section("record", "What this is based on", _finding(summary), tuple(blocks))


def _finding(summary: DataSummary) -> str:
    if not summary.deals:
        return "The record has no deals yet."
    said = []
    if summary.with_events:
        said.append(f"{percent(summary.with_events.value)} of the deals have at least one event")
    if summary.with_stage_changes:
        said.append(f"{percent(summary.with_stage_changes.value)} have a dated stage change")
    return f"{' and '.join(said)}." if said else ""


def _columns(columns: Sequence[ColumnFilled]) -> Table:
    """How full each column is that has any value."""
    present = [column for column in columns if column.filled]
    rows = tuple(
        (
            Cell(f"{column.table}: {column.column}"),
            Cell("an attribute of yours" if column.attribute else _meaning(column)),
            number(column.filled),
            number(column.rows),
            Cell(percent(column.filled / column.rows), column.filled / column.rows),
        )
        for column in present
    )
    columns_of = ("column", "meaning", "filled", "rows", "share")
    return Table("How full the record is", columns_of, rows, (False, False, True, True, True), folded=True)


def _meaning(column: ColumnFilled) -> str:
    return TABLES[column.table].column(column.column).meaning.replace("`", "")


def quality_section(quality: DataQuality) -> Section:
    """What is wrong with the record, the worst first, and which columns are missing."""
    title = "How good the record is"
    blocks: list[Block] = []
    serious = [finding for finding in quality.findings if finding.severity != Severity.LOW]
    slight = [finding for finding in quality.findings if finding.severity == Severity.LOW]
    if serious:
        blocks.append(Answers(tuple(map(_flaw, serious))))
    if slight:
        blocks.append(_slight(slight))
    if not quality.findings:
        blocks.append(Prose("None of the flaws that are looked for was found."))
    if quality.missing:
        rows = tuple(
            (
                Cell(f"{missing.table}: {missing.column}"),
                Cell(missing.costs),
                Cell(", ".join(str(question) for question in missing.questions) or "–"),
            )
            for missing in quality.missing
        )
        columns = ("missing", "what it costs", "questions")
        note = f"The numbers are {_QUESTIONS}."
        blocks.append(Table("Columns without any value", columns, rows, (False, False, False), note))
    severe = sum(finding.severity == Severity.HIGH for finding in quality.findings)
    finding = f"{many(len(quality.findings), 'flaw')} found, {severe} of them severe." if quality.findings else ""
    return Section("quality", title, finding, tuple(blocks))


def _flaw(finding: Finding) -> Answer:
    return Answer(
        question=finding.title,
        verdict=f"{finding.severity.value} severity",
        tone=_TONES[finding.severity],
        text=finding.meaning,
        figures=(
            (f"found in {finding.share.count:,} of {finding.share.n:,} rows", with_interval(finding.share)),
            *((("mostly", finding.detail),) if finding.detail else ()),
        ),
        advice=(("What to do", finding.action),),
    )


def _slight(flaws: Sequence[Finding]) -> Table:
    rows = tuple(
        (Cell(flaw.title), number(flaw.share.count), share(flaw.share), Cell(f"{flaw.meaning} {flaw.action}"))
        for flaw in flaws
    )
    return Table("Slight flaws", ("flaw", "rows", "share", "what it means"), rows, (False, True, True, False))
