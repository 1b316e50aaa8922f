"""References between sheets: found by the values, and turned into lookups, people and conversions."""

from tests.ingest.installation import Files, Installation


def test_names_in_one_sheet_find_ids_in_another(files: Files, installation: Installation) -> None:
    deals = files.write("deals.csv", "deal_id,account,status,amount\n1,Acme,Won,5\n2,Initech,Lost,6\n")
    accounts = files.write("accounts.csv", "account id,name,industry\nA-1,Acme,Steel\nA-2,Initech,Software\n")
    installation.imports(deals, accounts)
    assert installation.rows("SELECT deal_id, account_id FROM deals ORDER BY 1") == [("1", "A-1"), ("2", "A-2")]


def test_a_lead_finds_the_deal_it_became(files: Files, installation: Installation) -> None:
    leads = files.write(
        "qualified_leads.csv", "mql_id,first_contact_date,origin\nm1,2024-01-01,web\nm2,2024-01-02,fair\n"
    )
    deals = files.write("closed_deals.csv", "mql_id,sr_id,won_date,business_segment\nm2,r1,2024-02-01,pets\n")
    installation.imports(leads, deals)
    assert installation.rows("SELECT lead_id, source, converted_deal_id FROM leads ORDER BY 1") == [
        ("m1", "web", None),
        ("m2", "fair", "m2"),
    ]


def test_people_that_only_the_deals_tell_of_are_found_there(files: Files, installation: Installation) -> None:
    path = files.write(
        "deals.csv",
        """
        deal_id,sales rep,sales manager,team,status,amount
        1,Ann,Eve,East,Won,5
        2,Ann,Eve,East,Lost,6
        3,Bob,Eve,West,Open,7
        """,
    )
    report = installation.imports(path)
    assert report.tables["people"].new == 2
    assert report.tables["people"].refused == 0
    assert installation.rows("SELECT person_id, manager, team, side FROM people ORDER BY 1") == [
        ("Ann", "Eve", "East", "us"),
        ("Bob", "Eve", "West", "us"),
    ]
