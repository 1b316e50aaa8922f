"""What share of the won leads each channel is given, by several stated rules side by side, and how far they disagree.

None of them says what a channel caused: they divide what came, and nobody saw what would have come without.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Floats, Longs
from afteraction.analysis.attribution_markov import removal_effects
from afteraction.analysis.attribution_paths import CONVERTED, FAILED, OPEN, Paths
from afteraction.analysis.calibration import Measured
from afteraction.analysis.intervals import Rate, rate
from afteraction.errors import NotEnoughData

CANNOT_TELL: Final = (
    "Attribution divides what came among the touches that came before it. It cannot tell what would have come without "
    "a channel: leads that were going to buy anyway touch more channels. Where the rules disagree the record does not "
    "settle it; only an experiment that leaves a channel out for some, by lot, does."
)
FEWEST: Final = 10
"""Conversions below which nothing is attributed."""
DRAWS: Final = 400
_BLOCKS: Final = 400
_MOST_CELLS: Final = 8_000_000
"""Counts of steps that are kept at most, over all blocks: 64 MB."""
_FEWEST_RANKED: Final = 3
"""Channels; two are in the same order or in the other."""


class Rule(StrEnum):
    """How the credit for a conversion is divided among the touches before it."""

    FIRST = "first"
    LAST = "last"
    LINEAR = "linear"
    POSITION = "position"
    MARKOV = "markov"
    SHAPLEY = "shapley"


RULES: Final = {
    Rule.FIRST: "all of it to the first touch",
    Rule.LAST: "all of it to the last touch",
    Rule.LINEAR: "the same to every touch",
    Rule.POSITION: "40% to the first, 40% to the last, 20% divided among those between",
    Rule.MARKOV: "by how many conversions a chain of touches would lose without the channel (removal effect)",
    Rule.SHAPLEY: "to every channel its Shapley value: the mean of what it adds over all orders of joining",
}


@dataclass(frozen=True)
class Credit:
    """What a channel is given by one rule: `conversions` and `worth` (both add up to the totals), and its share of the
    conversions with a 95 % interval."""

    channel: str
    conversions: float
    worth: float
    share: Measured


@dataclass(frozen=True)
class Credits:
    """One rule's division, in the order of `Attribution.channels`."""

    rule: Rule
    said: str
    credits: tuple[Credit, ...]


@dataclass(frozen=True)
class ChannelView:
    """A channel beside the others: `leads` touched by it, of which `converted` so far (raw, no effect), and the lowest
    and highest share that any rule gives it."""

    channel: str
    leads: int
    converted: int
    lowest: float
    lowest_rule: Rule
    highest: float
    highest_rule: Rule


@dataclass(frozen=True)
class Concord:
    """Spearman's rank correlation of two rules' shares over the `channels`, with a 95 % interval over leads.

    None with fewer than three channels or all alike.
    """

    one: Rule
    other: Rule
    correlation: Measured | None
    channels: int


@dataclass(frozen=True)
class Attribution:
    """All rules side by side.

    Of `leads` with touches, `conversions` converted (worth `worth`), `failed` did not, and `open` are too young to say:
    their paths are censored, older ones stand for them in the chain. `one_channel` is the share of conversions whose
    path has one channel only: on these all rules agree whatever is true. `untouched` conversions have no touch on
    record and are not divided.
    """

    by: str
    goal: str
    channels: tuple[str, ...]
    leads: int
    conversions: int
    worth: float
    failed: int
    open: int
    untouched: int
    one_channel: Rate
    rules: tuple[Credits, ...]
    views: tuple[ChannelView, ...]
    concord: tuple[Concord, ...]
    cannot_tell: str
    notes: tuple[str, ...]


def attribute(paths: Paths, rng: np.random.Generator, draws: int = DRAWS) -> Attribution | NotEnoughData:
    """Divide the conversions of the paths by every rule; `draws` of a bootstrap over leads give the intervals.

    Leads are dealt into blocks at random and blocks are drawn with replacement (Efron 1979; Kunsch's blocks are for
    dependence, these only save work): with fewer leads than blocks each is one of its own. One compiled pass over the
    touches, then everything costs channels and blocks.
    """
    from afteraction.analysis.attribution_kernel import OF_A_PATH, divided  # compiling costs most of a second

    converted = int(np.sum(paths.end == CONVERTED))
    if converted < FEWEST:
        return NotEnoughData(
            f"only {converted} leads with a touch on record have converted",
            f"at least {FEWEST}, to divide among channels",
        )
    k, n = len(paths.channels), len(paths)
    blocks = max(min(n, _BLOCKS, _MOST_CELLS // ((k + 1) * (k + 2))), 2)
    block = (rng.permutation(n) % blocks).astype(np.int32)
    weights = (paths.end != OPEN).astype(np.float64) if paths.weight is None else paths.weight
    conversions, worths, steps, touched, alone = divided(
        paths.offsets, paths.touch, paths.end, paths.worth, weights, block, blocks, k
    )
    weight = np.vstack([np.ones(blocks), rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=draws)])
    shares = np.concatenate([_of_paths(weight, conversions), _of_chain(weight, steps)[:, None]], axis=1)
    worth = float(paths.worth[paths.end == CONVERTED].sum())
    of_worth = worths.sum(axis=0)
    order = [Rule.FIRST, Rule.LAST, Rule.LINEAR, Rule.POSITION, Rule.SHAPLEY, Rule.MARKOV]
    rules = {}
    for place, rule in enumerate(order):
        value, drawn = shares[0, place], shares[1:, place]
        brought = of_worth[place] if place < OF_A_PATH else value * worth
        rules[rule] = Credits(rule, RULES[rule], tuple(_credits(paths.channels, value, drawn, brought, converted)))
    values = {rule: shares[0, place] for place, rule in enumerate(order)}
    counted = int(np.sum(np.diff(paths.offsets) > 0))
    return Attribution(
        by=paths.by,
        goal=paths.goal,
        channels=paths.channels,
        leads=counted,
        conversions=converted,
        worth=worth,
        failed=int(np.sum(paths.end == FAILED)),
        open=int(np.sum(paths.end == OPEN)),
        untouched=paths.untouched,
        one_channel=rate(alone, converted),
        rules=tuple(rules[rule] for rule in Rule),
        views=tuple(_views(paths.channels, touched, values)),
        concord=tuple(_concord({rule: shares[:, place] for place, rule in enumerate(order)})),
        cannot_tell=CANNOT_TELL,
        notes=tuple(_notes(paths, alone, converted)),
    )


def _of_paths(weight: Floats, conversions: Floats) -> Floats:
    """Shares of every draw, rule and channel; NaN where a draw has no conversion."""
    blocks, rules, k = conversions.shape
    credit = (weight @ conversions.reshape(blocks, rules * k)).reshape(len(weight), rules, k)
    total = credit.sum(axis=2, keepdims=True)
    return np.asarray(np.divide(credit, total, out=np.full_like(credit, np.nan), where=total > 0))


def _of_chain(weight: Floats, steps: Floats) -> Floats:
    blocks, rows, columns = steps.shape
    found = np.empty((len(weight), rows - 1))
    at_once = max(_MOST_CELLS // (rows * columns), 1)
    for first in range(0, len(weight), at_once):
        part = slice(first, first + at_once)
        drawn = (weight[part] @ steps.reshape(blocks, rows * columns)).reshape(-1, rows, columns)
        found[part] = removal_effects(drawn)
    total = found.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(found, total, out=np.full_like(found, np.nan), where=total > 0))


def _credits(
    channels: Sequence[str], value: Floats, drawn: Floats, worth: Floats, conversions: int
) -> Iterator[Credit]:
    known = drawn[~np.isnan(drawn[:, 0])]
    low, high = np.quantile(known, (0.025, 0.975), axis=0) if len(known) else (value, value)
    # A channel that never got any cannot get some in a draw; so many conversions without it leave room all the same.
    room = rate(0, conversions).high
    for place, channel in enumerate(channels):
        share = float(value[place])
        top = max(float(high[place]), room) if share <= 0 else float(high[place])
        bottom = min(float(low[place]), 1 - room) if share >= 1 else float(low[place])
        yield Credit(
            channel, share * conversions, float(worth[place]), Measured(share, min(bottom, share), max(top, share))
        )


def _views(channels: Sequence[str], touched: Longs, values: dict[Rule, Floats]) -> Iterator[ChannelView]:
    rules = list(values)
    table = np.array([values[rule] for rule in rules])
    for place, channel in enumerate(channels):
        lowest, highest = int(table[:, place].argmin()), int(table[:, place].argmax())
        yield ChannelView(
            channel,
            int(touched[place, 0]),
            int(touched[place, 1]),
            float(table[lowest, place]),
            rules[lowest],
            float(table[highest, place]),
            rules[highest],
        )


def _concord(drawn: dict[Rule, Floats]) -> Iterator[Concord]:
    """How alike the rules rank the channels, from their shares (draws × channels, the first row as it was found).

    The interval is the bootstrap's over leads, widened to what was found: ranks that are as clear as can be move in
    draws only one way.
    """
    k = next(iter(drawn.values())).shape[1]
    ranked = {rule: _ranks(shares) for rule, shares in drawn.items()} if k >= _FEWEST_RANKED else {}
    for one, other in combinations(list(Rule), 2):
        yield Concord(one, other, _rank_correlation(ranked[one], ranked[other]) if ranked else None, k)


def _ranks(shares: Floats) -> Floats:
    """Mean ranks of equal shares, row by row, less their mean; shares that differ by rounding alone are equal."""
    found = np.asarray(scipy.stats.rankdata(np.round(shares, 12), axis=1), dtype=np.float64)
    return np.asarray(found - found.mean(axis=1, keepdims=True))


def _rank_correlation(one: Floats, other: Floats) -> Measured | None:
    size = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    known = np.isfinite(size) & (size > 0)
    if not known[0]:
        return None
    found = (one[known] * other[known]).sum(axis=1) / size[known]
    value, drawn = float(found[0]), found[1:] if len(found) > 1 else found
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Measured(value, min(float(low), value), max(float(high), value))


def _notes(paths: Paths, alone: int, converted: int) -> Iterator[str]:
    if int(np.diff(paths.offsets).max(initial=0)) <= 1:
        yield "no lead has more than one touch on record, so that all rules say the same: they only count sources"
    elif alone == converted:
        yield "every conversion was touched by one channel only, so that the rules agree whatever is true"
    if paths.untouched:
        yield f"{paths.untouched:,} conversions have no touch on record and are left out"
    still = int(np.sum(paths.end == OPEN))
    if still:
        yield f"{still:,} leads are too young to tell and count for no rule; older ones like them stand for them"
