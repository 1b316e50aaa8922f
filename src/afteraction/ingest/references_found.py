"""References between sheets, found by their values: whose ids stand where, and what one sheet can tell of another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from afteraction.ingest.mapping import Cell, Fill, Lookup, Why, exact_name
from afteraction.ingest.matching import Match, match_columns
from afteraction.ingest.profile import Profile, overlap
from afteraction.ingest.sources import Sheet
from afteraction.ingest.values import tidy
from afteraction.ingest.vocabulary import key_score
from afteraction.ingest.workspace import Workspace
from afteraction.lake.engine import quote

Entities = Mapping[str, Sequence[tuple[Sheet, Profile, Match | None]]]

_POINTS_TO: Final = {"account_id": "accounts", "owner": "people"}
_MOST: Final = 0.5  # share of values that must be found for a reference to be believed


def refer_to(work: Workspace, sheet: Sheet, fill: Fill, entities: Entities) -> Fill:
    """`fill` with its references checked against the sheets they lead to.

    A column that holds names where the other sheet has ids becomes a lookup; a lead finds the deal it became.
    """
    columns, why = dict(fill.columns), dict(fill.why)
    for name, target in _POINTS_TO.items():
        cell = columns.get(name)
        for other, profile, key in entities.get(target, ()) if cell and cell.column and not cell.lookup else ():
            if key is None or other is sheet:
                continue
            found = overlap(work, sheet, cell.column, other, key.source) if cell else 0.0
            by_name = profile.get("name") or next(
                (profile[m.source] for m in match_columns(target, profile).values() if m.target == "name"), None
            )
            named = (
                overlap(work, sheet, cell.column, other, by_name.name) if cell and by_name and by_name.unique else 0.0
            )
            if cell and named > max(found, _MOST) and by_name:
                columns[name] = replace(cell, lookup=Lookup(exact_name(other.name), by_name.name, key.source))
                why[name] = Why(0.9, f"{named:.0%} of the values are names in {other.name}")
            elif found > _MOST:
                why[name] = Why(
                    max(why[name].confidence, 0.9), f"{why[name].reason}; {found:.0%} of the values are in {other.name}"
                )
    if fill.table == "leads" and "converted_deal_id" not in columns:
        columns, why = _with_deal(work, sheet, columns, why, entities)
    return replace(fill, columns=columns, why=why)


def key_reason(work: Workspace, sheet: Sheet, key: Match, table: str, entities: Entities) -> Why:
    """Why a column tells the rows of a sheet apart: by its name and values, and because deals point to it."""
    for other, profile, _ in entities.get("deals", ()):
        for name in (name for name, target in _POINTS_TO.items() if target == table):
            pointing = match_columns("deals", profile).get(name)
            found = overlap(work, other, pointing.source, sheet, key.source) if pointing else 0.0
            if pointing and found > _MOST:
                reason = f"{key.why.reason}; {found:.0%} of {pointing.source} in {other.name} are among them"
                return Why(max(key.why.confidence, 0.9), reason)
    return key.why


def _with_deal(
    work: Workspace, sheet: Sheet, columns: dict[str, Cell], why: dict[str, Why], entities: Entities
) -> tuple[dict[str, Cell], dict[str, Why]]:
    """The deal that a lead became, where a sheet of deals names the lead."""
    lead = columns["lead_id"].column
    for other, profile, key in entities.get("deals", ()):
        named = next(
            (column for column in profile if key_score("leads", column, other.name) >= 0.95 or column == lead), None
        )
        if key and named and (share := overlap(work, other, named, sheet, lead)) > _MOST:
            cell = Cell(column=lead, lookup=Lookup(exact_name(other.name), named, key.source))
            reason = Why(0.9, f"{share:.0%} of the deals in {other.name} name a lead in {named}")
            return columns | {"converted_deal_id": cell}, why | {"converted_deal_id": reason}
    return columns, why


def side_fills(
    work: Workspace, sheet: Sheet, profile: Profile, deals: Fill, entities: Mapping[str, Sequence[Any]]
) -> list[Fill]:
    """People and accounts that a sheet of deals tells of, where no sheet of their own does.

    Only columns that always say the same of the same person or account count.
    """
    fills = []
    for name, target, side in (("owner", "people", Cell(value="us")), ("account_id", "accounts", None)):
        cell = deals.columns.get(name)
        if cell is None or not cell.column or cell.lookup or entities.get(target):
            continue
        free = {n: c for n, c in profile.items() if n not in deals.origins and c.filled}
        matches = {
            target_name: match
            for target_name, match in match_columns(target, free).items()
            if target_name not in ("name", "account_id") and _same_for_each(work, sheet, cell.column, match.source)
        }
        if matches:
            key = "person_id" if target == "people" else "account_id"
            columns = {key: cell, "name": cell, **{n: m.cell for n, m in matches.items()}} | (
                {"side": side} if side else {}
            )
            why = {key: Why(0.9, f"the {name} of the deals"), **{n: m.why for n, m in matches.items()}}
            only = {cell.column: ("?*",)}
            fills.append(Fill(target, columns, only_rows=only, distinct=True, why=why))
    return fills


def _same_for_each(work: Workspace, sheet: Sheet, key: str, column: str) -> bool:
    text = tidy(quote(column))
    key = tidy(quote(key))
    values = f"SELECT count(DISTINCT coalesce({text}, '')) AS n FROM {work.view(sheet)}"
    query = f"{values} WHERE {key} IS NOT NULL GROUP BY {key}"
    return int(work.row(f"SELECT coalesce(max(n), 0) FROM ({query})")[0]) == 1
