"""Salesforce's accounts, contacts, users and leads."""

from typing import Final

from afteraction.ingest.exports import Recognised, deleted_rows, present, with_rest
from afteraction.ingest.headers import Headers
from afteraction.ingest.mapping import Cell, Fill, Lookup, SheetMapping, exact_name
from afteraction.ingest.salesforce_columns import NO_ID, bookkeeping, full_name, latest, not_in
from afteraction.ingest.sources import Sheet

_KEPT_OF_ACCOUNTS: Final = frozenset(
    ["type", "annualrevenue", "ownership", "rating", "accountsource", "parentid", "yearstarted", "ownerid"]
)
_KEPT_OF_LEADS: Final = frozenset(
    ["status", "industry", "rating", "annualrevenue", "numberofemployees", "country", "ownerid", "leadsource"]
)


def lead_changes(found: Recognised, sheet: Sheet) -> SheetMapping:
    h = Headers(sheet)
    columns = {
        "lead_id": Cell(column=h["leadid"]),
        "at": Cell(column=h["createddate"]),
        "status": Cell(column=h["newvalue"]),
        "actor": h.cell("createdbyid"),
    }
    fill = Fill("lead_changes", present(columns), only_rows={h["field"]: ("Status",)}, only_changes=True)
    return with_rest(found, sheet, [fill], "", bookkeeping)


def account(found: Recognised, sheet: Sheet) -> SheetMapping:
    h = Headers(sheet)
    columns = {
        "account_id": Cell(column=h["id"]),
        "name": h.cell("name"),
        "domain": h.cell("website", take="domain"),
        "segment": h.cell("segmentc", "marketsegmentc"),
        "industry": h.cell("industry"),
        "size": h.cell("numberofemployees"),
        "country": Cell(first=h.all("billingcountry", "billingcountrycode", "shippingcountry", "shippingcountrycode"))
        if h.get("billingcountry", "shippingcountry")
        else None,
    }
    fill = Fill(
        "accounts",
        present(columns),
        latest_by=latest(found, sheet),
        without_rows=deleted_rows(found, sheet, "isdeleted"),
    )
    return with_rest(found, sheet, [fill], "", not_in(_KEPT_OF_ACCOUNTS))


def contact(found: Recognised, sheet: Sheet) -> SheetMapping:
    h = Headers(sheet)
    columns = {
        "person_id": Cell(column=h["id"]),
        "name": full_name(h),
        "email": h.cell("email"),
        "account_id": h.cell("accountid", empty=NO_ID),
        "role": h.cell("title"),
        "side": Cell(value="buyer"),
    }
    fill = Fill(
        "people",
        present(columns),
        latest_by=latest(found, sheet),
        without_rows=deleted_rows(found, sheet, "isdeleted"),
    )
    return with_rest(found, sheet, [fill], "", not_in(frozenset({"department", "leadsource"}), custom=False))


def user(found: Recognised, sheet: Sheet) -> SheetMapping:
    h, roles = Headers(sheet), found.first("UserRole")
    role = None
    if roles and "userroleid" in h:
        lookup = Lookup(found.pattern("UserRole"), Headers(roles)["id"], Headers(roles)["name"])
        role = Cell(column=h["userroleid"], lookup=lookup, empty=NO_ID)
    columns = {
        "person_id": Cell(column=h["id"]),
        "name": full_name(h),
        "email": h.cell("email"),
        "role": h.cell("title"),
        "team": role or h.cell("department", "division"),
        "manager": h.cell("managerid", empty=NO_ID),
        "side": Cell(value="us"),
    }
    fill = Fill("people", present(columns), latest_by=latest(found, sheet))
    return with_rest(found, sheet, [fill], "", not_in(frozenset({"isactive"}), custom=False))


def lead(found: Recognised, sheet: Sheet) -> SheetMapping:
    h, members = Headers(sheet), found.first("CampaignMember")
    told = h.all("utmcampaignc", "piutmcampaignc", "campaignc")
    campaign = Cell(first=told) if told else None
    if members:
        headers = Headers(members)
        lookup = Lookup(found.pattern("CampaignMember"), headers["leadid"], headers["campaignid"])
        campaign = Cell(column=h["id"], lookup=lookup, values=dict(found.pairs("Campaign", "id", "name")))
    columns = {
        "lead_id": Cell(column=h["id"]),
        "source": Cell(first=h.all("leadsource", "utmsourcec", "piutmsourcec")) if "leadsource" in h else None,
        "campaign": campaign,
        "created_at": h.cell("createddate"),
        "person": full_name(h),
        "account": h.cell("company"),
        "converted_deal_id": h.cell("convertedopportunityid", empty=NO_ID),
    }
    content = h.cell("utmcontentc")
    without = deleted_rows(found, sheet, "isdeleted")
    fill = Fill(
        "leads",
        present(columns),
        {"content": content} if content else {},
        latest_by=latest(found, sheet),
        without_rows=without,
    )
    fills = [fill]
    if "converteddate" in h and any(day for (day,) in found.rows("Lead", "converteddate")):
        became = {"lead_id": Cell(column=h["id"])}
        dated = {h["converteddate"]: "Converted"}
        fills.append(Fill("lead_changes", became, dated_columns=dated, without_rows=without))
    return with_rest(found, sheet, fills, "", not_in(_KEPT_OF_LEADS))


def campaign_touches(found: Recognised, sheet: Sheet) -> SheetMapping:
    """Leads as members of campaigns: each is a touch by it."""
    h = Headers(sheet)
    if h.get("firstrespondeddate", "createddate") is None:
        return SheetMapping(exact_name(sheet.name), skip="read for the campaigns of leads; it has no dates")
    names, kinds = dict(found.pairs("Campaign", "id", "name")), dict(found.pairs("Campaign", "id", "type"))
    columns = {
        "touch_id": h.cell("id"),
        "lead_id": Cell(column=h["leadid"]),
        "activity": h.cell("status", when_empty="In a campaign") or Cell(value="In a campaign"),
        "at": Cell(first=h.all("firstrespondeddate", "createddate")),
        "channel": Cell(column=h["campaignid"], values=kinds, otherwise="campaign"),
        "campaign": Cell(column=h["campaignid"], values=names),
        "side": Cell(value="buyer"),
    }
    without = deleted_rows(found, sheet, "isdeleted")
    only = {h["leadid"]: ("00Q*",)}
    fill = Fill("lead_touches", present(columns), only_rows=only, without_rows=without)
    return with_rest(found, sheet, [fill], "", lambda name: bookkeeping(name) or "not needed for what leads did")
