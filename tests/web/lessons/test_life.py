"""Lessons: from a review, written, moved by people, moved and challenged by what happens where they are shown."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from tests.cast import Cast
from tests.web.lessons.matched import NOW, lesson, open_deal, won_deal

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.lessons import services
from afteraction.web.lessons.life import ENOUGH_USED, begin_test, follow_lesson, follow_lessons
from afteraction.web.lessons.models import Lesson, LessonChange, LessonDeal, LessonUse
from afteraction.web.lessons.reading import evidence_of
from afteraction.web.lessons.selectors import LessonList, counts_of, drafts_for, due_for, lessons_for
from afteraction.web.lessons.writing import TITLE, Scope, Words, title_of
from afteraction.web.reviews.models import Review
from afteraction.web.reviews.services import finish, save_answer

BEGUN = NOW - timedelta(days=900)


@pytest.fixture
def review(cast: Cast) -> Review:
    deal = won_deal(cast, "reviewed")
    return Review.objects.create(
        organisation=cast.organisation, deal_id=deal.deal_id, outcome="won", closed_at=NOW, name=deal.name,
        segment="Enterprise", owner=deal.owner, person=cast.rep, opened_at=NOW, due_on=NOW.date(),
    )  # fmt: skip


def _say(cast: Cast, review: Review, text: str, now: datetime = NOW) -> None:
    save_answer(by=cast.rep, review=review, now=now, fields={"lesson": text, "unknown": True})


def test_a_finished_answer_with_a_lesson_makes_one_draft_which_follows_it(cast: Cast, review: Review) -> None:
    _say(cast, review, "Ask who signs. Then plan back from that day")
    assert not Lesson.objects.exists()
    finish(by=cast.rep, review=review, now=NOW)
    finish(by=cast.rep, review=review, now=NOW)
    [made] = Lesson.objects.all()
    assert (made.title, made.state, made.author, made.owner) == ("Ask who signs", "draft", cast.rep, cast.rep)
    assert (made.segment, made.competitor, made.grade) == ("Enterprise", "Corvane", "one_voice")
    assert list(made.deals.values_list("deal_id", flat=True)) == ["reviewed"]
    _say(cast, review, "Ask early who signs")
    made.refresh_from_db()
    assert (made.title, made.text) == ("Ask early who signs", "Ask early who signs")
    assert "early" in made.search_words
    _say(cast, review, "")
    assert not Lesson.objects.exists()


def test_a_draft_that_was_taken_up_or_changed_no_longer_follows_the_review(cast: Cast, review: Review) -> None:
    _say(cast, review, "Ask who signs")
    finish(by=cast.rep, review=review, now=NOW)
    made = Lesson.objects.get()
    services.change_lesson(by=cast.manager, lesson=made, words=Words("Ask first", "Ask it first"), now=NOW)
    _say(cast, review, "Something else")
    made.refresh_from_db()
    assert made.text == "Ask it first"
    services.move(by=cast.manager, lesson=made, to="tested", why="We try it", now=NOW)
    _say(cast, review, "")
    assert Lesson.objects.get().state == "tested"


def test_everything_that_is_wrong_with_a_lesson_is_said_at_once(cast: Cast) -> None:
    words = Words("", "x" * 2001, scope=Scope(amount_from=10.0, amount_to=1.0))
    with pytest.raises(Refused, match=r"no title.*2,001 characters of what to do.*amount from 10 up to 1"):
        services.create_lesson(by=cast.rep, words=words, now=NOW)
    with pytest.raises(Refused, match="no deal nowhere"):
        services.create_lesson(by=cast.rep, words=Words("A", "B"), now=NOW, deals=["nowhere"])
    with pytest.raises(Refused, match="as the owner"):
        services.create_lesson(by=cast.rep, words=Words("A", "B"), now=NOW, owner=cast.outsider)
    assert not Lesson.objects.exists()


def test_only_those_who_decide_move_a_lesson_and_only_with_a_reason(cast: Cast) -> None:
    made = services.create_lesson(by=cast.rep, words=Words("A", "B"), now=NOW)
    with pytest.raises(Refused, match="may not decide"):
        services.move(by=cast.rep, lesson=made, to="tested", why="Good", now=NOW)
    with pytest.raises(Refused, match="no reason"):
        services.move(by=cast.manager, lesson=made, to="tested", why=" ", now=NOW)
    with pytest.raises(Refused, match="no such lesson"):
        services.move(by=cast.outsider, lesson=made, to="tested", why="Good", now=NOW)
    moved = services.move(by=cast.manager, lesson=made, to="tested", why="Good", now=NOW, smallest=0.1)
    assert moved.evidence["plan"]["smallest"] == 0.1
    assert services.may_change(cast.rep, moved)
    assert not services.may_change(cast.team_mate, moved)


def test_long_words_make_a_title_that_is_cut_at_a_word() -> None:
    assert title_of("One. Two.") == "One"
    assert title_of("  Ask\n who  signs. ") == "Ask who signs"
    cut = title_of("word " * 100)
    assert len(cut) <= TITLE
    assert cut.endswith("word…")


def test_a_draft_with_enough_deals_behind_it_is_tested_unless_one_is_against_it(cast: Cast) -> None:
    behind = tuple(won_deal(cast, f"w{n}") for n in range(3))
    draft = lesson(cast.organisation, "Plain", behind=behind, state="draft")
    other = lesson(cast.organisation, "Disputed", behind=behind, state="draft")
    LessonDeal.objects.filter(lesson=other, deal_id="w1").update(contradicts=True)
    assert follow_lessons(organisation=cast.organisation, now=NOW) == 1
    draft.refresh_from_db()
    other.refresh_from_db()
    assert (draft.state, other.state) == ("tested", "draft")
    assert LessonChange.objects.get(lesson=draft).person is None


def _shown(cast: Cast, made: Lesson, n: int, effect: float, seed: int = 1, since: datetime = BEGUN) -> None:
    """n deals on which it was shown; used on half of them, where `effect` is added to the chance of winning."""
    rng = np.random.default_rng(seed)
    deals, uses = [], []
    for place in range(n):
        used, at = bool(rng.random() < 0.5), since + timedelta(hours=6 * place)
        won = bool(rng.random() < 0.3 + effect * used)
        owner = f"owner {place % 40}"
        deals.append(
            Deal(
                organisation=cast.organisation,
                deal_id=f"d{seed}-{place}",
                owner=owner,
                created_at=at - timedelta(days=9),
                outcome="won" if won else "lost",
                closed_at=at + timedelta(days=20),
                chance_start=0.3,
                amount=1e4,
                last_event_at=at + timedelta(days=20),
            )
        )
        person = (cast.rep, cast.team_mate)[place % 2]
        uses.append(
            LessonUse(
                lesson=made,
                organisation=cast.organisation,
                deal_id=f"d{seed}-{place}",
                person=person,
                shown_at=at,
                said="used" if used else "",
                said_at=at + timedelta(hours=2) if used else None,
            )
        )
    Deal.objects.bulk_create(deals)
    LessonUse.objects.bulk_create(uses)


def _tested(cast: Cast, title: str = "Tried") -> Lesson:
    made = lesson(cast.organisation, title, state="tested", made_at=BEGUN)
    begin_test(made, BEGUN)
    made.save()
    return made


def test_a_lesson_that_helps_is_kept_and_following_it_again_changes_nothing(cast: Cast) -> None:
    made = _tested(cast)
    _shown(cast, made, 420, 0.3)
    assert follow_lesson(lesson_id=made.pk, now=NOW)
    made.refresh_from_db()
    assert (made.state, made.grade) == ("kept", "proven")
    [look] = evidence_of(made).looks
    assert look.decision == "helps"
    assert look.deals >= look.needed
    before = (made.evidence, made.changes.count(), made.deals.count())
    assert not follow_lesson(lesson_id=made.pk, now=NOW + timedelta(days=1))
    made.refresh_from_db()
    assert (made.evidence, made.changes.count(), made.deals.count()) == before


def test_a_lesson_that_does_harm_is_retired(cast: Cast) -> None:
    made = _tested(cast)
    _shown(cast, made, 420, -0.25)
    follow_lesson(lesson_id=made.pk, now=NOW)
    made.refresh_from_db()
    assert (made.state, made.evidence["decided"], made.grade) == ("retired", "harmful", "contradicted")


def test_before_its_first_look_a_lesson_says_how_many_deals_it_waits_for(cast: Cast) -> None:
    made = _tested(cast)
    _shown(cast, made, 60, 0.3)
    follow_lesson(lesson_id=made.pk, now=NOW)
    made.refresh_from_db()
    shown = evidence_of(made)
    assert made.state == "in_use", f"used by two people on {ENOUGH_USED} deals"
    assert shown.looks == ()
    assert shown.progress is not None
    assert shown.progress.deals == 60 < shown.progress.at < shown.progress.needed
    assert shown.won_used is not None
    assert shown.won_used.n == made.deals.count()


def test_later_deals_that_contradict_a_kept_lesson_challenge_it_in_words(cast: Cast) -> None:
    made = _tested(cast)
    services.move(by=cast.manager, lesson=made, to="kept", why="We know it", now=BEGUN)
    _shown(cast, made, 90, -0.25, since=BEGUN + timedelta(days=1))
    follow_lesson(lesson_id=made.pk, now=NOW)
    made.refresh_from_db()
    assert made.challenged_at == NOW
    assert made.review_on == NOW.date()
    assert made.grade == "contradicted"
    change = made.changes.first()
    assert change is not None
    assert "Challenged. Used on" in change.why
    assert made.deals.filter(contradicts=True).exists()
    assert [each.pk for each in lessons_for(cast.rep, LessonList("challenged"), today=NOW.date())] == [made.pk]


def test_a_deal_that_ended_before_it_was_shown_does_not_count(cast: Cast) -> None:
    made = _tested(cast)
    deal = won_deal(cast, closed_at=NOW - timedelta(days=5))
    LessonUse.objects.create(
        lesson=made, organisation=cast.organisation, deal_id=deal.deal_id, person=cast.rep, shown_at=NOW, said="used",
        said_at=NOW,
    )  # fmt: skip
    follow_lesson(lesson_id=made.pk, now=NOW)
    made.refresh_from_db()
    assert evidence_of(made).shown == 0


def test_lists_and_cards_know_what_is_whose(cast: Cast) -> None:
    today = NOW.date()
    draft = services.create_lesson(by=cast.rep, words=Words("Ask who signs", "Early"), now=NOW)
    due = lesson(cast.organisation, "Old", owner=cast.rep, review_on=today)
    lesson(cast.organisation, "Elsewhere", segment="Public")
    counts = counts_of(cast.rep, LessonList(), today=today)
    assert [counts[each] for each in ("", "draft", "in_use", "due", "challenged")] == [3, 1, 2, 1, 0]
    assert list(lessons_for(cast.rep, LessonList(search="signs"), today=today)) == [draft]
    assert lessons_for(cast.rep, LessonList(segment="Public"), today=today).count() == 3
    assert list(due_for(cast.rep, today=today)) == [due]
    assert not due_for(cast.manager, today=today)
    assert list(drafts_for(cast.manager)) == [draft]
    assert not drafts_for(cast.outsider)


def test_an_open_deal_on_which_it_was_used_stands_neither_for_nor_against_it(cast: Cast) -> None:
    made, deal = _tested(cast), open_deal(cast)
    LessonUse.objects.create(
        lesson=made, organisation=cast.organisation, deal_id=deal.deal_id, person=cast.rep, shown_at=NOW, said="used",
        said_at=NOW,
    )  # fmt: skip
    follow_lesson(lesson_id=made.pk, now=NOW)
    assert not made.deals.exists()
