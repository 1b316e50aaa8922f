"""Which lessons fit an open deal now: at most three, each with the reasons for it.

A lesson that does not hold for a deal (another segment, a stage that is behind it, a step that is done) is out. Of the
others the chance is estimated that the people of this deal will say that they used it:

    logit P(used) = w0 + w'x + b_lesson

x says how the lesson fits the deal; b is what the lesson itself is known for. Before anybody has answered, w is what a
sales manager would expect (`PRIOR`) and every b is nothing. With answers, w moves away from that only as far as they
ask (logistic regression around the prior, its spread found from the data: shrinkage.py), and each b leans on all
lessons as far as its own answers are few (pooling.py). Answers are there only for lessons that were shown, so lessons
of which little is known get a part of their uncertainty as a bonus: they are tried while it pays to know more (upper
confidence bounds; Auer 2002, JMLR 3:397).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.special import expit

from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.analysis.intervals import Rate, rate_if_any
from afteraction.analysis.pooling import Pool, pool
from afteraction.analysis.shrinkage import FREE, fit

MOST: Final = 3
LEAST_CHANCE: Final = 0.12
"""A lesson that is less likely to be of use is not shown, however empty the place: nobody reads what never helps."""
LEAST_FIT: Final = 0.3
"""What the ways in which a lesson fits must add to the logit at least: a good lesson about something else is noise."""
DUPLICATE: Final = 0.65
"""The similarity of text from which two lessons are taken for near duplicates; benchmarks.lesson_ranking measures it.
Only the better one of them is shown."""
PRIOR: Final[Mapping[str, float]] = {
    "step_missing": 1.6,
    "stage_now": 0.9,
    "stage_next": 0.2,
    "competitor": 1.0,
    "segment": 0.5,
    "source": 0.3,
    "size": 0.4,
    "deals_alike": 1.0,
    "text": 3.0,
    "like_missing": 2.0,
    "kept": 0.4,
    "challenged": -0.7,
}
"""What each feature adds to the logit before anybody has answered."""
FEATURES: Final = tuple(PRIOR)
_OF_THE_LESSON: Final = ("kept", "challenged")
"""Features that say how good a lesson is, not how it fits."""
PRIOR_INTERCEPT: Final = -1.6
_SPREAD: Final = 1.0
"""Of a lesson's own logit before it has answers: the deviation that its bonus is reckoned from."""
_CURIOSITY: Final = 0.35
"""The share of that deviation which is added; benchmarks.lesson_ranking compares others."""
_FEWEST: Final = 20
"""Answers, used or not, below which nothing is learned from them."""
_SAME_SIZE: Final = 3.0
"""Amounts are alike up to this ratio."""
_FEW_TEXT: Final = 0.04
"""Below this similarity, two texts have no more in common than any two."""


@dataclass(frozen=True)
class DealNow:
    """What is known of an open deal. Empty texts, None and unknown stages are not known, which rules nothing out.

    `stages` are those of the process in their order. `missing` are the steps that should or could be done now, `done`
    those that were.
    """

    stage: str = ""
    segment: str = ""
    competitor: str = ""
    source: str = ""
    amount: float | None = None
    stages: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()


@dataclass(frozen=True)
class DealBehind:
    """What is known of a deal behind a lesson."""

    segment: str
    competitor: str
    amount: float | None


@dataclass(frozen=True)
class Lessons:
    """n lessons as columns. Empty texts and NaN are scopes that a lesson does not have: it holds for any.

    `step` names a step of the process. `kept` are those that stood the test; `challenged` those that later deals
    contradict.
    """

    keys: Longs
    stage: Sequence[str]
    step: Sequence[str]
    segment: Sequence[str]
    competitor: Sequence[str]
    source: Sequence[str]
    amount_from: Floats
    amount_to: Floats
    kept: Flags
    challenged: Flags

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, places: Longs) -> "Lessons":
        """Some of them."""

        def some(column: Sequence[str]) -> list[str]:
            return [column[place] for place in places.tolist()]

        return Lessons(
            keys=self.keys[places],
            stage=some(self.stage),
            step=some(self.step),
            segment=some(self.segment),
            competitor=some(self.competitor),
            source=some(self.source),
            amount_from=self.amount_from[places],
            amount_to=self.amount_to[places],
            kept=self.kept[places],
            challenged=self.challenged[places],
        )


@dataclass(frozen=True)
class Known:
    """What answers have taught: the weights, and of each lesson that has answers its logit with its deviation.

    `answers` is how many there were; without any it is the prior.
    """

    intercept: float = PRIOR_INTERCEPT
    weights: Mapping[str, float] = field(default_factory=lambda: dict(PRIOR))
    lessons: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    answers: int = 0


@dataclass(frozen=True)
class Answers:
    """n answers in the order of time: which lesson, how it fitted (n × features), and whether it was used."""

    lesson: Longs
    fits: Floats
    used: Flags


@dataclass(frozen=True)
class Ranked:
    """A lesson that fits: its place among those asked about, its chance of being used, and what speaks for it.

    `reasons` are features with what each adds to the logit, the strongest first; only what adds something.
    """

    place: int
    key: int
    chance: float
    reasons: tuple[tuple[str, float], ...]


def holds(lessons: Lessons, deal: DealNow) -> Flags:
    """Which lessons hold for a deal, shape (n,): no scope of theirs speaks against it."""
    found = np.ones(len(lessons), dtype=bool)
    named = ((lessons.segment, deal.segment), (lessons.competitor, deal.competitor), (lessons.source, deal.source))
    for column, value in named:
        if value:
            theirs = np.array(column, dtype=object)
            found &= (theirs == "") | (theirs == value)
    if deal.amount is not None:
        found &= ~(lessons.amount_from > deal.amount) & ~(lessons.amount_to < deal.amount)
    steps = np.array(lessons.step, dtype=object)
    missing = np.isin(steps, list(deal.missing))
    found &= ~np.isin(steps, list(deal.done)) | missing
    # What should have been done in a stage that is over can still be done; what the stage itself taught cannot.
    return found & (~(_ahead(lessons, deal) < 0) | missing)


def fit_of(
    lessons: Lessons,
    deal: DealNow,
    text: Floats | None = None,
    deals_alike: Floats | None = None,
    between: Floats | None = None,
) -> Floats:
    """How each lesson fits a deal, n × features, all from 0 to 1.

    `text` is how similar the texts are, `deals_alike` the share of the deals behind a lesson that are like this one,
    both (n,); `between` how similar the lessons are to each other (n × n). Nought where they are not given.
    """
    ahead = _ahead(lessons, deal)
    ranged = ~np.isnan(lessons.amount_from) | ~np.isnan(lessons.amount_to)
    nought = np.zeros(len(lessons))
    missing = np.isin(np.array(lessons.step, dtype=object), list(deal.missing))
    columns = {
        "step_missing": missing,
        "stage_now": ahead == 0,
        "stage_next": ahead == 1,
        "competitor": _names(lessons.competitor, deal.competitor),
        "segment": _names(lessons.segment, deal.segment),
        "source": _names(lessons.source, deal.source),
        "size": ranged if deal.amount is not None else nought,
        "deals_alike": nought if deals_alike is None else deals_alike,
        "text": nought if text is None else np.where(text > _FEW_TEXT, text, 0.0),
        "like_missing": nought if between is None else _like_missing(missing, between),
        "kept": lessons.kept,
        "challenged": lessons.challenged,
    }
    return np.column_stack([np.asarray(columns[name], dtype=np.float64) for name in FEATURES])


def like(behind: DealBehind, deal: DealNow) -> bool:
    """Whether two deals are of a kind: at least two of segment, competitor and size agree, as far as they are known."""
    same_size = (
        behind.amount is not None
        and deal.amount is not None
        and 1 / _SAME_SIZE <= max(behind.amount, 1.0) / max(deal.amount, 1.0) <= _SAME_SIZE
    )
    same = (bool(deal.segment) and behind.segment == deal.segment, bool(deal.competitor) and
            behind.competitor == deal.competitor, same_size)  # fmt: skip
    return sum(same) >= 2


def share_alike(behind: Sequence[DealBehind], deal: DealNow) -> float:
    """The share of the deals behind a lesson that are like this one, as if there were one more that is not."""
    return sum(like(each, deal) for each in behind) / (len(behind) + 1)


def scores(keys: Longs, fits: Floats, known: Known, curiosity: float = _CURIOSITY) -> Floats:
    """The logit that each lesson is ranked by (n,); without the bonus for what is not known with `curiosity` 0."""
    unknown = (0.0, _SPREAD)
    own = np.array([known.lessons.get(key, unknown) for key in keys.tolist()]).reshape(-1, 2)
    weights = np.array([known.weights.get(name, PRIOR[name]) for name in FEATURES])
    return np.asarray(known.intercept + fits @ weights + own[:, 0] + curiosity * own[:, 1])


def best(keys: Longs, fits: Floats, known: Known, alike: Floats | None = None, most: int = MOST) -> tuple[Ranked, ...]:
    """The best of some lessons for a deal, the best first; of equals the newer, which has the higher key.

    Nothing that is unlikely to be used, and nothing that hardly fits in any respect.
    `alike` (n × n) is how similar the lessons are; of near duplicates only the better one is taken.
    """
    if not len(keys):
        return ()
    ranked_by = scores(keys, fits, known)
    chance = expit(scores(keys, fits, known, 0.0))
    found: list[Ranked] = []
    for place in np.lexsort((-keys, -ranked_by)):
        if len(found) == most:
            break
        reasons = reasons_of(fits[place], known)
        fitting = sum(added for name, added in reasons if name not in _OF_THE_LESSON) >= LEAST_FIT
        repeated = alike is not None and any(alike[place, each.place] >= DUPLICATE for each in found)
        if fitting and not repeated and expit(ranked_by[place]) >= LEAST_CHANCE:
            found.append(Ranked(int(place), int(keys[place]), float(chance[place]), reasons))
    return tuple(found)


def reasons_of(fits: Floats, known: Known) -> tuple[tuple[str, float], ...]:
    """What speaks for a lesson by the way it fits (features,): the strongest first."""
    added = [(name, known.weights.get(name, PRIOR[name]) * float(fits[n])) for n, name in enumerate(FEATURES)]
    return tuple(sorted(((name, value) for name, value in added if value > 0), key=lambda pair: -pair[1]))


def learn(answers: Answers) -> Known:
    """What answers teach. With fewer than 20, or all of one kind, the prior stands."""
    used = answers.used.astype(np.float64)
    if len(used) < _FEWEST or not 0 < used.sum() < len(used):
        return Known(answers=len(used))
    prior = PRIOR_INTERCEPT + answers.fits @ np.array([PRIOR[name] for name in FEATURES])
    z = np.column_stack([np.ones(len(used)), answers.fits])
    # The intercept is a block of its own, shrunk to the prior's as well: a handful of answers must not move everything.
    block = np.array([0] + [1] * len(FEATURES), dtype=np.int32)
    moved = fit(z, used, np.ones(len(used)), block, prior)
    weights = {name: PRIOR[name] + float(moved.beta[n + 1]) for n, name in enumerate(FEATURES)}
    own = _own(answers, prior + moved.score(z))
    return Known(PRIOR_INTERCEPT + float(moved.beta[0]), weights, own, len(used))


def useful(answers: Answers) -> dict[int, Rate]:
    """How often each lesson was used where someone said so or the contrary."""
    keys, place = np.unique(answers.lesson, return_inverse=True)
    n, used = np.bincount(place), np.bincount(place, answers.used)
    rates = {int(key): rate_if_any(int(u), int(each)) for key, u, each in zip(keys, used, n, strict=True)}
    return {key: found for key, found in rates.items() if found is not None}


def _own(answers: Answers, score: Floats) -> dict[int, tuple[float, float]]:
    """The logit of each lesson with answers, beyond how it fits, and its deviation."""
    order = np.argsort(answers.lesson, kind="stable")
    keys, place = np.unique(answers.lesson[order], return_inverse=True)
    if len(keys) < 2:
        return {}
    found = pool(
        Pool(
            z=np.ones((len(order), 1)),
            block=np.array([FREE], dtype=np.int32),
            offset=score[order],
            won=answers.used[order].astype(np.float64),
            rep=place.astype(np.int32),
            team=np.zeros(len(keys), dtype=np.int32),
        )
    ).reps
    mean = found.mean
    variance = found.weights @ (found.deviations**2 + (found.means - mean) ** 2)
    return {int(key): (float(m), float(np.sqrt(v))) for key, m, v in zip(keys, mean, variance, strict=True)}


def _like_missing(missing: Flags, between: Floats) -> Floats:
    """How like each lesson without a missing step is to the most similar one that has one (n,).

    Authors seldom say which step a lesson is about; their words do (relevance feedback; Rocchio 1971).
    """
    if not missing.any():
        return np.zeros(len(missing))
    nearest = np.max(between[:, missing], axis=1)
    return np.where(~missing & (nearest > _FEW_TEXT), nearest, 0.0)


def _names(column: Sequence[str], value: str) -> Flags:
    if not value:
        return np.zeros(len(column), dtype=bool)
    return np.asarray(np.array(column, dtype=object) == value, dtype=bool)


def _ahead(lessons: Lessons, deal: DealNow) -> Floats:
    """How many stages ahead of the deal each lesson's is (n,); NaN where either is not known."""
    if deal.stage not in deal.stages:
        return np.array([0.0 if stage and stage == deal.stage else np.nan for stage in lessons.stage], dtype=np.float64)
    place = {stage: float(n - deal.stages.index(deal.stage)) for n, stage in enumerate(deal.stages)}
    return np.array([place.get(stage, np.nan) for stage in lessons.stage], dtype=np.float64)
