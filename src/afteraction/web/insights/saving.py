"""Writing the results of an analysis, so that pages only have to read them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from afteraction.analysis.discovery import Discovered
from afteraction.process.model import Process
from afteraction.process.versions import Versions
from afteraction.process.write import process_text
from afteraction.report.build import assemble, sections_of
from afteraction.report.deal_evidence import write_deal_evidence
from afteraction.report.deal_rows import write_deal_rows
from afteraction.report.document import Block, Figure, Maps, Pointer, Pointers, Refusal, Section
from afteraction.report.figures import write_figures
from afteraction.report.html import map_widths, render_section, write_html
from afteraction.report.pdf import write_pdf
from afteraction.report.version import OpenVersion
from afteraction.web.insights.behind import keep_behind

NAMING_PEOPLE: Final = frozenset({"adherence-by-rep", "win-rate-by-owner", "win-rate-by-manager"})
"""Figures that show one person beside another: kept apart, for those who may see everyone."""
PEOPLE: Final = "-people"
"""After a section's id: the part of it that names people."""


def write_results(opened: OpenVersion, process: Process | Versions | None, folder: Path) -> None:
    """Study a data version and write everything that pages and downloads show into `folder`, which is empty.

    `figures.json`, `deals.parquet`, `deals-behind.json`, what `report.deal_evidence` writes of single deals,
    `report.html`, `report.pdf`, `followed.yaml` (the process that people follow, if one was found), `index.json`
    (titles, pointers, where everything is) and `sections/ID.html`. Raises `Refused` when the files that charts and maps
    are made with are missing or the disk refuses.
    """
    study = opened.study(process)
    found = study.discovered.process if isinstance(study.discovered, Discovered) else None
    flow = opened.flow(study.outcomes.process)
    made = sections_of(study, flow, opened.simulated)
    report = assemble(study, made, opened.simulated)
    write_figures(study, folder / "figures.json")
    write_deal_evidence(opened, study, folder)
    write_deal_rows(study.outcomes, folder / "deals.parquet")
    keep_behind(folder)
    write_html(report, folder / "report.html")
    write_pdf(report, folder / "report.pdf")
    if found is not None:
        header = (
            "Found in the record: what people usually do. A draft to start from; read every step before you save it."
        )
        (folder / "followed.yaml").write_text(process_text(found, header), encoding="utf-8")
    parts = [*_parts(made), *(one for one in report.sections if one.id in ("refused", "methods", "glossary"))]
    (folder / "sections").mkdir()
    for section in parts:
        (folder / "sections" / f"{section.id}.html").write_text(render_section(section), encoding="utf-8")
    index = _index(parts, _pointers(made), report.subtitle)
    (folder / "index.json").write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")


def _parts(sections: Sequence[Section]) -> Iterator[Section]:
    """The sections as pages show them: pointers are left out, and figures that name people come apart."""
    for section in sections:
        people = [block for block in section.blocks if _names_people(block)]
        others = [block for block in section.blocks if block not in people and not isinstance(block, Pointers)]
        yield replace(section, blocks=tuple(others))
        if people:
            yield Section(section.id + PEOPLE, f"{section.title}, by person", blocks=tuple(people))


def _names_people(block: Block) -> bool:
    return isinstance(block, Figure) and block.id in NAMING_PEOPLE


def _pointers(sections: Sequence[Section]) -> list[Pointer]:
    blocks = (block for section in sections for block in section.blocks if isinstance(block, Pointers))
    return [pointer for block in blocks for pointer in block.pointers]


def _index(parts: Sequence[Section], pointers: Sequence[Pointer], headline: str) -> dict[str, Any]:
    return {
        "headline": headline,
        "widths": map_widths(parts),
        "pointers": [asdict(pointer) for pointer in pointers],
        "sections": [
            {
                "id": section.id,
                "title": section.title,
                "finding": section.finding,
                "refused": bool(section.blocks) and all(isinstance(block, Refusal) for block in section.blocks),
                "anchors": [block.id for block in section.blocks if isinstance(block, Figure | Maps)],
            }
            for section in parts
        ],
    }
