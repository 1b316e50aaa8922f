"""Which column of a sheet of deals says how they ended, and what its values mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from afteraction.ingest.fill_sql import FALSE, TRUE
from afteraction.ingest.mapping import Cell, Why
from afteraction.ingest.outcome_words import SaidOutcome, said_outcome, says_ended, words_of
from afteraction.ingest.profile import FEW, ColumnProfile, Profile
from afteraction.ingest.vocabulary import header_score

_SHOWN: Final = 8


@dataclass(frozen=True)
class Outcome:
    """The cell that fills `outcome`, its meaning per value, and why."""

    cell: Cell
    why: Why
    values: Mapping[str, str] = field(default_factory=dict)


def draft_outcome(profile: Profile, closed_at: str | None) -> Outcome:
    """The best explanation of how deals ended; one with little confidence where nothing says so.

    `closed_at` is the column with the closing date, if there is one.
    """
    found = [
        outcome for column in profile.values() if (outcome := _by_words(column) or _by_flag(column, profile, closed_at))
    ]
    if found:
        return max(found, key=lambda outcome: outcome.why.confidence)
    won = (
        closed_at is not None and "won" in words_of(closed_at) and profile[closed_at].filled == profile[closed_at].rows
    )
    if won:
        return Outcome(Cell(value="won"), Why(0.85, f"every row has a {closed_at}: only won deals are in this sheet"))
    return Outcome(Cell(value="open"), Why(0.1, "no column says how deals ended"))


def meanings(values: Mapping[str, int]) -> tuple[dict[str, str], dict[str, SaidOutcome], list[str]]:
    """What each value means, those that name an outcome, and those that say that something ended but not how.

    A weaker word for winning counts for nothing beside a plain one: `Approved` is a stage where `Won` is the end.
    """
    said = {value: named for value in values if (named := said_outcome(value)) and named.strength != "weak"}
    plainly_won = any(named.outcome == "won" and named.strength == "strong" for named in said.values())
    if plainly_won:
        said = {value: named for value, named in said.items() if named.outcome != "won" or named.strength == "strong"}
    unclear = [value for value in values if value not in said and says_ended(value)]
    return {value: said[value].outcome if value in said else "open" for value in values}, said, unclear


def _by_words(column: ColumnProfile) -> Outcome | None:
    if not 2 <= len(column.common) <= FEW or column.distinct > FEW or column.date_share > 0.5:
        return None
    values, said, unclear = meanings(column.common)
    outcomes = {named.outcome for named in said.values()}
    header = header_score("deals", "outcome", column.name)
    if "won" not in outcomes and not (outcomes and header):
        return None
    plain = all(named.strength == "strong" for named in said.values() if named.outcome in ("won", "lost"))
    confidence = 0.6 + (0.2 if outcomes >= {"won", "lost"} or outcomes >= {"won", "no_decision"} else 0.0)
    confidence += (0.1 if plain else 0.0) + (0.08 if header else -0.15)
    reason = "; ".join(
        f"{outcome}: {', '.join(v for v, n in said.items() if n.outcome == outcome)}" for outcome in sorted(outcomes)
    )
    others = [value for value, outcome in values.items() if outcome == "open" and value not in unclear]
    reason += f"; open: {_few(others)}" if others else ""
    if unclear:
        confidence = min(confidence, 0.4)
        reason += f"; nothing says how deals ended that are {', '.join(unclear)}"
    elif column.filled < column.rows:
        reason += f"; empty in {column.rows - column.filled:,} rows, which are then open"
    when_empty = "open" if column.filled < column.rows else None
    known = {value: outcome for value, outcome in values.items() if value not in unclear}
    return Outcome(
        Cell(column=column.name, values=known, when_empty=when_empty), Why(min(confidence, 0.98), reason), known
    )


def _few(values: Sequence[str]) -> str:
    """Some values for people, and how many more there are."""
    more = len(values) - _SHOWN
    return ", ".join(values[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _by_flag(column: ColumnProfile, profile: Profile, closed_at: str | None) -> Outcome | None:
    """A yes-or-no column called `won`: no means lost where every deal has closed, or a column says that it has."""
    values = {value.lower() for value in column.common}
    if not {"won", "win"} & {*words_of(column.name)} or not values or not values <= {*TRUE, *FALSE}:
        return None
    flags = [
        c
        for c in profile.values()
        if {"closed", "ended"} & {*words_of(c.name)} and {v.lower() for v in c.common} <= {*TRUE, *FALSE} and c.filled
    ]
    if flags:
        closed = flags[0].name
        pairs = {
            f"{c} / {w}": ("won" if w in TRUE else "lost") if c in TRUE else "open"
            for c in (*TRUE, *FALSE)
            for w in (*TRUE, *FALSE)
        }
        used = {
            pair: meaning
            for pair, meaning in pairs.items()
            if pair.split(" / ")[0] in {v.lower() for v in flags[0].common} and pair.split(" / ")[1] in values
        }
        return Outcome(
            Cell(join=(closed, column.name), separator=" / ", values=used),
            Why(0.95, f"{closed} and {column.name} together"),
        )
    lost = closed_at is not None and profile[closed_at].filled == profile[closed_at].rows
    meaning = {value: "won" if value in TRUE else "lost" for value in values}
    reason = "every deal has closed" if lost else "no may mean lost or still open"
    return Outcome(Cell(column=column.name, values=dict(sorted(meaning.items()))), Why(0.9 if lost else 0.4, reason))
