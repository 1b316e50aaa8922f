"""Near duplicates are found, merged with everything that belongs to them, and taken apart again."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast
from tests.web.lessons.matched import NOW, lesson, open_deal, won_deal

from afteraction.errors import Refused
from afteraction.web.lessons.merging import merge, tell_apart, undo
from afteraction.web.lessons.models import Lesson, LessonChange, LessonDeal, LessonMerge, LessonPair, LessonUse
from afteraction.web.lessons.on_deal import say
from afteraction.web.lessons.similar import find_pairs, pairs_to_look_at

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SAME = ("Send the security questionnaire early", "Before their security officer asks for it: it saves two weeks.")
AGAIN = ("Send the security questions early", "Before the security officer asks for it. It saves two weeks.")


@pytest.fixture
def twins(cast: Cast) -> tuple[Lesson, Lesson]:
    """Two that say the same, and one that does not."""
    lesson(cast.organisation, "Offer three packages", "The middle one is what people choose.")
    one = lesson(cast.organisation, *SAME, behind=(won_deal(cast, "a"), won_deal(cast, "b")))
    other = lesson(cast.organisation, *AGAIN, behind=(won_deal(cast, "c"),))
    LessonDeal.objects.create(lesson=other, deal_id="b", contradicts=True, note="It did not", added_at=NOW)
    return one, other


def _everything(lessons: tuple[Lesson, ...]) -> list[Any]:
    """All that belongs to lessons."""
    deals = LessonDeal.objects.filter(lesson__in=lessons).order_by("lesson", "deal_id")
    uses = LessonUse.objects.filter(lesson__in=lessons).order_by("lesson", "deal_id", "person")
    states = Lesson.objects.filter(pk__in=[each.pk for each in lessons]).order_by("pk")
    return [
        *deals.values_list("lesson", "deal_id", "contradicts", "note", "added_at"),
        *uses.values_list("lesson", "deal_id", "person", "said", "said_at", "shown_at", "why"),
        *states.values_list("pk", "state", "merged_into", "title", "text"),
    ]


def test_near_duplicates_are_found_and_looking_again_finds_the_same(cast: Cast, twins: tuple[Lesson, Lesson]) -> None:
    assert find_pairs(organisation=cast.organisation, now=NOW) == 1
    assert find_pairs(organisation=cast.organisation, now=NOW) == 1
    pair = pairs_to_look_at(cast.organisation).get()
    assert (pair.first, pair.second) == twins


def test_merging_moves_deals_answers_and_earlier_merges_and_leaves_a_trail(
    cast: Cast, twins: tuple[Lesson, Lesson]
) -> None:
    kept, merged = twins
    earlier = lesson(cast.organisation, "Older one", merged_into=merged, state=Lesson.State.RETIRED)
    deal = open_deal(cast)
    say(user=cast.rep, lesson=merged, deal=deal, said="used", now=NOW)
    find_pairs(organisation=cast.organisation, now=NOW)
    merge(by=cast.manager, kept=kept, merged=merged, now=NOW)
    assert dict(kept.deals.values_list("deal_id", "contradicts")) == {"a": False, "b": False, "c": False}
    assert [use.said for use in kept.uses.all()] == ["used"]
    merged.refresh_from_db()
    earlier.refresh_from_db()
    assert (merged.state, merged.merged_into, earlier.merged_into) == ("retired", kept, kept)
    assert {each.why for each in LessonChange.objects.filter(person=cast.manager)} == {
        f"Merged into “{kept.title}”", f"Took in “{merged.title}” with its deals and answers",
    }  # fmt: skip
    assert not pairs_to_look_at(cast.organisation).exists()


def test_where_one_person_was_shown_both_the_newest_answer_counts(cast: Cast, twins: tuple[Lesson, Lesson]) -> None:
    kept, merged = twins
    deal = open_deal(cast)
    say(user=cast.rep, lesson=kept, deal=deal, said="not_useful", now=NOW)
    say(user=cast.rep, lesson=merged, deal=deal, said="wrong", why="They have no officer", now=NOW + timedelta(days=1))
    merge(by=cast.manager, kept=kept, merged=merged, now=NOW)
    use = LessonUse.objects.get()
    assert (use.lesson, use.said, use.why, use.shown_at) == (kept, "wrong", "They have no officer", NOW)


def test_undoing_a_merge_leaves_everything_as_it_was(cast: Cast, twins: tuple[Lesson, Lesson]) -> None:
    kept, merged = twins
    deal = open_deal(cast)
    for person, one, said in ((cast.rep, kept, "used"), (cast.rep, merged, "wrong"), (cast.team_mate, merged, "used")):
        say(user=person, lesson=one, deal=deal, said=said, now=NOW)
    find_pairs(organisation=cast.organisation, now=NOW)
    before = _everything(twins)
    done = merge(by=cast.manager, kept=kept, merged=merged, now=NOW + timedelta(days=1))
    assert _everything(twins) != before
    undo(by=cast.operations, merge_id=done.pk, now=NOW + timedelta(days=2))
    assert _everything(twins) == before
    assert pairs_to_look_at(cast.organisation).count() == 1
    with pytest.raises(Refused, match="no merge that stands"):
        undo(by=cast.operations, merge_id=done.pk, now=NOW)


def test_what_came_after_a_merge_stays_with_the_kept_lesson(cast: Cast, twins: tuple[Lesson, Lesson]) -> None:
    kept, merged = twins
    deal = open_deal(cast)
    say(user=cast.rep, lesson=kept, deal=deal, said="used", now=NOW)
    say(user=cast.rep, lesson=merged, deal=deal, said="used", now=NOW)
    done = merge(by=cast.manager, kept=kept, merged=merged, now=NOW)
    say(user=cast.rep, lesson=kept, deal=deal, said="wrong", now=NOW + timedelta(days=3))
    undo(by=cast.manager, merge_id=done.pk, now=NOW + timedelta(days=4))
    assert dict(LessonUse.objects.values_list("lesson", "said")) == {kept.pk: "wrong", merged.pk: "used"}


def test_a_merge_below_another_one_is_undone_last(cast: Cast, twins: tuple[Lesson, Lesson]) -> None:
    kept, merged = twins
    third = lesson(cast.organisation, "A third")
    first = merge(by=cast.manager, kept=kept, merged=merged, now=NOW)
    second = merge(by=cast.manager, kept=third, merged=kept, now=NOW)
    with pytest.raises(Refused, match="undo that one first"):
        undo(by=cast.manager, merge_id=first.pk, now=NOW)
    undo(by=cast.manager, merge_id=second.pk, now=NOW)
    undo(by=cast.manager, merge_id=first.pk, now=NOW)
    assert not Lesson.objects.exclude(merged_into=None).exists()


def test_pairs_that_people_told_apart_are_not_found_again(cast: Cast, twins: tuple[Lesson, Lesson]) -> None:
    find_pairs(organisation=cast.organisation, now=NOW)
    tell_apart(by=cast.manager, pair_id=pairs_to_look_at(cast.organisation).get().pk, now=NOW)
    assert find_pairs(organisation=cast.organisation, now=NOW) == 0
    assert LessonPair.objects.get().decided_by == cast.manager


def test_who_may_not_decide_about_lessons_may_not_merge_them(cast: Cast, twins: tuple[Lesson, Lesson]) -> None:
    with pytest.raises(Refused, match="may not decide"):
        merge(by=cast.rep, kept=twins[0], merged=twins[1], now=NOW)
    with pytest.raises(Refused, match="no such lesson"):
        merge(by=cast.outsider, kept=twins[0], merged=twins[1], now=NOW)
    with pytest.raises(Refused, match="one lesson"):
        merge(by=cast.manager, kept=twins[0], merged=twins[0], now=NOW)


def test_the_page_shows_pairs_side_by_side_merges_and_undoes(
    cast: Cast, twins: tuple[Lesson, Lesson], client: Client
) -> None:
    client.force_login(cast.manager, backend=BACKEND)
    assert "No near duplicates" in client.get("/lessons/duplicates/").content.decode()
    find_pairs(organisation=cast.organisation, now=NOW)
    page = client.get("/lessons/duplicates/").content.decode()
    assert "<mark>questionnaire</mark>" in page
    pair = LessonPair.objects.get()
    assert "Found no choice" in client.post(f"/lessons/duplicates/{pair.pk}/merge", follow=True).content.decode()
    answer = client.post(f"/lessons/duplicates/{pair.pk}/merge", {"keep": twins[0].pk}, follow=True).content.decode()
    assert "is now part of" in answer
    merged = LessonMerge.objects.get()
    assert (merged.kept, merged.by) == (twins[0], cast.manager)
    assert "stands by itself again" in client.post(f"/lessons/merges/{merged.pk}/undo", follow=True).content.decode()
