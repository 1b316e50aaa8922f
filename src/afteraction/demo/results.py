"""The results of the demo: made by the same jobs that make them after an import, and laid out where people look."""

import logging
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from afteraction.demo.samples import Sample
from afteraction.errors import Refused
from afteraction.web.data.tasks import follow_record
from afteraction.web.insights.selectors import standing
from afteraction.web.insights.services import save_process
from afteraction.web.jobs.services import enqueue
from afteraction.web.jobs.worker import JobWorker
from afteraction.web.people.models import Organisation, User

_SECOND: Final = datetime(2025, 1, 1, tzinfo=UTC)
_FILES: Final = ("report.html", "report.pdf", "figures.json")


def make_results(samples: dict[Organisation, Sample], by: User, console: Console) -> None:
    """Save the process on paper as its first version, then run the jobs: the index of deals, the analysis."""
    for organisation, sample in samples.items():
        if sample.process_file and by.organisation == organisation and not organisation.process_versions.exists():
            _write_down(sample.process_file.read_text(encoding="utf-8"), by)
        enqueue(follow_record, organisation_id=organisation.pk)
    console.print("Indexing the deals, analysing both records, writing the reports ...")
    logging.getLogger("afteraction.jobs").setLevel(logging.WARNING)
    JobWorker().run(until_idle=True)
    for organisation, sample in samples.items():
        _lay_out(organisation, sample, console)


def _write_down(text: str, by: User) -> None:
    """The process on paper, and its second version, which is in force for the deals of the last year."""
    save_process(by=by, text=text, note="As it was handed out")
    changed = text.replace("within: 7 days", "within: 5 days", 1)
    if changed != text:
        save_process(
            by=by,
            text=changed,
            note="Whoever waits a week for our call has called somebody else",
            in_force_from=_SECOND,
        )


def _lay_out(organisation: Organisation, sample: Sample, console: Console) -> None:
    made = standing(organisation)
    if made.shown is None:
        raise Refused(
            f"no results of {organisation}: {made.unmade.message if made.unmade else 'the job did not end'}",
            "an analysis of the sample",
            "run the same command again",
        )
    console.rule(sample.title)
    console.print(made.shown.index["headline"], markup=False)
    written = [_copy(made.shown.folder / name, sample.home.folder / name) for name in _FILES]
    console.print(f"Report: {', '.join(map(str, written[:2]))}", markup=False)


def _copy(source: Path, target: Path) -> Path:
    shutil.copyfile(source, target)
    return target
