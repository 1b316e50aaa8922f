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
    present,
    with_rest,
)
from afteraction.ingest.fill_sql import FALSE
from afteraction.ingest.headers import Headers, squeezed
from afteraction.ingest.mapping import Cell, Fill, Lookup, SheetMapping, Why, exact_name
from afteraction.ingest.outcome_words import said_outcome
from afteraction.ingest.salesforce_columns import NO_ID, bookkeeping, latest
from afteraction.ingest.salesforce_parties import account, campaign_touches, contact, lead, lead_changes, user
from afteraction.ingest.sources import Sheet
from afteraction.ingest.values import quoted, tidy
from afteraction.ingest.workspace import Workspace
from afteraction.lake.engine import quote

_NO_TABLE: Final = "a Salesforce object that no table of the record stands for"

_KINDS: Final = (
    Kind("Opportunity history", ("id", "stagename", "fivetranstart", "iswon|isclosed")),
    Kind(
        "Opportunity",
        ("id", "stagename", "closedate", "ownerid|accountid|isclosed|iswon|forecastcategory", "!opportunityid"),
    ),
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

_ENDS: Final = ("isclosed", "iswon", "forecastcategory", "forecastcategoryname", "expectedrevenue", "ageindays")
_PERIODS: Final = ("fiscal", "fiscalyear", "fiscalquarter")
_TELLING: Final = frozenset(
    kind.name for kind in _KINDS if not kind.reason and kind.name not in ("Campaign", "CampaignMember")
)
"""Kinds by which an export is known to be Salesforce's."""


def recognise(work: Workspace, known: Mapping[str, Mapping[str, str]]) -> dict[str, SheetMapping]:
    """The mappings of all sheets that are Salesforce's, by sheet name. `known` holds the lake's attribute types."""
    sheets = kinds_of(work.sheets, _KINDS)
    if not _TELLING & sheets.keys():
        return {}
    found = Recognised(work, sheets, known)
    mappings = {}
    for kind in _KINDS:
        for sheet in sheets.get(kind.name, ()):
            label = f"Salesforce {kind.name}"
            if kind.name in _BUILDERS:
                mapping = _BUILDERS[kind.name](found, sheet)
                mappings[sheet.name] = replace(mapping, recognised=label, by_name=True)
            else:
                skip = "read for the names of campaigns" if kind.name == "Campaign" else kind.reason
                mappings[sheet.name] = SheetMapping(exact_name(sheet.name), skip=skip, recognised=label, by_name=True)
    return mappings


def stage_outcomes(found: Recognised) -> tuple[dict[str, str], Why]:
    """The outcome that each stage means, and how sure that is: by the flags of the deals in it, else by its words."""
    outcomes: dict[str, str] = {}
    unclear = []
    for kind in ("Opportunity", "Opportunity history"):
        for stage, closed, won in found.rows(kind, "stagename", "isclosed", "iswon"):
            if stage and closed is not None:
                outcome = ending(stage, closed=is_true(closed), won=is_true(won))
                unclear += [stage] if outcomes.setdefault(stage, outcome) != outcome else []
    flagged = {*outcomes}
    for stage in _stage_names(found):
        said = said_outcome(stage)
        outcomes.setdefault(stage, said.outcome if said and said.strength == "strong" else "open")
    if unclear:
        return outcomes, Why(0.3, f"deals in stage {', '.join(unclear)} have ended in different ways")
    if flagged:
        return outcomes, Why(1.0, "by IsClosed and IsWon of the deals in each stage")
    if "won" in outcomes.values():
        return outcomes, Why(0.9, "by the names of the stages")
    return outcomes, Why(0.3, "nothing says which stages end a deal")


def _stage_names(found: Recognised) -> list[str]:
    """The stages that deals are in, or were."""
    names = [*found.rows("Opportunity", "stagename"), *found.rows("OpportunityHistory", "stagename")]
    fields = found.first("OpportunityFieldHistory")
    if fields:
        of_stage = f"lower({quote(Headers(fields)['field'])}) = 'stagename'"
        names += found.rows("OpportunityFieldHistory", "newvalue", where=of_stage)
    return [name for (name,) in names if name]


def _opportunity(found: Recognised, sheet: Sheet) -> SheetMapping:
    h = Headers(sheet)
    outcomes, why = stage_outcomes(found)
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
        latest_by=latest(found, sheet),
        without_rows=deleted_rows(found, sheet, "isdeleted"),
        why={"outcome": why},
    )

    def drop(name: str) -> str | None:
        if squeezed(name) in (*_ENDS, *_PERIODS):
            return "follows from the stage and the close date"
        return bookkeeping(name)

    return with_rest(found, sheet, [fill], "", drop)


def _stage_changes(found: Recognised, sheet: Sheet) -> SheetMapping:
    h = Headers(sheet)
    versions = "fivetranstart" in h
    columns = {
        "deal_id": h.cell("id") if versions else h.cell("opportunityid"),
        "at": h.cell("fivetranstart") if versions else h.cell("createddate"),
        "stage": Cell(column=h["stagename"]),
        "actor": h.cell("lastmodifiedbyid") if versions else h.cell("createdbyid"),
    }
    without = deleted_rows(found, sheet, "isdeleted")
    fill = Fill(
        "stage_changes",
        present(columns),
        outcomes=ends(stage_outcomes(found)[0]),
        only_changes=True,
        without_rows=without,
    )
    return with_rest(found, sheet, [fill], "", lambda name: bookkeeping(name) or "read from the opportunities")


def _field_changes(found: Recognised, sheet: Sheet) -> SheetMapping:
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
    fill = Fill(
        "stage_changes", present(columns), outcomes=ends(stage_outcomes(found)[0]), only_rows=only, only_changes=True
    )
    return with_rest(found, sheet, [fill], "", bookkeeping)


def _touch(found: Recognised, sheet: Sheet) -> SheetMapping:
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
        latest_by=latest(found, sheet),
    )
    with_leads = "whoid" in h and found.work.count(
        f"{found.work.view(sheet)} WHERE {tidy(quote(h['whoid']))} LIKE {quoted('00Q%')}"
    )
    return with_rest(found, sheet, [fill, _touch_of_lead(h, fill)] if with_leads else [fill], "", bookkeeping)


def _touch_of_lead(h: Headers, fill: Fill) -> Fill:
    """The same task or event as a touch of the lead that it is with."""
    shared = ("touch_id", "activity", "at", "channel", "actor")
    columns = {name: fill.columns[name] for name in shared if name in fill.columns}
    columns |= {"lead_id": Cell(column=h["whoid"]), "side": Cell(value="us")}
    return replace(fill, table="lead_touches", columns=columns, only_rows={h["whoid"]: ("00Q*",)})


_BUILDERS: Final[Mapping[str, Callable[[Recognised, Sheet], SheetMapping]]] = {
    "Opportunity": _opportunity,
    "OpportunityHistory": _stage_changes,
    "Opportunity history": _stage_changes,
    "OpportunityFieldHistory": _field_changes,
    "LeadHistory": lead_changes,
    "Account": account,
    "Contact": contact,
    "User": user,
    "Lead": lead,
    "CampaignMember": campaign_touches,
    "Task": _touch,
    "Event": _touch,
}
