"""Salesforce's accounts, contacts, users and leads."""

from typing import Final

from afteraction.ingest.exports import Recognised, deleted_rows, present, with_rest
from afteraction.ingest.headers import Headers
from afteraction.ingest.mapping import Cell, Fill, Lookup, SheetMapping
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
    campaign = None
    if members:
        headers = Headers(members)
        campaign = Cell(
            column=h["id"], lookup=Lookup(found.pattern("CampaignMember"), headers["leadid"], headers["campaignid"])
        )
    columns = {
        "lead_id": Cell(column=h["id"]),
        "source": h.cell("leadsource"),
        "campaign": campaign,
        "created_at": h.cell("createddate"),
        "person": full_name(h),
        "account": h.cell("company"),
        "converted_deal_id": h.cell("convertedopportunityid", empty=NO_ID),
    }
    fill = Fill(
        "leads", present(columns), latest_by=latest(found, sheet), without_rows=deleted_rows(found, sheet, "isdeleted")
    )
    return with_rest(found, sheet, [fill], "", not_in(_KEPT_OF_LEADS))
