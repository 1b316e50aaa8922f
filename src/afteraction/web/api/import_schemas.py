"""Imports as JSON."""

from datetime import datetime

from ninja import Field, Schema
from pydantic import JsonValue

from afteraction.web.api.paging import PageEnds
from afteraction.web.data.models import Import, Upload


class FileOut(Schema):
    """A file of an import."""

    name: str = Field(description="Its name as it is kept.")
    size: int = Field(description="Bytes.")


class ImportOut(Schema):
    """An import: its files, how far it is, what became of every row."""

    id: int
    state: str = Field(
        description="adding, looking, ready, waiting, running, done, refused, failed or discarded.", examples=["ready"]
    )
    message: str | None = Field(description="Why it was refused or failed.")
    made_at: datetime
    made_by: str
    files: list[FileOut]
    needs_mapping: bool = Field(description="False where all headers are canonical and nobody changed the mapping.")
    progress: dict[str, JsonValue] = Field(description="What is being done, while something is.")
    report: dict[str, JsonValue] = Field(description="When it is done: rows new, changed, same, refused, by table.")
    data_version: int | None = Field(description="The data version that holds its rows.")
    ended_at: datetime | None


class ImportList(PageEnds):
    """A page of imports, newest first."""

    items: list[ImportOut]


def file_out(file: Upload) -> FileOut:
    """A file as it is told."""
    return FileOut(name=file.name, size=file.size)


def import_out(import_: Import) -> ImportOut:
    """An import as it is told."""
    return ImportOut(
        id=import_.pk,
        state=import_.state,
        message=import_.message or None,
        made_at=import_.made_at,
        made_by=import_.maker,
        files=[file_out(each) for each in import_.files.all()],
        needs_mapping=import_.needs_mapping,
        progress=import_.progress,
        report=import_.report,
        data_version=import_.data_version,
        ended_at=import_.ended_at,
    )
