"""What coaching changed: reps who were coached on a step, after against before, beside reps who were not.

Staggered difference in differences by imputation (Borusyak, Jaravel & Spiess 2024, Rev. Econ. Stud. 91:3253): from
all rows before or without coaching, the level of every rep at every step and the course of every step over time are
estimated; what a coached rep would have done later is imputed from both, and the effect is how far they did otherwise.
Effects may differ between reps and grow with time, which the usual regression with two-way fixed effects does not
survive (Goodman-Bacon 2021, J. Econometrics 225:254).

Managers coach whoever did badly lately, and whoever did badly lately does better next, coached or not. Two answers to
that, right under different ways of choosing, and the interval holds both:
- levels are the bare means of the past without the GAP periods right before coaching. Right where managers choose by
  what reps are like, or by a bad time that they see then;
- levels are best predictions from the whole past, drawn towards the step's mean by as much as the past is chance
  (Robinson 1991, Stat. Sci. 6:15). Right where they choose by the record itself, whatever of it they look at.

Intervals come from leaving out one rep at a time, coached and other reps each as a stratum (Efron & Stein 1981, Ann.
Stat. 9:586), with the degrees of freedom of Welch (1947, Biometrika 34:28), as coached reps are few.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.errors import NotEnoughData

NEVER: Final = -1
"""Instead of a period: not coached."""
FEWEST_REPS: Final = 5
"""Coached reps, and other reps, below which how far reps differ cannot be told from the few there are."""
SMALL: Final = 0.05
"""An effect whose interval lies within plus or minus this is none that matters."""
GAP: Final = 3
"""Periods before coaching that show why it began; as many before them are looked at for a change that came earlier."""
_LEAST_PULL, _MOST_PULL = 1e-6, 1e5
_NOTHING: Final = 1e-4
"""A hundredth of a point: rounding where nothing is left to chance."""
MARGIN: Final = 0.01
"""By so much shares of reps at different levels may drift apart when everyone gets better: less is called no effect of
coaching, however narrow the interval."""
_ALMOST: Final = 1e-9
_Cube = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """What reps did: a row for each rep, step and period in which the step was due; arrays of equal length.

    `rep`, `step`, `period`: numbers from 0. `due` times the step was due, in `kept` of them it was done as prescribed.
    `coached_from`: the period in which coaching of that rep on that step began, NEVER where it did not; the same in
    all rows of a rep and step. That period itself counts on neither side.
    """

    rep: Longs
    step: Longs
    period: Longs
    due: Floats
    kept: Floats
    coached_from: Longs


@dataclass(frozen=True)
class Estimate:
    """A difference of shares, from -1 to 1, with its 95 % interval, and the p-value of there being none."""

    value: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True)
class CoachingEffect:
    """The mean effect on coached reps after coaching began, each time that the step was due counting once.

    `effect` is that by bare means, its interval wide enough for `predicted` too, that by best predictions. `before` and
    `after` are the shares of coached reps, `others` how the others moved meanwhile. `lead` is what looks like an effect
    in the GAP periods before the last GAP: where that is not nought, something else had begun. `left_out` rows of
    coached reps had nothing before, or nobody to compare with.
    """

    effect: Estimate
    predicted: Estimate
    lead: Estimate | None
    before: float
    after: float
    others: float
    coached_reps: int
    other_reps: int
    due: int
    left_out: int

    @property
    def verdict(self) -> str:
        """helps, hurts, no_effect or cant_tell."""
        if self.moved_before:
            return "cant_tell"
        if self.effect.low > MARGIN or self.effect.high < -MARGIN:
            return "helps" if self.effect.value > 0 else "hurts"
        return "no_effect" if self.effect.low > -SMALL and self.effect.high < SMALL else "cant_tell"

    @property
    def moved_before(self) -> bool:
        """Whether coached reps moved apart from the others before they were coached, beyond chance."""
        return self.lead is not None and (self.lead.low > _NOTHING or self.lead.high < -_NOTHING)


@dataclass(frozen=True)
class _Cells:
    """Rows as an array steps x reps x periods: weights (times due) and weighted shares, by what they are used for."""

    before: _Cube
    kept_before: _Cube
    after: _Cube
    kept_after: _Cube


def coaching_effect(panel: Panel) -> CoachingEffect | NotEnoughData:
    """What coaching changed in the coached step.

    Raises ValueError for arrays of different length, or shares above 1.
    """
    _check(panel)
    cells, left_out = _comparable(_cells(panel, after=(1, None), until=-GAP))
    coached, others = _sides(cells)
    if min(coached.sum(), others.sum()) < FEWEST_REPS:
        return NotEnoughData(
            f"{int(coached.sum())} coached reps with something before and after, and {int(others.sum())} other reps, "
            "are too few to tell coaching from chance.",
            f"At least {FEWEST_REPS} reps coached on a step, with deals before and after, and {FEWEST_REPS} others.",
        )
    bare = _estimate(cells, _LEAST_PULL)
    whole, _ = _comparable(_cells(panel, after=(1, None), until=0))
    predicted = _estimate(whole, _pull(whole))
    earlier, _ = _comparable(_cells(panel, after=(-2 * GAP, -GAP), until=-2 * GAP))
    before, after = _share_before(cells, coached), float(cells.kept_after.sum() / cells.after.sum())
    return CoachingEffect(
        effect=Estimate(
            bare.value,
            min(bare.low, predicted.low),
            max(bare.high, predicted.high),
            max(bare.p_value, predicted.p_value),
        ),
        predicted=predicted,
        lead=_estimate(earlier, _LEAST_PULL) if min(s.sum() for s in _sides(earlier)) >= FEWEST_REPS else None,
        before=before,
        after=after,
        others=after - before - bare.value,
        coached_reps=int(coached.sum()),
        other_reps=int(others.sum()),
        due=int(cells.after.sum()),
        left_out=left_out,
    )


def _sides(cells: _Cells) -> tuple[Flags, Flags]:
    """Reps with something after coaching began, and those whom they are compared with."""
    coached: Flags = cells.after.sum(axis=(0, 2)) > 0
    others: Flags = ~coached & (cells.before.sum(axis=(0, 2)) > 0)
    return coached, others


def _check(panel: Panel) -> None:
    lengths = {len(each) for each in vars(panel).values()}
    if len(lengths) != 1:
        raise ValueError(f"found arrays of lengths {sorted(lengths)}; expected one length")
    if (panel.kept > panel.due).any() or (panel.kept < 0).any():
        raise ValueError("found more kept than due, or less than none; expected 0 <= kept <= due")


def _cells(panel: Panel, *, after: tuple[int, int | None], until: int) -> _Cells:
    """The rows by use, in periods since coaching began: what is imputed, and until when the past is that of before."""
    shape = tuple(int(each.max(initial=-1)) + 1 for each in (panel.step, panel.rep, panel.period))
    treated, since = panel.coached_from != NEVER, panel.period - panel.coached_from
    first, end = after
    imputed = treated & (since >= first) & (np.True_ if end is None else since < end)
    before = ~treated | (since < until)
    return _Cells(*(_sums(panel, shape, used, of) for used in (before, imputed) for of in (panel.due, panel.kept)))


def _sums(panel: Panel, shape: tuple[int, ...], used: Flags, of: Floats) -> _Cube:
    found = np.zeros(shape)
    np.add.at(found, (panel.step[used], panel.rep[used], panel.period[used]), of[used])
    return found


def _comparable(cells: _Cells) -> tuple[_Cells, int]:
    """Without what cannot be imputed: reps without a past, periods in which fewer than two reps were uncoached."""
    known = (cells.before > 0).sum(axis=1) >= 2
    usable = known[:, None, :] & (cells.before.sum(axis=2) > 0)[:, :, None]
    left_out = int(((cells.after > 0) & ~usable).sum())
    return _Cells(
        np.where(known[:, None, :], cells.before, 0.0),
        np.where(known[:, None, :], cells.kept_before, 0.0),
        np.where(usable, cells.after, 0.0),
        np.where(usable, cells.kept_after, 0.0),
    ), left_out


def _estimate(cells: _Cells, pull: float) -> Estimate:
    """The effect with its interval: leaving out each rep who has any part in it."""
    whole, without = _with_each_left_out(cells, pull)
    variance, freedom = 0.0, 0.0
    for part in _sides(cells):
        n, found = int(part.sum()), without[part]
        own = (n - 1) / n * float(np.sum((found - found.mean()) ** 2))
        variance, freedom = variance + own, freedom + own**2 / (n - 1)
    error = float(np.sqrt(variance))
    if error < _ALMOST:  # nothing differs at all
        return Estimate(whole, whole, whole, 1.0 if abs(whole) < _ALMOST else 0.0)
    degrees = variance**2 / freedom
    half = float(scipy.stats.t.ppf(0.975, degrees)) * error
    p_value = 2 * float(scipy.stats.t.sf(abs(whole) / error, degrees))
    return Estimate(whole, max(whole - half, -1.0), min(whole + half, 1.0), p_value)


def _with_each_left_out(cells: _Cells, pull: float) -> tuple[float, Floats]:
    """The mean effect, and what it is without each rep.

    What a coached rep did more than imputed is linear in the course of the step: c - d @ course.
    """
    steps, reps, _periods = cells.before.shape
    past, later = cells.before.sum(axis=2), cells.after.sum(axis=2)
    share = later / (past + pull)
    constant = cells.kept_after.sum(axis=2) - share * cells.kept_before.sum(axis=2)
    slope = cells.after - share[:, :, None] * cells.before
    total, without = 0.0, np.zeros(reps)
    for step in range(steps):
        squares, sides = _normal(cells.before[step], cells.kept_before[step], pull)
        a, b = squares.sum(axis=0), sides.sum(axis=0)
        used = later[step] > 0
        c, d = constant[step][used].sum(), slope[step][used].sum(axis=0)
        total += c - d @ _solved(a[None], b[None])[0]
        course = _solved(a[None] - squares, b[None] - sides)
        own_c, own_d = np.where(used, constant[step], 0.0), np.where(used[:, None], slope[step], 0.0)
        without += c - own_c - np.einsum("rt,rt->r", d[None] - own_d, course)
    weight, own = later.sum(), later.sum(axis=0)
    return float(total / weight), without / np.maximum(weight - own, _ALMOST)


def _normal(weights: Floats, kept: Floats, pull: float) -> tuple[_Cube, Floats]:
    """What each rep adds to the normal equations of a step's course: levels of reps taken out, drawn by `pull`."""
    past = weights.sum(axis=1) + pull
    squares = -weights[:, :, None] * weights[:, None, :] / past[:, None, None]
    place = np.arange(weights.shape[1])
    squares[:, place, place] += weights
    return squares, kept - weights * (kept.sum(axis=1) / past)[:, None]


def _solved(squares: _Cube, sides: Floats) -> Floats:
    """The courses; 0 in periods of which nothing is known, where nothing is imputed either."""
    squares = squares.copy()
    place = np.arange(squares.shape[1])
    diagonal = squares[:, place, place]
    unknown = diagonal < _ALMOST
    squares[:, place, place] = np.where(unknown, 1.0, diagonal)
    solved = np.linalg.solve(squares, np.where(unknown, 0.0, sides)[:, :, None])[:, :, 0]
    return np.asarray(solved, dtype=np.float64)


def _pull(cells: _Cells) -> float:
    """How many times due the step's mean counts for beside a rep's own past: chance over true differences of reps.

    By the moments of a one-way layout with unequal weights (Searle, Casella & McCulloch 1992, ch. 3), over all steps,
    once with levels hardly drawn and once more with what that gave.
    """
    pull = 1.0
    for _round in range(2):
        within = between = freedom = spread = units = 0.0
        for weights, kept in zip(cells.before, cells.kept_before, strict=True):
            used = weights.any(axis=1)
            if used.sum() < 2:
                continue
            w, k = weights[used], kept[used]
            squares, sides = _normal(w, k, pull)
            course = _solved(squares.sum(axis=0)[None], sides.sum(axis=0)[None])[0]
            sums = w.sum(axis=1)
            rest = np.where(w > 0, k / np.where(w > 0, w, 1.0) - course[None], 0.0)
            level = (w * rest).sum(axis=1) / sums
            within += float((w * (rest - level[:, None]) ** 2).sum())
            freedom += int((w > 0).sum()) - len(sums) - (int(w.any(axis=0).sum()) - 1)
            between += float((sums * (level - np.average(level, weights=sums)) ** 2).sum())
            units += len(sums) - 1
            spread += float(sums.sum() - (sums**2).sum() / sums.sum())
        if freedom <= 0 or spread <= 0:
            return pull
        chance = within / freedom
        true = (between - units * chance) / spread
        pull = float(np.clip(chance / true if true > 0 else _MOST_PULL, _LEAST_PULL, _MOST_PULL))
    return pull


def _share_before(cells: _Cells, coached: Flags) -> float:
    """What coached reps kept before, each step of theirs weighing as it does after."""
    past, later = cells.before[:, coached].sum(axis=2), cells.after[:, coached].sum(axis=2)
    rate = cells.kept_before[:, coached].sum(axis=2) / np.maximum(past, _ALMOST)
    return float((rate * later).sum() / later.sum())
