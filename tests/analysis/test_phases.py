from afteraction.analysis.order import usual_order
from afteraction.analysis.phases import phases, stage_of_work


def log_of(record, day, paths):
    """The log of deals with these paths; names that begin with a capital are stages, others touches."""
    deals, touches, changes = [], [], []
    for number, path in enumerate(paths):
        deals.append({"deal_id": f"d{number:04}", "outcome": "open"})
        for place, name in enumerate(path):
            event = {"deal_id": f"d{number:04}", "at": day(place)}
            if name[0].isupper():
                changes.append(event | {"stage": name})
            else:
                touches.append(event | {"activity": name})
    _tables, log = record(deals=deals, touches=touches, stage_changes=changes)
    return log, {name.removeprefix("stage: "): number for name, number in log.activity_numbers().items()}


FUNNEL = (
    [["ask"]] * 40
    + [["ask", "mail"]] * 20
    + [["ask", "mail", "offer", "call"]] * 20
    + [["ask", "offer", "call", "mail", "order", "pay", "thank"]] * 15
    + [["ask", "offer", "call", "order", "thank", "pay"]] * 5
)


def test_phases_begin_where_deals_are_left_behind(record, day):
    log, number = log_of(record, day, FUNNEL)
    found = phases(usual_order(log, {n: n for n in number.values()}), len(FUNNEL))
    assert found.gates == (number["offer"], number["order"])
    phase_of = {name: found.place[n] for name, n in number.items()}
    assert phase_of == {"ask": 0, "mail": 0, "offer": 1, "call": 1, "order": 2, "pay": 2, "thank": 2}


def test_work_without_order_has_one_phase(record, day):
    paths = [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"], ["a"], ["b"], ["c", "b"]] * 10
    log, number = log_of(record, day, paths)
    found = phases(usual_order(log, {n: n for n in number.values()}), len(paths))
    assert found.gates == ()
    assert set(found.place.values()) == {0}


def test_work_that_every_deal_has_makes_no_funnel(record, day):
    log, number = log_of(record, day, [["a", "b", "c", "d"]] * 30)
    assert phases(usual_order(log, {n: n for n in number.values()}), 30).gates == ()


def test_the_stage_of_work_is_the_one_entered_last_before_it_was_first_done(record, day):
    paths = [["A", "call", "B", "call", "demo"]] * 3 + [["mail", "A", "B", "demo", "A", "call"]] * 2
    log, number = log_of(record, day, paths)
    work = [number[name] for name in ("call", "demo", "mail")]
    found = stage_of_work(log, {number["A"]: 0, number["B"]: 1}, work)
    assert found == {number["call"]: {0: 5}, number["demo"]: {1: 5}}
    assert stage_of_work(log, {}, work) == {}
