"""Accounts, trigger events and deals whose truth is known: what each kind of event does to the rate of buying.

Nothing here knows how accounts are ranked. Day by day, an account without an open deal begins one at the rate
λ(t) = λ₀ exp(fit + Σ_k effect_k · max 2^(-age / half-life_k)), the newest event of a kind counting by its confidence;
a deal is won with a chance of its own, or ends otherwise, after some weeks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SEGMENTS: Final = ("small", "middle", "large", "public")
WINS: Final = 0.5
CYCLE: Final = 40.0
"""The median days of a deal."""
_SPREAD: Final = 0.5
_NODES: Final = 12
_NEVER: Final = -1e6


@dataclass(frozen=True)
class Kind:
    """A kind of event: how many an account has in a year, and what a sure one does to the log of the rate at first,
    halved after so many days. `later` is its effect from the middle of the time on (None: the same)."""

    name: str
    a_year: float
    effect: float
    half_life: float
    later: float | None = None


@dataclass(frozen=True)
class Acting:
    """Somebody acts on an event, three days later, with a chance that grows with what makes the account buy anyway
    (`confounding`, in logits); for a month the log of the rate is higher by `effect`. `share` is that of events.

    `hidden` confounding is by something that is on no record. `always` and `never` ask what would be.
    """

    effect: float = 0.0
    confounding: float = 0.0
    hidden: float = 0.0
    share: float = 0.4
    always: bool | None = None


@dataclass(frozen=True)
class World:
    """k accounts over `days`. Events, deals and acts are columns of equal length, one row each.

    `log_rate` (k) is each account's own, in logs per day. `opened`, `closed` (inf while open), `won`.
    """

    kinds: tuple[Kind, ...]
    segment: Longs
    log_rate: Floats
    days: float
    event_account: Longs
    event_kind: Longs
    event_at: Floats
    confidence: Floats
    deal_account: Longs
    opened: Floats
    closed: Floats
    won: Flags
    act_account: Longs
    act_at: Floats
    touch_account: Longs
    touch_at: Floats

    def chance(self, account: Longs, at: Floats, horizon: float) -> Floats:
        """The chance to buy within a horizon of accounts at a day each, given all that happened until then.

        News to come is as likely for all; so this ranks as the truth does, and is nearly its size:
        1 - exp(-p ∫ λ(u) F(horizon - u) du), p the chance to win and F how long deals take.
        """
        newest = self._newest(account, at)
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        total = np.zeros(len(account))
        for node, weight in zip((nodes + 1) / 2 * horizon, weights / 2 * horizon, strict=True):
            total += weight * np.exp(self._log_rate(account, at + node, newest)) * _closed_by(horizon - node)
        return np.asarray(-np.expm1(-WINS * total))

    def _newest(self, account: Longs, at: Floats) -> list[tuple[Floats, Floats]]:
        """The day and the confidence of the newest event of each kind until a day."""
        found = []
        for kind in range(len(self.kinds)):
            rows = np.flatnonzero(self.event_kind == kind)
            rows = rows[np.lexsort((self.event_at[rows], self.event_account[rows]))]
            key = self.event_account[rows] * 1e6 + self.event_at[rows]
            place = np.searchsorted(key, account * 1e6 + at, side="right") - 1
            row = rows[np.maximum(place, 0)] if len(rows) else np.zeros(len(account), dtype=np.int64)
            there = (place >= 0) & (self.event_account[row] == account) if len(rows) else np.zeros(len(account), bool)
            found.append(
                (np.where(there, self.event_at[row], _NEVER), np.where(there, self.confidence[row], 0.0))
                if len(rows)
                else (np.full(len(account), _NEVER), np.zeros(len(account)))
            )
        return found

    def _log_rate(self, account: Longs, at: Floats, newest: list[tuple[Floats, Floats]]) -> Floats:
        rate = self.log_rate[account]
        for kind, (day, sure) in zip(self.kinds, newest, strict=True):
            rate = rate + _effect(kind, at, self.days) * sure * np.exp2(-(at - day) / kind.half_life)
        return np.asarray(rate)


def listening_world(
    rng: np.random.Generator,
    k: int,
    kinds: Sequence[Kind],
    days: float = 1095.0,
    a_year: float = 0.12,
    fit: float = 0.5,
    acting: Acting | None = None,
) -> World:
    """Draw it. `a_year` is the rate at which the average account begins deals, `fit` the spread of segments' (logs)."""
    segment = rng.integers(len(SEGMENTS), size=k)
    wish = rng.normal(size=k)
    own = fit * np.linspace(-1.0, 1.0, len(SEGMENTS))[segment]
    log_rate = np.log(a_year / 365.0) + own
    if acting is not None:
        log_rate = log_rate + 0.7 * wish * (acting.hidden > 0)
    count = rng.poisson([[kind.a_year * days / 365.0] * k for kind in kinds]).astype(np.int64)
    kind_of, account_of = (np.repeat(each.ravel(), count.ravel()) for each in np.indices(count.shape))
    order = np.argsort(at := rng.uniform(0, days, len(kind_of)), kind="stable")
    at, kind_of, account_of = at[order], kind_of[order], account_of[order]
    sure = np.where(rng.random(len(at)) < 0.7, 1.0, 0.6)
    acts = _acts(rng, acting, at, account_of, own / max(fit, 1e-9), wish)
    world = World(
        tuple(kinds), segment, log_rate, days, account_of, kind_of, at, sure,
        *_nothing(), account_of[acts], at[acts] + 3.0, np.zeros(0, dtype=np.int64), np.zeros(0),
    )  # fmt: skip
    return _lived(rng, world, acting.effect if acting else 0.0)


def _nothing() -> tuple[Longs, Floats, Floats, Flags]:
    return np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.bool_)


def _acts(
    rng: np.random.Generator, acting: Acting | None, at: Floats, account: Longs, own: Floats, wish: Floats
) -> Flags:
    if acting is None:
        return np.zeros(len(at), dtype=np.bool_)
    drawn = rng.random(len(at))
    if acting.always is not None:
        return np.full(len(at), acting.always)
    level = np.log(acting.share / (1 - acting.share))
    score = level + acting.confounding * own[account] + acting.hidden * wish[account]
    return np.asarray(drawn < 1 / (1 + np.exp(-score)))


def _lived(rng: np.random.Generator, world: World, act_effect: float) -> World:
    """Live it day by day."""
    k, kinds = len(world.log_rate), world.kinds
    newest, sure = np.full((len(kinds), k), _NEVER), np.zeros((len(kinds), k))
    acted, until = np.full(k, _NEVER), np.zeros(k)
    acts = np.argsort(world.act_at, kind="stable")
    act_at, act_account = world.act_at[acts], world.act_account[acts]
    half = np.array([kind.half_life for kind in kinds])[:, None]
    account, opened = [], []
    closed_at = []
    for day in range(int(world.days)):
        these = slice(*np.searchsorted(world.event_at, [day - 1, day]))
        newest[world.event_kind[these], world.event_account[these]] = world.event_at[these]
        sure[world.event_kind[these], world.event_account[these]] = world.confidence[these]
        acted[act_account[slice(*np.searchsorted(act_at, [day - 1, day]))]] = day
        effect = np.array([float(_effect(kind, np.array(float(day)), world.days)) for kind in kinds])
        rate = world.log_rate + act_effect * (day - acted < 30.0)
        if len(kinds):
            rate = rate + effect @ (sure * np.exp2(-(day - newest) / half))
        begins = np.flatnonzero((rng.random(k) < -np.expm1(-np.exp(rate))) & (until <= day))
        until[begins] = day + CYCLE * np.exp(_SPREAD * rng.normal(size=len(begins)))
        account.append(begins)
        opened.append(day + rng.random(len(begins)))
        closed_at.append(until[begins] + 1.0)
    deal_account, began, ended = np.concatenate(account), np.concatenate(opened), np.concatenate(closed_at)
    won = rng.random(len(began)) < WINS
    open_ = ended > world.days
    # Deals are touched each week while they last, and any account now and then.
    weeks = np.maximum(np.ceil((np.minimum(ended, world.days) - began) / 7), 1).astype(np.int64)
    of_deal = np.repeat(np.arange(len(began)), weeks)
    week = np.arange(len(of_deal)) - np.repeat(np.cumsum(weeks) - weeks, weeks)
    now_and_then = rng.integers(k, size=int(k * world.days / 365.0))
    return replace(
        world,
        deal_account=deal_account,
        opened=began,
        closed=np.where(open_, np.inf, ended),
        won=won & ~open_,
        touch_account=np.concatenate([deal_account[of_deal], now_and_then]),
        touch_at=np.concatenate([began[of_deal] + 7 * week, rng.uniform(0, world.days, len(now_and_then))]),
    )


def _effect(kind: Kind, at: Floats, days: float) -> Floats:
    return np.where((at > days / 2) & (kind.later is not None), kind.later or 0.0, kind.effect)


def _closed_by(days: float) -> float:
    """The share of deals that have ended after so many days."""
    from scipy.stats import norm

    return float(norm.cdf(np.log(max(days, 1e-9) / CYCLE) / _SPREAD))
