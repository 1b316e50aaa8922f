"""What the mappings of Salesforce's objects share: which columns are left out and why, names, and empty references."""

from collections.abc import Callable
from typing import Final

from afteraction.ingest.exports import Recognised, latest_column
from afteraction.ingest.headers import Headers, squeezed
from afteraction.ingest.mapping import Cell
from afteraction.ingest.sources import Sheet

NO_ID: Final = ("000000000000000AAA", "000000000000000")
"""What Salesforce writes where a reference is empty."""

_BOOKKEEPING_NAMES: Final = """
isdeleted isprivate systemmodstamp lastmodifieddate lastmodifiedbyid createdbyid createddate
lastvieweddate lastreferenceddate lastactivitydate lastcurequestdate lastcuupdatedate photourl
masterrecordid recordtypeid jigsaw jigsawcompanyid jigsawcontactid cleanstatus dandbcompanyid
pricebook2id hasopportunitylineitem hasopenactivity hasoverduetask stagesortorder contractid
primarypartneraccountid laststagechangedate lastamountchangedhistoryid lastclosedatechangedhistoryid
isexcludedfromterritory2filter
"""
_BOOKKEEPING: Final = frozenset(_BOOKKEEPING_NAMES.split())
_PERSONAL: Final = "about a person or a place, and not needed"


def full_name(h: Headers) -> Cell | None:
    parts = h.all("firstname", "lastname")
    return h.cell("name") or (Cell(join=parts) if parts else None)


def latest(found: Recognised, sheet: Sheet) -> str:
    return latest_column(found, sheet, "systemmodstamp", "lastmodifieddate", "fivetransynced")


def bookkeeping(name: str) -> str | None:
    own = squeezed(name)
    return "Salesforce's bookkeeping" if own in _BOOKKEEPING or own.startswith("fivetran") else None


def not_in(kept: frozenset[str], *, custom: bool = True) -> Callable[[str], str | None]:
    """Keep the columns named, and those that the organisation added itself unless they may be about a person."""

    def drop(name: str) -> str | None:
        keeps = squeezed(name) in kept or (custom and name.endswith("_c"))
        return None if keeps else bookkeeping(name) or _PERSONAL

    return drop
