"""JSON documents: a list of objects, or an API's answer that holds such lists."""

import json
from collections.abc import Iterator
from typing import Any, Final

from afteraction.errors import Refused
from afteraction.ingest.sources.limits import MAX_JSON_DOCUMENT, size_text
from afteraction.ingest.sources.problems import Problems
from afteraction.ingest.sources.records import flat_record, own_names, parse_json
from afteraction.ingest.sources.sheet import Sheet
from afteraction.ingest.sources.source import Source
from afteraction.ingest.sources.spool import RecordWriter
from afteraction.ingest.sources.text_file import open_text

WRAPPERS: Final = ("results", "data", "records", "items", "value", "values", "rows")
"""What APIs call the list that they answer with (HubSpot, Pipedrive, Salesforce, ...); no name of its own."""
EXPECTED: Final = 'a list of objects, [{…}, …], or an answer that holds one, {"results": [{…}, …]}'


def read_json(source: Source) -> list[Sheet]:
    """One sheet per list of objects in the document. Raises Refused when it is broken, too large or holds none."""
    size = source.content.stat().st_size
    if size > MAX_JSON_DOCUMENT:
        raise Refused(
            f"{source.name}: a JSON document of {size_text(size)}",
            f"at most {size_text(MAX_JSON_DOCUMENT)}, or JSON lines of any size",
            "export it as JSON lines (one object a line) or CSV",
        )
    problems = Problems(source.name)
    text = open_text(source.content, source.work, problems, source.progress)
    try:
        document = parse_json(text.path.read_text("utf-8-sig", "replace"))
    except json.JSONDecodeError as error:
        raise Refused(
            f"{source.name}: broken or cut short at line {error.lineno}, column {error.colno} ({error.msg})",
            "a complete JSON document",
            "export it again",
        ) from error
    except (ValueError, RecursionError) as error:
        raise Refused(f"{source.name}: JSON that cannot be read ({error})", EXPECTED, "export it as CSV") from error
    lists = list(_lists(document, ()))
    if not lists:
        raise Refused(f"{source.name}: JSON without a list of objects", EXPECTED, "export the objects themselves")
    return [
        _sheet(source, ".".join(names) if len(lists) > 1 else "", objects, problems, text.details)
        for names, objects in lists
    ]


def _lists(value: Any, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """The lists of objects in a document, with the keys that lead there.

    An object that has an `id`, or nothing but plain values, is a record: a list of one. Any other object is an
    envelope, whose list stands under one of `WRAPPERS` or, if none does, under any key.
    """
    if isinstance(value, list):
        if any(isinstance(item, dict) for item in value):
            yield names, value
        return
    if not isinstance(value, dict) or not value:
        return
    wrapper = next((key for key in WRAPPERS if isinstance(value.get(key), list | dict)), None)
    if wrapper is not None:
        yield from _lists(value[wrapper], names)
    elif "id" in value or not any(isinstance(content, list | dict) for content in value.values()):
        yield names, [value]
    else:
        for key, content in value.items():
            if isinstance(content, list | dict):
                yield from _lists(content, (*names, key))


def _sheet(source: Source, part: str, objects: list[Any], noted: Problems, details: dict[str, str]) -> Sheet:
    """The sheet of one list; the first takes along what was `noted` while the text was opened."""
    problems = Problems(source.name)
    writer = RecordWriter(source.spools.new_path(), source.work, source.name)
    for number, item in enumerate(objects, start=1):
        if isinstance(item, dict):
            writer.add(number, flat_record(item), 0)
        else:
            problems.add(number, str(item), "an object, {…}")
        if writer.is_full:
            writer.flush()
            source.progress.step(source.name, number, len(objects))
    columns, renamed = writer.close(own_names)
    found = (*noted.take(), *problems.in_order())
    return source.sheet(
        kind="json",
        spool=writer.path,
        columns=columns,
        rows=writer.rows,
        part=part,
        problems=found,
        details=details | renamed,
    )
