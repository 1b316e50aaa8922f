"""Questions are found in what was said, counted in won and lost deals, and shown only to who may read the text."""

from datetime import timedelta

import pytest
from tests.cast import Cast
from tests.web.coaching.made import NOW
from tests.web.reviews.made import answered, ended, review_of

from afteraction.analysis.questions import question_key, questions_in
from afteraction.errors import Refused
from afteraction.web.buyers.interviewing import save_interview
from afteraction.web.coaching.models import Question, QuestionHeard
from afteraction.web.coaching.questions import add_question, gather_questions, question_rows, rate_question
from afteraction.web.people.models import User

ASKED = "We asked: “Who else has to say yes?” That was new."


def rows(user: User) -> dict[str, int]:
    return {row.question.text: row.heard for row in question_rows(user)}


@pytest.fixture
def reviews(cast: Cast) -> None:
    """A won and a lost deal in which the same was asked, and an interview about the lost one."""
    won = review_of(cast, ended(cast, "w", outcome="won"), now=NOW)
    lost = review_of(cast, ended(cast, "l", outcome="lost"), now=NOW)
    plain = review_of(cast, ended(cast, "p", outcome="lost"), now=NOW)
    answered(cast.rep, won, "price", now=NOW, keep=ASKED)
    answered(cast.rep, lost, "price", now=NOW, happened="who else has to say YES ? Nobody knew.")
    answered(cast.rep, plain, "price", now=NOW, private_note="What did I do wrong there?")
    save_interview(
        by=cast.operations, review=plain, now=NOW, interviewer="Dana", interviewee="Robin Ames", held_on=NOW.date(),
        consent="notes", transcript="Dana: What would have changed your mind?\nRobin: Why do you ask me that now?",
    )  # fmt: skip
    gather_questions(organisation=cast.organisation, now=NOW)


def test_the_same_question_in_other_letters_is_one(cast: Cast, reviews: None) -> None:
    assert rows(cast.rep) == {"Who else has to say yes?": 2, "What would have changed your mind?": 1}
    [row] = [each for each in question_rows(cast.rep) if each.heard == 2]
    assert row.figures["won"] == "100% (21–100%, 1 of 1)"
    assert row.figures["lost"].endswith("1 of 2)")
    assert row.apart is not None
    assert row.apart.value == 0.5


def test_what_the_buyer_asks_and_what_is_private_is_no_question_of_the_library(cast: Cast, reviews: None) -> None:
    texts = " ".join(Question.objects.values_list("text", flat=True))
    assert "Why do you ask" not in texts
    assert "did I do wrong" not in texts


def test_a_question_from_a_text_that_someone_may_not_read_is_not_there_for_them(cast: Cast, reviews: None) -> None:
    assert rows(cast.team_mate) == {}
    assert rows(cast.marketer) == {}  # the buyer did not agree to be quoted
    assert rows(cast.outsider) == {}
    assert set(rows(cast.manager)) == set(rows(cast.rep))
    with pytest.raises(Refused):
        rate_question(by=cast.team_mate, question=Question.objects.all()[0], useful=True, now=NOW)


def test_gathering_again_changes_nothing_and_forgets_what_was_taken_out(cast: Cast, reviews: None) -> None:
    before = QuestionHeard.objects.count()
    gather_questions(organisation=cast.organisation, now=NOW + timedelta(days=1))
    assert QuestionHeard.objects.count() == before
    QuestionHeard.objects.get(field="keep").review.answers.update(keep="")
    gather_questions(organisation=cast.organisation, now=NOW + timedelta(days=2))
    assert QuestionHeard.objects.count() == before - 1


def test_an_added_question_is_for_everyone_and_rated_once_by_each(cast: Cast) -> None:
    question = add_question(by=cast.rep, text="What happens if you do nothing?", stage="Discover", now=NOW)
    for useful in (True, False):
        rate_question(by=cast.team_mate, question=question, useful=useful, now=NOW)
    rate_question(by=cast.marketer, question=question, useful=True, now=NOW)
    [row] = question_rows(cast.executive)
    assert (row.useful, row.not_useful, row.mine) == (1, 1, None)
    assert question_rows(cast.outsider) == []
    with pytest.raises(Refused, match="no question"):
        add_question(by=cast.rep, text="Ask more", stage="", now=NOW)


def test_questions_are_sentences_of_some_words_with_a_question_mark() -> None:
    found = list(questions_in("Really? So what would you need to see first? Fine. (¿Quién firma esto al final?)"))
    assert [each.text for each in found] == [
        "So what would you need to see first?", "¿Quién firma esto al final?",
    ]  # fmt: skip
    assert question_key("Où est-ce que ça bloque ?") == question_key("ou est ce que ca bloque?")
