"""The jobs of data. Each may run twice: importing the same rows again changes nothing, and what was told stays told."""

import time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from django_tasks import task

from afteraction.errors import Refused
from afteraction.ingest import ImportReport, import_paths, preview_paths
from afteraction.lake.store import Lake
from afteraction.web.data.acceptance import accepted_mapping
from afteraction.web.data.models import Import
from afteraction.web.jobs.services import Later, enqueue, when_given_up
from afteraction.web.people.models import Organisation

KEEP_VERSIONS: Final = 20
KEEP_FILES: Final = timedelta(days=7)
_WAIT: Final = timedelta(seconds=5)
_EVERY: Final = 0.5
State = Import.State


@task()
def look_at_files(import_id: int) -> None:
    """Reads the files of an import and drafts what their columns mean."""
    import_ = Import.objects.select_related("organisation").filter(pk=import_id).first()
    if import_ is None or import_.state != State.LOOKING:
        if import_ is not None and import_.source:
            _go_on(import_)  # a worker may have died between looking and beginning
        return
    try:
        found = preview_paths(import_.paths, import_.organisation.home, progress=SavedProgress(import_id))
    except Refused as refused:
        _end(import_id, State.LOOKING, state=State.REFUSED, message=str(refused))
        return
    whys = [
        [line.sheet, line.table, line.name, line.source, line.needed, *(line.why.confidence, line.why.reason)]
        for line in found.draft.lines
        if line.why
    ]
    preview = {"sheets": [asdict(sheet) for sheet in found.sheets], "whys": whys, "draft": found.mapping}
    _end(
        import_id,
        State.LOOKING,
        state=State.READY,
        preview=preview,
        mapping=found.mapping,
        needs_mapping=found.needs_mapping,
    )
    if import_.source:
        _go_on(import_)


def _go_on(import_: Import) -> None:
    """Begins an import that came by itself, if a person has accepted files like these before."""
    from afteraction.web.data.services import start

    import_.refresh_from_db()
    mapping = accepted_mapping(import_) if import_.state == State.READY else None
    if mapping is None:
        return
    Import.objects.filter(pk=import_.pk, state=State.READY).update(mapping=mapping)
    start(import_=import_)


@task()
def import_files(import_id: int) -> None:
    """Brings the files of an import into the record, then has the index and the results follow."""
    import_ = Import.objects.select_related("organisation").filter(pk=import_id).first()
    if import_ is None or import_.state not in (State.WAITING, State.RUNNING):
        return
    home = import_.organisation.home
    try:
        with Lake(home).lock():
            pass
    except Refused as busy:
        raise Later(busy.found, _WAIT) from busy
    before = Lake(home).current()
    Import.objects.filter(pk=import_id).update(state=State.RUNNING)
    try:
        report = import_paths(import_.paths, home, _mapping_file(import_), SavedProgress(import_id))
    except Refused as refused:
        _end(import_id, State.RUNNING, state=State.REFUSED, message=str(refused), ended_at=timezone.now())
        return
    _end(
        import_id,
        State.RUNNING,
        state=State.DONE,
        report=_told(report, made_version=before is None or report.version > before.version),
        data_version=report.version,
        ended_at=timezone.now(),
    )
    enqueue(follow_record, organisation_id=import_.organisation_id)


@when_given_up(look_at_files)
@when_given_up(import_files)
def import_given_up(message: str, import_id: int) -> None:
    """After the last attempt: the page says why."""
    under_way = Import.objects.filter(pk=import_id, state__in=(State.LOOKING, State.WAITING, State.RUNNING))
    under_way.update(state=State.FAILED, message=message, ended_at=timezone.now(), progress={})


@task()
def follow_record(organisation_id: int) -> None:
    """Brings the index of deals up to the newest data version, opens reviews, assigns trials, asks for the analysis."""
    from afteraction.web.buyers.tasks import follow_buyers
    from afteraction.web.content.tasks import match_uses
    from afteraction.web.deals.chances import show_evidence_again
    from afteraction.web.deals.index import refresh_index
    from afteraction.web.experiments.tasks import follow_trials
    from afteraction.web.insights.services import ask_for_analysis
    from afteraction.web.leads.tasks import follow_leads
    from afteraction.web.lessons.tasks import follow_lessons
    from afteraction.web.reviews.services import follow_deals

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        refresh_index(organisation=organisation)
        follow_deals(organisation=organisation, now=timezone.now())
        enqueue(follow_buyers, organisation_id=organisation_id)
        enqueue(follow_leads, organisation_id=organisation_id)
        enqueue(follow_lessons, organisation_id=organisation_id)
        enqueue(match_uses, organisation_id=organisation_id)
        enqueue(follow_trials, organisation_id=organisation_id)
        show_evidence_again(organisation=organisation)
        ask_for_analysis(organisation=organisation)


@task()
def compact_record(organisation_id: int) -> None:
    """Joins small files and drops the oldest data versions."""
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        return
    lake = Lake(organisation.home)
    try:
        lake.compact()
        lake.forget(KEEP_VERSIONS)
    except Refused as busy:
        raise Later(busy.found, _WAIT) from busy
    enqueue(follow_record, organisation_id=organisation_id)


@task()
def forget_old_files() -> None:
    """Removes the files of imports that ended, or that nobody went on with, some days ago; forgets those that never
    got as far as being looked at.
    """
    from afteraction.web.data.services import forget_files

    old = Import.objects.select_related("organisation").filter(made_at__lt=timezone.now() - KEEP_FILES)
    for import_ in old.filter(state=State.ADDING):
        forget_files(import_=import_)
        import_.delete()
    for import_ in old:
        if import_.state not in (State.WAITING, State.RUNNING) and import_.folder.exists():
            forget_files(import_=import_)


class SavedProgress:
    """Progress of an import, kept where its page reads it; not more often than anyone looks."""

    def __init__(self, import_id: int) -> None:
        self._import_id = import_id
        self._next = 0.0

    def step(self, what: str, done: int, total: int | None) -> None:
        """As `ingest.Progress` has it."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY
            progress = {"what": what, "done": done, "total": total}
            Import.objects.filter(pk=self._import_id).update(progress=progress)


def _mapping_file(import_: Import) -> Path | None:
    if not import_.needs_mapping:
        return None
    path = import_.folder / "mapping.toml"
    path.write_text(import_.mapping, encoding="utf-8")
    return path


def _end(import_id: int, while_: str, **values: Any) -> None:
    """Writes what came of a job, unless the import was discarded meanwhile."""
    Import.objects.filter(pk=import_id, state=while_).update(progress={}, **values)


def _told(report: ImportReport, *, made_version: bool) -> dict[str, Any]:
    """The report as the page shows it."""
    return {
        "tables": {name: asdict(counts) for name, counts in report.tables.items()},
        "sheets": [
            {
                "name": use.name,
                "rows": use.rows,
                "tables": list(use.tables),
                "reason": use.reason,
                "left_out": dict(use.left_out),
                "columns_left_out": dict(use.columns_left_out),
                "notes": list(use.notes),
            }
            for use in report.sheets
        ],
        "set_apart": [asdict(each) for each in report.set_apart],
        "unread": report.unread,
        "refused": report.refused,
        "warnings": list(report.warnings),
        "refusals": report.refusals.name if report.refusals else "",
        "version": report.version,
        "made_version": made_version,
    }
