"""Good business and bad business: what an hour brings, by what is known of a deal beforehand.

Deals that were lost cost hours too: a group's yield is all that its deals brought over all that they cost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.calibration import Measured
from afteraction.analysis.deal_facts import SIZE
from afteraction.analysis.deal_frame import Category, DealFrame
from afteraction.analysis.effect import ENOUGH_OWNERS
from afteraction.analysis.effort import Effort, Value
from afteraction.analysis.features import AMOUNT, Moment, snapshot
from afteraction.analysis.intervals import FALSE_DISCOVERIES, Rate, false_discovery_q_values, rate
from afteraction.analysis.leaky_facts import LeftOut
from afteraction.analysis.leaning import lean
from afteraction.analysis.settled import settled_age
from afteraction.analysis.win_rates import KINDS, SMALLEST_GROUP
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

FEWEST_WINS: Final = 5
"""Wins below which a group's yield is not estimated: it would hang on one or two deals."""
_ENOUGH_VALUED: Final = 0.5
"""The share of won deals with an amount below which wins are counted instead of value."""

_Z: Final = 1.959963984540054


class BandVerdict(StrEnum):
    ABOVE = "above"
    BELOW = "below"
    NOT_DIFFERENT = "not_different"
    CANT_TELL = "cant_tell"


@dataclass(frozen=True)
class Band:
    """One group of deals. `result` is the yield on its own, `pooled` leaning on the other groups of its fact.

    `against` is how many times the yield of the other deals it is; `effort` and `brought` are what the group cost and
    brought in all. `q` is adjusted for all groups of all facts. None where too few deals were won.
    """

    group: str
    deals: int
    won: Rate
    effort: float
    brought: float
    result: Measured | None
    pooled: Measured | None
    against: Measured | None
    q: float | None
    verdict: BandVerdict


@dataclass(frozen=True)
class Fact:
    """The groups of one fact, best first; `too_small` groups of fewer than SMALLEST_GROUP deals are left out."""

    fact: str
    bands: tuple[Band, ...]
    too_small: int


@dataclass(frozen=True)
class Pursuit:
    """What deals of one outcome cost: their number, their effort, its `share` of all, and the mean of a deal."""

    outcome: str
    deals: int
    effort: float
    share: Measured
    per_deal: float


@dataclass(frozen=True)
class Qualification:
    """Which business is worth its effort.

    `brings` says what is counted (a currency, `value` without one, or `wins`), `per` what it is divided by (`hours`,
    `touches`, `deals`). `overall` is the yield of all `deals` counted. `left_out` are facts that cannot be used.
    """

    brings: str
    per: str
    overall: Measured
    facts: tuple[Fact, ...]
    pursuit: tuple[Pursuit, ...]
    deals: int
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Ledger:
    """m deals: what each brought and cost, and who owns it (numbered, or each deal its own where owners are few)."""

    brought: Floats
    cost: Floats
    cluster: Ints

    def contributions(self, these: Flags) -> tuple[float, Floats]:
        """The log of the yield of some deals, and what each deal contributes to its error (delta method)."""
        brought, cost = float(self.brought[these].sum()), float(self.cost[these].sum())
        parts = np.where(these, self.brought / brought - self.cost / cost, 0.0)
        return float(np.log(brought / cost)), parts

    def spread(self, parts: Floats) -> tuple[float, float]:
        """The standard error of a sum of contributions, and the degrees of freedom of its estimate.

        (Σs²)² / Σs⁴ over the sums s of clusters (Satterthwaite 1946): few deals with most of the value are few.
        """
        sums = np.bincount(self.cluster, parts)
        squares = float(np.sum(sums**2))
        degrees = squares**2 / max(float(np.sum(sums**4)), 1e-300)
        return float(np.sqrt(squares)), max(degrees - 1, 1.0)


def qualification(
    frame: DealFrame, process: Process, effort: Effort, value: Value, left_out: Sequence[LeftOut] = ()
) -> Qualification | NotEnoughData:
    """What each kind of business brings for its effort, and what was spent on which outcome."""
    known = snapshot(frame, process, Moment(None))
    age = settled_age(frame, known)
    ended = ~frame.open[known.rows] & ~np.isnan(frame.closed[known.rows])
    rows = known.rows[ended & (frame.end - known.at >= age)]
    won = frame.won[rows]
    if won.sum() < FEWEST_WINS or not (~won).any():
        return NotEnoughData(
            f"only {int(won.sum())} won and {int((~won).sum())} other deals that are old enough to count",
            f"at least {FEWEST_WINS} won deals, and others",
        )
    ledger, brings, per = _ledger(frame, rows, effort, value)
    everything = np.ones(len(rows), dtype=np.bool_)
    unusable = {each.fact for each in left_out}
    if AMOUNT in unusable:
        unusable.add(SIZE)  # the quarters of an amount that is noted because of the outcome
    facts = {n: c for n, c in (*frame.categories.items(), (SIZE, frame.size)) if n not in unusable}
    found = [f for name, category in facts.items() if (f := _fact(name, category, rows, won, ledger)) is not None]
    notes = [note for note in (effort.note, value.note if brings != "wins" else "") if note]
    if len(rows) < ended.sum():
        notes.append(f"{int(ended.sum()) - len(rows):,} deals that began in the last {age:.0f} days are left out")
    return Qualification(
        brings=brings,
        per=per,
        overall=_yield(ledger, everything),
        facts=_judged(found),
        pursuit=tuple(_pursuit(frame, rows, ledger)),
        deals=len(rows),
        left_out=tuple(left_out),
        notes=tuple(notes),
    )


def _ledger(frame: DealFrame, rows: Ints, effort: Effort, value: Value) -> tuple[_Ledger, str, str]:
    won, amount = frame.won[rows], value.amount[rows]
    valued = won & (np.nan_to_num(amount) > 0)
    in_value = valued.sum() >= max(_ENOUGH_VALUED * won.sum(), FEWEST_WINS)
    brought = np.where(valued, np.nan_to_num(amount), 0.0) if in_value else won.astype(float)
    spent = effort.total[rows]
    cost, per = (spent, effort.unit) if spent.sum() > 0 else (np.ones(len(rows)), "deals")
    owners = frame.owner.codes[rows]
    several = len(np.unique(owners[owners >= 0])) >= ENOUGH_OWNERS
    alone = np.arange(len(rows))
    cluster = np.where(owners >= 0, owners, len(frame.owner.levels) + alone) if several else alone
    return _Ledger(brought, cost, cluster.astype(np.int32)), (value.currency or "value") if in_value else "wins", per


def _yield(ledger: _Ledger, these: Flags) -> Measured:
    log_yield, parts = ledger.contributions(these)
    return _on_scale(log_yield, *ledger.spread(parts))


def _on_scale(log_value: float, error: float, degrees: float) -> Measured:
    half = float(scipy.stats.t.ppf(0.975, degrees)) * error
    return Measured(float(np.exp(log_value)), float(np.exp(log_value - half)), float(np.exp(log_value + half)))


def _fact(name: str, category: Category, rows: Ints, won: Flags, ledger: _Ledger) -> Fact | None:
    """The bands of one fact, not judged yet: their q is the p of the comparison with the other deals."""
    codes = category.codes[rows]
    counts = np.bincount(codes[codes >= 0], minlength=len(category.levels))
    large = np.flatnonzero(counts >= SMALLEST_GROUP)
    present = int(np.sum(counts > 0))
    if not len(large) or present < 2 or present > KINDS:
        return None
    bands = list(_with_pooled([_band(category.levels[n], codes == n, codes >= 0, won, ledger) for n in large]))
    bands.sort(key=lambda pair: -(pair.pooled.value if pair.pooled else 0.0))
    return Fact(name, tuple(bands), present - len(large))


def _band(group: str, these: Flags, known: Flags, won: Flags, ledger: _Ledger) -> tuple[Band, float, float]:
    """A band with its log yield and error, which pooling needs (NaN where there is none)."""
    wins, deals = int(won[these].sum()), int(these.sum())
    others = known & ~these
    cost, brought = float(ledger.cost[these].sum()), float(ledger.brought[these].sum())
    plain = Band(group, deals, rate(wins, deals), cost, brought, None, None, None, None, BandVerdict.CANT_TELL)
    if wins < FEWEST_WINS or cost <= 0 or brought <= 0:
        return plain, np.nan, np.nan
    own, parts = ledger.contributions(these)
    error, degrees = ledger.spread(parts)
    found = {"result": _on_scale(own, error, degrees)}
    q = None
    if won[others].sum() >= FEWEST_WINS and ledger.cost[others].sum() > 0 and ledger.brought[others].sum() > 0:
        rest, rest_parts = ledger.contributions(others)
        gap_error, gap_degrees = ledger.spread(parts - rest_parts)
        found["against"] = _on_scale(own - rest, gap_error, gap_degrees)
        q = float(2 * scipy.stats.t.sf(abs(own - rest) / gap_error, gap_degrees)) if gap_error > 0 else None
    return replace(plain, result=found["result"], against=found.get("against"), q=q), own, error


def _with_pooled(bands: Sequence[tuple[Band, float, float]]) -> Iterator[Band]:
    estimated = [n for n, (_band, own, _error) in enumerate(bands) if not np.isnan(own)]
    own, error = (np.array([bands[n][place] for n in estimated], dtype=np.float64) for place in (1, 2))
    wins = np.array([bands[n][0].won.count for n in estimated], dtype=np.float64)
    pooled = lean(own, _alike(error, wins))
    place = {n: k for k, n in enumerate(estimated)}
    for n, (band, _own, _error) in enumerate(bands):
        if n in place:
            value, low, high = (float(np.exp(each[place[n]])) for each in (pooled.value, pooled.low, pooled.high))
            yield replace(band, pooled=Measured(value, low, high))
        else:
            yield band


def _alike(error: Floats, wins: Floats) -> Floats:
    """Standard errors (k) of log yields as they would be if a win of one group said as much as a win of another.

    A group that happened to win no large deal has a low yield and seems sure of it; leaning on the others by its own
    error would pull everything down. So the variance of a win is pooled (as in Student's test for groups of equal
    variance), with the quantile of its degrees of freedom, here the groups' wins less one each.
    """
    if not len(error):
        return error
    variance = float(np.sum(wins**2 * error**2) / np.sum(wins))
    quantile = float(scipy.stats.t.ppf(0.975, max(float(np.sum(wins)) - len(wins), 1.0)))
    return np.asarray(np.sqrt(variance / wins) * quantile / _Z)


def _judged(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    q_values = iter(false_discovery_q_values([b.q for fact in facts for b in fact.bands if b.q is not None]))
    return tuple(
        replace(fact, bands=tuple(b if b.q is None else _with_verdict(b, next(q_values)) for b in fact.bands))
        for fact in facts
    )


def _with_verdict(band: Band, q: float) -> Band:
    verdict = BandVerdict.NOT_DIFFERENT
    if q <= FALSE_DISCOVERIES and band.against is not None:
        verdict = BandVerdict.ABOVE if band.against.value > 1 else BandVerdict.BELOW
    return replace(band, q=q, verdict=verdict)


def _pursuit(frame: DealFrame, rows: Ints, ledger: _Ledger) -> Iterator[Pursuit]:
    total = float(ledger.cost.sum())
    won, lost = frame.won[rows], frame.lost[rows]
    masks = {"won": won, "lost": lost, "no_decision": ~won & ~lost}
    for outcome, these in masks.items():
        spent = float(ledger.cost[these].sum())
        share = spent / total
        error, degrees = ledger.spread(ledger.cost * (these - share) / total)
        half = float(scipy.stats.t.ppf(0.975, degrees)) * error
        measured = Measured(share, max(share - half, 0.0), min(share + half, 1.0))
        yield Pursuit(outcome, int(these.sum()), spent, measured, spent / max(int(these.sum()), 1))
