"""How far several voices agree on the same deals beyond what chance would bring about: Krippendorff's alpha.

Alpha is 1 - D_o / D_e: the disagreement within deals over the one that answers drawn at random from all of them would
show (Krippendorff 2018, Content Analysis, 4th ed., ch. 12; Hayes & Krippendorff 2007, Commun. Methods Meas. 1:77).
1 is perfect, 0 chance, below 0 worse than chance. Any number of voices, any of them missing.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Final, Protocol

import numpy as np
from scipy.sparse import csr_array

from afteraction.analysis.arrays import Floats, Places
from afteraction.analysis.effect import ENOUGH_OWNERS
from afteraction.analysis.intervals import rate
from afteraction.errors import NotEnoughData

FEWEST_DEALS: Final = 20
"""Deals with two voices or more, below which no agreement is told."""
DRAWS: Final = 1_000
_USABLE: Final = 0.95
"""The share of the draws in which anything varies, below which there is no interval to speak of."""
_DRAWN_AT_ONCE: Final = 100
_ROWS_AT_ONCE: Final = 4_096

Answers = Sequence[Sequence[str | float | None]]
SetAnswers = Sequence[Sequence[frozenset[str] | None]]


class Level(StrEnum):
    """What differences between answers mean: other or same, ranks, or distances."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


class SetDistance(StrEnum):
    """How far two sets of drivers are apart: Jaccard 1912, or MASI (Passonneau 2006, LREC), which spares subsets."""

    JACCARD = "jaccard"
    MASI = "masi"


@dataclass(frozen=True)
class Agreement:
    """Alpha with its 95 % interval.

    It rests on `answers` in `deals` with two voices or more. `observed` and `expected` are D_o and D_e. The interval
    allows for deals of one owner being alike where `clustered`.
    """

    value: float
    low: float
    high: float
    deals: int
    answers: int
    observed: float
    expected: float
    clustered: bool


def agreement(
    answers: Answers, level: Level, rng: np.random.Generator, owner: Sequence[str] | None = None
) -> Agreement | NotEnoughData:
    """Alpha of the answers to one question: one row per deal, one entry per voice, None where there is none.

    Ordinal and interval answers are finite numbers; ValueError if they are not. `owner` has one entry per deal, empty
    where none is known.
    """
    values = list(dict.fromkeys(value for deal in answers for value in deal if value is not None))
    if level is Level.NOMINAL:
        return _alpha(answers, values, _ByDistance(1 - np.eye(len(values))), rng, owner)
    numbers = [value for value in values if not isinstance(value, str) and np.isfinite(value)]
    if len(numbers) < len(values):
        raise ValueError(f"found answers that are no finite numbers; expected numbers at the {level} level")
    scale = _ByScore(None if level is Level.ORDINAL else np.sort(np.array(numbers, dtype=np.float64)))
    return _alpha(answers, sorted(numbers), scale, rng, owner)


def agreement_on_sets(
    answers: SetAnswers,
    rng: np.random.Generator,
    distance: SetDistance = SetDistance.MASI,
    owner: Sequence[str] | None = None,
) -> Agreement | NotEnoughData:
    """Alpha of which drivers each voice named: one row per deal, one set per voice, None where it was silent.

    An empty set is an answer: none of them. The distance takes the place of the squared difference (Passonneau 2006).
    """
    sets = list(dict.fromkeys(each for deal in answers for each in deal if each is not None))
    apart = np.array([[set_distance(one, other, distance) for other in sets] for one in sets])
    return _alpha(answers, sets, _ByDistance(apart), rng, owner)


def agreement_by_driver(
    answers: SetAnswers, drivers: Iterable[str], rng: np.random.Generator, owner: Sequence[str] | None = None
) -> Mapping[str, Agreement | NotEnoughData]:
    """For every driver alpha of whether it was named or not."""
    named = {
        driver: [[None if each is None else float(driver in each) for each in deal] for deal in answers]
        for driver in drivers
    }
    return {driver: agreement(rows, Level.NOMINAL, rng, owner) for driver, rows in named.items()}


def set_distance(one: frozenset[str], other: frozenset[str], distance: SetDistance = SetDistance.MASI) -> float:
    """From 0 for equal sets to 1 for such that share nothing."""
    if one == other:
        return 0.0
    jaccard = len(one & other) / len(one | other)
    if distance is SetDistance.JACCARD:
        return 1 - jaccard
    monotonicity = 2 / 3 if one <= other or other <= one else 1 / 3
    return 1 - jaccard * monotonicity


class _Scale(Protocol):
    """What differences between V values come to. `totals` (draws × V) says how often each value is given."""

    def within(self, counts: csr_array, totals: Floats, /) -> Floats:
        """Σ n_c n_v δ² of each pattern of values (draws, or 1 for all draws, × patterns)."""

    def expected(self, totals: Floats) -> Floats:
        """Σ n_c n_v δ² over all answers (draws)."""

    def furthest(self, totals: Floats, /) -> float:
        """The largest δ² of two values (of the first draw)."""


@dataclass(frozen=True)
class _ByDistance:
    """δ² from a table (V × V)."""

    apart: Floats

    def within(self, counts: csr_array, _totals: Floats) -> Floats:
        parts = (counts[first : first + _ROWS_AT_ONCE] for first in range(0, counts.shape[0], _ROWS_AT_ONCE))
        return np.concatenate([np.asarray(part.multiply(part @ self.apart).sum(axis=1)) for part in parts])[None, :]

    def expected(self, totals: Floats) -> Floats:
        return np.asarray(np.sum(totals @ self.apart * totals, axis=1))

    def furthest(self, _totals: Floats) -> float:
        return float(self.apart.max())


@dataclass(frozen=True)
class _ByScore:
    """δ² = (x_c - x_v)² of ascending values x; without them, of ranks.

    The ordinal distance of Krippendorff, n_c / 2 + the answers between + n_v / 2, is the one between mean ranks.
    """

    values: Floats | None

    def _scores(self, totals: Floats) -> Floats:
        if self.values is None:
            scores = np.cumsum(totals, axis=1) - totals / 2
        else:
            scores = np.broadcast_to(self.values, totals.shape)
        # From the middle, as sums of squares of large numbers lose their last digits.
        return np.asarray(scores - (scores[:, :1] + scores[:, -1:]) / 2)

    def within(self, counts: csr_array, totals: Floats) -> Floats:
        scores = self._scores(totals if self.values is None else totals[:1]).T
        answers = np.asarray(counts.sum(axis=1))[:, None]
        return np.asarray(2 * (answers * (counts @ scores**2) - (counts @ scores) ** 2).T)

    def expected(self, totals: Floats) -> Floats:
        scores = self._scores(totals)
        squares, sums = np.sum(totals * scores**2, axis=1), np.sum(totals * scores, axis=1)
        return np.asarray(2 * (np.sum(totals, axis=1) * squares - sums**2))

    def furthest(self, totals: Floats) -> float:
        scores = self._scores(totals)[0]
        return float((scores[-1] - scores[0]) ** 2)


def _alpha(
    answers: Sequence[Sequence[Hashable | None]],
    values: Sequence[Hashable],
    scale: _Scale,
    rng: np.random.Generator,
    owner: Sequence[str] | None,
) -> Agreement | NotEnoughData:
    given = [[value for value in deal if value is not None] for deal in answers]
    rows = [row for row, deal in enumerate(given) if len(deal) > 1]
    if len(rows) < FEWEST_DEALS:
        return NotEnoughData(
            f"only {len(rows)} deals have the answer of two voices or more", f"at least {FEWEST_DEALS} such deals"
        )
    place = {value: number for number, value in enumerate(values)}
    patterns = [tuple(sorted(place[value] for value in given[row])) for row in rows]
    number = {pattern: code for code, pattern in enumerate(dict.fromkeys(patterns))}
    code = np.array([number[pattern] for pattern in patterns])
    counts = _counts(number, len(values))
    groups = _groups(rows, owner)
    clustered = groups is not None
    independent = len(rows) if groups is None else int(groups.max()) + 1
    whole = np.bincount(code).astype(np.float64)[None, :]
    observed, expected = _disagreement(whole, counts, scale)
    if expected[0] <= 0:
        return NotEnoughData("all voices give one and the same answer everywhere", "answers that differ between deals")
    # Deals that are drawn by themselves are all alike but for their pattern.
    of_group = whole if groups is None else csr_array((np.ones(len(code)), (groups, code)))
    drawn = np.concatenate(list(_drawn(of_group, clustered, counts, scale, rng)))
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) < _USABLE * DRAWS:
        return NotEnoughData(
            "but for a handful of deals all voices give the same answer everywhere", "more deals with other answers"
        )
    low, high = (float(limit) for limit in np.quantile(drawn, (0.025, 0.975)))
    if observed[0] == 0:
        # Draws of deals without disagreement show none either; so many without any leave room for a few all the same.
        low = 1 - rate(0, independent).high * scale.furthest(whole @ counts) / float(expected[0])
    value = 1 - float(observed[0] / expected[0])
    return Agreement(
        value, low, high, len(rows), sum(map(len, patterns)), float(observed[0]), float(expected[0]), clustered
    )


def _counts(patterns: Iterable[tuple[int, ...]], values: int) -> csr_array:
    """How often each value is in each pattern (patterns × values)."""
    listed = list(patterns)
    row = np.repeat(np.arange(len(listed)), [len(each) for each in listed])
    column = np.fromiter(chain.from_iterable(listed), dtype=np.int64)
    return csr_array((np.ones(len(row)), (row, column)), shape=(len(listed), values))


def _groups(rows: Sequence[int], owner: Sequence[str] | None) -> Places | None:
    """Which deals are drawn together: those of an owner if there are enough owners, else None."""
    if owner is None or len({owner[row] for row in rows if owner[row]}) < ENOUGH_OWNERS:
        return None
    known = [owner[row] or row for row in rows]
    number = {each: place for place, each in enumerate(dict.fromkeys(known))}
    return np.array([number[each] for each in known])


def _disagreement(weight: Floats, counts: csr_array, scale: _Scale) -> tuple[Floats, Floats]:
    """D_o and D_e when each pattern occurs as often as `weight` (draws × patterns) says (Krippendorff 2018, 12.3)."""
    totals = weight @ counts
    n = np.sum(totals, axis=1)
    within = scale.within(counts, totals) / (np.asarray(counts.sum(axis=1)) - 1)
    return np.sum(weight * within, axis=1) / n, scale.expected(totals) / (n * (n - 1))


def _drawn(
    of_group: csr_array | Floats, clustered: bool, counts: csr_array, scale: _Scale, rng: np.random.Generator
) -> Iterator[Floats]:
    """Alpha of deals, or owners with their deals, drawn with replacement (Zapf et al. 2016, BMC Med. Res. Meth. 16:93).

    `of_group` is how often each pattern occurs in all deals (1 × patterns) or with each owner (owners × patterns).
    Not a number where nothing varies in a draw.
    """
    groups = of_group.shape[0]
    for _block in range(DRAWS // _DRAWN_AT_ONCE):
        if clustered:
            times = rng.multinomial(groups, np.full(groups, 1 / groups), size=_DRAWN_AT_ONCE) @ of_group
        else:
            times = rng.multinomial(int(of_group.sum()), of_group[0] / of_group.sum(), size=_DRAWN_AT_ONCE)
        observed, expected = _disagreement(times, counts, scale)
        yield 1 - np.divide(observed, expected, out=np.full(len(expected), np.nan), where=expected > 0)
