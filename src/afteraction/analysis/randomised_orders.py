"""Trials in which every unit goes both ways: by turns (switchback), or one after the other for good (stepped roll-out).

What was drawn is an order, so what else might have been drawn are the other orders, and randomisation inference holds
as it does for clusters (`randomisation_inference`): exact, however many looks, as long as what becomes of a deal
depends on the way that its own period goes, not on the one before. A protocol leaves out the start of each period.
"""

import math
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.analysis.randomisation_inference import DRAWS, Studentised

FEWEST_PAIRS: Final = 4
"""Complete pairs of periods below which the errors of orders cannot be told apart."""
_LISTED: Final = 5000
_NEARLY_NONE: Final = 1e-18
_IDENTIFIED: Final = 1e-9


@dataclass(frozen=True)
class PeriodCourse:
    """What counts at each of k looks in each of G units and P periods: sums of the outcome, deals (k × G × P).

    `new` (G × P) is what was drawn; `complete` (k) how many periods were over for good at each look, which follows
    from the calendar alone. `likeness` is the intraclass correlation that the protocol expects.
    """

    total: Floats
    deals: Floats
    new: Flags
    complete: Longs
    likeness: float


def orders_of_turns(units: int, periods: int, rng: np.random.Generator, draws: int = DRAWS) -> Floats:
    """Which of each unit's pairs of periods are turned round (R × G·runs; 1 as drawn, -1 turned), as drawn first.

    Pairs of all planned periods, so that an order is the same at every look. The same `rng` seed at every look.
    """
    pairs = units * (periods // 2)
    if pairs < math.log2(_LISTED):
        return np.array(list(product((1.0, -1.0), repeat=pairs)), dtype=np.float64).reshape(-1, pairs)
    found = rng.choice([1.0, -1.0], size=(draws + 1, pairs))
    found[0] = 1.0
    return found


def of_turns(course: PeriodCourse, turned: Floats) -> Studentised:
    """The weighted mean over complete pairs of a unit's new period less its old one; for each order in `turned`.

    A pair counts once both periods are over for good and had deals; weights are one over the variance that the
    likeness gives a pair. Studentised by the spread of the pairs' differences.
    """
    units, periods = course.new.shape
    runs = periods // 2
    first, second = slice(0, 2 * runs, 2), slice(1, 2 * runs, 2)
    drawn = np.where(course.new[:, first], 1.0, -1.0).ravel()  # the first period of the pair went the new way

    def statistic(look: int, shift: float) -> tuple[Floats, Floats] | None:
        deals, total = course.deals[look], course.total[look]
        over = np.tile(2 * np.arange(1, runs + 1) <= course.complete[look], units)
        counts = [deals[:, each].ravel() for each in (first, second)]
        used = over & (counts[0] > 0) & (counts[1] > 0)
        if int(used.sum()) < FEWEST_PAIRS:
            return None
        means = [
            total[:, each].ravel()[used] / count[used] for each, count in zip((first, second), counts, strict=True)
        ]
        spread = sum((1 + (count[used] - 1) * course.likeness) / count[used] for count in counts)
        weight = 1 / np.asarray(spread)
        gain = drawn[used] * (means[0] - means[1]) - shift
        sign = turned[:, used]
        whole = weight.sum()
        value: Floats = sign @ (weight * gain) / whole
        squares = float(np.sum((weight * gain) ** 2)) - 2 * value * (sign @ (weight**2 * gain))
        error: Floats = np.sqrt(np.maximum(squares + value**2 * np.sum(weight**2), _NEARLY_NONE)) / whole
        return value, error

    return statistic


def orders_of_steps(start: Longs, rng: np.random.Generator, draws: int = DRAWS) -> Longs:
    """In which period each unit might have started on the new way (R × G), as drawn first; `start` (G) is as drawn."""
    counts = np.unique(start, return_counts=True)[1]
    ways = math.factorial(len(start)) // math.prod(math.factorial(int(each)) for each in counts)
    if ways <= _LISTED:
        found = np.array(sorted(_permutations(sorted(start.tolist()))), dtype=np.int64)
        place = int(np.flatnonzero((found == start).all(axis=1))[0])
        found[[0, place]] = found[[place, 0]]
        return found
    drawn = rng.permuted(np.tile(start, (draws + 1, 1)), axis=1)
    drawn[0] = start
    return drawn


def of_steps(course: PeriodCourse, start: Longs, orders: Longs) -> Studentised:
    """The effect of the new way within periods, units and periods having levels of their own, for each order.

    Weighted least squares of the cells' means on units, periods and the way (Hussey & Hughes 2007, Contemp. Clin.
    Trials 28:182, with fixed units), tested by drawing the order anew (Wang & De Gruttola 2017, Stat. Med. 36:2831) and
    studentised with the units' scores. Periods take up whatever changes for everyone as time goes on.
    """
    units, periods = course.new.shape
    unit, period = (each.ravel() for each in np.indices((units, periods)))
    kept: dict[int, tuple[Floats, ...] | None] = {}

    def parts(look: int) -> tuple[Floats, ...] | None:
        """Of each order: Σ z², Σ z y, Σ z a by unit, of y, of the way that was drawn (a), and of z itself."""
        deals = course.deals[look].ravel()
        used = deals > 0
        here, when = unit[used], period[used]
        root = np.sqrt(deals[used] / (1 + (deals[used] - 1) * course.likeness))
        y = course.total[look].ravel()[used] / deals[used]
        levels = np.column_stack([here[:, None] == np.arange(units), when[:, None] == np.arange(periods)])
        left, sizes, _right = np.linalg.svd(levels * root[:, None], full_matrices=False)
        basis = left[:, sizes > sizes[0] * _IDENTIFIED] if len(sizes) and len(y) else left

        def rest(columns: Floats) -> Floats:
            scaled = columns * root
            return np.asarray(scaled - (scaled @ basis) @ basis.T)

        z = rest((orders[:, here] <= when).astype(np.float64))
        known = np.sum(z**2, axis=1)
        if not len(y) or known.min() < _IDENTIFIED * max(float(known.max()), 1.0):
            return None
        own = rest(np.stack([y, (start[here] <= when).astype(np.float64)]))
        of_unit = (here[:, None] == np.arange(units)).astype(np.float64)
        return known, (z * own[0]) @ of_unit, (z * own[1]) @ of_unit, (z**2) @ of_unit

    def statistic(look: int, shift: float) -> tuple[Floats, Floats] | None:
        if look not in kept:
            kept[look] = parts(look)
        found = kept[look]
        if found is None:
            return None
        known, of_y, of_drawn, of_z = found
        scores = of_y - shift * of_drawn
        value: Floats = scores.sum(axis=1) / known
        error: Floats = np.sqrt(np.maximum(np.sum((scores - value[:, None] * of_z) ** 2, axis=1), _NEARLY_NONE)) / known
        return value, error

    return statistic


def _permutations(left: list[int]) -> list[tuple[int, ...]]:
    """All different orders of a list that may hold equals."""
    if not left:
        return [()]
    found = []
    for each in sorted(set(left)):
        rest = list(left)
        rest.remove(each)
        found += [(each, *others) for others in _permutations(rest)]
    return found
