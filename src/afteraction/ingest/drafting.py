"""Drafting the mapping of sheets that nobody described: what each row stands for, and what its columns mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from afteraction.ingest.attributes import not_to_keep, rest_of
from afteraction.ingest.deal_outcome import Outcome, draft_outcome, meanings
from afteraction.ingest.event_logs import Log, draft_log, looks_like_log, xes_logs
from afteraction.ingest.mapping import Cell, Fill, SheetMapping, Why, exact_name
from afteraction.ingest.matching import Match, match_columns, match_key
from afteraction.ingest.money import currency_of
from afteraction.ingest.notation import with_notation
from afteraction.ingest.profile import Profile, profile_sheet
from afteraction.ingest.references_found import Entities, key_reason, refer_to, side_fills
from afteraction.ingest.sources import Sheet
from afteraction.ingest.values import quoted, tidy
from afteraction.ingest.vocabulary import is_name, sheet_hint
from afteraction.ingest.workspace import Workspace
from afteraction.lake.engine import quote
from afteraction.lake.schema import TABLES

ENTITY_TABLES: Final = ("deals", "accounts", "people", "leads")
_USUALLY: Final = 0.2
_NOTHING_FITS: Final = "no table of the record fits what its rows stand for"


@dataclass(frozen=True)
class Reading:
    """What a sheet is taken for: the table its rows belong to, the column that tells them apart, and a score."""

    sheet: Sheet
    profile: Profile
    table: str
    key: Match | None
    matches: Mapping[str, Match]
    score: float
    log: Log | None = None


def draft_sheets(
    work: Workspace,
    sheets: Sequence[Sheet],
    described: Sequence[tuple[Sheet, SheetMapping]],
    known: Mapping[str, Mapping[str, str]],
    *,
    deals_known: bool,
) -> list[tuple[Sheet, SheetMapping]]:
    """Draft the mappings of `sheets`; `described` are those that were recognised, `known` the lake's attribute types.

    `deals_known` tells that the lake has deals already, which a log of events may belong to.
    """
    drafted: list[tuple[Sheet, SheetMapping]] = []
    for log in xes_logs(work):
        if any(log.events is sheet for sheet in sheets):
            drafted += draft_log(work, log, known, with_deals=True)
    done = {sheet.spool for sheet, _ in drafted}
    readings = [_read(work, sheet) for sheet in sheets if sheet.spool not in done]
    drafted += _entities(work, readings, known)
    have_deals = any(fill.table == "deals" for _, entry in (*described, *drafted) for fill in entry.fills)
    for reading in readings:
        if reading.log and reading.table == "touches":
            drafted += _log(work, reading.log, known, have_deals=have_deals, deals_known=deals_known)
        elif reading.log:
            drafted.append((reading.sheet, _stage_changes(reading)))
        elif not reading.table:
            drafted.append((reading.sheet, SheetMapping(exact_name(reading.sheet.name), skip=_NOTHING_FITS)))
    order = {sheet.spool: n for n, sheet in enumerate(sheets)}
    return sorted(drafted, key=lambda entry: order[entry[0].spool])


def _log(
    work: Workspace, log: Log, known: Mapping[str, Mapping[str, str]], *, have_deals: bool, deals_known: bool
) -> list[tuple[Sheet, SheetMapping]]:
    """A log makes deals of its own, unless another sheet has them or the lake knows more of them than the log tells."""
    alone = draft_log(work, log, known, with_deals=not have_deals)
    if have_deals or not deals_known:
        return alone
    told = {name for _, entry in alone for fill in entry.fills if fill.table == "deals" for name in fill.cells}
    in_log = f"SELECT DISTINCT {tidy(quote(log.deal.column))} AS deal_id FROM {work.view(log.events)}"
    others = [name for name in work.columns("present_deals") if name not in told]
    counts = ", ".join(f"count({quote(name)})" for name in others)
    knows_more = bool(others) and any(
        work.row(f"SELECT {counts} FROM present_deals SEMI JOIN ({in_log}) USING (deal_id)")
    )
    return draft_log(work, log, known, with_deals=False) if knows_more else alone


def _read(work: Workspace, sheet: Sheet) -> Reading:
    """Decide what the rows of a sheet stand for."""
    profile = profile_sheet(work, sheet)
    candidates = [reading for table in ENTITY_TABLES if (reading := _as_entity(sheet, profile, table))]
    best = max(candidates, key=lambda reading: reading.score, default=None)
    log = looks_like_log(profile, sheet)
    moves = match_columns("stage_changes", profile)
    deal = match_key("stage_changes", profile, sheet.name, unique=False)
    if best and (best.table != "deals" or best.key) and not (log and best.score < 1.5):
        return best
    if deal and deal.why.confidence >= 0.6 and {"stage", "at"} <= {*moves} and not (log and _is_activity(log, moves)):
        why = {"deal_id": deal.why} | {name: match.why for name, match in moves.items()}
        actor = moves["actor"].cell if "actor" in moves else None
        changes = Log(sheet, deal.cell, moves["stage"].cell, moves["at"].cell, actor, why=why)
        return Reading(sheet, profile, "stage_changes", deal, moves, 1.0, changes)
    if log:
        return Reading(sheet, profile, "touches", None, {}, 1.0, log)
    return best or Reading(sheet, profile, "", None, {}, 0.0)


def _is_activity(log: Log, moves: Mapping[str, Match]) -> bool:
    """Whether the sheet has an activity beside the stage, or what was taken for both is called an activity."""
    return log.activity.column != moves["stage"].source or "activity" in log.activity.column.casefold()


def _as_entity(sheet: Sheet, profile: Profile, table: str) -> Reading | None:
    key = match_key(table, profile, sheet.name, unique=True)
    matches = match_columns(table, profile, (key.source,) if key and table != "accounts" else ())
    hint = sheet_hint(table, sheet.name)
    score = 0.5 * sum(match.why.confidence for match in matches.values()) + 0.7 * hint
    if table == "deals":
        closed = matches.get("closed_at")
        outcome = draft_outcome(profile, closed.source if closed else None)
        named = key is not None and key.why.confidence >= 0.95
        told = (
            outcome.why.confidence >= 0.3 or {"amount", "stage"} <= {*matches} or {"amount", "closed_at"} <= {*matches}
        )
        if not told or not (named or len(matches) > 1):
            return None
        score += outcome.why.confidence + (key.why.confidence if key else -0.5)
    elif key is None or key.why.confidence < 0.7 or not matches:
        return None
    else:
        score += key.why.confidence
    return Reading(sheet, profile, table, key, matches, score) if score >= 1.2 else None


def _entities(
    work: Workspace, readings: Sequence[Reading], known: Mapping[str, Mapping[str, str]]
) -> list[tuple[Sheet, SheetMapping]]:
    drafted = []
    by_table = {table: [r for r in readings if r.table == table and not r.log] for table in ENTITY_TABLES}
    entities = {table: [(r.sheet, r.profile, r.key) for r in found] for table, found in by_table.items()}
    for table in ENTITY_TABLES:
        for reading in by_table[table]:
            fill = _deals(work, reading) if table == "deals" else _entity(work, reading, entities)
            fill = refer_to(work, reading.sheet, fill, entities)
            sides = side_fills(work, reading.sheet, reading.profile, fill, by_table) if table == "deals" else []
            fills = [fill, *sides]
            used = frozenset[str]().union(*(f.origins for f in fills))
            kept_out = not_to_keep(TABLES[table], reading.profile, used)
            rest = rest_of(TABLES[table], reading.profile, used | kept_out.keys(), known.get(table, {}))
            fills[0] = with_notation(replace(fill, attributes=rest.attributes), reading.profile)
            left_out = {**kept_out, **rest.left_out}
            drafted.append(
                (reading.sheet, SheetMapping(exact_name(reading.sheet.name), tuple(fills), left_out=left_out))
            )
    return drafted


def _deals(work: Workspace, reading: Reading) -> Fill:
    matches, profile = dict(reading.matches), reading.profile
    closed = matches.get("closed_at")
    outcome = draft_outcome(profile, closed.source if closed else None)
    key = reading.key
    stem = reading.sheet.path.name.split(".")[0]
    numbered = Why(0.3, "no column tells deals apart, so the row's number would; ids then change when rows move")
    columns = {"deal_id": key.cell if key else Cell(row_number=f"{stem}-")}
    why = {"deal_id": _sure_enough(reading, key) if key else numbered, "outcome": outcome.why}
    columns |= {name: match.cell for name, match in matches.items()} | {"outcome": outcome.cell}
    why |= {name: match.why for name, match in matches.items()}
    if outcome.cell.column and "stage" not in columns and len(outcome.values) > 2 and "open" in outcome.values.values():
        columns["stage"], why["stage"] = Cell(column=outcome.cell.column), Why(0.8, "its values are stages")
    columns |= _amount_settings(columns, profile, why)
    if closed and _closes_open_deals(work, reading.sheet, outcome, closed.source):
        # CRMs keep one date: the one expected while a deal is open, the real one afterwards
        columns["closed_at"] = Cell(column=closed.source, when="ended")
        columns.setdefault("expected_close_on", Cell(column=closed.source, when="open"))
        why.setdefault(
            "expected_close_on", Why(0.85, f"open deals have a {closed.source} too: the day they are expected to close")
        )
    return Fill("deals", columns, why=why)


def _closes_open_deals(work: Workspace, sheet: Sheet, outcome: Outcome, closed: str) -> bool:
    """Whether open deals usually have a closing date too."""
    open_values = ", ".join(quoted(value) for value, meaning in outcome.values.items() if meaning == "open")
    if not outcome.cell.column or not open_values:
        return False
    rows = f"{work.sample(sheet)} WHERE {tidy(quote(outcome.cell.column))} IN ({open_values})"
    still_open, dated = work.row(f"SELECT count(*), count({tidy(quote(closed))}) FROM {rows}")
    return bool(dated > _USUALLY * still_open)


def _sure_enough(reading: Reading, key: Match) -> Why:
    """An id that is unique and of a sheet that is plainly about deals identifies them, unless it is their name."""
    plain = reading.score >= 2 and reading.profile[key.source].unique and not is_name(key.source)
    if plain and key.why.confidence < 0.8:
        return Why(0.8, f"{key.why.reason}, and nothing else names the deal")
    return key.why


def _amount_settings(columns: Mapping[str, Cell], profile: Profile, why: dict[str, Why]) -> dict[str, Cell]:
    """Currency from the amount's signs or header, and percentages as such."""

    changed: dict[str, Cell] = {}
    amount = columns.get("amount")
    if amount and "currency" not in columns:
        cell, reason = currency_of(profile[amount.column])
        if cell:
            changed["currency"], why["currency"] = cell, reason
    chance = columns.get("crm_probability")
    if chance and (profile[chance.column].largest or 0) > 1:
        changed["crm_probability"] = replace(chance, divide=100.0)
        why["crm_probability"] = Why(
            0.95, f"{why['crm_probability'].reason}; up to {profile[chance.column].largest:g}, so percent"
        )
    return changed


def _entity(work: Workspace, reading: Reading, entities: Entities) -> Fill:
    table, key = reading.table, reading.key
    assert key is not None  # noqa: S101
    columns = {TABLES[table].key[0]: key.cell} | {name: match.cell for name, match in reading.matches.items()}
    why = {name: match.why for name, match in reading.matches.items()}
    why |= {TABLES[table].key[0]: key_reason(work, reading.sheet, key, table, entities)}
    if table in ("accounts", "people") and "name" not in columns:
        columns["name"], why["name"] = key.cell, Why(0.8, "its id is its name")
    if table == "people":
        us = bool({"team", "manager"} & {*columns}) or "account_id" not in columns
        columns["side"] = Cell(value="us" if us else "buyer")
        why["side"] = Why(0.85, "people with teams or managers are ours" if us else "people of accounts are buyers")
    return Fill(table, columns, why=why)


def _stage_changes(reading: Reading) -> SheetMapping:
    log = reading.log
    assert log is not None  # noqa: S101
    stages, said, _ = meanings(reading.profile[log.activity.column].common)
    outcomes = {stage: outcome for stage, outcome in stages.items() if outcome != "open"}
    columns = {"deal_id": log.deal, "at": log.at, "stage": log.activity} | ({"actor": log.actor} if log.actor else {})
    why = {**(log.why or {})} | {
        stage: Why(0.95 if said[stage].strength == "strong" else 0.8, "by its words") for stage in outcomes
    }
    fill = with_notation(Fill("stage_changes", columns, outcomes=outcomes, only_changes=True, why=why), reading.profile)
    left_out = {name: "stage changes keep no further columns" for name in reading.profile if name not in fill.origins}
    return SheetMapping(exact_name(reading.sheet.name), (fill,), left_out=left_out)
