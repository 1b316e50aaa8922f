"""What share of the won leads each channel is given, by several stated rules side by side, and how far they disagree.

None of them says what a channel caused: they divide what came, and nobody saw what would have come without.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from afteraction.analysis.attribution_paths import Paths
from afteraction.analysis.calibration import Measured
from afteraction.errors import NotEnoughData

CANNOT_TELL: Final = (
    "Attribution divides what came among the touches that came before it. It cannot tell what would have come without "
    "a channel: leads that were going to buy anyway touch more channels. Where the rules disagree the record does not "
    "settle it; only an experiment that leaves a channel out for some, by lot, does."
)
FEWEST: Final = 10
"""Conversions below which nothing is attributed."""
DRAWS: Final = 400


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
    Rule.POSITION: "40 % to the first, 40 % to the last, 20 % divided among those between",
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
    """Spearman's rank correlation of two rules' shares; None with fewer than three channels or all alike."""

    one: Rule
    other: Rule
    correlation: float | None


@dataclass(frozen=True)
class Attribution:
    """All rules side by side.

    Of `leads` with touches, `conversions` converted (worth `worth`), `failed` did not, and `open` are too young to say;
    their paths are censored. `one_channel` is the share of conversions whose path has one channel only: on these all
    rules agree whatever is true. `untouched` conversions have no touch on record and are not divided.
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
    one_channel: float
    rules: tuple[Credits, ...]
    views: tuple[ChannelView, ...]
    concord: tuple[Concord, ...]
    cannot_tell: str
    notes: tuple[str, ...]


def attribute(paths: Paths, rng: np.random.Generator, draws: int = DRAWS) -> Attribution | NotEnoughData:
    """Divide the conversions of the paths by every rule; `draws` of a bootstrap over leads give the intervals."""
    raise NotImplementedError
