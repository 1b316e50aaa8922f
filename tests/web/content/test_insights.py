"""Insight pieces: what may leave, what is taken out, and that two people read it first."""

import pytest
from tests.cast import Cast
from tests.web.content.made import NOW, deal_of

from afteraction.errors import Refused
from afteraction.web.content import insights
from afteraction.web.content.anonymising import Names, anonymous, look_at, names_in
from afteraction.web.content.models import Insight, Piece
from afteraction.web.deals.search import search_words
from afteraction.web.lessons.models import Lesson
from afteraction.web.lessons.services import create_lesson
from afteraction.web.lessons.writing import Words
from afteraction.web.reviews.models import Answer, Review

NAMES = Names(
    {"acme": "[a customer]", "acme foods gmbh": "[a customer]", "mark": "[a person]", "vertexa": "[a competitor]"}
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Acme Foods GmbH's board said no", "[a customer] board said no"),
        ("ACME and acme", "[a customer] and [a customer]"),
        ("Acmeville stays", "Acmeville stays"),
        ("Mark asked us to mark the page", "[a person] asked us to mark the page"),
        ("Vertexa offered €1.2 million, we 950,000 EUR", "[a competitor] offered [an amount], we [an amount]"),
        ("It cost 12k and 3 bn", "It cost [an amount] and [an amount]"),
        ("Signed on 3 March 2026, or 2026-03-03, or Q2 2025", "Signed on [a date], or [a date], or [a date]"),
        ("Mail jo.day@buyer.example or see https://buyer.example/x", "Mail [an address] or see [an address]"),
        ("Call +49 30 1234567", "Call [a number]"),
        ("450 users in 3 teams", "[a number] users in 3 teams"),
    ],
)
def test_a_rule_takes_out_names_amounts_dates_addresses_and_numbers(text: str, left: str) -> None:
    assert anonymous(text, NAMES).text == left


def test_what_was_removed_is_counted_by_kind_and_never_kept() -> None:
    found = anonymous("Acme and Mark of Acme paid $5", NAMES)
    assert found.removed == {"customers": 2, "people": 1, "amounts": 1}


def test_words_that_look_like_names_are_marked_for_whoever_checks() -> None:
    assert look_at("We asked Northgate twice. They said no. In Berlin it took 3 weeks.") == ("Northgate", "Berlin", "3")


def test_a_customer_that_is_named_in_passing_is_found_in_the_index_of_deals(cast: Cast) -> None:
    deal_of(
        cast,
        account_name="Quillmere Foods Ltd",
        search_words=search_words("Quillmere Foods Ltd"),
        owner_name="Ida Berg",
    )
    said = "Quillmere decided late, and Noor Haddad waited. Ida did not."
    found = anonymous(said, names_in(cast.organisation, said))
    assert found.text == "[a customer] decided late, and [a person] waited. [a person] did not."


def _review(cast: Cast, lesson: str = "Ask Acme early") -> Review:
    deal_of(cast, account_name="Acme", search_words=search_words("Acme"))
    review = Review.objects.create(
        organisation=cast.organisation, deal_id="D1", outcome="lost", closed_at=NOW, opened_at=NOW, due_on=NOW.date(),
        person=cast.rep, state=Review.State.DONE,
    )  # fmt: skip
    Answer.objects.create(
        review=review, voice="rep", person=cast.rep, lesson=lesson, happened="They lied to us", private_note="Secret",
        begun_at=NOW, saved_at=NOW, done_at=NOW,
    )  # fmt: skip
    return review


def test_a_review_is_used_only_with_the_consent_of_its_rep_and_only_its_lesson(cast: Cast) -> None:
    review = _review(cast)
    with pytest.raises(Refused, match="may not be used"):
        insights.draft(by=cast.marketer, title="Learned", lessons=(), reviews=[review.pk], now=NOW)
    for nobody in (cast.manager, cast.team_mate, cast.admin, cast.outsider):
        with pytest.raises(Refused, match="without a finished lesson of yours"):
            insights.consent(by=nobody, review=review, gives=True, now=NOW)
    insights.consent(by=cast.rep, review=review, gives=True, now=NOW)
    made = insights.draft(by=cast.marketer, title="Learned at Acme", lessons=(), reviews=[review.pk], now=NOW)
    assert (made.title, made.text) == ("Learned at [a customer]", "Ask [a customer] early")


@pytest.mark.parametrize(
    ("state", "allowed"), [(each.value, each.value in ("in_use", "kept")) for each in Lesson.State]
)
def test_a_lesson_is_used_only_while_it_stands(cast: Cast, state: str, allowed: bool) -> None:
    lesson = create_lesson(by=cast.rep, words=Words("Ask early", "Ask who signs."), now=NOW)
    Lesson.objects.filter(pk=lesson.pk).update(state=state)
    if allowed:
        assert (
            "Ask who signs."
            in insights.draft(by=cast.marketer, title="Learned", lessons=[lesson.pk], reviews=(), now=NOW).text
        )
    else:
        with pytest.raises(Refused, match="may not be used"):
            insights.draft(by=cast.marketer, title="Learned", lessons=[lesson.pk], reviews=(), now=NOW)


def test_two_people_read_it_before_a_buyer_does_and_consent_taken_back_takes_it_out(cast: Cast) -> None:
    review = _review(cast)
    insights.consent(by=cast.rep, review=review, gives=True, now=NOW)
    made = insights.draft(by=cast.marketer, title="Learned", lessons=(), reviews=[review.pk], now=NOW)
    with pytest.raises(Refused, match="nobody has checked"):
        insights.approve(by=cast.manager, insight=made, now=NOW)
    with pytest.raises(Refused, match="no word"):
        insights.check(by=cast.marketer, insight=made, sure=False, now=NOW)
    insights.check(by=cast.marketer, insight=made, sure=True, now=NOW)
    with pytest.raises(Refused, match="who checked it"):
        insights.approve(by=cast.marketer, insight=made, now=NOW)
    changed = insights.save(by=cast.manager, insight=made, title="Learned", text="Ask Acme and others early", now=NOW)
    assert (changed.state, changed.text) == ("draft", "Ask [a customer] and others early")
    insights.check(by=cast.marketer, insight=made, sure=True, now=NOW)
    piece = insights.approve(by=cast.manager, insight=made, now=NOW)
    assert (piece.kind, piece.state) == ("Insight", "in_use")
    insights.consent(by=cast.rep, review=review, gives=False, now=NOW)
    piece.refresh_from_db()
    assert (piece.state, piece.text, piece.versions.get().text) == (Piece.State.RETIRED, "", "")
    assert (Insight.objects.get().state, Insight.objects.get().text) == ("dropped", "")


def test_only_who_answers_for_content_drafts(cast: Cast) -> None:
    with pytest.raises(Refused, match="does not answer for content"):
        insights.draft(by=cast.rep, title="Learned", lessons=(), reviews=(), now=NOW)
