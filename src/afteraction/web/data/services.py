"""What may be done with data: send files, look at what they mean, correct that, import, compact."""

import json
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from afteraction.errors import Refused
from afteraction.ingest.mapping_edit import Place, edited, mapping_of, used_for
from afteraction.lake.schema import TABLES
from afteraction.lake.store import Lake
from afteraction.web.data import tasks, uploads
from afteraction.web.data.models import Import, Upload
from afteraction.web.data.selectors import CORRECTABLE, sheets_of
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation, User

State = Import.State


def begin(*, by: User) -> Import:
    """A new import without files."""
    return Import.objects.create(organisation=by.organisation, made_by=by)


def begin_by_itself(*, organisation: Organisation, source: Import.Source) -> Import:
    """A new import of files that nobody sent. Once looked at, it goes on by itself where `acceptance` allows it."""
    return Import.objects.create(organisation=organisation, source=source)


def add_file(*, import_: Import, name: str, chunks: Iterable[bytes], size: int | None = None) -> Upload:
    """Adds a file to an import that has not been looked at yet. Raises `Refused` as `uploads.keep` does."""
    if import_.state != State.ADDING:
        raise Refused(f"an import that is {import_.get_state_display().lower()}", "one that files are being added to")
    return uploads.keep(import_, name, chunks, size)


@transaction.atomic
def look(*, import_: Import) -> None:
    """Asks for a look at the files: what their columns mean. Raises `Refused` when there are none."""
    if not import_.files.exists():
        raise Refused("no file", "at least one file", "choose files, or drop them here")
    if not _move(import_, State.LOOKING, State.ADDING, State.REFUSED, State.FAILED):
        return
    enqueue(tasks.look_at_files, import_id=import_.pk)


@transaction.atomic
def write_mapping(*, import_: Import, text: str) -> None:
    """Replaces the mapping by a text. Raises `Refused` with every problem and its line; then nothing is changed."""
    _refuse_settled(import_)
    content = text.replace("\r\n", "\n").strip() + "\n"
    mapping_of(content, sheets_of(import_))
    import_.mapping, import_.needs_mapping = content, True
    import_.state, import_.message = State.READY, ""
    import_.save(update_fields=["mapping", "needs_mapping", "state", "message"])


def correct(
    *,
    import_: Import,
    sources: Mapping[Place, str | None],
    dates: Mapping[Place, str] | None = None,
    added: Mapping[Place, str] | None = None,
) -> None:
    """Changes lines of the mapping, as `mapping_edit.edited` does. Raises `Refused` as `write_mapping` does."""
    if not (sources or dates or added):
        return
    try:
        text = edited(import_.mapping, sources, dates, added)
    except (LookupError, TypeError) as error:
        raise Refused("a line that the mapping no longer has", "the lines as they are now", "look again") from error
    write_mapping(import_=import_, text=text)


def use_sheet(*, import_: Import, number: int, table: str) -> None:
    """Lets a sheet that fits no table fill one; the form then asks what comes from where. Raises `Refused`."""
    sheets, entries = sheets_of(import_), mapping_of(import_.mapping).sheets
    if not 0 <= number < len(entries) or table not in TABLES:
        raise Refused(f"sheet {number + 1} for {table!r}", "a sheet of these files and a table", "choose one of each")
    sheet = next((each for each in sheets if entries[number].fits(each)), None)
    if sheet is None:
        raise Refused(f"no sheet {entries[number].name}", "a sheet of these files", "look at the files again")
    write_mapping(import_=import_, text=used_for(import_.mapping, number, table, sheet.columns))


@transaction.atomic
def start(*, import_: Import) -> None:
    """Queues the import of files that were looked at. Twice is once."""
    if _move(import_, State.WAITING, State.READY):
        enqueue(tasks.import_files, import_id=import_.pk)


@transaction.atomic
def discard(*, import_: Import, now: datetime) -> None:
    """Gives an import up before it has begun; its files go."""
    if not _move(import_, State.DISCARDED, State.ADDING, State.READY, State.REFUSED, State.FAILED, State.LOOKING):
        raise Refused(f"an import that is {import_.get_state_display().lower()}", "one that has not begun")
    Import.objects.filter(pk=import_.pk).update(ended_at=now)
    forget_files(import_=import_)


def forget_files(*, import_: Import) -> None:
    """Removes the files of an import from the disk; what became of their rows stays told."""
    shutil.rmtree(import_.folder, ignore_errors=True)


def compact(*, by: User) -> None:
    """Queues joining the many small files of many imports."""
    if Lake(by.organisation.home).current() is None:
        raise Refused("no data", "at least one import", "import your data first")
    enqueue(tasks.compact_record, organisation_id=by.organisation_id)


def _move(import_: Import, to: str, *allowed: str) -> bool:
    """Puts an import into another state, if it is in one of those allowed; of two at once only one does."""
    if not Import.objects.filter(pk=import_.pk, state__in=allowed).update(state=to, message="", progress={}):
        return False
    import_.refresh_from_db()
    return True


def _refuse_settled(import_: Import) -> None:
    if import_.state not in CORRECTABLE or not import_.preview:
        raise Refused(
            f"an import that is {import_.get_state_display().lower()}",
            "one that was looked at and has not begun",
            "send the files again to import them with another mapping",
        )


def as_plain(value: object) -> object:
    """A value as JSON keeps it."""
    return json.loads(json.dumps(value, default=str))
