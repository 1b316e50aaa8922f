"""How and when each deal ended, by what the deal itself and its stage changes say; contradictions are refused."""

from collections.abc import Sequence
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
_MANY = 0.2
_ENDED = ", ".join(map(quoted, ENDED))


@dataclass(frozen=True)
class EndedDeals:
    """The deals that were kept, and what people should know of them."""

    relation: str
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
    warnings += deals.refuse_contradictions(refusals)
    return EndedDeals(deals.relation, (*warnings, *deals.remarks()))


class Deals:
    """The deals of one import on their way, one relation after the other."""

    def __init__(self, work: Workspace, relation: str, fills: Sequence[Converted], mapping: SourceMapping) -> None:
        self._work = work
        self._fills = fills
        self._mapping = mapping
        self.relation = relation

    def decide(self, stage_changes: str) -> list[str]:
        """Let stage changes that mean an outcome decide it, and say when."""
        first = self._fills_with("outcome", "first")
        last = self._fills_with("outcome", "last")
        order = 'ORDER BY "at", source_order'
        self._work.keep(
            "deal_decisions",
            f"""SELECT deal_id, first(outcome {order}) AS first_outcome, last(outcome {order}) AS last_outcome,
                count(DISTINCT outcome) AS outcomes
            FROM {stage_changes} WHERE outcome IS NOT NULL GROUP BY 1""",
        )
        self._next(
            "decided",
            f"""SELECT d.* REPLACE (
                CASE WHEN {first} THEN coalesce(c.first_outcome, d.outcome)
                    WHEN {last} THEN coalesce(c.last_outcome, d.outcome) ELSE d.outcome END AS outcome)
            FROM {self.relation} d LEFT JOIN deal_decisions c USING (deal_id)""",
        )
        several, example = self._work.row(
            f"""SELECT count(*), min(deal_id) FROM deal_decisions
            SEMI JOIN (FROM {self.relation} WHERE {first} OR {last}) USING (deal_id) WHERE outcomes > 1"""
        )
        contradictory = "deals have events of several outcomes; the mapping's choice (first or last) decided"
        self._close(stage_changes)
        return [*_counted(several, example, contradictory), *self._close_in_final_stage(stage_changes)]

    def _close(self, stage_changes: str) -> None:
        """Take the closing time from the stage change that decided, where the mapping says so or none is given."""
        self._work.keep(
            "deal_ends",
            f"""SELECT deal_id, outcome, min("at") AS first_at, max("at") AS last_at
            FROM {stage_changes} WHERE outcome IS NOT NULL GROUP BY ALL""",
        )
        known = self._has("closed_at")
        if not known and not self._work.count("deal_ends"):
            return
        closed = "d.closed_at" if known else "NULL::TIMESTAMPTZ"
        self._next(
            "closed",
            f"""SELECT d.*{" EXCLUDE (closed_at)" if known else ""},
                CASE WHEN {self._fills_with("closed_at", "first")} THEN coalesce(e.first_at, {closed})
                    WHEN {self._fills_with("closed_at", "last")} THEN coalesce(e.last_at, {closed})
                    ELSE coalesce({closed}, e.last_at) END AS closed_at
            FROM {self.relation} d LEFT JOIN deal_ends e USING (deal_id, outcome)""",
        )

    def _close_in_final_stage(self, stage_changes: str) -> list[str]:
        """An ended deal without a closing time ended when it last entered the stage it is in."""
        if not self._has("closed_at") or not self._has("stage"):
            return []
        missing = f"d.closed_at IS NULL AND d.outcome IN ({_ENDED})"
        self._work.keep(
            "final_stages", f'SELECT deal_id, stage, max("at") AS entered FROM {stage_changes} GROUP BY ALL'
        )
        number, example = self._work.row(
            f"""SELECT count(*), min(d.deal_id)
            FROM {self.relation} d JOIN final_stages USING (deal_id, stage) WHERE {missing}"""
        )
        if number:
            self._next(
                "entered",
                f"""SELECT d.* REPLACE (CASE WHEN {missing} THEN entered ELSE d.closed_at END AS closed_at)
                FROM {self.relation} d LEFT JOIN final_stages USING (deal_id, stage)""",
            )
        return _counted(number, example, "deals got the day they closed from the last change into their final stage")

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

    def refuse_contradictions(self, refusals: Refusals) -> list[str]:
        """Refuse deals that ended before they began, and empty the closing time of open ones."""
        if not self._has("closed_at"):
            return []
        label = self._label("closed_at")
        refusals.add(
            "closed_while_open",
            f"""SELECT {FILL}, {ROW}, {label} AS cell, 'an open deal that closed on ' || {_shown("closed_at")} AS found,
                'no closing time while a deal is open' AS expected, true AS kept
            FROM {self.relation} WHERE outcome = 'open' AND closed_at IS NOT NULL""",
        )
        ended = "CASE WHEN outcome <> 'open' THEN closed_at END"
        self._next("open", f"SELECT * REPLACE ({ended} AS closed_at) FROM {self.relation}")
        if not self._has("created_at"):
            return []
        early = f"coalesce({self._ends_before_it_began()}, false)"
        refused = refusals.add(
            "closed_before_created",
            f"""SELECT {FILL}, {ROW}, {label} AS cell,
                'closed on ' || {_shown("closed_at")} || ', created on ' || {_shown("created_at")} AS found,
                'a deal that closes after it was created' AS expected, false AS kept
            FROM {self.relation} WHERE {early}""",
        )
        all_ended = self._work.count(f"{self.relation} WHERE outcome <> 'open'")
        self._next("in_order", f"SELECT * FROM {self.relation} WHERE NOT {early}")
        if refused <= _MANY * all_ended:
            return []
        advice = (
            "if created_at is only when they were typed in, take its line out of the mapping file and use it with --map"
        )
        return [f"{refused:,} of {all_ended:,} ended deals closed before they were created; {advice}"]

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
        undated = " AND closed_at IS NULL" if self._has("closed_at") else ""
        number, example = self._work.row(
            f"SELECT count(*), min(deal_id) FROM {self.relation} WHERE outcome IN ({_ENDED}){undated}"
        )
        return [*_counted(number, example, "deals have ended, but nothing says when"), *self._amounts_after_the_end()]

    def _amounts_after_the_end(self) -> list[str]:
        """An amount that only won deals have was filled in when they ended; it says nothing of a deal before."""
        if not self._has("amount"):
            return []
        lost, valued_lost, won, valued_won = self._work.row(
            f"""SELECT count(*) FILTER (outcome = 'lost'), count(*) FILTER (outcome = 'lost' AND amount <> 0),
                count(*) FILTER (outcome = 'won'), count(*) FILTER (outcome = 'won' AND amount <> 0)
            FROM {self.relation}"""
        )
        if lost < _A_FEW or won < _A_FEW or valued_lost or valued_won < won / 2:
            return []
        why = "it was filled in when deals ended, so it does not describe them before"
        return [f"amount is 0 or empty in all {lost:,} lost deals: {why}"]

    def _next(self, name: str, query: str) -> None:
        self._work.keep(f"deals_{name}", query)
        self.relation = f"deals_{name}"

    def _has(self, column: str) -> bool:
        return column in self._work.columns(self.relation)

    def _fills_with(self, name: str, moment: str) -> str:
        """SQL of whether a deal's fill lets the first, or the last, stage change decide a column."""
        cells = {converted.number: converted.fill.columns.get(name) for converted in self._fills}
        return _in([number for number, cell in cells.items() if cell and cell.stage_changes == moment])

    def _label(self, name: str) -> str:
        labels = {
            c.number: ", ".join(c.fill.columns[name].origins) or name for c in self._fills if name in c.fill.columns
        }
        cases = " ".join(f"WHEN {number} THEN {quoted(label)}" for number, label in labels.items())
        return f"CASE {FILL} {cases} ELSE {quoted(name)} END" if cases else quoted(name)


def _in(numbers: Sequence[int]) -> str:
    return f"{FILL} IN ({', '.join(map(str, numbers))})" if numbers else "false"


def _shown(column: str) -> str:
    return f"strftime({column}, '%Y-%m-%d %H:%M UTC')"


def _counted(number: int, example: str | None, what: str) -> list[str]:
    return [f"{number:,} {what} (for example {example})"] if number else []
