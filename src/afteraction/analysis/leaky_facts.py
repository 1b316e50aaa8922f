"""Facts that a prediction must not use: noted because of the outcome, or naming the rep instead of the deal.

The record holds facts as they stand today. One that people fill in when a deal closes would predict the past
perfectly and the future not at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.calibration import area_under_curve
from afteraction.analysis.deal_facts import OF_ACCOUNT, OF_DEAL, SEGMENT
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.features import AMOUNT
from afteraction.analysis.intervals import Rate, difference, rate
from afteraction.analysis.win_rates import LEAK

_SEPARATES: Final = 0.95
"""An area under the curve by one fact alone that no fact known beforehand reaches."""
_FEWEST: Final = 20
_ONE_SIDED: Final = 0.8
_STRONGER: Final = 3.0
"""A level is taken to be set at the end where it is this one-sided, with odds so much larger than usual ..."""
_ABSENT: Final = 0.2
"""... and less than this part as common among open deals as among ended ones."""
_ALIKE: Final = 0.95
"""Where so many of the deals of a level have one owner, or so many of an owner one level, it is a fact of the rep."""
_MOST_PAIRS: Final = 20_000_000
"""Levels times owners beyond which a fact is a name of its own, in which hardly any level has enough deals to count."""
_OF_DEALS: Final = frozenset({SEGMENT, *OF_DEAL, *OF_ACCOUNT})


@dataclass(frozen=True)
class LeftOut:
    """A fact that is not used, and why."""

    fact: str
    reason: str


def leaky_facts(frame: DealFrame) -> tuple[LeftOut, ...]:
    """The facts, and the amount, that no prediction may use."""
    return tuple(_found(frame))


def _found(frame: DealFrame) -> Iterator[LeftOut]:
    for fact, category in frame.categories.items():
        reason = (
            _filled_at_the_end(frame, category.codes >= 0)
            or _separates(frame, _own_rates(frame, category.codes))
            or _level_set_at_the_end(frame, category.codes, category.levels)
            or (None if fact in _OF_DEALS else _of_the_rep(frame, category.codes))
        )
        if reason:
            yield LeftOut(fact, reason)
    amount = np.nan_to_num(frame.amount)
    reason = _filled_at_the_end(frame, amount > 0) or _separates(frame, amount) or _separates(frame, -amount)
    if reason:
        yield LeftOut(AMOUNT, reason)


def _filled_at_the_end(frame: DealFrame, filled: Flags) -> str | None:
    won, other, still_open = (_rate(filled, these) for these in (frame.won, ~frame.won & ~frame.open, frame.open))
    if won is None or other is None:
        return None
    apart = difference(won, other)
    if abs(apart.value) > LEAK and min(abs(apart.low), abs(apart.high)) > LEAK / 2 and apart.low * apart.high > 0:
        return f"it is on record for {won.value:.0%} of won deals and {other.value:.0%} of the others"
    ended = rate(won.count + other.count, won.n + other.n)
    if (
        still_open
        and still_open.n >= _FEWEST
        and still_open.high < ended.low - LEAK
        and still_open.value < ended.value / 2
    ):
        return f"it is on record for {ended.value:.0%} of ended deals and {still_open.value:.0%} of open ones"
    return None


def _rate(flags: Flags, these: Flags) -> Rate | None:
    n = int(np.sum(these))
    return rate(int(np.sum(flags & these)), n) if n else None


def _separates(frame: DealFrame, value: Floats) -> str | None:
    ended = ~frame.open
    won = frame.won[ended]
    if min(won.sum(), (~won).sum()) < _FEWEST:
        return None
    area = area_under_curve(value[ended], won.astype(float), np.ones(len(won)))
    if area >= _SEPARATES:
        return f"it tells won deals from the others nearly without error (area under the curve {area:.2f})"
    return None


def _own_rates(frame: DealFrame, codes: Ints) -> Floats:
    """The win rate of the other ended deals of a deal's level, a rare level leaning on all."""
    ended = ~frame.open
    won = frame.won.astype(float)
    usual = float(won[ended].mean()) if ended.any() else 0.0
    counts, wins = (np.bincount(codes[ended] + 1, w, int(codes.max(initial=0)) + 2) for w in (None, won[ended]))
    return np.asarray((wins[codes + 1] - won + usual) / np.maximum(counts[codes + 1], 1))


def _level_set_at_the_end(frame: DealFrame, codes: Ints, levels: tuple[str, ...]) -> str | None:
    ended, still_open = ~frame.open, frame.open
    if min(ended.sum(), still_open.sum()) < _FEWEST:
        return None
    usual = float(frame.won[ended].mean())
    ended_counts, open_counts, wins = (
        np.bincount(codes[these & (codes >= 0)], minlength=len(levels)) for these in (ended, still_open, frame.won)
    )
    for level in np.flatnonzero(ended_counts >= _FEWEST):
        share = wins[level] / ended_counts[level]
        one_sided, odds = max(share, 1 - share), usual if share > 0.5 else 1 - usual
        expected = ended_counts[level] / ended.sum() * still_open.sum()
        stronger = one_sided * (1 - odds) >= _STRONGER * odds * (1 - one_sided)
        if one_sided >= _ONE_SIDED and stronger and expected >= 5 and open_counts[level] < _ABSENT * expected:
            return (
                f"{levels[level]!r} is on record for {ended_counts[level]} ended deals, {share:.0%} of them won, and "
                f"for {open_counts[level]} open ones where {expected:.0f} would be expected"
            )
    return None


def _of_the_rep(frame: DealFrame, codes: Ints) -> str | None:
    known = (codes >= 0) & (frame.owner.codes >= 0)
    if not known.any():
        return None
    levels, owners = int(codes.max()) + 1, len(frame.owner.levels)
    if levels * owners > _MOST_PAIRS:
        return None
    flat = codes[known].astype(np.int64) * owners + frame.owner.codes[known]
    pairs = np.bincount(flat, minlength=levels * owners).reshape(levels, owners)
    of_level, of_owner = pairs.sum(axis=1), pairs.sum(axis=0)
    if min(np.sum(of_level >= _FEWEST), np.sum(of_owner >= _FEWEST)) < 2:
        return None
    common, busy = of_level >= _FEWEST, of_owner >= _FEWEST
    by_level = pairs.max(axis=1)[common].sum() / of_level[common].sum()
    by_owner = pairs.max(axis=0)[busy].sum() / of_owner[busy].sum()
    if by_level >= _ALIKE and 2 * common.sum() >= busy.sum():
        return f"it names the rep: {by_level:.0%} of the deals of a value have the same owner"
    if by_owner >= _ALIKE and len(np.unique(pairs[:, busy].argmax(axis=0))) > 1:
        return f"it is a fact of the rep, not of the deal: {by_owner:.0%} of an owner's deals have the same value"
    return None
