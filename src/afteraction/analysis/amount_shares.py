"""The share of an amount (hours, wins, value) that some of the deals have, and how two such shares differ.

A few large deals can make up most of an amount, so an interval that counts deals would be far too narrow.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags, Floats
from afteraction.analysis.calibration import Measured

_Z: Final = 1.959963984540054
_FEWEST_DEGREES: Final = 1.5
_WIDEST: Final = 30.0
"""The z of an interval beyond which its level cannot be told from 0."""


@dataclass(frozen=True)
class AmountShare:
    """The share of an amount that some deals have.

    `parts` (n) is what each deal adds to its error (Cochran 1977, eq. 2.47), `effective` how many equal amounts the
    whole is worth (Kish 1965). That number is itself unsure where few amounts make up most of it: `stretch` is by how
    much the quantile of Student's distribution exceeds the normal one, with (Σa²)² / Σa⁴ degrees of freedom
    (Satterthwaite 1946), at least `_FEWEST_DEGREES`.
    """

    value: float
    parts: Floats
    effective: float
    stretch: float

    @classmethod
    def of(cls, chosen: Flags, amount: Floats) -> "AmountShare":
        """The share of the chosen ones of n deals in their amounts (n), which must not all be 0."""
        total = float(amount.sum())
        value = float(amount[chosen].sum()) / total
        share = amount / total  # squares of the amounts themselves may be too large to be held
        squares = float(np.sum(share**2))
        degrees = 1 / float(np.sum((share**2 / squares) ** 2))
        stretch = float(scipy.stats.t.ppf(0.975, max(degrees, _FEWEST_DEGREES))) / _Z
        return cls(value, share * (chosen - value), 1 / squares, stretch)

    def interval(self, z: float = _Z) -> tuple[float, float]:
        """Wilson's (1927), of as many deals as the amount is worth: a share is not certain because it is 0."""
        n, p, z = self.effective, self.value, z * self.stretch
        middle, half = p + z**2 / (2 * n), z * float(np.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2))
        return max((middle - half) / (1 + z**2 / n), 0.0), min((middle + half) / (1 + z**2 / n), 1.0)

    @property
    def measured(self) -> Measured:
        """The share with its 95 % interval."""
        return Measured(self.value, *self.interval())


def difference(first: AmountShare, second: AmountShare, z: float = _Z) -> tuple[float, float]:
    """The interval of `first` less `second`, of the same deals, from the intervals of the two.

    Zou & Donner (2008, Statist. Med. 27:1693): their distances from the estimates, joined as standard errors are.
    """
    (low, high), (second_low, second_high) = first.interval(z), second.interval(z)
    below, above = first.value - low, high - first.value
    second_below, second_above = second.value - second_low, second_high - second.value
    sizes = float(np.sqrt(np.sum(first.parts**2) * np.sum(second.parts**2)))
    together = float(np.sum(first.parts * second.parts)) / sizes if sizes > 0 else 0.0
    down = below**2 + second_above**2 - 2 * together * below * second_above
    up = above**2 + second_below**2 - 2 * together * above * second_below
    apart = first.value - second.value
    return max(apart - float(np.sqrt(max(down, 0.0))), -1.0), min(apart + float(np.sqrt(max(up, 0.0))), 1.0)


def p_of_none(first: AmountShare, second: AmountShare) -> float:
    """The p-value of no difference: that of the level at which the interval just reaches it."""
    if first.value == second.value:
        return 1.0
    side = 0 if first.value > second.value else 1

    def limit(z: float) -> float:
        return difference(first, second, z)[side]

    if limit(_WIDEST) * limit(0.0) > 0:
        return 0.0
    return float(2 * scipy.stats.norm.sf(scipy.optimize.brentq(limit, 0.0, _WIDEST)))
