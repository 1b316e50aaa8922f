from afteraction.analysis.practice import from_entering, from_the_start, practices


def test_who_had_the_time_does_not_depend_on_who_did_it(record, day):
    """A call comes 1 to 10 days after the start; half of the deals end so soon that there was no time for it."""
    deals, touches = [], []

    def deal(name, lasted, call=None, outcome="lost"):
        end = None if outcome == "open" else day(lasted)
        deals.append({"deal_id": name, "outcome": outcome, "created_at": day(0), "closed_at": end})
        touches.append({"deal_id": name, "activity": "begin", "at": day(0)})
        if call is not None:
            touches.append({"deal_id": name, "activity": "call", "at": day(call)})

    for n in range(1, 11):
        deal(f"did {n}", 30, call=n)
        deal(f"never {n}", 30)
        deal(f"too soon {n}", 2)
        deal(f"soon but won {n}", 2, outcome="won")
    deal("did it soon and ended", 3, call=1)
    deal("still young", 0, outcome="open")
    tables, log = record(deals=deals, touches=touches)
    call = log.activity_numbers()["call"]
    found = practices(tables, log, {call: 0, 999: 0}, from_the_start(log), now=day(5))
    assert set(found) == {call}
    assert found[call].deadline_days == 9
    assert (found[call].had_time, found[call].done) == (30, 10)
    assert (found[call].timed, found[call].median_days, found[call].after_end) == (11, 5, 0)


def test_reaching_a_later_place_means_having_had_the_time(record, day):
    deals = [{"deal_id": f"d{n}", "outcome": "open"} for n in range(4)]
    changes = [{"deal_id": f"d{n}", "stage": "A", "at": day(0)} for n in range(4)]
    changes += [{"deal_id": "d0", "stage": "B", "at": day(1)}, {"deal_id": "d1", "stage": "B", "at": day(1)}]
    touches = [
        {"deal_id": deal, "activity": "call", "at": day(at)} for deal, at in (("d1", 0.5), ("d1", 0.7), ("d2", 90))
    ]
    tables, log = record(deals=deals, stage_changes=changes, touches=touches)
    number = log.activity_numbers()
    places = {number["stage: A"]: 0, number["stage: B"]: 1}
    found = practices(tables, log, {number["call"]: 0}, from_entering(log, places), now=day(80))[number["call"]]
    assert (found.had_time, found.done, found.again) == (2, 1, 1)


def test_a_place_that_is_passed_by_counts_as_reached(record, day):
    _tables, log = record(
        deals=[{"deal_id": "d", "outcome": "lost", "closed_at": day(9)}],
        stage_changes=[{"deal_id": "d", "stage": "C", "at": day(3)}, {"deal_id": "d", "stage": "A", "at": day(5)}],
        touches=[{"deal_id": "d", "activity": "call", "at": day(4)}],
    )
    number = log.activity_numbers()
    reached = from_entering(log, {number["stage: A"]: 0, number["stage: C"]: 2})
    assert sorted((row["place"], row["at"]) for row in reached.to_pyarrow().to_pylist()) == [(0, day(3)), (2, day(3))]


def test_work_before_its_place_counts_as_done_but_not_for_the_time_it_takes(record, day):
    tables, log = record(
        deals=[{"deal_id": "d", "outcome": "lost", "closed_at": day(9)}],
        stage_changes=[{"deal_id": "d", "stage": "A", "at": day(3)}],
        touches=[{"deal_id": "d", "activity": "call", "at": day(1)}],
    )
    number = log.activity_numbers()
    found = practices(tables, log, {number["call"]: 0}, from_entering(log, {number["stage: A"]: 0}), now=day(9))[
        number["call"]
    ]
    assert (found.had_time, found.done, found.timed, found.median_days, found.deadline_days) == (1, 1, 0, None, None)


def test_what_happens_after_the_end_is_seen(record, day):
    tables, log = record(
        deals=[{"deal_id": "d", "outcome": "won", "closed_at": day(2)}],
        touches=[
            {"deal_id": "d", "activity": a, "at": day(at)}
            for a, at in (("begin", 0), ("same day", 2.5), ("kick-off", 4))
        ],
    )
    number = log.activity_numbers()
    found = practices(tables, log, dict.fromkeys(number.values(), 0), from_the_start(log), now=day(9))
    assert {name: found[n].after_end for name, n in number.items()} == {"begin": 0, "same day": 0, "kick-off": 1}
