"""Whether files that came by themselves may be imported by themselves: only with a mapping that a person has accepted.

1. Files whose headers are all canonical need no mapping.
2. Objects that a connector read are known by name; they go on when nothing of their mapping is in doubt.
3. Other files go on when the newest import that a person let through had sheets with the same headers. Where that
   person changed nothing, the fresh draft is used, which knows values that are new since; else their mapping is.

Everything else waits for a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from afteraction.errors import Refused
from afteraction.ingest.mapping import SURE, Cell, Fill, SheetMapping, SourceMapping, exact_name, find_sheet
from afteraction.ingest.mapping_edit import mapping_of
from afteraction.ingest.mapping_writer import mapping_text
from afteraction.ingest.sources import Sheet
from afteraction.web.data.models import Import
from afteraction.web.data.selectors import sheets_of

_EARLIER: Final = 50
"""How many earlier imports are looked through."""
Headers = frozenset[str]


def accepted_mapping(import_: Import) -> str | None:
    """The mapping by which an import that was looked at may begin by itself; None when it waits for a person."""
    if not import_.needs_mapping:
        return import_.mapping
    sheets, sure = sheets_of(import_), not _unsure(import_)
    before = _earlier(import_, sheets)
    if before is None:
        return import_.mapping if sure and import_.source != Import.Source.FOLDER else None
    if before.mapping == before.preview.get("draft") and sure:
        return import_.mapping
    try:
        text = carried(before.mapping, sheets_of(before), sheets)
        mapping_of(text, sheets)
    except Refused:
        return None  # the earlier mapping speaks of something that is not there: a person has to look
    return text


def carried(text: str, before: Sequence[Sheet], now: Sequence[Sheet]) -> str:
    """A mapping for sheets of other names with the same headers. Raises `Refused` where it cannot be read."""
    mapping = mapping_of(text)
    of_headers = {_headers(sheet): mapping.of(sheet) for sheet in before}
    names = {_headers(sheet): exact_name(sheet.name) for sheet in reversed(now)}

    def renamed(pattern: str) -> str:
        found = find_sheet(pattern, before)
        return names.get(_headers(found), pattern) if found else pattern

    entries = [
        _renamed(entry, exact_name(sheet.name), {p: renamed(p) for p in _looked_up(entry)})
        for sheet in now
        if (entry := of_headers.get(_headers(sheet)))
    ]
    return mapping_text(SourceMapping(tuple(entries), mapping.dates, mapping.time_zone, mapping.decimal))


def _earlier(import_: Import, sheets: Sequence[Sheet]) -> Import | None:
    """The newest import that got through and had sheets with the headers of all of these."""
    done = Import.objects.filter(organisation_id=import_.organisation_id, state=Import.State.DONE, needs_mapping=True)
    wanted = {_headers(sheet) for sheet in sheets}
    for each in done.exclude(pk=import_.pk).order_by("-id")[:_EARLIER]:
        if wanted <= {_headers(sheet) for sheet in sheets_of(each)}:
            return each
    return None


def _unsure(import_: Import) -> bool:
    """Whether a line of the draft needs a person; see `selectors.Line.unsure`."""
    return any(needed and confidence < SURE for *_, needed, confidence, _ in import_.preview.get("whys", []))


def _headers(sheet: Sheet) -> Headers:
    return frozenset(sheet.columns)


def _looked_up(entry: SheetMapping) -> set[str]:
    return {cell.lookup.sheet for fill in entry.fills for cell in fill.cells.values() if cell.lookup}


def _renamed(entry: SheetMapping, name: str, lookups: Mapping[str, str]) -> SheetMapping:
    def cell(one: Cell) -> Cell:
        return replace(one, lookup=replace(one.lookup, sheet=lookups[one.lookup.sheet])) if one.lookup else one

    def fill(one: Fill) -> Fill:
        columns = {key: cell(value) for key, value in one.columns.items()}
        return replace(one, columns=columns, attributes={key: cell(value) for key, value in one.attributes.items()})

    return replace(entry, name=name, fills=tuple(fill(one) for one in entry.fills))
