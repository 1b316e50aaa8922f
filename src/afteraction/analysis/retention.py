"""What is remembered of what was practised: measured, beside what would be left without practice, and forecast.

A retention is the share of answers that were right among those given at least a day after the answer before. Answers
of the same day measure the last hour, not memory; first answers measure nothing yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy
from scipy.special import expit, logit

from afteraction.analysis.arrays import Flags, Floats, Places
from afteraction.analysis.calibration import Accuracy, Measured, accuracy, wilson
from afteraction.errors import NotEnoughData

DESIRED: Final = 0.9
RETENTIONS: Final = (0.7, 0.97)
"""What may be wished for: below, practice is guessing; above, a card comes back nearly every day."""
PEOPLE_NEEDED: Final = 5
"""Of an organisation: with fewer people a figure over all tells of single ones."""
ANSWERS_NEEDED: Final = 50
ANSWERS_EACH: Final = 5
"""Of each of these people."""
OWN_ANSWERS_NEEDED: Final = 20
_Z: Final = 1.959963984540054
_EDGE: Final = 1e-6
DECAY: Final = 0.1542
FIRST_STABILITY: Final = (0.212, 1.2931, 2.3065, 8.2956)
"""FSRS-6 as it ships (package `fsrs` 6.3): the power of forgetting w20, and the days after which 90 % is left of what
was answered for the first time with again, hard, good or easy (w0 to w3). A test holds them against the package."""
_FACTOR: Final = 0.9 ** (-1 / DECAY) - 1
RECENT_DAYS: Final = 30
"""The answers that a correction is fitted on. Where FSRS takes memories for what they are not, it errs one way while
cards are young and another when they are old: the newest answers are the likest to the next ones."""
_PRIOR_SD: Final = (1.0, 0.5)
"""How far the correction of forecasts may lie from none, before data: of the intercept (logits) and of the slope."""


def forgetting(days: Floats, stability: Floats) -> Floats:
    """The chance to remember after some days without practice: (1 + F t / S)^-w20, F such that 90 % is left at t = S.

    FSRS-6's curve (open-spaced-repetition, "The algorithm", the forgetting curve of FSRS-6).
    """
    return np.asarray((1 + _FACTOR * days / stability) ** -DECAY)


@dataclass(frozen=True)
class Answers:
    """Answers that measure memory, one place each.

    `right`; `person` and `card` as numbers; `days` since the answer before; `forecast` at that moment; `since_first`:
    days since the card was first answered, with `first_rating` (1 to 4); `order`: 1 for the first repetition.
    """

    right: Flags
    person: Places
    card: Places
    days: Floats
    forecast: Floats
    since_first: Floats
    first_rating: Places
    order: Places

    def among(self, chosen: Flags) -> "Answers":
        """These answers alone."""
        return Answers(**{name: value[chosen] for name, value in vars(self).items()})

    def __len__(self) -> int:
        return len(self.right)


@dataclass(frozen=True)
class Retention:
    """The share remembered by n answers of some people, on average `days` after each card was first seen.

    `without` is what FSRS's curve leaves at the same delays when nothing had been repeated: a model fitted to others'
    reviews, no measurement, so it has no interval of its own. `gain` is measured less that, its interval the
    measurement's. `curve` is the test of that curve on the spot: what these people remembered at their *first*
    repetition, and what the curve says of those same answers; None where too few have repeated.
    """

    n: int
    people: int
    days: float
    measured: Measured
    without: float
    gain: Measured
    first_n: int
    first: Measured | None
    first_by_curve: float | None


def retention_of_many(answers: Answers) -> Retention | NotEnoughData:
    """Of an organisation, with intervals that allow for people being different; each person counts by their answers.

    Only people with ANSWERS_EACH answers are in it, and only with PEOPLE_NEEDED of them is there a figure at all.
    """
    counts = np.bincount(answers.person) if len(answers) else np.zeros(1, dtype=int)
    enough = counts >= ANSWERS_EACH
    kept = answers.among(enough[answers.person]) if len(answers) else answers
    people = int(np.sum(enough))
    if people < PEOPLE_NEEDED or len(kept) < ANSWERS_NEEDED:
        return NotEnoughData(
            f"{people} people with {ANSWERS_EACH} answers or more on a later day, {len(kept)} such answers in all",
            f"{PEOPLE_NEEDED} people and {ANSWERS_NEEDED} such answers, so that no figure tells of a single person",
        )
    return _retention(kept, kept.person)


def retention_of_one(answers: Answers) -> Retention | NotEnoughData:
    """Of one person, for that person alone; the answers to one card count as depending on each other."""
    if len(answers) < OWN_ANSWERS_NEEDED:
        return NotEnoughData(
            f"{len(answers)} of your answers were given a day or more after the one before",
            f"{OWN_ANSWERS_NEEDED} of them; five minutes a day bring that in a week or two",
        )
    return _retention(answers, answers.card)


def _retention(answers: Answers, same: Places) -> Retention:
    measured = share_of_clusters(answers.right, same)
    without = _left(answers)
    first = answers.among(answers.order == 1)
    repeated = len(first) >= OWN_ANSWERS_NEEDED
    return Retention(
        n=len(answers),
        people=len(np.unique(answers.person)),
        days=float(np.mean(answers.since_first)),
        measured=measured,
        without=without,
        gain=Measured(measured.value - without, measured.low - without, measured.high - without),
        first_n=len(first),
        first=share_of_clusters(first.right, same[answers.order == 1]) if repeated else None,
        first_by_curve=_left(first) if repeated else None,
    )


def _left(answers: Answers) -> float:
    """What the curve leaves of a first answer at the same delays, on average."""
    stability = np.asarray(FIRST_STABILITY)[answers.first_rating - 1]
    return float(np.mean(forgetting(answers.since_first, stability)))


def share_of_clusters(right: Flags, same: Places) -> Measured:
    """The share of right answers, some of which belong together (`same` numbers them), with its 95 % interval.

    The variance is that between the clusters (Cochran 1977, eq. 11.30: the ratio estimator), the interval Wilson's for
    the number of independent answers that have it, the quantile Student's for the clusters less one (Korn & Graubard
    1998, sec. 3). Never narrower than answers that are independent would have it.
    """
    n, share = len(right), float(np.mean(right))
    _names, place = np.unique(same, return_inverse=True)
    clusters = int(place.max()) + 1
    total = np.bincount(place, right.astype(float) - share)
    variance = clusters / max(clusters - 1, 1) * float(np.sum(total**2)) / n**2
    plain = max(share * (1 - share), 1 / (4 * n)) / n
    effective = n * plain / max(variance, plain)
    wider = (float(scipy.stats.t.ppf(0.975, max(clusters - 1, 1))) / _Z) ** 2
    return wilson(share, effective / wider)


@dataclass(frozen=True)
class Correction:
    """How forecasts are corrected for these people: logit p' = intercept + slope logit p. None is (0, 1)."""

    intercept: float = 0.0
    slope: float = 1.0
    n: int = 0


def corrected(forecast: Floats, by: Correction) -> Floats:
    """Forecasts after the correction."""
    return np.asarray(expit(by.intercept + by.slope * logit(np.clip(forecast, _EDGE, 1 - _EDGE))))


def correction(forecast: Floats, right: Flags) -> Correction:
    """The correction that fits what became of forecasts best, leaning towards none while there is little data.

    The posterior mode of a logistic recalibration (Cox 1958) under normal priors of _PRIOR_SD around (0, 1): with few
    answers FSRS's own forecast stands, with many the data speak. Give it the answers of the last RECENT_DAYS.
    """
    score = logit(np.clip(forecast, _EDGE, 1 - _EDGE))
    z = np.column_stack([np.ones_like(score), score])
    start = np.array([0.0, 1.0])
    precision = np.diag(1 / np.square(_PRIOR_SD))
    beta = start.copy()
    for _step in range(50):
        fitted = expit(z @ beta)
        gradient = z.T @ (right - fitted) - precision @ (beta - start)
        hessian = (z * (fitted * (1 - fitted))[:, None]).T @ z + precision
        change = np.clip(np.linalg.solve(hessian, gradient), -1.0, 1.0)
        beta = beta + change
        if float(np.max(np.abs(change))) < 1e-9:
            break
    return Correction(float(beta[0]), float(beta[1]), len(right))


def forecast_accuracy(forecast: Floats, right: Flags, same: Places) -> Accuracy | NotEnoughData:
    """Whether forecasts of recall mean what they say: curve, slope, intercept and log loss, each with its interval.

    `same` numbers what belongs together (people, or the cards of one). Both right and wrong answers are needed.
    """
    n, wrong = len(right), int(np.sum(~right))
    if n < ANSWERS_NEEDED or wrong < 5 or n - wrong < 5:
        return NotEnoughData(
            f"{n} answers with a forecast, {wrong} of them wrong",
            f"{ANSWERS_NEEDED} answers, of which 5 are right and 5 wrong",
        )
    return accuracy(forecast, right, np.ones(n), same)


def remembered_later(stability: Sequence[float], days_since: Sequence[float], ahead: float, by: Correction) -> Measured:
    """The share of some cards that is remembered `ahead` days from now without more practice.

    `days_since` is how long ago each was last answered. There must be at least one card. The interval is that of
    chance, the forecasts being right: each card is remembered or not (a sum of Bernoulli trials, normal approximation).
    """
    forecast = forgetting(np.asarray(days_since, dtype=float) + ahead, np.asarray(stability, dtype=float))
    chance = corrected(forecast, by)
    mean, half = float(np.mean(chance)), _Z * float(np.sqrt(np.sum(chance * (1 - chance)))) / len(chance)
    return Measured(mean, max(mean - half, 0.0), min(mean + half, 1.0))
