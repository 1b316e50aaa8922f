"""The report on a data version, as files."""

from pathlib import Path

from afteraction.analysis.study import ProcessFindings, Study
from afteraction.report.build import build
from afteraction.report.html import write_html
from afteraction.report.pdf import write_pdf
from afteraction.report.version import OpenVersion


def write_report(version: OpenVersion, study: Study, html: Path | None, pdf: Path | None) -> list[Path]:
    """Write the report as a page, as a PDF or both; returns what was written."""
    held = study.process
    flow = version.flow(held.process) if isinstance(held, ProcessFindings) else study.graph
    report = build(study, flow, version.simulated)
    if html:
        write_html(report, html)
    if pdf:
        write_pdf(report, pdf)
    return [path for path in (html, pdf) if path]
