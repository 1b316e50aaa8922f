"""HubSpot's objects, by property names (API, warehouse tables) and by the headers of its own export files."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from afteraction.ingest.exports import Kind, Recognised, deleted_rows, kinds_of, present, with_rest
from afteraction.ingest.headers import Headers, squeezed
from afteraction.ingest.hubspot_columns import DEALS, bookkeeping, latest, not_in
from afteraction.ingest.hubspot_leads import form_touches, lead_changes, leads_of_contacts
from afteraction.ingest.hubspot_stages import ending_stages, stage_dates, stage_labels, stage_outcomes, stages_of_deals
from afteraction.ingest.hubspot_touches import engagements, touches
from afteraction.ingest.mapping import Cell, Fill, Lookup, SheetMapping, exact_name
from afteraction.ingest.sources import Sheet
from afteraction.ingest.workspace import Workspace

_NO_TABLE: Final = "a HubSpot table that no table of the record stands for"
_ID: Final = "id|recordid|hsobjectid"

_KINDS: Final = (
    Kind("deals", (f"{_ID}|dealid", "dealname", "dealstage|dealpipelinestageid|createdate")),
    Kind("deal stages", ("dealid", "dateentered", "value")),
    Kind("deal property history", ("dealid", "name", "value", "timestamp")),
    Kind(
        "pipeline stages",
        ("stageid", "label", "pipelineid", "closedwon|isclosed|probability"),
        "read for the names and ends of stages",
    ),
    Kind(
        "pipelines", ("pipelineid", "label", "displayorder", "!stageid", "!ticket"), "read for the names of pipelines"
    ),
    Kind("engagements of deals", ("dealid", "engagementid", "engagementtype|typeid")),
    Kind("engagements of contacts", ("contactid", "engagementid"), "read for the persons of touches"),
    Kind("deals of contacts", ("dealid", "contactid", "!engagementid"), "read for the deals that contacts became"),
    Kind("forms of contacts", ("contactid", "formid", "timestamp")),
    Kind("contact property history", ("contactid", "name", "value", "timestamp")),
    Kind("companies of deals", ("dealid", "companyid", "!engagementid"), "read for the companies of deals"),
    Kind("owners", ("ownerid", "email", "firstname|lastname")),
    Kind("teams of owners", ("ownerid", "teamid"), "read for the teams of owners"),
    Kind(
        "teams",
        (
            "id",
            "name",
            "fivetransynced",
            "!createdate",
            "!requiresbillingwrite",
            "!label",
            "!createdat",
            "!type",
            "!fivetrandeleted",
        ),
        "read for the names of teams",
    ),
    Kind(
        "call",
        ("engagementid", "type", "hstimestamp", "!hsemailsubject", "!hsnotebody", "!hstasktype"),
        "read through the engagements of deals",
    ),
    Kind("email", ("engagementid", "hstimestamp", "hsemailsubject"), "read through the engagements of deals"),
    Kind(
        "meeting",
        ("engagementid", "starttime|hsmeetingstarttime|hsmeetingtitle"),
        "read through the engagements of deals",
    ),
    Kind(
        "calls",
        (_ID, "hscalltitle|calltitle|hscallduration|callduration", "hstimestamp|activitydate", "|".join(DEALS)),
    ),
    Kind(
        "meetings",
        (
            _ID,
            "hsmeetingtitle|meetingname|meetingtitle",
            "hstimestamp|hsmeetingstarttime|meetingstarttime|activitydate",
            "|".join(DEALS),
        ),
    ),
    Kind("emails", (_ID, "hsemailsubject|emailsubject", "hstimestamp|activitydate", "|".join(DEALS))),
    Kind("contacts", (f"{_ID}|vid", "email", "firstname", "createdate|recordid|hsobjectid")),
    Kind(
        "companies",
        (
            f"{_ID}|companyid",
            "name|companyname",
            "createdate|hsobjectid|recordid",
            "domain|industry|companydomainname|country|city",
            "!subject",
        ),
    ),
    Kind("other", ("fivetransynced",), _NO_TABLE),
    Kind("other", ("hsobjectid",), _NO_TABLE),
)

_AFTER_THE_END: Final = frozenset(
    ["closedwonreason", "daystoclose", "isclosedwon", "isdealclosed", "isclosedlost", "closedwoncount", "hsisclosed"]
)


def recognise(work: Workspace, known: Mapping[str, Mapping[str, str]]) -> dict[str, SheetMapping]:
    """The mappings of all sheets that are HubSpot's, by sheet name. `known` holds the lake's attribute types."""
    sheets = kinds_of(work.sheets, _KINDS)
    if not {*sheets} & {"deals", "deal stages", "contacts", "companies", "calls", "meetings", "emails"}:
        return {}
    found = Recognised(work, sheets, known)
    mappings: dict[str, SheetMapping] = {}
    for kind in _KINDS:
        for sheet in sheets.get(kind.name, ()):
            label = f"HubSpot {kind.name}"
            build = _BUILDERS.get(kind.name)
            mapping = build(found, sheet) if build else SheetMapping(exact_name(sheet.name), skip=kind.reason)
            mappings[sheet.name] = replace(mapping, recognised=label, by_name=True)
    return mappings


def _deals(found: Recognised, sheet: Sheet) -> SheetMapping:
    h = Headers(sheet)
    outcomes, why = stage_outcomes(found)
    labels, pipelines = stage_labels(found), dict(found.pairs("pipelines", "pipelineid", "label"))
    columns = {
        "deal_id": h.cell("dealid", "recordid", "hsobjectid", "id"),
        "name": h.cell("dealname"),
        "account_id": _company(found, h),
        "owner": h.cell("hubspotownerid", "ownerid", "dealowner"),
        "amount": h.cell("amount"),
        "currency": h.cell("dealcurrencycode", "currency"),
        "created_at": h.cell("createdate"),
        "closed_at": h.cell("closedate", stage_changes="last", when="ended"),
        "pipeline": h.cell("pipeline", "dealpipelineid", values=pipelines),
        "expected_close_on": h.cell("closedate", when="open"),
        "lost_reason": h.cell("closedlostreason"),
        "source": h.cell("hsanalyticssource", "originalsourcetype", "originaltrafficsource", "originalsource"),
        "crm_probability": h.cell("hsdealstageprobability", "dealprobability"),
        "deal_type": h.cell("dealtype"),
        **_stage(found, h, outcomes, labels),
    }
    without = deleted_rows(found, sheet, "isdeleted", "fivetrandeleted", "archived")
    fill = Fill("deals", present(columns), latest_by=latest(found, sheet), without_rows=without, why={"outcome": why})
    fills, entered = [fill], stage_dates(sheet, labels)
    if entered and not found.has("deal stages"):
        moves = {"deal_id": fill.columns["deal_id"]}
        ends = ending_stages(outcomes, labels)
        fills.append(Fill("stage_changes", moves, dated_columns=entered, outcomes=ends, without_rows=without))

    def drop(name: str) -> str | None:
        return "known only after the deal has ended" if squeezed(name) in _AFTER_THE_END else bookkeeping(name)

    return with_rest(found, sheet, fills, "", drop)


def _stage(found: Recognised, h: Headers, outcomes: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, Cell]:
    """The cells for stage and outcome; a deal without a stage is open."""
    column, used = h.get("dealstage", "dealpipelinestageid"), stages_of_deals(found)
    if column is None:
        return {"outcome": Cell(value="open")}
    meanings = {stage: outcome for stage, outcome in outcomes.items() if stage in used}
    names = {stage: label for stage, label in labels.items() if stage in used}
    return {
        "outcome": Cell(column=column, values=meanings, when_empty="open"),
        "stage": Cell(column=column, values=names),
    }


def _stage_changes(found: Recognised, sheet: Sheet) -> SheetMapping:
    h = Headers(sheet)
    outcomes, _ = stage_outcomes(found)
    history = "dateentered" not in h
    if history and found.has("deal stages"):
        return SheetMapping(exact_name(sheet.name), skip="the same moves are read from the deal stages")
    columns = {
        "deal_id": Cell(column=h["dealid"]),
        "at": h.cell("dateentered", "timestamp"),
        "stage": Cell(column=h["value"], values=stage_labels(found)),
    }
    only = {h["name"]: ("dealstage", "deal_pipeline_stage_id")} if history else {}
    ends = ending_stages(outcomes, stage_labels(found))
    fill = Fill("stage_changes", present(columns), outcomes=ends, only_rows=only, only_changes=True)
    return with_rest(found, sheet, [fill], "", bookkeeping)


def _companies(found: Recognised, sheet: Sheet) -> SheetMapping:
    h = Headers(sheet)
    columns = {
        "account_id": h.cell("recordid", "hsobjectid", "id", "companyid"),
        "name": h.cell("companyname", "name"),
        "domain": h.cell("domain", "companydomainname", "website", take="domain"),
        "industry": h.cell("industry"),
        "size": h.cell("numberofemployees", "numemployees"),
        "country": h.cell("country", "countryregion"),
    }
    without = deleted_rows(found, sheet, "isdeleted", "fivetrandeleted", "archived")
    fill = Fill("accounts", present(columns), latest_by=latest(found, sheet), without_rows=without)
    return with_rest(found, sheet, [fill], "", not_in(frozenset(["annualrevenue", "lifecyclestage", "type"])))


def _contacts(found: Recognised, sheet: Sheet) -> SheetMapping:
    h = Headers(sheet)
    columns = {
        "person_id": h.cell("recordid", "hsobjectid", "id", "vid", prefix="contact-"),
        "name": Cell(join=h.all("firstname", "lastname")),
        "email": h.cell("email"),
        "account_id": h.cell("associatedcompanyid", "primaryassociatedcompanyid", "associatedcompanyids", take="first"),
        "role": h.cell("jobtitle"),
        "side": Cell(value="buyer"),
    }
    without = deleted_rows(found, sheet, "isdeleted", "fivetrandeleted", "archived")
    fill = Fill("people", present(columns), latest_by=latest(found, sheet), without_rows=without)
    lead = leads_of_contacts(found, sheet)
    if lead is None:
        return with_rest(found, sheet, [fill], "", not_in(frozenset({"lifecyclestage"})))
    lead = replace(lead, without_rows=without)
    return with_rest(found, sheet, [fill, lead], "", not_in(frozenset({"lifecyclestage"})))


def _owners(found: Recognised, sheet: Sheet) -> SheetMapping:
    h, ties = Headers(sheet), found.first("teams of owners")
    team = None
    if ties:
        names = dict(found.pairs("teams", "id", "name"))
        headers = Headers(ties)
        lookup = Lookup(found.pattern("teams of owners"), headers["ownerid"], headers["teamid"])
        team = Cell(column=h["ownerid"], lookup=lookup, values=names)
    columns = {
        "person_id": Cell(column=h["ownerid"]),
        "name": Cell(join=h.all("firstname", "lastname")),
        "email": h.cell("email"),
        "team": team,
        "side": Cell(value="us"),
    }
    fill = Fill("people", present(columns), latest_by=latest(found, sheet))
    return with_rest(found, sheet, [fill], "", not_in(frozenset()))


_BUILDERS: Final[Mapping[str, Callable[[Recognised, Sheet], SheetMapping]]] = {
    "deals": _deals,
    "deal stages": _stage_changes,
    "deal property history": _stage_changes,
    "engagements of deals": engagements,
    "calls": touches("call", "Call"),
    "meetings": touches("meeting", "Meeting"),
    "emails": touches("mail", "Mail"),
    "contact property history": lead_changes,
    "forms of contacts": form_touches,
    "companies": _companies,
    "contacts": _contacts,
    "owners": _owners,
}


def _company(found: Recognised, h: Headers) -> Cell | None:
    ties = found.first("companies of deals")
    deal = h.get("dealid", "recordid", "hsobjectid", "id")
    if ties and deal:
        headers = Headers(ties)
        return Cell(
            column=deal, lookup=Lookup(found.pattern("companies of deals"), headers["dealid"], headers["companyid"])
        )
    return h.cell(
        "primaryassociatedcompanyid", "associatedcompanyids", "associatedcompanyid", "associatedcompany", take="first"
    )
