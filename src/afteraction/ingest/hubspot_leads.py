"""HubSpot's contacts as leads: where they came from, how their status changed, their forms, their first deal."""

from afteraction.ingest.exports import Recognised, present, with_rest
from afteraction.ingest.headers import Headers
from afteraction.ingest.hubspot_columns import bookkeeping, latest
from afteraction.ingest.mapping import Cell, Fill, Lookup, SheetMapping
from afteraction.ingest.sources import Sheet

CONTACT = "contact-"
"""Before the id of a contact, so that it is not taken for an owner's."""


def leads_of_contacts(found: Recognised, sheet: Sheet) -> Fill | None:
    """Every contact as a lead; None where it is not known when they came in."""
    h, ties = Headers(sheet), found.first("deals of contacts")
    contact = h.get("recordid", "hsobjectid", "id", "vid")
    if contact is None or "createdate" not in h:
        return None
    deal = h.cell("associateddealids", "associateddealid", take="first")
    if ties:
        names = Headers(ties)
        deal = Cell(
            column=contact, lookup=Lookup(found.pattern("deals of contacts"), names["contactid"], names["dealid"])
        )
    columns = {
        "lead_id": Cell(column=contact, prefix=CONTACT),
        "source": h.cell("hsanalyticssource", "originaltrafficsource", "originalsource", "originalsourcetype"),
        "campaign": h.cell(
            "hsanalyticsfirsttouchconvertingcampaign",
            "firsttouchconvertingcampaign",
            "hsanalyticssourcedata1",
            "originalsourcedrilldown1",
        ),
        "created_at": h.cell("createdate"),
        "person": Cell(column=contact, prefix=CONTACT),
        "account": h.cell(
            "associatedcompanyid", "primaryassociatedcompanyid", "associatedcompanyids", "company", take="first"
        ),
        "converted_deal_id": deal,
    }
    content = h.cell("firstconversioneventname", "firstconversion")
    return Fill("leads", present(columns), {"content": content} if content else {}, latest_by=latest(found, sheet))


def lead_changes(found: Recognised, sheet: Sheet) -> SheetMapping:
    """Changes of a contact's lead status or stage of life."""
    h = Headers(sheet)
    columns = {
        "lead_id": Cell(column=h["contactid"], prefix=CONTACT),
        "at": Cell(column=h["timestamp"]),
        "status": Cell(column=h["value"]),
    }
    only = {h["name"]: ("hs_lead_status", "lifecyclestage")}
    return with_rest(found, sheet, [Fill("lead_changes", columns, only_rows=only, only_changes=True)], "", _other)


def form_touches(found: Recognised, sheet: Sheet) -> SheetMapping:
    """Forms that contacts sent."""
    h = Headers(sheet)
    columns = {
        "touch_id": Cell(join=(h["contactid"], h["formid"], h["timestamp"]), separator="/"),
        "lead_id": Cell(column=h["contactid"], prefix=CONTACT),
        "activity": Cell(value="Filled out a form"),
        "at": Cell(column=h["timestamp"]),
        "channel": Cell(value="website"),
        "content": h.cell("title", "pageurl"),
        "side": Cell(value="buyer"),
    }
    return with_rest(found, sheet, [Fill("lead_touches", present(columns))], "", _other)


def _other(name: str) -> str:
    return bookkeeping(name) or "not needed for what leads did"
