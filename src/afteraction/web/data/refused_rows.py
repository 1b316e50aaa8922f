"""The rows that an import refused, to download: as CSV, streamed, and harmless in a spreadsheet."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from afteraction.web.data.models import Import
from afteraction.web.deals.export import cell


class _Echo:
    def write(self, text: str) -> str:
        return text


@dataclass(frozen=True)
class RefusedRows:
    """A file of refused rows."""

    path: Path

    @property
    def name(self) -> str:
        """What it is called."""
        return self.path.name

    def lines(self) -> Iterator[str]:
        """Its lines, the header first."""
        with self.path.open(encoding="utf-8", newline="") as file:
            rows = csv.writer(_Echo())
            yield "\ufeff"
            for row in csv.reader(file):
                yield rows.writerow([cell(value) for value in row])


def refused_rows(import_: Import) -> RefusedRows | None:
    """Those of an import; None where it refused none."""
    path = import_.organisation.home.refusals / str(import_.report.get("refusals") or "-")
    return RefusedRows(path) if path.is_file() else None
