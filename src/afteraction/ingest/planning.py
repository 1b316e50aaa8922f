"""Which sheet means what: from a mapping file, or by recognising known exports and drafting the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from afteraction.errors import Refused
from afteraction.ingest import canonical
from afteraction.ingest.mapping import SheetMapping, SourceMapping
from afteraction.ingest.sources import Progress, Sheet
from afteraction.ingest.workspace import Workspace
from afteraction.lake.home import Home


@dataclass(frozen=True)
class Draft:
    mapping: SourceMapping

@dataclass(frozen=True)
class Plan:
    """What every sheet is used for, and the mapping file that says so, if there is one."""

    mapping: SourceMapping
    entries: tuple[tuple[Sheet, SheetMapping], ...]
    path: Path | None
    warnings: tuple[str, ...] = ()


def plan_import(work, home, paths, mapping_file, ask, progress) -> Plan:
    from afteraction.ingest import salesforce
    rec = salesforce.recognise(work, {})
    try:
        from afteraction.ingest import hubspot
        rec |= hubspot.recognise(work, {})
    except ImportError: pass
    entries = tuple((s, rec.get(s.name) or canonical.recognise(work, s, {}) or SheetMapping(s.name, skip="?")) for s in work.sheets)
    return Plan(SourceMapping(tuple(e for _, e in entries)), entries, None)
