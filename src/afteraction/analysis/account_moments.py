"""Accounts at moments of the past: what was known of them then, and whether they bought within the horizon after it.

Every account is looked at every STEP days, beginning on a day of its own. Horizons then overlap: each row counts by
STEP / horizon, so that one win counts once.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.account_record import AccountRecord, Dated
from afteraction.analysis.arrays import Flags, Floats, Longs, Places
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.features import Snapshot

STEP: Final = 30.0
FRESH: Final = 90.0
"""Days in which an event is news."""
FADES: Final = (20.0, 60.0, 180.0)
"""Half-lives in days: what is left of an event is learned as a sum of these fadings, by kind."""
MIDDLE: Final = 1
LOOKS_BACK: Final = 720.0
"""Older events are history: less than a sixteenth is left of them by the slowest fading."""
MOST_TO_TRAIN: Final = 60_000
DEALS, WON, SINCE_DEAL = "deals in two years", "deals won in two years", "days since a deal ended"
TOUCHES, SINCE_TOUCH = "touches in 90 days", "days since a touch"
LONGEST: Final = {SINCE_DEAL: 365.0, SINCE_TOUCH: 180.0}
"""Longer ago is as never. Without that bound, and with counts of all time, accounts of a young record would look
unlike the same accounts later, and what was learned early would not hold."""
_TWO_YEARS: Final = 730.0
_SUREST: Final = 0.999


@dataclass(frozen=True)
class Moments:
    """n moments of accounts (places) without an open deal, whether each `bought` in the horizon, and how often it
    counts; `cohort` numbers the looks, so that accounts can be ranked among those of one time."""

    account: Longs
    at: Floats
    bought: Flags
    weight: Floats
    cohort: Longs

    def __len__(self) -> int:
        return len(self.account)

    def select(self, rows: Places | Flags) -> "Moments":
        return Moments(self.account[rows], self.at[rows], self.bought[rows], self.weight[rows], self.cohort[rows])


def first_day(record: AccountRecord) -> float:
    """From when on there are both deals and events on record."""
    known = [float(each.at.min()) for each in (record.opened, record.events) if len(each.at)]
    return max(known) if len(known) == 2 else record.end


def moments(
    record: AccountRecord, since: float, until: float, horizon: float, rng: np.random.Generator, step: float = STEP
) -> Moments:
    """All moments from a day to another, with what is known by `until` of the horizon after each.

    A moment whose horizon reaches beyond stands in with the weight of `ended_weights` where the account had bought by
    then, and with none where not.
    """
    looks = max(int(np.ceil((until - since) / step)), 0)
    account = np.repeat(np.arange(len(record)), looks)
    cohort = np.tile(np.arange(looks), len(record))
    at = since + step * (np.repeat(rng.random(len(record)), looks) + cohort)
    there = np.flatnonzero((at < until) & (at >= record.since[account]))
    account, at, cohort = account[there], at[there], cohort[there]
    free = ~record.has_open_deal(account, at)
    account, at, cohort = account[free], at[free], cohort[free]
    next_win = record.wins.following(account, at)
    bought = next_win <= np.minimum(at + horizon, until)
    known = bought | (at + horizon <= until)
    time = np.where(bought, next_win - at, horizon)
    return Moments(account, at, bought, ended_weights(time, until - at, known) * step / horizon, cohort)


def sampled(record: AccountRecord, every: Moments, rng: np.random.Generator, most: int = MOST_TO_TRAIN) -> Moments:
    """Some moments to learn from, so weighted that they stand for all (Fithian & Hastie 2014, sec. 2, by design).

    Those that bought, and those with news, are rare and tell most: each kind of moment gets an equal share.
    """
    every = every.select(every.weight > 0)
    if len(every) <= most:
        return every
    news = record.events.count(every.account, every.at - 2 * FRESH, every.at) > 0
    stratum = 2 * every.bought + news
    chosen, weight = [], []
    sizes = np.bincount(stratum, minlength=4)
    left = most
    for place, number in enumerate(np.argsort(sizes)):
        rows = np.flatnonzero(stratum == number)
        kept = rng.choice(rows, min(len(rows), left // (4 - place)), replace=False)
        left -= len(kept)
        chosen.append(kept)
        weight.append(every.weight[kept] * len(rows) / max(len(kept), 1))
    picked = np.concatenate(chosen)
    return Moments(
        every.account[picked], every.at[picked], every.bought[picked], np.concatenate(weight), every.cohort[picked]
    )


def known_at(record: AccountRecord, account: Places, at: Floats) -> Snapshot:
    """Fit, history and relations of accounts at a day each: nothing from after it."""
    numbers = {
        DEALS: record.opened.count(account, at - _TWO_YEARS, at),
        WON: record.wins.count(account, at - _TWO_YEARS, at),
        SINCE_DEAL: _since(record.ended, account, at, LONGEST[SINCE_DEAL]),
        TOUCHES: record.touches.count(account, at - FRESH, at),
        SINCE_TOUCH: _since(record.touches, account, at, LONGEST[SINCE_TOUCH]),
    }
    return Snapshot(
        rows=account.astype(np.int32),
        at=at,
        facts={name: fact.codes[account] for name, fact in record.facts.items()},
        levels={name: fact.levels for name, fact in record.facts.items()},
        numbers={name: np.asarray(np.log1p(each), dtype=np.float64) for name, each in numbers.items()},
        flags={},
    )


def events_at(record: AccountRecord, account: Places, at: Floats) -> Floats:
    """What is left of the events of accounts at a day each: n × kinds × FADES, from 0 to 1.

    An event of confidence c and age a counts c 2^(-a / half-life); several of a kind as the chance that any of them
    still holds, 1 - Π (1 - each).
    """
    kinds, fades = len(record.kinds), len(FADES)
    row, place = events_of(record, account, at)
    total = np.empty((len(account) * kinds, fades))
    cell = row * kinds + record.kind[place]
    age = at[row] - record.events.at[place]
    for number, half_life in enumerate(FADES):
        left = np.minimum(record.confidence[place] * np.exp2(-age / half_life), _SUREST)
        total[:, number] = np.bincount(cell, np.log1p(-left), len(account) * kinds)
    return np.asarray(-np.expm1(total).reshape(len(account), kinds, fades))


def events_of(record: AccountRecord, account: Places, at: Floats) -> tuple[Longs, Longs]:
    """Pairs of a row (of n accounts at a day each) and the place of an event in the LOOKS_BACK days before it."""
    first = record.events.before(account, at - LOOKS_BACK)
    number = record.events.before(account, at) - first
    row = np.repeat(np.arange(len(account)), number)
    behind = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    return row, np.repeat(first, number) + behind


def fade_of(age: Floats) -> Floats:
    """What is left of a sure event at some ages, by each of FADES (n × FADES)."""
    return np.asarray(np.exp2(-age[:, None] / np.array(FADES)))


def _since(happened: Dated, account: Places, at: Floats, longest: float) -> Floats:
    return np.minimum(at - happened.last(account, at), longest)
