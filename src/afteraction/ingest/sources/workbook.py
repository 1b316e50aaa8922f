"""Workbooks: Excel (.xlsx, .xlsm, .xlsb, .xls) and OpenDocument (.ods).

A workbook is read as a whole, and a small one can claim billions of cells. What its parts claim is therefore checked
before it is opened, and it is opened in a process of its own whose memory is bounded (`workbook_process`).
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from itertools import chain, groupby
from tempfile import TemporaryFile
from typing import Any, Final

from afteraction.errors import Refused
from afteraction.ingest.sources import workbook_process
from afteraction.ingest.sources.archive import check_claims
from afteraction.ingest.sources.columns import titles_above, unique_columns
from afteraction.ingest.sources.limits import MAX_WORKBOOK, WORKBOOK_MEMORY, size_text
from afteraction.ingest.sources.sheet import Sheet
from afteraction.ingest.sources.source import Source
from afteraction.ingest.sources.spool import SheetWriter

LETTERS: Final = 26
Message = dict[str, Any]


def read_workbook(source: Source) -> list[Sheet]:
    """One sheet per sheet of the workbook that is not empty. Raises Refused when it cannot be read or is too large."""
    if zipfile.is_zipfile(source.content):
        with zipfile.ZipFile(source.content) as archive:
            check_claims(archive.infolist(), source.content.stat().st_size, source.name, MAX_WORKBOOK)
    by_sheet = groupby(_messages(source), key=lambda message: message["position"])
    sheets = [_read_sheet(source, messages) for _, messages in by_sheet]
    if not sheets:
        raise Refused(f"{source.name}: a workbook without any content", "a header and rows", "save it again")
    return sheets


def _read_sheet(source: Source, messages: Iterator[Message]) -> Sheet:
    """Spool one sheet, whose header is in the first message."""
    first = next(messages)
    title = first["title"]
    above = titles_above([sum(cell is not None for cell in cells) for cells in first["rows"]], len(first["rows"][0]))
    columns, details = unique_columns(
        [cell or "" for cell in first["rows"][above]],
        f"{source.name}: {title}",
        lambda position: f"column {column_letters(first['first_column'] + position)}",
    )
    if above:
        row = first["numbers"][above]
        details["above the header"] = f"text left out; the header is in row {row:,}"
    if first["hidden"]:
        details["visibility"] = "hidden in the workbook"
    first["numbers"], first["rows"] = first["numbers"][above + 1 :], first["rows"][above + 1 :]
    spool = source.spools.new_path()
    with SheetWriter(spool, columns) as writer:
        for message in chain([first], messages):
            writer.write_rows(message["numbers"], message["rows"])
            done = message["numbers"][-1] if message["numbers"] else 0
            source.progress.step(f"{source.name}: {title}", done, message["last_row"])
    return source.sheet(kind="excel", spool=spool, columns=columns, rows=writer.rows, part=title, details=details)


def column_letters(position: int) -> str:
    """The letters of a sheet's column, counted from 1: A, …, Z, AA, …"""
    letters = ""
    while position:
        position, letter = divmod(position - 1, LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters


def _messages(source: Source) -> Iterator[Message]:
    """The batches of rows that the reading process sends. Raises Refused when it refuses or dies."""
    # Isolated (-I), so that the modules beside the script are not mistaken for those of the standard library.
    command = [sys.executable, "-I", workbook_process.__file__, str(source.content), str(WORKBOOK_MEMORY)]
    message: Message = {}
    with TemporaryFile("w+", dir=source.work) as complaints:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True) as process:  # noqa: S603
            for line in process.stdout or ():
                message = json.loads(line)
                if "rows" in message:
                    yield message
        complaints.seek(0)
        complaint = complaints.read().strip().splitlines()
    if "refused" in message:
        raise Refused(
            f"{source.name}: {message['refused']}", "a workbook with a header and rows", "save it again as .xlsx"
        )
    if process.returncode == 0 and "done" in message:
        return
    # Refused memory, aborted by the allocator, or a fault of the parser: the last line of the complaint tells.
    raise Refused(
        f"{source.name}: it could not be read within {size_text(WORKBOOK_MEMORY)} of memory "
        f"({complaint[-1] if complaint else f'the reading process ended with status {process.returncode}'})",
        "a workbook whose cells fit in that",
        "save the sheet as CSV and import that",
    )
