"""Which source column fills which canonical column of a table: headers propose, values decide."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from afteraction.ingest.mapping import Cell, Why
from afteraction.ingest.profile import MOSTLY, ColumnProfile, Profile
from afteraction.ingest.vocabulary import header_score, key_score
from afteraction.lake.schema import DATE, NUMBER, TABLES, TIME, WHOLE, Column

ENOUGH: Final = 0.6
"""From this score on, an optional column is mapped; below, it is kept under its own name."""

_YES_NO: Final = frozenset(
    (
        *("yes", "no", "y", "n", "true", "false", "t", "f", "0", "1", "unknown"),
        *("ja", "nein", "oui", "non", "si", "unbekannt"),
    )
)
_PARTLY: Final = 0.25  # share of values that fit, from which on a column may be meant and badly kept
_DOUBTFUL: Final = 0.4  # so that a person is asked
_MAY_REPEAT: Final = 0.95  # of the ids: a file with a few rows twice is still told apart by them


@dataclass(frozen=True)
class Match:
    """A source column for a target column, and why."""

    target: str
    source: str
    why: Why

    @property
    def cell(self) -> Cell:
        return Cell(column=self.source)


def match_columns(table: str, profile: Profile, taken: Collection[str] = ()) -> dict[str, Match]:
    """The best source column for each column of a table but its outcome and its keys, each source used once."""
    schema = TABLES[table]
    proposals = []
    for position, (source, column) in enumerate(profile.items()):
        if source in taken or not column.filled:
            continue
        for target in schema.columns:
            if target.name in ("outcome", "deal_id", "source_order", *schema.key[:1]):
                continue
            named = header_score(table, target.name, source)
            fit, seen = value_fit(target, column)
            confidence = named * fit
            if confidence < ENOUGH and named == 1.0 and fit >= _PARTLY:
                confidence = _DOUBTFUL  # its name leaves no doubt, its values do
            if confidence >= ENOUGH or confidence == _DOUBTFUL:
                why = Why(min(confidence, 0.97), f"called {source}{seen}")
                proposals.append((-confidence, position, Match(target.name, source, why)))
    matches: dict[str, Match] = {}
    for _, _, match in sorted(proposals, key=lambda proposal: proposal[:2]):
        if match.target not in matches and match.source not in {m.source for m in matches.values()}:
            matches[match.target] = match
    return matches


def value_fit(target: Column, column: ColumnProfile) -> tuple[float, str]:
    """How well the values fit the type and meaning of a column, from 0 to 1, and what was seen, in words."""
    if target.type in (TIME, DATE):
        return _time_fit(column)
    if target.type in (NUMBER, WHOLE):
        share = column.number_share
        seen = f"; {share:.0%} are numbers" if share >= MOSTLY else f"; only {share:.0%} are numbers"
        return _mostly(share) if column.date_share < share else 0.0, seen
    if column.date_share >= 0.8:
        return 0.0, ""
    return _text_fit(target.name, column)


def _time_fit(column: ColumnProfile) -> tuple[float, str]:
    if column.epoch == "excel":
        return 0.9, "; all values may be days as Excel counts them"
    if column.epoch:
        return 0.95, "; all values are seconds or milliseconds since 1970"
    share = column.date_share
    if share < MOSTLY:
        seen = f"; only {share:.0%} are dates written in one way" if share else "; none is a date that can be read"
        return min(max(column.any_date, column.like_date), _DOUBTFUL), seen
    return share, f"; {share:.0%} are dates" if share < 1 else "; all values are dates"


def _mostly(share: float) -> float:
    """A share as a fit; one that is not enough to be sure of stays below `ENOUGH`."""
    return share if share >= MOSTLY else min(share, _DOUBTFUL)


def _text_fit(target: str, column: ColumnProfile) -> tuple[float, str]:
    values = [value.lower() for value in column.common]
    if target == "currency":
        return (1.0 if all(re.fullmatch(r"[a-z]{3}|[€$£¥₹]", value) for value in values) else 0.0), "; currency codes"
    if target in ("email", "domain"):
        sign = "@" if target == "email" else "."
        return (1.0 if all(sign in value for value in values) else 0.4), ""
    if {*values} <= _YES_NO:
        return 0.0, ""
    if target in ("account_id", "account") and column.filled >= 50 and column.distinct <= 5:
        return 0.0, ""  # kinds of customers, not customers
    if target in ("owner", "stage", "pipeline", "segment", "lost_reason", "team", "manager", "activity", "status"):
        told_apart = column.distinct > 20 and column.distinct > 0.8 * column.filled
        return (0.3 if told_apart else 1.0), f"; {column.distinct:,} different values"
    return 1.0, ""


def match_key(table: str, profile: Profile, sheet_name: str, *, unique: bool) -> Match | None:
    """The column that tells the rows of a table apart or, without `unique`, names what they belong to."""
    best: Match | None = None
    for source, column in profile.items():
        if not column.filled or column.date_share >= 0.8:
            continue
        score = key_score(table, source, sheet_name)
        reason = f"called {source}"
        if unique:
            if column.filled < column.rows or column.distinct < _MAY_REPEAT * column.filled:
                continue
            score += 0.05 if column.unique else -0.05
            reason += (
                "; a different value in every row"
                if column.unique
                else f"; {column.filled - column.distinct:,} values repeat"
            )
        if score >= 0.45 and (best is None or score > best.why.confidence):
            best = Match("", source, Why(min(score, 0.98), reason))
    return best
