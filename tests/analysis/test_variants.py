import pytest

from afteraction.analysis.variants import variants
from afteraction.errors import NotEnoughData


def deals_with(sequences, day):
    """Deals from `sequence of letters: outcomes of the deals that took it`; each letter is a touch a day later."""
    deals, touches = [], []
    for sequence, outcomes in sequences.items():
        for number, outcome in enumerate(outcomes):
            deal = f"{sequence}{number}"
            end = None if outcome == "open" else day(len(sequence) + number)
            deals.append({"deal_id": deal, "outcome": outcome, "created_at": day(0), "closed_at": end})
            touches += [{"deal_id": deal, "activity": a, "at": day(n)} for n, a in enumerate(sequence)]
    return {"deals": deals, "touches": touches}


def test_variants_are_counted_and_described(record, day):
    sequences = {
        "ab": ["won"] * 3 + ["lost"] * 2,
        "ba": ["won", "open"],
        "a": ["lost"] * 2,
        "abc": ["won"],
        "": ["lost"],
    }
    found = variants(*record(**deals_with(sequences, day)), show=2)
    assert (found.deals, found.without_events, found.variants) == (10, 1, 4)
    assert (found.half, found.four_fifths, found.once, found.longest) == (1, 3, 1, 3)
    first, second = found.top
    assert (first.activities, first.deals, first.median_days) == (("a", "b"), 5, 4.0)
    assert (first.share.count, first.share.n) == (5, 10)
    assert (first.win_rate.count, first.win_rate.n) == (3, 5)
    assert second.deals == 2


def test_a_variant_of_open_deals_has_no_win_rate(record, day):
    (only,) = variants(*record(**deals_with({"ab": ["open"]}, day))).top
    assert only.win_rate is only.median_days is None


@pytest.mark.parametrize("deals", [[], [{"deal_id": "a", "outcome": "won"}]])
def test_no_events_are_not_enough_data(record, deals):
    assert isinstance(variants(*record(deals=deals)), NotEnoughData)
