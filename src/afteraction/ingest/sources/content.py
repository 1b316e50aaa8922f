"""What a file really is. Its content decides; its extension only settles what the content leaves open."""

import json
import re
import zipfile
from pathlib import Path
from typing import Final, Literal

from afteraction.errors import Refused
from afteraction.ingest.sources.limits import KIB
from afteraction.ingest.sources.text_file import marked_encoding

Kind = Literal["csv", "excel", "jsonl", "json", "parquet", "xes", "gzip", "zip"]

HEAD: Final = 64 * KIB
DECLARATION: Final = "mimetype"
MAX_CONTROL_SHARE: Final = 0.02
READABLE: Final = "CSV, Excel, Parquet, JSON, JSON lines or XES, packed in .gz or .zip or not"

_SIGNATURES: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel"),
)
_FOREIGN: Final = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x7fELF", "a program"),
    (b"ARROW1", "an Arrow file"),
    (b"{\\rtf", "a rich-text document"),
)
_TAR_MARK: Final = slice(257, 262)
_CONTROLS: Final = tuple(chr(code) for code in range(32) if chr(code) not in "\t\n\x0b\x0c\r\x1a\x1b\x1c\x1d\x1e\x1f")
_JSON_LINES: Final = (".jsonl", ".ndjson")
_TABLE_TEXT: Final = (".csv", ".tsv", ".tab", ".psv")
_XML_PROLOGUE: Final = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(\[.*?\]\s*)?>", re.DOTALL)
_XML_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")


def kind_of(path: Path, name: str) -> Kind:
    """The kind of the file at `path`, which people know as `name`. Raises Refused when it is none that can be read."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Refused(f"{name}: an empty file (0 bytes)", "a header and rows", "export it again")
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(path, name)
    for signature, what in _FOREIGN:
        if head.startswith(signature):
            raise _foreign(name, what)
    if head[_TAR_MARK] == b"ustar":
        raise _foreign(name, "a tar archive")
    encoding = marked_encoding(head)
    text = head.decode(encoding.codec if encoding else "utf-8", "ignore").lstrip("\ufeff \t\r\n")
    if sum(map(text.count, _CONTROLS)) > MAX_CONTROL_SHARE * len(text):
        raise _foreign(name, "binary data of an unknown kind")
    return _kind_of_text(text, len(head) < HEAD, name)


def _foreign(name: str, what: str) -> Refused:
    return Refused(f"{name}: {what}", READABLE, "export the data as CSV or Excel and import that")


def _kind_of_zip(path: Path, name: str) -> Kind:
    """Workbooks are zip archives too; what is inside tells."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            declared = archive.read(DECLARATION) if DECLARATION in names and _is_plain(archive) else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refused(
            f"{name}: a zip archive or workbook that is damaged or cut short ({error})",
            "a complete file",
            "copy or export it again",
        ) from error
    if declared.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "excel"
    if declared.startswith(b"application/vnd.oasis.opendocument"):
        raise _foreign(name, "an OpenDocument file that is no spreadsheet")
    for folder, what in (("word/", "a Word document"), ("ppt/", "a PowerPoint presentation")):
        if "[Content_Types].xml" in names and any(member.startswith(folder) for member in names):
            raise _foreign(name, what)
    return "excel" if any(member.startswith("xl/workbook.") for member in names) else "zip"


def _is_plain(archive: zipfile.ZipFile) -> bool:
    """Whether the declaration is short and not packed, as OpenDocument demands."""
    member = archive.getinfo(DECLARATION)
    return member.file_size < HEAD and member.compress_type == zipfile.ZIP_STORED


def _kind_of_text(text: str, complete: bool, name: str) -> Kind:
    suffix = Path(name.lower().removesuffix(".gz")).suffix
    if text.startswith("<"):
        return _kind_of_xml(text, suffix, name)
    if re.match(r'\{\s*["}]', text) or (re.match(r'\[\s*[\[\]{"\d]', text) and suffix not in _TABLE_TEXT):
        return _kind_of_json(text, complete, suffix)
    if suffix in _JSON_LINES:
        return "jsonl"
    if suffix == ".json":
        return "json"
    return "csv"


def _kind_of_xml(text: str, suffix: str, name: str) -> Kind:
    root = _XML_ROOT.search(_XML_PROLOGUE.sub("", text))
    if suffix == ".xes" or (root and root[1] == "log"):
        return "xes"
    if root and root[1].lower() in ("html", "head", "body", "table", "meta", "style"):
        raise _foreign(name, "a web page (some systems call this an Excel export)")
    if root and root[1] == "Workbook":
        raise _foreign(name, "a workbook in the XML format of Excel 2003")
    raise Refused(
        f"{name}: XML whose outermost element is <{root[1] if root else '?'}>",
        "an XES event log, whose outermost element is <log>",
        "export the data as CSV or Excel and import that",
    )


def _kind_of_json(text: str, complete: bool, suffix: str) -> Kind:
    """One document, or one object a line: told by whether the first line is complete and another follows."""
    if suffix in _JSON_LINES:
        return "jsonl"
    first, _, rest = text.partition("\n")
    if "\n" not in text and not complete:
        return "json"
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return "json"
    return "jsonl" if rest.lstrip().startswith("{") else "json"
