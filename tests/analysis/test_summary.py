from afteraction.analysis.summary import summarise, time_span


def test_a_record_is_counted(record, day):
    tables, log = record(
        deals=[
            {"deal_id": "a", "outcome": "won", "owner": "ann", "account_id": "x", "created_at": day(1), "region": "n"},
            {"deal_id": "b", "outcome": "open", "owner": "ann", "account_id": " ", "created_at": day(2)},
            {"deal_id": "c", "outcome": "lost", "owner": "bob", "closed_at": day(40)},
        ],
        touches=[{"deal_id": "a", "activity": "call", "at": day(3)}],
        stage_changes=[
            {"deal_id": "a", "stage": "Discover", "at": day(0.5)},
            {"deal_id": "b", "stage": "Won", "at": day(50), "outcome": "won"},
        ],
        accounts=[{"account_id": "x"}, {"account_id": "y"}],
        leads=[{"lead_id": "l", "created_at": day(-9)}],
        lead_changes=[{"lead_id": "l", "status": "new", "at": day(700)}],
        lead_touches=[{"touch_id": "t", "lead_id": "l", "activity": "Visit", "at": day(800)}],
        trigger_events=[{"event_id": "e", "kind": "funding", "at": day(900)}],
    )
    summary = summarise(tables, log, version=7)
    assert (summary.version, summary.deals, summary.events) == (7, 3, 2)
    assert summary.outcomes == {"open": 1, "won": 1, "lost": 1, "no_decision": 0}
    assert (summary.ended, summary.owners, summary.people, summary.leads) == (2, 2, 0, 1)
    assert (summary.from_, summary.to) == (day(0.5), day(50)), "leads and the market have times of their own"
    assert time_span(tables) == (day(-9), day(800))
    assert (summary.with_events.count, summary.with_events.n) == (1, 3)
    assert summary.with_stage_changes.count == 1, "a stage change that means an outcome is no event"
    columns = {(c.table, c.column): c for c in summary.columns}
    assert columns["deals", "region"].attribute
    assert columns["deals", "account_id"].filled == 1, "a blank text is no value"
    assert not summary.has("deals", "amount")
    assert not summary.has("deals", "nonsense")


def test_an_empty_record_has_no_times_and_no_shares(record):
    summary = summarise(*record(), version=1)
    assert (summary.deals, summary.events, summary.accounts) == (0, 0, 0)
    assert summary.from_ is summary.to is summary.with_events is summary.with_stage_changes is None
    assert not any(column.present for column in summary.columns)
