"""The simulated record: what a CRM would hold, whole and consistent."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from afteraction.errors import Refused
from afteraction.lake.schema import TABLES
from afteraction.simulate import Intervention, SimulatedRecord, default_organisation, record, simulate, simulate_chunks

DEALS = 4_000


@pytest.fixture(scope="module")
def simulated() -> SimulatedRecord:
    return simulate(default_organisation(), DEALS, 11)


@pytest.fixture(scope="module")
def frames(simulated: SimulatedRecord) -> dict[str, pd.DataFrame]:
    return {name: table.to_pandas() for name, table in simulated.tables.items()}


def test_the_same_seed_gives_the_same_record(simulated: SimulatedRecord) -> None:
    again = simulate(default_organisation(), DEALS, 11)
    assert all(again.tables[name].equals(table) for name, table in simulated.tables.items())
    assert again.latent.equals(simulated.latent)


def test_another_seed_gives_another_record(simulated: SimulatedRecord) -> None:
    other = simulate(default_organisation(), DEALS, 12)
    assert not other.tables["deals"].equals(simulated.tables["deals"])
    assert not other.tables["people"].equals(simulated.tables["people"])


def test_every_canonical_table_is_made_with_its_own_columns_and_types(simulated: SimulatedRecord) -> None:
    assert list(simulated.tables) == list(TABLES)
    for name, table in simulated.tables.items():
        canonical = TABLES[name].arrow
        assert table.schema.names[: len(canonical)] == canonical.names, name
        assert table.schema.types[: len(canonical)] == canonical.types, name
        assert TABLES[name].attributes or len(table.schema) == len(canonical), name
        assert table.num_rows > 0, name


def test_required_columns_are_filled_and_closed_lists_kept(frames: dict[str, pd.DataFrame]) -> None:
    for name, frame in frames.items():
        for column in TABLES[name].columns:
            values = frame[column.name].dropna()
            if column.required:
                assert len(values) == len(frame), (name, column.name)
            if column.values:
                assert set(values) <= set(column.values), (name, column.name)
            if column.low is not None:
                assert (values >= column.low).all(), (name, column.name)
            if column.high is not None:
                assert (values <= column.high).all(), (name, column.name)


def test_no_two_rows_share_a_key(frames: dict[str, pd.DataFrame]) -> None:
    for name, frame in frames.items():
        assert not frame.duplicated(list(TABLES[name].key)).any(), name


@pytest.mark.parametrize(
    ("table", "column", "target", "key"),
    [
        ("deals", "account_id", "accounts", "account_id"),
        ("deals", "owner", "people", "person_id"),
        ("stage_changes", "deal_id", "deals", "deal_id"),
        ("stage_changes", "actor", "people", "person_id"),
        ("touches", "deal_id", "deals", "deal_id"),
        ("touches", "actor", "people", "person_id"),
        ("touches", "person_id", "people", "person_id"),
        ("people", "account_id", "accounts", "account_id"),
        ("people", "manager", "people", "person_id"),
        ("leads", "converted_deal_id", "deals", "deal_id"),
        ("leads", "account", "accounts", "account_id"),
        ("leads", "person", "people", "person_id"),
        ("lead_changes", "lead_id", "leads", "lead_id"),
        ("lead_changes", "actor", "people", "person_id"),
        ("content_uses", "content_id", "content", "content_id"),
        ("content_uses", "deal_id", "deals", "deal_id"),
        ("content_uses", "person_id", "people", "person_id"),
        ("trigger_events", "account_id", "accounts", "account_id"),
    ],
)
def test_what_a_row_refers_to_exists(
    frames: dict[str, pd.DataFrame], table: str, column: str, target: str, key: str
) -> None:
    named = frames[table][column].dropna()
    assert len(named) > 0
    assert named.isin(frames[target][key]).all()


def test_deals_begin_before_they_end_and_nothing_is_later_than_the_record(frames: dict[str, pd.DataFrame]) -> None:
    deals, end = frames["deals"], pd.Timestamp("2026-01-01", tz="UTC")
    is_open = deals["outcome"] == "open"
    assert (deals["closed_at"].isna() == is_open).all()
    assert (deals["closed_at"] > deals["created_at"])[~is_open].all()
    for name, frame in frames.items():
        for column in frame.select_dtypes("datetimetz"):
            assert frame[column].max() < end, (name, column)


def test_a_deal_enters_its_first_stage_when_created_and_its_closing_stage_when_closed(
    frames: dict[str, pd.DataFrame],
) -> None:
    deals, changes = frames["deals"].set_index("deal_id"), frames["stage_changes"]
    first = changes.groupby("deal_id")["at"].min()
    assert (first == deals["created_at"].reindex(first.index)).all()
    closing = changes.dropna(subset="outcome").set_index("deal_id")
    ended = deals[deals["outcome"] != "open"]
    assert sorted(closing.index) == sorted(ended.index)
    assert (closing["at"] == ended["closed_at"].reindex(closing.index)).all()
    assert (closing["outcome"] == ended["outcome"].reindex(closing.index)).all()
    last_open = changes[changes["outcome"].isna()].groupby("deal_id").tail(1).set_index("deal_id")["stage"]
    assert (last_open == deals["stage"].reindex(last_open.index)).all()


def test_touches_lie_in_the_life_of_their_deal_but_for_those_logged_late(frames: dict[str, pd.DataFrame]) -> None:
    deals, touches = frames["deals"].set_index("deal_id"), frames["touches"]
    assert (touches["at"] > touches["deal_id"].map(deals["created_at"])).all()
    after = (touches["at"] > touches["deal_id"].map(deals["closed_at"])).mean()
    assert 0 < after < 0.01
    assert touches.sort_values(["deal_id", "at"], kind="stable").index.is_monotonic_increasing


def test_a_lead_moves_from_new_to_converted_or_returned_with_a_reason(frames: dict[str, pd.DataFrame]) -> None:
    leads, changes = frames["leads"].set_index("lead_id"), frames["lead_changes"]
    firsts, lasts = changes.groupby("lead_id").head(1), changes.groupby("lead_id").tail(1)
    assert set(firsts["status"]) == {"new"}
    assert len(firsts) == len(leads)
    converted = set(lasts.loc[lasts["status"] == "converted", "lead_id"])
    assert converted == set(leads.index[leads["converted_deal_id"].notna()])
    assert changes["reason"].notna().equals(changes["status"] == "returned")
    assert changes["attempt"].notna().equals(changes["status"] == "attempted")


def test_chunks_make_up_the_whole_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "BLOCK_DEALS", 700)
    organisation = default_organisation()
    chunks = list(simulate_chunks(organisation, 2_000, 3))
    whole = simulate(organisation, 2_000, 3)
    assert len(chunks) == 3
    for name, table in whole.tables.items():
        assert pa.concat_tables([chunk.tables[name] for chunk in chunks]).equals(table), name
        frame = table.to_pandas()
        assert not frame.duplicated(list(TABLES[name].key)).any(), name
    deals = whole.tables["deals"].to_pandas()
    assert deals["created_at"].is_monotonic_increasing
    assert deals["account_id"].isin(whole.tables["accounts"].to_pandas()["account_id"]).all()


def test_a_record_in_chunks_is_distributed_like_one_in_a_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    def figures() -> np.ndarray:
        made = simulate(default_organisation(), 8_000, 5, tables=["deals", "touches"])
        deals = made.tables["deals"].to_pandas()
        days = (deals["closed_at"] - deals["created_at"]).dt.total_seconds() / 86_400
        late = (deals["created_at"].dt.year == 2025).mean()
        won = (deals["outcome"] == "won").mean()
        return np.array([won, late, days.mean() / 100, made.tables["touches"].num_rows / 8_000 / 20])

    whole = figures()
    monkeypatch.setattr(record, "BLOCK_DEALS", 1_000)
    assert np.abs(figures() - whole).max() < 0.03


def test_only_the_tables_asked_for_are_made(simulated: SimulatedRecord) -> None:
    few = simulate(default_organisation(), DEALS, 11, tables=["touches", "deals"])
    assert list(few.tables) == ["deals", "touches"]
    assert few.tables["touches"].equals(simulated.tables["touches"])


def test_a_single_deal_is_a_record_too() -> None:
    alone = simulate(default_organisation(), 1, 0)
    assert alone.tables["deals"].num_rows == 1


@pytest.mark.parametrize(("deals", "seed", "tables"), [(0, 1, ["deals"]), (10, -1, ["deals"]), (10, 1, ["stages"])])
def test_what_cannot_be_simulated_is_refused(deals: int, seed: int, tables: list[str]) -> None:
    with pytest.raises(Refused):
        simulate(default_organisation(), deals, seed, tables=tables)


def test_an_intervention_in_an_unknown_step_is_refused() -> None:
    with pytest.raises(Refused, match="discovery_call"):
        simulate(default_organisation(), 10, 1, intervene=Intervention("fax", True, 10))
