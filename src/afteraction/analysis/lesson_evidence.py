"""What using a lesson does to the chance of winning, looked at only when enough deals have ended to decide.

A deal counts from the moment at which the lesson was first shown on it while it was open. Whether it was used is asked
once, at a landmark some days later, among deals that were still open then: who used it after that, or lost before they
could, is not counted as having used it or not (landmark analysis; Anderson, Cain & Gelber 1983). Deals on which it was
used are compared with those on which it was shown and not used, adjusted for what was known when it was shown, with
`effect.py`. People choose where to use a lesson; what their choice rests on beyond that is not adjusted for.

Two looks are planned, at half of the deals and at all of them. The error is spent over the looks as Lan & DeMets (1983)
do for the bounds of O'Brien & Fleming (1979), so that looking twice errs no more often than looking once. How many
deals are needed is found anew each day from the shares of all deals together that were won and that used it, and from
how far what was known tells where it is used: none of it says anything of the difference (Gould & Shih 1992). That is a
forecast: what counts at a look is the information, one over the squared standard error (Mehta & Tsiatis 2001), and
where deals tell less than was forecast, more are waited for. It does not depend on the difference either.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.effect import FEWEST, Estimate, estimate
from afteraction.analysis.intervals import minimum_detectable_difference
from afteraction.analysis.landmark import landmark_days
from afteraction.analysis.nuisance import Comparison
from afteraction.analysis.verdict import interval
from afteraction.errors import NotEnoughData

LOOKS: Final = (0.5, 1.0)
"""Shares of the planned deals at which the evidence is looked at."""
LEANING: Final = 10.0
"""Deals at the rate of everybody that the earlier record of an owner is leant on, where few of theirs have ended."""
_FEWEST_DAYS: Final = 1.0
_RAREST: Final = 0.02
"""Where a lesson is used on fewer of the deals it is shown on, the plan is made as if it were this share."""
_MOST_TOLD: Final = 0.9
_MOST: Final = 200_000
_GRID: Final = 4_001


@dataclass(frozen=True)
class Plan:
    """What a test must be able to see: `smallest` in probability, two-sided error `alpha`, and its power."""

    smallest: float = 0.15
    alpha: float = 0.05
    power: float = 0.8


@dataclass(frozen=True)
class Shown:
    """n deals on which a lesson was shown, each once; days on one scale, NaN where it did not happen.

    `shown` is when it was first shown, `used` when someone first said that they used it, `closed` when the deal ended;
    `won` whether it was won; `known` (n × q) what was known of it when the lesson was shown; `owner` (n) numbers the
    owners, -1 for none. `end` is until when the record goes.
    """

    shown: Floats
    used: Floats
    closed: Floats
    won: Flags
    known: Floats
    owner: Ints
    end: float


@dataclass(frozen=True)
class Followed:
    """The deals that were open at the landmark: `rows` are their places in what was shown. `ended` of them ended."""

    comparison: Comparison
    rows: Ints
    landmark: float

    @property
    def ended(self) -> int:
        return int(np.sum(self.comparison.weight > 0))

    @property
    def used_share(self) -> float:
        """The share of ended deals on which it was used by the landmark."""
        return float(np.mean(self.comparison.did[self.comparison.weight > 0])) if self.ended else 0.0

    @property
    def told(self) -> float:
        """How much of using it what was known tells (R² of ended deals, adjusted for its size): from 0 to nearly 1."""
        ended = self.comparison.weight > 0
        did = self.comparison.did[ended].astype(float)
        x = np.column_stack([np.ones(len(did)), self.comparison.x[ended]])
        if len(did) <= x.shape[1] or did.all() or not did.any():
            return 0.0
        rest = did - x @ np.linalg.lstsq(x, did, rcond=None)[0]
        adjusted = 1 - (np.sum(rest**2) / (len(did) - x.shape[1])) / np.var(did, ddof=1)
        return float(np.clip(adjusted, 0.0, _MOST_TOLD))

    @property
    def won_share(self) -> float:
        """The share of ended deals that were won, with and without the lesson together."""
        return float(np.mean(self.comparison.won[self.comparison.weight > 0])) if self.ended else 0.0


class Decision(StrEnum):
    """What a look decides; `GO_ON` before the last look, `CANT_TELL` at it."""

    HELPS = "helps"
    HARMFUL = "harmful"
    NO_USE = "no_use"
    GO_ON = "go_on"
    CANT_TELL = "cant_tell"


@dataclass(frozen=True)
class Look:
    """One look: at `deals` ended deals of the `needed`, the effect with the interval that the look may claim.

    `low` and `high` are at the confidence that the spending leaves for this look, `bound` normal deviates wide.
    """

    deals: int
    needed: int
    fraction: float
    bound: float
    estimate: Estimate
    low: float
    high: float
    decision: Decision


@dataclass(frozen=True)
class Waiting:
    """Nothing to look at yet: `deals` have ended, the next look is at `at`, the plan needs `needed`."""

    deals: int
    at: int
    needed: int


def follow(shown: Shown) -> Followed | NotEnoughData:
    """The deals that are compared, from the landmark on; refused where the lesson was never used."""
    delay = shown.used - shown.shown
    days = landmark_days(delay)
    if days is None:
        return NotEnoughData("nobody has said that they used it", "deals on which somebody uses it and says so")
    landmark = max(days, _FEWEST_DAYS)
    at = shown.shown + landmark
    rows = np.flatnonzero((at <= shown.end) & ~(shown.closed <= at)).astype(np.int32)
    ended = ~np.isnan(shown.closed[rows])
    since = np.nan_to_num(shown.closed[rows], nan=np.inf) - at[rows]
    weight = ended_weights(since, shown.end - at[rows], ended)
    comparison = Comparison(
        did=delay[rows] <= landmark,
        won=shown.won[rows] & ended,
        weight=weight,
        x=shown.known[rows],
        owner=shown.owner[rows],
    )
    return Followed(comparison, rows, landmark)


def deals_needed(plan: Plan, won_share: float, used_share: float, told: float = 0.0) -> int:
    """Ended deals, with and without the lesson together, at which the plan's effect is seen with its power.

    The fewest n for which `intervals.minimum_detectable_difference` (Fleiss, Levin & Paik 2003, ch. 4) at groups of
    n · used and n · (1 - used) is no larger than `plan.smallest`; divided by 1 - `told`, the share (R²) of using it
    that is adjusted away (Hsieh, Bloch & Larsen 1998, eq. 2); times what the first look costs.
    Raises ValueError for a plan with another alpha than that function's 5 %.
    """
    if plan.alpha != 0.05:  # the formula stands for this level alone
        raise ValueError(f"alpha {plan.alpha}; the sample-size formula is for 0.05")
    share = min(max(used_share, _RAREST), 1 - _RAREST)
    base = min(max(won_share, 0.02), 0.98 - plan.smallest)
    low, high = 2, _MOST
    while low < high:
        middle = (low + high) // 2
        used = max(round(middle * share), 1)
        seen = minimum_detectable_difference(used, max(middle - used, 1), base, plan.power)
        low, high = (low, middle) if seen is not None and seen <= plan.smallest else (middle + 1, high)
    return math.ceil(low * _inflation(plan) / (1 - told))


def next_look(
    followed: Followed, plan: Plan, done: Sequence[tuple[float, float]], rng: np.random.Generator
) -> Look | Waiting | NotEnoughData:
    """The look that is due now, or what is waited for.

    `done` are the looks so far as (fraction, bound). Refused where the estimator can say nothing of these deals though
    they are enough; no look is spent then.
    """
    needed = max(deals_needed(plan, followed.won_share, followed.used_share, followed.told), 2 * FEWEST)
    deals = followed.ended
    last = done[-1][0] if done else 0.0
    due = next((each for each in LOOKS if each > last), None)
    if due is None or deals < math.ceil(due * needed):
        return Waiting(deals, math.ceil((due or 1.0) * needed), needed)
    found = estimate(followed.comparison, rng)
    if isinstance(found, NotEnoughData):
        return found
    told = information(found) / planned_information(plan)
    if told < due:
        return Waiting(deals, math.ceil(deals * due / told), math.ceil(deals / told))
    fraction = min(told, 1.0)
    bound = spending_bound(plan.alpha, [*done, (fraction, 0.0)])
    low, high = interval(found, 2 * NormalDist().cdf(bound) - 1)
    return Look(deals, needed, fraction, bound, found, low, high, _decide(low, high, plan, final=fraction >= 1))


def planned_information(plan: Plan) -> float:
    """One over the squared standard error at which the plan's effect is seen with its power at the last look."""
    _first, last = _bounds(plan)
    return ((last + NormalDist().inv_cdf(plan.power)) / plan.smallest) ** 2


def information(found: Estimate) -> float:
    """One over the squared standard error, drawn larger as far as the 95 % interval is wider than a normal law's."""
    low, high = interval(found)
    return (2 * NormalDist().inv_cdf(0.975) / max(high - low, 1e-9)) ** 2


def spending_bound(alpha: float, looks: Sequence[tuple[float, float]]) -> float:
    """The bound of the last of one or two looks, given as (fraction, bound); the bound of the last is not read.

    By the fraction t each side has spent 2 - 2 Φ(z / √t) of its alpha / 2, z the normal quantile of 1 - alpha / 4
    (Lan & DeMets 1983, α₁*). The correlation of the statistics at two fractions is √(t₁ / t₂).
    """
    fraction = looks[-1][0]
    left = _spent(alpha, fraction)
    if len(looks) == 1:
        return NormalDist().inv_cdf(1 - left / 2)
    [(first, crossed), _last] = looks
    left -= _spent(alpha, first)
    z = np.linspace(-crossed, crossed, _GRID)
    rho = math.sqrt(first / fraction)
    spread = math.sqrt(1 - first / fraction)
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)

    def crosses(bound: float) -> float:
        beyond = _above((bound - rho * z) / spread) + _above((bound + rho * z) / spread)
        return float(np.trapezoid(density * beyond, z))

    low, high = 0.0, 8.0
    for _step in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if crosses(middle) > left else (low, middle)
    return high


@dataclass(frozen=True)
class Contradiction:
    """Deals where a lesson was used after it was taken up: `won` of `deals`, where `expected` were due if it helps.

    `evidence` is how much likelier the outcomes are if the lesson does nothing than if it helps as it should.
    """

    deals: int
    won: int
    expected: float
    evidence: float

    @property
    def challenges(self) -> bool:
        """Whether the deals speak against the lesson loudly enough to say so."""
        return self.evidence >= ENOUGH_AGAINST


ENOUGH_AGAINST: Final = 20.0


def contradiction(chance: Floats, won: Flags, helps: float) -> Contradiction | None:
    """What deals that used a lesson say against it, in the order in which they ended; None without any.

    `chance` (n) is what each deal's chance was when the lesson was shown, `helps` the effect that it stands for. The
    ratio of likelihoods is a test martingale while the lesson helps so: it passes 20 at any time in no more than 5 % of
    lessons that do (Ville 1939; Shafer et al. 2011), however often one looks. Its largest value so far counts.
    """
    if not len(chance):
        return None
    without = np.clip(chance, 0.02, 0.98)
    having = np.clip(without + helps, 0.02, 0.98)
    ratio = np.where(won, without / having, (1 - without) / (1 - having))
    return Contradiction(
        deals=len(chance),
        won=int(np.sum(won)),
        expected=float(np.sum(having)),
        evidence=float(np.exp(np.max(np.cumsum(np.log(ratio))))),
    )


def _decide(low: float, high: float, plan: Plan, final: bool) -> Decision:
    if low > 0:
        return Decision.HELPS
    if high < 0:
        return Decision.HARMFUL
    if high < plan.smallest:
        return Decision.NO_USE
    return Decision.CANT_TELL if final else Decision.GO_ON


def _spent(alpha: float, fraction: float) -> float:
    z = NormalDist().inv_cdf(1 - alpha / 4)
    return 4 - 4 * NormalDist().cdf(z / math.sqrt(fraction))


def _bounds(plan: Plan) -> tuple[float, float]:
    """The bounds of both looks, taken at the planned fractions."""
    first = spending_bound(plan.alpha, [(LOOKS[0], 0.0)])
    return first, spending_bound(plan.alpha, [(LOOKS[0], first), (1.0, 0.0)])


def _inflation(plan: Plan) -> float:
    """How many times the deals of one look two need than one, at equal power (Jennison & Turnbull 2000, sec. 2.2)."""
    _first, last = _bounds(plan)
    one, power = NormalDist().inv_cdf(1 - plan.alpha / 2), NormalDist().inv_cdf(plan.power)
    return ((last + power) / (one + power)) ** 2


def _above(z: Floats) -> Floats:
    from scipy.special import ndtr  # the import takes a while, and pages that only show evidence need none of it

    return np.asarray(ndtr(-z))
