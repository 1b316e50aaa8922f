"""HubSpot exports: its own export files, warehouse tables, and answers of its API."""

import json

import pytest
from tests.ingest.installation import Files, Installation

from afteraction.errors import Refused

DEALS_OF_THE_APP = '''
Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Create Date,Deal owner,Closed Lost Reason,Is Closed Won,\
"Date entered ""Proposal (Sales)""","Date entered ""Closed won (Sales)""",Associated Company IDs
101,Deal A,Closed won,Sales,1000,2024-03-01 10:00,2024-01-01 09:00,Ann Lee,,true,2024-01-02 10:00,2024-03-01 09:30,55
102,Deal B,Closed lost,Sales,500,2024-03-02 10:00,2024-01-03 09:00,Ann Lee,Price,false,2024-01-04 10:00,,55;56
103,Deal C,Proposal,Sales,,2024-07-01 10:00,2024-02-03 09:00,Bob Ray,,false,2024-02-04 10:00,,56
'''
CALLS_OF_THE_APP = """
Record ID,Call title,Activity date,Activity assigned to,Associated Deal IDs,Associated Contact IDs
9001,Discovery,2024-01-05 10:00,Ann Lee,101,7
9002,Joint call,2024-01-06 10:00,Ann Lee,101;103,7;8
9003,Nobody,2024-01-06 10:00,Ann Lee,,
"""
DEALS_OF_THE_WAREHOUSE = """
deal_id,is_deleted,deal_pipeline_id,deal_pipeline_stage_id,owner_id,portal_id,\
property_dealname,property_amount,property_closedate,property_createdate
1,false,p1,s2,7,9,One,100,2024-02-01 00:00:00,2024-01-01 10:00:00
2,false,p1,s3,7,9,Two,50,2024-02-02 00:00:00,2024-01-01 10:00:00
3,false,p1,s1,8,9,Three,70,2024-09-01 00:00:00,2024-01-01 10:00:00
4,true,p1,s1,8,9,Gone,70,,2024-01-01 10:00:00
"""


def test_export_files_of_the_app_are_recognised(files: Files, installation: Installation) -> None:
    files.write("all-deals.csv", DEALS_OF_THE_APP)
    files.write(
        "companies.csv",
        """
        Record ID,Company name,Company Domain Name,Industry,Create Date
        55,Acme,acme.com,STEEL,2023-01-01
        56,Initech,initech.com,SOFTWARE,2023-01-01
        """,
    )
    files.write(
        "contacts.csv",
        """
        Record ID,First Name,Last Name,Email,Job Title,Create Date,Phone Number
        7,Rose,Day,r@acme.com,CFO,2023-01-01,1
        """,
    )
    files.write("calls.csv", CALLS_OF_THE_APP)
    report = installation.imports(files.folder)
    assert report.refusals is None
    assert installation.rows(
        "SELECT deal_id, outcome, strftime(closed_at, '%m-%d %H:%M'), strftime(expected_close_on, '%m-%d'), account_id "
        "FROM deals ORDER BY 1"
    ) == [
        ("101", "won", "03-01 09:30", None, "55"),
        ("102", "lost", "03-02 10:00", None, "55"),
        ("103", "open", None, "07-01", "56"),
    ]
    assert installation.rows('SELECT deal_id, stage, outcome FROM stage_changes ORDER BY deal_id, "at"') == [
        ("101", "Proposal", None),
        ("101", "Closed won", "won"),
        ("102", "Proposal", None),
        ("103", "Proposal", None),
    ]
    assert installation.rows("SELECT touch_id, deal_id, activity, actor, person_id FROM touches ORDER BY 1") == [
        ("9001", "101", "Call", "Ann Lee", "contact-7"),
        ("9002/101", "101", "Call", "Ann Lee", "contact-7"),
        ("9002/103", "103", "Call", "Ann Lee", "contact-7"),
    ]
    assert installation.rows("SELECT person_id, name, role, side FROM people") == [
        ("contact-7", "Rose Day", "CFO", "buyer")
    ]
    assert next(use for use in report.sheets if use.name == "calls.csv").left_out == {
        "touches: Associated Deal IDs is empty": 1
    }


def test_warehouse_tables_are_brought_together(files: Files, installation: Installation) -> None:
    files.write("deal.csv", DEALS_OF_THE_WAREHOUSE)
    files.write(
        "deal_pipeline_stage.csv",
        """
        stage_id,label,pipeline_id,closed_won,is_closed,probability,_fivetran_synced
        s1,Proposal,p1,false,false,0.6,2024-01-01
        s2,Signed,p1,true,true,1.0,2024-01-01
        s3,Dropped - no decision,p1,false,true,0.0,2024-01-01
        """,
    )
    files.write("deal_pipeline.csv", "pipeline_id,label,display_order,_fivetran_synced\np1,New business,1,2024-01-01\n")
    files.write(
        "deal_stage.csv",
        """
        deal_id,date_entered,value,_fivetran_start
        1,2024-01-01 10:00:00,s1,2024-01-01
        1,2024-01-31 10:00:00,s2,2024-01-31
        """,
    )
    files.write("owner.csv", "owner_id,email,first_name,last_name,_fivetran_synced\n7,a@us.com,Ann,Lee,2024-01-01\n")
    files.write("owner_team.csv", "owner_id,team_id\n7,70\n")
    files.write("team.csv", "id,name,_fivetran_synced\n70,Team East,2024-01-01\n")
    files.write("deal_company.csv", "deal_id,company_id\n1,55\n")
    files.write(
        "company.csv",
        "id,is_deleted,property_name,property_industry,property_createdate\n55,false,Acme,Steel,2023-01-01\n",
    )
    files.write(
        "engagement_deal.csv",
        "deal_id,engagement_id,engagement_type,type_id\n1,900,CALL,1\n1,901,MEETING,1\n2,902,TASK,1\n",
    )
    files.write(
        "engagement_call.csv",
        "engagement_id,type,property_hs_timestamp,property_hs_createdate\n900,CALL,2024-01-05 10:00:00,2024-01-05\n",
    )
    files.write(
        "engagement_meeting.csv",
        "engagement_id,start_time,end_time,title\n901,2024-01-06 10:00:00,2024-01-06 11:00:00,Demo\n",
    )
    files.write("engagement_contact.csv", "contact_id,engagement_id,engagement_type\n501,900,CALL\n")
    files.write("ticket.csv", "id,property_subject,_fivetran_synced\n1,Help,2024-01-01\n")
    report = installation.imports(files.folder)
    assert report.refusals is None
    assert installation.rows(
        """
        SELECT deal_id, stage, pipeline, outcome, strftime(closed_at, '%m-%d'), strftime(expected_close_on, '%m-%d'),
            account_id
        FROM deals ORDER BY 1
        """
    ) == [
        ("1", "Signed", "New business", "won", "01-31", None, "55"),
        ("2", "Dropped - no decision", "New business", "no_decision", "02-02", None, None),
        ("3", "Proposal", "New business", "open", None, "09-01", None),
    ]
    assert installation.rows('SELECT stage, outcome FROM stage_changes ORDER BY "at"') == [
        ("Proposal", None),
        ("Signed", "won"),
    ]
    assert installation.rows("SELECT touch_id, activity, subject, person_id FROM touches ORDER BY 1") == [
        ("900/1", "Call", None, "contact-501"),
        ("901/1", "Meeting", "Demo", None),
    ]
    assert installation.rows("SELECT name, team, side FROM people") == [("Ann Lee", "Team East", "us")]


def test_answers_of_the_api_are_recognised(files: Files, installation: Installation) -> None:
    one = {"dealname": "One", "dealstage": "closedwon", "amount": "500", "closedate": "2024-02-24T03:00:00Z"}
    two = {"dealname": "Two", "dealstage": "qualifiedtobuy", "amount": None, "closedate": None}
    deals = [
        {
            "id": id_,
            "properties": {**properties, "createdate": "2024-01-24T03:01:01.147Z", "hs_object_id": id_},
            "archived": False,
        }
        for id_, properties in (("1", one), ("2", two))
    ]
    installation.imports(files.write("deals.json", json.dumps({"results": deals})))
    assert installation.rows("SELECT deal_id, outcome, stage, amount FROM deals ORDER BY 1") == [
        ("1", "won", "closedwon", 500.0),
        ("2", "open", "qualifiedtobuy", None),
    ]


def test_stages_that_are_only_numbers_are_asked_about(files: Files, installation: Installation) -> None:
    path = files.write(
        "deals.csv", "hs_object_id,dealname,dealstage,createdate\n1,One,12345,2024-01-01\n2,Two,67890,2024-01-01\n"
    )
    with pytest.raises(Refused, match="nothing says whether the stages 12345, 67890 end a deal"):
        installation.imports(path)


def test_stages_that_are_numbers_end_deals_where_their_probability_says_so(
    files: Files, installation: Installation
) -> None:
    path = files.write(
        "deals.csv",
        "hs_object_id,dealname,dealstage,hs_deal_stage_probability,createdate\n1,One,12345,1,2024-01-01\n2,Two,67890,0,2024-01-01\n3,Three,555,0.4,2024-01-01\n",
    )
    installation.imports(path)
    assert installation.rows("SELECT outcome FROM deals ORDER BY deal_id") == [("won",), ("lost",), ("open",)]
