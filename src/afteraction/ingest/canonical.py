"""Files that already speak our language: headers that are exactly those of a canonical table."""

from collections.abc import Mapping
from pathlib import Path

from afteraction.ingest.attributes import rest_of
from afteraction.ingest.mapping import Cell, Fill, SheetMapping, exact_name
from afteraction.ingest.profile import profile_sheet
from afteraction.ingest.sources import Sheet
from afteraction.ingest.workspace import Workspace
from afteraction.lake.schema import TABLES, Table

RECOGNISED = "canonical headers"


def canonical_table(sheet: Sheet) -> Table | None:
    """The table whose columns a sheet's headers are: all that it requires, and at least half of them its own or the
    file called like it. Of several fitting tables, the one that explains most columns."""
    headers = {*sheet.columns}
    called = Path(sheet.name.rpartition(": ")[2]).stem.casefold()  # of a workbook's sheet, the part after the colon
    fitting = [
        table
        for table in TABLES.values()
        if {*table.required} - {"touch_id"} <= headers
        and (called == table.name or 2 * len(headers & {*table.names}) >= len(headers) > 1)
    ]
    return max(fitting, key=lambda table: (len(headers & {*table.names}), table.name == called), default=None)


def recognise(work: Workspace, sheet: Sheet, known: Mapping[str, Mapping[str, str]]) -> SheetMapping | None:
    """The mapping of a sheet with canonical headers; `known` holds the types of attributes in the lake, by table."""
    table = canonical_table(sheet)
    if table is None:
        return None
    columns = {name: Cell(column=name) for name in table.names if name in sheet.columns}
    rest = rest_of(table, profile_sheet(work, sheet), columns, known.get(table.name, {}))
    fill = Fill(table.name, columns, rest.attributes)
    return SheetMapping(exact_name(sheet.name), (fill,), left_out=rest.left_out, recognised=RECOGNISED, by_name=True)
