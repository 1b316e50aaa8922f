"""Salesforce exports, by their columns: API names and the same in small letters with underscores."""

import re

import pytest
from tests.ingest.installation import Files, Installation

OPPORTUNITY = """
Id,IsDeleted,AccountId,Name,StageName,Amount,Probability,CloseDate,Type,LeadSource,IsClosed,IsWon,OwnerId,\
CreatedDate,SystemModstamp,CampaignId,MainCompetitors__c,ForecastCategory
006A,0,001A,One,Closed Won,100,100,2024-02-10 00:00:00,New,Web,1,1,005A,\
2024-01-01 10:00:00,2024-02-10 10:00:00,701A,Honda,Closed
006B,0,001A,Two,Closed Lost,50,0,2024-02-11 00:00:00,New,Web,1,0,005B,\
2024-01-02 10:00:00,2024-02-11 10:00:00,000000000000000AAA,,Omitted
006C,0,001B,Three,Closed - No Decision,70,0,2024-02-12 00:00:00,Renewal,,1,0,005A,\
2024-01-03 10:00:00,2024-02-12 10:00:00,,,Omitted
006D,0,001B,Four,Proposal,80,60,2024-09-30 00:00:00,New,,0,0,005B,\
2024-01-04 10:00:00,2024-02-12 10:00:00,,,Pipeline
006E,1,001B,Gone,Proposal,80,60,2024-09-30 00:00:00,New,,0,0,005B,\
2024-01-04 10:00:00,2024-02-12 10:00:00,,,Pipeline
"""
HISTORY = """
Id,OpportunityId,CreatedById,CreatedDate,StageName,Amount,CloseDate,Probability,IsDeleted
1,006A,005A,2024-01-01 10:00:00,Proposal,90,2024-03-01 00:00:00,60,0
2,006A,005A,2024-01-15 10:00:00,Proposal,100,2024-03-01 00:00:00,60,0
3,006A,005A,2024-02-09 17:30:00,Closed Won,100,2024-02-10 00:00:00,100,0
4,006B,005B,2024-01-02 10:00:00,Proposal,50,2024-03-01 00:00:00,60,0
"""


def snake(text: str) -> str:
    """The same sheet as a warehouse has it: created_date, main_competitors_c."""
    header, _, rows = text.strip().partition("\n")
    names = [re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("__", "_").lower() for name in header.split(",")]
    return (
        ",".join([*names, "_fivetran_synced"])
        + "\n"
        + "\n".join(f"{row},2024-05-01" for row in rows.splitlines())
        + "\n"
    )


@pytest.mark.parametrize("written", [str, snake])
def test_opportunities_and_their_history_become_deals_and_stage_changes(
    files: Files, installation: Installation, written: type
) -> None:
    report = installation.imports(
        files.write("data1.csv", written(OPPORTUNITY)), files.write("data2.csv", written(HISTORY))
    )
    assert [use.recognised for use in report.sheets] == ["Salesforce Opportunity", "Salesforce OpportunityHistory"]
    assert report.refusals is None
    assert installation.rows(
        """
        SELECT deal_id, outcome, strftime(closed_at, '%m-%d %H:%M'), strftime(expected_close_on, '%m-%d'),
            crm_probability, competitor
        FROM deals ORDER BY 1
        """
    ) == [
        ("006A", "won", "02-09 17:30", None, 1.0, "Honda"),
        ("006B", "lost", "02-11 00:00", None, 0.0, None),
        ("006C", "no_decision", "02-12 00:00", None, 0.0, None),
        ("006D", "open", None, "09-30", 0.6, None),
    ]
    assert installation.rows('SELECT deal_id, stage, outcome FROM stage_changes ORDER BY deal_id, "at"') == [
        ("006A", "Proposal", None),
        ("006A", "Closed Won", "won"),
        ("006B", "Proposal", None),
    ]
    assert report.sheets[0].left_out == {f"deals: {_name(written)} is true": 1}
    assert report.sheets[1].left_out == {"stage_changes: stage as before": 1}


def _name(written: type) -> str:
    return "IsDeleted" if written is str else "is_deleted"


def test_columns_that_follow_from_the_outcome_are_not_kept(files: Files, installation: Installation) -> None:
    report = installation.imports(files.write("Opportunity.csv", OPPORTUNITY))
    reasons = report.sheets[0].columns_left_out
    assert reasons["ForecastCategory"] == "follows from the stage and the close date"


def test_a_file_of_deleted_deals_alone_is_meant_to_be_read(files: Files, installation: Installation) -> None:
    rows = OPPORTUNITY.replace(",0,001", ",1,001")
    assert installation.imports(files.write("Opportunity.csv", rows)).tables["deals"].new == 5


def test_the_newest_version_of_a_deal_is_kept(files: Files, installation: Installation) -> None:
    first = files.write("week1.csv", OPPORTUNITY)
    second = files.write(
        "week2.csv", OPPORTUNITY.replace("Four,Proposal,80", "Four,Proposal,85").replace("2024-02-12", "2024-03-12")
    )
    report = installation.imports(first, second)
    assert report.refusals is None
    assert report.tables["deals"].older == 2
    assert installation.rows("SELECT amount FROM deals WHERE deal_id = '006D'") == [(85.0,)]


def test_field_history_is_read_where_there_is_no_other(files: Files, installation: Installation) -> None:
    deals = files.write("Opportunity.csv", OPPORTUNITY)
    changes = files.write(
        "OpportunityFieldHistory.csv",
        """
        Id,OpportunityId,CreatedById,CreatedDate,Field,OldValue,NewValue
        1,006A,005A,2024-01-05 10:00:00,Amount,90,100
        2,006A,005A,2024-02-09 10:00:00,StageName,Proposal,Closed Won
        """,
    )
    report = installation.imports(deals, changes)
    assert report.sheets[1].left_out == {"stage_changes: Field is not StageName": 1}
    assert installation.rows("SELECT stage, actor, outcome FROM stage_changes") == [("Closed Won", "005A", "won")]
    report = installation.imports(deals, changes, files.write("OpportunityHistory.csv", HISTORY))
    assert report.sheets[1].reason == "the same moves are read from OpportunityHistory"


def test_people_accounts_leads_and_activities_are_recognised(files: Files, installation: Installation) -> None:
    files.write("Opportunity.csv", OPPORTUNITY)
    files.write(
        "Account.csv",
        "Id,Name,OwnerId,Website,Industry,BillingCountry,NumberOfEmployees,Phone\n001A,Acme,005A,http://www.acme.com,Steel,DE,10,123\n",
    )
    files.write(
        "Contact.csv",
        "Id,AccountId,FirstName,LastName,Email,Title,Birthdate\n003A,001A,Rose,Day,r@acme.com,CFO,1966-01-01\n",
    )
    files.write(
        "User.csv",
        "Id,Username,FirstName,LastName,Email,ProfileId,IsActive,ManagerId,UserRoleId\n005A,ann,Ann,Lee,a@us.com,x,1,005B,00E1\n",
    )
    files.write("UserRole.csv", "Id,Name,ParentRoleId\n00E1,Team East,\n")
    files.write("Campaign.csv", "Id,Name,StartDate,BudgetedCost\n701A,Spring fair,2024-01-01,5\n")
    files.write(
        "Lead.csv",
        "Id,FirstName,LastName,Company,LeadSource,Status,IsConverted,ConvertedOpportunityId,CreatedDate\n"
        "00QA,Bo,Ray,Acme,Web,Closed,1,006A,2024-01-01\n00QB,Di,Fox,Other,Web,Open,0,000000000000000AAA,2024-01-02\n",
    )
    files.write(
        "LeadHistory.csv",
        "Id,LeadId,CreatedById,CreatedDate,Field,OldValue,NewValue\n1,00QA,005A,2024-01-03,Status,Open,Closed\n2,00QA,005A,2024-01-03,Owner,a,b\n",
    )
    files.write(
        "Task.csv",
        "Id,WhatId,WhoId,OwnerId,Subject,Status,IsClosed,ActivityDate,TaskSubtype,CallDurationInSeconds\n"
        "00T1,006A,003A,005A,Discovery,Completed,true,2024-01-05,Call,600\n00T2,001A,003A,005A,Other,Completed,true,2024-01-05,Call,\n"
        "00T3,006A,003A,005A,Planned,Open,false,2024-06-05,Call,\n",
    )
    files.write(
        "Event.csv",
        "Id,WhatId,WhoId,OwnerId,Subject,StartDateTime,DurationInMinutes,EventSubtype,Type\n00U1,006A,003A,005A,Demo,2024-01-06T10:00:00Z,30,Event,Meeting\n",
    )
    files.write("Product2.csv", "Id,Name,SystemModstamp,CreatedById\n01t,Basic,2024-01-01,005A\n")
    report = installation.imports(files.folder)
    assert report.refusals is None
    assert installation.rows("SELECT account_id, name, domain, industry, size, country FROM accounts") == [
        ("001A", "Acme", "acme.com", "Steel", "10", "DE")
    ]
    assert installation.rows(
        "SELECT person_id, name, account_id, role, team, manager, side FROM people ORDER BY 1"
    ) == [
        ("003A", "Rose Day", "001A", "CFO", None, None, "buyer"),
        ("005A", "Ann Lee", None, None, "Team East", "005B", "us"),
    ]
    assert installation.rows("SELECT lead_id, person, account, converted_deal_id FROM leads ORDER BY 1") == [
        ("00QA", "Bo Ray", "Acme", "006A"),
        ("00QB", "Di Fox", "Other", None),
    ]
    assert installation.rows("SELECT lead_id, status FROM lead_changes") == [("00QA", "Closed")]
    assert installation.rows(
        "SELECT touch_id, deal_id, activity, minutes, subject, person_id FROM touches ORDER BY 1"
    ) == [
        ("00T1", "006A", "Call", 10.0, "Discovery", "003A"),
        ("00U1", "006A", "Meeting", 30.0, "Demo", "003A"),
    ]
    assert installation.rows("SELECT campaign FROM deals WHERE deal_id = '006A'") == [("Spring fair",)]
    used = {use.name: use for use in report.sheets}
    assert used["Task.csv"].left_out == {"touches: WhatId is not 006*": 1, "touches: IsClosed is false": 1}
    assert used["Product2.csv"].reason == "a Salesforce object that no table of the record stands for"
    assert "Birthdate" in used["Contact.csv"].columns_left_out
    assert "Phone" in used["Account.csv"].columns_left_out
