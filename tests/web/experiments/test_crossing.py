"""Crossovers: told, seen in the record, or by changing hands; and who sees them one by one."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.web.experiments.trials import (
    ARRIVAL,
    HORIZON,
    START,
    arms_of,
    begin,
    begin_many,
    document,
    locked,
    moment,
    of_reps,
)

from afteraction.web.deals.models import Deal
from afteraction.web.experiments.assigning import assign
from afteraction.web.experiments.crossing import Crossed, crossed, deals_of, lines_of
from afteraction.web.experiments.drawing import drawing_of
from afteraction.web.experiments.models import Exposure, Protocol, StepDone
from afteraction.web.experiments.seen import telling_step
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.people.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOW = moment(START + timedelta(days=30))
BEFORE = """\
process: Sales
version: 1
stages: [Qualify, Propose]
steps:
  - id: demo
    stage: Qualify
    activity: Demo
"""
AFTER = (
    BEFORE
    + """\
  - id: mutual_plan
    name: Mutual plan
    stage: Propose
    activity: Mutual plan agreed
"""
)


def _crossed(protocol: Protocol) -> Crossed:
    return crossed(protocol, drawing_of(protocol), NOW)


def _how(protocol: Protocol) -> dict[str, tuple[str, ...]]:
    rows = _crossed(protocol).over
    return {line.deal_id: line.how for line in lines_of(rows)}


def _paper(cast: Cast, text: str = BEFORE) -> None:
    ProcessVersion.objects.create(organisation=cast.organisation, number=1, text=text)


def _told(protocol: Protocol, key: str, person: User, followed: str, hour: float = 0) -> None:
    at = NOW + timedelta(hours=hour)
    arm = arms_of(protocol)[key]
    Exposure.objects.create(
        protocol=protocol, deal_id=key, person=person, arm=arm, at=at, followed=followed, told_at=at
    )


def test_without_anything_told_or_seen_nothing_is_known(cast: Cast) -> None:
    protocol = locked(cast)
    begin_many(cast.organisation, 40)
    assign(experiment=protocol.experiment, now=NOW)
    old, new = _crossed(protocol).by_arm(("usual", "plan"))
    assert (old.deals + new.deals, old.share, new.share) == (40, None, None)


def test_of_what_people_tell_the_last_counts(cast: Cast) -> None:
    protocol = locked(cast)
    begin_many(cast.organisation, 40)
    assign(experiment=protocol.experiment, now=NOW)
    _told(protocol, "D00000", cast.rep, "other")
    _told(protocol, "D00001", cast.rep, "other")
    _told(protocol, "D00001", cast.manager, "yes", hour=1)
    _told(protocol, "D00002", cast.rep, "yes")
    assert _how(protocol) == {"D00000": ("told so",)}
    shares = [each.share for each in _crossed(protocol).by_arm(("usual", "plan"))]
    assert sum(share.n for share in shares if share) == 3
    assert sum(share.count for share in shares if share) == 1


def test_the_step_that_the_new_process_adds_tells_arms_apart_in_the_record(cast: Cast) -> None:
    _paper(cast)
    protocol = locked(cast, new_process=AFTER)
    step = telling_step(protocol, document())
    assert step is not None
    assert (step.arm, step.name, step.activities) == ("plan", "Mutual plan", ("Mutual plan agreed",))
    begin_many(cast.organisation, 40)
    assign(experiment=protocol.experiment, now=moment(START + timedelta(days=11)))
    arms = arms_of(protocol)
    old, new = ([key for key, its in sorted(arms.items()) if its == arm] for arm in ("usual", "plan"))
    for key in (old[0], new[0]):
        StepDone.objects.create(protocol=protocol, deal_id=key, at=NOW)
    Deal.objects.filter(deal_id__in=[old[1], new[1]]).update(outcome="lost")
    assert _how(protocol) == {old[0]: ("by the record",), new[1]: ("by the record",)}
    shares = [each.share for each in _crossed(protocol).by_arm(("usual", "plan"))]
    assert [(share.count, share.n) for share in shares if share] == [(1, 2), (1, 2)]
    over = crossed(protocol, drawing_of(protocol), NOW + timedelta(days=HORIZON))
    assert [each.share.n for each in over.by_arm(("usual", "plan")) if each.share] == [len(old), len(new)]


@pytest.mark.parametrize(
    ("old", "new", "paper", "arm"),
    [
        ("As usual", "With a demo", "", "plan"),
        ("With a demo", "Without", "", "usual"),
        ("A demo late", "A demo early", "", None),
        ("As usual", "Something else", "", None),
        ("As usual", "As it would be", BEFORE, None),
    ],
)
def test_without_another_process_the_words_of_the_arms_say_which_step_it_is(
    cast: Cast, old: str, new: str, paper: str, arm: str | None
) -> None:
    _paper(cast)
    arms = [{"key": "usual", "name": old}, {"key": "plan", "name": new}]
    written = document(arms=arms)
    found = telling_step(locked(cast, written, new_process=paper), written)
    assert (found.arm if found else None) == arm
    measured = document(arms=arms, primary={"kind": "step", "what": "demo", "horizon": 30, "name": "demo done"})
    assert telling_step(locked(cast, measured), measured) is None  # doing it is the outcome


@pytest.mark.parametrize("kind", ["stratified", "switchback"])
def test_a_deal_that_goes_to_a_rep_of_the_other_arm_crosses_over_and_stays(cast: Cast, kind: str) -> None:
    protocol = locked(cast, document(of_reps(kind, **({"period": 7} if kind == "switchback" else {}))))
    begin_many(cast.organisation, 40)
    assign(experiment=protocol.experiment, now=NOW)
    drawing, row = drawing_of(protocol), protocol.assignments.get(unit="D00009")
    others = [unit for unit in drawing.stratum_of if drawing.arm_of_unit(unit, row.period) != row.arm]
    mates = [unit for unit in drawing.stratum_of if unit not in others and unit != row.cluster]
    Deal.objects.filter(deal_id="D00009").update(owner=mates[0])
    assert not _how(protocol)
    Deal.objects.filter(deal_id="D00009").update(owner=others[0])
    assert _how(protocol) == {"D00009": ("changed hands",)}
    assert arms_of(protocol)["D00009"] == row.arm


SEES = {
    "rep": {"mine"}, "team_mate": {"mates"}, "manager": {"mine", "mates", "others"}, "marketer": set(),
    "executive": {"mine", "mates", "others"}, "operations": {"mine", "mates", "others"},
    "admin": {"mine", "mates", "others"},
}  # fmt: skip
"""The manager owns this trial, the executive sponsors it. `leader`, below, only manages the team."""


def _three_deals(cast: Cast) -> Protocol:
    protocol = locked(cast, document({**ARRIVAL, "by": []}))
    team = cast.rep.team.name if cast.rep.team else ""
    for key, owner, its in (("mine", cast.rep.owner_name, team), ("mates", cast.team_mate.owner_name, team)):
        begin(cast.organisation, key, moment(START), owner=owner, team=its)
    begin(cast.organisation, "others", moment(START), owner="zoe", team="South")
    assign(experiment=protocol.experiment, now=NOW)
    for key in ("mine", "mates", "others"):
        _told(protocol, key, cast.admin, "other")
    Exposure.objects.update(why="said in private")
    return protocol


@pytest.mark.parametrize("part", sorted(SEES))
def test_who_sees_single_deals_of_a_trial_and_what_was_told_of_them(cast: Cast, client: Client, part: str) -> None:
    protocol = _three_deals(cast)
    user: User = getattr(cast, part)
    seen = set(deals_of(_crossed(protocol).rows, user, protocol).values_list("unit", flat=True))
    assert seen == SEES[part]
    client.force_login(user, backend=BACKEND)
    page = client.get(reverse("trial-deals", args=[protocol.experiment_id]) + "?crossed=1").content.decode()
    assert ("said in private" in page) == bool(seen)
    assert {key for key in ("mine", "mates", "others") if f"Deal {key}" in page} == seen


def test_a_manager_who_does_not_answer_for_the_trial_sees_their_team_alone(cast: Cast) -> None:
    protocol = _three_deals(cast)
    protocol.experiment.owner = cast.operations
    protocol.experiment.save()
    rows = deals_of(_crossed(protocol).rows, cast.manager, protocol)
    assert set(rows.values_list("unit", flat=True)) == {"mine", "mates"}


def test_the_page_of_the_trial_shows_each_rep_to_those_who_may_see_them(cast: Cast, client: Client) -> None:
    protocol = _three_deals(cast)
    for user, seen in ((cast.rep, {cast.rep.owner_name}), (cast.marketer, set()), (cast.admin, {"zoe"})):
        client.force_login(user, backend=BACKEND)
        page = client.get(reverse("trial", args=[protocol.experiment_id])).content.decode()
        table = page.split("Deals done as asked, by rep")[-1].split("</table>")[0] if seen else ""
        assert ("Deals done as asked, by rep" in page) == bool(seen)
        assert all(name in table for name in seen)
        assert ("zoe" in table) == ("zoe" in seen)
