"""Which accounts to call next, on invented accounts whose truth is known. benchmarks/truth_listening has the whole."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.listening_records import record_of
from benchmarks.listening_worlds import Acting, listening_world
from benchmarks.truth_listening import NOTHING, PLANTED, lifts_of

from afteraction.analysis.account_acting import ActingPaid, acting_paid
from afteraction.analysis.account_lift import lift_curve
from afteraction.analysis.account_moments import events_at, known_at, moments
from afteraction.analysis.account_propensity import Backtest, Learned, Opinion, backtest, learn, rank_accounts
from afteraction.analysis.account_record import AccountRecord, account_record, dated
from afteraction.errors import NotEnoughData, Refused

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def _table(**columns: list[object]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.timestamp("us", "UTC") if name.endswith("at") else None)
                     for name, values in columns.items()})  # fmt: skip


def _small(
    events: list[tuple[str, str, int, float | None]], deals: list[tuple[str, int, int | None, str]]
) -> AccountRecord:
    ago = [NOW - timedelta(days=days) for _account, _kind, days, _sure in events]
    return account_record(
        pa.table({"account_id": ["a", "b", "c"], "segment": ["x", None, "y"], "size": ["12", "340", None]}),
        _table(
            account_id=[each[0] for each in deals],
            created_at=[NOW - timedelta(days=each[1]) for each in deals],
            closed_at=[None if each[2] is None else NOW - timedelta(days=each[2]) for each in deals],
            outcome=[each[3] for each in deals],
        ),
        _table(account_id=["b"], at=[NOW - timedelta(days=4)]),
        _table(
            account_id=[e[0] for e in events], kind=[e[1] for e in events], at=ago, confidence=[e[3] for e in events]
        ),
        NOW,
    )


def test_what_is_left_of_events_fades_by_age_and_confidence_and_several_count_as_the_chance_that_any_holds() -> None:
    record = _small(
        [("a", "funding", 60, 1.0), ("a", "funding", 0, 0.5), ("b", "funding", -3, 1.0)], [("a", 90, 10, "won")]
    )
    left = events_at(record, np.array([0, 1]), np.full(2, record.end))
    assert left[0, 0, 1] == pytest.approx(1 - (1 - 0.5) * (1 - 0.5))
    assert not left[1].any(), "what is after now is not on record"


def test_nothing_after_a_moment_is_known_at_it() -> None:
    whole = record_of(listening_world(np.random.default_rng(2), 300, PLANTED))
    day = 600.0
    before = {name: getattr(whole, name).at <= day for name in ("opened", "ended", "touches", "events")}
    past = replace(
        whole,
        **{name: dated(getattr(whole, name).account[kept], getattr(whole, name).at[kept], len(whole))[0]
           for name, kept in before.items()},
        closing=whole.closing[before["opened"]], won=whole.won[before["ended"]],
        kind=whole.kind[before["events"]], confidence=whole.confidence[before["events"]],
    )  # fmt: skip
    rows, at = np.arange(300), np.full(300, day)
    assert np.array_equal(events_at(whole, rows, at), events_at(past, rows, at))
    for name, values in known_at(whole, rows, at).numbers.items():
        assert np.array_equal(values, known_at(past, rows, at).numbers[name])


def test_an_account_with_an_open_deal_is_no_moment_to_learn_from_and_a_win_counts_once_over_its_horizons() -> None:
    record = _small([("a", "funding", 700, 1.0)], [("a", 690, 660, "won"), ("b", 300, None, "open")])
    every = moments(record, 0.0, record.end, 180.0, np.random.default_rng(0))
    assert not np.any((every.account == 1) & (every.at >= record.end - 300))
    assert every.weight[(every.account == 0) & every.bought].sum() <= 1.0


def test_a_table_without_a_needed_column_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="confidence"):
        account_record(
            pa.table({"account_id": ["a"]}),
            _table(account_id=[], created_at=[], closed_at=[], outcome=[]),
            _table(account_id=[], at=[]),
            _table(account_id=[], kind=[], at=[]),
            NOW,
        )


def test_before_there_is_enough_history_chances_are_an_opinion_that_says_what_is_missing() -> None:
    record = _small(
        [("a", "contract_end", 5, 1.0), ("b", "layoffs", 5, 1.0), ("c", "unheard_of", 5, 1.0)], [("a", 90, 10, "won")]
    )
    ranking = rank_accounts(record, np.random.default_rng(0))
    assert isinstance(ranking.basis, Opinion)
    assert "days" in ranking.basis.why.needed
    assert [each.account_id for each in ranking.accounts] == ["a", "c", "b"]
    first = ranking.accounts[0]
    assert first.low is None
    assert first.high is None
    assert first.reasons[0].startswith("Contract end 5 days ago raises the chance")


def test_the_top_tenth_is_within_a_tenth_of_the_oracle_and_reasons_add_up_to_the_chance() -> None:
    rng = np.random.default_rng(7)
    world = listening_world(rng, 6_000, PLANTED)
    record = record_of(world)
    tested = backtest(record, rng)
    assert isinstance(tested, Backtest)
    found = lifts_of(world, tested, rng)
    assert found.ours > 0.9 * found.oracle
    ranking = rank_accounts(record, rng, only=np.arange(200))
    assert isinstance(ranking.basis, Learned)
    assert ranking.basis.claims_lift
    verdicts = {each.kind: each.verdict for each in ranking.basis.kinds}
    assert verdicts["leadership_change"] == verdicts["funding"] == "more"
    assert [each.chance for each in ranking.accounts] == sorted(
        (each.chance for each in ranking.accounts), reverse=True
    )
    model = ranking.basis.model
    at = np.full(200, record.end)
    mean = sum(part.logits for part in model.parts(record, np.arange(200), at))
    logits, average = model.event_logits(record, np.arange(200), at)
    start = float(model.average @ model.fit.beta)
    assert start + mean + logits.sum(axis=1) - average == pytest.approx(model.logits(record, np.arange(200), at)[0])


def test_no_lift_and_no_kind_is_claimed_where_nothing_was_planted() -> None:
    rng = np.random.default_rng(11)
    for _world in range(2):
        learned = learn(record_of(listening_world(rng, 2_000, NOTHING, fit=0.0)), rng)
        assert isinstance(learned, Learned)
        assert not learned.claims_lift
        assert not learned.claims_events
        assert {each.verdict for each in learned.kinds} == {"cant_tell"}


def test_the_interval_of_a_lift_holds_the_truth() -> None:
    rng = np.random.default_rng(3)
    chance = np.repeat(rng.beta(1, 20, 3_000), 2)
    account, cohort = np.repeat(np.arange(3_000), 2), np.tile([0, 1], 3_000)
    held = []
    for _round in range(60):
        bought = rng.random(6_000) < chance
        point = lift_curve(chance, bought, account, cohort, rng)[1]
        top = chance >= np.quantile(chance, 0.9)
        held.append(point.lift.low <= chance[top].mean() / chance.mean() <= point.lift.high)
    assert np.mean(held) >= 0.9


def test_acting_that_helps_is_found_and_acting_where_accounts_buy_anyway_is_not_credited() -> None:
    rng = np.random.default_rng(1)
    helped = listening_world(rng, 4_000, PLANTED, acting=Acting(effect=1.5, confounding=1.0))
    found = acting_paid(record_of(helped), helped.act_account, helped.act_at, rng)
    assert isinstance(found, ActingPaid)
    assert found.verdict == "helps"
    assert found.e_value is not None
    idle = listening_world(rng, 4_000, PLANTED, acting=Acting(confounding=1.0))
    found = acting_paid(record_of(idle), idle.act_account, idle.act_at, rng)
    assert isinstance(found, ActingPaid)
    assert found.low <= 0 <= found.high
    assert abs(found.effect) < abs(found.naive)


def test_whether_acting_pays_is_refused_where_nobody_acted_or_nobody_else_did() -> None:
    rng = np.random.default_rng(1)
    world = listening_world(rng, 1_000, PLANTED, acting=Acting(always=True))
    record = record_of(world)
    for account, at in ((world.act_account[:0], world.act_at[:0]), (world.act_account, world.act_at)):
        assert isinstance(acting_paid(record, account, at, rng), NotEnoughData)
