"""Real exports are read completely."""

import duckdb
import pytest

from afteraction.ingest.sources import ROW, read_sources

ROWS = {
    "maven_crm": {"sales_pipeline.csv": 8_800, "accounts.csv": 85, "products.csv": 7, "sales_teams.csv": 35},
    "salvirt_b2b": {"Salvirt_B2B_ML_dataset.csv": 448},
    "olist_funnel": {
        "olist_marketing_qualified_leads_dataset.csv": 8_000,
        "olist_closed_deals_dataset.csv": 842,
        "olist_sellers_dataset.csv": 3_095,
    },
    "salesforce_devorg_export": {
        "Opportunity.csv": 31,
        "OpportunityHistory.csv": 62,
        "Lead.csv": 22,
        "Account.csv": 12,
        "Campaign.csv": 4,
        "Contact.csv": 20,
    },
    "fivetran_seeds": {
        "salesforce/sf_opportunity_data.csv": 10,
        "salesforce/sf_opportunity_history_data.csv": 10,
        "hubspot/deal_data.csv": 44,
        "hubspot/deal_property_history_data.csv": 100,
        "hubspot/deal_stage_data.csv": 14,
        "hubspot/deal_pipeline_stage_data.csv": 71,
    },
    "hubspot_pipedrive_api_fixtures": {
        "hubspot_mock_data.json: mock_deals_data": 2,
        "hubspot_mock_data.json: mock_companies_data": 2,
        "hubspot_mock_data.json: mock_contacts_with_history": 2,
        "hubspot_mock_data.json: mock_contacts_properties": 283,
        "pipedrive_recents_response_with_null.json": 3,
    },
}


@pytest.mark.parametrize("folder", ROWS)
def test_every_row_of_a_real_export_is_read(shared_data, tmp_path, folder):
    sheets = {sheet.name: sheet for sheet in read_sources([shared_data / folder], tmp_path)}
    assert ROWS[folder].items() <= {name: sheet.rows for name, sheet in sheets.items()}.items()
    problems = [problem for sheet in sheets.values() for problem in sheet.problems]
    assert [problem for problem in problems if "the same content as" not in problem.found] == []
    for sheet in sheets.values():
        distinct, filled = duckdb.sql(f"SELECT count(DISTINCT {ROW}), count({ROW}) FROM '{sheet.spool}'").fetchone()
        assert distinct == filled == sheet.rows


def test_the_pipeline_has_its_known_outcomes(shared_data, tmp_path):
    (pipeline,) = read_sources([shared_data / "maven_crm" / "sales_pipeline.csv"], tmp_path)
    counts = duckdb.sql(f"SELECT deal_stage, count(*), min({ROW}) FROM '{pipeline.spool}' GROUP BY ALL").fetchall()
    assert {stage: number for stage, number, _ in counts} == {
        "Won": 4_238, "Lost": 2_473, "Engaging": 1_589, "Prospecting": 500,
    }  # fmt: skip
    assert min(row for *_, row in counts) == 2


def test_a_real_event_log_is_read_with_its_attributes(shared_data, tmp_path):
    traces, events = read_sources([shared_data / "bpic2012" / "bpic2012.xes.gz"], tmp_path)
    assert (traces.rows, events.rows) == (13_087, 262_200)
    assert traces.problems == events.problems == ()
    assert set(traces.columns) == {"concept:name", "REG_DATE", "AMOUNT_REQ"}
    assert set(events.columns) == {
        "case:concept:name", "concept:name", "time:timestamp", "lifecycle:transition", "org:resource",
    }  # fmt: skip
    found = duckdb.sql(
        'SELECT count(DISTINCT "case:concept:name"), count(DISTINCT ("concept:name", "lifecycle:transition")), '
        f'count(DISTINCT "org:resource"), count(*) FILTER ("time:timestamp" IS NULL) FROM \'{events.spool}\''
    ).fetchone()
    assert found == (13_087, 36, 68, 0)
