"""How well lessons are ranked for open deals, and near duplicates found, where the truth is known.

    python -m benchmarks.lesson_ranking --organisations 24 --write

Every organisation is simulated (`afteraction.simulate.lessons`): what each lesson is good for and what each deal needs
is known. --write puts the tables into benchmarks/README.md.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.stats import t

from afteraction.analysis.arrays import Floats, Longs
from afteraction.analysis.intervals import rate
from afteraction.analysis.lesson_ranking import (
    DUPLICATE,
    MOST,
    Answers,
    DealBehind,
    DealNow,
    Known,
    Lessons,
    best,
    fit_of,
    holds,
    learn,
    share_alike,
)
from afteraction.analysis.text_vectors import alike_pairs, corpus, similarities
from afteraction.simulate.lesson_words import STAGES, TOPICS
from afteraction.simulate.lessons import (
    LessonWorld,
    Moment,
    answers_of,
    lesson_sayings,
    lesson_world,
    reworded,
    written_down,
)
from benchmarks.page import write_section
from benchmarks.truth_found import markdown

_BEGIN: Final = "<!-- lesson ranking: written by the command -->"
_END: Final = "<!-- lesson ranking: end -->"
_SECTION: Final = """## Lessons for the open deal

    ./run python -m benchmarks.lesson_ranking --organisations 24 --write

Simulated organisations of 250 lessons over two years, each with habits of its own: how much of a lesson's scope is
written down and how often wrongly, how much of what a deal needs stands in its notes or shows as a missing step. A
lesson is right for a deal where its topic is needed, its true scope holds and it is of use to most. *Precision at 3* is
how many of the three places hold such a lesson (an empty place is a miss); *of those shown* leaves empty places out.
*At best* is what ranking by the truth would reach: often there are fewer than three right lessons. Intervals are over
organisations (Student's t).

- *No history*: nobody has said anything yet.
- *Replayed history*: of six simulated months and more in which three lessons were shown, chosen without ranking (the
  newest, and two by lot, one of them of those that hold), and people said of them what they thought or nothing. At each
  moment everything is ranked with the lessons and the answers of earlier days alone.
- *Own history*: what was shown was ranked by the product itself, which learned from what was said of that.
"""
_MONTH: Final = 30.0
_SETTLED: Final = 300.0
"""The day from which what was learned is measured: before, there is little to learn from."""
RANKINGS: Final = ("by lot", "newest first", "text alone", "scope and text, nothing learned", "as shown", "at best")


@dataclass
class Said:
    """What was said in an organisation so far, in the order of time."""

    day: list[float] = field(default_factory=list)
    lesson: list[int] = field(default_factory=list)
    fits: list[Floats] = field(default_factory=list)
    used: list[bool] = field(default_factory=list)

    def add(self, day: float, lesson: int, fits: Floats, used: bool) -> None:
        self.day.append(day)
        self.lesson.append(lesson)
        self.fits.append(fits)
        self.used.append(used)

    def known(self, day: float) -> Known:
        """What could be learned by a day from what was said before."""
        n = sum(each < day for each in self.day)
        if not n:
            return Known()
        return learn(Answers(np.array(self.lesson[:n]), np.array(self.fits[:n]), np.array(self.used[:n])))


@dataclass(frozen=True)
class Candidates:
    """The lessons that are written by a moment, as the ranking sees them: all, and those that hold."""

    places: Longs
    fits: Floats
    alike: Floats

    def ranked(self, known: Known) -> list[int]:
        """What is shown with what is known, by the places of the lessons."""
        return [each.key for each in best(self.places, self.fits, known, self.alike)]


def candidates(world: LessonWorld) -> Iterator[tuple[Moment, Longs, Floats, Candidates]]:
    """Each moment in the order of time, with the lessons written by then and their similarity of text."""
    lessons, behind = _columns(world)
    written, words, between = 0, None, np.zeros((0, 0))
    for moment in world.moments:
        now = sum(each.made < moment.day for each in world.lessons)
        if now != written or words is None:
            written, words = now, corpus([each.text for each in world.lessons[:now]])
            between = np.asarray((words.vectors @ words.vectors.T).toarray())
        text = similarities([_text(moment)], words)[0]
        everything = np.arange(now, dtype=np.int64)
        there, deal = lessons.take(everything), _deal(moment)
        held = everything[holds(there, deal)]
        alike = np.array([share_alike(behind[place], deal) for place in held])
        near = between[np.ix_(held, held)]
        yield moment, everything, text, Candidates(held, fit_of(there.take(held), deal, text[held], alike, near), near)


@dataclass(frozen=True)
class Shown:
    """What one way of ranking showed at one moment: lessons that were right, all that were shown, how many could be."""

    history: str
    ranking: str
    right: int
    shown: int


def organisation_found(seed: int, lessons: int = 250, moments: int = 600) -> list[Shown]:
    """Every way of ranking at every moment of one organisation."""
    world, rng = lesson_world(np.random.default_rng([seed, 1]), lessons, moments), np.random.default_rng([seed, 2])
    log, own = Said(), Said()
    replayed, taught = _Learner(log), _Learner(own)
    found = []
    for number, (moment, everything, text, held) in enumerate(candidates(world)):
        relevant = world.relevant[number]
        ranked = {
            "by lot": rng.permutation(everything)[:MOST],
            "newest first": everything[::-1][:MOST],
            "text alone": everything[np.argsort(-text, kind="stable")][:MOST],
            "scope and text, nothing learned": held.ranked(Known()),
            "at best": everything[np.argsort(-relevant[: len(everything)].astype(float), kind="stable")][:MOST],
        }
        ranked_by_history = {
            "no history": {**ranked, "as shown": ranked["scope and text, nothing learned"]},
            "replayed history": {**ranked, "as shown": held.ranked(replayed.by(moment.day))},
            "own history": {**ranked, "as shown": held.ranked(taught.by(moment.day))},
        }
        for history, each in ranked_by_history.items():
            if history == "no history" or moment.day >= _SETTLED:
                found += [Shown(history, name, int(relevant[list(s)].sum()), len(s)) for name, s in each.items()]
        logged = [*everything[::-1][:1], *rng.permutation(everything)[:1], *rng.permutation(held.places)[:1]]
        _answer(rng, world, number, moment, held, logged, log)
        _answer(rng, world, number, moment, held, ranked_by_history["own history"]["as shown"], own)
    return found


class _Learner:
    """What is known, learned anew each month as the product does in a job."""

    def __init__(self, said: Said) -> None:
        self._said, self._known, self._next = said, Known(), 0.0

    def by(self, day: float) -> Known:
        if day >= self._next:
            self._known, self._next = self._said.known(day), day + _MONTH
        return self._known


def _answer(
    rng: np.random.Generator, world: LessonWorld, number: int, moment: Moment, held: Candidates, shown: Sequence[int],
    said: Said,
) -> None:  # fmt: skip
    """Let people answer; what does not hold is not in the columns that the ranking learns from."""
    places = {int(place): row for row, place in enumerate(held.places)}
    wanted = [int(each) for each in dict.fromkeys(shown) if int(each) in places]
    for lesson, used in zip(wanted, answers_of(rng, world, number, np.array(wanted, dtype=np.int64)), strict=True):
        if used is not None:
            said.add(moment.day, lesson, held.fits[places[lesson]], used)


def _columns(world: LessonWorld) -> tuple[Lessons, list[list[DealBehind]]]:
    n = len(world.lessons)
    lessons = Lessons(
        keys=np.arange(n, dtype=np.int64),
        stage=[each.stage for each in world.lessons],
        step=[each.step for each in world.lessons],
        segment=[each.segment for each in world.lessons],
        competitor=[each.competitor for each in world.lessons],
        source=[""] * n,
        amount_from=np.array([each.amount_from for each in world.lessons]),
        amount_to=np.array([each.amount_to for each in world.lessons]),
        kept=np.zeros(n, dtype=bool),
        challenged=np.zeros(n, dtype=bool),
    )
    return lessons, [[DealBehind(s, c, a) for s, c, _source, a in each.deals] for each in world.lessons]


def _text(moment: Moment) -> str:
    """What was written of a deal, and the names of the steps that are missing."""
    return ". ".join([moment.text, *(each.replace("_", " ") for each in sorted(moment.missing))])


def _deal(moment: Moment) -> DealNow:
    return DealNow(
        stage=moment.stage,
        segment=moment.segment,
        competitor=moment.competitor,
        source=moment.source,
        amount=moment.amount,
        stages=STAGES,
        missing=moment.missing,
        done=moment.done,
    )


@dataclass(frozen=True)
class Pairs:
    """Near duplicates: those planted, those found, and how many were both."""

    planted: int
    found: int
    both: int


def duplicates_found(seed: int, lessons: int = 400, planted: int = 40, least: float = DUPLICATE) -> Pairs:
    """Plant lessons that others have typed anew among lessons on the same topics, and look for them."""
    rng = np.random.default_rng([seed, 3])
    written = [lesson_sayings(rng, int(rng.integers(len(TOPICS)))) for _ in range(lessons)]
    originals = rng.choice(lessons, size=planted, replace=False)
    wanted = {(int(original), lessons + n) for n, original in enumerate(originals)}
    texts = [*map(written_down, written), *(reworded(rng, written[original]) for original in originals)]
    found = {(pair.first, pair.second) for pair in alike_pairs(texts, least)}
    return Pairs(len(wanted), len(found), len(found & wanted))


def precision(found: Sequence[Shown], history: str, ranking: str) -> float:
    """Right lessons a place, over all moments of an organisation."""
    rows = [each for each in found if (each.history, each.ranking) == (history, ranking)]
    return sum(each.right for each in rows) / (MOST * len(rows))


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The mean over organisations with its 95 % interval by Student's t."""
    mean, half = float(np.mean(values)), 0.0
    if len(values) > 1:
        half = float(t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return mean, mean - half, mean + half


def ranking_table(organisations: Mapping[int, Sequence[Shown]]) -> str:
    """Precision at 3 of each way of ranking, and how much better the product's is."""
    rows = []
    for history in ("no history", "replayed history", "own history"):
        ours = [precision(found, history, "as shown") for found in organisations.values()]
        for ranking in RANKINGS:
            if history == "no history" and ranking == "as shown":
                continue
            values = [precision(found, history, ranking) for found in organisations.values()]
            gain = _points(mean_interval([a - b for a, b in zip(ours, values, strict=True)]))
            shown = [
                e for found in organisations.values() for e in found if (e.history, e.ranking) == (history, ranking)
            ]
            of_shown = sum(e.right for e in shown) / max(sum(e.shown for e in shown), 1)
            is_ours = ranking == ("scope and text, nothing learned" if history == "no history" else "as shown")
            name = f"**{ranking}**" if is_ours else ranking
            rows.append((history, name, _percent(mean_interval(values)), f"{of_shown:.0%}", "" if is_ours else gain))
    head = ("history", "ranking", "precision at 3", "of those shown", "the product's is better by")
    return markdown(head, rows)


def duplicate_table(seeds: Sequence[int]) -> str:
    """Precision and recall of near duplicates, at the product's threshold and beside it."""
    rows = []
    for least in (0.55, DUPLICATE, 0.75):
        pairs = [duplicates_found(seed, least=least) for seed in seeds]
        both, found, planted = (sum(getattr(each, name) for each in pairs) for name in ("both", "found", "planted"))
        row = [f"{least:.2f}{' (the product)' if least == DUPLICATE else ''}"]
        for n in (found, planted):
            share = rate(both, max(n, 1))
            row.append(f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%}), n = {n:,}")
        rows.append(tuple(row))
    return markdown(("similar from", "precision", "recall"), rows)


def _percent(found: tuple[float, float, float]) -> str:
    return f"{found[0]:.1%} ({found[1]:.1%} to {found[2]:.1%})"


def _points(found: tuple[float, float, float]) -> str:
    return f"{100 * found[0]:+.1f} points ({100 * found[1]:+.1f} to {100 * found[2]:+.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=int, default=10)
    parser.add_argument("--lessons", type=int, default=250)
    parser.add_argument("--moments", type=int, default=600)
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    asked = parser.parse_args()
    organisations: dict[int, list[Shown]] = defaultdict(list)
    for seed in range(1, asked.organisations + 1):
        organisations[seed] = organisation_found(seed, asked.lessons, asked.moments)
        print(f"organisation {seed}: {precision(organisations[seed], 'replayed history', 'as shown'):.1%}", flush=True)
    seeds = range(1, asked.organisations + 1)
    text = (
        f"{asked.organisations} organisations, {asked.lessons} lessons and {asked.moments} moments of open deals in "
        f"each.\n\n{ranking_table(organisations)}\n\nNear duplicates: 40 planted among 400 lessons on the same "
        f"topics, by organisation.\n\n{duplicate_table(seeds)}"
    )
    print(text)
    if asked.write:
        write_section(_BEGIN, _END, text, section=_SECTION)


if __name__ == "__main__":
    main()
