"""Conversions divided among channels, beside brute force on small cases."""

from dataclasses import replace
from itertools import pairwise, permutations
from math import factorial

import ibis
import numpy as np
import pytest
from benchmarks.lead_frames import category, frame
from hypothesis import given, settings
from hypothesis import strategies as st

from afteraction.analysis.attribution import FEWEST, Attribution, Rule, attribute
from afteraction.analysis.attribution_markov import removal_effects
from afteraction.analysis.attribution_paths import CONVERTED, FAILED, MOST_CHANNELS, OPEN, OTHERS, Paths, lead_paths
from afteraction.analysis.lead_frame import CAMPAIGN, SOURCE, lead_frame
from afteraction.errors import NotEnoughData
from afteraction.lake.schema import TABLES

JOURNEYS = st.lists(
    st.tuples(st.lists(st.integers(0, 3), min_size=1, max_size=5), st.sampled_from([CONVERTED, FAILED, OPEN])),
    min_size=1,
    max_size=30,
)


def paths(journeys, channels=4, repeat=1):
    journeys = [each for each in journeys for _ in range(repeat)]
    offsets = np.cumsum([0, *(len(path) for path, _ in journeys)]).astype(np.int64)
    touch = np.array([channel for path, _ in journeys for channel in path], dtype=np.int32)
    end = np.array([end for _, end in journeys], dtype=np.int8)
    worth = np.where(end == CONVERTED, 10.0 * (1 + np.arange(len(end)) % 3), 0.0)
    return Paths(tuple("abcdefgh"[:channels]), offsets, touch, end, worth)


def _no_touches():
    engine = ibis.duckdb.connect()
    engine.con.execute("SET TimeZone = 'UTC'")
    return {"lead_touches": engine.create_table("lead_touches", schema=ibis.schema(TABLES["lead_touches"].arrow))}


def shares(found, rule):
    return np.array([one.share.value for one in next(each for each in found.rules if each.rule == rule).credits])


def shapley_by_permutations(journeys, channels):
    """The mean over all orders of joining of what a channel adds to the conversions of paths within the coalition."""
    converting = [frozenset(path) for path, end in journeys if end == CONVERTED]
    value = np.zeros(channels)
    for order in permutations(range(channels)):
        joined = set()
        for channel in order:
            before = sum(path <= joined for path in converting)
            joined.add(channel)
            value[channel] += sum(path <= joined for path in converting) - before
    return value / factorial(channels) / len(converting)


def removal_by_powers(journeys, channels):
    """What a channel's removal takes, by following the walk step by step in a chain written out with names."""
    counts = {}
    for path, end in journeys:
        if end == OPEN:
            continue
        walk = ["start", *path, "yes" if end == CONVERTED else "no"]
        for one, other in pairwise(walk):
            counts.setdefault(one, {}).setdefault(other, 0)
            counts[one][other] += 1

    def converted(without):
        at, total = {"start": 1.0}, 0.0
        for _step in range(600):
            following = {}
            for state, chance in at.items():
                row = counts.get(state, {})
                for other, n in row.items():
                    moved = chance * n / sum(row.values())
                    if other == "yes":
                        total += moved
                    elif other not in ("no", without):
                        following[other] = following.get(other, 0.0) + moved
            at = following
        return total

    whole = converted(None)
    return np.array([1 - converted(channel) / whole for channel in range(channels)])


@settings(max_examples=40, deadline=None)
@given(JOURNEYS)
def test_shapley_and_removal_effect_are_those_of_brute_force(journeys):
    journeys = [*journeys, ([0, 1], CONVERTED), ([2], FAILED)]
    repeated = paths(journeys, repeat=FEWEST)
    found = attribute(repeated, np.random.default_rng(1), draws=5)
    assert shares(found, Rule.SHAPLEY) == pytest.approx(shapley_by_permutations(journeys, 4), abs=1e-9)
    effects = removal_by_powers(journeys, 4)
    assert shares(found, Rule.MARKOV) == pytest.approx(effects / effects.sum(), abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(JOURNEYS)
def test_the_credits_of_every_rule_add_up_to_conversions_and_worth(journeys):
    given_paths = paths([*journeys, ([3], CONVERTED)], repeat=FEWEST)
    found = attribute(given_paths, np.random.default_rng(1), draws=3)
    assert isinstance(found, Attribution)
    for one in found.rules:
        assert sum(credit.conversions for credit in one.credits) == pytest.approx(found.conversions, rel=1e-9)
        assert sum(credit.worth for credit in one.credits) == pytest.approx(found.worth, rel=1e-9)
        assert all(credit.share.low <= credit.share.value <= credit.share.high for credit in one.credits)
    assert found.conversions + found.failed + found.open == len(given_paths)


def test_the_rules_of_a_path_divide_it_as_they_say():
    found = attribute(paths([([0, 1, 2, 1, 3], CONVERTED)], repeat=FEWEST), np.random.default_rng(1), draws=3)
    assert shares(found, Rule.FIRST).tolist() == [1, 0, 0, 0]
    assert shares(found, Rule.LAST).tolist() == [0, 0, 0, 1]
    assert shares(found, Rule.LINEAR) == pytest.approx([0.2, 0.4, 0.2, 0.2])
    assert shares(found, Rule.POSITION) == pytest.approx([0.4, 0.2 / 3 * 2, 0.2 / 3, 0.4])
    assert shares(found, Rule.SHAPLEY) == pytest.approx([0.25] * 4)
    two = attribute(paths([([0, 1], CONVERTED)], repeat=FEWEST), np.random.default_rng(1), draws=3)
    assert shares(two, Rule.POSITION) == pytest.approx([0.5, 0.5, 0, 0])


def test_open_paths_are_censored_and_older_ones_stand_for_them():
    rng = np.random.default_rng(9)

    def chain(days):
        """Both channels convert alike, the second ten times as slowly; failures are known after 90 days alone."""
        n = 30_000
        channel, created = np.arange(n) % 2, rng.uniform(0, days, n)
        took = rng.exponential(np.where(channel, 30.0, 3.0))
        won = np.where((rng.random(n) < 0.2) & (created + took <= days), created + took, np.nan)
        seen = frame(created, days, won=won, facts={SOURCE: category([f"c{each}" for each in channel])})
        made = lead_paths(_no_touches(), seen, horizon=90.0)
        alone = replace(made, weight=None)
        return [shares(attribute(each, rng, draws=2), Rule.MARKOV)[1] for each in (made, alone)]

    whole, _ = chain(4_000.0)
    weighted, unweighted = chain(180.0)
    assert whole == pytest.approx(0.5, abs=0.03)
    assert weighted == pytest.approx(whole, abs=0.03)
    assert unweighted < weighted - 0.01  # the slow channel's conversions are not there yet


def test_a_channel_from_which_no_end_was_ever_reached_loses_nothing_by_its_removal():
    steps = np.zeros((3, 4))
    steps[0, :2] = 5, 5  # from the start to either channel
    steps[1, 2] = steps[1, 3] = 5  # the first converts or fails
    steps[2, 1] = 5  # the second only leads back to itself
    assert removal_effects(steps) == pytest.approx([1.0, 0.0])


def test_the_intervals_hold_what_more_leads_of_the_same_kind_show():
    rng = np.random.default_rng(5)

    def drawn(n):
        journeys = []
        for _lead in range(n):
            path = rng.choice(4, size=1 + rng.poisson(1.2), p=[0.4, 0.3, 0.2, 0.1]).tolist()
            journeys.append((path, CONVERTED if rng.random() < 0.1 + 0.2 * (3 in path) else FAILED))
        return paths(journeys)

    truth = attribute(drawn(40_000), rng, draws=2)
    held = []
    for _round in range(25):
        found = attribute(drawn(400), rng, draws=200)
        for rule in Rule:
            ours = next(each for each in found.rules if each.rule == rule).credits
            true = shares(truth, rule)
            held += [one.share.low <= value <= one.share.high for one, value in zip(ours, true, strict=True)]
    assert 0.90 <= np.mean(held) <= 0.98


def test_disagreement_is_told_by_channel_and_by_pair_of_rules():
    found = attribute(
        paths([([0, 1, 2], CONVERTED), ([0, 2], CONVERTED), ([1], FAILED)], channels=3, repeat=FEWEST),
        np.random.default_rng(1),
        draws=3,
    )
    first = found.views[0]
    assert (first.leads, first.converted) == (2 * FEWEST, 2 * FEWEST)
    assert (first.lowest, first.lowest_rule, first.highest, first.highest_rule) == (0.0, Rule.LAST, 1.0, Rule.FIRST)
    of_ends = next(one for one in found.concord if {one.one, one.other} == {Rule.FIRST, Rule.LAST})
    assert of_ends.correlation is not None
    assert of_ends.correlation.value == pytest.approx(-0.5)
    assert -1 <= of_ends.correlation.low <= -0.5 <= of_ends.correlation.high <= 1
    assert "experiment" in found.cannot_tell


def test_too_few_conversions_are_refused():
    found = attribute(paths([([0], CONVERTED), ([1], FAILED)]), np.random.default_rng(1))
    assert isinstance(found, NotEnoughData)


def test_paths_come_from_touches_before_the_conversion_and_from_the_source(record, day):
    leads = [{"lead_id": f"L{n}", "created_at": day(0), "source": "Fair", "campaign": "Spring"} for n in range(4)]
    leads[0]["converted_deal_id"] = "D0"
    touches = [
        {"touch_id": "a", "lead_id": "L0", "activity": "Clicked", "at": day(0.5), "channel": "mail"},
        {"touch_id": "b", "lead_id": "L0", "activity": "Visited", "at": day(5), "channel": None},
        {"touch_id": "c", "lead_id": "L0", "activity": "Visited", "at": day(50), "channel": "website"},
        {"touch_id": "d", "lead_id": "L1", "activity": "Clicked", "at": day(9), "channel": "mail"},
    ]
    deals = [{"deal_id": "D0", "outcome": "won", "created_at": day(10), "closed_at": day(20), "amount": 5.0}]
    changes = [{"lead_id": "L2", "at": day(3), "status": "returned"}]
    tables, _log = record(leads=leads, lead_touches=touches, deals=deals, lead_changes=changes)
    found = lead_frame(tables)
    made = lead_paths(tables, found, horizon=400)
    named = [[made.channels[c] for c in made.touch[a:b]] for a, b in zip(made.offsets, made.offsets[1:], strict=False)]
    # The touch of day 50 came after the win; L1's only touch came late, so its source is what brought it.
    assert named == [["mail", "Visited"], ["Fair", "mail"], ["Fair"], ["Fair"]]
    assert made.end.tolist() == [CONVERTED, OPEN, FAILED, OPEN]
    assert made.worth.tolist() == [5.0, 0.0, 0.0, 0.0]
    assert lead_paths(tables, found, horizon=30).end.tolist() == [CONVERTED, FAILED, FAILED, FAILED]
    assert set(lead_paths(tables, found, by="campaign").channels) == {"Spring"}


def test_more_channels_than_can_be_told_apart_are_one(record, day):
    many = MOST_CHANNELS + 10
    leads = [{"lead_id": f"L{n}", "created_at": day(n), "source": f"S{n % many:03}"} for n in range(many + 300)]
    tables, _log = record(leads=leads)
    made = lead_paths(tables, lead_frame(tables))
    assert len(made.channels) == MOST_CHANNELS
    assert made.channels[-1] == OTHERS
    assert len(made.touch) == len(leads)


def test_a_frame_of_leads_without_sources_has_no_paths(record, day):
    tables, _log = record(leads=[{"lead_id": "L", "created_at": day(0)}])
    assert len(lead_paths(tables, lead_frame(tables))) == 0
    assert {SOURCE, CAMPAIGN}.isdisjoint(frame([0.0], 9.0).facts)
