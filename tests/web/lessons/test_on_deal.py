"""Lessons on an open deal: those that fit, why, what people say of them, and what is never shown again."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from tests.cast import Cast
from tests.recorded import Record, give_data, give_results
from tests.web.lessons.matched import NOW, lesson, open_deal, won_deal

from afteraction.analysis.lesson_ranking import PRIOR
from afteraction.errors import Refused
from afteraction.web.deals.chances import show_evidence
from afteraction.web.deals.index import refresh_index
from afteraction.web.deals.models import Deal
from afteraction.web.lessons.models import Lesson, LessonPair, LessonUse
from afteraction.web.lessons.on_deal import say, show, show_own
from afteraction.web.lessons.ranking import known_of, learn_from_answers, situation_of
from afteraction.web.people.models import User
from afteraction.web.reviews.models import Expectation

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _shown(user: User, deal: Deal) -> list[str]:
    return [each.lesson.title for each in show(user=user, deal=deal, now=NOW).suggestions]


def test_at_most_three_lessons_are_shown_each_with_its_reasons_and_the_deals_behind_it(cast: Cast) -> None:
    deal = open_deal(cast)
    behind = (won_deal(cast, "w1"), won_deal(cast, "w2"), won_deal(cast, "w3"), won_deal(cast, "w4", segment="Other"))
    lesson(cast.organisation, "Ask what the rival promised", competitor="Corvane", stage="Propose", behind=behind)
    for title in ("Name a price range", "Walk through the proposal", "Bring the controller"):
        lesson(cast.organisation, title, stage="Propose")
    shown = show(user=cast.rep, deal=deal, now=NOW).suggestions
    assert len(shown) == 3
    assert shown[0].reasons == (
        "It is for deals against Corvane", "It is for Propose, where this deal is",
        "4 of the 4 deals behind it are like this one",
    )  # fmt: skip
    assert ([line.deal_id for line in shown[0].behind], shown[0].more) == (["w1", "w2", "w3"], 1)


@pytest.mark.parametrize(
    "scope",
    [
        {"segment": "Mid-market"},
        {"competitor": "Lumeris"},
        {"amount_from": 60_000.0},
        {"amount_to": 40_000.0},
        {"state": Lesson.State.DRAFT},
        {"state": Lesson.State.RETIRED},
    ],
)
def test_a_lesson_that_does_not_hold_for_the_deal_or_is_not_in_use_is_not_shown(
    cast: Cast, scope: dict[str, object]
) -> None:
    lesson(cast.organisation, "Ask who signs", **{"stage": "Propose", **scope})
    assert _shown(cast.rep, open_deal(cast)) == []


def test_a_lesson_about_nothing_of_this_deal_is_not_shown_however_good(cast: Cast) -> None:
    lesson(cast.organisation, "Smile", state=Lesson.State.KEPT)
    assert _shown(cast.rep, open_deal(cast)) == []


def test_what_people_wrote_of_the_deal_finds_a_lesson_that_has_no_scope(cast: Cast) -> None:
    lesson(cast.organisation, "Send the penetration test report early", "The security officer asks for it anyway.")
    lesson(cast.organisation, "Offer three packages", "The middle one is chosen.")
    deal = open_deal(cast)
    Expectation.objects.create(
        organisation=cast.organisation, deal_id=deal.deal_id, person=cast.rep, stage="Propose", chance=50,
        risk="Their security officer wants a penetration test", made_at=NOW, changed_at=NOW,
    )  # fmt: skip
    [found] = show(user=cast.rep, deal=deal, now=NOW).suggestions
    assert found.lesson.title == "Send the penetration test report early"
    assert found.reasons == (
        "It speaks of “penetration” and “security”, as the notes or missing steps of this deal do",
    )


def test_near_duplicates_do_not_stand_side_by_side(cast: Cast) -> None:
    for title in ("Send the security questionnaire early", "Send the security questionnaire early on"):
        lesson(cast.organisation, title, stage="Propose")
    assert len(_shown(cast.rep, open_deal(cast))) == 1


def test_showing_is_recorded_once_with_how_the_lesson_fitted(cast: Cast) -> None:
    lesson(cast.organisation, "Name a price range", stage="Propose", segment="Enterprise")
    deal = open_deal(cast)
    for later in range(2):
        show(user=cast.rep, deal=deal, now=NOW + timedelta(days=later))
    use = LessonUse.objects.get()
    assert (use.person, use.deal_id, use.said, use.shown_at) == (cast.rep, deal.deal_id, "", NOW)
    assert use.fit == {"stage_now": 1.0, "segment": 1.0}


def test_what_was_wrong_is_never_shown_to_that_person_on_that_deal_or_one_like_it(cast: Cast) -> None:
    made = lesson(cast.organisation, "Name a price range", stage="Propose")
    deal, alike = open_deal(cast), open_deal(cast, "alike", amount=10.0)
    bigger = open_deal(cast, "bigger", competitor="Lumeris", amount=60_000.0)
    different = open_deal(cast, "different", segment="Mid-market", competitor="Lumeris", amount=900_000.0)
    say(user=cast.rep, lesson=made, deal=deal, said="wrong", now=NOW)
    assert [_shown(cast.rep, each) for each in (deal, alike, bigger)] == [[], [], []]
    assert _shown(cast.rep, different) == [made.title]
    assert _shown(cast.team_mate, deal) == [made.title]


def test_after_wrong_the_same_lesson_in_other_words_is_not_shown_either(cast: Cast) -> None:
    first = lesson(cast.organisation, "Name a price range", stage="Propose")
    second = lesson(cast.organisation, "Say a range of the price", stage="Propose")
    deal = open_deal(cast)
    LessonPair.objects.create(organisation=cast.organisation, first=first, second=second, similarity=0.9, found_at=NOW)
    say(user=cast.rep, lesson=first, deal=deal, said="wrong", now=NOW)
    assert _shown(cast.rep, deal) == []
    LessonPair.objects.update(state=LessonPair.State.DIFFER)
    assert _shown(cast.rep, deal) == [second.title]


def test_after_the_deal_has_left_the_record_a_wrong_lesson_stays_away(cast: Cast) -> None:
    made = lesson(cast.organisation, "Name a price range", stage="Propose")
    deal, other = open_deal(cast), open_deal(cast, "other", segment="Mid-market", competitor="Lumeris", amount=1.0)
    say(user=cast.rep, lesson=made, deal=deal, said="wrong", now=NOW)
    deal.delete()
    assert _shown(cast.rep, other) == []


def test_what_is_not_useful_is_not_shown_here_again_and_what_was_used_is_shown_as_used(cast: Cast) -> None:
    one = lesson(cast.organisation, "Name a price range", stage="Propose")
    two = lesson(cast.organisation, "Bring the controller", stage="Propose")
    deal, other = open_deal(cast), open_deal(cast, "other")
    say(user=cast.rep, lesson=one, deal=deal, said="not_useful", now=NOW)
    say(user=cast.rep, lesson=two, deal=deal, said="used", now=NOW)
    shown = show(user=cast.rep, deal=deal, now=NOW)
    assert (shown.suggestions, [use.lesson for use in shown.used]) == ((), [two])
    assert set(_shown(cast.rep, other)) == {one.title, two.title}
    say(user=cast.rep, lesson=one, deal=deal, said="", now=NOW)
    assert _shown(cast.rep, deal) == [one.title]


def test_nothing_is_shown_or_said_on_a_deal_that_has_ended(cast: Cast) -> None:
    made, ended = lesson(cast.organisation, "Name a price range"), won_deal(cast)
    with pytest.raises(Refused, match="has ended"):
        show(user=cast.rep, deal=ended, now=NOW)
    with pytest.raises(Refused, match="has ended"):
        say(user=cast.rep, lesson=made, deal=ended, said="used", now=NOW)
    with pytest.raises(Refused, match="the answer “great”"):
        say(user=cast.rep, lesson=made, deal=open_deal(cast), said="great", now=NOW)
    with pytest.raises(Refused, match="another organisation"):
        say(user=cast.outsider, lesson=made, deal=open_deal(cast, "two"), said="used", now=NOW)


def test_what_people_say_teaches_which_lessons_come_first(cast: Cast) -> None:
    loved = lesson(cast.organisation, "Bring the controller", stage="Propose")
    # The newer one comes first while nothing is known.
    disliked = lesson(cast.organisation, "Name a price range", stage="Propose")
    assert _shown(cast.rep, open_deal(cast)) == [disliked.title, loved.title]
    for n in range(15):
        deal = open_deal(cast, f"past-{n}")
        show(user=cast.team_mate, deal=deal, now=NOW)
        say(user=cast.team_mate, lesson=loved, deal=deal, said="used" if n else "not_useful", now=NOW)
        say(user=cast.team_mate, lesson=disliked, deal=deal, said="not_useful" if n else "used", now=NOW)
    assert dict(known_of(cast.organisation).weights) == dict(PRIOR)
    kept = learn_from_answers(organisation=cast.organisation, now=NOW)
    assert kept.answers == 30
    shown = show(user=cast.rep, deal=open_deal(cast, "new"), now=NOW).suggestions
    assert shown[0].lesson == loved
    assert shown[0].reasons[-1] == "Used 14 of the 15 times somebody answered (70–99%)"


def test_the_home_of_a_rep_shows_one_lesson_for_each_open_deal_three_at_most(cast: Cast) -> None:
    for n in range(6):
        lesson(cast.organisation, f"Lesson {'abcdef'[n]} about the {'abcdef'[n] * 4}", stage="Propose")
        open_deal(cast, f"deal-{n}")
    shown = show_own(user=cast.rep, now=NOW)
    assert (len(shown), len({each.deal.pk for each in shown}), len({each.lesson.pk for each in shown})) == (3, 3, 3)
    assert show_own(user=cast.manager, now=NOW) == ()


def test_a_step_that_is_missing_in_the_record_finds_its_lesson(cast: Cast, record: Record) -> None:
    give_data(cast, record)
    analysis = give_results(cast, record).analysis
    refresh_index(organisation=cast.organisation)
    show_evidence(organisation=cast.organisation, folder=f"results/{analysis.pk}", version=1)
    open_deals = Deal.objects.filter(organisation=cast.organisation, outcome="open")
    situations = [situation_of(each) for each in open_deals[:40]]
    found = next(each for each in situations if each.now.missing)
    assert not found.now.missing & found.now.done
    step = min(found.now.missing)
    made = lesson(cast.organisation, "How to do that step", step=step)
    done = sorted(found.now.done)
    if done:
        lesson(cast.organisation, "What was done already", step=done[0])
    shown = show(user=cast.rep, deal=found.deal, now=NOW).suggestions
    assert [each.lesson for each in shown] == [made]
    assert re.fullmatch(r"Its step, .+, is not done here yet", shown[0].reasons[0])


def test_the_pieces_of_the_page_show_take_answers_and_take_them_back(cast: Cast, client: Client) -> None:
    made, deal = lesson(cast.organisation, "Name a price range", stage="Propose"), open_deal(cast)
    client.force_login(cast.rep, backend=BACKEND)
    assert 'hx-post="/lessons/on-deal"' in client.get(f"/deals/{deal.deal_id}/").content.decode()
    assert "Lessons for your open deals" in client.get("/").content.decode()
    page = unescape(client.post("/lessons/on-deal", {"deal": deal.deal_id}).content.decode())
    assert made.title in page
    assert "It is for Propose, where this deal is" in page
    assert made.title in client.post("/lessons/on-own-deals").content.decode()
    said = {"deal": deal.deal_id, "said": "wrong"}
    assert "nor on deals like it" in client.post(f"/lessons/{made.pk}/say", said).content.decode()
    assert "is kept" in client.post(f"/lessons/{made.pk}/say", said | {"why": "No price here"}).content.decode()
    assert LessonUse.objects.get().why == "No price here"
    assert "No lesson fits" in client.post("/lessons/on-deal", {"deal": deal.deal_id}).content.decode()
    assert "Taken back" in client.post(f"/lessons/{made.pk}/say", said | {"said": ""}).content.decode()
    assert client.post(f"/lessons/{made.pk}/say", said | {"said": "great"}).status_code == 422
    ended = won_deal(cast)
    assert client.post("/lessons/on-deal", {"deal": ended.deal_id}).status_code == 422
    assert "lessons/on-deal" not in client.get(f"/deals/{ended.deal_id}/").content.decode()
