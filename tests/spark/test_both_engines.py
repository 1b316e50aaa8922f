"""Spark finds what DuckDB finds, to the last deal: `./run spark`, which installs pyspark."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from benchmarks.spark import CLOSE, differences

from afteraction.analysis.directly_follows import directly_follows, with_times
from afteraction.ingest import import_paths
from afteraction.lake.home import Home
from afteraction.process.write import process_text
from afteraction.report.figures import figures, plain
from afteraction.report.version import open_version, read_process
from afteraction.simulate import default_organisation, simulate_chunks, write_chunks

pytestmark = [pytest.mark.spark, pytest.mark.timeout(3600), pytest.mark.filterwarnings("ignore")]
LOG = ("events", "cases", "variants", "variant_events", "sequences", "activities", "edges", "counts")


def test_both_engines_give_the_same_log_process_deviations_and_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed; it comes with requirements/spark.txt")
    monkeypatch.setenv("AFTERACTION_SPARK_MASTER", "local[2]")
    home = tmp_path / "a home {1}"
    write_chunks(simulate_chunks(default_organisation(), 1_000, 7), tmp_path / "record")
    import_paths([tmp_path / "record"], Home.at(home))
    # Two versions of a process: each deal is held against the one in force when it began.
    dated = [str(tmp_path / "record" / "process.yaml"), f"{tmp_path / 'record' / 'process.yaml'}@2025-01-01"]
    found = {}
    for engine in ("duckdb", "spark"):
        with open_version(home, engine=engine) as version:
            log = {name: _sorted(getattr(version.log, name).to_pyarrow()) for name in LOG}
            process = process_text(version.followed_process())
            graph = plain(with_times(directly_follows(version.log), version.log))
            path = tmp_path / f"{engine}.parquet"
            version.write_deviations(read_process(dated), path)
            found[engine] = (log, process, graph, pq.read_table(path), figures(version.study(None)))
    one, other = found["duckdb"], found["spark"]
    assert one[0] == other[0]
    assert one[1] == other[1]
    assert [each for each in differences(one[2], other[2]) if each[3] > CLOSE] == []
    assert one[3].equals(other[3].cast(one[3].schema))
    assert one[3].num_rows > 0
    assert [each for each in differences(one[4], other[4]) if each[3] > CLOSE] == []


def _sorted(table: object) -> list[tuple[object, ...]]:
    rows = table.select(sorted(table.column_names)).to_pylist()  # type: ignore[attr-defined]
    return sorted(tuple(map(str, row.values())) for row in rows)
