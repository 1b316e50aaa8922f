"""Spark beside DuckDB: `python -m benchmarks.spark --events N [--record FILE…] [--folder F] [--write]`, see README.md.

Both engines answer everything about the same record, each in a process of its own; every answer is compared.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measure import Results, Run, machine, run
from benchmarks.page import write_section

START, END = "<!-- spark: written by the command -->", "<!-- spark: end -->"
ENGINES = ("duckdb", "spark")
TABLES = ("deviations", "rules", "frame")
CLOSE = 1e-9
"""Sums of fractions depend on the order of adding: so far apart, relative to their size, numbers may be."""


@dataclass(frozen=True)
class Same:
    """What both engines found of a record: how much, and how far apart any two numbers were."""

    rows: dict[str, int]
    figures: int
    differ: int
    furthest: float


def main() -> None:
    chosen = _arguments()
    os.environ.setdefault("AFTERACTION_SPARK_MASTER", "local[2]")
    pages = []
    for name, home in _records(chosen):
        results = Results(home / "spark.json")
        for engine in ENGINES:
            if not results.of(engine):
                print(f"{name}: {engine}", flush=True)
                made = run("benchmarks.spark_work", engine, home, home / engine, limit=chosen.limit)
                if made.trouble:
                    raise SystemExit(f"{name}: {engine}: {made.trouble}")
                results.add(engine, made)
        same = compare(home / ENGINES[0], home / ENGINES[1])
        pages.append(_page(name, results, same))
        print(pages[-1], flush=True)
    if chosen.write:
        write_section(START, END, "\n\n".join([_head(), *pages]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="*", default=[], help="how many simulated ones, for a table each")
    parser.add_argument("--record", type=Path, nargs="*", default=[], help="files of real records, for a table each")
    parser.add_argument("--limit", type=float, default=7200, help="seconds after which one engine is ended")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md, between their markers")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()) / "afteraction-spark",
        help="holds data and results; a run that was stopped goes on; delete it to start again",
    )
    return parser.parse_args()


def _records(chosen: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    for path in chosen.record:
        home = chosen.folder / path.name.partition(".")[0]
        if not (home / "made.json").exists():
            subprocess.run([sys.executable, "-m", "afteraction", "import", path, "--home", home], check=True)
            (home / "made.json").write_text("{}", encoding="utf-8")
        yield path.name.partition(".")[0], home
    for events in chosen.events:
        home = chosen.folder / str(events)
        made = run("benchmarks.process_data", home, events, limit=math.inf)
        if made.trouble:
            raise SystemExit(made.trouble)
        yield f"{events:,} simulated events", home


def compare(one: Path, other: Path) -> Same:
    """Compare the results of two engines in their folders; ends the run where they are not the same."""
    rows = {name: _same_rows(name, one, other) for name in TABLES if (one / f"{name}.parquet").exists()}
    texts = [(folder / "process.yaml").read_text(encoding="utf-8") for folder in (one, other)]
    if texts[0] != texts[1]:
        raise SystemExit(f"different processes: {one / 'process.yaml'}, {other / 'process.yaml'}")
    found = [json.loads((folder / "figures.json").read_text(encoding="utf-8")) for folder in (one, other)]
    apart = list(differences(*found))
    wrong = [f"{path}: {mine} and {yours}" for path, mine, yours, far in apart if far > CLOSE]
    if wrong:
        raise SystemExit("\n".join([f"{len(wrong)} figures differ:", *wrong[:20]]))
    far = [far for *_rest, far in apart]
    return Same(rows, _count(found[0]), sum(each > 0 for each in far), max(far, default=0.0))


def differences(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, Any, Any, float]]:
    """Each place where two results differ, both values, and how far they are apart: infinitely but for fractions."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key, value in one.items():
            yield from differences(value, other[key], f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (mine, yours) in enumerate(zip(one, other, strict=True)):
            yield from differences(mine, yours, f"{path}[{place}]")
    elif type(one) is float and type(other) is float and one != other:
        yield path, one, other, abs(one - other) / max(abs(one), abs(other), 1.0)
    elif one != other or type(one) is not type(other):
        yield path, one, other, math.inf


def _count(found: Any) -> int:
    if isinstance(found, dict | list):
        return sum(map(_count, found.values() if isinstance(found, dict) else found))
    return 1


def _same_rows(name: str, one: Path, other: Path) -> int:
    import pyarrow.parquet as pq

    mine, yours = (pq.read_table(folder / f"{name}.parquet") for folder in (one, other))
    yours = yours.select(mine.column_names).cast(mine.schema)
    if not mine.equals(yours):
        keys = [(column, "ascending") for column in mine.column_names]
        if name == "frame" or not mine.sort_by(keys).equals(yours.sort_by(keys)):
            raise SystemExit(f"different {name}: {mine.num_rows:,} rows in {one}, {yours.num_rows:,} in {other}")
    return int(mine.num_rows)


def _page(name: str, results: Results, same: Same) -> str:
    from benchmarks.spark_work import PARTS

    rows = ", ".join(f"{count:,} rows of {table}" for table, count in same.rows.items())
    last = (
        f"{same.differ} of them apart by at most {same.furthest:.0e} of their size"
        if same.differ
        else "to the last bit"
    )
    lines = [
        f"**{name}**: the same {rows}, process, and {same.figures:,} figures, {last}.",
        "",
        "| work | DuckDB | Spark |",
        "|---|---|---|",
    ]
    made: list[Run] = [results.of(engine)[0] for engine in ENGINES]
    for part, said in PARTS.items():
        if part in made[0].answer:
            lines.append(f"| {said} | {' | '.join(f'{each.answer[part]:.1f}' for each in made)} |")
    lines.append(f"| together, starting Spark included | {' | '.join(f'{each.seconds:.1f}' for each in made)} |")
    return "\n".join(lines)


def _head() -> str:
    return (
        f"{machine()}; duckdb {version('duckdb')}, pyspark {version('pyspark')} as "
        f"{os.environ['AFTERACTION_SPARK_MASTER']}: so many tasks at once, with a Python worker process each. Seconds."
    )


if __name__ == "__main__":
    main()
