from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afteraction.analysis.order import Order
from afteraction.analysis.placement import PlacedWork
from afteraction.analysis.practice import Practice
from afteraction.analysis.prescription import prescribe, reduced
from afteraction.analysis.work import Work


def placed(number, done, place=0, again=0, days=1.0):
    practice = Practice(100, done, again, 100, days, days, 0)
    return PlacedWork(Work(f"work {number}", f"work {number}"), number, place, practice, practice)


def prescribed(*work, before=(), gates=()):
    numbers = [one.number for one in work]
    counts = dict.fromkeys(before, 100)
    order = Order(tuple(numbers), dict.fromkeys(numbers, 100), counts)
    return prescribe(work, [f"s{n}" for n in numbers], ["A", "B"], order, gates)


def test_an_order_is_said_of_a_required_step_and_is_a_rule_for_an_optional_one():
    found = prescribed(placed(1, 90), placed(2, 50), placed(3, 90), before=[(1, 2), (1, 3), (2, 3)])
    assert [step.before for step in found.steps] == [("s2",), (), ()]
    assert [rule.text for rule in found.rules] == ["precedence(s2, s3)"]


def test_repeated_work_is_before_nothing():
    found = prescribed(placed(1, 90, again=60), placed(2, 90), before=[(1, 2)])
    assert found.steps[0].before == ()


def test_optional_work_that_follows_its_gate_is_the_response_to_it():
    gate, follower = placed(1, 90), placed(2, 90, place=1)
    follower = PlacedWork(follower.work, 2, 1, follower.practice, placed(2, 30).practice)
    assert [rule.text for rule in prescribed(gate, follower, gates=[1]).rules] == ["response(s1, s2)"]


@pytest.mark.parametrize(
    ("days", "limit"),
    [
        (13.2, timedelta(days=14)),
        (2.0, timedelta(days=2)),
        (1.5, timedelta(hours=36)),
        (0.06, timedelta(minutes=87)),
        (0.0, timedelta(minutes=1)),
        (1e6, timedelta(days=3652)),
    ],
)
def test_time_limits_are_rounded_up_to_what_people_say(days, limit):
    assert prescribed(placed(1, 90, days=days)).steps[0].within == limit


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1])))
def test_the_reduction_of_an_order_implies_the_same_order(pairs):
    follows = {node: {b for a, b in pairs if a == node} for node in range(8)}
    found = reduced(follows)

    def reach(graph, node):
        return set().union(*({after} | reach(graph, after) for after in graph[node]))

    assert all(reach(found, node) == reach(follows, node) for node in range(8))
    for afters in found.values():
        assert all(after not in reach(found, other) for after in afters for other in afters)
