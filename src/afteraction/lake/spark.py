"""A data version opened on Spark: the same canonical tables over the same files as on DuckDB.

Nothing here needs pyspark until a version is opened.
"""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import ibis

from afteraction.errors import Refused
from afteraction.lake.engine import Record, canonical
from afteraction.lake.home import Home
from afteraction.lake.schema import TABLES
from afteraction.lake.work_folder import WorkFolder

if TYPE_CHECKING:
    from afteraction.lake.spark_engine import SparkEngine
    from afteraction.lake.store import Snapshot

MASTER: Final = "AFTERACTION_SPARK_MASTER"
MEMORY: Final = "AFTERACTION_SPARK_MEMORY"
FILES: Final = "AFTERACTION_SPARK_FILES"
WORK: Final = "AFTERACTION_SPARK_WORK"
JAVA: Final = 17
"""The oldest Java that Spark 4 runs on."""


def open_spark_record(home: Home, snapshot: "Snapshot") -> Record:
    """Open one data version on Spark; refused where pyspark or Java is not there."""
    engine = connect_spark(home)
    tables = {name: _table(engine, name, where_files_are(snapshot.files(name))) for name in TABLES}
    return Record(snapshot.version, engine, tables)


def connect_spark(home: Home) -> "SparkEngine":
    """A Spark on this machine that answers to nobody else, or the cluster that AFTERACTION_SPARK_MASTER names."""
    try:
        from afteraction.lake.spark_engine import SparkEngine
    except ImportError as error:
        raise Refused(
            f"no Spark here ({error})",
            "pyspark, which only this engine needs",
            "run `pip install 'afteraction[spark]'`, or leave out `--engine spark`: DuckDB gives the same figures",
        ) from error
    master = os.environ.get(MASTER, "local[*]")
    address = os.environ.get(WORK, "")
    if not address and not master.startswith("local"):
        raise Refused(
            f"Spark on {master}, and no place for the tables that its workers share",
            f"an address where all of them can write, in {WORK}",
            f"set it, as in {WORK}=s3a://sales/work",
        )
    work = WorkFolder.below(home.spill)
    place = f"{address.rstrip('/')}/{work.folder.name}" if address else work.folder.as_uri()
    return SparkEngine.over(_session(_settings(master, work)), place, work.remove)


def _settings(master: str, work: WorkFolder) -> dict[str, str]:
    settings = {
        "spark.master": master,
        "spark.app.name": "Afteraction",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "false",  # a division by nothing is empty, as in DuckDB
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.driver.maxResultSize": "0",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",  # it would be printed among what a command prints
        "spark.sql.warehouse.dir": str(work.folder / "warehouse"),
    }
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # Spark reads these from there alone
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        quiet = work.folder / "log4j2.properties"
        quiet.write_text("rootLogger.level = error\n", encoding="utf-8")
        settings |= {
            "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet.as_uri()}",
            "spark.driver.memory": os.environ.get(MEMORY, "4g"),
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.local.dir": str(work.folder),
            "spark.sql.shuffle.partitions": str(4 * (os.cpu_count() or 1)),
        }
    return settings


def _session(settings: dict[str, str]) -> Any:
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except PySparkRuntimeError as error:
        raise Refused(
            f"Spark does not start ({error.getCondition() or error})",
            f"Java {JAVA} or newer, as `java` or below JAVA_HOME",
            "install it (Debian: openjdk-17-jre-headless), then repeat; or leave out `--engine spark`",
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    return session


def where_files_are(files: Sequence[str]) -> list[str]:
    """Where workers find the files of a version: as the home has them, or at an address such as `s3a://sales/lake`.

    Files of the lake never change, so that address may be a copy which is brought up to date before.
    """
    address = os.environ.get(FILES)
    if not address:
        return [f"file://{file}" for file in files]
    return [f"{address.rstrip('/')}/{'/'.join(file.rsplit('/', 2)[1:])}" for file in files]


def _table(engine: "SparkEngine", name: str, files: Sequence[str]) -> ibis.Table:
    if not files:
        return canonical(engine.empty(TABLES[name].arrow), TABLES[name])
    return canonical(engine.read_files(f"files_of_{name}", files), TABLES[name])
