"""Mapping files in use: drafts given back, corrected, accepted; what they leave unsaid is told or refused."""

from pathlib import Path

import pytest
from tests.ingest.installation import Files, Installation

from afteraction.errors import Refused
from afteraction.ingest import Draft

PIPELINE = """
opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
O1,Ann,Basic,Acme,Won,2024-01-02,2024-02-01,100
O2,Bob,Pro,Initech,Lost,2024-01-03,2024-02-09,0
O3,Ann,Pro,Acme,Engaging,2024-01-04,,
O4,Bob,Basic,,Prospecting,,,
"""


def test_a_drafted_mapping_does_the_same_when_it_is_given_back(files: Files, installation: Installation) -> None:
    path = files.write("sales_pipeline.csv", PIPELINE)
    first = installation.imports(path)
    again = installation.imports(path, mapping_file=first.mapping)
    assert again.tables["deals"].same == 4
    assert again.draft is None


def test_corrections_in_the_mapping_file_are_followed(files: Files, installation: Installation) -> None:
    path = files.write("sales_pipeline.csv", PIPELINE)
    mapping = installation.imports(path).mapping
    assert mapping
    corrected = mapping.with_name("mine.toml")
    text = mapping.read_text(encoding="utf-8").replace('Prospecting = "open"', 'Prospecting = "no_decision"')
    corrected.write_text(
        text.replace('product = "product"', 'product = {column = "product", values = {Pro = "Professional"}}')
    )
    report = installation.imports(path, mapping_file=corrected)
    assert report.tables["deals"].changed == 3
    assert installation.rows("SELECT outcome, product FROM deals WHERE deal_id IN ('O3', 'O4') ORDER BY 1") == [
        ("no_decision", "Basic"),
        ("open", "Professional"),
    ]


def test_a_draft_that_someone_corrected_is_never_overwritten(files: Files, installation: Installation) -> None:
    path = files.write("sales_pipeline.csv", PIPELINE)
    mapping = installation.imports(path).mapping
    assert mapping
    mapping.write_text(mapping.read_text() + "# mine\n")
    second = installation.imports(path).mapping
    assert second == mapping.with_name("sales_pipeline-2.toml")
    assert installation.imports(path).mapping == second


def test_a_mapping_file_must_speak_of_every_sheet_that_is_not_known(files: Files, installation: Installation) -> None:
    pipeline = files.write("sales_pipeline.csv", PIPELINE)
    mapping = installation.imports(pipeline).mapping
    other = files.write("products.csv", "product,price\nBasic,5\n")
    with pytest.raises(Refused, match=r"says nothing of products\.csv"):
        installation.imports(pipeline, other, mapping_file=mapping)


def test_a_mapping_file_is_checked_against_the_columns(files: Files, installation: Installation) -> None:
    pipeline = files.write("sales_pipeline.csv", PIPELINE)
    mapping = installation.imports(pipeline).mapping
    assert mapping
    mapping.write_text(mapping.read_text().replace('"sales_agent"', '"sales_agnt"'))
    with pytest.raises(Refused, match=r"has no column 'sales_agnt'; did you mean 'sales_agent'\?"):
        installation.imports(pipeline, mapping_file=mapping)


def test_columns_that_the_mapping_file_does_not_name_are_told(
    files: Files, installation: Installation, tmp_path: Path
) -> None:
    path = files.write("sales_pipeline.csv", PIPELINE)
    mapping = tmp_path / "small.toml"
    mapping.write_text(
        """
[[sheet]]
name = "*pipeline*"
[[sheet.fill]]
table = "deals"
[sheet.fill.columns]
deal_id = "opportunity_id"
outcome = {column = "deal_stage", values = {Won = "won", Lost = "lost"}, otherwise = "open"}
[sheet.left_out]
product = "we do not need it"
"""
    )
    report = installation.imports(path, mapping_file=mapping)
    left_out = report.sheets[0].columns_left_out
    assert left_out["product"] == "we do not need it"
    assert left_out["account"] == "not named in the mapping file"
    assert report.tables["deals"].new == 4


def test_whoever_is_asked_decides_whether_a_draft_is_used(files: Files, installation: Installation) -> None:
    path = files.write("deals.csv", "Seller,Status,Source\nAnn,Won,Web\nBob,Lost,Fair\n")
    shown: list[Draft] = []

    def ask(draft: Draft) -> bool:
        shown.append(draft)
        return len(shown) > 1

    with pytest.raises(Refused):
        installation.imports(path, ask=ask)
    assert installation.imports(path, ask=ask).tables["deals"].new == 2
    assert [line.name for line in shown[0].unsure] == ["deal_id"]
    assert next(line for line in shown[0].lines if line.name == "owner").examples == "Ann, Bob"
