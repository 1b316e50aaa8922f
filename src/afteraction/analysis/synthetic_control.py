"""Too few changed to tell how units differ: beside them one that is put together from many others.

Abadie, Diamond & Hainmueller (2010, J. Am. Stat. Assoc. 105:493): a weighted mean of the others, weights at least 0
that sum to 1, which went as the changed ones did before the change; afterwards it says what would have become of them.
How often as much would be seen without a change is told by the others: each takes the place of the changed ones in
turn (ibid., sec. 2.4), which needs no model. Where the past cannot be put together, nothing is said.

Weights are found where the fit is best, so a fit hides a course of its own: those that get better than all others all
along are matched by chance, and part from their mixture afterwards. So two things are asked beside the fit. Is their
trend before as extreme as that of one other in ten? Then it is refused. And how far did they stray in a rehearsal,
with weights from the first two thirds of the time before and the last third as if it lay after the change (a placebo in
time: Abadie 2021, J. Econ. Lit. 59:391, sec. 6)? The interval allows for them to go on straying so.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags, Floats
from afteraction.errors import NotEnoughData

FEWEST_OTHERS: Final = 19
"""With fewer, even the most extreme of all comes by chance more often than once in twenty."""
FEWEST_BEFORE: Final = 6
"""Periods before the change that weights are found by."""
POOR: Final = 1.5
"""A fit this many times worse than the few deals of a period explain is poor."""
EXTREME: Final = 0.1
"""The share of units with a trend as far from the others' at which the changed ones count as going their own way."""
ALPHA: Final = 0.05
_SMALL: Final = 0.02
_NONE: Final = 1e-9


@dataclass(frozen=True)
class Course:
    """What units did over time, units × periods: `deals` that count, the `total` of their outcomes, 0 to 1 each deal.

    `treated` (units) changed; periods in `after` lie behind the change, the others ahead of it.
    """

    deals: Floats
    total: Floats
    treated: Flags
    after: Flags


@dataclass(frozen=True)
class SyntheticControl:
    """The mean difference after the change, with the interval of amounts that the others do not make implausible.

    `actual` and `synthetic` (periods) are the courses, `weights` (the others) what each counts for. `fit` is the root
    mean square difference before, `by_chance` what the numbers of deals alone would make it. `p_value`: the share of
    units, the changed ones among them, whose course parted from its own as much after the change, against before.
    `strayed` is what straying as in the rehearsal would have made of the difference by then; low and high allow for it.
    """

    effect: float
    low: float
    high: float
    p_value: float
    strayed: float
    actual: Floats
    synthetic: Floats
    weights: Floats
    fit: float
    by_chance: float
    others: int
    deals: int

    @property
    def verdict(self) -> str:
        """helps or hurts where both the interval and the place among the others say so; else cant_tell."""
        if self.p_value <= ALPHA and (self.low > 0 or self.high < 0):
            return "helps" if self.effect > 0 else "hurts"
        return "cant_tell"


@dataclass(frozen=True)
class PoorFit(NotEnoughData):
    """The past of those that changed cannot be put together from the others."""

    fit: float
    by_chance: float
    actual: Floats
    synthetic: Floats


def synthetic_control(course: Course) -> SyntheticControl | PoorFit | NotEnoughData:
    """The effect on the units that changed, taken as one; others without deals in a period are left out."""
    before = ~course.after
    known = (course.deals > 0).all(axis=1) & ~course.treated
    pooled, deals = course.total[course.treated].sum(axis=0), course.deals[course.treated].sum(axis=0)
    if not (deals > 0).all() or before.sum() < FEWEST_BEFORE or not course.after.any():
        return NotEnoughData(
            f"{int((deals[before] > 0).sum())} periods before the change and {int((deals[course.after] > 0).sum())} "
            "after it with deals of those that changed",
            f"deals in every period, and {FEWEST_BEFORE} periods before the change, better twelve",
        )
    if known.sum() < FEWEST_OTHERS:
        return NotEnoughData(
            f"{int(known.sum())} others with deals in every period: the most extreme of them comes by chance in "
            f"{1 / (int(known.sum()) + 1):.0%} of cases",
            f"at least {FEWEST_OTHERS} others",
        )
    own, others = pooled / deals, course.total[known] / course.deals[known]
    weights = synthetic_weights(own[before], others[:, before], deals[before])
    made = weights @ others
    fit, chance = _root_mean_square((own - made)[before]), _by_chance(course, known, weights, before)
    if fit > max(POOR * chance, _SMALL):
        return PoorFit(
            f"before the change, those that changed and the best mixture of others differ by {fit * 100:.0f} points in "
            f"a typical period, where chance would make {chance * 100:.0f}",
            "others that went as they did, or a trial that is drawn by lot",
            fit,
            chance,
            own,
            made,
        )
    alike = _trends_alike(own, others, before)
    if alike <= EXTREME:
        return PoorFit(
            f"before the change, those that changed went their own way: {alike:.0%} of all have a trend as far from "
            "that of the rest",
            "others that moved as they did, or a trial that is drawn by lot",
            fit,
            chance,
            own,
            made,
        )
    return _told(course, own, made, weights, known, fit, chance)


def _trends_alike(own: Floats, others: Floats, before: Flags) -> float:
    """The share of all units whose slope before the change is as far from that of the mean of the rest."""
    time = np.flatnonzero(before).astype(np.float64)
    time -= time.mean()
    every = np.vstack([own, others])[:, before] @ time
    rest = (every.sum() - every) / (len(every) - 1)
    rest[1:] = (every[1:].sum() - every[1:]) / (len(every) - 2)  # the changed ones are no measure of the others
    apart = np.abs(every - rest)
    return float(np.mean(apart >= apart[0]))


def _strayed(own: Floats, others: Floats, deals: Floats, after: Flags) -> float:
    """The difference in the rehearsal, drawn out in a straight line from the time of its weights to that after."""
    places = np.flatnonzero(~after)
    cut = len(places) * 2 // 3
    first, last, later = places[:cut], places[cut:], np.flatnonzero(after)
    weights = synthetic_weights(own[first], others[:, first], deals[first])
    apart = float(np.mean((own - weights @ others)[last]))
    return apart * float((later.mean() - first.mean()) / (last.mean() - first.mean()))


def synthetic_weights(own: Floats, others: Floats, importance: Floats) -> Floats:
    """Weights of n others (n × periods), at least 0 with sum 1, that bring them nearest to one (periods).

    Least squares on the simplex, each period weighing by its `importance`.
    """
    root = np.sqrt(importance / importance.sum())
    x, y = (others * root).T, own * root
    count = x.shape[1]

    def loss(weights: Floats) -> tuple[float, Floats]:
        rest = x @ weights - y
        return float(rest @ rest), 2 * x.T @ rest

    found = scipy.optimize.minimize(
        loss, np.full(count, 1 / count), jac=True, method="SLSQP", bounds=[(0.0, 1.0)] * count,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones_like(w)},
        options={"maxiter": 500, "ftol": 1e-12},
    )  # fmt: skip
    weights = np.clip(found.x, 0.0, None)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _root_mean_square(values: Floats) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _by_chance(course: Course, known: Flags, weights: Floats, before: Flags) -> float:
    """The difference that shares of so few deals have, were both the same underneath: binomial, both sides."""
    deals = course.deals[course.treated].sum(axis=0)[before]
    share = float(course.total[course.treated][:, before].sum() / deals.sum())
    one = share * (1 - share)
    own = one / deals
    mixture = (weights[:, None] ** 2 * one / course.deals[known][:, before]).sum(axis=0)
    return float(np.sqrt(np.mean(own + mixture)))


def _told(
    course: Course, own: Floats, made: Floats, weights: Floats, known: Flags, fit: float, chance: float
) -> SyntheticControl:
    before, after = ~course.after, course.after
    importance = course.deals[known]
    shares = course.total[known] / importance
    effect = float(np.mean((own - made)[after]))
    gaps, fits = [], []
    for place in range(len(shares)):
        rest = np.delete(shares, place, axis=0)
        theirs = synthetic_weights(shares[place][before], rest[:, before], importance[place][before]) @ rest
        apart = shares[place] - theirs
        gaps.append(float(np.mean(apart[after])))
        fits.append(_root_mean_square(apart[before]))
    scaled = np.abs(np.array(gaps)) / np.maximum(np.array(fits), _NONE)
    mine = abs(effect) / max(fit, _NONE)
    p_value = float((1 + np.sum(scaled >= mine)) / (1 + len(scaled)))
    # The amounts which, taken off after the change, leave the changed ones less extreme than one in twenty (Firpo &
    # Possebom 2018, J. Causal Inference 6): all within the quantile of the others' own, each by its fit.
    rank = int(np.ceil(0.95 * (len(scaled) + 1))) - 1
    half = float(np.sort(scaled)[min(rank, len(scaled) - 1)]) * fit
    strayed = _strayed(own, shares, course.deals[course.treated].sum(axis=0), after)
    ends = (effect, effect - strayed)
    return SyntheticControl(
        effect, min(ends) - half, max(ends) + half, p_value, strayed, own, made, weights, fit, chance,
        int(known.sum()), int(course.deals[course.treated].sum()),
    )  # fmt: skip
