"""Drafts of mappings: what headers and values say is used, what they leave open is asked."""

from datetime import datetime

import openpyxl
import pytest
from tests.ingest.installation import Files, Installation

from afteraction.errors import Refused

PIPELINE = """
opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
O1,Ann,Basic,Acme,Won,2024-01-02,2024-02-01,100
O2,Bob,Pro,Initech,Lost,2024-01-03,2024-02-09,0
O3,Ann,Pro,Acme,Engaging,2024-01-04,,
O4,Bob,Basic,,Prospecting,,,
"""


def test_a_crm_export_is_imported_from_its_headers_and_values(files: Files, installation: Installation) -> None:
    files.write("sales_pipeline.csv", PIPELINE)
    files.write(
        "accounts.csv", "account,sector,employees,office_location\nAcme,retail,12,Kenya\nInitech,software,900,USA\n"
    )
    files.write("sales_teams.csv", "sales_agent,manager,regional_office\nAnn,Eve,East\nBob,Eve,West\n")
    files.write("products.csv", "product,series,sales_price\nBasic,B,5\nPro,P,7\n")
    report = installation.imports(files.folder)
    assert {table: counts.new for table, counts in report.tables.items()} == {"deals": 4, "accounts": 2, "people": 2}
    assert installation.rows(
        "SELECT deal_id, owner, account_id, outcome, stage, amount, product, strftime(created_at, '%d') "
        "FROM deals ORDER BY 1"
    ) == [
        ("O1", "Ann", "Acme", "won", "Won", 100.0, "Basic", "02"),
        ("O2", "Bob", "Initech", "lost", "Lost", 0.0, "Pro", "03"),
        ("O3", "Ann", "Acme", "open", "Engaging", None, "Pro", "04"),
        ("O4", "Bob", None, "open", "Prospecting", None, "Basic", None),
    ]
    assert installation.rows("SELECT person_id, team, manager, side FROM people ORDER BY 1") == [
        ("Ann", "East", "Eve", "us"),
        ("Bob", "West", "Eve", "us"),
    ]
    products = next(use for use in report.sheets if use.name == "products.csv")
    assert products.reason == "no table of the record fits what its rows stand for"
    assert report.mapping == installation.home.mappings / "files.toml"


def test_german_headers_decimal_commas_and_dates_are_understood(files: Files, installation: Installation) -> None:
    path = files.write(
        "verkaufschancen.csv",
        """
        Verkaufschance-Nr;Bezeichnung;Firma;Betreuer;Betrag (EUR);Phase;Angelegt am;Abschlussdatum;Verlustgrund
        V-1;Anlage Süd;Müller GmbH;Anna;1.234,50;Gewonnen;03.01.2024;15.02.2024;
        V-2;Anlage Nord;Meyer AG;Bernd;12.000,00;Verloren;13.01.2024;01.03.2024;Preis
        V-3;Anlage Ost;Schulz KG;Anna;900,00;Angebot;20.01.2024;;
        V-4;Anlage West;Schulz KG;Anna;77,25;Storniert;21.01.2024;05.03.2024;
        """,
    )
    installation.imports(path)
    assert installation.rows(
        "SELECT deal_id, owner, amount, currency, outcome, strftime(created_at, '%m-%d'), lost_reason "
        "FROM deals ORDER BY 1"
    ) == [
        ("V-1", "Anna", 1234.5, "EUR", "won", "01-03", None),
        ("V-2", "Bernd", 12000.0, "EUR", "lost", "01-13", "Preis"),
        ("V-3", "Anna", 900.0, "EUR", "open", "01-20", None),
        ("V-4", "Anna", 77.25, "EUR", "no_decision", "01-21", None),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Identifiant opportunité,Client,Commercial,Montant,Étape,Date de création,Date de clôture",
        "Oportunidad ID,Cliente,Vendedor,Importe,Etapa,Fecha de creación,Fecha de cierre",
        "Opportunity ID,Account Name,Opportunity Owner,Amount,Stage,Created Date,Close Date",
    ],
)
def test_core_headers_are_known_in_other_languages(files: Files, installation: Installation, header: str) -> None:
    rows = """
A1,Acme,Ann,100,Closed Won,2024-01-02,2024-02-01
A2,Acme,Bob,50,Closed Lost,2024-01-03,2024-02-01
A3,Other,Bob,50,Proposal,2024-01-04,
"""
    installation.imports(files.write("export.csv", header + rows))
    query = "SELECT deal_id, account_id, owner, amount, outcome, closed_at IS NULL FROM deals ORDER BY 1"
    assert installation.rows(query) == [
        ("A1", "Acme", "Ann", 100.0, "won", False),
        ("A2", "Acme", "Bob", 50.0, "lost", False),
        ("A3", "Other", "Bob", 50.0, "open", True),
    ]


def test_an_undecided_order_of_day_and_month_needs_a_person(files: Files, installation: Installation) -> None:
    path = files.write(
        "deals_export.csv",
        """
        deal number,owner,value,stage,created,closed
        1,ann,100,Won,03/04/2024,05/04/2024
        2,bob,200,Lost,04/04/2024,06/05/2024
        """,
    )
    with pytest.raises(Refused) as refused:
        installation.imports(path)
    draft = installation.home.mappings / "deals_export.toml"
    lines = draft.read_text().splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if line.startswith("created_at"))
    assert f"line {number}: deals.created_at" in refused.value.found
    assert "PLEASE CHECK" in lines[number - 1]
    home = installation.home.folder
    assert refused.value.next_step.endswith(f"afteraction import {path} --home {home} --map {draft}")
    assert max(map(len, refused.value.found.splitlines())) < 80
    installation.imports(path, mapping_file=draft)  # as drafted, day first
    assert installation.rows("SELECT strftime(created_at, '%Y-%m-%d') FROM deals ORDER BY 1") == [
        ("2024-04-03",),
        ("2024-04-04",),
    ]


def test_one_day_above_twelve_decides_for_the_whole_sheet(files: Files, installation: Installation) -> None:
    path = files.write(
        "deals_export.csv",
        """
        deal number,owner,value,stage,created,closed
        1,ann,100,Won,03/04/2024,05/13/2024
        2,bob,200,Lost,04/04/2024,06/05/2024
        """,
    )
    installation.imports(path)
    created = installation.rows("SELECT strftime(created_at, '%Y-%m-%d') FROM deals ORDER BY 1")
    assert created == [("2024-03-04",), ("2024-04-04",)]


def test_an_undecided_decimal_sign_needs_a_person(files: Files, installation: Installation) -> None:
    path = files.write("deals_export.csv", "deal id,value,stage\n1,1.200,Won\n2,2.300,Lost\n")
    with pytest.raises(Refused, match=r"groups thousands or has three decimals"):
        installation.imports(path)


def test_deals_without_ids_are_numbered_only_when_someone_says_so(files: Files, installation: Installation) -> None:
    path = files.write("deals.csv", "Seller,Status,Source\nAnn,Won,Web\nAnn,Won,Web\nBob,Lost,Fair\n")
    with pytest.raises(Refused, match="no column tells deals apart"):
        installation.imports(path)
    report = installation.imports(path, mapping_file=installation.home.mappings / "deals.toml")
    assert report.tables["deals"].new == 3


def test_a_closed_deal_that_nothing_calls_won_or_lost_is_asked_about(files: Files, installation: Installation) -> None:
    rows = "1,Won,5\n2,Lost,5\n3,Closed,5\n4,Open,5\n"
    with pytest.raises(Refused, match=r"nothing says how deals ended\s+that are Closed"):
        installation.imports(files.write("deals.csv", "deal_id,status,amount\n" + rows))


def test_a_sheet_without_outcomes_is_asked_about(files: Files, installation: Installation) -> None:
    path = files.write("deals.csv", "deal_id,stage,amount,owner\n1,A,5,ann\n2,B,6,bob\n3,B,7,bob\n")
    with pytest.raises(Refused, match="no column says how deals ended"):
        installation.imports(path)


@pytest.mark.parametrize(
    ("columns", "rows", "outcomes"),
    [
        (
            "deal_id,is_won,is_closed,amount",
            "1,true,true,5\n2,false,true,5\n3,false,false,5\n",
            ["won", "lost", "open"],
        ),
        ("deal_id,Won,Close Date,amount", "1,Yes,2024-01-01,5\n2,No,2024-01-01,5\n", ["won", "lost"]),
        ("deal_id,amount,owner,won_date", "1,5,ann,2024-01-01\n2,5,bob,2024-01-02\n", ["won", "won"]),
    ],
)
def test_outcomes_are_found_in_flags_and_dates(
    files: Files, installation: Installation, columns: str, rows: str, outcomes: list[str]
) -> None:
    installation.imports(files.write("deals.csv", f"{columns}\n{rows}"))
    assert [outcome for (outcome,) in installation.rows("SELECT outcome FROM deals ORDER BY deal_id")] == outcomes


def test_a_flag_whose_no_may_mean_open_or_lost_is_asked_about(files: Files, installation: Installation) -> None:
    with pytest.raises(Refused, match="no may mean lost or still open"):
        installation.imports(
            files.write("deals.csv", "deal_id,won,amount,owner\n1,yes,5,ann\n2,no,5,bob\n3,no,5,bob\n")
        )


def test_a_close_date_of_open_deals_is_the_expected_one(files: Files, installation: Installation) -> None:
    path = files.write(
        "report.csv",
        """
        Opportunity ID,Stage,Amount,Close Date,Created Date,Probability (%)
        1,Closed Won,"$1,200.00",2024-03-31,2024-01-01,100
        2,Closed Lost - No Decision,"$2,200.00",2024-04-02,2024-01-01,0
        3,Negotiation,"$7,000.00",2024-06-30,2024-01-01,75
        """,
    )
    installation.imports(path)
    assert installation.rows(
        "SELECT outcome, strftime(closed_at, '%m-%d'), strftime(expected_close_on, '%m-%d'), crm_probability, currency "
        "FROM deals ORDER BY deal_id"
    ) == [
        ("won", "03-31", None, 1.0, None),
        ("no_decision", "04-02", None, 0.0, None),
        ("open", None, "06-30", 0.75, None),
    ]


def test_stage_history_of_any_crm_is_found_and_its_endings_are_no_steps(
    files: Files, installation: Installation
) -> None:
    deals = files.write("deals.csv", "deal_id,outcome,stage\n1,won,Closed Won\n2,open,Propose\n")
    history = files.write(
        "stage_history.csv",
        """
        Deal ID,New Stage,Changed At,Changed By
        1,Qualify,2024-01-01,ann
        1,Closed Won,2024-01-05,ann
        2,Propose,2024-01-02,bob
        """,
    )
    installation.imports(deals, history)
    assert installation.rows("SELECT deal_id, stage, actor, outcome FROM stage_changes ORDER BY ALL") == [
        ("1", "Closed Won", "ann", "won"),
        ("1", "Qualify", "ann", None),
        ("2", "Propose", "bob", None),
    ]


def test_a_sheet_that_fits_nothing_is_refused_when_it_comes_alone(files: Files, installation: Installation) -> None:
    with pytest.raises(Refused, match="nothing to import"):
        installation.imports(files.write("products.csv", "product,series,sales_price\nBasic,B,5\nPro,P,7\n"))


def test_what_gives_the_outcome_away_and_what_is_private_is_left_out(files: Files, installation: Installation) -> None:
    deals = files.write(
        "deals.csv", "deal_id,status,amount,is closed,seats\n1,Won,5,yes,3\n2,Lost,6,yes,4\n3,Open,7,no,5\n"
    )
    people = files.write(
        "contacts.csv", "contact id,name,company,mobile phone,hobby\np1,Ann,Acme,123,golf\np2,Bob,Acme,456,chess\n"
    )
    report = installation.imports(deals, people)
    reasons = {use.name: use.columns_left_out for use in report.sheets}
    assert reasons["deals.csv"] == {"is closed": "follows from how the deal ended"}
    assert reasons["contacts.csv"] == {"mobile phone": "about a person, and not needed"}
    assert installation.rows("SELECT seats FROM deals ORDER BY deal_id") == [(3.0,), (4.0,), (5.0,)]
    assert installation.rows("SELECT hobby, side FROM people ORDER BY person_id") == [
        ("golf", "buyer"),
        ("chess", "buyer"),
    ]


def test_a_workbook_with_a_sheet_for_each_table_is_imported(files: Files, installation: Installation) -> None:
    workbook = openpyxl.Workbook()
    deals = workbook.active
    assert deals is not None
    deals.title = "deals"
    for row in (
        ["deal_id", "outcome", "created_at", "size"],
        ["D1", "won", datetime(2024, 1, 2, 10, 30), 7],  # noqa: DTZ001 - workbooks know no zones
        ["D2", "open", None, 8],
    ):
        deals.append(row)
    touches = workbook.create_sheet("touches")
    for row in (["deal_id", "activity", "at"], ["D1", "Call", datetime(2024, 1, 3)]):  # noqa: DTZ001
        touches.append(row)
    path = files.folder / "record.xlsx"
    workbook.save(path)
    report = installation.imports(path)
    assert [use.recognised for use in report.sheets] == ["canonical headers"] * 2
    assert installation.rows("SELECT deal_id, strftime(created_at, '%d %H:%M'), size FROM deals ORDER BY 1") == [
        ("D1", "02 10:30", 7.0),
        ("D2", None, 8.0),
    ]


def test_files_of_the_same_name_in_two_folders_are_told_apart(files: Files, installation: Installation) -> None:
    for folder, rows in (("north", "1,Won,5\n2,Lost,6\n"), ("south", "3,Won,7\n4,Lost,8\n")):
        (files.folder / folder).mkdir()
        files.write(f"{folder}/deals.csv", "deal number,status,amount\n" + rows)
    report = installation.imports(files.folder)
    assert report.tables["deals"].new == 4
    again = installation.imports(files.folder, mapping_file=report.mapping)
    assert again.tables["deals"].same == 4
