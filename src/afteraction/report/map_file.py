"""The map of the process as followed, as a picture of its own."""

from pathlib import Path

from afteraction.analysis.adherence import adherence, judge
from afteraction.analysis.directly_follows import directly_follows
from afteraction.process.model import Process
from afteraction.report.followed_map import followed_map
from afteraction.report.output import write_whole
from afteraction.report.process_map import draw
from afteraction.report.sections.process import without_paper
from afteraction.report.version import OpenVersion


def write_map(version: OpenVersion, process: Process, path: Path) -> None:
    """Draw what deals do among the steps of `process` and write it as SVG."""
    tables, log = version.record.tables, version.log
    steps = adherence(judge(process, tables, log, version.keep), tables).steps
    graph = directly_follows(log)
    entered = {step.step: (step.entered, step.done) for step in steps}
    followed = followed_map(graph, version.flow(process), process, entered)
    [picture] = draw([without_paper(followed.map)])
    write_whole(path, picture.svg.encode())
