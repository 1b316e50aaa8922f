"""Columns that no canonical column stands for: kept under their own name where the table allows it, else left out."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from afteraction.ingest.mapping import Cell
from afteraction.ingest.profile import Profile, SheetProfile
from afteraction.lake.schema import Table

EMPTY: Final = "empty in every row"

_FORBIDDEN = re.compile(r"[ ,;{}()\n\t=]+")


@dataclass(frozen=True)
class Rest:
    """What becomes of a sheet's remaining columns."""

    attributes: Mapping[str, Cell] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


def rest_of(table: Table, profile: Profile, used: Collection[str], known: Mapping[str, str]) -> Rest:
    """Keep every column not `used` that has a value. `known` holds the types that attributes have in the lake."""
    attributes: dict[str, Cell] = {}
    left_out: dict[str, str] = {}
    for name in profile:
        if name in used:
            continue
        if isinstance(profile, SheetProfile) and name not in profile.filled:
            left_out[name] = EMPTY
        elif not table.attributes:
            left_out[name] = f"{table.name.replace('_', ' ')} keep no further columns"
        else:
            own = attribute_name(name, {*table.names, *attributes})
            type_ = known.get(own) or profile[name].attribute_type
            attributes[own] = Cell(column=name, type="number" if type_ == "number" else "text")
    return Rest(attributes, left_out)


def attribute_name(name: str, taken: Collection[str]) -> str:
    """The name under which the lake can keep a column: as it is, but without spaces, brackets and double meanings."""
    own = _FORBIDDEN.sub("_", name).strip("_") or "column"
    lowered = {other.casefold() for other in taken}
    number, base = 1, own if not own.startswith("_") else own.lstrip("_")
    own = base
    while own.casefold() in lowered:
        number += 1
        own = f"{base}_{number}"
    return own
