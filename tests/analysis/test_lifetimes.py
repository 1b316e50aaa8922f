from afteraction.analysis.lifetimes import lifetimes


def test_a_deal_starts_and_ends_with_what_is_best_known(record, day):
    tables, log = record(
        deals=[
            {"deal_id": "dated", "outcome": "won", "created_at": day(1), "closed_at": day(9)},
            {"deal_id": "moved", "outcome": "lost"},
            {"deal_id": "touched", "outcome": "no_decision"},
            {"deal_id": "backwards", "outcome": "won", "created_at": day(5), "closed_at": day(4)},
            {"deal_id": "open", "outcome": "open", "created_at": day(2), "closed_at": day(3)},
            {"deal_id": "unknown", "outcome": "won"},
        ],
        touches=[
            {"deal_id": deal, "activity": "call", "at": day(at)}
            for deal, at in (("dated", 0), ("moved", 2), ("touched", 2), ("touched", 6))
        ],
        stage_changes=[{"deal_id": "moved", "stage": "Lost", "at": day(8), "outcome": "lost"}],
    )
    found = {row["deal_id"]: row for row in lifetimes(tables, log).to_pyarrow().to_pylist()}
    assert {name: (row["started_at"], row["ended_at"]) for name, row in found.items()} == {
        "dated": (day(1), day(9)),
        "moved": (day(2), day(8)),
        "touched": (day(2), day(6)),
        "backwards": (day(5), day(5)),
        "open": (day(2), None),
        "unknown": (None, None),
    }
