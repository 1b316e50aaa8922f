import random
from collections import Counter, defaultdict
from itertools import pairwise
from statistics import median

import pytest

from afteraction.analysis import directly_follows as module
from afteraction.analysis.directly_follows import directly_follows, with_times


def random_deals(seed: int, deals: int, day):
    """Deals with up to eight touches of four activities, ties included; some have none."""
    rng = random.Random(seed)
    outcomes = [{"deal_id": f"d{n}", "outcome": rng.choice(["open", "won", "lost"])} for n in range(deals)]
    touches = [
        {"deal_id": deal["deal_id"], "activity": rng.choice("abcd"), "at": day(rng.randint(0, 9))}
        for deal in outcomes
        for _n in range(rng.randint(0, 8))
    ]
    return outcomes, touches


def test_the_graph_is_what_a_loop_over_deals_counts(record, day):
    deals, touches = random_deals(1, 60, day)
    _tables, log = record(deals=deals, touches=touches)
    graph = with_times(directly_follows(log), log)

    counts, in_deals, days = Counter(), defaultdict(set), defaultdict(list)
    outcome = {deal["deal_id"]: deal["outcome"] for deal in deals}
    with_events = 0
    for deal in outcome:
        trace = sorted((t["at"], n, t["activity"]) for n, t in enumerate(touches) if t["deal_id"] == deal)
        with_events += bool(trace)
        path = [(None, None), *((at, activity) for at, _n, activity in trace), (None, None)]
        for (at, before), (then, after) in pairwise(path):
            if before or after:
                counts[before, after] += 1
                in_deals[before, after].add(deal)
            if before and after:
                days[before, after].append((then - at).total_seconds() / 86400)
    assert graph.deals == with_events
    assert {(e.before, e.after): e.count for e in graph.edges} == counts
    for edge in graph.edges:
        those = in_deals[edge.before, edge.after]
        assert edge.deals == len(those)
        assert edge.outcomes == {
            kind: sum(outcome[d] == kind for d in those) for kind in ("open", "won", "lost", "no_decision")
        }
        times = days.get((edge.before, edge.after))
        assert edge.median_days == (pytest.approx(median(times)) if times else None)
    assert [e.count for e in graph.edges] == sorted(counts.values(), reverse=True)
    assert {a.name: a.count for a in graph.activities} == Counter(t["activity"] for t in touches)


def test_only_the_most_frequent_edges_are_listed(record, day, monkeypatch):
    monkeypatch.setattr(module, "EDGES", 3)
    graph = directly_follows(record(**dict(zip(("deals", "touches"), random_deals(2, 30, day), strict=True)))[1])
    assert len(graph.edges) == 3
    assert graph.left_out > 0


def test_deals_without_events_give_an_empty_graph(record):
    graph = directly_follows(record(deals=[{"deal_id": "a", "outcome": "won"}])[1])
    assert (graph.deals, graph.activities, graph.edges, graph.left_out) == (0, (), (), 0)
