"""Lessons are ranked better than by age or text alone where the truth is known, and near duplicates are found."""

import numpy as np
import pytest
from benchmarks.lesson_ranking import duplicates_found, organisation_found, precision

from afteraction.analysis.lesson_ranking import (
    FEATURES,
    PRIOR,
    Answers,
    DealNow,
    Known,
    Lessons,
    best,
    fit_of,
    holds,
    learn,
    useful,
)
from afteraction.analysis.text_vectors import alike_pairs, corpus, similarities

STAGES = ("Qualify", "Discover", "Propose")
DEAL = DealNow(
    stage="Discover", segment="Enterprise", competitor="Corvane", amount=50_000.0, stages=STAGES,
    missing=frozenset({"demo"}), done=frozenset({"call"}),
)  # fmt: skip


def _lessons(*scopes):
    """Lessons of which only these scopes are written."""

    def column(name):
        return [each.get(name, "") for each in scopes]

    return Lessons(
        np.arange(len(scopes)) + 1,
        *(column(name) for name in ("stage", "step", "segment", "competitor", "source")),
        *(np.array([each.get(name, np.nan) for each in scopes]) for name in ("amount_from", "amount_to")),
        *(np.array([each.get(name, False) for each in scopes], dtype=bool) for name in ("kept", "challenged")),
    )


def _best(*scopes, known=None):
    lessons = _lessons(*scopes)
    return best(lessons.keys, fit_of(lessons, DEAL), known or Known())


@pytest.mark.parametrize(
    ("scope", "does"),
    [
        ({}, True),
        ({"segment": "Enterprise", "competitor": "Corvane"}, True),
        ({"segment": "Mid-market"}, False),
        ({"competitor": "Lumeris"}, False),
        ({"source": "Partner"}, True),  # the deal's is not known, which rules nothing out
        ({"amount_from": 50_000.0}, True),
        ({"amount_from": 50_001.0}, False),
        ({"amount_to": 49_999.0}, False),
        ({"stage": "Propose"}, True),
        ({"stage": "Qualify"}, False),
        ({"stage": "Qualify", "step": "demo"}, True),  # what was left out before can still be done
        ({"step": "call"}, False),
        ({"step": "offer"}, True),
        ({"stage": "Unheard of"}, True),
    ],
)
def test_a_lesson_holds_unless_a_scope_of_its_speaks_against_it(scope, does):
    assert holds(_lessons(scope), DEAL).tolist() == [does]


def test_what_is_missing_comes_before_the_stage_and_both_before_the_segment():
    found = _best({"segment": "Enterprise"}, {"stage": "Discover"}, {"step": "demo"}, {})
    assert [each.key for each in found] == [3, 2, 1]
    assert [each.reasons[0][0] for each in found] == ["step_missing", "stage_now", "segment"]


def test_a_lesson_that_fits_in_no_respect_is_not_shown_however_good_it_is():
    assert _best({"kept": True}) == ()
    assert _best() == ()


def test_of_equal_lessons_the_newer_comes_first():
    assert [each.key for each in _best(*[{"stage": "Discover"}] * 5)] == [5, 4, 3]


def test_of_near_duplicates_one_is_shown():
    lessons = _lessons({"stage": "Discover"}, {"stage": "Discover", "step": "demo"})
    alike = np.array([[1.0, 0.8], [0.8, 1.0]])
    assert [each.key for each in best(lessons.keys, fit_of(lessons, DEAL), Known(), alike)] == [2]


def test_a_challenged_lesson_comes_later():
    assert [each.key for each in _best({"stage": "Discover"}, {"stage": "Discover", "challenged": True})] == [1, 2]


def test_what_a_lesson_is_known_for_counts_and_what_is_not_known_is_tried():
    known = Known(lessons={1: (-2.0, 0.3), 2: (0.0, 0.2)}, answers=50)
    assert [each.key for each in _best(*[{"stage": "Discover"}] * 3, known=known)] == [3, 2]


def test_with_few_answers_or_answers_of_one_kind_the_prior_stands():
    fits = np.zeros((30, len(FEATURES)))
    for n, used in ((10, np.arange(10) % 2 == 0), (30, np.ones(30, dtype=bool))):
        known = learn(Answers(np.arange(n), fits[:n], used[:n]))
        assert (known.weights, known.lessons, known.answers) == (PRIOR, {}, n)


def test_answers_move_the_weights_and_the_lessons_towards_what_they_say():
    rng = np.random.default_rng(3)
    n = 3_000
    fits = np.zeros((n, len(FEATURES)))
    at = {name: place for place, name in enumerate(FEATURES)}
    fits[:, at["segment"]] = rng.random(n) < 0.5
    fits[:, at["stage_now"]] = rng.random(n) < 0.5
    lesson = rng.integers(20, size=n)
    own = np.where(np.arange(20) < 10, 1.0, -1.0)
    logit = -1.6 + 2.0 * fits[:, at["segment"]] + own[lesson]
    known = learn(Answers(lesson, fits, rng.random(n) < 1 / (1 + np.exp(-logit))))
    # Half a logit apart from one another is what lessons of the same world differ by.
    assert known.weights["segment"] == pytest.approx(2.0, abs=0.45)
    assert known.weights["stage_now"] == pytest.approx(0.0, abs=0.45)
    assert known.weights["competitor"] == pytest.approx(PRIOR["competitor"], abs=0.05)
    means = np.array([known.lessons[key][0] for key in range(20)])
    assert np.corrcoef(means, own)[0, 1] > 0.95


def test_usefulness_is_a_share_with_its_interval():
    found = useful(Answers(np.array([4, 4, 7]), np.zeros((3, 1)), np.array([True, False, True])))
    assert {key: (each.count, each.n) for key, each in found.items()} == {4: (1, 2), 7: (1, 1)}
    assert found[4].low < 0.5 < found[4].high


@pytest.fixture(scope="module")
def organisations():
    return [organisation_found(seed, lessons=120, moments=250) for seed in range(1, 6)]


@pytest.mark.slow
@pytest.mark.parametrize("history", ["no history", "replayed history", "own history"])
@pytest.mark.parametrize("other", ["newest first", "text alone"])
def test_the_ranking_beats_newest_first_and_text_alone_on_simulated_organisations(organisations, history, other):
    gains = [precision(found, history, "as shown") - precision(found, history, other) for found in organisations]
    # Five small organisations: benchmarks.lesson_ranking has the intervals of many.
    assert np.mean(gains) > 0.02


@pytest.mark.slow
def test_what_is_shown_gets_better_by_what_people_say(organisations):
    gains = [
        precision(found, "own history", "as shown") - precision(found, "own history", "scope and text, nothing learned")
        for found in organisations
    ]
    assert np.mean(gains) > 0


def test_planted_near_duplicates_are_found_and_little_else():
    pairs = [duplicates_found(seed, lessons=200, planted=30) for seed in (1, 2)]
    assert sum(each.both for each in pairs) >= 0.8 * sum(each.planted for each in pairs)
    assert sum(each.both for each in pairs) >= 0.8 * sum(each.found for each in pairs)


def test_the_same_text_is_as_similar_as_can_be_and_case_accents_and_signs_do_not_matter():
    known = corpus(["Ask who signs the contract", "Offer three packages"])
    found = similarities(["ASK who signs – the cöntract!", "Zebra"], known)
    assert found[0] == pytest.approx([1.0, 0.0], abs=0.05)
    assert found[1].tolist() == [0.0, 0.0]


def test_pairs_are_those_that_comparing_everything_with_everything_finds():
    rng = np.random.default_rng(2)
    words = ["".join(rng.choice(list("abcdefghij"), size=6)) for _ in range(300)]
    texts = [" ".join(rng.choice(words, size=8)) for _ in range(150)]
    texts += [f"{text} {words[0]}" for text in texts[:20]]
    known = corpus(texts)
    alike = (known.vectors @ known.vectors.T).toarray()
    expected = {(a, b) for a, b in zip(*np.nonzero(np.triu(alike, 1) >= 0.5), strict=True)}
    assert {(pair.first, pair.second) for pair in alike_pairs(texts, 0.5)} == expected
    assert alike_pairs(["one text"], 0.5) == ()
