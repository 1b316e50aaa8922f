from afteraction.analysis.visits import stage_visits


def test_a_stay_ends_with_the_next_stage_or_with_the_deal(record, day):
    tables, log = record(
        deals=[
            {"deal_id": "won", "outcome": "won", "closed_at": day(9)},
            {"deal_id": "opened again", "outcome": "open"},
            {"deal_id": "closed by its stage", "outcome": "lost"},
        ],
        stage_changes=[
            {"deal_id": "won", "stage": "A", "at": day(0)},
            {"deal_id": "won", "stage": "B", "at": day(3)},
            {"deal_id": "won", "stage": "B", "at": day(4)},
            {"deal_id": "won", "stage": "Won", "at": day(9), "outcome": "won"},
            {"deal_id": "opened again", "stage": "A", "at": day(0)},
            {"deal_id": "opened again", "stage": "Lost", "at": day(2), "outcome": "lost"},
            {"deal_id": "opened again", "stage": "A", "at": day(5)},
            {"deal_id": "closed by its stage", "stage": "A", "at": day(0)},
            {"deal_id": "closed by its stage", "stage": "Lost", "at": day(7), "outcome": "lost"},
        ],
    )
    rows = stage_visits(tables, log).to_pyarrow().to_pylist()
    found = {(r["deal_id"], r["stage"], r["entered_at"]): (r["left_at"], r["next_stage"]) for r in rows}
    assert found == {
        ("won", "A", day(0)): (day(3), "B"),
        ("won", "B", day(3)): (day(9), None),
        ("opened again", "A", day(0)): (day(2), None),
        ("opened again", "A", day(5)): (None, None),
        ("closed by its stage", "A", day(0)): (day(7), None),
    }


def test_a_record_without_stage_changes_has_no_stays(record):
    tables, log = record(deals=[{"deal_id": "a", "outcome": "won"}])
    assert stage_visits(tables, log).to_pyarrow().num_rows == 0
