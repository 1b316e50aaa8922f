"""How and when each deal ended, by what the deal itself and its stage changes say; contradictions are refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from afteraction.ingest.fill_sql import FILL
from afteraction.ingest.fills import Converted
from afteraction.ingest.mapping import Cell, SourceMapping
from afteraction.ingest.refusals import Refusals
from afteraction.ingest.sources import ROW
from afteraction.ingest.values import quoted
from afteraction.ingest.workspace import Workspace
from afteraction.lake.engine import quote
from afteraction.lake.schema import ENDED

_A_FEW = 10
_ENDED = ", ".join(map(quoted, ENDED))


@dataclass(frozen=True)
class EndedDeals:
    """The deals that were kept, the number refused for ending before they began, and what people should know."""

    relation: str
    refused: int
    warnings: tuple[str, ...]


def settle(
    work: Workspace,
    refusals: Refusals,
    relation: str,
    fills: Sequence[Converted],
    mapping: SourceMapping,
    stage_changes: str | None,
) -> EndedDeals:
    """Fill in outcome and closing time from stage changes where the mapping says so, or where they are missing.

    `relation` holds deals, each once; `stage_changes` names all that are known of them, from before too.
    """
    deals = Deals(work, relation, fills, mapping)
    warnings = deals.decide(stage_changes) if stage_changes else []
    deals.empty_by_state()
    refused = deals.refuse_contradictions(refusals)
    return EndedDeals(deals.relation, refused, (*warnings, *deals.remarks()))


class Deals:
    """The deals of one import on their way, one relation after the other."""

    def __init__(self, work: Workspace, relation: str, fills: Sequence[Converted], mapping: SourceMapping) -> None:
        self._work = work
        self._fills = fills
        self._mapping = mapping
        self.relation = relation

    def decide(self, stage_changes: str) -> list[str]:
        """Let stage changes that mean an outcome decide it, and say when."""
        first = self._from(lambda fill: _moment(fill, "outcome") == "first")
        last = self._from(lambda fill: _moment(fill, "outcome") == "last")
        first_end = self._from(lambda fill: _moment(fill, "closed_at") == "first")
        last_end = self._from(lambda fill: _moment(fill, "closed_at") == "last")
        order = 'ORDER BY "at", source_order'
        self._work.keep(
            "deal_decisions",
            f"SELECT deal_id, first(outcome {order}) AS first_outcome, last(outcome {order}) AS last_outcome, "
            f"count(DISTINCT outcome) AS outcomes FROM {stage_changes} WHERE outcome IS NOT NULL GROUP BY 1",
        )
        self._work.keep(
            "deal_ends",
            f'SELECT deal_id, outcome, min("at") AS first_at, max("at") AS last_at FROM {stage_changes} '
            f"WHERE outcome IS NOT NULL GROUP BY ALL",
        )
        outcome = f"CASE WHEN {first} THEN coalesce(c.first_outcome, d.outcome) WHEN {last} THEN coalesce(c.last_outcome, d.outcome) ELSE d.outcome END"
        self._next(
            "decided",
            f"SELECT d.* REPLACE ({outcome} AS outcome) FROM {self.relation} d LEFT JOIN deal_decisions c USING (deal_id)",
        )
        closed = self._column("closed_at", "TIMESTAMPTZ", "d")
        end = (
            f"CASE WHEN {first_end} THEN coalesce(e.first_at, {closed}) WHEN {last_end} THEN coalesce(e.last_at, {closed}) "
            f"ELSE coalesce({closed}, e.last_at) END"
        )
        if self._has("closed_at") or self._work.count("deal_ends"):
            others = "d.* EXCLUDE (closed_at)" if self._has("closed_at") else "d.*"
            self._next(
                "closed",
                f"SELECT {others}, {end} AS closed_at FROM {self.relation} d LEFT JOIN deal_ends e USING (deal_id, outcome)",
            )
        entered = self._enter_final_stage(stage_changes)
        several = self._work.row(
            f"SELECT count(*), min(deal_id) FROM deal_decisions SEMI JOIN (FROM {self.relation} d WHERE {first} OR {last}) USING (deal_id) "
            f"WHERE outcomes > 1"
        )
        return [
            *_counted(*several, "deals have events of several outcomes; the mapping's choice (first or last) decided"),
            *entered,
        ]

    def _enter_final_stage(self, stage_changes: str) -> list[str]:
        """An ended deal without a closing time ended when it last entered the stage it is in."""
        if not self._has("closed_at") or not self._has("stage"):
            return []
        self._work.keep(
            "final_stages", f'SELECT deal_id, stage, max("at") AS entered FROM {stage_changes} GROUP BY ALL'
        )
        missing = f"d.closed_at IS NULL AND d.outcome IN ({_ENDED})"
        found = self._work.row(
            f"SELECT count(*), min(d.deal_id) FROM {self.relation} d JOIN final_stages USING (deal_id, stage) WHERE {missing}"
        )
        if found[0]:
            closed = f"CASE WHEN {missing} THEN entered ELSE d.closed_at END"
            self._next(
                "entered",
                f"SELECT d.* REPLACE ({closed} AS closed_at) FROM {self.relation} d LEFT JOIN final_stages USING (deal_id, stage)",
            )
        return _counted(*found, "deals got the day they closed from the last change into their final stage")

    def empty_by_state(self) -> None:
        """Empty the cells that the mapping gives to open deals, or to ended ones, alone."""
        replaced = []
        for name in self._work.columns(self.relation):
            for state, other in (("ended", "outcome = 'open'"), ("open", "outcome <> 'open'")):
                given = [c.number for c in self._fills if (cell := c.fill.cells.get(name)) and cell.when == state]
                if given:
                    replaced.append(f"CASE WHEN NOT ({_in(given)} AND {other}) THEN {quote(name)} END AS {quote(name)}")
        if replaced:
            self._next("in_state", f"SELECT * REPLACE ({', '.join(replaced)}) FROM {self.relation}")

    def refuse_contradictions(self, refusals: Refusals) -> int:
        """Refuse deals that ended before they began, and empty the closing time of open ones."""
        if not self._has("closed_at"):
            return 0
        label = self._label("closed_at")
        refusals.add(
            "closed_while_open",
            f"SELECT {FILL}, {ROW}, {label} AS cell, 'an open deal that closed on ' || {_shown('closed_at')} AS found, "
            f"'no closing time while a deal is open' AS expected, true AS kept "
            f"FROM {self.relation} WHERE outcome = 'open' AND closed_at IS NOT NULL",
        )
        self._next(
            "open",
            f"SELECT * REPLACE (CASE WHEN outcome <> 'open' THEN closed_at END AS closed_at) FROM {self.relation}",
        )
        if not self._has("created_at"):
            return 0
        early = f"coalesce({self._ends_before_it_began()}, false)"
        refused = refusals.add(
            "closed_before_created",
            f"SELECT {FILL}, {ROW}, {label} AS cell, "
            f"'closed on ' || {_shown('closed_at')} || ', created on ' || {_shown('created_at')} AS found, "
            f"'a deal that closes after it was created' AS expected, false AS kept FROM {self.relation} WHERE {early}",
        )
        self._next("in_order", f"SELECT * FROM {self.relation} WHERE NOT {early}")
        return refused

    def _ends_before_it_began(self) -> str:
        """SQL of the contradiction. A closing time at midnight is a day without a time, so that day itself is fine."""
        cases = []
        for converted in self._fills:
            zone = quoted(self._mapping.completed(converted.fill.columns.get("closed_at", Cell())).time_zone)
            closed, created = f"timezone({zone}, closed_at)", f"timezone({zone}, created_at)"
            day = f"{closed} = date_trunc('day', {closed}) AND date_trunc('day', {created}) = {closed}"
            cases.append(f"WHEN {FILL} = {converted.number} THEN closed_at < created_at AND NOT ({day})")
        return f"CASE {' '.join(cases)} END"

    def remarks(self) -> list[str]:
        """What is odd, but no reason to refuse a row."""
        if not self._has("closed_at"):
            ended = self._work.row(f"SELECT count(*), min(deal_id) FROM {self.relation} WHERE outcome IN ({_ENDED})")
        else:
            ended = self._work.row(
                f"SELECT count(*), min(deal_id) FROM {self.relation} WHERE outcome IN ({_ENDED}) AND closed_at IS NULL"
            )
        return [*_counted(*ended, "deals have ended, but nothing says when"), *self._amounts_after_the_end()]

    def _amounts_after_the_end(self) -> list[str]:
        """An amount that only won deals have was filled in when they ended; it says nothing of a deal before."""
        if not self._has("amount"):
            return []
        lost, valued_lost, won, valued_won = self._work.row(
            "SELECT count(*) FILTER (outcome = 'lost'), count(*) FILTER (outcome = 'lost' AND amount <> 0), "
            f"count(*) FILTER (outcome = 'won'), count(*) FILTER (outcome = 'won' AND amount <> 0) FROM {self.relation}"
        )
        if lost < _A_FEW or won < _A_FEW or valued_lost or valued_won < won / 2:
            return []
        return [
            f"amount is 0 or empty in all {lost:,} lost deals: it was filled in when deals ended, so it does not describe them before"
        ]

    def _next(self, name: str, query: str) -> None:
        self._work.keep(f"deals_{name}", query)
        self.relation = f"deals_{name}"

    def _has(self, column: str) -> bool:
        return column in self._work.columns(self.relation)

    def _column(self, name: str, sql_type: str, relation: str) -> str:
        return f"{relation}.{quote(name)}" if self._has(name) else f"NULL::{sql_type}"

    def _from(self, holds: Callable[[Converted], bool]) -> str:
        return _in([converted.number for converted in self._fills if holds(converted)])

    def _label(self, name: str) -> str:
        labels = {
            c.number: ", ".join(c.fill.columns[name].origins) or name for c in self._fills if name in c.fill.columns
        }
        cases = " ".join(f"WHEN {number} THEN {quoted(label)}" for number, label in labels.items())
        return f"CASE {FILL} {cases} ELSE {quoted(name)} END" if cases else quoted(name)


def _moment(converted: Converted, name: str) -> str | None:
    cell = converted.fill.columns.get(name)
    return cell.stage_changes if cell else None


def _in(numbers: Sequence[int]) -> str:
    return f"{FILL} IN ({', '.join(map(str, numbers))})" if numbers else "false"


def _shown(column: str) -> str:
    return f"strftime({column}, '%Y-%m-%d %H:%M UTC')"


def _counted(number: int, example: str | None, what: str) -> list[str]:
    return [f"{number:,} {what} (for example {example})"] if number else []
