"""What a deal's arm asks for: who is shown it, who may tell, and what is never said."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast
from tests.web.experiments.trials import START, begin, document, locked, moment, of_reps

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.experiments.assigning import assign
from afteraction.web.experiments.exposures import asked_of, show, tell
from afteraction.web.experiments.models import Experiment, Exposure, Protocol
from afteraction.web.people.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOW = moment(START + timedelta(days=5))


def _trial(cast: Cast) -> tuple[Protocol, Deal]:
    """A trial, and an open deal of the rep in it."""
    protocol = locked(cast)
    team = cast.rep.team.name if cast.rep.team else ""
    deal = begin(cast.organisation, "D1", moment(START), owner=cast.rep.owner_name, team=team)
    assign(experiment=protocol.experiment, now=NOW)
    return protocol, deal


def test_the_first_time_is_kept_with_whose_deal_it_was(cast: Cast) -> None:
    protocol, deal = _trial(cast)
    for person in (cast.rep, cast.manager, cast.marketer):
        show(user=person, deal=deal, now=NOW)
        show(user=person, deal=deal, now=NOW + timedelta(hours=1))
    rows = Exposure.objects.filter(protocol=protocol).order_by("pk")
    assert [(row.person, row.as_owner, row.at) for row in rows] == [
        (cast.rep, True, NOW), (cast.manager, False, NOW), (cast.marketer, False, NOW),
    ]  # fmt: skip
    assert {row.arm for row in rows} == {protocol.assignments.get().arm}


@pytest.mark.parametrize("part", ["rep", "manager"])
def test_who_works_on_the_deal_tells_with_one_tap_and_may_take_it_back(cast: Cast, part: str) -> None:
    protocol, deal = _trial(cast)
    person: User = getattr(cast, part)
    asked = tell(user=person, experiment=protocol.experiment, deal=deal, followed="other", why=" No time. ", now=NOW)
    assert asked.exposure is not None
    assert (asked.exposure.followed, asked.exposure.why, asked.exposure.told_at) == ("other", "No time.", NOW)
    tell(user=person, experiment=protocol.experiment, deal=deal, followed="", why="gone", now=NOW)
    row = Exposure.objects.get(person=person)
    assert (row.followed, row.why, row.told_at) == ("", "", None)


@pytest.mark.parametrize("part", ["team_mate", "marketer", "executive", "operations", "admin", "outsider"])
def test_who_does_not_work_on_the_deal_cannot_tell(cast: Cast, part: str) -> None:
    protocol, deal = _trial(cast)
    with pytest.raises(Refused, match="does not work on this deal"):
        tell(user=getattr(cast, part), experiment=protocol.experiment, deal=deal, followed="yes", now=NOW)
    assert not Exposure.objects.exists()


def test_nothing_is_asked_once_the_horizon_has_passed_the_deal_has_ended_or_the_trial_no_longer_runs(
    cast: Cast,
) -> None:
    protocol, deal = _trial(cast)
    assert len(asked_of(cast.rep, deal, NOW + timedelta(days=60))) == 1  # the record does not reach that far
    Deal.objects.update(last_event_at=NOW + timedelta(days=90))
    assert len(asked_of(cast.rep, deal, NOW + timedelta(days=59))) == 1
    assert not asked_of(cast.rep, deal, NOW + timedelta(days=60))
    deal.outcome = "won"
    assert not asked_of(cast.rep, deal, NOW)
    deal.outcome = "open"
    Experiment.objects.update(state=Experiment.State.ENDED)
    assert not asked_of(cast.rep, deal, NOW)
    with pytest.raises(Refused, match="asks nothing"):
        tell(user=cast.rep, experiment=protocol.experiment, deal=deal, followed="yes", now=NOW)


def test_the_page_of_the_deal_says_what_to_do_and_not_what_is_hoped_for(cast: Cast, client: Client) -> None:
    now = timezone.now()
    first = now.date() - timedelta(days=10)
    last = first + timedelta(days=60)
    written = document(of_reps(), starts_on=first.isoformat(), assign_until=last.isoformat())
    rep = cast.rep
    rep.owner_name = "ann"
    rep.save()
    protocol = locked(cast, written, now=now - timedelta(days=11))
    begin(cast.organisation, "D1", now - timedelta(days=2))
    begin(cast.organisation, "D2", now - timedelta(days=2), owner="zoe")
    assign(experiment=protocol.experiment, now=now)
    client.force_login(rep, backend=BACKEND)
    fetches = reverse("trials-on-deal")
    assert fetches in client.get(reverse("deal", args=["D1"])).content.decode()
    assert fetches not in client.get(reverse("deal", args=["D2"])).content.decode()
    assert not Exposure.objects.exists()  # a page that is fetched ahead shows nobody anything
    page = client.post(fetches, {"deal": "D1"}).content.decode()
    arm = next(each for each in written.arms if each.key == protocol.assignments.get(unit="D1").arm)
    assert arm.name in page
    assert arm.instructions in page
    assert protocol.experiment.title in page
    other = next(each for each in written.arms if each is not arm)
    for hidden in (other.instructions, written.hypothesis, written.primary.name, "as until now"):
        assert hidden not in page
    said = client.post(reverse("trial-tell", args=[protocol.experiment_id]), {"deal": "D1", "followed": "other"})
    assert "Because" in said.content.decode()
    assert Exposure.objects.get(person=rep).followed == "other"


def test_an_answer_that_there_is_not_is_refused(cast: Cast) -> None:
    protocol, deal = _trial(cast)
    with pytest.raises(Refused, match="maybe"):
        tell(user=cast.rep, experiment=protocol.experiment, deal=deal, followed="maybe", now=NOW)
