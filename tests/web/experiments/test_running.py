"""The course of a trial: arms, whether they are as large as drawn, the plan, and what the home page says."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast
from tests.web.experiments.trials import (
    PLAN,
    REPS,
    START,
    begin,
    begin_many,
    document,
    locked,
    moment,
    of_reps,
)

from afteraction.analysis.sample_ratio import SampleRatio
from afteraction.web.deals.models import Deal
from afteraction.web.experiments.assigning import assign
from afteraction.web.experiments.cards import cards
from afteraction.web.experiments.exposures import show
from afteraction.web.experiments.models import Protocol
from afteraction.web.experiments.running import Course, course_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOW = moment(START + timedelta(days=40))


def _course(cast: Cast, protocol: Protocol) -> Course:
    found = course_of(cast.manager, protocol.experiment, NOW)
    assert found is not None
    return found


def test_a_deal_counts_as_shown_when_its_owner_saw_what_is_asked(cast: Cast) -> None:
    protocol = locked(cast)
    begin_many(cast.organisation, 40)
    mine = begin(cast.organisation, "mine", moment(START), owner=cast.rep.owner_name, segment="SMB")
    assign(experiment=protocol.experiment, now=NOW)
    show(user=cast.manager, deal=Deal.objects.get(deal_id="D00001"), now=NOW)
    show(user=cast.rep, deal=mine, now=NOW)
    course = _course(cast, protocol)
    assert (course.deals, course.phase) == (41, "assigning")
    assert sum(each.shown.count for each in course.arms if each.shown) == 1


def test_arms_that_lose_deals_unlike_are_in_doubt(cast: Cast) -> None:
    protocol = locked(cast)
    begin_many(cast.organisation, 160)
    assign(experiment=protocol.experiment, now=NOW)
    sound = _course(cast, protocol).ratio
    assert isinstance(sound, SampleRatio)
    assert not sound.in_doubt
    gone = protocol.assignments.filter(arm="plan").order_by("place").values_list("unit", flat=True)[:60]
    Deal.objects.filter(deal_id__in=list(gone)).delete()
    wrong = _course(cast, protocol).ratio
    assert isinstance(wrong, SampleRatio)
    assert wrong.in_doubt
    assert _course(cast, protocol).deals == 160  # they stay assigned


def test_where_reps_are_drawn_the_course_says_who_goes_which_way_and_when_that_changes(cast: Cast) -> None:
    protocol = locked(cast, document(of_reps("stepped", period=14, steps=4)))
    begin_many(cast.organisation, 80)
    begin(cast.organisation, "other", moment(START), owner="zoe")
    assign(experiment=protocol.experiment, now=NOW)
    course = _course(cast, protocol)
    starts = course.drawing.starts
    assert course.ratio is None
    assert [each.name for each in course.units] == sorted(REPS)
    for each in course.units:
        begun = starts[each.name] <= 2  # of 14 days each, day 40 is in the third
        assert (each.arm.key, each.changes_on) == (
            ("plan", None) if begun else ("usual", course.drawing.begins(starts[each.name]))
        )
    assert course.left_out == {"Its rep or team is not in the trial": 1}


def test_the_home_page_tells_reps_of_their_deals_and_owners_of_a_trial_behind_its_plan(
    cast: Cast, client: Client
) -> None:
    today = timezone.now()
    first, last = ((today + timedelta(days=days)).date().isoformat() for days in (-30, 60))
    written = document(starts_on=first, assign_until=last, plan={**PLAN, "deals": 400})
    protocol = locked(cast, written, now=today - timedelta(days=31))
    begin(cast.organisation, "mine", today - timedelta(days=2), owner=cast.rep.owner_name)
    begin(cast.organisation, "theirs", today, owner="zoe")
    assert not cards(cast.rep)
    assign(experiment=protocol.experiment, now=today)
    titles = {"rep": ["You are in a trial"], "manager": ["Trials behind their plan"], "operations": []}
    for part, expected in titles.items():
        assert [card.title for card in cards(getattr(cast, part))] == expected
    for part, text in (("rep", "Deal mine"), ("manager", "1 of 1")):
        client.force_login(getattr(cast, part), backend=BACKEND)
        assert text in client.get(reverse("home")).content.decode()
    told = client.post(reverse("trial-tell", args=[protocol.experiment_id]), {"deal": "mine", "followed": "yes"})
    assert told.status_code == 422  # the manager does not lead this deal's team


def test_the_deals_of_a_trial_that_was_tampered_with_are_refused_with_its_page(cast: Cast, client: Client) -> None:
    protocol = locked(cast)
    Protocol.objects.filter(pk=protocol.pk).update(text=protocol.text + " ")
    client.force_login(cast.manager, backend=BACKEND)
    answer = client.get(reverse("trial-deals", args=[protocol.experiment_id]))
    assert answer.status_code == 422
    assert "no longer fits its hash" in answer.content.decode()
