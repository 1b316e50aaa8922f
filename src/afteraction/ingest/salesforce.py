"""Salesforce's objects, by the columns of its exports: API names, and the same in small letters with underscores."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from afteraction.ingest.exports import (
    Kind,
    Recognised,
    deleted_rows,
    ending,
    ends,
    is_true,
    kinds_of,
    latest_column,
    present,
    with_rest,
)
from afteraction.ingest.fill_sql import FALSE
from afteraction.ingest.headers import Headers, squeezed
from afteraction.ingest.mapping import Cell, Fill, Lookup, SheetMapping, exact_name
from afteraction.ingest.outcome_words import said_outcome
from afteraction.ingest.sources import Sheet
from afteraction.ingest.workspace import Workspace

NO_ID: Final = ("000000000000000AAA", "000000000000000")
_NO_TABLE: Final = "a Salesforce object that no table of the record stands for"

_KINDS: Final = (
    Kind("Opportunity history", ("id", "stagename", "fivetranstart", "iswon|isclosed")),
    Kind("Opportunity", ("id", "stagename", "closedate", "ownerid|accountid", "!opportunityid")),
    Kind("OpportunityHistory", ("opportunityid", "stagename", "createddate", "!quantity")),
    Kind("OpportunityFieldHistory", ("opportunityid", "field", "newvalue", "createddate")),
    Kind("LeadHistory", ("leadid", "field", "newvalue", "createddate")),
    Kind("CampaignMember", ("campaignid", "leadid", "contactid")),
    Kind("Campaign", ("id", "name", "numberofleads|budgetedcost|numbersent", "startdate")),
    Kind(
        "older versions",
        ("id", "fivetranstart", "fivetranend"),
        "older versions of rows that are read from another sheet",
    ),
    Kind("Lead", ("id", "lastname", "company", "isconverted|convertedopportunityid", "status")),
    Kind("Contact", ("id", "lastname", "accountid", "email|title", "!username")),
    Kind("User", ("id", "username", "lastname|name", "profileid|isactive")),
    Kind("UserRole", ("id", "name", "parentroleid"), "read for the roles of users"),
    Kind("Event", ("id", "whatid", "whoid", "startdatetime|activitydatetime")),
    Kind("Task", ("id", "whatid", "whoid", "activitydate", "status|tasksubtype")),
    Kind("Account", ("id", "name", "ownerid", "billingcountry|billingcity|industry", "website|type", "!stagename")),
    Kind("other", ("id", "systemmodstamp", "createdbyid"), _NO_TABLE),
    Kind("other with history", ("id", "isdeleted", "systemmodstamp"), _NO_TABLE),
)

_BOOKKEEPING: Final = frozenset(
    ["isdeleted", "isprivate", "systemmodstamp", "lastmodifieddate", "lastmodifiedbyid", "createdbyid", "createddate", "lastvieweddate", "lastreferenceddate", "lastactivitydate", "lastcurequestdate", "lastcuupdatedate", "photourl", "masterrecordid", "recordtypeid", "jigsaw", "jigsawcompanyid", "jigsawcontactid", "cleanstatus", "dandbcompanyid", "pricebook2id", "hasopportunitylineitem", "hasopenactivity", "hasoverduetask", "stagesortorder", "contractid", "primarypartneraccountid", "laststagechangedate", "lastamountchangedhistoryid", "lastclosedatechangedhistoryid", "isexcludedfromterritory2filter"]
)
_ENDS: Final = frozenset(
    ["isclosed", "iswon", "forecastcategory", "forecastcategoryname", "expectedrevenue", "fiscal", "fiscalyear", "fiscalquarter", "ageindays"]
)
_KEPT_OF_ACCOUNTS: Final = frozenset(
    ["type", "annualrevenue", "ownership", "rating", "accountsource", "parentid", "yearstarted", "ownerid"]
)
_KEPT_OF_LEADS: Final = frozenset(
    ["status", "industry", "rating", "annualrevenue", "numberofemployees", "country", "ownerid", "leadsource"]
)
_PERSONAL: Final = "about a person or a place, and not needed"


def recognise(work: Workspace, known: Mapping[str, Mapping[str, str]]) -> dict[str, SheetMapping]:
    """The mappings of all sheets that are Salesforce's, by sheet name. `known` holds the lake's attribute types."""
    sheets = kinds_of(work.sheets, _KINDS)
    if not {*sheets} & {
        "Opportunity",
        "OpportunityHistory",
        "Opportunity history",
        "Lead",
        "Contact",
        "User",
        "Task",
        "Event",
        "Account",
    }:
        return {}
    found = Recognised(work, sheets, known)
    outcomes = stage_outcomes(found)
    mappings = {}
    for kind in _KINDS:
        for sheet in sheets.get(kind.name, ()):
            label = f"Salesforce {kind.name}"
            if kind.name in _BUILDERS:
                mapping = _BUILDERS[kind.name](found, sheet, outcomes)
                mappings[sheet.name] = replace(mapping, recognised=label, by_name=True)
            else:
                skip = "read for the names of campaigns" if kind.name.startswith("Campaign") else kind.reason
                mappings[sheet.name] = SheetMapping(exact_name(sheet.name), skip=skip, recognised=label, by_name=True)
    return mappings


def stage_outcomes(found: Recognised) -> dict[str, str]:
    """The outcome that each stage means: by the flags of the deals in it, else by its words."""
    outcomes: dict[str, str] = {}
    for kind in ("Opportunity", "Opportunity history"):
        for stage, closed, won in found.rows(kind, "stagename", "isclosed", "iswon"):
            if stage and closed is not None:
                outcomes.setdefault(stage, ending(stage, closed=is_true(closed), won=is_true(won)))
    names = [row[0] for kind in ("Opportunity", "OpportunityHistory") for row in found.rows(kind, "stagename")]
    names += [
        row[0] for row in found.rows("OpportunityFieldHistory", "newvalue", where=_field_rule(found, "stagename"))
    ]
    for stage in names:
        if stage:
            said = said_outcome(stage)
            outcomes.setdefault(stage, said.outcome if said and said.strength == "strong" else "open")
    return outcomes


def _field_rule(found: Recognised, field: str) -> str:
    sheet = found.first("OpportunityFieldHistory")
    return f"lower({Headers(sheet)['field']}) = '{field}'" if sheet else "true"


def _opportunity(found: Recognised, sheet: Sheet, outcomes: Mapping[str, str]) -> SheetMapping:
    h = Headers(sheet)
    stages = {stage: outcomes[stage] for (stage,) in found.rows("Opportunity", "stagename") if stage}
    columns = {
        "deal_id": h.cell("id"),
        "name": h.cell("name"),
        "account_id": h.cell("accountid", empty=NO_ID),
        "owner": h.cell("ownerid"),
        "amount": h.cell("amount"),
        "currency": h.cell("currencyisocode"),
        "created_at": h.cell("createddate"),
        "closed_at": Cell(first=h.all("laststagechangedate", "closedate"), stage_changes="last", when="ended"),
        "outcome": h.cell("stagename", values=stages),
        "stage": h.cell("stagename"),
        "expected_close_on": h.cell("closedate", when="open"),
        "lost_reason": h.cell("lossreasonc", "lostreasonc", "closedlostreasonc", "reasonlostc", "reasonforlossc"),
        "source": h.cell("leadsource"),
        "segment": h.cell("segmentc", "marketsegmentc"),
        "competitor": h.cell("maincompetitorsc", "competitorc", "primarycompetitorc"),
        "crm_probability": h.cell("probability", divide=100.0),
        "deal_type": h.cell("type"),
    }
    campaigns = found.first("Campaign")
    attributes = {}
    if campaigns and "campaignid" in h:
        lookup = Lookup(found.pattern("Campaign"), Headers(campaigns)["id"], Headers(campaigns)["name"])
        attributes["campaign"] = Cell(column=h["campaignid"], lookup=lookup, empty=NO_ID)
    fill = Fill(
        "deals",
        present(columns),
        attributes,
        latest_by=_latest(found, sheet),
        without_rows=deleted_rows(found, sheet, "isdeleted"),
    )

    def drop(name: str) -> str | None:
        if squeezed(name) in _ENDS:
            return "follows from the stage and the close date"
        return _bookkeeping(name)

    return with_rest(found, sheet, [fill], "", drop)


def _stage_changes(found: Recognised, sheet: Sheet, outcomes: Mapping[str, str]) -> SheetMapping:
    h = Headers(sheet)
    versions = "fivetranstart" in h
    columns = {
        "deal_id": h.cell("id") if versions else h.cell("opportunityid"),
        "at": h.cell("fivetranstart") if versions else h.cell("createddate"),
        "stage": Cell(column=h["stagename"]),
        "actor": h.cell("lastmodifiedbyid") if versions else h.cell("createdbyid"),
    }
    without = deleted_rows(found, sheet, "isdeleted")
    fill = Fill("stage_changes", present(columns), outcomes=ends(outcomes), only_changes=True, without_rows=without)
    return with_rest(found, sheet, [fill], "", lambda name: _bookkeeping(name) or "read from the opportunities")


def _field_changes(found: Recognised, sheet: Sheet, outcomes: Mapping[str, str]) -> SheetMapping:
    if found.has("OpportunityHistory"):
        return SheetMapping(exact_name(sheet.name), skip="the same moves are read from OpportunityHistory")
    h = Headers(sheet)
    columns = {
        "deal_id": Cell(column=h["opportunityid"]),
        "at": Cell(column=h["createddate"]),
        "stage": Cell(column=h["newvalue"]),
        "actor": h.cell("createdbyid"),
    }
    only = {h["field"]: ("StageName",)}
    fill = Fill("stage_changes", present(columns), outcomes=ends(outcomes), only_rows=only, only_changes=True)
    return with_rest(found, sheet, [fill], "", _bookkeeping)


def _lead_changes(found: Recognised, sheet: Sheet, _: Mapping[str, str]) -> SheetMapping:
    h = Headers(sheet)
    columns = {
        "lead_id": Cell(column=h["leadid"]),
        "at": Cell(column=h["createddate"]),
        "status": Cell(column=h["newvalue"]),
        "actor": h.cell("createdbyid"),
    }
    fill = Fill("lead_changes", present(columns), only_rows={h["field"]: ("Status",)}, only_changes=True)
    return with_rest(found, sheet, [fill], "", _bookkeeping)


def _account(found: Recognised, sheet: Sheet, _: Mapping[str, str]) -> SheetMapping:
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
        latest_by=_latest(found, sheet),
        without_rows=deleted_rows(found, sheet, "isdeleted"),
    )
    return with_rest(found, sheet, [fill], "", _not_in(_KEPT_OF_ACCOUNTS))


def _contact(found: Recognised, sheet: Sheet, _: Mapping[str, str]) -> SheetMapping:
    h = Headers(sheet)
    columns = {
        "person_id": Cell(column=h["id"]),
        "name": _name(h),
        "email": h.cell("email"),
        "account_id": h.cell("accountid", empty=NO_ID),
        "role": h.cell("title"),
        "side": Cell(value="buyer"),
    }
    fill = Fill(
        "people",
        present(columns),
        latest_by=_latest(found, sheet),
        without_rows=deleted_rows(found, sheet, "isdeleted"),
    )
    return with_rest(found, sheet, [fill], "", _not_in(frozenset({"department", "leadsource"}), custom=False))


def _user(found: Recognised, sheet: Sheet, _: Mapping[str, str]) -> SheetMapping:
    h, roles = Headers(sheet), found.first("UserRole")
    role = None
    if roles and "userroleid" in h:
        lookup = Lookup(found.pattern("UserRole"), Headers(roles)["id"], Headers(roles)["name"])
        role = Cell(column=h["userroleid"], lookup=lookup, empty=NO_ID)
    columns = {
        "person_id": Cell(column=h["id"]),
        "name": _name(h),
        "email": h.cell("email"),
        "role": h.cell("title"),
        "team": role or h.cell("department", "division"),
        "manager": h.cell("managerid", empty=NO_ID),
        "side": Cell(value="us"),
    }
    fill = Fill("people", present(columns), latest_by=_latest(found, sheet))
    return with_rest(found, sheet, [fill], "", _not_in(frozenset({"isactive"}), custom=False))


def _lead(found: Recognised, sheet: Sheet, _: Mapping[str, str]) -> SheetMapping:
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
        "person": _name(h),
        "account": h.cell("company"),
        "converted_deal_id": h.cell("convertedopportunityid", empty=NO_ID),
    }
    fill = Fill(
        "leads", present(columns), latest_by=_latest(found, sheet), without_rows=deleted_rows(found, sheet, "isdeleted")
    )
    return with_rest(found, sheet, [fill], "", _not_in(_KEPT_OF_LEADS))


def _touch(found: Recognised, sheet: Sheet, _: Mapping[str, str]) -> SheetMapping:
    h = Headers(sheet)
    meeting = h.get("startdatetime", "activitydatetime") is not None and "status" not in h
    kinds = h.all("type", "eventsubtype" if meeting else "tasksubtype")
    times = (
        ("startdatetime", "activitydatetime", "activitydate")
        if meeting
        else ("completeddatetime", "activitydate", "createddate")
    )
    minutes = h.cell("durationinminutes") if meeting else h.cell("calldurationinseconds", divide=60.0)
    columns = {
        "touch_id": Cell(column=h["id"]),
        "deal_id": Cell(column=h["whatid"]),
        "activity": Cell(first=kinds, when_empty="Meeting" if meeting else "Task"),
        "at": Cell(first=h.all(*times)),
        "actor": h.cell("ownerid"),
        "channel": h.cell("eventsubtype" if meeting else "tasksubtype"),
        "minutes": minutes,
        "subject": h.cell("subject"),
        "person_id": h.cell("whoid", empty=NO_ID),
    }
    without = deleted_rows(found, sheet, "isdeleted")
    if not meeting and "isclosed" in h:
        without |= {h["isclosed"]: FALSE}  # planned, not done
    fill = Fill(
        "touches",
        present(columns),
        only_rows={h["whatid"]: ("006*",)},
        without_rows=without,
        latest_by=_latest(found, sheet),
    )
    return with_rest(found, sheet, [fill], "", _bookkeeping)


_BUILDERS: Final[Mapping[str, Callable[[Recognised, Sheet, Mapping[str, str]], SheetMapping]]] = {
    "Opportunity": _opportunity,
    "OpportunityHistory": _stage_changes,
    "Opportunity history": _stage_changes,
    "OpportunityFieldHistory": _field_changes,
    "LeadHistory": _lead_changes,
    "Account": _account,
    "Contact": _contact,
    "User": _user,
    "Lead": _lead,
    "Task": _touch,
    "Event": _touch,
}


def _name(h: Headers) -> Cell | None:
    parts = h.all("firstname", "lastname")
    return h.cell("name") or (Cell(join=parts) if parts else None)


def _latest(found: Recognised, sheet: Sheet) -> str:
    return latest_column(found, sheet, "systemmodstamp", "lastmodifieddate", "fivetransynced")


def _bookkeeping(name: str) -> str | None:
    own = squeezed(name)
    return "Salesforce's bookkeeping" if own in _BOOKKEEPING or own.startswith("fivetran") else None


def _not_in(kept: frozenset[str], *, custom: bool = True) -> Callable[[str], str | None]:
    """Keep the columns named, and those that the organisation added itself unless they may be about a person."""

    def drop(name: str) -> str | None:
        keeps = squeezed(name) in kept or (custom and name.endswith("_c"))
        return None if keeps else _bookkeeping(name) or _PERSONAL

    return drop
