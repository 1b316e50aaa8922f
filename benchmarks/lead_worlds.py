"""Leads whose truth is known: how good each source is, when they are won or die, and what each touch does.

Nothing here knows how leads are analysed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from scipy.stats import norm

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MEDIAN_DAYS: Final = 30.0
SPREAD: Final = 1.1
"""Of the logarithm of the days until a lead is won."""
DIES: Final = 0.6
"""Of the leads that are never won, the share that is ever returned; the others lie open for good."""
DEATH_DAYS: Final = 20.0


@dataclass(frozen=True)
class World:
    """n leads: their source (a place), the day each came in, and the days on which it was won or returned (NaN where
    not by the `end`). `chance` is its true chance ever to be won, `touches` what it was touched by, in order."""

    source: Ints
    fit: Floats
    created: Floats
    won: Floats
    dead: Floats
    chance: Floats
    end: float
    offsets: Ints
    touch: Ints

    def won_by(self, days: float) -> Floats:
        """Each lead's true chance to be won within so many days."""
        return self.chance * norm.cdf(np.log(days / MEDIAN_DAYS) / SPREAD)


def leads(
    rng: np.random.Generator,
    n: int,
    quality: Sequence[float],
    days: float = 540.0,
    fit: float = 0.0,
    touch_effects: Sequence[float] = (),
    intent: float = 0.0,
    shift: float = 0.0,
) -> World:
    """Draw leads that came in evenly over `days`. `quality` is each source's share that is ever won (before the rest).

    `fit` is the effect of something known of the lead (a standard normal number), in logits; `touch_effects` those of
    being touched by each channel. `intent` makes leads that would buy anyway meet the last channel more often: a
    channel that takes credit. From half the time on all chances are moved by `shift` logits.
    """
    source = rng.integers(len(quality), size=n)
    number, wish = rng.normal(size=n), rng.normal(size=n)
    created = np.sort(rng.uniform(0, days, n))
    channels = len(touch_effects)
    counts = 1 + rng.poisson(1.5, n) if channels else np.zeros(n, dtype=np.int64)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    of_lead = np.repeat(np.arange(n), counts)
    touch = _channels(rng, wish[of_lead], channels, intent)
    score = np.log(np.array(quality) / (1 - np.array(quality)))[source] + fit * number + shift * (created > days / 2)
    score = score + (intent > 0) * wish
    for channel, effect in enumerate(touch_effects):
        score = score + effect * (np.bincount(of_lead, touch == channel, n) > 0)
    chance = expit(score)
    ever = rng.random(n) < chance
    time = np.exp(np.log(MEDIAN_DAYS) + SPREAD * rng.normal(size=n))
    returned = ~ever & (rng.random(n) < DIES)
    death = rng.exponential(DEATH_DAYS, n)
    won, dead = np.where(ever, created + time, np.nan), np.where(returned, created + death, np.nan)
    return World(
        source,
        number,
        created,
        np.where(won <= days, won, np.nan),
        np.where(dead <= days, dead, np.nan),
        chance,
        days,
        offsets,
        touch,
    )


def _channels(rng: np.random.Generator, wish: Floats, channels: int, intent: float) -> Ints:
    """The channel of each touch, evenly but for the last one, which is met by intent."""
    if not channels:
        return np.zeros(0, dtype=np.int64)
    touch = rng.integers(channels, size=len(wish))
    drawn = rng.random(len(wish)) < expit(2 * intent * wish - 2) if intent else np.zeros(len(wish), dtype=np.bool_)
    return np.where(drawn, channels - 1, touch)
