"""Intervals that hold however often one looks: of an estimate whose information grows.

At a look with standard error s the information is I = 1 / s². Where an estimate uses what is known fully, I times its
error moves as a Brownian motion does in I (Jennison & Turnbull 2000, ch. 3 and 11: group-sequential tests of
proportions, means, regressions and of survival at a horizon), and a curve that such a motion leaves with probability
alpha at most gives intervals that all hold at once. Two curves:
- `until_planned`, for a protocol with a planned end: a level line up to the planned information, by the reflection
  principle. At the end it costs little beside a single look, early it stops for large effects only.
- `open_ended`, for no planned end: the normal mixture of Robbins (1970, Ann. Math. Stat. 41:1397), as an asymptotic
  confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024, Ann. Stat. 52:2613, eq. 5), the same as the
  mixture sequential probability ratio test of Johari, Koomen, Pekelis & Walsh (2022, Oper. Res. 70:1806).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Final

import scipy
from scipy.special import lambertw

from afteraction.errors import NotEnoughData

ALPHA: Final = 0.05
_NORMAL: Final = NormalDist()


@dataclass(frozen=True)
class Look:
    """An estimate at one look: its value, standard error (above 0), and degrees of freedom (inf where many)."""

    value: float
    error: float
    freedom: float = math.inf

    @property
    def information(self) -> float:
        """1 / s², s drawn larger where it is known on few degrees of freedom: by the ratio of 97.5 % quantiles."""
        stretch = (
            scipy.stats.t.ppf(0.975, self.freedom) / _NORMAL.inv_cdf(0.975) if math.isfinite(self.freedom) else 1.0
        )
        return float(1 / (self.error * stretch) ** 2)


@dataclass(frozen=True)
class Interval:
    """Where the effect lies, with everything seen up to a look; `past_plan` where the planned information was met."""

    value: float
    low: float
    high: float
    past_plan: bool = False


@dataclass(frozen=True)
class UntilPlanned:
    """A sequence that holds up to `information` (1 / squared standard error), planned before anything was seen."""

    information: float
    alpha: float = ALPHA

    def radius(self, information: float) -> float:
        """Half the width at that information: c √I_max / I, c as `level` gives it; infinite before anything is known.

        Raises ValueError beyond the planned information, where nothing is promised.
        """
        if information > self.information * (1 + 1e-9):
            raise ValueError(f"information {information:g} is beyond the planned {self.information:g}")
        return level(self.alpha) * math.sqrt(self.information) / information if information > 0 else math.inf


@dataclass(frozen=True)
class OpenEnded:
    """A sequence without an end, at its narrowest about `information`."""

    information: float
    alpha: float = ALPHA

    def radius(self, information: float) -> float:
        """Half the width at that information, with the best `tuning`; infinite before anything is known."""
        if information <= 0:
            return math.inf
        return mixture_radius(information, tuning(self.information, self.alpha), self.alpha)


Boundary = UntilPlanned | OpenEnded


@lru_cache(maxsize=64)
def level(alpha: float) -> float:
    """The c that |B(t)|, a Brownian motion on [0, 1], reaches with probability alpha: 2.2414 for 5 %.

    P(max |B| < c) = Σ_k (-1)^k (Φ((2k + 1) c) - Φ((2k - 1) c)) over all whole k (Feller 1971, vol. II, ch. X.5).
    """

    def reached(c: float) -> float:
        inside = sum((-1) ** k * (_NORMAL.cdf((2 * k + 1) * c) - _NORMAL.cdf((2 * k - 1) * c)) for k in range(-12, 13))
        return float(1 - inside)

    low, high = 0.5, 8.0
    for _step in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) > alpha else (low, middle)
    return high


def mixture_radius(information: float, tau: float, alpha: float = ALPHA) -> float:
    """Half the width √((I + τ) ln((I + τ) / (τ α²))) / I (Waudby-Smith et al. 2024, eq. 5; τ is 1 / ρ²)."""
    both = information + tau
    return math.sqrt(both * math.log(both / (tau * alpha**2))) / information


def tuning(information: float, alpha: float = ALPHA) -> float:
    """The τ that makes `OpenEnded` narrowest there: I / (-W₋₁(-α² / e) - 1) (Waudby-Smith et al. 2024, app. B.2)."""
    return information / (-float(lambertw(-(alpha**2) * math.exp(-1), -1).real) - 1)


def sequence(looks: Sequence[Look | NotEnoughData], boundary: Boundary) -> list[Interval | NotEnoughData]:
    """The interval at each look, in order of time: the intersection of all so far, as all hold at once.

    Looks beyond the planned information change nothing any more. Where intervals come to exclude each other, which
    happens with probability alpha at most unless the effect moves, the latest that overlaps is kept.
    """
    found: list[Interval | NotEnoughData] = []
    low, high, value, past = -math.inf, math.inf, math.nan, False
    for look in looks:
        if isinstance(look, NotEnoughData):
            found.append(look if math.isinf(high) else Interval(value, low, high, past))
            continue
        information = look.information
        past = past or (isinstance(boundary, UntilPlanned) and information > boundary.information * (1 + 1e-9))
        if not past:
            value, radius = look.value, boundary.radius(information)
            if value - radius <= high and value + radius >= low:
                low, high = max(low, value - radius), min(high, value + radius)
        elif math.isinf(high):
            # The first look came late: it is a single look at the planned information, and holds as such.
            value, radius = look.value, boundary.radius(boundary.information)
            low, high = value - radius, value + radius
        found.append(Interval(value, low, high, past))
    return found


def p_value(look: Look, boundary: Boundary) -> float:
    """The smallest alpha at which this look's interval leaves out 0: valid at any time (Johari et al. 2022).

    Raises ValueError for `UntilPlanned` beyond its information.
    """
    low, high = 1e-12, 1.0 - 1e-12
    kind = type(boundary)
    for _step in range(60):
        middle = math.sqrt(low * high)
        excluded = abs(look.value) > kind(boundary.information, middle).radius(look.information)
        low, high = (low, middle) if excluded else (middle, high)
    return high
