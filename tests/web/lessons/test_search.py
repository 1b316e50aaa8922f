"""Lessons by words, on whichever database the tests run."""

from tests.cast import Cast
from tests.web.lessons.matched import lesson

from afteraction.web.lessons.models import Lesson
from afteraction.web.lessons.search import find, keys_with_any, words_of
from afteraction.web.lessons.similar import nearest


def _titles(cast: Cast, search: str) -> list[str]:
    found = find(cast.organisation, search)
    assert found is not None
    return [each.title for each in found]


def test_every_word_of_a_search_begins_a_word_of_the_lesson_in_any_order_case_and_accents(cast: Cast) -> None:
    lesson(cast.organisation, "Send the security questionnaire early", "Before the CISO asks: it saves the Café weeks.")
    lesson(cast.organisation, "Offer three packages", "The middle one is chosen.")
    assert _titles(cast, "QUESTION secur") == ["Send the security questionnaire early"]
    assert _titles(cast, "cafe weeks") == ["Send the security questionnaire early"]
    assert _titles(cast, "questionnaire packages") == []


def test_a_search_without_a_word_in_it_is_none(cast: Cast) -> None:
    assert find(cast.organisation, " – !") is None


def test_signs_that_mean_something_to_a_database_are_no_words(cast: Cast) -> None:
    lesson(cast.organisation, "Ask who signs")
    assert _titles(cast, "ask\" OR * 'who' & :signs") == []
    assert _titles(cast, "ask\" * 'who' & :signs") == ["Ask who signs"]


def test_titles_come_before_texts_and_lessons_in_use_before_retired_ones(cast: Cast) -> None:
    lesson(cast.organisation, "Old budget rule", state=Lesson.State.RETIRED)
    lesson(cast.organisation, "Ask early", "Who holds the budget?")
    lesson(cast.organisation, "Find the budget")
    assert _titles(cast, "budget") == ["Find the budget", "Old budget rule", "Ask early"]


def test_the_scope_of_a_lesson_is_searched_too(cast: Cast) -> None:
    lesson(cast.organisation, "Compare line by line", competitor="Corvane", segment="Mid-market")
    assert _titles(cast, "corvane mid") == ["Compare line by line"]


def test_the_index_follows_what_is_written_changed_and_deleted(cast: Cast) -> None:
    made = lesson(cast.organisation, "Bring procurement in")
    assert _titles(cast, "procurement") == ["Bring procurement in"]
    made.title = made.text = "Bring legal in"
    made.search_words = words_of(made)
    made.save()
    assert (_titles(cast, "procurement"), _titles(cast, "legal")) == ([], ["Bring legal in"])
    made.delete()
    assert _titles(cast, "legal") == []


def test_nobody_finds_lessons_of_another_organisation(cast: Cast) -> None:
    lesson(cast.other, "Ask who signs")
    assert _titles(cast, "signs") == []
    assert keys_with_any(cast.organisation, ("signs",), rare=10) == set()
    assert nearest(cast.organisation, "Ask who signs") == ()


def test_words_that_many_lessons_have_tell_nothing(cast: Cast) -> None:
    made = [lesson(cast.organisation, f"Meeting number {n}", "Take notes.") for n in range(4)]
    special = lesson(cast.organisation, "Meeting of the treasury")
    assert keys_with_any(cast.organisation, ("meeting", "treasury"), rare=3) == {special.pk}
    assert keys_with_any(cast.organisation, ("meeting",), rare=5) == {each.pk for each in [*made, special]}


def test_whoever_writes_what_is_there_sees_the_lesson_that_says_the_same(cast: Cast) -> None:
    there = lesson(cast.organisation, "Send the security questionnaire early", "Before the officer asks for it.")
    lesson(cast.organisation, "Offer three packages", "The middle one is chosen.")
    near = nearest(cast.organisation, "Security questionnaire: send it early, before the officer asks")
    assert [(each.lesson, each.same) for each in near] == [(there, True)]
    assert nearest(cast.organisation, "Security questionnaire: send it early", but=there.pk) == ()
