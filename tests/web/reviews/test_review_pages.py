"""One review as the rep, the manager and everyone else find it: what is asked, saved, finished, shown and refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.web.reviews.made import answered, ended, review_of

from afteraction.errors import Refused
from afteraction.web.people.models import User
from afteraction.web.reviews import services
from afteraction.web.reviews.models import Answer, Driver, Review
from afteraction.web.reviews.taxonomy import drivers_of

Enter = Callable[[User], Client]


@pytest.fixture
def review(cast: Cast) -> Review:
    deal = ended(cast, lost_reason="Price", competitor="Corvane", account_name="Acme")
    return review_of(cast, deal, now=timezone.now())


def page(client: Client, review: Review, query: str = "") -> str:
    answer = client.get(f"/reviews/{review.pk}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def save(client: Client, review: Review, **sent: object) -> int:
    return client.post(f"/reviews/{review.pk}/save/", sent).status_code


def finish(client: Client, review: Review, **sent: object) -> int:
    return client.post(f"/reviews/{review.pk}/finish/", sent).status_code


def of(voice: str) -> Answer:
    return Answer.objects.get(voice=voice)


def key(cast: Cast, name: str = "price") -> int:
    return drivers_of(cast.organisation, now=timezone.now()).get(key=name).pk


def test_the_record_comes_before_the_first_question_and_says_who_reads_the_answer(
    enter: Enter, cast: Cast, review: Review
) -> None:
    text = page(enter(cast.rep), review)
    places = [text.index(each) for each in ("What the record says", "Corvane", "Piet Jansen", "What did we expect?")]
    assert places == sorted(places)
    assert "not even an admin can read it" in text


def test_six_questions_are_asked_and_the_reason_of_the_crm_is_chosen_already(
    enter: Enter, cast: Cast, review: Review
) -> None:
    text = page(enter(cast.rep), review)
    assert text.count('class="question"') == 6
    assert f'name="driver" value="{key(cast)}" checked' in text
    assert "because the CRM says “Price”" in text
    assert text.count(" checked") == 1
    assert "I don't know" in text
    assert not Answer.objects.exists()  # looking is not answering


def test_what_is_typed_is_saved_and_still_there_later(enter: Enter, cast: Cast, review: Review) -> None:
    assert save(enter(cast.rep), review, happened="They went silent", driver=[key(cast)], suggested=key(cast)) == 200
    text = page(enter(cast.rep), review)
    assert "They went silent" in text
    assert Review.objects.get().state == "due"
    assert of("rep").named.get().suggested


def test_only_what_was_answered_by_hand_counts_as_an_input(enter: Enter, cast: Cast, review: Review) -> None:
    given = {"driver": [key(cast)], "suggested": key(cast), "expected": "win", "was_expected": "win"}
    assert finish(enter(cast.rep), review, **given) == 302
    assert of("rep").inputs == 0
    assert finish(enter(cast.rep), review, **given | {"lesson": "More"}) == 302
    assert of("rep").inputs == 0  # what it took is what it took until it was finished


def test_all_questions_are_six_inputs_and_the_private_note_is_none(enter: Enter, cast: Cast, review: Review) -> None:
    texts = dict.fromkeys(("happened", "keep", "change", "lesson", "private_note"), "words")
    assert finish(enter(cast.rep), review, expected="loss", driver=[key(cast)], **texts) == 302
    assert of("rep").inputs == 6


def test_many_saves_within_a_second_add_up_to_the_time_that_they_took(cast: Cast, review: Review) -> None:
    begun = timezone.now()
    for tenth in range(0, 301, 4):
        services.save_answer(by=cast.rep, review=review, now=begun + timedelta(seconds=tenth / 10), opened=begun)
    assert of("rep").seconds in (29, 30, 31)
    later = begun + timedelta(days=2)
    services.save_answer(by=cast.rep, review=review, now=later + timedelta(seconds=20), opened=later)
    assert of("rep").seconds in (49, 50, 51)  # the days between are nobody's work


def test_drivers_count_in_the_order_in_which_they_were_chosen(enter: Enter, cast: Cast, review: Review) -> None:
    price, product = key(cast), key(cast, "product_fit")
    save(enter(cast.rep), review, driver=[price, product], order=f"{product},{price}")
    assert [named.driver_id for named in of("rep").named.all()] == [product, price]


def test_a_review_without_any_reason_is_not_finished_and_nothing_is_lost(
    enter: Enter, cast: Cast, review: Review
) -> None:
    assert finish(enter(cast.rep), review, happened="Something") == 422
    assert of("rep").happened == "Something"
    assert of("rep").done_at is None
    assert finish(enter(cast.rep), review, unknown="yes", driver=[key(cast)]) == 302
    assert (of("rep").unknown, of("rep").named.count(), Review.objects.get().state) == (True, 0, "done")


def test_what_is_changed_after_finishing_shows(enter: Enter, cast: Cast, review: Review) -> None:
    answered(cast.rep, review, "price", now=timezone.now() - timedelta(hours=1))
    assert "· changed" not in page(enter(cast.rep), review)
    assert save(enter(cast.rep), review, happened="More", driver=[key(cast)]) == 200
    assert "· changed" in page(enter(cast.manager), review)
    assert "<form" in page(enter(cast.rep), review, "?edit").split("Your part")[1]


def test_a_win_is_asked_for_its_drivers_as_a_loss_is(enter: Enter, cast: Cast) -> None:
    won = review_of(cast, ended(cast, "w", outcome="won"), now=timezone.now())
    text = page(enter(cast.rep), won)
    assert "Why was it won?" in text
    assert "A champion inside" in text
    assert "Price too high" not in text
    assert text.count('name="driver"') == Driver.objects.filter(outcomes__icontains="won").count()


def test_the_manager_comes_after_the_rep_or_when_that_is_overdue(enter: Enter, cast: Cast, review: Review) -> None:
    manager = enter(cast.manager)
    assert "comes after the rep" in page(manager, review)
    assert save(manager, review, happened="First") == 422
    Review.objects.update(due_on=timezone.now().date() - timedelta(days=1))
    assert "Your part as the manager" in page(manager, review)
    assert save(manager, review, happened="Late") == 200


def test_the_manager_agrees_differs_or_adds_and_answers_the_two_questions(
    enter: Enter, cast: Cast, review: Review
) -> None:
    answered(cast.rep, review, "price", now=timezone.now())
    manager = enter(cast.manager)
    text = page(manager, review)
    assert "What is the lesson learned?" in text
    assert "How will it serve you in winning the next deal?" in text
    assert finish(manager, review, stance="agrees", driver=[key(cast)], learned="Ask earlier") == 302
    assert (of("manager").named.count(), of("manager").inputs) == (0, 2)  # who agrees names nothing of their own
    assert finish(manager, review, stance="differs") == 422
    assert finish(manager, review, stance="differs", driver=[key(cast, "product_fit")]) == 302
    assert "Sees it differently" in page(enter(cast.rep), review) or "I see it differently" in page(
        enter(cast.rep), review
    )


def test_a_manager_does_not_take_over_what_another_one_has_begun(cast: Cast, review: Review) -> None:
    answered(cast.rep, review, "price", now=timezone.now())
    other = User.objects.create_user(
        "other@northwind.example", name="Olu", role="manager", organisation=cast.organisation, team=cast.manager.team
    )
    services.save_answer(by=other, review=review, now=timezone.now(), fields={"private_note": "mine"})
    with pytest.raises(Refused, match="Olu"):
        services.save_answer(by=cast.manager, review=review, now=timezone.now(), fields={"learned": "x"})
    other.team = None
    other.role = "marketing"
    other.save()
    services.save_answer(by=cast.manager, review=review, now=timezone.now(), fields={"learned": "x"})
    assert (of("manager").person, of("manager").private_note) == (cast.manager, "")


def test_others_read_the_drivers_and_the_lesson_and_no_other_text(enter: Enter, cast: Cast, review: Review) -> None:
    answered(
        cast.rep, review, "price", now=timezone.now(), lesson="LESSON", happened="HAPPENED", private_note="PRIVATE"
    )
    seen = {part: page(enter(user), review) for part, user in cast.insiders().items()}
    assert all("LESSON" in text and "Price too high" in text for text in seen.values())
    assert {part for part, text in seen.items() if "HAPPENED" in text} == {"rep", "manager", "operations", "admin"}
    assert {part for part, text in seen.items() if "PRIVATE" in text} == {"rep"}
    assert enter(cast.outsider).get(f"/reviews/{review.pk}/").status_code == 404


def test_a_draft_is_its_authors_alone(enter: Enter, cast: Cast, review: Review) -> None:
    answered(cast.rep, review, "price", now=timezone.now(), done=False, lesson="DRAFT")
    seen = {part for part, user in cast.insiders().items() if "DRAFT" in page(enter(user), review)}
    assert seen == {"rep"}


def test_only_the_rep_and_the_manager_may_answer(enter: Enter, cast: Cast, review: Review) -> None:
    Review.objects.update(due_on=timezone.now().date() - timedelta(days=1))
    answers = {part: save(enter(user), review, happened="x") for part, user in cast.insiders().items()}
    assert {part for part, status in answers.items() if status == 200} == {"rep", "manager"}
    assert save(enter(cast.outsider), review, happened="x") == 404


def test_a_review_is_skipped_with_a_reason_that_everyone_sees(enter: Enter, cast: Cast, review: Review) -> None:
    skip = f"/reviews/{review.pk}/skip/"
    assert enter(cast.rep).post(skip, {"reason": "no time"}).status_code == 422
    assert enter(cast.manager).post(skip, {"reason": " "}).status_code == 422
    assert enter(cast.manager).post(skip, {"reason": "Bankrupt buyer"}).status_code == 302
    assert "Bankrupt buyer" in page(enter(cast.executive), review)


def test_a_deal_that_was_opened_again_is_asked_about_no_longer(enter: Enter, cast: Cast, review: Review) -> None:
    from afteraction.web.deals.models import Deal

    Deal.objects.update(outcome="open", closed_at=None)
    services.follow_deals(organisation=cast.organisation, now=timezone.now())
    assert "taken back" in page(enter(cast.rep), review)
    assert save(enter(cast.rep), review, happened="x") == 422


@pytest.mark.parametrize("sent", [{"driver": ["999999"]}, {"expected": "maybe"}, {"happened": "x" * 4001}])
def test_what_cannot_be_is_refused_and_not_saved(
    enter: Enter, cast: Cast, review: Review, sent: dict[str, object]
) -> None:
    assert save(enter(cast.rep), review, **sent) == 422


def test_scripts_in_answers_are_text(enter: Enter, cast: Cast, review: Review) -> None:
    answered(cast.rep, review, "price", now=timezone.now(), happened="<script>alert(1)</script>")
    assert "<script>alert(1)" not in page(enter(cast.manager), review)
