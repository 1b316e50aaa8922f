"""Is a process file right, and does it make sense? Every problem at once, with its place."""

from dataclasses import dataclass
from pathlib import Path

from afteraction.errors import Refused
from afteraction.process.document import MAX_BYTES, problem_at
from afteraction.process.model import Process
from afteraction.process.parse import parse
from afteraction.process.problem import Problem
from afteraction.process.sense import find_sense


@dataclass(frozen=True)
class Checked:
    """What became of the text of a process file: the process, or None and the problems that must be solved first.

    `warnings` are what is allowed but probably not meant. Both are in the order of their places.
    """

    process: Process | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def check_text(text: str) -> Checked:
    """Read and check the text of a process file."""
    draft = parse(text)
    errors, doubts = find_sense(draft)
    problems = sorted({*draft.problems, *(problem_at(*error) for error in errors)})
    warnings = sorted({problem_at(*doubt) for doubt in doubts})
    return Checked(None if problems else draft.process, tuple(problems), tuple(warnings))


def parse_file(path: Path) -> Process:
    """The process in a file; raises Refused with every problem when it is not right or cannot be read."""
    checked = check_text(read_text(path))
    if checked.process is None:
        count = f"{len(checked.problems)} problem{'s' * (len(checked.problems) != 1)}"
        raise Refused(
            found="\n  ".join([f"{count} in {path}", *(str(problem) for problem in checked.problems)]),
            expected="a process file as docs/process-file.md describes it",
            next_step=f"correct these lines, then run: afteraction process check {path}",
        )
    return checked.process


def read_text(path: Path) -> str:
    """The text of a process file; raises Refused when it cannot be read, is too large or is not UTF-8."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}", "a process file that can be read", "check the path") from error
    if len(content) > MAX_BYTES:
        raise Refused(f"more than {MAX_BYTES:,} bytes in {path}", "a process file, which is smaller", "check the path")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(
            f"bytes that are not UTF-8 text in {path}, line {line}",
            "a process file in UTF-8",
            "save it as UTF-8 in your editor",
        ) from error
