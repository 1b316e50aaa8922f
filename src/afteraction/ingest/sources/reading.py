"""The way in: from the paths that a user named to sheets."""

import filecmp
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from errno import EDQUOT, ENOSPC
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from afteraction.errors import Refused
from afteraction.ingest.sources.archive import expand_gzip, expand_member, zip_members
from afteraction.ingest.sources.content import READABLE, Kind, kind_of
from afteraction.ingest.sources.csv_file import read_csv
from afteraction.ingest.sources.file_names import plain_path, shown_name
from afteraction.ingest.sources.json_document import read_json
from afteraction.ingest.sources.json_lines import read_json_lines
from afteraction.ingest.sources.parquet_file import read_parquet
from afteraction.ingest.sources.sheet import Progress, Sheet, SilentProgress, SourceProblem
from afteraction.ingest.sources.source import Source
from afteraction.ingest.sources.spool import SpoolFolder
from afteraction.ingest.sources.workbook import read_workbook
from afteraction.ingest.sources.xes import read_xes

READERS: Final[Mapping[Kind, Callable[[Source], list[Sheet]]]] = {
    "csv": read_csv,
    "excel": read_workbook,
    "jsonl": read_json_lines,
    "json": read_json,
    "parquet": read_parquet,
    "xes": read_xes,
}
ONCE: Final = "each file once"
EXTENSIONS: Final = frozenset((
    ".csv", ".tsv", ".tab", ".psv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet", ".pq",
    ".jsonl", ".ndjson", ".json", ".xes", ".gz", ".zip",
))  # fmt: skip


def read_sources(paths: Iterable[Path], spool_folder: Path, progress: Progress | None = None) -> list[Sheet]:
    """The sheets of all files at `paths` (files or folders), spooled to `spool_folder`, which is made when missing.

    A file that the user named must be readable, else Refused is raised. In a folder (with its direct subfolders) or a
    zip archive, what cannot be read is left out and listed among the problems of the first sheet; Refused is
    raised when nothing in it can be read. A file that is named twice is read once, as are two files with the same
    content, one of which is listed among the problems.
    """
    with _system_refusals(str(spool_folder)):
        reading = _Reading(SpoolFolder(spool_folder), progress or SilentProgress())
    sheets = [sheet for path in paths for sheet in reading.path(path)]
    if not sheets:
        raise Refused("no file was named", "at least one file or folder", "name the files or folders to import")
    return _with_problems(sheets, reading.left_out)


class _NoRoom(Refused):
    """The disk is full: no fault of the file, so not a reason to leave it out and go on."""


@dataclass
class _Parts:
    """What came of the parts of a folder or archive: sheets, and the parts that were left out."""

    sheets: list[Sheet] = field(default_factory=list)
    left_out: list[SourceProblem] = field(default_factory=list)

    def add(self, part: str, read: Callable[[], list[Sheet]]) -> None:
        """Read a part, or note why it was left out."""
        reason = _reason_to_leave_out(part)
        if reason:
            self.leave_out(part, reason)
            return
        try:
            self.sheets += read()
        except _NoRoom:
            raise
        except Refused as refused:
            self.leave_out(part, f"left out: {refused.found}", refused.expected)

    def leave_out(self, part: str, found: str, expected: str = READABLE) -> None:
        self.left_out.append(SourceProblem(part, None, None, found, expected))

    def refuse_if_nothing(self, whole: str) -> None:
        """Raise Refused when `whole` has no part that could be read."""
        if not self.sheets:
            reasons = "; ".join(f"{problem.file} ({problem.found})" for problem in self.left_out[:5]) or "it is empty"
            raise Refused(f"{whole}: nothing in it can be read: {reasons}", READABLE, "name another file or folder")


def _with_problems(sheets: list[Sheet], problems: list[SourceProblem]) -> list[Sheet]:
    """The sheets, the first of which also tells of `problems`."""
    first, *others = sheets
    return [replace(first, problems=(*problems, *first.problems)), *others] if problems else sheets


def _reason_to_leave_out(part: str) -> str | None:
    path = PurePosixPath(part)
    if any(name.startswith((".", "~$", "__MACOSX")) for name in path.parts):
        return "left out: a hidden file"
    if path.suffix.lower() not in EXTENSIONS:
        return f'left out: the extension "{path.suffix}" is none of a table'
    return None


class _Reading:
    """One call of `read_sources`: remembers which files were read and which names are taken."""

    def __init__(self, spools: SpoolFolder, progress: Progress) -> None:
        self._spools = spools
        self._progress = progress
        self.left_out: list[SourceProblem] = []
        self._seen: set[Path] = set()
        self._names: set[str] = set()
        self._contents: dict[int, list[tuple[Path, str]]] = defaultdict(list)

    def path(self, path: Path) -> list[Sheet]:
        """The sheets of a file or folder."""
        with _system_refusals(str(path)):
            is_folder = path.is_dir()
        return self.folder(path) if is_folder else self.file(path)

    def folder(self, folder: Path) -> list[Sheet]:
        """The sheets of the files in a folder and its direct subfolders, by name, except those read before."""
        parts = _Parts()
        with _system_refusals(str(folder)):
            files = sorted(_walk(folder), key=lambda path: path.relative_to(folder).as_posix())
        new = [path for path in files if path.resolve() not in self._seen]
        known = len(self.left_out)
        for path in new:
            name = shown_name(path.relative_to(folder).as_posix())
            if path.is_dir():
                parts.leave_out(name, "left out: a folder inside a subfolder", "files at most one folder down")
            else:
                parts.add(name, partial(self.file, path, name))
        if len(new) == len(files) and len(self.left_out) == known:
            parts.refuse_if_nothing(str(folder))
        self.left_out += parts.left_out
        return parts.sheets

    def file(self, path: Path, name: str | None = None) -> list[Sheet]:
        """The sheets of one file; none when it was read before, under this name or another.

        People are told of it as `name`.
        """
        with _system_refusals(name or path.name):
            if not path.exists():
                raise Refused(f"{path}: does not exist", "a file or folder", "check the path")
            if not path.is_file():
                raise Refused(f"{path}: neither a file nor a folder", "a file or folder", "check the path")
            if path.resolve() in self._seen:
                return []
            self._seen.add(path.resolve())
            shown = shown_name(name or path.name)
            size = path.stat().st_size
            twin = next((twin for other, twin in self._contents[size] if filecmp.cmp(path, other, shallow=False)), None)
            if twin:
                self.left_out.append(SourceProblem(shown, None, None, f"left out: the same content as {twin}", ONCE))
                return []
            with TemporaryDirectory(dir=self._spools.folder, prefix="work-") as work:
                shown = self._free_name(path, shown)
                content = plain_path(path, Path(work))
                sheets = _read(Source(shown, path, content, self._spools, Path(work), self._progress))
            self._contents[size].append((path, shown))
            return sheets

    def _free_name(self, path: Path, name: str) -> str:
        """`name`, or with its folder when a file of another folder has that name."""
        whole = shown_name(str(path))
        candidates = (name, shown_name(f"{path.parent.name}/{path.name}"))
        free = next((candidate for candidate in candidates if candidate not in self._names), whole)
        self._names.add(free)
        return free


def _walk(folder: Path) -> Iterator[Path]:
    """The files of a folder and of its direct subfolders, and the folders below those."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith("."):
            yield from entry.iterdir()
        else:
            yield entry


def _read(source: Source, within: Kind | None = None) -> list[Sheet]:
    """The sheets of a file, which is unpacked first where it is packed.

    Inside an archive only a .gz in a .zip is unpacked once more.
    """
    kind = kind_of(source.content, source.name)
    if kind in READERS:
        return READERS[kind](source)
    if within == "gzip" or (within and kind == "zip"):
        raise Refused(f"{source.name}: an archive inside an archive", READABLE, "unpack it and import what is in it")
    if kind == "zip":
        return _read_zip(source)
    unpacked = source.work / "unpacked"
    expand_gzip(source.content, unpacked, source.name, source.progress)
    return _read(replace(source, content=unpacked), kind)


def _read_zip(source: Source) -> list[Sheet]:
    parts = _Parts()
    for member in zip_members(source.content, source.name):
        parts.add(member.filename, partial(_read_member, source, member))
    parts.refuse_if_nothing(source.name)
    return _with_problems(parts.sheets, parts.left_out)


def _read_member(source: Source, member: zipfile.ZipInfo) -> list[Sheet]:
    name = f"{source.name}: {member.filename}"
    with TemporaryDirectory(dir=source.work) as work:
        unpacked = Path(work) / "member"
        expand_member(source.content, member, unpacked, name, source.progress)
        return _read(replace(source, name=name, content=unpacked, work=Path(work)), "zip")


@contextmanager
def _system_refusals(name: str) -> Iterator[None]:
    """Turn what the operating system refuses into a refusal that people understand."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in (ENOSPC, EDQUOT):
            raise _NoRoom(f"{name}: the disk is full", "room for a working copy", "free some disk space") from error
        if isinstance(error, PermissionError):
            raise Refused(
                f"{name}: no permission to read it ({reason})", "a file you may read", "ask its owner"
            ) from error
        raise Refused(
            f"{name}: the system could not read it ({reason})", "a readable file", "check the path"
        ) from error
