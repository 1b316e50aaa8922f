"""Columns that no canonical column stands for: kept under their own name where the table allows it, else left out."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from afteraction.ingest.fill_sql import FALSE, TRUE
from afteraction.ingest.mapping import Cell
from afteraction.ingest.outcome_words import words_of
from afteraction.ingest.profile import Profile, SheetProfile
from afteraction.lake.schema import Table

EMPTY: Final = "empty in every row"

_ENDING: Final = frozenset(["won", "win", "lost", "closed", "ended"])
_PERSONAL: Final = frozenset(
    (
        *("phone", "mobile", "fax", "telefon", "telephone", "telefono", "linkedin", "twitter", "facebook"),
        *("street", "address", "adresse", "direccion", "zip", "postal", "postcode", "plz"),
        *("birth", "birthday", "birthdate", "gender", "salutation"),
    )
)
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


def not_to_keep(table: Table, profile: Profile, used: Collection[str]) -> dict[str, str]:
    """Columns of a drafted sheet that are better left where they are, with the reason.

    Flags that say how a deal ended would give its outcome away to whoever predicts it; a person's phone number and
    address are nobody's business here.
    """
    reasons: dict[str, str] = {}
    for name in profile:
        words = {*words_of(name)}
        if name in used:
            continue
        if table.name in ("people", "leads") and words & _PERSONAL:
            reasons[name] = "about a person, and not needed"
        elif table.name == "deals" and words & _ENDING and {v.lower() for v in profile[name].common} <= {*TRUE, *FALSE}:
            reasons[name] = "follows from how the deal ended"
    return reasons


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
