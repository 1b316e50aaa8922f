"""Workbooks: Excel (.xlsx, .xlsm, .xlsb, .xls) and OpenDocument (.ods).

A workbook is read as a whole, and a small one can claim billions of cells. What its parts claim is therefore checked
before it is opened, and it is opened in a process of its own whose memory is bounded (`workbook_process`).
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from afteraction.errors import Refused
from afteraction.ingest.sources.archive import check_claims
from afteraction.ingest.sources.limits import MAX_WORKBOOK, WORKBOOK_MEMORY, size_text
from afteraction.ingest.sources.sheet import Sheet
from afteraction.ingest.sources.source import Source


def read_workbook(source: Source) -> list[Sheet]:
    """One sheet per sheet of the workbook that has a header. Raises Refused when it cannot be read or is too large."""
    if zipfile.is_zipfile(source.content):
        with zipfile.ZipFile(source.content) as archive:
            check_claims(archive.infolist(), source.content.stat().st_size, source.name, MAX_WORKBOOK)
    answer = _ask_process(source)
    if "refused" in answer:
        raise Refused(
            f"{source.name}: {answer['refused']}", "a workbook with a header and rows", "save it again as .xlsx"
        )
    sheets = [_sheet(source, found) for found in answer["sheets"]]
    if not sheets:
        raise Refused(f"{source.name}: a workbook without any content", "a header and rows", "save it again")
    return sheets


def _sheet(source: Source, found: dict[str, Any]) -> Sheet:
    spool = source.spools.new_path()
    Path(found["spool"]).rename(spool)
    return source.sheet(
        kind="excel",
        spool=spool,
        columns=tuple(found["columns"]),
        rows=found["rows"],
        part=found["name"],
        details=found["details"],
    )


def _ask_process(source: Source) -> dict[str, Any]:
    """What the reading process answers; it tells its progress on the way."""
    module = "afteraction.ingest.sources.workbook_process"
    command = [sys.executable, "-m", module, str(source.content), str(source.work), source.name]
    answer: dict[str, Any] = {}
    with TemporaryFile("w+", dir=source.work) as complaints:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True) as process:  # noqa: S603
            for line in process.stdout or ():
                answer = json.loads(line)
                if "rows_read" in answer:
                    source.progress.step(f"{source.name}: {answer['sheet']}", answer["rows_read"], answer["rows_total"])
        complaints.seek(0)
        complaint = complaints.read().strip().splitlines()
    if process.returncode == 0:
        return answer
    # Refused memory, aborted by the allocator, or a fault of the parser: the last line of the complaint tells.
    raise Refused(
        f"{source.name}: it could not be read within {size_text(WORKBOOK_MEMORY)} of memory "
        f"({complaint[-1] if complaint else f'the reading process ended with status {process.returncode}'})",
        "a workbook whose cells fit in that",
        "save the sheet as CSV and import that",
    )
