"""Reading saved results. Requests come here alone: no page opens the record."""

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.utils.safestring import SafeString

from afteraction.web.insights.models import Analysis


@dataclass(frozen=True)
class Saved:
    """The saved results of an analysis. What it hands out is shared between requests and not to be changed."""

    analysis: Analysis
    folder: Path

    @cached_property
    def figures(self) -> dict[str, Any]:
        """All figures, as `afteraction analyze --json` writes them."""
        return _json(self.folder / "figures.json")

    @cached_property
    def index(self) -> dict[str, Any]:
        """Titles and findings of the sections, the pointers, and what else a page needs around them."""
        return _json(self.folder / "index.json")

    def section(self, name: str) -> SafeString:
        """A section as HTML, which `render_section` made and escaped; empty when there is none."""
        return _fragment(self.folder / "sections" / f"{name}.html")

    def section_of(self, anchor: str) -> str:
        """The id of the section that a figure is in, or that has this id itself; empty when there is none."""
        for each in self.index["sections"]:
            if anchor == each["id"] or anchor in each["anchors"]:
                return str(each["id"])
        return ""

    def followed(self) -> str:
        """The process that people follow, as the text of a process file; empty when none was found."""
        path = self.folder / "followed.yaml"
        return path.read_text(encoding="utf-8") if path.exists() else ""


def folder_of(analysis: Analysis) -> Path:
    """Where the results of an analysis are, or will be."""
    return analysis.organisation.home.folder / "results" / str(analysis.pk)


def saved(analysis: Analysis) -> Saved:
    """The results of an analysis that is done."""
    return Saved(analysis, folder_of(analysis))


def _json(path: Path) -> dict[str, Any]:
    return _parsed(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _parsed(path: Path, _written: int) -> dict[str, Any]:
    """The content of a file as it was written then: results that are made again are read again."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _fragment(path: Path) -> SafeString:
    try:
        written = path.stat().st_mtime_ns
    except FileNotFoundError:
        return SafeString("")
    return _read(path, written)


@lru_cache(maxsize=256)
def _read(path: Path, _written: int) -> SafeString:
    return SafeString(path.read_text(encoding="utf-8"))
