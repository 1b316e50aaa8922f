"""Tables kept per data version: from their files once they are there, whole or not at all."""

import ibis
import pyarrow as pa
import pytest
from tests.lake.rows import Staged, merge

from afteraction.lake.cache import FileCache
from afteraction.lake.engine import connect
from afteraction.lake.home import Home
from afteraction.lake.store import Lake


def numbers(*values):
    return ibis.memtable(pa.table({"number": [*values]}))


def test_a_table_is_worked_out_once_per_version(home):
    con = connect(home)
    assert FileCache(home, 1, con)("table", numbers(1)).number.to_pyarrow().to_pylist() == [1]
    assert FileCache(home, 1, connect(home))("table", numbers(2)).number.to_pyarrow().to_pylist() == [1]
    assert FileCache(home, 2, con)("table", numbers(2)).number.to_pyarrow().to_pylist() == [2]


def test_what_a_crash_left_half_written_is_not_taken_for_the_table(home):
    folder = home.cache / "1"
    folder.mkdir(parents=True)
    (folder / ".table-1.writing").write_bytes(b"PAR1")
    assert FileCache(home, 1, connect(home))("table", numbers(3)).number.to_pyarrow().to_pylist() == [3]


def test_the_name_of_the_home_is_no_column(tmp_path):
    home = Home.at(tmp_path / "number=7")
    found = FileCache(home, 1, connect(home))("table", numbers(3))
    assert found.columns == ("number",)
    assert found.number.to_pyarrow().to_pylist() == [3]


@pytest.mark.parametrize("keep_folder", [True, False])
def test_a_version_that_takes_the_place_of_a_damaged_one_does_not_inherit_its_tables(home, lake, keep_folder):
    staged = Staged(home)
    merge(lake, "deals", staged("deals", [{"deal_id": "a", "outcome": "won"}]))
    merge(lake, "deals", staged("deals", [{"deal_id": "b", "outcome": "won"}]))
    if keep_folder:
        FileCache(home, 2, connect(home))("table", numbers(2))
    (home.lake / "versions" / "00000002.json").unlink()
    merge(Lake(home), "deals", staged("deals", [{"deal_id": "c", "outcome": "won"}]))
    assert lake.snapshot().version == 2
    assert FileCache(home, 2, connect(home))("table", numbers(9)).number.to_pyarrow().to_pylist() == [9]
