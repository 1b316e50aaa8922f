import pytest

from afteraction.analysis.stage_times import stage_times
from afteraction.errors import NotEnoughData


def test_times_moves_and_ends_are_counted(record, day):
    deals, changes = [], []

    def deal(name, path, outcome, ended):
        deals.append({"deal_id": name, "outcome": outcome, "closed_at": day(ended) if ended else None})
        changes.extend({"deal_id": name, "stage": stage, "at": day(at)} for stage, at in path)

    for n in range(20):
        deal(f"won{n}", [("A", 0), ("B", 10)], "won", 12 + n / 10)
    deal("back", [("A", 0), ("B", 4), ("A", 6), ("B", 7)], "lost", 8)
    deal("died", [("A", 0)], "no_decision", 5)
    deal("waits", [("A", 90)], "open", None)
    deal("stalls", [("A", 30)], "open", None)
    tables, log = record(deals=deals, stage_changes=changes)
    found = stage_times(tables, log, now=day(100))
    first, second = found.stages
    assert (first.stage, second.stage) == ("A", "B")
    assert (first.deals, first.duration.n, first.duration.over) == (24, 25, 23)
    assert first.duration.median.days == 10
    assert first.by_outcome["won"].n == 20
    assert (first.entered_again.count, first.entered_again.n) == (1, 24)
    assert (first.died.count, first.died.n) == (1, 23)
    assert (second.moved_back.count, second.moved_back.n) == (1, 1)
    assert (second.died.count, second.died.n) == (1, 22)
    assert (found.moved_back.count, found.moved_back.n) == (1, 23)
    assert (first.stalled.days, first.stalled.deals.count, first.stalled.deals.n) == (10, 1, 2)
    assert second.stalled.deals is None, "nothing waits in B"


def test_few_won_deals_do_not_tell_what_is_slow(record, day):
    tables, log = record(
        deals=[{"deal_id": "a", "outcome": "won", "closed_at": day(3)}],
        stage_changes=[{"deal_id": "a", "stage": "A", "at": day(0)}],
    )
    (only,) = stage_times(tables, log, now=day(3)).stages
    assert only.stalled is only.moved_back is None
    assert only.duration.median.days == pytest.approx(3)


def test_no_stage_changes_are_not_enough_data(record, day):
    tables, log = record(deals=[{"deal_id": "a", "outcome": "won"}])
    assert isinstance(stage_times(tables, log, now=day(1)), NotEnoughData)
    assert isinstance(stage_times(*record(), now=None), NotEnoughData)
