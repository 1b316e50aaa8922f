import random

from afteraction.analysis.order import stage_order, usual_order


def entered(paths, day):
    """Stage changes of deals that take these paths, one stage a day."""
    deals = [{"deal_id": f"d{n:04}", "outcome": "open"} for n in range(len(paths))]
    changes = [
        {"deal_id": f"d{n:04}", "stage": stage, "at": day(place)}
        for n, path in enumerate(paths)
        for place, stage in enumerate(path)
    ]
    return {"deals": deals, "stage_changes": changes}


def test_stages_come_in_the_order_most_deals_take_despite_skips_and_returns(record, day):
    rng = random.Random(1)
    stages = ["Qualify", "Discover", "Demo", "Propose", "Negotiate"]
    paths = []
    for _n in range(200):
        path = [stage for stage in stages if rng.random() < 0.7]
        if rng.random() < 0.3:
            path = [*path, *path[:2]]
        if rng.random() < 0.1:
            rng.shuffle(path)
        paths.append(path)
    _tables, log = record(**entered(paths, day))
    assert stage_order(log) == tuple(stages)


def test_a_rare_late_stage_is_not_drawn_to_the_front_by_short_deals(record, day):
    paths = [["A"]] * 50 + [["A", "B", "C"]] * 10 + [["C", "Z"]] * 3
    _tables, log = record(**entered(paths, day))
    assert stage_order(log) == ("A", "B", "C", "Z")


def test_a_record_without_stage_changes_has_no_stages(record):
    _tables, log = record(deals=[{"deal_id": "a", "outcome": "won"}])
    assert stage_order(log) == ()
    assert usual_order(log, {}).usual == ()


def test_several_activities_may_stand_for_one_node_and_the_first_of_them_counts(record, day):
    touches = [
        {"deal_id": deal, "activity": activity, "at": day(n)}
        for deal, path in {"a": "cab", "b": "bd", "c": "ab"}.items()
        for n, activity in enumerate(path)
    ]
    _tables, log = record(deals=[{"deal_id": d, "outcome": "won"} for d in "abc"], touches=touches)
    numbers = log.activity_numbers()
    order = usual_order(log, {numbers["c"]: 7, numbers["b"]: 7, numbers["a"]: 3, numbers["d"]: 4})
    assert order.deals == {7: 3, 3: 2, 4: 1}
    assert order.before == {(7, 3): 1, (3, 7): 1, (7, 4): 1}
    assert order.usual.index(7) < order.usual.index(4)
