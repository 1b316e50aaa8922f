"""What may be done with insights: ask for an analysis, make it, write down the process. Claims are in `claiming`."""

import re
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from afteraction.errors import Refused
from afteraction.lake import durable
from afteraction.lake.store import Lake
from afteraction.process.check import check_text
from afteraction.process.document import MAX_BYTES
from afteraction.report.version import open_version
from afteraction.web.deals.chances import show_evidence
from afteraction.web.experiments.look_tasks import look_at_trials
from afteraction.web.insights import tasks
from afteraction.web.insights.editions import in_time, process_versions
from afteraction.web.insights.models import Analysis, ProcessVersion
from afteraction.web.insights.results import folder_of
from afteraction.web.insights.saving import write_results
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation, User
from afteraction.web.proposals.tasks import look_at_results
from afteraction.web.walls.tasks import recognise_risks

_VERSION_LINE = re.compile(r"^version:[^\n]*$", re.MULTILINE)
_NAME_LINE = re.compile(r"^process:[^\n]*\n", re.MULTILINE)


@transaction.atomic
def ask_for_analysis(*, organisation: Organisation) -> Analysis | None:
    """Ask for the analysis of the newest data version against the newest process; None when there is no data yet.

    Called after every import and every change of the process, by which nothing is made twice: an analysis that is
    there, or on its way, is returned as it is. One that was refused, failed or removed is made again.
    """
    newest = Lake(organisation.home).current()
    if newest is None:
        return None
    process = organisation.process_versions.first()
    analysis, _made = Analysis.objects.get_or_create(
        organisation=organisation, data_version=newest.version, process_version=process
    )
    if analysis.state in (Analysis.State.REFUSED, Analysis.State.FAILED, Analysis.State.FORGOTTEN):
        analysis.state, analysis.message = Analysis.State.WAITING, ""
        analysis.save(update_fields=["state", "message"])
    if analysis.state == Analysis.State.WAITING:
        enqueue(tasks.analyse, analysis_id=analysis.pk)
    return analysis


def analyse(*, analysis: Analysis, now: datetime | None = None) -> None:
    """Make the results of an analysis and put them in place, whole or not at all.

    1. Results that are in place are left alone: the job may run twice.
    2. Everything is written into a staging folder.
    3. The folder is moved into place. A crash before this leaves nothing, a crash after it a folder that step 3 of
       the next run replaces.
    4. The deals of the mirror get their chances and boxes, unless newer results are shown already.
    5. The analysis is marked as done.

    What is refused is kept with its words; anything else is raised, for the worker to try again.
    """
    place = folder_of(analysis)
    if analysis.state == Analysis.State.DONE and place.is_dir():
        return
    _mark(analysis, Analysis.State.RUNNING)
    home = analysis.organisation.home
    try:
        version = analysis.process_version
        paper = process_versions(version) if version is not None else None
        with open_version(home.folder, analysis.data_version) as opened, home.staging() as staging:
            draft = staging / "results"
            draft.mkdir()
            write_results(opened, paper, draft)
            _put_in_place(draft, place, staging)
    except Refused as refused:
        _mark(analysis, Analysis.State.REFUSED, message=str(refused))
        return
    analysis.folder, analysis.done_at = f"results/{analysis.pk}", now or timezone.now()
    newest = not Analysis.objects.filter(
        organisation=analysis.organisation, state=Analysis.State.DONE, id__gt=analysis.pk
    ).exists()
    if newest:
        show_evidence(organisation=analysis.organisation, folder=analysis.folder, version=analysis.data_version)
    _mark(analysis, Analysis.State.DONE)
    enqueue(tasks.judge_claims, organisation_id=analysis.organisation_id)
    enqueue(recognise_risks, organisation_id=analysis.organisation_id)
    enqueue(look_at_results, organisation_id=analysis.organisation_id)
    enqueue(tasks.look_over_time, analysis_id=analysis.pk)
    enqueue(look_at_trials, organisation_id=analysis.organisation_id)


def _mark(analysis: Analysis, state: Analysis.State, message: str = "") -> None:
    analysis.state, analysis.message = state, message
    analysis.save(update_fields=["state", "message", "folder", "done_at"])


def _put_in_place(draft: Path, place: Path, staging: Path) -> None:
    """Two renames: the folder that is there goes aside, into staging, which is swept; the new one takes its place."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(staging / "replaced")
    durable.put_in_place(draft, place)


@transaction.atomic
def save_process(
    *, by: User, text: str, note: str = "", in_force_from: datetime | None = None, now: datetime | None = None
) -> ProcessVersion:
    """Make the next process version, and ask for an analysis against it.

    Deals that begin from `in_force_from` on, by default from now on, are held against it; the first version is in force
    since ever. The version that the text itself names is set to its number. Raises `Refused` with every problem of the
    text, when it is too long, when it says the same as the newest version, and when it would be in force before that
    one, or only in the future.
    """
    now = now or timezone.now()
    organisation = Organisation.objects.select_for_update().get(pk=by.organisation_id)
    content = text.replace("\r\n", "\n").strip() + "\n"
    if len(content.encode()) > MAX_BYTES:
        raise Refused(f"more than {MAX_BYTES:,} bytes", "a process file, which is smaller", "take out what is no step")
    checked = check_text(content)
    if checked.process is None:
        raise Refused(
            found="\n".join(str(problem) for problem in checked.problems),
            expected="a process without problems",
            next_step="correct these lines; nothing was saved",
        )
    newest = organisation.process_versions.first()
    number = newest.number + 1 if newest else 1
    if newest and numbered(content, newest.number) == newest.text:
        raise Refused(f"the text of version {newest.number}", "a change", "change a step, then save")
    made = ProcessVersion.objects.create(
        organisation=organisation,
        number=number,
        text=numbered(content, number),
        note=note.strip(),
        made_by=by,
        in_force_from=_in_force_from(organisation, in_force_from, now) if newest else None,
    )
    ask_for_analysis(organisation=organisation)
    return made


def _in_force_from(organisation: Organisation, asked: datetime | None, now: datetime) -> datetime:
    """From when a version is in force that comes after others."""
    before = in_time(organisation)[-1][1]
    since = asked or now
    if since > now or (before is not None and since < before):
        expected = f"no earlier than the version before it, {before:%Y-%m-%d %H:%M} UTC" if before else "no date ahead"
        raise Refused(
            f"a version in force from {since:%Y-%m-%d %H:%M} UTC",
            f"{expected}, and no later than now",
            "name another day, or none: it is in force from now on then",
        )
    return since


def numbered(text: str, number: int) -> str:
    """The text of a process file with this version in it."""
    line = f"version: {number}"
    if _VERSION_LINE.search(text):
        return _VERSION_LINE.sub(line, text, count=1)
    return _NAME_LINE.sub(lambda name: f"{name.group()}{line}\n", text, count=1)
