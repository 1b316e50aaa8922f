"""HubSpot's objects, by property names (API, warehouse tables) and by the headers of its own export files."""

import re
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
from afteraction.ingest.fill_sql import FILLED
from afteraction.ingest.headers import Headers, squeezed
from afteraction.ingest.mapping import Cell, Fill, Lookup, SheetMapping, Why, exact_name
from afteraction.ingest.outcome_words import said_outcome
from afteraction.ingest.sources import Sheet
from afteraction.ingest.workspace import Workspace

_NO_TABLE: Final = "a HubSpot table that no table of the record stands for"
_ID: Final = "id|recordid|hsobjectid"
_DEALS: Final = ("associateddealids", "associateddealid", "dealids", "associateddeal", "dealid")

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
        (_ID, "hscalltitle|calltitle|hscallduration|callduration", "hstimestamp|activitydate", "|".join(_DEALS)),
    ),
    Kind(
        "meetings",
        (
            _ID,
            "hsmeetingtitle|meetingname|meetingtitle",
            "hstimestamp|hsmeetingstarttime|meetingstarttime|activitydate",
            "|".join(_DEALS),
        ),
    ),
    Kind("emails", (_ID, "hsemailsubject|emailsubject", "hstimestamp|activitydate", "|".join(_DEALS))),
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

_CHANNELS: Final = {"CALL": "call", "EMAIL": "mail", "MEETING": "meeting"}
_AFTER_THE_END: Final = frozenset(
    ["closedwonreason", "daystoclose", "isclosedwon", "isdealclosed", "isclosedlost", "closedwoncount", "hsisclosed"]
)
_BOOKKEEPING: Final = frozenset(
    ["portalid", "isdeleted", "archived", "createdat", "updatedat", "lastmodifieddate", "dealid", "recordid", "vid"]
)
_PERSONAL: Final = "about a person or a place, and not needed"
_ENTERED: Final = re.compile(
    r'^(?:propert(?:y|ies)[_.])?(?:hs_(?:v2_)?date_entered_(?P<id>\w+)|date entered "(?P<label>.*?)(?: \(.*\))?".*)$',
    re.IGNORECASE,
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


def stage_outcomes(found: Recognised) -> tuple[dict[str, str], Why]:
    """The outcome of each stage by its id or label, and how sure that is: from HubSpot's own flags, else from words."""
    outcomes: dict[str, str] = {}
    for stage, label, closed, won, probability in found.rows(
        "pipeline stages", "stageid", "label", "isclosed", "closedwon", "probability"
    ):
        if stage:
            ended = is_true(closed) if closed is not None else probability in ("0", "0.0", "1", "1.0")
            outcomes[stage] = ending(
                label or stage, closed=ended, won=is_true(won) if won is not None else ended and probability != "0.0"
            )
    if outcomes:
        return outcomes, Why(1.0, "the pipeline's stages say which of them end a deal")
    flags = (
        "hsisclosedwon",
        "isclosedwon",
        "hsisclosed",
        "isdealclosed",
        "hsisclosedlost",
        "isclosedlost",
        "hsdealstageprobability",
    )
    for stage, *values in found.rows("deals", "dealstage", *flags):
        told = dict(zip(flags, values, strict=True))
        won = told["hsisclosedwon"] or told["isclosedwon"]
        closed = [told[name] for name in ("hsisclosed", "isdealclosed", "hsisclosedlost", "isclosedlost") if told[name]]
        if stage and is_true(won):
            outcomes.setdefault(stage, "won")
        elif stage and closed:
            outcomes.setdefault(stage, ending(stage, closed=any(map(is_true, closed)), won=False))
        elif stage and told["hsdealstageprobability"]:
            chance = float(told["hsdealstageprobability"])
            outcomes.setdefault(stage, ending(stage, closed=chance in (0, 1), won=chance == 1))
    flagged = {*outcomes}
    stages = [stage for (stage,) in found.rows("deals", "dealstage") if stage]
    for stage in stages:
        said = said_outcome(stage)
        outcomes.setdefault(stage, said.outcome if said else "open")
    unnamed = [stage for stage in stages if stage.isdigit() and stage not in flagged]
    if flagged >= {*stages}:
        return outcomes, Why(1.0, "the deals' own flags say which stages end a deal")
    if unnamed:
        return outcomes, Why(0.3, f"nothing says whether the stages {', '.join(unnamed[:5])} end a deal")
    return outcomes, Why(0.95, "by the names of the stages")


def _deals(found: Recognised, sheet: Sheet) -> SheetMapping:
    h = Headers(sheet)
    outcomes, why = stage_outcomes(found)
    stage = h.get("dealstage", "dealpipelinestageid")
    labels, pipelines = _labels(found), dict(found.rows("pipelines", "pipelineid", "label"))
    used = {name for (name,) in found.rows("deals", "dealstage")} | {
        name for (name,) in found.rows("deals", "dealpipelinestageid")
    }
    ends = {name: outcome for name, outcome in outcomes.items() if name in used}
    columns = {
        "deal_id": h.cell("dealid", "recordid", "hsobjectid", "id"),
        "name": h.cell("dealname"),
        "account_id": _company(found, h),
        "owner": h.cell("hubspotownerid", "ownerid", "dealowner"),
        "amount": h.cell("amount"),
        "currency": h.cell("dealcurrencycode", "currency"),
        "created_at": h.cell("createdate"),
        "closed_at": Cell(column=h["closedate"], stage_changes="last", when="ended") if "closedate" in h else None,
        "outcome": Cell(column=stage, values=ends, when_empty="open") if stage else Cell(value="open"),
        "stage": Cell(column=stage, values={name: label for name, label in labels.items() if name in used})
        if stage
        else None,
        "pipeline": h.cell("pipeline", "dealpipelineid", values={k: v for k, v in pipelines.items() if k and v}),
        "expected_close_on": h.cell("closedate", when="open"),
        "lost_reason": h.cell("closedlostreason"),
        "source": h.cell("hsanalyticssource", "originalsourcetype", "originaltrafficsource", "originalsource"),
        "crm_probability": h.cell("hsdealstageprobability", "dealprobability"),
        "deal_type": h.cell("dealtype"),
    }
    without = deleted_rows(found, sheet, "isdeleted", "fivetrandeleted", "archived")
    fill = Fill("deals", present(columns), latest_by=_latest(found, sheet), without_rows=without, why={"outcome": why})
    entered = _stage_dates(sheet, labels)
    fills = [fill]
    if entered and not found.has("deal stages"):
        moves = {"deal_id": fill.columns["deal_id"]}
        fills.append(
            Fill("stage_changes", moves, dated_columns=entered, outcomes=_ends(outcomes, labels), without_rows=without)
        )

    def drop(name: str) -> str | None:
        own = squeezed(name)
        if own in _AFTER_THE_END:
            return "known only after the deal has ended"
        return _bookkeeping(name)

    return with_rest(found, sheet, fills, "", drop)


def _stage_dates(sheet: Sheet, labels: Mapping[str, str]) -> dict[str, str]:
    """The columns that say when a deal entered a stage, and the stage; newer columns instead of older ones."""
    found: dict[str, str] = {}
    for column in sheet.columns:
        match = _ENTERED.match(column)
        if match:
            stage = match["label"] or labels.get(match["id"], match["id"])
            older = [name for name, other in found.items() if other == stage]
            if not older or "v2" in column:
                found = {name: other for name, other in found.items() if name not in older} | {column: stage}
    return found


def _stage_changes(found: Recognised, sheet: Sheet) -> SheetMapping:
    h = Headers(sheet)
    outcomes, _ = stage_outcomes(found)
    history = "dateentered" not in h
    if history and found.has("deal stages"):
        return SheetMapping(exact_name(sheet.name), skip="the same moves are read from the deal stages")
    columns = {
        "deal_id": Cell(column=h["dealid"]),
        "at": h.cell("dateentered", "timestamp"),
        "stage": Cell(column=h["value"], values=_labels(found)),
    }
    only = {h["name"]: ("dealstage", "deal_pipeline_stage_id")} if history else {}
    fill = Fill(
        "stage_changes", present(columns), outcomes=_ends(outcomes, _labels(found)), only_rows=only, only_changes=True
    )
    return with_rest(found, sheet, [fill], "", _bookkeeping)


def _engagements(found: Recognised, sheet: Sheet) -> SheetMapping:
    """Touches by the table that ties engagements to deals; what they were is looked up in the tables by kind."""
    h = Headers(sheet)
    persons = found.first("engagements of contacts")
    fills = []
    for kind, channel in _CHANNELS.items():
        other = found.first(kind.lower())
        if other is None or "engagementtype" not in h:
            continue
        headers = Headers(other)

        def looked_up(
            *names: str, divide: float | None = None, headers: Headers = headers, kind: str = kind
        ) -> Cell | None:
            take = headers.get(*names)
            lookup = Lookup(found.pattern(kind.lower()), headers["engagementid"], take) if take else None
            return Cell(column=h["engagementid"], lookup=lookup, divide=divide) if lookup else None

        person = None
        if persons:
            names = Headers(persons)
            lookup = Lookup(found.pattern("engagements of contacts"), names["engagementid"], names["contactid"])
            person = Cell(column=h["engagementid"], lookup=lookup, prefix="contact-")
        columns = {
            "touch_id": Cell(join=(h["engagementid"], h["dealid"]), separator="/"),
            "deal_id": Cell(column=h["dealid"]),
            "activity": Cell(value=channel.capitalize()),
            "at": looked_up("hstimestamp", "starttime", "hsmeetingstarttime"),
            "actor": looked_up("hubspotownerid", "ownerid"),
            "channel": Cell(value=channel),
            "minutes": looked_up("hscallduration", divide=60000.0),
            "subject": looked_up("hscalltitle", "hsemailsubject", "hsmeetingtitle", "title"),
            "person_id": person,
        }
        fills.append(Fill("touches", present(columns), only_rows={h["engagementtype"]: (kind,)}))
    if not fills:
        return SheetMapping(
            exact_name(sheet.name), skip="the tables of calls, mails and meetings are not among the files"
        )
    return with_rest(found, sheet, fills, "", _bookkeeping)


def _touches(channel: str, title: str) -> Callable[[Recognised, Sheet], SheetMapping]:
    def build(found: Recognised, sheet: Sheet) -> SheetMapping:
        h = Headers(sheet)
        deal = h.get(*_DEALS) or ""
        columns = {
            "touch_id": h.cell("recordid", "hsobjectid", "id"),
            "deal_id": Cell(column=deal, each=";"),
            "activity": Cell(value=title),
            "at": h.cell("hsmeetingstarttime", "meetingstarttime", "hstimestamp", "activitydate"),
            "actor": h.cell("hubspotownerid", "activityassignedto", "ownerid"),
            "channel": Cell(value=channel),
            "minutes": h.cell("hscallduration", divide=60000.0),
            "subject": h.cell(
                "hscalltitle",
                "calltitle",
                "hsmeetingtitle",
                "meetingname",
                "meetingtitle",
                "hsemailsubject",
                "emailsubject",
            ),
            "person_id": h.cell("associatedcontactids", "associatedcontactid", take="first", prefix="contact-"),
        }
        fill = Fill("touches", present(columns), only_rows={deal: (FILLED,)}, latest_by=_latest(found, sheet))
        return with_rest(found, sheet, [fill], "", _bookkeeping)

    return build


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
    fill = Fill("accounts", present(columns), latest_by=_latest(found, sheet), without_rows=without)
    return with_rest(found, sheet, [fill], "", _not_in(frozenset(["annualrevenue", "lifecyclestage", "type"])))


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
    fill = Fill("people", present(columns), latest_by=_latest(found, sheet), without_rows=without)
    return with_rest(found, sheet, [fill], "", _not_in(frozenset({"lifecyclestage"})))


def _owners(found: Recognised, sheet: Sheet) -> SheetMapping:
    h, ties = Headers(sheet), found.first("teams of owners")
    team = None
    if ties:
        names = {key: name for key, name in found.rows("teams", "id", "name") if key and name}
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
    fill = Fill("people", present(columns), latest_by=_latest(found, sheet))
    return with_rest(found, sheet, [fill], "", _not_in(frozenset()))


_BUILDERS: Final[Mapping[str, Callable[[Recognised, Sheet], SheetMapping]]] = {
    "deals": _deals,
    "deal stages": _stage_changes,
    "deal property history": _stage_changes,
    "engagements of deals": _engagements,
    "calls": _touches("call", "Call"),
    "meetings": _touches("meeting", "Meeting"),
    "emails": _touches("mail", "Mail"),
    "companies": _companies,
    "contacts": _contacts,
    "owners": _owners,
}


def _labels(found: Recognised) -> dict[str, str]:
    return {stage: label for stage, label in found.rows("pipeline stages", "stageid", "label") if stage and label}


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


def _ends(outcomes: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """The stages that end a deal, by the names that stage changes get; HubSpot's own where nothing else is known."""
    return ends({labels.get(stage, stage): outcome for stage, outcome in outcomes.items()}) or {
        "closedwon": "won",
        "closedlost": "lost",
    }


def _latest(found: Recognised, sheet: Sheet) -> str:
    return latest_column(found, sheet, "hslastmodifieddate", "lastmodifieddate", "updatedat", "fivetransynced")


def _bookkeeping(name: str) -> str | None:
    own = squeezed(name)
    return (
        "HubSpot's bookkeeping"
        if own in _BOOKKEEPING or own.startswith(("hs", "fivetran", "notes", "numassociated"))
        else None
    )


def _not_in(kept: frozenset[str]) -> Callable[[str], str | None]:
    return lambda name: None if squeezed(name) in kept else _bookkeeping(name) or _PERSONAL
