"""Event logs, from XES or from a sheet with a deal, an activity and a time in every row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from afteraction.ingest.attributes import rest_of
from afteraction.ingest.cells import origin_text
from afteraction.ingest.deal_outcome import Outcome, draft_outcome
from afteraction.ingest.decisions import Decisions, find_decisions
from afteraction.ingest.mapping import SURE, Cell, Fill, Lookup, SheetMapping, Why, exact_name
from afteraction.ingest.matching import match_columns, match_key
from afteraction.ingest.notation import with_notation
from afteraction.ingest.profile import Profile, profile_sheet
from afteraction.ingest.sources import Sheet
from afteraction.ingest.values import tidy, time_reading
from afteraction.ingest.workspace import Workspace
from afteraction.lake.engine import quote
from afteraction.lake.schema import TABLES

NAME: Final = "concept:name"
CASE: Final = "case:concept:name"
TIME: Final = "time:timestamp"
LIFECYCLE: Final = "lifecycle:transition"
RESOURCE: Final = "org:resource"
_SHOWN: Final = 4
_MANY: Final = 2_000_000  # events; of longer logs a part of the deals is looked at


@dataclass(frozen=True)
class Log:
    """The columns of a sheet of events, and the sheet with its deals where there is one."""

    events: Sheet
    deal: Cell
    activity: Cell
    at: Cell
    actor: Cell | None = None
    traces: Sheet | None = None
    why: Mapping[str, Why] | None = None


def xes_logs(work: Workspace) -> list[Log]:
    """The logs among the sheets that were read from XES files."""
    sheets = [sheet for sheet in work.sheets if sheet.kind == "xes"]
    logs = []
    for events in (
        sheet for sheet in sheets if CASE in sheet.columns and NAME in sheet.columns and TIME in sheet.columns
    ):
        traces = next(
            (sheet for sheet in sheets if sheet.path == events.path and sheet is not events and NAME in sheet.columns),
            None,
        )
        cycle, reason = _lifecycle(work, events)
        actor = Cell(column=RESOURCE) if RESOURCE in events.columns else None
        why = {"activity": Why(0.95, reason)}
        logs.append(
            Log(events, Cell(column=CASE), Cell(column=NAME, lifecycle=cycle), Cell(column=TIME), actor, traces, why)
        )
    return logs


def _lifecycle(work: Workspace, events: Sheet) -> tuple[str, str]:
    """The column that says start or complete, if events of one activity differ in it; empty otherwise."""
    if LIFECYCLE not in events.columns:
        return "", "the event's name"
    states = (
        f"SELECT {quote(NAME)}, count(DISTINCT lower({quote(LIFECYCLE)})) AS states FROM {work.view(events)} GROUP BY 1"
    )
    several = work.count(f"({states}) WHERE states > 1")
    if several:
        return LIFECYCLE, f"{several} activities are logged when they are scheduled, started or completed"
    return "", "the event's name; no activity is logged in several states"


def draft_log(
    work: Workspace, log: Log, known: Mapping[str, Mapping[str, str]], *, with_deals: bool
) -> list[tuple[Sheet, SheetMapping]]:
    """The mapping of a log: touches, with the activities that decide set apart, and deals unless others have them."""
    profile = profile_sheet(work, log.events)
    at = log.at if log.events.kind == "xes" else with_notation(Fill("touches", {"at": log.at}), profile).columns["at"]
    decisions = find_decisions(work, _events(work, log, at))
    columns = {"deal_id": log.deal, "activity": log.activity, "at": log.at} | (
        {"actor": log.actor} if log.actor else {}
    )
    # where deals come with an outcome of their own, only activities that plainly end them are set apart
    outcomes = decisions.outcomes if with_deals or decisions.confidence >= SURE else {}
    why = {**(log.why or {}), **(_decision_reasons(decisions) if outcomes else {})}
    touches = with_notation(Fill("touches", columns, outcomes=outcomes, why=why), profile)
    result: list[tuple[Sheet, SheetMapping]] = []
    if not with_deals:
        fills: tuple[Fill, ...] = (touches,)
    elif log.traces:
        result.append((log.traces, _traces_mapping(work, log, log.traces, decisions, known)))
        fills = (touches,)
    else:
        fills = (_deals_of_events(work, log, profile, decisions, known), touches)
    used = frozenset[str]().union(*(fill.origins for fill in fills))
    left_out = {
        name: "touches keep no further columns" if profile[name].filled else "empty in every row"
        for name in profile
        if name not in used
    }
    label = "event log" if log.events.kind == "xes" else ""
    return [
        *result,
        (log.events, SheetMapping(exact_name(log.events.name), fills, left_out=left_out, recognised=label)),
    ]


def _events(work: Workspace, log: Log, at: Cell) -> str:
    """The name of a relation with deal, activity, at and _row of the events; of a very long log, of some deals."""
    reading = time_reading(at.dates or "iso", "UTC")
    deal = tidy(origin_text(log.deal))
    view, part = work.view(log.events), -(-log.events.rows // _MANY)
    some = f" WHERE hash({deal}) % {part} = 0" if part > 1 else ""
    time = reading.prepare(tidy(origin_text(at)))
    texts = f"SELECT {deal} AS deal, {origin_text(log.activity)} AS activity, {time} AS t, _row FROM {view}{some}"
    name = f"events_of_{view}"
    work.keep(name, f'SELECT deal, activity, {reading.value("t")} AS "at", _row FROM ({texts}) WHERE deal IS NOT NULL')
    return name


def _decision_reasons(decisions: Decisions) -> dict[str, Why]:
    ended = f"{decisions.explained:,} of {decisions.deals:,} deals end by one of these"
    why = Why(decisions.confidence, f"{ended}, {decisions.contradictory:,} by several with different outcomes")
    return dict.fromkeys(decisions.outcomes, why)


def _ends(decisions: Decisions, outcome: Outcome) -> tuple[dict[str, Cell], dict[str, Why]]:
    """The cells for outcome and closing time: from a column that says it plainly, else from the events that decide."""
    if outcome.why.confidence >= SURE and outcome.cell.value is None:
        return {"outcome": outcome.cell}, {"outcome": outcome.why}
    turned_down = "; ".join(f"not {activity}: {reason}" for activity, reason in [*decisions.rejected.items()][:_SHOWN])
    reason = "by the activities that end a deal, see below" if decisions.outcomes else "no activity ends deals plainly"
    why = Why(
        decisions.confidence if decisions.outcomes else 0.1, f"{reason}{f'; {turned_down}' if turned_down else ''}"
    )
    ended = Cell(stage_changes="first", when_empty="open")
    closed = Why(why.confidence, "the time of the first event that ends the deal")
    return {"outcome": ended, "closed_at": Cell(stage_changes="first")}, {"outcome": why, "closed_at": closed}


def _traces_mapping(
    work: Workspace, log: Log, traces: Sheet, decisions: Decisions, known: Mapping[str, Mapping[str, str]]
) -> SheetMapping:
    profile = profile_sheet(work, traces)
    matches = match_columns("deals", profile, (NAME,))
    closed = matches.get("closed_at")
    ends, why = _ends(decisions, draft_outcome(profile, closed.source if closed else None))
    columns = {"deal_id": Cell(column=NAME)} | {name: match.cell for name, match in matches.items()} | ends
    why |= {name: match.why for name, match in matches.items()}
    if "created_at" not in columns:
        columns["created_at"] = Cell(column=NAME, lookup=Lookup(exact_name(log.events.name), CASE, TIME))
        why["created_at"] = Why(0.85, "the time of the deal's first event in the file")
    fill = with_notation(Fill("deals", columns, why=why), profile)
    rest = rest_of(TABLES["deals"], profile, fill.origins, known.get("deals", {}))
    fill = with_notation(replace(fill, attributes=rest.attributes), profile)
    return SheetMapping(exact_name(traces.name), (fill,), left_out=rest.left_out, recognised="event log")


def _deals_of_events(
    work: Workspace, log: Log, profile: Profile, decisions: Decisions, known: Mapping[str, Mapping[str, str]]
) -> Fill:
    """Deals from the columns that say the same in every event of a deal."""
    own = {*log.deal.origins, *log.activity.origins, *log.at.origins, *(log.actor.origins if log.actor else ())}
    others = [name for name in profile if name not in own and profile[name].filled]
    same = _constant(work, log.events, log.deal.column, others)
    constant = {name: profile[name] for name in same}
    matches = match_columns("deals", constant)
    closed = matches.get("closed_at")
    ends, why = _ends(decisions, draft_outcome(constant, closed.source if closed else None))
    columns = {"deal_id": log.deal} | {name: match.cell for name, match in matches.items()} | ends
    why |= {name: match.why for name, match in matches.items()} | {
        "deal_id": (log.why or {}).get("deal_id", Why(0.95, "the deal of the event"))
    }
    if "created_at" not in columns:
        columns["created_at"] = replace(log.at, earliest=True)
        why["created_at"] = Why(0.9, "the time of the deal's first event")
    used = frozenset[str]().union(*(cell.origins for cell in columns.values()))
    rest = rest_of(TABLES["deals"], constant, used, known.get("deals", {}))
    return with_notation(Fill("deals", columns, rest.attributes, distinct=True, why=why), profile)


def _constant(work: Workspace, sheet: Sheet, key: str, columns: Sequence[str]) -> list[str]:
    """The columns that hold the same in all rows with the same key."""
    if not columns:
        return []
    tests = ", ".join(f"max(changes_{n})" for n in range(len(columns)))
    counts = ", ".join(f"count(DISTINCT coalesce({quote(name)}, '')) AS changes_{n}" for n, name in enumerate(columns))
    found = work.row(f"SELECT {tests} FROM (SELECT {counts} FROM {work.view(sheet)} GROUP BY {tidy(quote(key))})")
    return [name for name, most in zip(columns, found, strict=True) if most == 1]


def looks_like_log(profile: Profile, sheet: Sheet) -> Log | None:
    """The log in a sheet with a deal that repeats, an activity and a time; None where one of them is missing."""
    deal = match_key("touches", profile, sheet.name, unique=False)
    if deal is None or deal.why.confidence < 0.6 or profile[deal.source].unique:
        return None
    matches = match_columns("touches", profile, (deal.source,))
    if "activity" not in matches or "at" not in matches:
        return None
    actor = matches["actor"].cell if "actor" in matches else None
    why = {"deal_id": deal.why}
    why |= {name: matches[name].why for name in ("activity", "at", "actor") if name in matches}
    return Log(sheet, deal.cell, matches["activity"].cell, matches["at"].cell, actor, why=why)
