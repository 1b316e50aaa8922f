"""Cards follow their source: new text makes a new edition, without its source a card retires, twice changes nothing."""

from typing import Any

import pytest
from tests.cast import Cast
from tests.recorded import Record, give_data, give_results
from tests.web.practice.made import NOW, PROCESS, answered, days, lesson, process, self_rated, some_cards

from afteraction.web.coaching.models import Question
from afteraction.web.lessons.models import Lesson
from afteraction.web.plays.models import Play, PlayVersion
from afteraction.web.practice.making import make_cards
from afteraction.web.practice.models import CardEdition, CardMemory, PathStep, PracticeCard
from afteraction.web.practice.selectors import progress_of, progress_of_team
from afteraction.web.practice.session import session_of

pytestmark = pytest.mark.django_db


def everything() -> tuple[list[Any], ...]:
    return (
        list(PracticeCard.objects.order_by("pk").values()),
        list(CardEdition.objects.order_by("pk").values()),
        list(PathStep.objects.order_by("pk").values()),
    )


def live(cast: Cast) -> set[str]:
    return set(
        PracticeCard.objects.filter(organisation=cast.organisation, retired_at=None).values_list(
            "source_key", flat=True
        )
    )


def test_making_cards_twice_changes_nothing(cast: Cast) -> None:
    some_cards(cast)
    before = everything()
    make_cards(organisation=cast.organisation, now=NOW + days(1))
    assert everything() == before


def test_every_kind_of_card_is_made(cast: Cast) -> None:
    some_cards(cast)
    assert set(PracticeCard.objects.values_list("kind", flat=True)) == set(PracticeCard.Kind.values)


def test_drafts_and_retired_lessons_make_no_cards(cast: Cast) -> None:
    for state in Lesson.State.values:
        lesson(cast, f"Lesson {state}", state=state)
    make_cards(organisation=cast.organisation, now=NOW)
    titles = " ".join(each.content["question"] for each in CardEdition.objects.all())
    assert [state for state in Lesson.State.values if f"Lesson {state}" in titles] == ["tested", "in_use", "kept"]


def test_a_changed_text_makes_the_next_edition_which_is_learned_anew(cast: Cast) -> None:
    some_cards(cast)
    found = Lesson.objects.order_by("pk")[0]
    card = PracticeCard.objects.get(source_key=f"{found.pk} what")
    answered(cast.rep, card, NOW)
    found.text = "Find out who signs, and by when."
    found.save()
    make_cards(organisation=cast.organisation, now=NOW + days(1))
    card.refresh_from_db()
    assert card.edition == 2
    assert card.editions.count() == 2
    shown = {each.card: each for each in session_of(cast.rep, now=NOW + days(1)).cards}
    assert shown[card.pk].new
    assert shown[card.pk].content["answer"] == "Find out who signs, and by when."
    answered(cast.rep, card, NOW + days(1))
    assert CardMemory.objects.get().edition == 2


def test_another_reason_is_no_new_edition(cast: Cast) -> None:
    some_cards(cast)
    found = Lesson.objects.order_by("pk")[0]
    found.reason = "Since they said so."
    found.save()
    make_cards(organisation=cast.organisation, now=NOW)
    card = PracticeCard.objects.get(source_key=f"{found.pk} what")
    assert card.edition == 1
    assert card.editions.get().content["why"] == "Since they said so."


def test_a_source_that_is_gone_retires_its_cards_and_they_come_back_with_it(cast: Cast) -> None:
    some_cards(cast)
    found = Lesson.objects.order_by("pk")[0]
    before = live(cast)
    Lesson.objects.filter(pk=found.pk).update(state=Lesson.State.RETIRED)
    make_cards(organisation=cast.organisation, now=NOW)
    assert f"{found.pk} what" not in live(cast)
    Lesson.objects.filter(pk=found.pk).update(state=Lesson.State.KEPT)
    make_cards(organisation=cast.organisation, now=NOW)
    assert live(cast) == before
    assert CardEdition.objects.filter(number__gt=1).count() == 0


def test_wrong_options_come_from_the_same_organisation_and_are_wrong(cast: Cast) -> None:
    some_cards(cast)
    reasons = set(Lesson.objects.values_list("reason", flat=True))
    for each in CardEdition.objects.filter(card__kind="choose", card__source="lesson"):
        assert set(each.content["options"]) <= reasons
        assert each.content["options"].count(each.content["answer"]) == 1
    for each in CardEdition.objects.filter(card__source_key__endswith=" stage"):
        assert each.content["options"].count(each.content["answer"]) == 1


def test_a_lesson_that_holds_anywhere_is_no_wrong_option(cast: Cast) -> None:
    lesson(cast, "With banks", segment="Banks")
    for title, where in (("Anywhere", {}), ("Shops", {"segment": "Shops"}), ("Farms", {"segment": "Farms"})):
        lesson(cast, title, **where)
    lesson(cast, "In the offer", stage="Propose")
    make_cards(organisation=cast.organisation, now=NOW)
    found = CardEdition.objects.get(card__source_key__endswith=" where", content__answer="With banks")
    assert set(found.content["options"]) == {"With banks", "Shops", "Farms"}


def test_an_order_is_asked_only_where_the_process_says_one(cast: Cast) -> None:
    process(cast, PROCESS.replace(", before: [workshop]", ""))
    make_cards(organisation=cast.organisation, now=NOW)
    assert live(cast) >= {"stages", "through"}
    assert "chain" not in live(cast)


def test_the_path_is_the_steps_that_help_by_the_record_then_the_best_lessons(cast: Cast, record: Record) -> None:
    give_data(cast, record)
    figures = give_results(cast, record).figures
    helping = sorted((each for each in figures["steps"] if each["verdict"] == "helps"), key=lambda each: -each["low"])
    assert helping, "the record has a step that helps"
    lesson(cast, "Kept", state=Lesson.State.KEPT)
    lesson(cast, "Contradicted", challenged_at=NOW)
    lesson(cast, "Newest")
    make_cards(organisation=cast.organisation, now=NOW)
    path = list(PathStep.objects.all())
    assert [each.source_key for each in path if each.source == "step"] == [each["step"] for each in helping[:5]]
    assert [each.title for each in path if each.source == "lesson"] == ["Kept", "Newest"]
    assert all("points of win probability" in each.evidence["words"] for each in path if each.source == "step")
    assert all(each.cards.count() for each in path)
    first = session_of(cast.rep, now=NOW).cards[0]
    assert first.card in set(path[0].cards.values_list("pk", flat=True))


def test_folklore_becomes_cards_with_the_verdict_of_the_record(cast: Cast, record: Record) -> None:
    give_data(cast, record)
    figures = give_results(cast, record).figures
    make_cards(organisation=cast.organisation, now=NOW)
    words = {"fact": "Fact", "fiction": "Fiction", "cant_tell": "Can’t tell"}
    asked = {
        each.content["question"]: each.content["answer"] for each in CardEdition.objects.filter(card__source="claim")
    }
    assert len(asked) == len(figures["claims"])
    for one in figures["claims"]:
        sentence = one["claim"]["sentence"]
        assert asked[f"“{sentence}.” Here, in our own deals: fact or fiction?"] == words[one["verdict"]]


def test_a_step_of_the_path_is_done_by_days_of_practice_whatever_was_answered(cast: Cast) -> None:
    some_cards(cast)
    step = PathStep.objects.all()[0]
    assert not progress_of(cast.rep).done
    for day in (0, 1):
        for card in step.cards.filter(kind="recall"):
            answered(cast.rep, card, NOW + days(day), rating=1)
        for card in step.cards.exclude(kind="recall"):
            answered_wrong(cast, card, NOW + days(day))
    assert progress_of(cast.rep).done == 1
    assert [each.done for each in progress_of_team(cast.manager) if each.person == cast.rep] == [1]


def answered_wrong(cast: Cast, card: PracticeCard, at: Any) -> None:
    from tests.web.practice.made import sent

    from afteraction.web.practice.services import take_answers

    content = card.editions.get(number=card.edition).content
    wrong = next(each for each in content["options"] if each != content["answer"])
    take_answers(by=cast.rep, answers=[sent(card, at, picked=wrong)], sent_at=at, now=at)


def test_cards_of_one_organisation_are_not_those_of_another(cast: Cast) -> None:
    some_cards(cast)
    assert session_of(cast.outsider, now=NOW).cards == ()
    assert self_rated(cast)


def test_what_to_ask_names_the_questions_that_colleagues_added_and_none_that_is_private(cast: Cast) -> None:
    process(cast)
    for key, text, author in (("added", "Who signs?", cast.rep), ("heard", "What did she say?", None)):
        Question.objects.create(
            organisation=cast.organisation, key=key, text=text, stage="Propose", author=author, made_at=NOW
        )
    make_cards(organisation=cast.organisation, now=NOW)
    found = CardEdition.objects.get(card__source_key="offer ask")
    assert found.content["answer"] == "Who signs?"


def test_what_the_record_cannot_tell_is_nothing_to_remember(cast: Cast, record: Record) -> None:
    give_data(cast, record)
    figures = give_results(cast, record).figures
    make_cards(organisation=cast.organisation, now=NOW)
    told = {each["step"] for each in figures["steps"] if each["verdict"] in ("helps", "hurts", "no_effect")}
    assert {key.removesuffix(" effect") for key in live(cast) if key.endswith(" effect")} == told


def test_a_published_play_makes_cards_and_a_draft_none(cast: Cast) -> None:
    body = {
        "title": "Security first", "what": "Answers before they ask.", "when": "When IT is in the room.",
        "moves": [{"text": each} for each in ("Ask for the list", "Answer it", "Walk through it")],
        "questions": ["Who decides about security?"],
    }  # fmt: skip
    for state in Play.State.values:
        play = Play.objects.create(
            organisation=cast.organisation, title=state, state=state, body=body, made_at=NOW, changed_at=NOW
        )
        PlayVersion.objects.create(play=play, number=1, body=body, published_at=NOW)
    make_cards(organisation=cast.organisation, now=NOW)
    published = Play.objects.get(state="published").pk
    assert live(cast) == {f"{published} when", f"{published} moves", f"{published} ask"}
