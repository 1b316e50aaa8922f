"""Real files, counted by hand in the description of the data."""

from pathlib import Path

import pytest
from tests.ingest.installation import Installation

from afteraction.errors import Refused


def test_maven_crm_is_understood_without_a_mapping(shared_data: Path, installation: Installation) -> None:
    report = installation.imports(shared_data / "maven_crm")
    assert report.refusals is None
    assert installation.rows("SELECT outcome, stage, count(*) FROM deals GROUP BY ALL ORDER BY ALL") == [
        ("lost", "Lost", 2473),
        ("open", "Engaging", 1589),
        ("open", "Prospecting", 500),
        ("won", "Won", 4238),
    ]
    assert installation.rows("SELECT count(*) FROM accounts") == [(85,)]
    assert installation.rows("SELECT count(*), count(team), count(manager) FROM people") == [(35, 35, 35)]
    assert installation.rows("SELECT count(*) FROM deals WHERE created_at IS NULL") == [(500,)]
    assert installation.rows("SELECT count(*) FROM deals WHERE account_id IS NULL") == [(1425,)]
    unused = {use.name: use.reason for use in report.sheets if not use.tables}
    assert unused == {"products.csv": "no table of the record fits what its rows stand for"}
    assert any("amount is 0 or empty in all 2,473 lost deals" in warning for warning in report.warnings)


def test_bpic2012_is_understood_without_a_mapping(shared_data: Path, installation: Installation) -> None:
    report = installation.imports(shared_data / "bpic2012")
    assert report.refusals is None
    assert installation.rows("SELECT outcome, count(*) FROM deals GROUP BY ALL ORDER BY ALL") == [
        ("lost", 7635),
        ("no_decision", 2807),
        ("open", 399),
        ("won", 2246),
    ]
    assert {(one.activity, one.outcome, one.events) for one in report.set_apart} == {
        ("A_ACTIVATED", "won", 2246),
        ("A_APPROVED", "won", 2246),
        ("A_REGISTERED", "won", 2246),
        ("A_DECLINED", "lost", 7635),
        ("A_CANCELLED", "no_decision", 2807),
    }
    assert report.tables["touches"].new + sum(one.events for one in report.set_apart) == 262_200
    assert installation.rows("SELECT count(DISTINCT activity) FROM touches") == [(36 - 5,)]
    assert installation.rows("SELECT count(*) FROM deals WHERE (closed_at IS NULL) <> (outcome = 'open')") == [(0,)]


def test_the_salesforce_export_is_recognised(shared_data: Path, installation: Installation) -> None:
    report = installation.imports(shared_data / "salesforce_devorg_export")
    assert report.refusals is None
    assert all(use.recognised.startswith("Salesforce ") for use in report.sheets)
    assert {table: counts.new for table, counts in report.tables.items()} == {
        "deals": 31,
        "stage_changes": 31,
        "accounts": 12,
        "people": 20,
        "leads": 22,
    }
    assert report.sheets[5].left_out == {"stage_changes: stage as before": 31}
    assert installation.rows("SELECT outcome, count(*) FROM deals GROUP BY ALL ORDER BY ALL") == [
        ("open", 13),
        ("won", 18),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "deals"),
    [("fivetran_seeds/salesforce", 10), ("fivetran_seeds/hubspot", 44), ("hubspot_pipedrive_api_fixtures", 2)],
)
def test_samples_of_crm_tables_are_recognised(
    shared_data: Path, installation: Installation, folder: str, deals: int
) -> None:
    report = installation.imports(shared_data / folder)
    assert report.tables["deals"].new == deals
    again = installation.imports(shared_data / folder)
    assert all(counts.new == counts.changed == 0 for counts in again.tables.values())


def test_olist_leads_find_the_deals_they_became(shared_data: Path, installation: Installation) -> None:
    installation.imports(shared_data / "olist_funnel")
    assert installation.rows("SELECT outcome, count(*), count(DISTINCT owner) FROM deals GROUP BY ALL") == [
        ("won", 842, 22)
    ]
    assert installation.rows("SELECT count(*), count(converted_deal_id) FROM leads") == [(8000, 842)]
    assert installation.rows("SELECT count(*) FROM leads l JOIN deals d ON d.deal_id = l.converted_deal_id") == [(842,)]


def test_salvirt_has_no_ids_and_says_so(shared_data: Path, installation: Installation) -> None:
    path = shared_data / "salvirt_b2b"
    with pytest.raises(Refused, match="no column tells deals apart"):
        installation.imports(path)
    installation.imports(path, mapping_file=installation.home.mappings / "salvirt_b2b.toml")
    assert installation.rows("SELECT outcome, count(*) FROM deals GROUP BY ALL ORDER BY ALL") == [
        ("lost", 221),
        ("won", 227),
    ]
