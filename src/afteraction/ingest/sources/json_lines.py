"""JSON lines: one object a line, streamed."""

import json

from afteraction.errors import Refused
from afteraction.ingest.sources.limits import MAX_RECORD, size_text
from afteraction.ingest.sources.problems import Problems
from afteraction.ingest.sources.records import flat_record, own_names, parse_json
from afteraction.ingest.sources.sheet import Sheet
from afteraction.ingest.sources.source import Source
from afteraction.ingest.sources.spool import RecordWriter
from afteraction.ingest.sources.text_file import Text, open_text

EXPECTED = "one JSON object on the line"


def read_json_lines(source: Source) -> list[Sheet]:
    """The one sheet of a file of JSON lines. Raises Refused when none of its lines is a JSON object."""
    problems = Problems(source.name)
    text = open_text(source.content, source.work, problems, source.progress)
    writer = RecordWriter(source.spools.new_path(), source.work, source.name)
    _read_lines(text, writer, problems, source)
    if not writer.rows:
        first = next(iter(problems), None)
        raise Refused(
            f"{source.name}: no line is a JSON object" + (f"; line {first.row}: {first.found}" if first else ""),
            EXPECTED,
            "export it again",
        )
    columns, renamed = writer.close(own_names)
    return [
        source.sheet(
            kind="jsonl",
            spool=writer.path,
            columns=columns,
            rows=writer.rows,
            problems=problems.in_order(),
            details=text.details | renamed,
        )
    ]


def _read_lines(text: Text, writer: RecordWriter, problems: Problems, source: Source) -> None:
    number = 0
    with text.path.open("rb") as file:
        while line := file.readline(MAX_RECORD):
            number += 1
            if len(line) == MAX_RECORD and not line.endswith(b"\n"):
                raise Refused(
                    f"{source.name}: line {number:,} is longer than {size_text(MAX_RECORD)}",
                    EXPECTED,
                    "export it again",
                )
            if line.strip():
                _read_line(number, line, writer, problems)
            if writer.is_full:
                writer.flush()
                source.progress.step(source.name, file.tell(), text.counts.size)


def _read_line(number: int, line: bytes, writer: RecordWriter, problems: Problems) -> None:
    written = line.decode("utf-8-sig").strip()
    try:
        value = parse_json(written)
    except json.JSONDecodeError as error:
        problems.add(number, f"no JSON at letter {error.pos + 1} ({error.msg}): {written}", EXPECTED)
        return
    except (ValueError, RecursionError) as error:
        problems.add(number, f"{error}: {written}", EXPECTED)
        return
    if isinstance(value, dict):
        writer.add(number, flat_record(value), len(line))
    else:
        problems.add(number, written, EXPECTED)
