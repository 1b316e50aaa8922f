"""A study of a record as a report."""

from datetime import datetime

from afteraction import __version__
from afteraction.analysis.directly_follows import DirectlyFollows
from afteraction.analysis.study import ProcessFindings, Study
from afteraction.analysis.summary import DataSummary
from afteraction.errors import NotEnoughData
from afteraction.report.document import Refusal, Report, Section
from afteraction.report.sections.adherence import adherence_section
from afteraction.report.sections.behaviours import attribute_section, behaviour_section
from afteraction.report.sections.boxes import box_section
from afteraction.report.sections.claims import claim_section
from afteraction.report.sections.divergence import divergence_section
from afteraction.report.sections.effects import effect_section
from afteraction.report.sections.leads import lead_section
from afteraction.report.sections.notes import glossary_section, method_section, refused_section
from afteraction.report.sections.process import process_section
from afteraction.report.sections.qualification import qualification_section
from afteraction.report.sections.record import quality_section, record_section
from afteraction.report.sections.reps import rep_section
from afteraction.report.sections.stage_times import stage_time_section
from afteraction.report.sections.summary import headline, summary_section
from afteraction.report.sections.time_to_end import time_to_end_section
from afteraction.report.sections.variants import variant_section
from afteraction.report.sections.win_probability import win_probability_section
from afteraction.report.sections.win_rates import win_rate_section
from afteraction.report.wording import many, period


def build(study: Study, flow: DirectlyFollows, simulated: str = "") -> Report:
    """The report on a study.

    `flow` is the directly-follows graph of the process alone (`report.flow.step_flow`). `simulated` says whose
    invention the data is, if it is: it is printed above everything else. Raises `Refused` when the files that maps and
    fonts are made with are missing.
    """
    return assemble(study, sections_of(study, flow, simulated), simulated)


def sections_of(study: Study, flow: DirectlyFollows, simulated: str = "") -> list[Section]:
    """Every section, in order; one that could not be made holds nothing but its refusal. Raises as `build` does."""
    span = _period(study.summary)
    findings = study.process
    found = study.outcomes
    # Without a win probability there is no likelihood by which a deal might have been left: one reason for both.
    walked_away = found.win_probability if isinstance(found.win_probability, NotEnoughData) else found.walk_away
    return [
        summary_section(study),
        process_section(findings, study.graph, flow, span),
        adherence_section(findings.adherence if isinstance(findings, ProcessFindings) else findings, span),
        effect_section(findings, span),
        claim_section(found.claims, span),
        behaviour_section(found.behaviours, span),
        attribute_section(found.attributes, span),
        qualification_section(found.qualification, walked_away, span),
        rep_section(found.reps, span),
        box_section(found.boxes, span, on_paper=isinstance(findings, ProcessFindings) and findings.on_paper),
        win_probability_section(found.win_probability, span, found.likely),
        time_to_end_section(found.competing_risks, found.winning_later, span),
        divergence_section(study.divergences, span),
        variant_section(study.variants, span),
        stage_time_section(study.stage_times, span),
        win_rate_section(study.win_rates, span),
        *([] if study.leads is None else [lead_section(study.leads, span)]),
        record_section(study.summary, span, simulated),
        quality_section(study.quality),
    ]


def assemble(study: Study, sections: list[Section], simulated: str = "") -> Report:
    """The report made of these sections; what could not be made is told of at its end."""
    span = _period(study.summary)
    answered = [section for section in sections if not _is_refused(section)]
    answered += [refused_section(_refusals(sections)), method_section(), glossary_section()]
    return Report(
        title="Is our sales process real?",
        subtitle=headline(study),
        facts=_facts(study, span),
        sections=tuple(answered),
        warning=f"Simulated data. {simulated}" if simulated else "",
        footer=f"Made by Afteraction {__version__} from data version {study.summary.version}.",
    )


def _period(summary: DataSummary) -> str:
    if summary.from_ is None or summary.to is None:
        return "without dates"
    return period(_day(summary.from_), _day(summary.to))


def _day(when: datetime) -> datetime:
    return when.replace(hour=0, minute=0, second=0, microsecond=0)


def _facts(study: Study, span: str) -> tuple[tuple[str, str], ...]:
    summary = study.summary
    facts = [
        ("Period", span),
        ("Deals", f"{summary.deals:,}, {summary.ended:,} of them ended"),
        ("Events", f"{summary.events:,}"),
        ("Reps", f"{summary.owners:,}"),
    ]
    if isinstance(study.process, ProcessFindings):
        process = study.process.process
        name = f"{process.name}, version {process.version}" if study.process.on_paper else "found in the record"
        facts.append(("Process", f"{name}: {many(len(process.steps), 'step')}"))
    facts.append(("Data version", f"{summary.version}"))
    return tuple(facts)


def _is_refused(section: Section) -> bool:
    """Whether a section says nothing but that it could not be made; it is told of at the end."""
    return bool(section.blocks) and all(isinstance(block, Refusal) for block in section.blocks)


def _refusals(sections: list[Section]) -> list[Refusal]:
    return [block for section in sections for block in section.blocks if isinstance(block, Refusal)]
