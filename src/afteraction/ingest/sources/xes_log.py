"""The elements of an XES event log, gathered into rows of traces and events as they pass by."""

import json
from collections.abc import Callable
from typing import Any, Final

from afteraction.ingest.sources.limits import MAX_DEPTH, MAX_TRACE, size_text
from afteraction.ingest.sources.problems import Problems
from afteraction.ingest.sources.sheet import Sheet
from afteraction.ingest.sources.source import Source
from afteraction.ingest.sources.spool import RecordWriter

NAME: Final = "concept:name"
CASE_ID: Final = "case:concept:name"
ATTRIBUTES: Final = frozenset(("string", "date", "int", "float", "boolean", "id", "list", "container"))
EVENT_BYTES: Final = 500  # of an event outside a trace, roughly
MAX_DETAIL: Final = 1_000
Record = dict[str, str | None]


class BrokenLog(Exception):
    """The log cannot be read on; the message says what was found."""


class Log:
    """Receives the start and end of each element from an XML parser; `sheets` gives what came of them.

    `position` tells the parser's position in the file, in bytes.
    """

    def __init__(self, source: Source, position: Callable[[], int]) -> None:
        self.traces = 0
        self.events = 0
        self._source = source
        self._position = position
        self._trace_writer = RecordWriter(source.spools.new_path(), source.work, source.name, [NAME])
        self._event_writer = RecordWriter(source.spools.new_path(), source.work, source.name, [CASE_ID])
        self._problems = Problems(source.name)
        self._details: dict[str, str] = {}
        self._depth = 0
        self._record: Record | None = None  # what attributes are added to; None outside traces, events and globals
        self._names: list[str] = []  # of the open attributes, the outermost first
        self._list: _List | None = None
        self._trace: Record | None = None
        self._trace_start = 0
        self._scope = "event"  # of the open `global`
        self._waiting: list[Record] = []  # the events of the open trace, until its id is known for sure

    def document_type(self, name: str, *_: object) -> None:
        """Refuse a document type, the place where entities are declared."""
        raise BrokenLog(f"a document type declaration (<!DOCTYPE {name}>), which no event log needs and attacks use")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = name.rpartition(":")[2] if ":" in name else name
        if tag in ATTRIBUTES:
            self._start_attribute(tag, attributes)
        elif tag == "event":
            self._record = {}
            self.events += 1
        elif tag == "trace":
            self._trace = self._record = {}
            self._trace_start = self._position()
            self.traces += 1
        elif tag == "global":
            self._record = {}
            self._scope = attributes.get("scope", "event")
        elif tag == "extension":
            self._add_detail("extensions", attributes.get("name", "?"))
        elif tag == "classifier":
            self._add_detail("classifiers", f"{attributes.get('name', '?')} ({attributes.get('keys', '?')})")
        elif self._depth == 0 and tag != "log":
            raise BrokenLog(f"XML whose outermost element is <{name}>, not <log>")
        self._depth += 1

    def _start_attribute(self, tag: str, attributes: dict[str, str]) -> None:
        key, value = attributes.get("key"), attributes.get("value")
        if key is None:
            key = tag
            if self._record is not None:
                self._problem(f"a <{tag}> without key", "an attribute with a key")
        if len(self._names) >= MAX_DEPTH:
            raise BrokenLog(f"attributes nested more than {MAX_DEPTH} deep")
        name = f"{self._names[-1]}.{key}" if self._names else key
        self._names.append(name)
        if self._record is None:
            if name == NAME and value:
                self._add_detail("log", value)
        elif self._list is not None:
            self._list.start(key, value)
        elif tag == "list":
            self._list = _List(len(self._names))
        elif name in self._record:
            self._problem(f"attribute {name} once more: {value}", "each attribute once; the first was kept", name)
        elif value:
            self._record[name] = value

    def end(self, name: str) -> None:
        """An element ends."""
        tag = name.rpartition(":")[2] if ":" in name else name
        self._depth -= 1
        if tag in ATTRIBUTES:
            self._end_attribute()
        elif tag == "event":
            self._end_event()
        elif tag == "trace":
            self._end_trace()
        elif tag == "global":
            self._end_global()

    def _end_attribute(self) -> None:
        if self._list is not None and self._record is not None:
            if len(self._names) == self._list.depth:
                self._record[self._names[-1]] = self._list.text()
                self._list = None
            else:
                self._list.end()
        self._names.pop()

    def _end_event(self) -> None:
        self._waiting.append(self._record or {})
        self._record = self._trace
        if self._trace is None:
            self._write_events(None, EVENT_BYTES)
        elif self._position() - self._trace_start > MAX_TRACE:
            raise BrokenLog(f"a trace of more than {size_text(MAX_TRACE)}")

    def _end_trace(self) -> None:
        trace = self._trace or {}
        size = self._position() - self._trace_start
        self._write_events(trace.get(NAME), size)
        self._trace_writer.add(self.traces, trace, size)
        if self._trace_writer.is_full:
            self._trace_writer.flush()
        self._trace = self._record = None

    def _write_events(self, case_id: str | None, size: int) -> None:
        """Pass on the waiting events, which took `size` bytes together, as those of one case."""
        first = self.events - len(self._waiting) + 1
        for number, event in enumerate(self._waiting, start=first):
            if case_id is not None:
                event[CASE_ID] = case_id
            self._event_writer.add(number, event, size // len(self._waiting))
        self._waiting = []
        if self._event_writer.is_full:
            self._event_writer.flush()

    def _end_global(self) -> None:
        writer = self._trace_writer if self._scope == "trace" else self._event_writer
        for name, value in (self._record or {}).items():
            writer.declare(name)
            self._add_detail(f"declared of every {self._scope}", f"{name} (default {value})")
        self._record = None

    def _problem(self, found: str, expected: str, column: str | None = None) -> None:
        in_event = self._record is not None and self._record is not self._trace
        row = self.events if in_event else self.traces
        self._problems.add(row, f"{'event' if in_event else 'trace'} {row}: {found}", expected, column, kept=True)

    def _add_detail(self, name: str, value: str) -> None:
        before = self._details.get(name)
        if before is None or len(before) < MAX_DETAIL:
            self._details[name] = f"{before}, {value}" if before else value

    def sheets(self) -> list[Sheet]:
        """The traces and the events, once the log has ended."""
        problems = self._problems.in_order()
        sheets = []
        for part, writer in (("traces", self._trace_writer), ("events", self._event_writer)):
            columns, renamed = writer.close()
            sheets.append(
                self._source.sheet(
                    kind="xes",
                    spool=writer.path,
                    columns=columns,
                    rows=writer.rows,
                    part=part,
                    problems=problems if part == "events" else (),
                    details=self._details | renamed,
                )
            )
        return sheets


class _List:
    """A list attribute: its items, in order, as objects with key, value and, where nested, items of their own."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self._open: list[dict[str, Any]] = [{"items": []}]

    def start(self, key: str, value: str | None) -> None:
        item: dict[str, Any] = {"key": key} if value is None else {"key": key, "value": value}
        self._open[-1].setdefault("items", []).append(item)
        self._open.append(item)

    def end(self) -> None:
        self._open.pop()

    def text(self) -> str:
        return json.dumps(self._open[0]["items"], ensure_ascii=False)
