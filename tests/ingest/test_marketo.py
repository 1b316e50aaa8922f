"""Marketo's tables and exported lists."""

from pathlib import Path

from tests.ingest.installation import Files, Installation

LEADS = """
id,created_at,updated_at,email,first_name,last_name,lead_source,company,acquisition_program_id,utm_content
1,2026-01-01 09:00:00,2026-02-01 09:00:00,a@x.com,Ada,Ray,Web,Acme,7,guide
2,2026-01-02 09:00:00,2026-02-01 09:00:00,b@x.com,Bob,Day,Fair,Initech,,
"""
CHANGES = """
activity_date,activity_type_id,campaign_id,id,lead_id,new_value,old_value,primary_attribute_value,primary_attribute_value_id,reason
2026-01-03 09:00:00,13,,900,1,Working,New,Lead Status,5,
2026-01-04 09:00:00,13,,901,1,Unqualified,Working,Lead Status,5,no budget
2026-01-04 09:00:00,13,,902,1,50,40,Demographic Score,6,
"""
CLICKS = """
activity_date,activity_type_id,campaign_id,campaign_run_id,device,email_template_id,id,lead_id,link,platform,primary_attribute_value,primary_attribute_value_id,step_id,user_agent
2026-01-02 10:00:00,11,30,1,,4,903,1,https://x.com/a,,Invitation 1,4,9,
"""


def test_leads_their_changes_and_what_they_did_come_in_by_name(files: Files, installation: Installation) -> None:
    files.write("lead.csv", LEADS)
    files.write("activity_change_data_value.csv", CHANGES)
    files.write("activity_click_email.csv", CLICKS)
    files.write("campaign.csv", "active,id,name,program_id,type\ntrue,30,Spring mailing,7,batch\n")
    files.write("program.csv", "id,channel,name,status,workspace\n7,Content,Guide for buyers,,Default\n")
    report = installation.imports(files.folder)
    assert report.refusals is None
    assert all(use.recognised.startswith("Marketo ") for use in report.sheets)
    assert installation.rows(
        "SELECT lead_id, source, campaign, person, account, content, strftime(created_at, '%m-%d') "
        "FROM leads ORDER BY 1"
    ) == [
        ("1", "Web", "Guide for buyers", "Ada Ray", "Acme", "guide", "01-01"),
        ("2", "Fair", None, "Bob Day", "Initech", None, "01-02"),
    ]
    assert installation.rows('SELECT lead_id, status, reason FROM lead_changes ORDER BY "at"') == [
        ("1", "Working", None),
        ("1", "Unqualified", "no budget"),
    ]
    assert installation.rows("SELECT touch_id, lead_id, activity, channel, campaign, content FROM lead_touches") == [
        ("903", "1", "Clicked in a mail", "mail", "Spring mailing", "Invitation 1")
    ]


def test_an_exported_list_is_known_by_its_headers(files: Files, installation: Installation) -> None:
    files.write(
        "list.csv",
        """
        Id,First Name,Last Name,Email Address,Company Name,Lead Source,Acquisition Program,Created At,Updated At
        1,Ada,Ray,a@x.com,Acme,Web,Guide for buyers,2026-01-01 09:00:00,2026-02-01 09:00:00
        """,
    )
    installation.imports(files.folder)
    assert installation.rows("SELECT lead_id, source, campaign, account FROM leads") == [
        ("1", "Web", "Guide for buyers", "Acme")
    ]


def test_the_samples_of_marketo_tables_come_in_whole(shared_data: Path, installation: Installation) -> None:
    report = installation.imports(shared_data / "fivetran_seeds" / "marketo")
    assert report.tables["leads"].new == 100
    assert installation.rows("SELECT activity, count(*) FROM lead_touches GROUP BY ALL ORDER BY ALL") == [
        ("Clicked in a mail", 100),
        ("Opened a mail", 100),
        ("Unsubscribed", 100),
    ]
    again = installation.imports(shared_data / "fivetran_seeds" / "marketo")
    assert all(counts.new == counts.changed == 0 for counts in again.tables.values())
