"""The list of what could not be read of one file, bounded so that a broken file cannot fill the memory."""

from collections.abc import Iterator

from afteraction.errors import Refused
from afteraction.ingest.sources.limits import MAX_PROBLEMS
from afteraction.ingest.sources.sheet import SourceProblem

EXCERPT = 200


def excerpt(text: str) -> str:
    """The beginning of `text` on one line, for showing what was found."""
    line = " ".join(text[: 2 * EXCERPT].split())
    return line if len(line) <= EXCERPT and len(text) <= 2 * EXCERPT else line[:EXCERPT] + " …"


class Problems:
    """Collects the problems of one file; refuses the file when there are more than `MAX_PROBLEMS`."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: list[SourceProblem] = []

    def add(self, row: int | None, found: str, expected: str, column: str | None = None, *, kept: bool = False) -> None:
        """Note a problem of `row` (as a person counts it), which is `kept` all the same or not there at all.

        Raises Refused when it is one too many.
        """
        self._found.append(SourceProblem(self.file, row, column, excerpt(found), expected, kept))
        if len(self._found) > MAX_PROBLEMS:
            first = self._found[0]
            raise Refused(
                found=f"{self.file}: more than {MAX_PROBLEMS:,} rows that cannot be read, "
                f"the first is row {first.row}: {first.found}",
                expected=first.expected,
                next_step="check that the file is complete and its delimiter and quotation marks are consistent, "
                "and export it again",
            )

    def ragged(self, row: int, width: int, text: str, expected: int) -> None:
        """Note a record with `width` fields where the header has `expected`."""
        fields = "1 field" if width == 1 else f"{width:,} fields"
        self.add(row, f"{fields}: {text}", f"{expected:,} fields, as in the header")

    def forget_after(self, kept: int) -> None:
        """Keep the first `kept` problems; for when a file is read again in another way."""
        del self._found[kept:]

    def __iter__(self) -> Iterator[SourceProblem]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def take(self) -> tuple[SourceProblem, ...]:
        """All problems by row, which are then forgotten here."""
        taken = self.in_order()
        self._found.clear()
        return taken

    def in_order(self) -> tuple[SourceProblem, ...]:
        """All problems by row; those of the whole file first."""
        return tuple(sorted(self._found, key=lambda problem: problem.row or 0))
