"""How often the driver that a person gave a sentence is the first, or among the first three, suggested."""

import re
from collections import defaultdict
from importlib.resources import files

import numpy as np
import pytest
from tests.analysis.labelled_sentences import LABELLED

from afteraction.analysis.coding import coder, suggest
from afteraction.analysis.drivers import DEFAULT_FILE, OUTCOMES, read_taxonomy

TAXONOMY = read_taxonomy(files("afteraction.analysis").joinpath(DEFAULT_FILE).read_text(encoding="utf-8"))
OF = {driver.id: driver for driver in TAXONOMY.drivers}
LOST = TAXONOMY.of("lost")


def _outcome(label):
    """The outcome of a deal of which this is said."""
    return next(outcome for outcome in OUTCOMES if outcome in OF[label.driver].applies_to)


def _precision(ranked, among):
    """The share of sentences whose driver comes first, and the share of those where it is among the first three."""
    return tuple(float(np.mean([label.driver in ranked(label)[:most] for label in among])) for most in (1, 3))


def _by_text(confirmed=()):
    coders = {outcome: coder(TAXONOMY.of(outcome), confirmed) for outcome in OUTCOMES}
    return lambda label: [each.driver for each in suggest(label.sentence, coders[_outcome(label)])]


def _by_keywords(label):
    """The baseline: drivers by how many of the sentence's longer words occur in what says what they are."""
    words = set(re.findall(r"\w{4,}", label.sentence.casefold()))
    shared = {}
    for driver in TAXONOMY.of(_outcome(label)):
        said = " ".join([driver.name, driver.description, *(each for some in driver.phrases.values() for each in some)])
        shared[driver.id] = len(words & set(re.findall(r"\w{4,}", said.casefold())))
    return [each for each, count in sorted(shared.items(), key=lambda item: -item[1]) if count]


def test_the_labelled_sentences_speak_of_every_driver_in_four_languages():
    assert len(LABELLED) >= 120
    languages = defaultdict(set)
    for each in LABELLED:
        languages[each.driver].add(each.language)
    assert languages == {driver: {"en", "de", "fr", "es"} for driver in OF}


def test_the_right_driver_is_suggested_first_in_five_of_six_sentences_and_more_often_than_by_keywords():
    first, among_three = _precision(_by_text(), LABELLED)
    first_by_keywords, among_three_by_keywords = _precision(_by_keywords, LABELLED)
    assert first > 0.83
    assert among_three > 0.94
    assert first > first_by_keywords + 0.1
    assert among_three > among_three_by_keywords + 0.05


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_every_language_is_served(language):
    first, among_three = _precision(_by_text(), [each for each in LABELLED if each.language == language])
    assert first > 0.65
    assert among_three > 0.9


def test_confirmed_quotes_make_suggestions_better():
    """Half of the sentences are confirmed, the other half asked for, many times over."""
    rng, before, after = np.random.default_rng(0), [], []
    unlearned = _by_text()
    for _time in range(5):
        taught = set(rng.permutation(len(LABELLED))[: len(LABELLED) // 2].tolist())
        confirmed = tuple((each.driver, each.sentence) for place, each in enumerate(LABELLED) if place in taught)
        asked = [each for place, each in enumerate(LABELLED) if place not in taught]
        before.append(_precision(unlearned, asked))
        after.append(_precision(_by_text(confirmed), asked))
    assert np.mean(after, axis=0)[0] > np.mean(before, axis=0)[0] + 0.01
    assert np.mean(after, axis=0)[1] >= np.mean(before, axis=0)[1]


def test_words_of_the_house_are_learned_from_a_few_confirmed_quotes():
    said = "They went for Zendoro in the end, as half of their plants run it."
    quotes = [("competitor_stronger", f"Zendoro {each}") for each in ("won it", "was their choice", "again, of course")]
    assert suggest(said, coder(LOST))[0].driver != "competitor_stronger"
    assert suggest(said, coder(LOST, quotes))[0].driver == "competitor_stronger"


def test_a_suggestion_shows_the_sentence_and_the_example_it_rests_on():
    passage = "Thank you for the talk. To be honest, you were too expensive for us. Have a good day."
    first = suggest(passage, coder(LOST))[0]
    assert first.driver == "price"
    assert first.example == "you were too expensive"
    assert passage[first.sentence.start : first.sentence.end] == "To be honest, you were too expensive for us."
    assert 0 < first.score <= 1


def test_a_slip_of_the_pen_and_capital_letters_do_no_harm():
    assert suggest("YOU WERE TO EXPENSIV", coder(LOST))[0].driver == "price"


@pytest.mark.parametrize("passage", ["", " … ", "12345", "我们选择了别的供应商"])
def test_what_is_like_nothing_known_gets_no_suggestion(passage):
    assert suggest(passage, coder(LOST)) == ()


def test_quotes_of_drivers_that_are_no_more_are_left_out():
    assert suggest("zxqv", coder(LOST, [("merged_away", "zxqv")])) == ()


def test_without_drivers_there_is_nothing_to_suggest():
    with pytest.raises(ValueError, match="expected at least one"):
        coder([])
