"""Marketo's leads, what they did, and how they changed, by the columns of its tables and of its exported lists."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from afteraction.ingest.exports import Kind, Recognised, deleted_rows, kinds_of, latest_column, present, with_rest
from afteraction.ingest.headers import Headers, squeezed
from afteraction.ingest.mapping import Cell, Fill, Lookup, SheetMapping, exact_name
from afteraction.ingest.sources import Sheet
from afteraction.ingest.workspace import Workspace

_ACTIVITY: Final = ("id", "leadid", "activitydate")
_SENT: Final = "mails that were sent are no touch of a lead: opening them and clicking in them is"
_KINDS: Final = (
    Kind("changes of leads", (*_ACTIVITY, "newvalue", "primaryattributevalue")),
    Kind("clicks in mails", (*_ACTIVITY, "link", "emailtemplateid|primaryattributevalue", "!webpageid")),
    Kind("mails unsubscribed", (*_ACTIVITY, "webformid|formfields", "emailtemplateid")),
    Kind("forms filled out", (*_ACTIVITY, "webformid|formfields|referrerurl", "!emailtemplateid")),
    Kind("visits of pages", (*_ACTIVITY, "webpageid|webpageurl|searchengine")),
    Kind("mails not delivered", (*_ACTIVITY, "subcategory|category|details"), _SENT),
    Kind("merged leads", (*_ACTIVITY, "mergeids|masterupdated"), "Marketo's bookkeeping of leads that are one"),
    Kind("mails opened", (*_ACTIVITY, "device|platform|useragent", "emailtemplateid|primaryattributevalue")),
    Kind("mails sent", (*_ACTIVITY, "campaignrunid|stepid|actionresult"), _SENT),
    Kind(
        "deleted leads", (*_ACTIVITY, "campaign", "primaryattributevalueid"), "Marketo's bookkeeping of deleted leads"
    ),
    Kind("other activities", (*_ACTIVITY, "activitytypeid|primaryattributevalue")),
    Kind(
        "campaigns",
        ("id", "name", "programid", "active|type", "!emailtemplateid", "!subject"),
        "read for the names of campaigns",
    ),
    Kind("programs", ("id", "name", "channel", "workspace|status"), "read for the names of programs"),
    Kind("fields", ("displayname", "restname"), "what Marketo calls its fields"),
    Kind(
        "mails",
        ("id", "name", "subject", "fromname|fromemail"),
        "read for nothing: activities name the mail themselves",
    ),
    Kind("leads", ("id", "createdat", "email|emailaddress", "firstname", "lastname", "updatedat|leadsource|leadscore")),
)
_TELLING: Final = frozenset(["changes of leads", "clicks in mails", "mails opened", "mails sent", "forms filled out"])
_OF_MARKETO: Final = (
    "marketoguid",
    "acquisitionprogramid",
    "acquisitionprogram",
    "leadpartitionid",
    "originalsourcetype",
)
_KEPT: Final = frozenset(
    ["industry", "country", "annualrevenue", "numberofemployees", "rating", "leadscore", "leadstatus", "personsource"]
)
_STATUSES: Final = (
    "Status",
    "Lead Status",
    "Lead Lifecycle Status",
    "Lifecycle Status",
    "Person Status",
    "Revenue Stage",
)
"""The fields whose changes say where a lead stands, as people call them."""


def recognise(work: Workspace, known: Mapping[str, Mapping[str, str]]) -> dict[str, SheetMapping]:
    """The mappings of all sheets that are Marketo's, by sheet name. `known` holds the lake's attribute types."""
    sheets = kinds_of(work.sheets, _KINDS)
    of_list = any(Headers(sheet).get(*_OF_MARKETO) for sheet in sheets.get("leads", ()))
    if not _TELLING & sheets.keys() and not of_list:
        return {}
    found = Recognised(work, sheets, known)
    mappings: dict[str, SheetMapping] = {}
    for kind in _KINDS:
        for sheet in sheets.get(kind.name, ()):
            build = _BUILDERS.get(kind.name)
            mapping = build(found, sheet) if build else SheetMapping(exact_name(sheet.name), skip=kind.reason)
            mappings[sheet.name] = replace(mapping, recognised=f"Marketo {kind.name}", by_name=True)
    return mappings


def _leads(found: Recognised, sheet: Sheet) -> SheetMapping:
    h, programs = Headers(sheet), found.first("programs")
    campaign = h.cell("acquisitionprogram", "acquisitionprogramname", "utmcampaign", "utmcampaignc")
    if programs and "acquisitionprogramid" in h:
        names = Headers(programs)
        campaign = Cell(
            column=h["acquisitionprogramid"], lookup=Lookup(found.pattern("programs"), names["id"], names["name"])
        )
    columns = {
        "lead_id": Cell(column=h["id"]),
        "source": h.cell("leadsource", "originalsourcetype", "personsource", "utmsource", "utmsourcec"),
        "campaign": campaign,
        "created_at": h.cell("createdat"),
        "person": Cell(join=h.all("firstname", "lastname")),
        "account": h.cell("company", "companyname"),
        "converted_deal_id": h.cell("sfdcopportunityid", "convertedopportunityid"),
    }
    content = h.cell("utmcontent", "utmcontentc")
    fill = Fill(
        "leads",
        present(columns),
        {"content": content} if content else {},
        latest_by=latest_column(found, sheet, "updatedat", "fivetransynced"),
        without_rows=deleted_rows(found, sheet, "fivetrandeleted", "isdeleted"),
    )

    def drop(name: str) -> str | None:
        return None if squeezed(name) in _KEPT else _bookkeeping(name) or "about a person or a place, and not needed"

    return with_rest(found, sheet, [fill], "", drop)


def _changes(found: Recognised, sheet: Sheet) -> SheetMapping:
    h = Headers(sheet)
    columns = {
        "lead_id": Cell(column=h["leadid"]),
        "at": Cell(column=h["activitydate"]),
        "status": Cell(column=h["newvalue"]),
        "actor": h.cell("modifyinguser"),
        "reason": h.cell("reason"),
    }
    only = {h["primaryattributevalue"]: _STATUSES}
    fill = Fill("lead_changes", present(columns), only_rows=only, only_changes=True)
    return with_rest(found, sheet, [fill], "", _other)


def _touches(activity: str, channel: str) -> Callable[[Recognised, Sheet], SheetMapping]:
    def build(found: Recognised, sheet: Sheet) -> SheetMapping:
        h, campaigns = Headers(sheet), found.first("campaigns")
        campaign = h.cell("campaign", "campaignid")
        if campaigns and "campaignid" in h:
            # A campaign that is not among the files keeps its number.
            names = dict(found.pairs("campaigns", "id", "name"))
            campaign = Cell(column=h["campaignid"], values=names)
        columns = {
            "touch_id": Cell(column=h["id"]),
            "lead_id": Cell(column=h["leadid"]),
            "activity": Cell(value=activity),
            "at": Cell(column=h["activitydate"]),
            "channel": Cell(value=channel),
            "campaign": campaign,
            "content": h.cell("primaryattributevalue", "webpageurl", "link"),
            "side": Cell(value="buyer"),
        }
        return with_rest(found, sheet, [Fill("lead_touches", present(columns))], "", _other)

    return build


def _bookkeeping(name: str) -> str | None:
    own = squeezed(name)
    kept = own in ("id", "createdat", "updatedat", "marketoguid", "leadpartitionid") or own.startswith("fivetran")
    return "Marketo's bookkeeping" if kept else None


def _other(name: str) -> str | None:
    return _bookkeeping(name) or "about the mail or the device, and not needed"


_BUILDERS: Final[Mapping[str, Callable[[Recognised, Sheet], SheetMapping]]] = {
    "leads": _leads,
    "changes of leads": _changes,
    "clicks in mails": _touches("Clicked in a mail", "mail"),
    "mails opened": _touches("Opened a mail", "mail"),
    "mails unsubscribed": _touches("Unsubscribed", "mail"),
    "forms filled out": _touches("Filled out a form", "website"),
    "visits of pages": _touches("Visited a page", "website"),
    "other activities": _touches("Other activity", "other"),
}
