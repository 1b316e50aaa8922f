"""Does what comes out look like a sales organisation?"""

import pandas as pd
import pytest

from afteraction.process.model import STAGE_ACTIVITY
from afteraction.simulate import default_organisation, simulate

DEALS = 12_000


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    made = simulate(default_organisation(), DEALS, 4, tables=["deals", "stage_changes", "touches", "leads", "people"])
    return {name: table.to_pandas() for name, table in made.tables.items()}


@pytest.fixture(scope="module")
def ended(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    deals = tables["deals"]
    deals = deals[deals["outcome"] != "open"].copy()
    deals["days"] = (deals["closed_at"] - deals["created_at"]).dt.total_seconds() / 86_400
    return deals


def test_a_quarter_of_the_deals_is_won_and_a_quarter_fades_away(ended: pd.DataFrame) -> None:
    shares = ended["outcome"].value_counts(normalize=True)
    assert 0.2 < shares["won"] < 0.3
    assert 0.2 < shares["no_decision"] < 0.3


def test_some_deals_are_still_open(tables: dict[str, pd.DataFrame]) -> None:
    assert 0.03 < (tables["deals"]["outcome"] == "open").mean() < 0.15


def test_bigger_customers_take_longer(ended: pd.DataFrame) -> None:
    days = ended[ended["outcome"] == "won"].groupby("segment")["days"].median()
    assert 50 < days["Small business"] < days["Mid-market"] < days["Enterprise"] < 130


def test_amounts_are_spread_within_and_between_segments(ended: pd.DataFrame) -> None:
    amounts = ended.groupby("segment")["amount"]
    assert amounts.median()["Enterprise"] > 5 * amounts.median()["Small business"]
    assert (amounts.quantile(0.9) > 3 * amounts.quantile(0.1)).all()


def test_a_deal_has_twelve_to_fifteen_events_of_nineteen_activities(tables: dict[str, pd.DataFrame]) -> None:
    moves = tables["stage_changes"][tables["stage_changes"]["outcome"].isna()]
    activities = set(tables["touches"]["activity"]) | {STAGE_ACTIVITY + stage for stage in moves["stage"]}
    assert len(activities) == 19
    assert 12 < (len(moves) + len(tables["touches"])) / DEALS < 15


def test_few_work_at_night_or_on_weekends(tables: dict[str, pd.DataFrame]) -> None:
    at = tables["touches"]["at"].dt
    assert (at.day_of_week >= 5).mean() < 0.03
    assert at.hour.between(8, 18).mean() > 0.95


def test_deals_are_won_at_the_end_of_a_quarter(ended: pd.DataFrame) -> None:
    months = ended.loc[ended["outcome"] == "won", "closed_at"].dt.month
    assert months.isin([3, 6, 9, 12]).sum() > 1.4 * months.isin([1, 4, 7, 10]).sum()


def test_the_business_grows(tables: dict[str, pd.DataFrame]) -> None:
    years = tables["deals"]["created_at"].dt.year.value_counts()
    assert years[2025] > 1.1 * years[2024] > 1.21 * years[2023]


def test_win_rates_of_reps_are_spread(ended: pd.DataFrame) -> None:
    by_rep = ended.groupby("owner")["outcome"].agg(lambda outcomes: (outcomes == "won").mean())
    assert 0.04 < by_rep.std() < 0.12


def test_the_crm_probability_knows_the_stage_alone(ended: pd.DataFrame) -> None:
    assert (ended.groupby("stage")["crm_probability"].nunique() == 1).all()


def test_price_is_blamed_most_often_and_only_for_deals_that_were_not_won(ended: pd.DataFrame) -> None:
    given = ended["lost_reason"].dropna()
    assert given.value_counts(normalize=True)["Price"] > 0.5
    assert not ended.loc[ended["outcome"] == "won", "lost_reason"].notna().any()


def test_close_dates_slip_and_some_deals_go_back_a_stage(tables: dict[str, pd.DataFrame]) -> None:
    assert tables["deals"]["close_date_pushes"].max() >= 3
    moves = tables["stage_changes"]
    entries = moves[moves["outcome"].isna()].groupby("deal_id")["stage"].agg(lambda stages: stages.duplicated().any())
    assert 0.01 < entries.mean() < 0.1


def test_some_deals_have_no_touch(tables: dict[str, pd.DataFrame]) -> None:
    without = 1 - tables["touches"]["deal_id"].nunique() / DEALS
    assert 0.01 < without < 0.1


def test_reps_have_teams_and_managers_who_do_their_part(tables: dict[str, pd.DataFrame]) -> None:
    people, touches = tables["people"].set_index("person_id"), tables["touches"]
    reps = people[people["role"] == "Sales rep"]
    assert reps["team"].nunique() == 6
    assert people.loc[reps["manager"], "role"].eq("Sales manager").all()
    held = touches.loc[touches["activity"] == "Executive meeting", "actor"].dropna()
    assert people.loc[held, "role"].eq("Sales manager").all()


def test_leads_come_from_campaigns_of_different_quality(tables: dict[str, pd.DataFrame]) -> None:
    rates = tables["leads"].groupby("campaign")["converted_deal_id"].agg(lambda deals: deals.notna().mean())
    assert abs(rates["Customer referrals"] - 0.75) < 0.05
    assert abs(rates["Product tour webinar"] - 0.2) < 0.03
