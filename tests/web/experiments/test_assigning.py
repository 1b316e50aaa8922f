"""Deals come into arms: as the protocol draws them, once, whoever asks and however often."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from tests.cast import Cast
from tests.web.experiments.trials import (
    ARRIVAL,
    LAST,
    LOCKED,
    REPS,
    START,
    arms_of,
    begin,
    begin_many,
    counted,
    document,
    locked,
    moment,
    of_reps,
    rows_of,
)

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.experiments.assigning import ASSIGNED, arm_of_deal, assign, assigned_deals, not_as_drawn
from afteraction.web.experiments.drawing import drawing_of
from afteraction.web.experiments.models import Assignment, Experiment, LedgerEntry, Protocol

NOW = moment(START + timedelta(days=40))


def _assign(protocol: Protocol, now: datetime = NOW, batch: int = 5_000) -> int:
    return assign(experiment=protocol.experiment, now=now, batch=batch).assigned


def test_arms_are_level_after_every_block_of_every_stratum(cast: Cast) -> None:
    protocol = locked(cast)
    begin_many(cast.organisation, 97)
    assert _assign(protocol) == 97
    for stratum in ("SMB", "Enterprise"):
        arms = list(protocol.assignments.filter(stratum=stratum).order_by("place").values_list("arm", flat=True))
        for end in range(4, len(arms), 4):
            assert counted(arms[:end]) == {"plan": end // 2, "usual": end // 2}


def test_it_makes_no_difference_in_how_many_batches_or_imports_deals_come_in(cast: Cast) -> None:
    begin_many(cast.organisation, 120)
    whole = locked(cast)
    text = whole.text
    _assign(whole, batch=1_000)
    expected = rows_of(whole)
    for seed in range(3):
        rng = random.Random(seed)
        again = locked(cast)
        assert again.text == text
        Deal.objects.all().delete()
        done = 0
        while done < 120:
            count = min(rng.randint(1, 40), 120 - done)
            begin_many(cast.organisation, count, first=done)
            _assign(again, batch=rng.choice([1, 7, 1_000]))
            done += count
        assert rows_of(again) == expected


def test_assigning_again_changes_nothing_and_writes_no_entry(cast: Cast) -> None:
    protocol = locked(cast)
    begin_many(cast.organisation, 20)
    _assign(protocol)
    before, entries = rows_of(protocol), LedgerEntry.objects.count()
    assert _assign(protocol, NOW + timedelta(days=1)) == 0
    assert (rows_of(protocol), LedgerEntry.objects.count()) == (before, entries)


def test_a_deal_that_comes_into_the_record_late_takes_the_next_place_and_what_is_settled_stays(cast: Cast) -> None:
    protocol = locked(cast)
    begin_many(cast.organisation, 20, segment="SMB")
    _assign(protocol)
    settled = arms_of(protocol)
    begin(cast.organisation, "late", moment(START), segment="SMB")
    _assign(protocol)
    row = protocol.assignments.get(unit="late")
    assert (row.place, row.late) == (20, True)
    assert {key: arm for key, arm in arms_of(protocol).items() if key != "late"} == settled
    assert not list(not_as_drawn(protocol))


def test_what_becomes_of_a_deal_later_does_not_change_its_arm(cast: Cast) -> None:
    protocol = locked(cast, document(of_reps()))
    begin_many(cast.organisation, 40)
    _assign(protocol)
    before = rows_of(protocol)
    Deal.objects.filter(deal_id="D00001").update(owner="ann", outcome="lost", created_at=moment(START, 1))
    Deal.objects.filter(deal_id="D00002").update(outcome="won")
    Deal.objects.filter(deal_id="D00003").delete()
    _assign(protocol)
    assert rows_of(protocol) == before


@pytest.mark.parametrize(
    ("who", "out"),
    [
        ({"segments": ["SMB"]}, {"segment": "Enterprise"}),
        ({"sources": ["Web"]}, {"source": "Fair"}),
        ({"teams": ["North"]}, {"team": "South"}),
        ({"amount_from": 1_000}, {"amount": 999.0}),
        ({"amount_to": 5_000}, {"amount": 5_001.0}),
        ({"amount_to": 5_000}, {"amount": None}),
    ],
)
@pytest.mark.parametrize("kind", ["arrival", "reps"])
def test_only_deals_that_the_trial_is_about_come_into_arms(
    cast: Cast, who: dict[str, object], out: dict[str, object], kind: str
) -> None:
    protocol = locked(cast, document(ARRIVAL if kind == "arrival" else of_reps(), who=who))
    fits = {"segment": "SMB", "source": "Web", "team": "North", "amount": 2_000.0}
    begin(cast.organisation, "in", moment(START), **fits)
    begin(cast.organisation, "out", moment(START), **fits | out)
    _assign(protocol)
    assert protocol.assignments.exclude(arm="").get().unit == "in"
    # Drawn by chance a deal may come in once it fits; a rep who knows their arm could make it fit, so it stays out.
    Deal.objects.filter(deal_id="out").update(**fits)
    _assign(protocol)
    assert protocol.assignments.exclude(arm="").count() == (2 if kind == "arrival" else 1)


def test_a_deal_that_has_ended_is_not_drawn_but_one_of_a_drawn_rep_is_in(cast: Cast) -> None:
    begin(cast.organisation, "over", moment(START), outcome="won", closed_at=moment(START, 20))
    for design, count in ((ARRIVAL, 0), (of_reps(), 1)):
        assert _assign(locked(cast, document(design))) == count


def test_days_are_those_of_utc_from_the_first_moment_of_the_first_to_the_last_of_the_last(cast: Cast) -> None:
    first, after = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    tokyo = datetime.fromisoformat("2026-03-02T08:59:59+09:00")  # their second of March, still the first in UTC
    new_york = datetime.fromisoformat("2026-05-31T20:00:00-04:00")  # their 31st of May, June in UTC
    for key, at in {"a": first, "b": after - timedelta(seconds=1), "tokyo": tokyo, "york": new_york}.items():
        begin(cast.organisation, key, at)
    for name in ("UTC", "America/New_York", "Asia/Tokyo"):
        from django.utils import timezone

        with timezone.override(name):
            protocol = locked(cast)
            _assign(protocol, after + timedelta(days=2))
            assert set(arms_of(protocol)) == {"a", "b"}


def test_periods_are_whole_days_also_where_clocks_change(cast: Cast) -> None:
    drawing = drawing_of(locked(cast, document(of_reps("switchback", period=7, washout=2))))
    change = datetime.fromisoformat("2026-03-30T00:30:00+02:00")  # summer time had begun in Berlin the day before
    assert (drawing.period(change), drawing.period(change + timedelta(hours=2))) == (3, 4)
    assert drawing.washes_out(drawing.begins(4))
    assert not drawing.washes_out(drawing.begins(4) - timedelta(seconds=1))


def test_a_deal_that_began_before_the_protocol_was_locked_is_never_drawn(cast: Cast) -> None:
    protocol = locked(cast, now=moment(START, 15.0))
    begin(cast.organisation, "known", moment(START, 14.9))
    begin(cast.organisation, "new", moment(START, 15.1))
    _assign(protocol)
    assert set(arms_of(protocol)) == {"new"}


def test_deals_follow_the_arm_of_their_rep_and_those_of_other_reps_are_left_out(cast: Cast) -> None:
    protocol = locked(cast, document(of_reps(strata={name: "ab"[n % 2] for n, name in enumerate(REPS)})))
    begin_many(cast.organisation, 80)
    begin(cast.organisation, "other", moment(START), owner="zoe")
    _assign(protocol)
    by_rep: dict[str, set[str]] = {}
    for cluster, arm in protocol.assignments.exclude(arm="").values_list("cluster", "arm"):
        by_rep.setdefault(cluster, set()).add(arm)
    assert all(len(arms) == 1 for arms in by_rep.values())
    assert counted(arm for arms in by_rep.values() for arm in arms) == {"plan": 4, "usual": 4}
    assert protocol.assignments.get(unit="other").left_out == Assignment.LeftOut.ELSEWHERE
    Deal.objects.filter(deal_id="other").update(owner="ann")
    _assign(protocol)
    assert arms_of(protocol)["other"] == ""


def test_of_each_pair_one_goes_each_way(cast: Cast) -> None:
    facts = {name: [float(n // 2), 0.5] for n, name in enumerate(REPS)}
    drawing = drawing_of(locked(cast, document(of_reps("pairs", facts=facts))))
    for one, other in zip(REPS[::2], REPS[1::2], strict=True):
        assert drawing.stratum_of[one] == drawing.stratum_of[other] == f"{one} & {other}"
        assert {drawing.arm_of_unit(one, 0), drawing.arm_of_unit(other, 0)} == {"usual", "plan"}


def test_a_switchback_gives_the_arm_of_the_period_and_none_in_wash_out_days(cast: Cast) -> None:
    protocol = locked(cast, document(of_reps("switchback", period=7, washout=1)))
    begin_many(cast.organisation, 200, hours=8.0)
    _assign(protocol, moment(LAST + timedelta(days=1)))
    drawing, seen = drawing_of(protocol), set()
    for row in protocol.assignments.all():
        day = (row.began.date() - START).days
        assert row.period == day // 7
        assert row.arm == ("" if day % 7 == 0 else drawing.arm_of_unit(row.cluster, row.period))
        seen.add((row.cluster, row.period // 2, row.arm))
    assert {("ann", 0, "usual"), ("ann", 0, "plan")} <= seen


def test_a_stepped_roll_out_goes_the_new_way_from_each_units_period_on(cast: Cast) -> None:
    protocol = locked(cast, document(of_reps("stepped", period=14, steps=4)))
    begin_many(cast.organisation, 300, hours=7.0)
    _assign(protocol, moment(LAST + timedelta(days=1)))
    starts = drawing_of(protocol).starts
    assert sorted(starts.values()) == [1, 1, 2, 2, 3, 3, 4, 4]
    for row in protocol.assignments.all():
        assert row.arm == ("plan" if row.period >= starts[row.cluster] else "usual")


def test_nobody_is_assigned_by_a_trial_that_does_not_run_or_a_protocol_that_was_changed(cast: Cast) -> None:
    protocol = locked(cast)
    begin_many(cast.organisation, 5)
    Experiment.objects.update(state=Experiment.State.ENDED)
    assert _assign(protocol) == 0
    Experiment.objects.update(state=Experiment.State.RUNNING)
    Protocol.objects.update(text=protocol.text.replace('"horizon":60', '"horizon":90'))
    with pytest.raises(Refused, match="no longer fits its hash"):
        _assign(protocol)


def test_an_assignment_that_was_changed_is_not_what_is_drawn_anew(cast: Cast) -> None:
    for design in (ARRIVAL, of_reps(), of_reps("switchback", period=7)):
        protocol = locked(cast, document(design))
        if not Deal.objects.exists():
            begin_many(cast.organisation, 30)
        _assign(protocol)
        assert not list(not_as_drawn(protocol))
        row = protocol.assignments.order_by("unit")[3]
        protocol.assignments.filter(pk=row.pk).update(arm="usual" if row.arm == "plan" else "plan")
        assert [row.unit in told for told in not_as_drawn(protocol)] == [True]


def test_the_next_version_of_a_protocol_draws_anew_and_only_what_begins_after_it(cast: Cast) -> None:
    first = locked(cast)
    begin_many(cast.organisation, 100)
    _assign(first)
    second = Protocol.objects.get(pk=first.pk)
    second.pk, second.version, second.locked_at = None, 2, moment(START + timedelta(days=10))
    second.save()
    _assign(first)
    began = second.assignments.order_by("began").values_list("began", flat=True)
    assert began[0] > moment(START + timedelta(days=10))
    assert first.assignments.count() == 100


def test_assigned_deals_are_told_with_what_the_analysis_needs(cast: Cast) -> None:
    protocol = locked(cast, document(of_reps("switchback", period=7, washout=1)))
    assert assigned_deals(protocol).equals(ASSIGNED.empty_table())
    begin_many(cast.organisation, 30)
    _assign(protocol)
    found = assigned_deals(protocol)
    assert found.schema == ASSIGNED
    assert found.num_rows == protocol.assignments.exclude(arm="").count() < 30
    [row] = found.filter([key == "D00008" for key in found["deal_id"].to_pylist()]).to_pylist()
    assert row["at"] == row["began"] == moment(START, 57.0)
    deal = Deal.objects.get(deal_id="D00008")
    told = arm_of_deal(protocol, deal)
    assert told is not None
    assert (told.arm, told.cluster, told.period) == (row["arm"], "ann", 0)
    assert arm_of_deal(protocol, Deal.objects.get(deal_id="D00000")) is None  # a day of wash-out
    assert row["at"] > LOCKED
