"""What rows of one table say about rows of another: events need a deal, other references are only looked after."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from afteraction.ingest.fill_sql import FILL
from afteraction.ingest.fills import Converted
from afteraction.ingest.refusals import Refusals
from afteraction.ingest.sources import ROW
from afteraction.ingest.values import quoted
from afteraction.ingest.workspace import Workspace
from afteraction.lake.engine import quote

NEEDS_DEAL: Final = ("stage_changes", "touches", "content_uses")

# table, column, the table it points to, how people call a row of that
_REFERENCES: Final = (
    ("deals", "account_id", "accounts", "account"),
    ("deals", "owner", "people", "person"),
    ("touches", "person_id", "people", "person"),
    ("people", "account_id", "accounts", "account"),
    ("leads", "converted_deal_id", "deals", "deal"),
    ("lead_changes", "lead_id", "leads", "lead"),
    ("lead_touches", "lead_id", "leads", "lead"),
    ("content_uses", "content_id", "content", "piece of content"),
    ("trigger_events", "account_id", "accounts", "account"),
)


def refuse_orphans(
    work: Workspace, refusals: Refusals, table: str, relation: str, known: str, fills: Sequence[Converted]
) -> str:
    """Refuse events whose deal is not in `known`. Returns the relation of those that are kept."""
    deals = f"(SELECT DISTINCT deal_id FROM {known})"
    columns = {c.number: ", ".join(c.fill.columns["deal_id"].origins) for c in fills if c.fill.table in NEEDS_DEAL}
    cases = " ".join(f"WHEN {number} THEN {quoted(column)}" for number, column in columns.items())
    read = [f"SELECT deal_id FROM {c.relation}" for c in fills if c.fill.table == "deals"]
    read_deals = " UNION ".join(read) or "SELECT NULL::VARCHAR AS deal_id WHERE false"
    number = refusals.add(
        f"orphans_{table}",
        f"""SELECT {FILL}, {ROW}, CASE {FILL} {cases} END AS cell,
            'deal ' || o.deal_id || ', which ' ||
                CASE WHEN r.deal_id IS NULL THEN 'is not in the record' ELSE 'was refused itself' END AS found,
            'a deal of this import or of an earlier one' AS expected, false AS kept
        FROM (FROM {relation} ANTI JOIN {deals} USING (deal_id)) o
        LEFT JOIN (SELECT DISTINCT deal_id FROM ({read_deals})) r USING (deal_id)""",
    )
    if not number:
        return relation
    work.keep(f"{table}_of_deals", f"SELECT * FROM {relation} SEMI JOIN {deals} USING (deal_id)")
    return f"{table}_of_deals"


def remarks(work: Workspace, staged: Mapping[str, str], present: Collection[str]) -> list[str]:
    """References that lead nowhere and deals without events. `staged` names the new rows of each table."""
    told = []
    for table, column, target, noun in _REFERENCES:
        key = {"people": "person_id"}.get(target, f"{target.rstrip('s')}_id")
        targets = _everything(target, key, staged, present)
        if table not in staged or targets is None or column not in work.columns(staged[table]):
            continue
        number, example = work.row(
            f"SELECT count(DISTINCT s.{quote(column)}), min(s.{quote(column)}) FROM {staged[table]} s "
            f"ANTI JOIN ({targets}) t ON t.{quote(key)} = s.{quote(column)} WHERE s.{quote(column)} IS NOT NULL"
        )
        if number:
            told.append(f"{table}.{column}: {number:,} values name no {noun} in the record (for example {example})")
    return told + _ids_alike(work, staged) + _deals_without_events(work, staged, present)


def _ids_alike(work: Workspace, staged: Mapping[str, str]) -> list[str]:
    if "deals" not in staged:
        return []
    alike = f"SELECT min(deal_id) AS one, max(deal_id) AS other FROM {staged['deals']} GROUP BY lower(deal_id)"
    number, one, other = work.row(f"SELECT count(*), min(one), min_by(other, one) FROM ({alike}) WHERE one < other")
    kept = "are taken for different deals"
    return [f"deals.deal_id: {number:,} ids that differ in capitals only {kept} ({one}, {other})"] if number else []


def _deals_without_events(work: Workspace, staged: Mapping[str, str], present: Collection[str]) -> list[str]:
    if "deals" not in staged:
        return []
    events = [_everything(table, "deal_id", staged, present) for table in ("touches", "stage_changes")]
    happened = " UNION ".join(query for query in events if query) or "SELECT NULL::VARCHAR AS deal_id WHERE false"
    number, all_deals = work.row(
        f"""SELECT count(*) FILTER (e.deal_id IS NULL), count(*)
        FROM {staged["deals"]} d LEFT JOIN ({happened}) e USING (deal_id)"""
    )
    return [f"{number:,} of {all_deals:,} deals have no touches and no stage changes"] if number else []


def _everything(table: str, key: str, staged: Mapping[str, str], present: Collection[str]) -> str | None:
    """SQL of the keys of a table, new ones and those of earlier imports; None when it has no rows at all."""
    relations = [staged[table]] if table in staged else []
    relations += [f"present_{table}"] if table in present else []
    return " UNION ".join(f"SELECT DISTINCT {quote(key)} FROM {relation}" for relation in relations) or None
