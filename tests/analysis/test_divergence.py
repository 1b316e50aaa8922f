import numpy as np
import pytest

from afteraction.analysis.divergence import divergences
from afteraction.errors import NotEnoughData


def organisation(day, seed, helps):
    """1,500 deals: the lost ones die early, the won ones live long; a demo comes at any time of a deal's life.

    With `helps`, most deals that are won later have their demo early.
    """
    rng = np.random.default_rng(seed)
    deals, touches = [], []
    for n in range(1500):
        won = rng.random() < 0.3
        lived = rng.gamma(4, 15) if won else rng.exponential(20)
        demo = rng.exponential(8 if won and helps else 40)
        deals.append(
            {"deal_id": f"d{n}", "outcome": "won" if won else "lost", "created_at": day(0), "closed_at": day(lived)}
        )
        touches.append({"deal_id": f"d{n}", "activity": "kick-off" if won else "goodbye", "at": day(lived)})
        if demo < lived:
            touches += [{"deal_id": f"d{n}", "activity": "demo", "at": day(demo + again)} for again in (0, 0.01)]
    return {"deals": deals, "touches": touches}


def test_an_activity_without_effect_looks_strong_over_whole_lives_and_not_at_landmarks(record, day):
    found = divergences(*record(**organisation(day, 1, helps=False)))
    by_name = {each.name: each for each in found.found}
    assert by_name["demo"].naive_difference.low > 0.25, "deals that live longer have had the time for a demo"
    assert len(by_name["demo"].comparisons) == 3
    assert all(c.difference.low < 0 < c.difference.high and not c.clear for c in by_name["demo"].comparisons)
    assert by_name["demo"].clearness == 0


def test_what_follows_the_decision_never_parts_deals(record, day):
    found = divergences(*record(**organisation(day, 2, helps=False)))
    kick_off = next(each for each in found.found if each.name == "kick-off")
    assert (kick_off.naive_won.value, kick_off.naive_others.value) == (1.0, 0.0)
    assert all(c.won.count == c.others.count == 0 for c in kick_off.comparisons)


def test_an_activity_that_later_won_deals_have_early_is_found(record, day):
    first = divergences(*record(**organisation(day, 3, helps=True))).found[0]
    assert first.name == "demo"
    assert first.clearness > 0.1
    assert any(c.clear and c.difference.low > 0 for c in first.comparisons)


def test_counts_are_those_of_a_loop_over_deals(record, day):
    rows = organisation(day, 4, helps=True)
    found = divergences(*record(**rows))
    demo = next(each for each in found.found if each.name == "demo")
    first = {}
    for touch in rows["touches"]:
        if touch["activity"] == "demo":
            first[touch["deal_id"]] = min(touch["at"], first.get(touch["deal_id"], touch["at"]))
    for comparison in demo.comparisons:
        still_open = [d for d in rows["deals"] if d["closed_at"] > day(comparison.day)]
        won = [first.get(d["deal_id"], day(999)) <= day(comparison.day) for d in still_open if d["outcome"] == "won"]
        lost = [first.get(d["deal_id"], day(999)) <= day(comparison.day) for d in still_open if d["outcome"] == "lost"]
        assert (comparison.won.count, comparison.won.n) == (sum(won), len(won))
        assert (comparison.others.count, comparison.others.n) == (sum(lost), len(lost))


def test_steps_may_be_compared_instead_of_activities(record, day):
    found = divergences(
        *record(**organisation(day, 5, helps=True)), steps={"Show it": ["demo", "webinar"], "No": ["x"]}
    )
    assert [each.name for each in found.found] == ["Show it"]


def test_others_may_be_deals_without_decision(record, day):
    rows = organisation(day, 6, helps=False)
    rows["deals"] = [d | {"outcome": "no_decision"} if d["outcome"] == "lost" else d for d in rows["deals"]]
    tables, log = record(**rows)
    assert isinstance(divergences(tables, log), NotEnoughData)
    assert divergences(tables, log, against=("lost", "no_decision")).others > 1000


def test_deals_that_end_on_the_day_they_begin_cannot_be_compared(record, day):
    deals = [
        {"deal_id": f"d{n}", "outcome": ["won", "lost"][n % 2], "created_at": day(0), "closed_at": day(0.5)}
        for n in range(100)
    ]
    found = divergences(*record(deals=deals, touches=[{"deal_id": "d1", "activity": "a", "at": day(0)}]))
    assert isinstance(found, NotEnoughData)
    assert "too soon" in found.reason


@pytest.mark.parametrize("outcome", ["won", "lost", "open"])
def test_one_class_alone_is_not_enough_data(record, day, outcome):
    deals = [{"deal_id": f"d{n}", "outcome": outcome, "created_at": day(0)} for n in range(50)]
    assert isinstance(divergences(*record(deals=deals)), NotEnoughData)
