"""The second engine where it is not installed, and what it is told where it is; Spark itself runs in tests/spark."""

import sys
from pathlib import Path

import pytest

from afteraction.errors import Refused
from afteraction.lake.home import Home
from afteraction.lake.spark import connect_spark, where_files_are


def test_without_pyspark_the_engine_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "afteraction.lake.spark_engine", None)
    with pytest.raises(Refused, match="pip install 'afteraction\\[spark\\]'") as refused:
        connect_spark(Home.at(tmp_path))
    assert refused.value.found.startswith("no Spark here")


def test_a_cluster_without_a_place_for_shared_tables_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("AFTERACTION_SPARK_MASTER", "spark://far.example:7077")
    with pytest.raises(Refused, match="AFTERACTION_SPARK_WORK"):
        connect_spark(Home.at(tmp_path))


def test_workers_read_the_files_of_the_home_or_their_copies_at_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    files = ["/data/my home/lake/tables/deals/part-1.parquet"]
    assert where_files_are(files) == ["file:///data/my home/lake/tables/deals/part-1.parquet"]
    monkeypatch.setenv("AFTERACTION_SPARK_FILES", "s3a://sales/lake/")
    assert where_files_are(files) == ["s3a://sales/lake/deals/part-1.parquet"]
