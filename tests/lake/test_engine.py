"""The engine: locked to the home folder, and every canonical table there in its types."""

import subprocess
import sys
from datetime import UTC, date, datetime

import duckdb
import pytest
from tests.lake.rows import merge

from afteraction.lake.engine import connect, ibis_type, open_record
from afteraction.lake.schema import TABLES

OUTSIDE = [
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('{home}/../../../../../../../../etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_parquet('https://example.com/deals.parquet')",
    "SELECT * FROM read_text('{home}/link')",
    "COPY (SELECT 1) TO '{home}/../stolen.csv'",
    "COPY (SELECT 1) TO '/tmp/stolen.csv'",
    "EXPORT DATABASE '/tmp/stolen'",
    "ATTACH '/tmp/other.duckdb'",
    "ATTACH 'https://example.com/other.duckdb'",
    "INSTALL httpfs",
    "INSTALL sqlite FROM community",
    "LOAD httpfs",
    "LOAD '/tmp/evil.duckdb_extension'",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET temp_directory = '/tmp'",
    "SET autoinstall_known_extensions = true",
    "SET autoload_known_extensions = true",
    "PRAGMA enable_external_access = true",
    "CREATE SECRET (TYPE s3, KEY_ID 'k', SECRET 's')",
    "SELECT getenv('HOME')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_schema('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/shadow')",
]


@pytest.mark.parametrize("sql", OUTSIDE)
def test_sql_cannot_leave_the_home_folder(home, sql):
    con = connect(home).con
    (home.folder / "link").symlink_to("/etc/hostname")
    with pytest.raises(duckdb.Error):
        con.execute(sql.replace("{home}", str(home.folder))).fetchall()


def test_sql_reads_and_writes_below_the_home_folder(home):
    con = connect(home).con
    con.execute(f"COPY (SELECT 42 AS answer) TO '{home.folder}/answer.parquet'")
    assert con.read_parquet(f"{home.folder}/answer.parquet").fetchall() == [(42,)]


def test_the_clock_of_the_machine_does_not_matter(home):
    con = connect(home).con
    assert con.execute("SELECT current_setting('TimeZone'), '2026-01-01'::TIMESTAMPTZ::VARCHAR").fetchone() == (
        "UTC",
        "2026-01-01 00:00:00+00",
    )


def test_every_canonical_table_is_there_when_nothing_was_imported_into_it(home, lake, staged):
    merge(lake, "deals", staged("deals", [{"deal_id": "a", "outcome": "won"}]))
    record = open_record(home, lake.snapshot())
    assert record.tables.keys() == TABLES.keys()
    for name, table in TABLES.items():
        schema = record.tables[name].schema()
        assert {c.name: ibis_type(c.type) for c in table.columns} == {
            n: t.copy(nullable=True) for n, t in schema.items()
        }
        assert record.tables[name].count().to_pyarrow().as_py() == (name == "deals")
        assert record.attributes(name) == ()


def test_values_come_back_as_they_were(home, lake, staged, read):
    deal = {
        "deal_id": "ä\N{GRINNING FACE}\n'\"",
        "outcome": "won",
        "amount": 0.1 + 0.2,
        "created_at": datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        "closed_at": datetime(2100, 1, 1, tzinfo=UTC),
        "expected_close_on": date(2026, 2, 28),
        "weird": "",
    }
    merge(lake, "deals", staged("deals", [deal]))
    assert read("deals", *deal) == [deal]


SPILLS = """
import sys
from afteraction.lake.engine import connect
from afteraction.lake.home import Home
home = Home.at(sys.argv[1])
con = connect(home, memory="60MB").con
con.execute("CREATE TEMP TABLE x AS SELECT hash(i) AS h, 'row number ' || i AS name FROM range(700000) t(i)")
numbered = "SELECT name, row_number() OVER (ORDER BY h, name) AS number FROM x"
answer = con.execute(f"SELECT sum(hash(name) * (number % 7)::INT128) FROM ({numbered})").fetchone()[0]
print(answer, len([*home.spill.glob("*/duckdb_temp*")]) > 0)
"""


def test_two_engines_that_spill_to_disk_do_not_disturb_each_other(home):
    command = [sys.executable, "-c", SPILLS, home.folder]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as one, subprocess.Popen(command, **pipes) as other:
        found = [process.communicate() for process in (one, other)]
    assert [process.returncode for process in (one, other)] == [0, 0], found
    assert found[0] == found[1]
    assert found[0][0].split(" ")[1:] == ["True\n"]
    assert [*home.spill.iterdir()] == []


def test_an_engine_prints_nothing_of_its_own(home):
    assert connect(home).con.execute("SELECT current_setting('enable_progress_bar')").fetchone() == (False,)
