"""HubSpot's calls, mails and meetings as touches: from export files, or from the tables of engagements."""

from collections.abc import Callable
from typing import Final

from afteraction.ingest.exports import Recognised, present, with_rest
from afteraction.ingest.fill_sql import FILLED
from afteraction.ingest.headers import Headers
from afteraction.ingest.hubspot_columns import DEALS, bookkeeping, latest
from afteraction.ingest.mapping import Cell, Fill, Lookup, SheetMapping, exact_name
from afteraction.ingest.sources import Sheet

_CHANNELS: Final = {"CALL": "call", "EMAIL": "mail", "MEETING": "meeting"}


def engagements(found: Recognised, sheet: Sheet) -> SheetMapping:
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
    return with_rest(found, sheet, fills, "", bookkeeping)


def touches(channel: str, title: str) -> Callable[[Recognised, Sheet], SheetMapping]:
    def build(found: Recognised, sheet: Sheet) -> SheetMapping:
        h = Headers(sheet)
        deal = h.get(*DEALS) or ""
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
        fill = Fill("touches", present(columns), only_rows={deal: (FILLED,)}, latest_by=latest(found, sheet))
        return with_rest(found, sheet, [fill], "", bookkeeping)

    return build
