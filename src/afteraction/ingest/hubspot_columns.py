"""What the mappings of HubSpot's tables share: which columns are left out and why."""

from collections.abc import Callable
from typing import Final

from afteraction.ingest.exports import Recognised, latest_column
from afteraction.ingest.headers import squeezed
from afteraction.ingest.sources import Sheet

DEALS: Final = ("associateddealids", "associateddealid", "dealids", "associateddeal", "dealid")
"""What the deals of a touch are called, squeezed."""

_BOOKKEEPING: Final = frozenset(
    ["portalid", "isdeleted", "archived", "createdat", "updatedat", "lastmodifieddate", "dealid", "recordid", "vid"]
)
_PERSONAL: Final = "about a person or a place, and not needed"


def latest(found: Recognised, sheet: Sheet) -> str:
    return latest_column(found, sheet, "hslastmodifieddate", "lastmodifieddate", "updatedat", "fivetransynced")


def bookkeeping(name: str) -> str | None:
    own = squeezed(name)
    return (
        "HubSpot's bookkeeping"
        if own in _BOOKKEEPING or own.startswith(("hs", "fivetran", "notes", "numassociated"))
        else None
    )


def not_in(kept: frozenset[str]) -> Callable[[str], str | None]:
    return lambda name: None if squeezed(name) in kept else bookkeeping(name) or _PERSONAL
