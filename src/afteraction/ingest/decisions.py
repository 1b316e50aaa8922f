"""Which activities of an event log decide how a deal ended. Words propose them, the log has to bear them out.

An activity that decides is exclusive (a deal does not end twice), late (little follows it) and, with the others,
covers nearly every deal that is over. Of all sets of proposed activities, the one that explains most deals with fewest
contradictions and fewest activities is taken; then activities that happen in exactly the same deals as a chosen one,
and whose words mean the same, are taken along (approved, registered, activated).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from afteraction.ingest.outcome_words import SaidOutcome, said_outcome
from afteraction.ingest.values import quoted
from afteraction.ingest.workspace import Workspace

_MOST: Final = 14  # candidates whose sets are tried, all of them
_CONTRADICTION: Final = 5.0  # deals that one contradiction must be outweighed by
_WORTH: Final = 0.002  # share of deals that a further activity must explain
_ONE_SIDED: Final = 0.5  # worth of an explanation that knows wins only, or no wins
_LATE: Final = 0.25  # share of a deal's events that may follow a deciding one, in the middle deal
_FEW: Final = 2  # or their number; deals with few events have no small shares


@dataclass(frozen=True)
class Candidate:
    """An activity that may decide: the deals it happens in, and how much follows it there (in the middle deal)."""

    activity: str
    said: SaidOutcome
    deals: int
    after: float
    events_after: float

    @property
    def is_late(self) -> bool:
        """Whether little follows it; a plain word for an ending may be followed by more, such as a kick-off."""
        return (
            self.after <= _LATE
            or self.events_after <= _FEW
            or (self.said.strength == "strong" and self.after <= 2 * _LATE)
        )


@dataclass(frozen=True)
class Decisions:
    """The activities that decide, with their outcome, and how well the log bears them out.

    `explained` deals have exactly one outcome, `contradictory` ones several, `ended_without` look over but have none.
    """

    outcomes: Mapping[str, str]
    deals: int
    explained: int
    contradictory: int
    ended_without: int
    rejected: Mapping[str, str]

    @property
    def confidence(self) -> float:
        """How sure the choice is: by contradictions, and by the deals that look over without an outcome."""
        if "won" not in self.outcomes.values() or not self.explained:
            return 0.3
        exclusive = 1 - self.contradictory / (self.explained + self.contradictory)
        covered = self.explained / (self.explained + self.ended_without)
        both = 1.0 if {*self.outcomes.values()} - {"won"} else 0.7
        return round(min(0.97, exclusive) * min(1.0, 0.15 + covered) * both, 2) if exclusive > 0.9 else 0.4


def find_decisions(work: Workspace, events: str) -> Decisions:
    """Look for the deciding activities in `events`, a relation with deal, activity, at and _row."""
    candidates = _candidates(work, events)
    deals = int(work.row(f"SELECT count(DISTINCT deal) FROM {events}")[0])
    if not candidates:
        return Decisions({}, deals, 0, 0, deals, {})
    patterns, counts = _patterns(work, events, candidates)
    late = [n for n, c in enumerate(candidates) if c.is_late and c.said.strength != "weak"]
    late = sorted(late, key=lambda n: -candidates[n].deals)[:_MOST]
    chosen = _best(candidates, patterns, counts, late, deals)
    with_twins = _with_twins(candidates, patterns, chosen)
    outcomes = {candidates[n].activity: candidates[n].said.outcome for n in sorted(with_twins)}
    explained, contradictory = _explained(candidates, patterns, counts, with_twins)
    rejected = {
        c.activity: _reason(c, candidates, patterns, counts, with_twins)
        for n, c in enumerate(candidates)
        if n not in with_twins
    }
    return Decisions(outcomes, deals, explained, contradictory, _over_without(work, events, outcomes), rejected)


def _candidates(work: Workspace, events: str) -> list[Candidate]:
    names = [
        name for (name,) in work.rows(f"SELECT DISTINCT activity FROM {events} WHERE activity IS NOT NULL ORDER BY 1")
    ]
    said = {name: named for name in names if (named := said_outcome(name))}
    if not said:
        return []
    listed = ", ".join(map(quoted, said))
    position = 'row_number() OVER (PARTITION BY deal ORDER BY "at", _row)'
    rows = work.rows(
        f"""WITH placed AS (
            SELECT deal, activity, {position} AS place, count(*) OVER (PARTITION BY deal) AS length FROM {events}),
        firsts AS (
            SELECT deal, activity, min(place) AS place, any_value(length) AS length
            FROM placed WHERE activity IN ({listed}) GROUP BY ALL)
        SELECT activity, count(*), median((length - place) / length), median(length - place)
        FROM firsts GROUP BY 1 ORDER BY 1"""
    )
    return [Candidate(activity, said[activity], *facts) for activity, *facts in rows]


def _patterns(
    work: Workspace, events: str, candidates: Sequence[Candidate]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """The sets of candidates that happen together (rows: sets, columns: candidates), and in how many deals each."""
    listed = ", ".join(quoted(c.activity) for c in candidates)
    rows = work.rows(
        f"""WITH sets AS (
            SELECT deal, list_sort(list(DISTINCT activity)) AS together
            FROM {events} WHERE activity IN ({listed}) GROUP BY 1)
        SELECT together, count(*) FROM sets GROUP BY 1 ORDER BY 2 DESC, 1"""
    )
    place = {c.activity: n for n, c in enumerate(candidates)}
    patterns = np.zeros((len(rows), len(candidates)), dtype=np.bool_)
    for n, (together, _) in enumerate(rows):
        patterns[n, [place[activity] for activity in together]] = True
    return patterns, np.array([count for _, count in rows], dtype=np.int64)


def _best(
    candidates: Sequence[Candidate],
    patterns: NDArray[np.bool_],
    counts: NDArray[np.int64],
    usable: Sequence[int],
    deals: int,
) -> frozenset[int]:
    """Of all sets of usable candidates the one with the greatest score; the smaller and plainer of equal ones."""
    best, best_score = frozenset[int](), 0.0
    for size in range(1, len(usable) + 1):
        for members in combinations(usable, size):
            explained, contradictory = _explained(candidates, patterns, counts, members)
            plain = sum(candidates[n].said.strength == "strong" for n in members)
            tells_apart = len({candidates[n].said.outcome == "won" for n in members}) == 2
            score = explained * (1.0 if tells_apart else _ONE_SIDED)
            score -= _CONTRADICTION * contradictory + _WORTH * deals * (size - 0.5 * plain)
            if score > best_score:
                best, best_score = frozenset(members), score
    return best


def _explained(
    candidates: Sequence[Candidate],
    patterns: NDArray[np.bool_],
    counts: NDArray[np.int64],
    members: Sequence[int] | frozenset[int],
) -> tuple[int, int]:
    """Deals with exactly one outcome, and with several, by these candidates."""
    outcomes = sorted({candidates[n].said.outcome for n in members})
    hit = [
        patterns[:, [n for n in members if candidates[n].said.outcome == outcome]].any(axis=1) for outcome in outcomes
    ]
    number = np.sum(hit, axis=0) if hit else np.zeros(len(counts), dtype=np.int64)
    return int(counts[number == 1].sum()), int(counts[number > 1].sum())


def _with_twins(candidates: Sequence[Candidate], patterns: NDArray[np.bool_], chosen: frozenset[int]) -> frozenset[int]:
    """The chosen ones and those of the same outcome, as late, that happen in exactly the same deals as one of them."""
    return chosen | {
        n
        for n, candidate in enumerate(candidates)
        for m in chosen
        if candidate.said.outcome == candidates[m].said.outcome
        and candidate.is_late
        and bool((patterns[:, n] == patterns[:, m]).all())
    }


def _reason(
    candidate: Candidate,
    candidates: Sequence[Candidate],
    patterns: NDArray[np.bool_],
    counts: NDArray[np.int64],
    chosen: frozenset[int],
) -> str:
    """Why a proposed activity does not decide, in words."""
    if not candidate.is_late:
        return f"{candidate.after:.0%} of a deal's events follow it"
    own = patterns[:, candidates.index(candidate)]
    for n in sorted(chosen):
        both = int(counts[own & patterns[:, n]].sum())
        if candidates[n].said.outcome != candidate.said.outcome and both:
            return f"{both:,} deals with it end with {candidates[n].activity}"
    return f"its {candidate.deals:,} deals are explained without it"


def _over_without(work: Workspace, events: str, outcomes: Mapping[str, str]) -> int:
    """Deals without an outcome in which nothing has happened for longer than nearly all gaps between events."""
    decided = ", ".join(map(quoted, outcomes)) or "NULL"
    gap = 'epoch("at") - lag(epoch("at")) OVER (PARTITION BY deal ORDER BY "at", _row)'
    row = work.row(
        f"""WITH gaps AS (SELECT {gap} AS gap FROM {events}),
        patience AS (SELECT coalesce(quantile_cont(gap, 0.995), 0) AS seconds FROM gaps),
        ends AS (
            SELECT deal, max(epoch("at")) AS last, bool_or(activity IN ({decided})) AS over FROM {events} GROUP BY 1)
        SELECT count(*) FROM ends, patience
        WHERE NOT coalesce(over, false) AND last + seconds < (SELECT max(last) FROM ends)"""
    )
    return int(row[0])
